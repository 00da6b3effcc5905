"""The keys for finding copies of an article: phrases for a search, titles for a link, other addresses of the page."""

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from crawler.registry.site import Search, SiteRegion
from extract.script.fold import fold, simplified, traditional

VARIANTS = [
    (re.compile(entry["match"]), entry["to"])
    for entry in tomllib.loads((Path(__file__).parent / "variants.toml").read_text(encoding="utf-8"))[
        "variant"
    ]
]
CLAUSE = re.compile(r"[^\W_]+(?:[·・.%-][^\W_]+)*")
SHORTEST, LONGEST = 4, 20
"""Characters of a phrase: below, everybody prints it; above, search boxes cut it off."""
PHRASES = 2  # asked of each search; the second is for sites that changed or cut the title
SURE = 6  # folded characters that two titles must share where they are not the same
CUT = re.compile(r"(?<![.…·])[.…·]{2,}+$|…$")


def phrases(title: str, frequency: Callable[[str], int]) -> tuple[str, ...]:
    """The phrases of a title to ask searches for, the rarest first.

    A clause between two marks is a phrase; `frequency` says how many articles print one. Of equally rare ones the
    longer tells more. A title without a clause of SHORTEST characters is a phrase as a whole.
    """
    clauses = [clause[:LONGEST] for clause in CLAUSE.findall(title)]
    found = dict.fromkeys(clause for clause in clauses if len(fold(clause)) >= SHORTEST)
    if not found:
        return (" ".join(title.split())[:LONGEST],)
    return tuple(sorted(found, key=lambda phrase: (frequency(phrase), -len(phrase)))[:PHRASES])


def in_script(phrase: str, search: Search, region: SiteRegion) -> str:
    """A phrase in the script that a search wants; Taiwan prints other forms than Hong Kong."""
    if search.script == "hans":
        return simplified(phrase)
    return traditional(phrase, taiwan=region == "taiwan")


class Titles:
    """The titles that copies of an article may have, compared in the fold of both scripts."""

    def __init__(self, titles: Iterable[str | None]) -> None:
        self._folded = frozenset(filter(None, (fold(title) for title in titles if title)))

    def fit(self, anchor: str) -> bool:
        """Whether a link may lead to a copy: the title, one that lists cut off, or one put into a longer line."""
        line = fold(anchor)
        if line in self._folded:
            return True
        if len(line) < SURE:
            return False
        if CUT.search(anchor.strip()):
            return any(title.startswith(line) for title in self._folded)
        return any(
            (len(title) >= SURE and title in line) or (line in title and len(line) * 2 >= len(title))
            for title in self._folded
        )


def variants(url: str) -> tuple[str, ...]:
    """Other addresses that the same page may have: converters of the script, mobile and print pages."""
    found = (match.expand(to) for pattern, to in VARIANTS if (match := pattern.match(url)))
    return tuple(dict.fromkeys(other for other in found if other != url))
