"""Who wrote and who edited: 作者, 记者 and 责任编辑, kept apart."""

import re
from collections.abc import Sequence
from itertools import islice

from lxml.etree import _Element as Element

from extract.labels import labelled, values
from extract.lines import Line, tidy
from extract.phrases import in_fold
from extract.script import fold_chars

_CODE = re.compile(r"[_\s]*(?:[A-Z]{1,4}[A-Z_]?\d{2,8}|\d{3,8})\b|[_\s]+[A-Z]{2}\d*$")
_DUTY = frozenset(in_fold("责任编辑 责编 责任编校").split())
_BRACKETED = re.compile(
    in_fold(
        r"[\[【](?P<label>责任编辑|责编|编辑)[\]】]\s*[:：]?\s*(?P<names>[^\s\[【]{2,12}(?:[\s、]+[^\s\[【]{2,4}){0,3})"
    )
)
_PRESS = (
    r"(?:[一-鿿]{0,12}(?:报|報|网|網|社|台|新闻|新聞|客户端|在线|新媒体|全媒体)?\s*)?"
    r"(?:特约|見習|见习|实习|全媒体|驻[一-鿿]{1,6}|首席|评论)?(?:记者|記者|通讯员|通訊員|特派员|评论员|撰稿人|作者)"
)
_NAME = r"[一-鿿]{1,4}(?:[·•・][一-鿿]{1,6})*"
_LEAD = re.compile(
    r"[(（〔【]\s*(?:[一-鿿]{0,10}?)(?:特约|见习|見習|实习|本报|全媒体)?(?:记者|記者|通讯员|通訊員)\s*(?P<names>[^)）〕】/／]{1,40})[)）〕】/／]"
)
_CREDIT = re.compile(
    r"[(（\[【]?\s*(?:(?:本文)?(?:作者|撰文|执笔|采写|撰稿|文)\s*[:：︱丨|/／]\s*(?:"
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
_AUTHOR_NAME = re.compile(
    r"(?:^|[-_\s\d])(?:author|writer|zuozhe|byline|reporter|original|article-author)(?:$|[-_\s]|baidu)", re.I
)
_DIGITS = re.compile(r"\d{2}")
_PLACE_AND_DAY = re.compile(r"(?P<run>[一-鿿]{3,9})(?:\d{1,2}月)?\d{1,2}日.{0,12}(?:电|電|報導|报道|讯).*$")
_PLACE = re.compile(
    "(?:台北|臺北|新北|桃園|台中|臺中|台南|臺南|高雄|基隆|新竹|花蓮|屏東|北京|上海|香港|澳门|澳門|广州|深圳|东京|東京|华盛顿|華盛頓|纽约|紐約|"
    "伦敦|倫敦|巴黎|首尔|首爾|莫斯科|武汉|武漢|南京|杭州|成都|重庆|天津|西安|郑州)$"
)
_NOBODY = re.compile(
    "佚名|原创|相关文章|admin|administrator|本站|网络|未知|不详|匿名|无|党委推荐|推荐|编辑部|匿名|小编|^\\d+$|https?:|www\\.|收藏|订阅|关注|评论(?!员)|更多|作者|责任|来源",
    re.I,
)
_SPLIT = re.compile(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])|[、;；/／&＆和|]+\s*")
_REPORTERS = re.compile(
    r"[□■●◎○◇△▲\s]*(?P<line>[一-鿿]{0,8}(?:(?:记者|記者|通讯员|通訊員|撰稿人|特派员)(?:[\s、:：]+[一-鿿·]{1,5}){1,8}|[评評][论論][员員](?:[\s、]+[一-鿿·]{1,5}){0,3}))"
    r"\s*(?=$|[《(（])"
)
_SENTENCE = re.compile("[？！?!。；]")
# 新华社记者 鞠鹏摄 stands under a picture
_PHOTO = re.compile(r"(?:[摄攝]|供图|供圖)\s*[)）]?$")
_UP_TO_CLAUSE = re.compile(r"[,，](?=[^,，]{5,}$).*$")
_ROLE_AFTER = re.compile(
    r"(?:[\s/／](?:文|图|摄)|摄影|撰文|报道|攝影|編譯|编译|/.*|整理|综合报道|綜合報導|发自.*)$"
)


def editors(lines: Sequence[Line | str]) -> str | None:
    """The editors that short lines name, 责任编辑 (duty editor) before 编辑; names joined by 、."""
    best: tuple[int, str] | None = None
    for line in lines:
        text = line if isinstance(line, str) else line.spaced
        if len(text) > 160 or "。" in text or not any(character in text for character in "编編责責辑輯"):
            continue
        for label, value in [*labelled("editor", text), *_bracketed(text)]:
            rank = 0 if label in _DUTY else 1
            if (best is None or rank < best[0]) and (names := joined(value)):
                best = (rank, names)
    return best[1] if best else None


def _bracketed(text: str) -> list[tuple[str, str]]:
    """An editor after a bracketed label: [责任编辑]张三, 【编辑】李四."""
    match = _BRACKETED.search(fold_chars(text))
    return [(match["label"], text[match.start("names") : match.end("names")])] if match else []


def joined(names: str) -> str | None:
    """Names of people joined by 、: staff codes dropped, two characters apart made one name (耿  磊)."""
    names = (
        re.sub(r"[,，](?=[^,，]{5,}$).*$", "", _CODE.sub(" ", names)).replace("，", "、").replace(",", "、")
    )
    names = names.strip(" \u3000、,，:：()（）[]【】|丨/")
    names = re.sub(r"^(?:本报|特约|见习|实习|首席)*(?:记者|記者|通讯员|作者)\s*[:：]?\s*", "", names)
    parts = [part for part in _SPLIT.split(names) if part]
    whole: list[str] = []
    waiting = ""
    for part in parts:
        part = re.sub(r"^(?:本报)?(?:记者|記者|通讯员|通訊員|特约记者|实习生)", "", part) or part
        if len(part) == 1 and "\u4e00" <= part <= "\u9fff":
            waiting, part = ("", waiting + part) if waiting else (part, "")
        if part:
            whole.append(part)
    if waiting:
        whole.append(waiting)
    whole = [part for part in whole if not _NOBODY.search(part)][:8]
    return "、".join(dict.fromkeys(whole)) or None


def told(texts: Sequence[str]) -> str | None:
    """The byline in the place that a hint names, as printed; the newspaper's issue that shares it is left out."""
    for text in texts:
        text = re.sub(r"[《(（].*$", "", text)
        if line := printed(next(iter(values("byline", text)), text)):
            return line
    return None


def printed(line: str) -> str | None:
    """A byline as printed, names of two characters set apart made one: 本报记者  耿  磊 is 本报记者 耿磊."""
    parts = [part for part in re.split(r"\s+", _CODE.sub(" ", line).strip(" \u3000,，:：|丨/")) if part]
    whole: list[str] = []
    single = False
    for part in parts:
        lone = len(part) == 1 and "\u4e00" <= part <= "\u9fff"
        if lone and single:
            whole[-1] += part
        else:
            whole.append(part)
        single = lone and not single
    found = " ".join(whole)
    return found if found and not _NOBODY.search(found) else None


def shown(lines: Sequence[Line]) -> str | None:
    """The author among the lines around the headline, behind a label or in an element named for it."""
    for line in lines:
        for value in values("byline", line.spaced):
            if len(value) > 30 or _SENTENCE.search(value) or not joined(value):
                continue
            if names := printed(_UP_TO_CLAUSE.sub("", value)):
                return names
    for line in lines:
        if len(line.text) <= 60 and not _PHOTO.search(line.text) and (match := _REPORTERS.match(line.spaced)):
            return printed(match["line"])
    for line in lines:
        named = [
            piece.text
            for piece in (line.pieces if len(line.text) <= 80 else ())
            if 2 <= len(tidy(piece.text)) <= 20
            and not _DIGITS.search(piece.text)
            and _AUTHOR_NAME.search(_names_near(piece.element))
        ]
        if named and (names := printed(" ".join(named))) and not re.search("[:：]|\\d", names):
            return names
    return None


def _names_near(element: Element) -> str:
    """Class and id of an element and its parent."""
    parent = element.getparent()
    own = f"{element.get('class') or ''} {element.get('id') or ''}"
    if parent is None or next(islice(parent, 6, None), None) is not None:  # len() would count every child
        return own
    return f"{own} {parent.get('class') or ''}"


def in_text(lines: Sequence[str], left_out: Sequence[str] = ()) -> str | None:
    """The author that the text itself credits: a credit line, the brackets of the lead, a signature at the end.

    `left_out` are lines beside the text, which may credit but not sign.
    """
    for line in [*lines[:4], *lines[-4:], *left_out[:4], *left_out[-4:]]:
        if len(line) > 50 or _PHOTO.search(line):
            continue
        if (match := _CREDIT.fullmatch(line)) and (names := _people(match["names"])):
            return names
    for line in lines[:3]:
        if match := _LEAD.search(line[:120]):
            names = _people(_without_place(match["names"]))
            if names:
                return names
    if lines and (match := _SIGNATURE.fullmatch(lines[-1])):
        return _people(_MEDIUM_BEFORE.sub("", match["names"]))
    return None


def _without_place(names: str) -> str:
    """The reporters of a dateline that runs on into place and day: 記者溫貴香台北21日電."""
    match = _PLACE_AND_DAY.search(names)
    if match is None:
        return names
    before, run = names[: match.start()], match["run"]
    if place := _PLACE.search(run):
        return before + run[: place.start()]
    return before + (run[:3] if len(run) >= 5 else run[:2])


def _people(names: str) -> str | None:
    """Names, if each is short enough to be one."""
    found = joined(_ROLE_AFTER.sub("", names))
    if found is None or _SENTENCE.search(found) or any(len(name) > 12 for name in found.split("、")):
        return None
    return found
