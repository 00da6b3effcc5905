"""Who copied from whom on the later generators: parents found, doubt said, lost pages, beside plain rules."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from extract.lineage.descent import Descent
from extract.lineage.witness import Witness
from tests.quality import proof
from tests.quality.judged import truth as judged
from tests.quality.judged.eighth_story import story as eighth_story
from tests.quality.judged.ninth import story as ninth_story
from tests.quality.later import fifth_truth, fourth_truth, seventh_truth, sixth_truth
from tests.quality.later.fifth import HABITS
from tests.quality.later.fifth_story import story as fifth_story
from tests.quality.later.fourth import CITY
from tests.quality.later.fourth_story import story as fourth_story
from tests.quality.later.seventh_story import story as seventh_story
from tests.quality.later.sixth import Press
from tests.quality.third import truth as third

Rule = Callable[[Sequence[Witness], int], list[Descent]]
SIZES = (8, 14, 25, 40, 55)


def _fourth(seed: int, *, times: bool) -> Iterator[Any]:
    for city in CITY:
        if city != "big":
            yield fourth_story(seed, city, times)


def _fifth(seed: int, *, times: bool) -> Iterator[Any]:
    for habit in HABITS.values():
        yield fifth_story(seed, habit, times)


def _sixth(seed: int, *, times: bool) -> Iterator[Any]:
    press = Press(seed)
    for number, size in enumerate(SIZES):
        yield press.story(number, size, times=times)


def _seventh(seed: int, *, times: bool) -> Iterator[Any]:
    for number in range(10 * seed, 10 * seed + 5):
        yield seventh_story(number, times=times)


def _eighth(seed: int, *, times: bool) -> Iterator[Any]:
    for number in range(10 * seed, 10 * seed + 5):
        yield eighth_story(number, times=times)


def _ninth(seed: int, *, times: bool) -> Iterator[Any]:
    for number in range(10 * seed, 10 * seed + 3):
        yield ninth_story(number, times=times)


GENERATORS = {
    "fourth": (_fourth, fourth_truth),
    "fifth": (_fifth, fifth_truth),
    "sixth": (_sixth, sixth_truth),
    "seventh": (_seventh, seventh_truth),
    "eighth": (_eighth, judged),
    "ninth": (_ninth, judged),
}
"""Of each generator its stories by seed and what can be known of them."""


def counted(
    name: str, seeds: Sequence[int], rules: Mapping[str, Rule], *, times: bool
) -> dict[str, Counter[str]]:
    """Counts by rule over a generator's stories."""
    stories, known = GENERATORS[name]
    found: dict[str, Counter[str]] = {rule: Counter() for rule in rules}
    for seed in seeds:
        for pages in stories(seed, times=times):
            seen, length = third.witnesses(pages)
            true, proven = known.truth(pages), known.lost(pages)
            for rule, method in rules.items():
                trees = method(seen, length)
                found[rule] += third.score(pages, trees, seen, true, proven)
                found[rule] += proof.shared(pages, trees, seen, length)
    return found
