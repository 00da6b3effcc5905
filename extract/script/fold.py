"""One text in two scripts: the fold that makes them equal, which script it is in, and its Simplified form."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import compress, islice
from operator import add
from pathlib import Path
from typing import Any

import opencc.opencc
from opencc import OpenCC

from extract.article import Script

_TABLE = [
    line.split("\t")
    for line in resources.files("extract.script")
    .joinpath("fold.tsv")
    .read_text(encoding="utf-8")
    .splitlines()
]
FOLD_VERSION: int = next(int(value) for kind, value in _TABLE if kind == "version")
"""Version of extract/script/fold.tsv; what was folded with another version is to be folded again."""

_CLASSES = {ord(member): members[0] for kind, members in _TABLE if kind == "fold" for member in members}
SHORT = 400
"""Characters up to which a text's fold is kept for the next question: most paragraphs are shorter."""
KEPT = 8_000
"""Short texts whose fold is kept: menus come with each page of a site, paragraphs with each copy of a story."""
RARE = "\U00010000"
"""The first of the characters that hardly any text has."""
_TELLING = {character: kind for kind, members in _TABLE if kind in ("hans", "hant") for character in members}
# rare characters as one range and looked up: a set asks for each of those in turn
_MAY_TELL = {
    script: re.compile(f"[{''.join(char for char in of_script if char < RARE)}{RARE}-\U0010ffff]")
    for script in ("hans", "hant")
    if (of_script := [char for char, kind in _TELLING.items() if kind == script])
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `offsets[i]` is the place, in the original, of the character that gave `text[i]`."""

    text: str
    offsets: list[int]


def fold(text: str) -> str:
    """The text as comparison sees it: compatibility forms, case, accents and script variants made equal.

    Punctuation, spaces and signs are dropped. Works character by character: fold(a + b) is fold(a) + fold(b).
    """
    return _fold_short(text) if len(text) <= SHORT else _FOLD.of(text)


@lru_cache(maxsize=KEPT)
def _fold_short(text: str) -> str:
    """The same, kept: the lines and titles of a page are compared with one another again and again."""
    return _FOLD.of(text)


def folded(text: str) -> Folded:
    """The folded text, with the offsets of its characters in the original."""
    return Folded(_FOLD.of(text), offsets(text))


def offsets(text: str) -> list[int]:
    """The place, in the text, of the character that gave each character of fold(text)."""
    lengths = _FOLDED_LENGTH.of(text).encode("latin-1")
    if not lengths.translate(None, b"\0\1"):  # most texts: no character becomes two
        return list(compress(range(len(text)), lengths))
    return [offset for offset, length in enumerate(lengths) for _ in range(length)]


def fold_chars(text: str) -> str:
    """The text with every character that folds to one character folded: same length, punctuation kept.

    An offset in it is an offset in the original: for search and highlighting.
    """
    return _chars_of_short(text) if len(text) <= SHORT else _FOLD_IN_PLACE.of(text)


@lru_cache(maxsize=KEPT)
def _chars_of_short(text: str) -> str:
    """The same, kept: many rules ask one line after another."""
    chars = _FOLD_IN_PLACE.of(text)
    return text if chars == text else chars  # one of two equal texts is enough to be kept


def stand_ins() -> list[tuple[str, str]]:
    """Each character that folds to another, with this other character, in code point order."""
    return [(chr(point), first) for point, first in sorted(_CLASSES.items()) if chr(point) != first]


def script_of(text: str) -> Script | None:
    """`hans` or `hant`, the script of most telling characters; None without such characters, or for equal numbers.

    A Traditional page made by a bad converter keeps some Simplified characters, so the majority decides.
    """
    first: Script = "hans" if next(_telling("hans", text[:SHORT]), None) else "hant"
    other: Script = "hant" if first == "hans" else "hans"
    fewer = sum(1 for _ in _telling(other, text))
    more = sum(1 for _ in islice(_telling(first, text), fewer + 1))  # no more is to be known
    if fewer == more:
        return None
    return first if more > fewer else other


def _telling(script: Script, text: str) -> Iterator[str]:
    """The characters of a text that tell of a script."""
    return (one for found in _MAY_TELL[script].finditer(text) if _TELLING.get(one := found[0]) == script)


def simplified(text: str) -> str:
    """The readable Simplified form: OpenCC t2s, words left as they are (支援 stays 支援).

    About 0.3 million characters a second, whatever the text.
    """
    return "".join(_converter("t2s").convert(piece) for piece in _PIECE.findall(text))


def traditional(text: str, *, taiwan: bool = False) -> str:
    """The Traditional form as Hong Kong prints it, or Taiwan: for asking, never for keeping."""
    return str(_converter("s2tw" if taiwan else "s2hk").convert(text))


@lru_cache(maxsize=16)
def with_other_words(text: str, script: Script | None) -> str:
    """The text in the other script with Taiwan's words for the mainland's (网络 to 網路), or the other way, folded."""
    convert = _converter("tw2sp" if script == "hant" else "s2twp").convert
    return fold("".join(convert(piece) for piece in _PIECE.findall(text)))


@lru_cache(maxsize=16)
def other_words(text: str, script: Script | None) -> tuple[str, ...]:
    """The words, folded, that with_other_words() may put into a text; where it puts none, it changes nothing.

    All its other tables change characters that fold() makes equal.
    """
    folded = fold(text)
    pairs = _word_pairs(script == "hant")
    # a tenth of the time of looking for each word
    beginnings = pairs.keys() & {"", *map(add, folded, folded[1:])}
    return tuple(
        words for beginning in sorted(beginnings) for word, words in pairs[beginning] if word in folded
    )


@cache
def _word_pairs(is_taiwan: bool) -> dict[str, list[tuple[str, str]]]:
    """Words and what is put for them, by the first two characters of the word; those of one have the empty one."""
    rows = dictionary("TWPhrasesRev.txt" if is_taiwan else "TWPhrases.txt").items()
    pairs = {(fold(word), fold(form)) for word, forms in rows for form in forms}
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for word, form in sorted(pairs):
        if word != form:
            found[word[:2] if len(word) > 1 else ""].append((word, form))
    return dict(found)


def dictionary(name: str) -> dict[str, list[str]]:
    """One of OpenCC's tables: each word with its forms, the usual one first."""
    lines = (resources.files("opencc") / "dictionary" / name).read_text(encoding="utf-8").splitlines()
    return {word: forms.split(" ") for word, forms in (line.split("\t") for line in lines)}


# OpenCC copies the rest of a clause at each match: one without end would cost the square of its length.
_PIECE = re.compile(r".{1,500}(?:[，。；、\s]|$)|.{1,500}", re.DOTALL)


class PerCharacter:
    """A rule for single characters, worked out where one is first met.

    str.translate asks a list in three fifths of the time of any class of ours, which it asks by name, and a defaultdict
    in three quarters: so Unicode's first plane, nearly all of any text, stands in a list.
    """

    def __init__(self, rule: Callable[[str], str]) -> None:
        self._rule = rule
        self._first: list[Any] = [...] * ord(RARE)
        """By code point; an ellipsis, which str.translate refuses, where a character was not met before."""
        self._known: dict[int, str] = defaultdict(lambda: _UNMET)

    def of(self, text: str) -> str:
        """The text with the rule applied to each of its characters."""
        if text.__sizeof__() - 4 * len(text) < _WIDE:
            try:
                return text.translate(self._first)
            except TypeError:
                for character in set(text):
                    if self._first[ord(character)] is ...:
                        self._first[ord(character)] = _put(self._rule(character))
                return text.translate(self._first)
        if len(text) > MOST_MET:
            return "".join(self.of(text[at : at + MOST_MET]) for at in range(0, len(text), MOST_MET))
        made = text.translate(self._known)
        return self._met(text) if _UNMET in made else made

    def _met(self, text: str) -> str:
        """The same, of a text with characters that were not met before."""
        # pages that hold every character there is must not fill the memory
        known = self._known if len(self._known) < 2 * MOST_MET else defaultdict(lambda: _UNMET)
        for character in set(text):
            if known[ord(character)] == _UNMET:
                known[ord(character)] = self._rule(character)
        self._known = known
        return text.translate(known)


_WIDE = RARE.__sizeof__() - 4
"""Bytes that Python keeps with a text that has a rare character, beside four for each character."""
_UNMET = "\U0010ffff"
"""Stands for what is not known yet. It is no character, and so wide that hardly any text is searched for it."""
MOST_MET = 25_000
"""Characters of a text that are looked at together; the results of three times as many are kept at most."""


def _put(made: str) -> str | int | None:
    """What str.translate is to put for a character: for most a number, the same object for all rules.

    A text of a character takes three times the memory of its number, and three rules keep three of them: hardly any
    would be found in the processor's cache, where a text is folded once and other work is done in between.
    """
    return _NUMBERS.setdefault(ord(made), ord(made)) if len(made) == 1 else made or None


_NUMBERS: dict[int, int] = {}


def _fold_character(character: str) -> str:
    letters = (part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    plain = "".join(letters).translate(_CLASSES).casefold()
    return "".join(
        part for part in unicodedata.normalize("NFKC", plain).translate(_CLASSES) if part.isalnum()
    )


def _fold_in_place(character: str) -> str:
    result = _FOLD.of(character)
    return result if len(result) == 1 else character


_FOLD = PerCharacter(_fold_character)
_FOLDED_LENGTH = PerCharacter(lambda character: chr(len(_FOLD.of(character))))
_FOLD_IN_PLACE = PerCharacter(_fold_in_place)


class TraditionalForms:
    """OpenCC's 49,000 Simplified words, each with its usual Traditional form, which is as long.

    They stand one after another in strings, which take 3 MB; a dict of them takes 10, and 22 while it is filled.
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[int, str], str] = defaultdict(str)
        """Behind a mark each word without its first character, then its form; by length and first character."""
        with _PHRASES.open(encoding="utf-8") as lines:
            for line in lines:
                word, forms = line.split("\t")
                self._rows[len(word), word[0]] += f"\n{word[1:]}{forms.split()[0]}"
        lengths = {length for length, _ in self._rows}
        self.longest, self.shortest = max(lengths), min(lengths)

    def __contains__(self, word: str) -> bool:
        rows = self._rows.get((len(word), word[0]))
        return rows is not None and f"\n{word[1:]}" in rows

    def __getitem__(self, word: str) -> str:
        rows = self._rows[len(word), word[0]]
        at = rows.index(f"\n{word[1:]}") + len(word)
        return rows[at : at + len(word)]


@cache
def phrases() -> TraditionalForms:
    """OpenCC's words, loaded once."""
    return TraditionalForms()


_PHRASES = Path(opencc.opencc.__file__).parent / "dictionary" / "STPhrases.txt"
_DICTIONARIES: dict[str, Any] = {}
"""OpenCC's dictionaries by their files; several tables use the same."""


def forget_phrases() -> None:
    """Let go of OpenCC's dictionaries, 10 MB; the next conversion loads what it needs."""
    _converter.cache_clear()
    phrases.cache_clear()
    _DICTIONARIES.clear()


@cache
def _converter(table: str) -> OpenCC:
    converter = OpenCC()
    if table.startswith("s2"):
        words = phrases()
        _DICTIONARIES[str(_PHRASES)] = (words.longest, words.shortest, words)
    converter.dict_cache = _DICTIONARIES
    converter.set_conversion(table)
    return converter
