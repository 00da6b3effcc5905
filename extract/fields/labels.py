"""Fields printed behind a label: 来源：人民日报 (source), 作者：张三 (author), 责任编辑：李四 (duty editor)."""

import re

from extract.fields import names
from extract.fields.surnames import COMMON
from extract.script.fold import fold_chars
from extract.text.phrases import LABELS, in_fold

_GAP = r"[\s　]*[:：︱丨]\s*"
# 点击数来源 is no label of a source, 责任编辑来源 is one behind another
_BEFORE = rf"(?:(?<![\u3400-\u9fff])|(?<=[\u3400-\u9fff])(?={in_fold('责任编辑|来源|作者|编辑|稿源')}))"
# 图片来源 and 资金来源 name where something else comes from; 资料来源 is the text's
_OF_ELSE = rf"(?<!{in_fold('图片|照片|视频|音频|题图|封面|数据|资金|收入|经济|病毒')})(?<!注明[^一-鿿\\s:])"
_ANY = "|".join(words for kind, words in LABELS.items() if kind != "event")
_WIDGETS = in_fold(
    "参与互动|我要|纠错|打印|关闭|字号|大中小|分享|收藏|评论|跟贴|人参与|[0-9]+人|订阅|举报|扫一扫|点击|浏览|进入论坛|手机看新闻|"
    "关注|微博|微信|qq|参与评论|进入|复制|点赞|小字|大字|缩小|放大|我有话|查看评论|欢迎|返回"
)
_STOP = re.compile(
    rf"\s{{2,}}|[】］\]〕)）>》|｜【\[。；;]|(?:{_ANY}){_GAP}|(?:19|20)\d\d\s*[-年/.]|(?:\s|^)(?:{_WIDGETS})"
    rf"|[\s/／](?:{_ANY})\s?[/／|｜]"
)
# 来源： 我要投稿: a button stands where the value would
_BUTTON = re.compile(
    in_fold(
        "(?:我要|我来|纠错|打印|关闭|字号|分享|收藏|评论|跟贴|订阅|举报|扫一扫|点击|返回)[一-鿿]{0,4}[:：]?"
    )
)
# one of these ends every label: most lines hold none and need no search for labels
_SIGN = re.compile("[:：︱丨|｜/／]")
# 编辑|李四 and 编辑/李四 as newsletters print it; between other fields such signs only part them
_NAME_GAP = r"[\s　]*[:：︱丨|｜/／]\s*"
_FIELDS = {
    kind: re.compile(
        rf"{_BEFORE}{_OF_ELSE if kind == 'source' else ''}(?:{words})"
        rf"{_NAME_GAP if kind in ('editor', 'byline') else _GAP}"
    )
    for kind, words in LABELS.items()
}
# 作者：赵  培: a name of two characters set apart
_GIVEN_NAME = re.compile(r"\s{1,4}(?P<name>[一-鿿])(?![一-鿿])")
# 本报记者 孙 浩　李敏华: the next names behind a wide blank
_ROLE_AT_END = re.compile(in_fold("(?:记者|通讯员|特派员|撰稿人|评论员)$"))
_FURTHER = re.compile(
    rf"(?:\s{{1,4}}(?:{names.FULL_NAME}|[{COMMON}]\s[一-鿿]|[{COMMON}][一-鿿](?=\s{{2}}))(?=[\s|｜)）]|$)){{1,4}}"
)
"""Further names behind a name, parted by blanks alone."""
_ONE = re.compile(r"\s{1,4}(?P<name>[一-鿿]{2,3})(?=[\s|｜)）]|$)")
"""One word of two or three characters behind a role."""
_FURTHER_ROLE = re.compile(
    r"(?:\s{1,4}(?:见习|特约)?(?:实习生|通讯员|通訊員|记者|記者)\s{0,2}[一-鿿]{2,3}(?=[\s|｜)）]|$)){1,3}"
)
"""Further people behind a name, each behind a role."""
_LONGEST = 80
_LONGEST_BRACKET = 34
_BRACKETS = {"(": ")", "《": "》", "〔": "〕", "[": "]"}
_DATE_LABEL = re.compile(rf"(?:{LABELS['date']}){_GAP}$")
_DATE_LABEL_ALONE = re.compile(rf"\s?(?:{LABELS['date']})(?:{_GAP}|\s+)")
_EVENT_LABEL = re.compile(rf"(?:{LABELS['event']})(?:{in_fold('时间|日期')})?{_GAP}$")
_ALONE = re.compile(
    rf"(?:(?:{'|'.join(LABELS[k] for k in ('source', 'byline', 'editor', 'date'))})\s?[:：]?|(?:{_ANY})\s?[:：])"
)


def may_be_in(text: str) -> bool:
    """Whether a text has one of the signs that every label ends in; most lines need no gaps laid out for labels."""
    return _SIGN.search(text) is not None


def values(kind: str, text: str) -> list[str]:
    """The values behind the labels of a kind in a line; `text` is Line.spaced. A label without a value gives none."""
    return [value for _, value in labelled(kind, text)]


def labelled(kind: str, text: str) -> list[tuple[str, str]]:
    """The labels of a kind in a line, folded and without colon, each with its value."""
    text = text[:3_000]
    if not _SIGN.search(text):
        return []
    folded = fold_chars(text)
    found = []
    for match in _FIELDS[kind].finditer(folded):
        start = match.end() + (folded[match.end() : match.end() + 1] in ("[", "【"))  # 稿源：[青岚晚报]
        end = _end(folded.replace("（", "(").replace("）", ")"), start)
        value = text[start:end].strip(" \u3000,，、:：/·-—")
        if len(value) == 1 and kind in ("byline", "editor") and (given := _GIVEN_NAME.match(text, end)):
            value += given["name"]
        if kind == "byline" and value and end < len(text) and text[end].isspace():
            value = _with_further_names(text, end, value)
        if value and not _BUTTON.fullmatch(fold_chars(value)):
            found.append(("".join(match[0].split()).strip(":：︱丨|｜/／"), value))
    return found


def _with_further_names(text: str, end: int, value: str) -> str:
    """The value with the full names that blanks alone part from it, or with the one name behind its role."""
    if match := _FURTHER.match(text, end):
        return f"{value}{match[0]}"
    if match := _FURTHER_ROLE.match(text, end):  # 本报记者 洪秀清  实习生 蔡明
        return f"{value}{match[0]}"
    rest = text[end:].split() if len(text) - end <= 24 else []
    if rest and names.is_person(value) and all(map(names.is_person, rest)):  # 记者：李想  王丹
        return " ".join((value, *rest))
    if (
        _ROLE_AT_END.search(fold_chars(value))
        and (match := _ONE.match(text, end))
        and names.is_person(match["name"])
    ):
        return f"{value} {match['name']}"
    return value


def _end(folded: str, start: int) -> int:
    """Where a value ends: at the first stop outside the value's own brackets."""
    last = min(len(folded), start + _LONGEST)
    closed = 0  # up to here the value's brackets are whole
    for stop in _STOP.finditer(folded, start, last):
        if stop.start() < closed:
            continue
        opened = _opened(folded, max(start, closed), stop.start())
        if opened < 0:
            return _before_label(folded, start, stop)
        close = folded.find(_BRACKETS[folded[opened]], stop.start(), opened + _LONGEST_BRACKET)
        if close < 0:  # nothing is cut in the middle of a bracket
            return opened
        closed = close + 1
    opened = _opened(folded, max(start, closed), last)
    return last if opened < 0 else opened


def _opened(text: str, start: int, end: int) -> int:
    """The place of the first bracket that is opened and not closed; -1 if there is none."""
    open_at: list[int] = []
    for at in range(start, end):
        if text[at] in _BRACKETS:
            open_at.append(at)
        elif open_at and text[at] == _BRACKETS[text[open_at[-1]]]:
            open_at.pop()
    return open_at[0] if open_at else -1


def _before_label(folded: str, start: int, stop: re.Match[str]) -> int:
    """The stop's beginning, without the word that a label at it ends: 范辉 电子|邮箱：."""
    end = stop.start()
    if not folded[end].isspace() and _SIGN.search(stop[0]) and "\u4e00" <= folded[end] <= "\u9fff":
        blank = folded.rfind(" ", start, end)
        if blank >= 0 and end - blank <= 5 and folded[start:blank].strip():
            return blank
    return end


def is_labelled(kind: str, text: str) -> bool:
    """Whether a line holds a label of the kind, with a value or without."""
    text = text[:3_000]
    return _SIGN.search(text) is not None and _FIELDS[kind].search(fold_chars(text)) is not None


def label_before(text: str, position: int) -> str:
    """The date label right before a position: 发布时间, 更新时间; empty if there is none."""
    start = max(0, position - 12)
    before = text[start:position]
    match = _DATE_LABEL.search(fold_chars(before)) if _SIGN.search(before) else None
    return before[match.start() :] if match else ""


def is_label(text: str) -> bool:
    """Whether a text is a date's label and nothing else: 日期, 发布时间："""
    return len(text) <= 14 and _DATE_LABEL_ALONE.fullmatch(fold_chars(text)) is not None


def is_of_event(text: str, position: int) -> bool:
    """Whether the date at a position is labelled as that of an event: 会议时间, 报名截止日期."""
    return _EVENT_LABEL.search(fold_chars(text[max(0, position - 12) : position])) is not None


def is_alone(text: str) -> bool:
    """Whether a line is only a label, and the next cell holds its value: 来源 or 来源："""
    return len(text) <= 8 and _ALONE.fullmatch(fold_chars(text)) is not None
