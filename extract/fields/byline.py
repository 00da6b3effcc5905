"""The byline: author 作者, reporter 记者, correspondent 通讯员, as the page prints them."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, pairwise

from lxml.etree import _Element as Element

from extract.fields import names
from extract.fields.labels import labelled, may_be_in, values
from extract.fields.names import is_person, joined, printed
from extract.fields.surnames import NO_NAME
from extract.page import dates
from extract.page.line import Line, tidy
from extract.script.fold import fold_chars
from extract.text.phrases import in_fold

# 文 /  来自 / 青岚日报: the place of the author is empty
_OF_SOURCE = re.compile(r"(?:来自|來自|来源|來源)\s?(?:[/／:：|｜]|$)")
SPACED_LABEL = re.compile(
    r"(?:^|[|｜/／·]\s?|\s)(?:文|作者|撰文|撰稿|采写|執筆|执笔|記者|记者)\s{1,3}(?P<names>[一-鿿]{2,4}(?:[\s、]{1,2}[一-鿿]{2,4}){0,2}?)\s{0,3}(?=$|[|｜·]|(?:19|20)\d\d|\s(?:摄影|攝影|图|圖|编辑|編輯|责编|責編)\s)"
)
_POSTED = re.compile(
    r"posted by:?\s(?P<name>[^\s:：|·,]{2,12})\s(?:at|on|in|[|·])|by(?:\s|:)\s{0,2}(?P<other>[一-鿿]{2,4})\s{0,2}[|·,]",
    re.I,
)
_DIGITS = re.compile(r"\d{2}")
_REPORTERS = re.compile(
    r"[□■●◎○◇△▲\s]*(?P<line>[一-鿿]{0,8}(?:(?:记者|記者|通讯员|通訊員|撰稿人|特派员)(?:[\s、:：]+[一-鿿·]{1,5}){1,8}|[评評][论論][员員](?:[\s、]+[一-鿿·]{1,5}){0,3}))"
    r"\s*(?=$|[《(（])"
)
# 葉靖斯  BBC中文網記者
_ROLE_BEHIND = re.compile(r"\s[A-Za-z一-鿿]{2,12}(?:记者|記者|特派员|特派員|评论员|評論員)$")
_AUTHORS_PAGE = re.compile("/(?:authors?|reporters?|columnists?|journalists?)/")
# 本文来自微信公众号“青岚观察”，作者：唐亚华，编辑：魏佳，经授权发布。
_OF_THIS = re.compile("[(（]?(?:本文|文章|原文)(?:来自|来源|转载|首发|由|经|来自|來自|轉載|首發)")
_ACCOUNT_NAME = re.compile(
    r"(?:^|[-_\s])(?:user-?|screen-?|nick-?|author-?)?name(?:$|[-_\s])|user-?link|W_autocut", re.I
)
_AUTHORS_BOX = re.compile(
    r"(?:^|[-_\s])(?:post-?)?author(?:-?(?:info|box|card|meta|wrap))?(?:$|[-_\s])", re.I
)
# 中国广州发布 is an account of an office
_OF_OFFICE = re.compile(
    "[一-鿿]{2}(?:[发發][布佈]|融媒|官微|官方|[频頻]道|中心|委|局|[厅廳]|政府|公安|法院|消防|[检檢]察)$"
)
# 本台记者：刀海燕
_LABEL_OF_ROLE = re.compile("^[一-鿿]{2,10}[:：]")
# FT中文网专栏作家 老愚
_COLUMNIST = re.compile(
    r"(?:专栏作[家者]|專欄作[家者]|特约撰稿人?|特約撰稿人?)\s{1,3}(?P<name>[一-鿿]{2,4}(?:[·•][一-鿿]{1,6})?)(?=\s|$)"
)
# 張雅婷／核稿編輯林文雄
_BEFORE_EDITOR = re.compile(
    r"(?P<name>[一-鿿]{2,4}(?:、[一-鿿]{2,4}){0,2})\s?[／/]\s?(?:核稿|責任|责任|執行|执行)?(?:編輯|编辑)[:：]?\s?[一-鿿]{2,4}"
)
# 作者 小山: whatever the author is called
_AUTHOR_ALONE = re.compile(r"(?:作者|撰文)\s{1,3}(?P<name>[一-鿿]{2,4})")
HANZI = re.compile("[一-鿿]+")
_NAMING = frozenset(("class", "id", "itemprop", "rel"))
LONGEST_CREDIT = 40
"""Characters of a line that is only a credit."""
SENTENCE = re.compile("[？！?!。；]")
# 新华社记者 鞠鹏摄 stands under a picture
PHOTO = re.compile(r"(?:[摄攝]|供图|供圖)\s?[)）]?$")
# 记者：林局长您好，请介绍一下 is said by a reporter
SPEECH = re.compile("[您你我吗呢吧啊？?]|好$|请问|請問|谢谢|謝謝")
_SPEAKERS = frozenset(in_fold("记者 作者").split())
_REPORTS = frozenset(in_fold("报道 报导").split())
_GAP, _PARTS = re.compile(r"\s{2,}"), re.compile(r"[\s、，]+")
_OF_FORM = re.compile("(?:用[户戶]|[会會][员員]|[登帐帳账]|[昵暱])[名号號录錄入称稱]?|密[码碼]|游客|匿名")
"""What a form asks of its reader, in an element that is named for the author: 用户名, 昵称."""
_UP_TO_CLAUSE = re.compile(r"[,，](?=[^,，]{5,}$).*$")
_SOURCE_THEN = re.compile(
    r"(?:来\s{0,2}源|來\s{0,2}源|稿源|出处|出處)(?:\s{0,2}[:：]\s{0,3}|\s{1,3})[^\s:：]{2,14}\s{1,3}(?P<name>[一-鿿]{2,4})(?=\s|$)"
)


_TELLING = re.compile(f"[文者员員源处處采執执专專撰□■●◎yY{names.SIGNS}]")
"""One of these is in every line that names its author without a colon, unless an element says so."""


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
    telling = [line for line in lines if _TELLING.search(line.text)]
    short = [line for line in telling if len(line.text) <= 60 and not PHOTO.search(line.text)]
    for line in short:
        if "文" in line.text and (found := "、".join(names.signed(line.text))):
            return found
        if (match := _REPORTERS.match(line.spaced)) and not names.reported(line.text):
            return printed(_LABEL_OF_ROLE.sub("", match["line"]))
    ways = (
        (_in_named_element(line) for line in lines),
        (_below_role(one, other) for one, other in pairwise(lines)),
        (_credited(line) for line in short if not line.is_link),
        (_behind_source(line.spaced) for line in telling),
        ("、".join(names.signed(line.text)) for line in short),
        (spaced(line.spaced) for line in short),
        (_posted(line.spaced) for line in short),
        (_called(line.spaced) for line in short),
    )
    return next((name for way in ways for name in way if name), None)


def is_only_credit(line: str, author: str | None, source: str | None) -> bool:
    """Whether a line is only a credit: the names that were read as the byline, their role, their medium.

    Such a line is no part of the text: （張文祿報導）, 清河電視林小秋採訪報導。
    """
    if author is None or len(line) > LONGEST_CREDIT:
        return False
    if line.startswith(("(", "（")) and "".join(HANZI.findall(line)) == "".join(HANZI.findall(author)):
        return True
    if "特派" in line and "、".join(names.signed(line)) == author:
        return True
    if not _REPORTED.search(line):
        return False
    rest = line
    for name in HANZI.findall(author):
        if name not in rest:
            return False
        rest = rest.replace(name, "", 1)
    rest = names.without_pictures(names.without_desk(rest).strip("()（）"))
    left = "".join(HANZI.findall(_HOW.sub("", _REPORTED.sub("", rest))))
    return not left or (source is not None and len(left) >= 2 and fold_chars(left) in fold_chars(source))


_REPORTER_ALONE = re.compile("[A-Za-z一-鿿]{0,10}(?:记者|記者|通讯员|通訊員)")
# 【鐘武達、陳世宗／綜合報導】, （張文祿／台北報導）: how and where from, behind the slash
_HOW = re.compile(f"(?<=[／/╱])(?:{names.HOW}|{names.PLACES})+")
_REPORTED = re.compile(
    "(?:本[报報台臺网網刊])?(?:(?:特[约約派])?(?:见习|見習|实习|實習)?(?:记者|記者)|通[讯訊][员員]|采[访訪写寫]|採[訪寫]|[报報][导導道]|撰[稿文]|文)"
)


def _labelled(lines: Sequence[Line]) -> str | None:
    """The author behind a label; who only contributed (供稿) comes last."""
    contributor = None
    for line in filter(lambda line: may_be_in(line.text), lines):
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
            is_speech = label in _SPEAKERS and (
                SPEECH.search(value)
                or (line.text[-1:] in "。？！?!”" and not (_OF_THIS.match(line.text) and is_person(value)))
            )
            if (
                _OF_SOURCE.match(value)
                or len(value) > 30
                or SENTENCE.search(value)
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
    pieces = line.pieces if len(line.text) <= 80 else ()
    named = [
        piece.text
        for piece in pieces
        if 2 <= len(text := line.text if len(pieces) == 1 else tidy(piece.text)) <= 20
        and not _DIGITS.search(piece.text)
        and _is_authors(piece.element)
        and not _OF_FORM.match(text)
    ]
    found = printed(" ".join(named)) if named and not named[0].strip().startswith(("来自", "來自")) else None
    is_credit = found and (re.search("[／/╱]", found) or names.reported(found))
    if found and is_credit and (credit := names.credit(found) or names.credit(line.text)):
        return "、".join(credit.names)
    if not found or re.search("[:：]|\\d", found) or names.is_medium(found) or _OF_OFFICE.search(found):
        return None
    found = _ROLE_BEHIND.sub("", found)
    return None if names.is_nobody(found) or _REPORTER_ALONE.fullmatch(found) else found


def _below_role(one: Line, other: Line) -> str | None:
    """The person in the line below a role alone in an element named for the author: 青岚网记者, below it 林大为."""
    if not one.text.endswith(("者", "员", "員")) or not _REPORTER_ALONE.fullmatch(one.text):  # most lines
        return None
    if other.unseen or not is_person(other.text):
        return None
    return other.text if any(_is_authors(piece.element) for piece in one.pieces[:4]) else None


def _behind_source(text: str) -> str | None:
    """A person's name right behind the source: 来源 清河采风网 廖小凌."""
    match = _SOURCE_THEN.search(text)
    return (
        match["name"] if match and is_person(match["name"]) and not names.is_medium(match["name"]) else None
    )


def spaced(text: str) -> str | None:
    """The names behind a label without a colon, alone or between signs: 来源于 青岚周刊 | 文 林大为."""
    match = SPACED_LABEL.search(text)
    people = re.split(r"[\s、]+", match["names"].strip()) if match else []
    return "、".join(people) if people and all(map(is_person, people)) else None


def _called(text: str) -> str | None:
    """The name behind a columnist's role, or behind 作者 where the line has nothing else: 作者 小山."""
    match = _COLUMNIST.search(text) or _AUTHOR_ALONE.fullmatch(text) or _BEFORE_EDITOR.fullmatch(text)
    return printed(match["name"]) if match and not NO_NAME.search(match["name"]) else None


def _posted(text: str) -> str | None:
    """The name that an English label gives: Posted by 阿云 at 22:10, By 林怡 · Published: …"""
    match = _POSTED.match(text)
    return match["name"] or match["other"] if match else None


def _is_authors(element: Element) -> bool:
    """Whether an element is the author's place by its class and id, what else tells of its role, and the class of a
    parent with few children; these are counted only where that class matters."""
    tag, parent = element.tag, element.getparent()
    if tag == "a" and _AUTHORS_PAGE.search(element.get("href") or ""):
        return True
    own = " ".join([value for name, value in element.items() if name in _NAMING])
    above = (parent.get("class") or "") if parent is not None else ""
    if not own and not above and tag != "li":  # most are named by nothing
        return _is_address(element, parent)
    if _is_account(element, f"{own} {above}" if tag == "a" else own) or _is_address(element, parent):
        return True
    if tag == "li":
        near = islice(element.iterancestors(), 2)
        own = " ".join((own, *(one.get("aria-labelledby") or "" for one in near)))
    alone = names.is_authors(own)
    if parent is None or not above or names.is_authors(f"{own} {above}") is alone:
        return alone
    has_few = next(islice(parent, 6, None), None) is None  # len() would count every child
    return alone is not has_few


def _is_address(element: Element, parent: Element | None) -> bool:
    """Whether an element is a person's name alone in <address>, which says who wrote."""
    place = element if element.tag == "address" else parent
    return place is not None and place.tag == "address" and is_person("".join(place.itertext()).strip())


def _is_account(element: Element, own: str) -> bool:
    """Whether an element is the name of an account in its author's box: .AuthorInfo > [itemprop=name].

    `own` is what the element is named.
    """
    if not _names_account(own):
        return False
    boxes = " ".join([one.get("class") or "" for one in islice(element.iterancestors(), 4)])
    return _AUTHORS_BOX.search(boxes) is not None and not names.is_no_author(boxes)


@lru_cache(maxsize=4_000)
def _names_account(own: str) -> bool:
    """Whether class and id are those of an account's name; elements share few."""
    return _ACCOUNT_NAME.search(own) is not None and not names.is_no_author(own)


def beside_time(lines: Sequence[Line]) -> str | None:
    """The full name that follows the medium in the line of the time, or is that line's only link: 2012-03-04 10:22
    青岚晚报 林大为."""
    for number, line in enumerate(lines):
        if len(line.text) > 80 or line.unseen or not (found := dates.find(line.spaced)):
            continue
        rest = line.spaced[: found[0].start], line.spaced[found[0].end :]
        parts = [part for side in rest for part in _GAP.split(side.strip()) if part]
        for one, other in pairwise(parts):
            if names.is_medium(one) and (names.is_plain_name(other) or names.is_short_name(other)):
                return other
        behind = lines[number + 1 : number + 3]
        if len(behind) == 2 and names.is_medium(behind[0].text) and names.is_plain_name(behind[1].text):
            return printed(behind[1].text)
        near = [other for other in lines[max(0, number - 1) : number + 2] if other is not line]
        alone = [other.text for other in near if not other.furniture and names.is_plain_name(other.text)]
        if len(alone) == 1:
            return printed(alone[0])
    return None
