"""Who wrote and who edited: 作者, 记者 and 责任编辑, kept apart."""

import re
from collections.abc import Sequence
from itertools import islice

from lxml.etree import _Element as Element

from extract.fields.labels import labelled, values
from extract.page.lines import Line, tidy
from extract.script.fold import fold_chars
from extract.text.phrases import in_fold

_CODE = re.compile(r"[_\s]*(?:[A-Z]{1,4}[A-Z_]?\d{2,8}|\d{3,8})\b|[_\s]+[A-Z]{2}\d*$")
_DUTY = frozenset(in_fold("责任编辑 责编 责任编校").split())
_BRACKETED = re.compile(
    in_fold(
        r"[\[【](?P<label>责任编辑|责编|编辑)[\]】]\s*[:：]?\s*(?P<names>[^\s\[【]{2,12}(?:[\s、]+[^\s\[【]{2,4}){0,3})"
    )
)
# behind a blank alone, names are no longer than names are, and roles follow
_SPACED = re.compile(
    in_fold(
        r"(?=[(（\[【]|责|.*校对|.*审)[(（\[【]?\s*(?P<label>责任编辑|责编|编辑)\s+(?P<names>[一-鿿]{2,3}(?:[\s、]+[一-鿿]{2,3}(?![一-鿿])){0,2}?)"
        r"(?:\s+(?:审核|校对|审校|监制|实习生|实习编辑|美编|摄影|图片|视频|制作|统筹|值班|主编|责任编辑|责编|责任校对)[\s:：]+.{1,30})?\s*[)）\]】]?"
    )
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
_ROLE_BEFORE = re.compile(
    r"^(?:本报|本網|本网|全媒体|见习|实习|特约|首席)*(?:记者|記者|通讯员|通訊員|实习生|實習生|特派员|特派員)"
)
_SPLIT = re.compile(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])|[、;；/／&＆和|]+\s*")
_REPORTERS = re.compile(
    r"[□■●◎○◇△▲\s]*(?P<line>[一-鿿]{0,8}(?:(?:记者|記者|通讯员|通訊員|撰稿人|特派员)(?:[\s、:：]+[一-鿿·]{1,5}){1,8}|[评評][论論][员員](?:[\s、]+[一-鿿·]{1,5}){0,3}))"
    r"\s*(?=$|[《(（])"
)
# what stands behind 记者 in the heading of a column
_NOTES = frozenset(
    ["手记", "札记", "调查", "观察", "走访", "连线", "体验", "视线", "提问", "日记", "来信", "之家", "协会"]
)
_SURNAMES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高郑鄭梁谢謝宋唐许許邓鄧韩韓冯馮曹彭曾肖蕭萧田董袁潘蔡蒋蔣余杜叶葉程苏蘇魏吕呂丁任"
    "沈姚卢盧姜崔钟鍾谭譚陆陸汪范石廖贾賈韦韋夏付傅邹鄒熊孟秦邱侯尹薛阎閻段雷龙龍黎史陶贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔汤湯温溫康施牛樊葛邢安齐齊"
)
_FULL_NAME = re.compile(f"[{_SURNAMES}][一-鿿]{{2}}")
_SET_APART = re.compile(f"[{_SURNAMES}]\\s[一-鿿]")
_HANZI = re.compile("[一-鿿]+")
_NO_NAME = re.compile(
    "[的是了在和与不之一二三四五六七八九十第年月日]|马上|高度|高考|安全|万里|万元|金融|温馨|夏季|石油|黄河|长江|江苏|何为|何以|许多|任务|史上|周年|周末|周边|严格|龙头"
    "|武汉|程序|雷电|康复|齐鲁|陆路|钟声|孔子|毛主|安徽|汤泉|石家|马来|黎明|任重|严重|龙舟|龙年|高速|高质|高新|高校|高温|安居|安置|万众|黄金|黄山|余姚|温州|范例|何时|段落|夏日|武术|时评"
)
_VOUCHES = re.compile(r"[(（\[【]?\s*(?:本文)?作者(?:系|为|是|單位|单位|简介|簡介)")
# 聯合報 記者陳怡君／宜蘭即時報導, 中時新聞網 記者林文山、陳怡君/台北報導
_REPORTING = re.compile(
    r"(?:記者|记者|特派員)\s?(?P<names>[一-鿿]{2,4}(?:[、\s][一-鿿]{2,4}){0,3})\s?[／/]\s?[一-鿿]{2,4}(?:即時|綜合|專訪|现场|現場|連線|专题)?(?:報導|報道|报导|报道|電)"
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
            if _SENTENCE.search(value):
                continue
            rank = 0 if label in _DUTY else 1
            if (best is None or rank < best[0]) and (names := joined(value)):
                best = (rank, names)
    return best[1] if best else None


def _bracketed(text: str) -> list[tuple[str, str]]:
    """An editor after a bracketed label, or behind a label at the beginning: 【编辑】李四, (编辑 李四 校对 王五)."""
    folded = fold_chars(text)
    match = _BRACKETED.search(folded) or (_SPACED.fullmatch(folded) if len(folded) <= 50 else None)
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
        part = _ROLE_BEFORE.sub("", part)
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
    contributor = None
    for line in lines:
        for label, value in labelled("byline", line.spaced):
            if len(value) > 30 or _SENTENCE.search(value) or not joined(value):
                continue
            names = printed(_UP_TO_CLAUSE.sub("", value))
            if names and label != "供稿":
                return names
            contributor = contributor or names
    if contributor:
        return contributor
    for line in lines:
        if len(line.text) <= 80 and (match := _REPORTING.search(line.text)):
            return match["names"].strip()
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
    for line in lines[-2:]:
        if (match := _TAIL.search(line[-40:])) and (names := _people(match["names"])):
            return names
    if lines and (match := _SIGNATURE.fullmatch(lines[-1])):
        return _people(_MEDIUM_BEFORE.sub("", match["names"]))
    return None


def standing_alone(lines: Sequence[str]) -> str | None:
    """The author whose bare name is the text's first line, or its second below a headline: 谢春涛, 赵  明.

    Only a name of three characters with a common surname, two set apart, or any that a note at the end vouches for.
    """
    vouched = any(_VOUCHES.match(line) for line in lines[-4:])
    for line in lines[:2]:
        if _SET_APART.fullmatch(line):
            return printed(line)
        is_name = _FULL_NAME.fullmatch(line) or (vouched and 2 <= len(line) <= 4 and _HANZI.fullmatch(line))
        if is_name and not _NO_NAME.search(line):
            return line
        if "。" in line:
            break
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
    if (
        found is None
        or found in _NOTES
        or _SENTENCE.search(found)
        or any(len(name) > 12 for name in found.split("、"))
    ):
        return None
    return found
