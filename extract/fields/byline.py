"""The byline: author 作者, reporter 记者, correspondent 通讯员, as the page prints them."""

import re
from collections.abc import Sequence
from itertools import islice, pairwise

from lxml.etree import _Element as Element

from extract.fields import names
from extract.fields.labels import labelled, values
from extract.fields.names import is_person, joined, printed
from extract.page import dates
from extract.page.line import Line, tidy
from extract.script.fold import fold_chars
from extract.text.phrases import in_fold

_PRESS = (
    r"(?:[一-鿿]{0,12}(?:报|報|网|網|社|台|新闻|新聞|客户端|在线|新媒体|全媒体)?\s*)?"
    r"(?:特约|見習|见习|实习|全媒体|驻[一-鿿]{1,6}|首席|评论|文字)?(?:记者|記者|通讯员|通訊員|特派员|评论员|撰稿人|作者)"
)
_NAME = r"[一-鿿]{1,4}(?:[·•・][一-鿿]{1,6})*"
_LEAD = re.compile(
    r"[(（〔【]\s*(?:[一-鿿]{0,10}?)(?:特约|见习|見習|实习|本报|全媒体)?(?:记者|記者|通讯员|通訊員)\s*(?P<names>[^)）〕】/／]{1,40})[)）〕】/／]"
)
_TAIL = re.compile(
    r"[(（〔【]\s*(?:[一-鿿]{0,10}?)(?:特约|见习|見習|实习|本报|全媒体)?(?:记者|記者|通讯员|通訊員)[\s:：]*(?P<names>[^()（）〔〕【】/／]{2,30})[)）〕】]$"
)
_CREDIT = re.compile(
    r"[(（\[【]?\s*+(?:(?:本文)?(?:作者|撰文|执笔|采写|撰稿|文)\s*+[:：︱丨|/／]\s*+(?:"
    + _PRESS
    + r")?|"
    + _PRESS
    + r"(?:\s*[:：︱丨|/／]\s*|\s+|(?=[一-鿿]{2,3}(?:[\s)）、]|$))))"
    r"(?P<names>[^:：。)）\]】]{2,40})[)）\]】]?\s*"
)
_SIGNATURE = re.compile(rf"[(（]\s*(?P<names>{_NAME}(?:[\s、,，]+{_NAME}){{0,4}})\s*[)）]")
_MEDIUM_BEFORE = re.compile(
    r"^[一-鿿]{2,10}(?:报|報|网|網|社|台|财经|财經|新闻|新聞|在线|客户端|记者|記者)\s+"
)
# 赵延东、风笑天 alone in a line
_SEVERAL = re.compile(rf"{names.FULL_NAME}(?:、[一-鿿]{{2,3}}){{1,3}}")
# 文 /  来自 / 青岚日报: the place of the author is empty
_OF_SOURCE = re.compile(r"(?:来自|來自|来源|來源)\s?(?:[/／:：|｜]|$)")
_SPACED_LABEL = re.compile(
    r"(?:^|[|｜/／·]\s?|\s)(?:文|作者|撰文|撰稿|采写|執筆|执笔|記者|记者)\s{1,3}(?P<names>[一-鿿]{2,4}(?:[\s、]{1,2}[一-鿿]{2,4}){0,2})\s{0,3}(?=$|[|｜·]|(?:19|20)\d\d)"
)
_POSTED = re.compile(
    r"posted by:?\s(?P<name>[^\s:：|·,]{2,12})\s(?:at|on|in|[|·])|by(?:\s|:)\s{0,2}(?P<other>[一-鿿]{2,4})\s{0,2}[|·,]",
    re.I,
)
_DIGITS = re.compile(r"\d{2}")
_PLACE_AND_DAY = re.compile(
    r"(?P<run>[一-鿿]{3,9})(?:\d{1,2}月)?\d{1,2}日(?P<place>.{0,12}?)(?:电|電|報導|报道|讯).*$"
)
_PLACE = re.compile(
    "(?:台北|臺北|新北|桃園|台中|臺中|台南|臺南|高雄|基隆|新竹|花蓮|屏東|北京|上海|香港|澳门|澳門|广州|深圳|东京|東京|华盛顿|華盛頓|纽约|紐約|"
    "伦敦|倫敦|巴黎|首尔|首爾|莫斯科|武汉|武漢|南京|杭州|成都|重庆|天津|西安|郑州)$"
)
_REPORTERS = re.compile(
    r"[□■●◎○◇△▲\s]*(?P<line>[一-鿿]{0,8}(?:(?:记者|記者|通讯员|通訊員|撰稿人|特派员)(?:[\s、:：]+[一-鿿·]{1,5}){1,8}|[评評][论論][员員](?:[\s、]+[一-鿿·]{1,5}){0,3}))"
    r"\s*(?=$|[《(（])"
)
# what stands behind 记者 in the heading of a column
_NOTES = frozenset(
    ["手记", "札记", "调查", "观察", "走访", "连线", "体验", "视线", "提问", "日记", "来信", "之家", "协会"]
)
_HANZI = re.compile("[一-鿿]+")
_NAMING = frozenset(("class", "id", "itemprop", "rel"))
_VOUCHES = re.compile(r"[(（\[【]?\s*(?:本文)?作者(?:系|为|是|單位|单位|简介|簡介)")
_SENTENCE = re.compile("[？！?!。；]")
# 新华社记者 鞠鹏摄 stands under a picture
_PHOTO = re.compile(r"(?:[摄攝]|供图|供圖)\s?[)）]?$")
_OPENING = re.compile(r"[〔【(（\[]([^〔【(（\[〕】)）\]]{2,40})[〕】)）\]]")
_CLOSING = re.compile(r"[〔【(（]([^〔【(（〕】)）]{2,30})[〕】)）]\s?$")
# 记者：林局长您好，请介绍一下 is said by a reporter
_SPEECH = re.compile("[您你我吗呢吧啊？?]|好$|请问|請問|谢谢|謝謝")
_SPEAKERS = frozenset(in_fold("记者 作者").split())
_REPORTS = frozenset(in_fold("报道 报导").split())
_GAP, _PARTS = re.compile(r"\s{2,}"), re.compile(r"[\s、，]+")
_OF_FORM = re.compile("(?:用[户戶]|[会會][员員]|[登帐帳账]|[昵暱])[名号號录錄入称稱]?|密[码碼]|游客|匿名")
"""What a form asks of its reader, in an element that is named for the author: 用户名, 昵称."""
_UP_TO_CLAUSE = re.compile(r"[,，](?=[^,，]{5,}$).*$")
# (曹文明 編輯): the names before such a word are not an author's
_NO_AUTHORS = frozenset(
    ("编辑", "編輯", "责编", "責編", "责任编辑", "責任編輯", "校对", "校對", "审核", "審核", "主编", "主編")
)
_ROLE_AFTER = re.compile(
    r"(?:\d{1,2}月\d{1,2}日.{0,12}|[\s/／](?:文|图|摄)|摄影|撰文|报道|攝影|編譯|编译|/.*|整理|综合报道|綜合報導|发自.*)$"
)
_SOURCE_THEN = re.compile(
    r"(?:来\s{0,2}源|來\s{0,2}源|稿源|出处|出處)(?:\s{0,2}[:：]\s{0,3}|\s{1,3})[^\s:：]{2,14}\s{1,3}(?P<name>[一-鿿]{2,4})(?=\s|$)"
)


def hinted(texts: Sequence[str]) -> str | None:
    """The byline in the place that a hint names, as printed, without the newspaper's issue in the same place."""
    for text in texts:
        text = re.sub(r"[《(（].*$", "", text)
        if line := printed(next(iter(values("byline", text)), text)):
            return line
    return None


def shown(lines: Sequence[Line]) -> str | None:
    """The author among the lines around the headline, behind a label or in an element named for it."""
    found = _labelled(lines)
    if found:
        return found
    short = [line for line in lines if len(line.text) <= 60 and not _PHOTO.search(line.text)]
    for line in short:
        if (match := _REPORTERS.match(line.spaced)) and not names.reported(line.text):
            return printed(match["line"])
    ways = (
        (_in_named_element(line) for line in lines),
        (_below_role(one, other) for one, other in pairwise(lines)),
        (_credited(line) for line in short if not line.is_link),
        (_behind_source(line.spaced) for line in lines),
        ("、".join(names.signed(line.text)) for line in short),
        (_spaced(line.spaced) for line in short),
        (_posted(line.spaced) for line in short),
    )
    return next((name for way in ways for name in way if name), None)


def is_only_credit(line: str, author: str | None, source: str | None) -> bool:
    """Whether a line is only a credit: the names that were read as the byline, their role, their medium.

    Such a line is no part of the text: （張文祿報導）, 清河電視林小秋採訪報導。
    """
    if author is None or len(line) > 40:
        return False
    if line.startswith(("(", "（")) and "".join(_HANZI.findall(line)) == "".join(_HANZI.findall(author)):
        return True
    if "特派" in line and "、".join(names.signed(line)) == author:
        return True
    if not _REPORTED.search(line):
        return False
    rest = line
    for name in _HANZI.findall(author):
        if name not in rest:
            return False
        rest = rest.replace(name, "", 1)
    rest = names.without_desk(rest)
    left = "".join(_HANZI.findall(_HOW.sub("", _REPORTED.sub("", rest))))
    return not left or (source is not None and len(left) >= 2 and fold_chars(left) in fold_chars(source))


_REPORTER_ALONE = re.compile("[A-Za-z一-鿿]{0,10}(?:记者|記者|通讯员|通訊員)")
# 以上是青岚电台特约记者林大为的采访报道。
_FORMULA = re.compile(
    r"以[上下]是[一-鿿]{0,12}(?:记者|記者|特派员|特派員)(?P<names>[一-鿿]{2,3}?(?:[\s、][一-鿿]{2,3}?){0,2})[的在]?"
    r"(?:[在从][一-鿿]{2,8}?[的]?)?(?:采访|採訪|现场|現場|专题|專題|连线|連線)?(?:报道|報道|報導|报导)[。.]?$"
)
# 青岚11月3日电 (古川 马一帆)
_BEHIND_DATELINE = re.compile(r"[^。，；()（）]{2,20}日(?:[专專])?[电電讯訊]\s?[(（]([^()（）]{2,30})[)）]")
# 【鐘武達、陳世宗／綜合報導】, （張文祿／台北報導）: how and where from, behind the slash
_HOW = re.compile(f"(?<=[／/╱])(?:{names.HOW}|{names.PLACES})+")
_REPORTED = re.compile(
    "(?:本[报報台臺网網刊])?(?:(?:特[约約派])?(?:见习|見習|实习|實習)?(?:记者|記者)|通[讯訊][员員]|采[访訪写寫]|採[訪寫]|[报報][导導道]|撰[稿文]|文)"
)


def _labelled(lines: Sequence[Line]) -> str | None:
    """The author behind a label; who only contributed (供稿) comes last."""
    contributor = None
    for line in lines:
        for label, value in labelled("byline", line.spaced):
            value = names.STATUS.sub("", value)
            if (
                label == "文"
                and len(words := value.split(maxsplit=1)) == 2
                and is_person(words[1][:3].strip("、，"))
            ):
                value = value if is_person(words[0]) or "者" in words[0] else words[1]  # 文｜财见 唐明宇
            if label in _REPORTS and not all(map(is_person, _PARTS.split(value))):
                continue  # 报道：老城墙修缮方案公布 is another article
            is_speech = label in _SPEAKERS and (_SPEECH.search(value) or line.text[-1:] in "。？！?!”")
            if (
                _OF_SOURCE.match(value)
                or len(value) > 30
                or _SENTENCE.search(value)
                or is_speech
                or not joined(value)
            ):
                continue
            found = printed(names.without_unit(_UP_TO_CLAUSE.sub("", value)))
            if found and label != "供稿":
                return _without_report(found)
            contributor = contributor or found
    return contributor


def _without_report(name: str) -> str:
    """The names alone where a place and 報導 follow them: 邱雯琪 羅執中 台北報導."""
    found = names.credit(f"记者 {name}") if names.reported(name) else None
    return " ".join(found.names) if found else name


def _credited(line: Line) -> str | None:
    """The names of a line that is a credit, a date before it left out: 2012-01-17  中國時報  邱俐穎／台北報導."""
    text = line.spaced
    if not names.may_credit(text):  # most lines
        return None
    for moment in dates.find(text)[:1]:
        text = f"{text[: moment.start]}  {text[moment.end :]}"
    parts = [part for part in re.split(r"\s{2,}|\s[|｜](?=\s|$)", text.strip()) if part]
    for part in dict.fromkeys((" ".join(parts), "".join(parts), *parts)):
        if found := names.credit(part):
            return "、".join(found.names)
    return None


def _in_named_element(line: Line) -> str | None:
    """The author in an element named for it; a comment's box and its login are none, nor is a medium."""
    named = [
        piece.text
        for piece in (line.pieces if len(line.text) <= 80 else ())
        if 2 <= len(text := tidy(piece.text)) <= 20
        and _is_authors(piece.element)
        and not _OF_FORM.match(text)
        and not _DIGITS.search(piece.text)
    ]
    found = printed(" ".join(named)) if named and not named[0].strip().startswith(("来自", "來自")) else None
    is_credit = found and (re.search("[／/╱]", found) or names.reported(found))
    if found and is_credit and (credit := names.credit(found) or names.credit(line.text)):
        return "、".join(credit.names)
    if not found or re.search("[:：]|\\d", found) or names.is_medium(found):
        return None
    return None if names.is_nobody(found) or _REPORTER_ALONE.fullmatch(found) else found


def _below_role(one: Line, other: Line) -> str | None:
    """The person in the line below a role alone in an element named for the author: 青岚网记者, below it 林大为."""
    if not _REPORTER_ALONE.fullmatch(one.text) or other.unseen or not is_person(other.text):
        return None
    return other.text if any(_is_authors(piece.element) for piece in one.pieces[:4]) else None


def _behind_source(text: str) -> str | None:
    """A person's name right behind the source: 来源 清河采风网 廖小凌."""
    match = _SOURCE_THEN.search(text)
    return (
        match["name"] if match and is_person(match["name"]) and not names.is_medium(match["name"]) else None
    )


def _spaced(text: str) -> str | None:
    """The names behind a label without a colon, alone or between signs: 来源于 青岚周刊 | 文 林大为."""
    match = _SPACED_LABEL.search(text)
    people = re.split(r"[\s、]+", match["names"].strip()) if match else []
    return "、".join(people) if people and all(map(is_person, people)) else None


def _posted(text: str) -> str | None:
    """The name that an English label gives: Posted by 阿云 at 22:10, By 林怡 · Published: …"""
    match = _POSTED.match(text)
    return match["name"] or match["other"] if match else None


def _is_authors(element: Element) -> bool:
    """Whether an element is the author's place by its class and id, what else tells of its role, and the class of a
    parent with few children; these are counted only where that class matters."""
    parent = element.getparent()
    own = " ".join([value for name, value in element.items() if name in _NAMING])
    if element.tag == "li":
        near = islice(element.iterancestors(), 2)
        own = " ".join((own, *(one.get("aria-labelledby") or "" for one in near)))
    alone = names.is_authors(own)
    above = parent.get("class") if parent is not None else None
    if parent is None or not above or names.is_authors(f"{own} {above}") is alone:
        return alone
    has_few = next(islice(parent, 6, None), None) is None  # len() would count every child
    return alone is not has_few


def in_text(lines: Sequence[str], left_out: Sequence[str] = ()) -> str | None:
    """The author that the text itself credits: a credit line, the brackets of the lead, a signature at the end.

    `left_out` are lines beside the text, which may credit but not sign.
    """
    for line in [*lines[:4], *lines[-4:], *left_out[:4], *left_out[-4:]]:
        if len(line) > 50 or _PHOTO.search(line):
            continue
        if found := names.credit(line):
            return "、".join(found.names)
        if signed := names.signed(line):
            return "、".join(signed)
        if len(line) <= 16 and (people := _spaced(line)) and not _SPACED_LABEL.sub("", line):
            return people
        if (match := _CREDIT.fullmatch(line)) and (people := _people(match["names"])):
            return people
    formula = (_of_formula(line) for line in [*lines[:3], *lines[-2:]])
    return in_lead(lines) or _at_end(lines[-2:]) or next((people for people in formula if people), None)


def _of_formula(line: str) -> str | None:
    """The reporter of a broadcast: 以上是青岚电台特约记者林大为的采访报道。"""
    match = _FORMULA.search(line[-60:])
    return "、".join(names.bare(match["names"])) or None if match else None


def in_lead(lines: Sequence[str]) -> str | None:
    """The reporters in the brackets that a text begins with: 〔記者甲／台北報導〕, 本报讯（记者 乙）."""
    for line in lines[:3]:
        opening = _OPENING.match(line)
        if opening and (found := names.credit(opening[1])):
            return "、".join(found.names)
        behind = _BEHIND_DATELINE.match(line)
        if behind and (bare := names.bare(behind[1])):
            return "、".join(bare)
        if (match := _LEAD.search(line[:120])) and not _PHOTO.search(match[0]):
            found = names.credit(match[0].rstrip("/／"))
            people = "、".join(found.names) if found else _people(_without_place(match["names"]))
            if people:
                return people
    return None


def _at_end(lines: Sequence[str]) -> str | None:
    """The reporters in the brackets that a text ends with: （记者 甲）, （甲／台北報導）, （甲 乙）."""
    for line in lines:
        closing = _CLOSING.search(line[-40:])
        if closing is None or _PHOTO.search(closing[0]):
            continue
        found = names.credit(closing[1])
        if people := found.names if found else names.bare(closing[1]):
            return "、".join(people)
        if (match := _TAIL.search(line[-40:])) and (found_names := _people(match["names"])):
            return found_names
    if lines and (match := _SIGNATURE.fullmatch(lines[-1])):
        return _people(_MEDIUM_BEFORE.sub("", match["names"]))
    return None


def standing_alone(lines: Sequence[str]) -> str | None:
    """The author whose name alone is the text's first line, or its second line below a headline: 谢春涛, 赵 明,
    赵延东、风笑天.

    Only a name of three characters with a common surname, a name of two characters set apart, or a name that a note at
    the end confirms.
    """
    vouched = any(_VOUCHES.match(line) for line in lines[-4:])
    for line in lines[:2]:
        if (
            names.is_plain_name(line)
            or _SEVERAL.fullmatch(line)
            or (vouched and 2 <= len(line) <= 4 and _HANZI.fullmatch(line))
        ):
            return printed(line)
        if "。" in line:
            break
    return None


def beside_time(lines: Sequence[Line]) -> str | None:
    """The full name that follows the medium in the line of the time, or is that line's only link: 2012-03-04 10:22
    青岚晚报 林大为."""
    for number, line in enumerate(lines):
        if len(line.text) > 80 or line.unseen or not (found := dates.find(line.spaced)):
            continue
        rest = line.spaced[: found[0].start], line.spaced[found[0].end :]
        parts = [part for side in rest for part in _GAP.split(side.strip()) if part]
        for one, other in pairwise(parts):
            if names.is_medium(one) and names.is_plain_name(other):
                return other
        near = [other for other in lines[max(0, number - 1) : number + 2] if other is not line]
        alone = [other.text for other in near if not other.furniture and names.is_plain_name(other.text)]
        if len(alone) == 1:
            return printed(alone[0])
    return None


def _without_place(run_on: str) -> str:
    """The reporters of a dateline that runs on into place and day: 記者溫貴香台北21日電."""
    match = _PLACE_AND_DAY.search(run_on)
    if match is None:
        return run_on
    before, run = run_on[: match.start()], match["run"]
    if _HANZI.search(match["place"]):  # the place is behind the day
        return before + run
    if place := _PLACE.search(run):
        return before + run[: place.start()]
    return before + (run[:3] if len(run) >= 5 else run[:2])


def _people(credited: str) -> str | None:
    """Names, if each is short enough to be one."""
    found = joined(_ROLE_AFTER.sub("", credited))
    if (
        found is None
        or not _NO_AUTHORS.isdisjoint(found.split("、"))
        or _SENTENCE.search(credited)
        or _SPEECH.search(credited)
        or found in _NOTES
        or _SENTENCE.search(found)
        or any(not 2 <= len(name) <= 12 for name in found.split("、"))
    ):
        return None
    return found
