"""What may be readers' replies at a text's end, each below a name alone or behind one, without a clock or a class."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from extract.script.fold import fold
from extract.text.phrases import in_fold

FEWEST = 2
"""Replies from which they are told."""
MOST = 40
"""Replies that are looked at, from the end."""
LONGEST_NAME = 12
"""Characters of a line, or of what stands before a colon, that may be a reader's name."""
SHORTEST_REPLY = 6
"""Characters of a reply's line."""
_NO_NAME = re.compile("[，。！？；：、“”《》（）()【】\\[\\]…]")
_BEFORE_COLON = re.compile(f"([^，。！？；：:“”《》]{{2,{LONGEST_NAME}}})[：:](?!$)")
_SPOKEN = re.compile(
    in_fold(
        "[我你您俺咱]|楼主|小编|支持|顶一|顶个|[吧呢啊哈呀嘛哦呗]|呵呵|真的|真是|太[^平空阳原]|希望|建议|[!！?？]|了不起|可惜|可怜|怎么|凭什么|为什么|厉害|加油|难道|干嘛"
    )
)
# who speaks in a broadcast or an interview
_ROLE = re.compile(
    in_fold(
        "主持|解说|记者|旁白|字幕|同期|嘉宾|女士$|先生$|教授$|主任$|问$|答$|导语|律师$|专家$|人士$|点评|编者|配音"
    )
)
_QUOTED = re.compile("[“「『][^”」』]*[”」』]?")


def begins(lines: Sequence[str], title: str) -> int:
    """The number of the first line of what may be replies at a text's end; -1 if nothing there may be. Most names occur
    nowhere else, unlike a heading's words, and most of what is said is spoken language."""
    for found in (_below_names, _behind_names):
        entries = [*islice(found(lines), MOST)][::-1]
        if len(entries) < FEWEST or entries[0][0] == 0:
            continue
        names = [fold(name) for _, name, _ in entries]
        if any(map(_ROLE.search, names)):
            continue
        if len(set(names)) < len(names) or 2 * sum(_is_spoken(said) for _, _, said in entries) <= len(
            entries
        ):
            continue
        whole = "\n".join([fold(title), *map(fold, lines)])
        if 2 * sum(_occurs_elsewhere(name, whole) for name in names) <= len(names):
            return entries[0][0]
    return -1


def _below_names(lines: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """What stands below names alone, the last first: number, name, and what is said."""
    for number in range(len(lines) - 1, 0, -2):
        if not _is_reply(lines[number]) or not _may_be_name(lines[number - 1]):
            return
        yield number - 1, lines[number - 1], lines[number]


def _behind_names(lines: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """What stands behind a name and a colon, the last first."""
    for number in range(len(lines) - 1, 0, -1):
        match = _BEFORE_COLON.match(lines[number])
        if match is None:
            return
        yield number, match[1], lines[number][match.end() :]


def _may_be_name(line: str) -> bool:
    return 2 <= len(line) <= LONGEST_NAME and _NO_NAME.search(line) is None


def _is_reply(line: str) -> bool:
    return len(line) >= SHORTEST_REPLY and not _may_be_name(line)


def _occurs_elsewhere(name: str, whole: str) -> bool:
    """Whether a pair of a name's characters occurs in the text or in the headline more often than in the name."""
    pairs = [name[place : place + 2] for place in range(len(name) - 1)]
    return any(whole.count(pair) > name.count(pair) for pair in pairs)


def _is_spoken(said: str) -> bool:
    return _SPOKEN.search(fold(_QUOTED.sub("", said))) is not None
