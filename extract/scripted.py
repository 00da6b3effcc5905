"""What a page's scripts state of the article that the page itself does not show: headline, medium, author, editor."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from extract.article import is_own
from extract.fields import names, origin
from extract.page import dates
from extract.page.line import tidy
from extract.page.page import LONGEST_TEXT
from extract.script.fold import fold
from extract.text import candidates

MOST_PAIRS = 4_000
"""Keys with short values that are looked at in one page; a portal's page of data has some hundred."""
AROUND = 40
"""Pairs before and behind a headline's that may belong to the same article."""
LEAST_USED = 1 / 3
"""Share of a headline's pairs of characters that the text uses; another article's headline shares fewer."""
LEAST_OF_DATED = 1 / 4
"""The same, where a date stands beside the headline."""
NEAR = 8
"""Pairs before and behind a headline's in which its date is looked for."""
_PAIR = re.compile(
    r"""(?<![\w-])["']?(?P<key>[A-Za-z_]{2,24})["']?\s{0,3}[:=]\s{0,3}(?P<sign>["'])(?P<value>[^"'<>\n]{2,160})(?P=sign)"""
)
_HANZI = re.compile("[一-鿿]")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_PREFIX = re.compile("^(?:doc|news|article|art|info|post|detail|cms)(?=[a-z]{4})")
_TITLES = re.compile(r"(?:\w{0,16}title|headline|subject|name|tit)", re.I)
_SOURCE = """
    source sourcename newssource articlesource pubsource mediasource media medianame copyfrom from account accountname
    nickname mpname
"""
_BYLINE = "author authorname newsauthor articleauthor writer reporter reporters byline"
_EDITOR = "editor editors editorname dutyeditor responeditor respeditor responsibleeditor"
_KEYS = {
    "source": frozenset(_SOURCE.split()),
    "byline": frozenset(_BYLINE.split()),
    "editor": frozenset(_EDITOR.split()),
}


@dataclass(frozen=True, slots=True)
class ScriptData:
    """The headline that a script states, and the fields beside it in the same data; empty where it has none."""

    title: str = ""
    source: str = ""
    byline: str = ""
    editor: str = ""


def of(text: str, lines: Sequence[str], title: str | None = None) -> ScriptData | None:
    """The data of the article with these lines of text: the headline most of whose words the lines use, or the
    headline `title` where it is known already. None where no script states one."""
    pairs = list(islice(_pairs(text[:LONGEST_TEXT]), MOST_PAIRS))
    if title is None:
        said = "".join(map(fold, lines))
        shares = [
            (used(value, said), -place) for place, (key, value) in enumerate(pairs) if _may_head(key, value)
        ]
        share, negative = max(shares, default=(0.0, 0))
        at = -negative
        is_dated = any(
            dates.machine(value) for _, value in pairs[max(0, at - NEAR) : at + NEAR] if len(value) < 30
        )
        if share < LEAST_USED and not (is_dated and share >= LEAST_OF_DATED):
            return None
    else:
        folded = fold(title)
        at = next(
            (n for n, (key, value) in enumerate(pairs) if _TITLES.fullmatch(key) and fold(value) == folded),
            -1,
        )
        if at < 0:
            return None
    near = sorted(range(max(0, at - AROUND), min(len(pairs), at + AROUND)), key=lambda n: abs(n - at))
    near = near[: next((k for k, n in enumerate(near) if _is_other(pairs[n], pairs[at])), len(near))]
    found = {kind: next(_values(kind, [pairs[n] for n in near]), "") for kind in _KEYS}
    return ScriptData(pairs[at][1], **found)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """The keys and short values of all data in a page, in scripts and attributes."""
    for match in _PAIR.finditer(text.replace('\\"', '"') if '\\"' in text else text):
        value = match["value"]
        if "\\u" in value:
            value = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), value)
        yield match["key"], tidy(value)


def _may_head(key: str, value: str) -> bool:
    is_head = _TITLES.fullmatch(key) is not None and 6 <= len(value) <= 80 and not value.endswith("。")
    return is_head and len(_HANZI.findall(value)) >= 5


def used(title: str, said: str) -> float:
    """The share of a headline's pairs of characters that a text uses; `said` is the text in the fold."""
    words = candidates.words(title)
    return sum(word in said for word in words) / len(words) if len(words) >= 2 else 0.0


def _is_other(pair: tuple[str, str], own: tuple[str, str]) -> bool:
    """Whether a pair is the headline of another article, named by the same key."""
    return pair[0] == own[0] and fold(pair[1]) != fold(own[1])


def _values(kind: str, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The values of a field: a medium's name, or names of people."""
    for key, value in pairs:
        if _PREFIX.sub("", key.replace("_", "").lower()) not in _KEYS[kind]:
            continue
        if kind == "source":
            name = origin.cleaned(value)
            if name and re.search("[一-鿿]", name) and not is_own(name) and len(name) >= 3:
                yield name
        elif (
            (people := names.joined(value))
            and re.search("[一-鿿]{2}", people)
            and not names.is_medium(people)
        ):
            yield people
