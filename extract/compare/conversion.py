"""The errors of a converter between the scripts, character by character."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from extract.article import Script
from extract.script.fold import dictionary, phrases, script_of

CONTEXT = 4
"""Characters to either side in which a word that decides a character is looked for."""
STRETCH = 10
"""Telling characters of the other script, one after another, that make a text converted in part."""


# 網(wǎng): a reading has a tone mark; a lone (a) or (cpi) is the author's
READING = re.compile(
    r"(?<=[\u3400-\u9fff])[(（](?=[^)）]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ])[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,6}[)）]"
)
"""A reading set in brackets behind a character."""


@dataclass(frozen=True, slots=True)
class WrongCharacter:
    """A character that no right conversion of the origin's character gives; `at` is its place in the converted text."""

    at: int
    origin: str
    copy: str
    expected: str


def without_readings(text: str) -> str:
    """The text without the bracketed pinyin that a converter added."""
    return READING.sub("", text) if _TONE.search(text) else text


def wrong_characters(origin: str, copy: str, pairs: list[tuple[int, int]]) -> list[WrongCharacter]:
    """The botched characters among pairs of places that hold the same character in either script.

    Regional forms (裏 裡, 爲 為) are nobody's error. Where both texts are in one script, a character is wrong if it
    is the other script's, or another word's (機製 beside 機制).
    """
    tables = _tables()
    towards = script_of(copy) or script_of(origin)
    wrong = []
    for here, there in pairs:
        had, got = origin[here], copy[there]
        if (had == got and not tables.foreign(got, towards)) or (
            towards == "hant" and tables.sole.get(had) == got
        ):
            continue
        expected = tables.expected(origin, here, towards)
        if tables.plain(got) not in {tables.plain(character) for character in expected}:
            wrong.append(WrongCharacter(there, had, got, min(expected)))
    return wrong


def other_stretch(text: str, places: Iterable[int], script: Script | None) -> tuple[int, int]:
    """Where a text is in the other script at a stretch, as a page converted in part is; (0, 0) if nowhere.

    `places` are those asked about, in order. Single characters that a converter left or broke make no stretch.
    """
    best = worth = start = 0
    found = (0, 0)
    for at in places:
        of = _script(text[at])
        if of is None or script is None:
            continue
        start = at if worth <= 0 else start
        worth = max(worth, 0) + (1 if of != script else -4)
        if worth > best:
            best, found = worth, (start, at + 1)
    return found if best >= STRETCH else (0, 0)


class _Tables:
    """OpenCC's dictionaries, asked about one character at a time."""

    def __init__(self) -> None:
        self.traditional = dictionary("STCharacters.txt")
        self.sole = {had: forms[0] for had, forms in self.traditional.items() if len(forms) == 1}
        self.simplified = dictionary("TSCharacters.txt")
        self.regional: dict[str, str] = {}
        for name in ("TWVariants.txt", "HKVariants.txt"):
            for character, variants in dictionary(name).items():
                self.regional.update(dict.fromkeys(variants, character))

    def plain(self, character: str) -> str:
        """The one form for all regional forms of a character."""
        for _ in range(3):
            standard = self.regional.get(character)
            if standard is None or standard == character:
                break
            character = standard
        return character

    def foreign(self, character: str, script: Script | None) -> bool:
        """Whether only the other script writes a character."""
        return script is not None and _script(character) not in (None, script)

    def expected(self, text: str, at: int, script: Script | None) -> set[str]:
        """The right forms of a character in a script: by its word, and unchanged where the script is its own."""
        character = text[at]
        if script != "hant":
            kept = set() if self.foreign(character, script) else {character}
            return kept | set(self.simplified.get(character, [])) or {character}
        if _script(character) == "hant":
            return {character}
        by_word = self._by_word(text, at)
        if by_word:
            return by_word
        candidates = self.traditional.get(character, [character])
        return {character, candidates[0]} if character in candidates else {candidates[0]}

    def _by_word(self, text: str, at: int) -> set[str]:
        """The forms that the longest words around a place give it."""
        words = phrases()
        for length in range(CONTEXT, 1, -1):
            found = set()
            for start in range(max(0, at - length + 1), min(at, len(text) - length) + 1):
                word = text[start : start + length]
                if word in words:
                    found.add(words[word][at - start])
            if found:
                return found
        return set()


_TONE = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ]")
_script = lru_cache(maxsize=20_000)(script_of)


@cache
def _tables() -> _Tables:
    return _Tables()
