"""The editor: 责任编辑 (duty editor) or 编辑, wherever a page prints the name."""

import re
from collections.abc import Sequence
from functools import lru_cache

from extract.fields.labels import labelled
from extract.fields.names import is_person, joined
from extract.fields.surnames import NOBODY
from extract.page.line import Line, tidy
from extract.script.fold import fold_chars
from extract.text.phrases import in_fold

_DUTY = frozenset(in_fold("责任编辑 责编 责任编校").split())
_BRACKETED = re.compile(
    in_fold(
        r"[\[【](?P<label>责任编辑|责编|编辑)[\]】]\s?[:：]?\s{0,2}(?P<names>[^\s\[【]{2,12}(?:[\s、]{1,3}[^\s\[【]{2,4}){0,3})"
    )
)
# behind a blank alone, names are no longer than names are, and roles follow
_SPACED = re.compile(
    in_fold(
        r"(?=[(（\[【]|责|.*校对|.*审)[(（\[【]?\s?(?P<label>责任编辑|责编|编辑)\s{1,3}(?P<names>(?:[一-鿿]{2,3}|[一-鿿]\s{1,2}[一-鿿])(?:[\s、]{1,3}[一-鿿]{2,3}(?![一-鿿])){0,2}?)"
        r"(?:\s{1,3}(?:审核|校对|审校|监制|实习生|实习编辑|美编|摄影|图片|视频|制作|统筹|值班|主编|责任编辑|责编|责任校对)[\s:：]{1,3}.{1,30})?\s?[)）\]】]?"
    )
)
_ALONE = re.compile(
    in_fold(
        r"(?P<label>责任编辑|责编|编辑|(?:文字|本期|本文|值班|执行)编辑)\s{1,3}(?P<names>[一-鿿]{2,4}(?:[\s、]{1,3}[一-鿿]{2,4}){0,2})"
    )
)
# 新京报 记者 林大为 编辑 范辉
_BEHIND_REPORTER = re.compile(
    in_fold(
        r"(?:记者|文|作者|摄影)\s{1,2}[一-鿿\s、]{2,20}\s[一-鿿]{0,4}?(?P<label>责任编辑|责编|编辑)\s{1,2}(?P<names>[一-鿿]{2,3})(?![一-鿿])"
    )
)
# 来源  青岚日报  编辑  范辉  时间  2017-04-20, each in an element of its own
_APART = re.compile(
    in_fold(
        r"(?:^|\s{2}|\d\s)(?:实习|见习)?(?P<label>责任编辑|责编|编辑)\s{1,2}(?P<names>[一-鿿]{2,3})(?=\s{2}(?:时间|日期|来源|作者|发布|(?:19|20)\d\d)|$)"
    )
)
# (曹文明 編輯)
_NAME_FIRST = re.compile(
    in_fold(
        r"[(（\[【]\s?(?P<names>[一-鿿]{2,4}(?:[\s、]{1,2}[一-鿿]{2,4}){0,2})[\s/／]{1,2}(?P<label>责任编辑|责编|编辑)\s?[)）\]】]"
    )
)
# ……对市民开放。（责任编辑：范辉）
_AT_END = re.compile(
    in_fold(
        r"(?:[(（\[【]\s?(?P<label>责任编辑|责编|编辑|本文编辑|网络编辑|实习编辑|执行编辑|责任编校)(?:\s?[:：/／]\s?|\s)(?P<names>[^()（）\[\]【】。]{2,40})[)）\]】]"
        r"|(?<=[。！？”])\s?(?P<bare>责任编辑|责编|编辑)\s?[:：/／]\s?(?P<people>[一-鿿]{2,3}))\s?$"
    )
)

# <span class="ep-editor">胡平</span>
_NAMED = re.compile(r"(?:^|[-_\s])(?:ep-?|article-?)?(?:editor|bianji|zebian|zrbj)(?:$|[-_\s\d])", re.I)

# 本文来自微信公众号“青岚观察”，作者：唐亚华，编辑：魏佳，经授权发布。
_OF_THIS = re.compile("[(（]?本文(?:来自|來自|转载|轉載|首发|首發|由|经|經)[^。]{4,120}。$")
_NEIGHBOUR = re.compile("[上下前后後]一?[篇则則条條页頁]")
_EDITORIAL = re.compile("[编編责責辑輯稿]")
LONGEST_NAME = 8
"""Characters, blanks included, of a name in an element of its own."""

_DATA = re.compile(
    r"""<textarea\s[^<>]{0,80}?class=["'][^"'<>]{0,40}editor[^"'<>]{0,20}["'][^<>]{0,80}>(?P<area>[^<>]{2,40})</textarea"""
    r"""|"editor(?:Name|_name)?"\s{0,4}:\s{0,4}"(?P<value>[^"\\<>]{2,30})\""""
)


def named(lines: Sequence[Line | str]) -> str | None:
    """The editors that lines name, 责任编辑 (duty editor) before 编辑; names joined by 、."""
    best: tuple[int, str] | None = None
    for line in lines:
        if isinstance(line, str):
            text = line
        else:  # most lines have no such word, and need no gaps
            text = line.spaced if _EDITORIAL.search(line.text) else ""
            if not text or not _EDITORIAL.search(text, max(0, len(text) - 160)):
                if best is None and (name := _in_named_element(line)):
                    best = (2, name)
                continue
            if _is_neighbour(line):
                continue
        for label, value in _found(text):
            if re.search("[？！?!。；]", value):
                continue
            rank = 0 if label in _DUTY else 1
            if (best is None or rank < best[0]) and (names := joined(value)):
                best = (rank, names)
    return best[1] if best else None


def _is_neighbour(line: Line) -> bool:
    """Whether a line names the article before or behind: 下一篇：编辑：写给读者的信."""
    return _NEIGHBOUR.match(line.text) is not None and any(piece.linked for piece in line.pieces)


def _in_named_element(line: Line) -> str | None:
    """The person whose name alone an element named for the editor holds, the last of its line."""
    if not line.pieces or len((last := line.pieces[-1]).text) > LONGEST_NAME or line.unseen:
        return None
    if not _is_editors(f"{last.element.get('class') or ''} {last.element.get('id') or ''}"):
        return None
    name = "".join(tidy(last.text).split())
    return name if is_person(name) else None


@lru_cache(maxsize=4_000)
def _is_editors(near: str) -> bool:
    """Whether an element is the editor's place, by its class and id; elements share few."""
    return _NAMED.search(near) is not None


def in_script(text: str) -> str | None:
    """The editor in a page's data, in a text area or "editorName"; only for pages whose text is in a script."""
    match = _DATA.search(text)
    value = (match["area"] or match["value"]).strip() if match else ""
    return joined(next((name for _, name in labelled("editor", value)), value))


def at_end(line: str) -> int:
    """Where a paragraph's end begins to name the editor: ……。（责任编辑：范辉）, ……。编辑/范辉; -1 if nowhere."""
    match, start = _credit_at_end(line)
    return start + match.start() if match else -1


def _credit_at_end(line: str) -> tuple[re.Match[str] | None, int]:
    """The match in the last 60 characters, and where these begin."""
    start = max(0, len(line) - 60)
    return _AT_END.search(fold_chars(line[start:])), start


def _found(text: str) -> list[tuple[str, str]]:
    """The labels of an editor in a line, each with its value."""
    if len(text) > 160 or ("。" in text and not _OF_THIS.match(text)):
        match, start = _credit_at_end(text)
        if match is None:
            return []
        named = "names" if match["names"] else "people"
        return [
            (match["label"] or match["bare"], text[start + match.start(named) : start + match.end(named)])
        ]
    return [*labelled("editor", text), *_unlabelled(text)]


def _unlabelled(text: str) -> list[tuple[str, str]]:
    """An editor whose label has no colon: 【编辑】李四, (编辑 李四 校对 王五), 编辑 李四, (李四 编辑)."""
    folded = fold_chars(text)
    if "|" in folded or "｜" in folded:
        return [found for part in re.split(r"\s{0,3}[|｜]\s{0,3}", text) for found in _unlabelled(part)]
    match = _BRACKETED.search(folded) or _NAME_FIRST.search(folded) or _BEHIND_REPORTER.search(folded)
    match = match or _person(_APART.search(folded), text)
    if match is None and len(folded) <= 50:
        match = _SPACED.fullmatch(folded) or _alone(folded, text)
    return [(match["label"], text[match.start("names") : match.end("names")])] if match else []


def _person(match: re.Match[str] | None, text: str) -> re.Match[str] | None:
    return match if match and is_person(text[match.start("names") : match.end("names")]) else None


def _alone(folded: str, text: str) -> re.Match[str] | None:
    """编辑 李四 alone in a line, if each name is a person's."""
    match = _ALONE.fullmatch(folded)
    names = re.split(r"[\s、]+", text[match.start("names") : match.end("names")]) if match else []
    return match if names and all(is_person(name) and not NOBODY.search(name) for name in names) else None
