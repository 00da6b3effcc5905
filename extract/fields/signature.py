"""The medium and the author that a text itself credits or is signed with, and those that a script states."""

import re
from collections.abc import Sequence

from extract.fields import names
from extract.fields.byline import (
    HANZI,
    LONGEST_CREDIT,
    PHOTO,
    SENTENCE,
    SPACED_LABEL,
    SPEECH,
    is_only_credit,
    spaced,
)
from extract.fields.names import is_person, joined, printed
from extract.fields.origin import cleaned
from extract.script.fold import fold

_DATA = re.compile(
    r'"title"\s{0,4}:\s{0,4}"(?P<title>[^"\\<>]{4,100})"[^{}<>]{0,400}?"(?:media|media_name|mediaName|source_name)"\s{0,4}:\s{0,4}"(?P<media>[^"\\<>\w]{0,2}[一-鿿][^"\\<>]{1,19})"'
)
# the newspaper that signs a text: 《联合早报》 in a line of its own, （星洲日报） behind the last sentence
_SIGNED = re.compile(
    r"(?:^|(?<=[。！？”])\s?)[(（《](?:取材自|取自|摘自|轉載自|转载自|据|據)?(?P<name>[一-鿿]{1,8}?(?:日报|日報|晚报|晚報|早报|早報|时报|時報|晨报|晨報|周报|週報|商报|商報|通讯社|通訊社))[)）》]$"
)
# ——《青岚之春》1998年3月号, 原载《青岚月刊》2004年第3期
_ISSUE = re.compile(
    r"[(（\s—–-]{0,6}(?:原?载于?|摘自|选自|刊于|首发于|转自)?\s?《(?P<name>[^《》]{2,16})》\s?[,，]?\s?(?:19|20)\d\d\s?年?\s?(?:第?\s?[\d一二三四五六七八九十]{1,3}\s?[期号號]|\d{1,2}\s?月[号號刊])[^。]{0,12}"
)
_AUTHOR_DATA = re.compile(r'"author"\s{0,4}:\s{0,4}\[?\s{0,4}(?P<author>\{[^{}\[\]]{2,300}\})')
_AUTHOR_NAMED = re.compile(r'"(?:author|authorName|author_name)"\s{0,4}:\s{0,4}"(?P<name>[^"\\]{2,12})"')
_NAME_DATA = re.compile(r'"name"\s{0,4}:\s{0,4}"(?P<name>[^"\\]{2,30})"')
_ROLE_LINE = re.compile(
    "[A-Za-z一-鿿 ]{0,12}(?:记者|記者|通讯员|通訊員|特约撰稿人?|特約撰稿人?|撰稿人|评论员|評論員|专栏作家|專欄作家)"
)
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
_PLACE_AND_DAY = re.compile(
    r"(?P<run>[一-鿿]{3,9})(?:\d{1,2}月)?\d{1,2}日(?P<place>.{0,12}?)(?:电|電|報導|报道|讯).*$"
)
_PLACE = re.compile(
    "(?:台北|臺北|新北|桃園|台中|臺中|台南|臺南|高雄|基隆|新竹|花蓮|屏東|北京|上海|香港|澳门|澳門|广州|深圳|东京|東京|华盛顿|華盛頓|纽约|紐約|"
    "伦敦|倫敦|巴黎|首尔|首爾|莫斯科|武汉|武漢|南京|杭州|成都|重庆|天津|西安|郑州)$"
)
# what stands behind 记者 in the heading of a column
_NOTES = frozenset(
    ["手记", "札记", "调查", "观察", "走访", "连线", "体验", "视线", "提问", "日记", "来信", "之家", "协会"]
)
# ……记者文宇晴香港报道，责编：陈光
_EDITED_BY = re.compile(r"[，,\s]\s?(?:责编|責編|网编|網編|责任编辑|責任編輯|编辑|編輯)\s?[:：].{1,20}$")
_VOUCHES = re.compile(r"[(（\[【]?\s*(?:本文)?作者(?:系|为|是|單位|单位|简介|簡介)")
_OPENING = re.compile(r"[〔【(（\[]([^〔【(（\[〕】)）\]]{2,40})[〕】)）\]]")
_CLOSING = re.compile(r"[〔【(（]([^〔【(（〕】)）]{2,30})[〕】)）]\s?$")
# (曹文明 編輯): the names before such a word are not an author's
_NO_AUTHORS = frozenset(
    ("编辑", "編輯", "责编", "責編", "责任编辑", "責任編輯", "校对", "校對", "审核", "審核", "主编", "主編")
)
_ROLE_AFTER = re.compile(
    r"(?:\d{1,2}月\d{1,2}日.{0,12}|[\s/／](?:文|图|摄)|摄影|撰文|报道|攝影|編譯|编译|/.*|整理|综合报道|綜合報導|发自.*)$"
)
# 以上是青岚电台特约记者林大为的采访报道。
_FORMULA = re.compile(
    r"以[上下]是[一-鿿]{0,12}(?:记者|記者|特派员|特派員)(?P<names>[一-鿿]{2,3}?(?:[\s、][一-鿿]{2,3}?){0,2})[的在]?"
    r"(?:[在从][一-鿿]{2,8}?[的]?)?(?:采访|採訪|现场|現場|专题|專題|连线|連線)?(?:报道|報道|報導|报导)[。.]?$"
)
# 青岚11月3日电 (古川 马一帆)
_BEHIND_DATELINE = re.compile(r"[^。，；()（）]{2,20}日(?:[专專])?[电電讯訊]\s?[(（]([^()（）]{2,30})[)）]")
_PARAGRAPH = 40
"""Characters of a line that is no caption of a picture."""


def in_text(lines: Sequence[str]) -> str | None:
    """The newspaper that signs a text: 《联合早报》 as its last line, （星洲日报） behind its last sentence; a magazine
    with its issue: ——《青岚之春》1998年3月号."""
    for line in lines[-1:]:
        if len(line) <= 40 and (issue := _ISSUE.fullmatch(line)):
            return issue["name"]
        match = _SIGNED.search(line[-30:])
        if match and (len(match[0]) == len(line) or len(line) >= _PARAGRAPH):  # else it is a picture's credit
            return match["name"]
    return None


def in_data(text: str, title: str | None) -> str | None:
    """The medium that a script states in the object of the headline: {"title": "…", "media": "青岚观察"}."""
    for match in _DATA.finditer(text):
        if title and fold(match["title"]) == fold(title) and (name := cleaned(match["media"])):
            return name
    return None


def author_in_script(text: str) -> str | None:
    """The author that JSON-LD or other data names; only for pages whose text is in a script."""
    for match in _AUTHOR_DATA.finditer(text):
        name = _NAME_DATA.search(match["author"])
        if name and '"Person"' in match["author"] and not names.is_medium(name["name"]):
            return printed(name["name"])
    author = _AUTHOR_NAMED.search(text)
    return author["name"] if author and is_person(author["name"]) else None


def is_only_role(line: str) -> bool:
    """Whether a line above the text gives only the author's role: BBC中文记者, 特约撰稿人."""
    return len(line) <= 16 and _ROLE_LINE.fullmatch(line) is not None


def without_credits(
    text: str, lines: Sequence[str], source: str | None, author: str | None, editor: str | None
) -> str:
    """The text, made of `lines`, without the lines that only name its source, author and editor."""
    last = len(lines) - 2
    return "\n".join(
        [
            line
            for place, line in enumerate(text.split("\n"))
            if not (author and len(line) <= LONGEST_CREDIT and is_only_credit(line, author, source))
            and not (place < 2 and (line in (source, author) or is_only_role(line)))
            and not (place >= last > 0 and line.strip("《》□■ ") in (source, author, editor))
        ]
    )


def author_in_text(lines: Sequence[str], left_out: Sequence[str] = ()) -> str | None:
    """The author that the text itself credits: a credit line, the brackets of the lead, a signature at the end.

    `left_out` are lines beside the text, which may credit but not sign.
    """
    for line in [*lines[:4], *lines[-4:], *left_out[:4], *left_out[-4:]]:
        if len(line) > 50 or PHOTO.search(line):
            continue
        if found := names.credit(_EDITED_BY.sub("", line)):
            return "、".join(found.names)
        if signed := names.signed(line):
            return "、".join(signed)
        if len(line) <= 16 and (people := spaced(line)) and not SPACED_LABEL.sub("", line):
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
        if (match := _LEAD.search(line[:120])) and not PHOTO.search(match[0]):
            found = names.credit(match[0].rstrip("/／"))
            people = "、".join(found.names) if found else _people(_without_place(match["names"]))
            if people:
                return people
    return None


def _at_end(lines: Sequence[str]) -> str | None:
    """The reporters in the brackets that a text ends with: （记者 甲）, （甲／台北報導）, （甲 乙）."""
    for line in lines:
        closing = _CLOSING.search(line[-40:])
        if closing is None or PHOTO.search(closing[0]):
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
            or names.are_people(line.split())
            or (vouched and 2 <= len(line) <= 4 and HANZI.fullmatch(line))
        ):
            return printed(line)
        if "。" in line:
            break
    return None


def _without_place(run_on: str) -> str:
    """The reporters of a dateline that runs on into place and day: 記者溫貴香台北21日電."""
    match = _PLACE_AND_DAY.search(run_on)
    if match is None:
        return run_on
    before, run = run_on[: match.start()], match["run"]
    if HANZI.search(match["place"]):  # the place is behind the day
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
        or SENTENCE.search(credited)
        or SPEECH.search(credited)
        or found in _NOTES
        or SENTENCE.search(found)
        or any(not 2 <= len(name) <= 12 for name in found.split("、"))
    ):
        return None
    return found
