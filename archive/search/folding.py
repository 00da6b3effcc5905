"""Folding of texts for search: width, case and script are made equal, and each folded character has its offset."""

import re
import sys
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.compare.likeness import SENTENCE_ENDS
from extract.script.fold import PerCharacter, fold_chars
from extract.script.fold import fold as plain

_HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303c"  # radicals, 々〆〇, numerals
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"  # kana, without the middle dot
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\ue000-\uf8ff\U000f0000-\U0010fffd"  # private use: characters that old encodings had and Unicode lacked
    "\U00020000-\U0003fffd"
)
_WORD = f"[^\\W_{_HAN}]"
_RUN = re.compile(f"(?P<han>[{_HAN}]+)|{_WORD}+")
_HAN_RUN = re.compile(f"([{_HAN}]+)")
_GAPS = frozenset(" \n")
"""What stands between most Han runs of a text that laid_out() has marked."""
_POINT = "I" if array("I").itemsize == 4 else "L"
_POINTS = f"utf-32-{sys.byteorder[0]}e"
"""An array of code points of four bytes, and their encoding."""
_IGNORED = frozenset("\u00ad\u034f\ufeff") | {
    chr(c)
    for lo, hi in ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
    for c in range(lo, hi + 1)
}
"""Zero-width, direction and variation marks: they change the look of a word, not the word."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of folded text between separators. A `han` run is compared by characters, another run as one word."""

    text: str
    start: int
    han: bool


class _Table(dict[int, str]):
    """The folded form of each character; entries are made when a character first occurs."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in _IGNORED:
            return ""
        folded = fold_chars(unicodedata.normalize("NFKC", character).lower())
        if len(self) < 50_000:  # a text with every Unicode character must not fill the memory
            self[code] = folded
        return folded


def _marked(character: str) -> str:
    """The folded form for laid_out(): ends of sentences are newlines, all else between words is blanks.

    Characters that laid_out() cannot treat are _ODD.
    """
    if character in SENTENCE_ENDS:
        return "\n"
    folded = "".join(one if _RUN.match(one) else " " for one in fold(character))
    return folded if folded.replace(" ", "") == plain(character) else _ODD


class _IsHan(dict[int, bool]):
    """Whether a character belongs to Han runs; entries are made when a character first occurs."""

    def __missing__(self, code: int) -> bool:
        run = _RUN.match(chr(code))
        found = run is not None and run.lastindex == 1
        if len(self) < 50_000:
            self[code] = found
        return found


_ODD = "\0"
"""Stands for a character whose folds for search and for comparison differ by more than punctuation: ß, a radical."""
_TABLE = _Table()
_MARKED = PerCharacter(_marked)
_IS_HAN = _IsHan()


def fold(text: str) -> str:
    """The text as search compares it. Punctuation stays; ㎏ becomes two characters, a zero-width mark none."""
    return text.translate(_TABLE)


def offsets(text: str) -> list[int]:
    """The offset in `text` of each character of fold(text), followed by the length of `text`."""
    places = [place for place, character in enumerate(text) for _ in _TABLE[ord(character)]]
    return [*places, len(text)]


def runs(folded: str) -> Iterator[Run]:
    """The stretches of a folded text that carry words, in order."""
    for found in _RUN.finditer(folded):
        yield Run(found[0], found.start(), found["han"] is not None)


def tokens(folded: str) -> Iterator[str]:
    """The index's tokens of a folded text: the pairs and the last character of Han runs, and other words whole."""
    return iter(joined_tokens(folded).split())


def joined_tokens(folded: str) -> str:
    """The index's tokens of a folded text, with blanks between them.

    All pairs of the text are laid out at once, and those of a run cut from them: a third of the time of pair by pair.
    """
    pairs = _pairs(folded)
    found = []
    for run in _RUN.finditer(folded):
        start, end = run.span()
        found.append(pairs[3 * start : 3 * end - 2] if run.lastindex == 1 else folded[start:end])
    return " ".join(found)


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A text as the index and comparison want it: the index's tokens, and the sentences without anything but letters.

    The sentences are those that extract.compare.likeness folds one by one.
    """

    tokens: str
    sentences: list[str]


def laid_out(text: str) -> LaidOut | None:
    """The tokens and the sentences of a text, found in one walk: half the time of two; None for odd characters."""
    marked = _MARKED.of(text)
    if _ODD in marked:
        return None
    first, *rest = _HAN_RUN.split(marked)
    han, others = rest[::2], rest[1::2]
    pairs = _pairs("".join(han))
    found = first.split()
    end = 0
    for run, behind in zip(han, others, strict=True):
        start, end = end, end + 3 * len(run)
        found.append(pairs[start : end - 2])
        if behind not in _GAPS:
            found += behind.split()
    return LaidOut(" ".join(found), marked.replace(" ", "").split("\n"))


def _pairs(folded: str) -> str:
    """Each character with the one behind it, and a blank."""
    points = array(_POINT, folded.encode(_POINTS, "surrogatepass"))
    laid = array(_POINT, [ord(" ")]) * (3 * len(points))
    laid[::3] = points
    laid[1:-3:3] = points[1:]
    return laid.tobytes().decode(_POINTS, "surrogatepass")


def joined_han(folded: str) -> str:
    """The characters of a folded text's Han runs, each once and in order of number, with blanks between them."""
    points = array(_POINT, folded.encode(_POINTS, "surrogatepass"))
    found = array(_POINT, sorted(filter(_IS_HAN.__getitem__, set(points))))
    laid = array(_POINT, [ord(" ")]) * (2 * len(found))
    laid[::2] = found
    return laid[:-1].tobytes().decode(_POINTS, "surrogatepass")


def word_pattern(wanted: Sequence[Run], *, prefix: bool = False) -> str:
    """A pattern that matches these runs side by side in a folded text; with `prefix` the last word may be longer."""
    pattern = ""
    for before, run, after in zip([None, *wanted], wanted, [*wanted[1:], None], strict=False):
        if before:  # two Han runs need a separator between them, else they would be one run
            pattern += f"(?:(?!{_WORD})[^{_HAN}]){'+' if before.han and run.han else '*'}"
        end = "" if run.han or (prefix and after is None) else f"(?!{_WORD})"
        pattern += re.escape(run.text) if run.han else f"(?<!{_WORD}){re.escape(run.text)}{end}"
    return pattern
