"""Pages that nobody holds, on more stories than in the table of lineage: those found, and the claims that are right.

    python -m tests.quality.unheld [PART] (1 for all stories, 0.1 for a tenth)

Three ways to count what could be found: every page with held copies by two ways; those whose copies share any change
that no held page above has; and those that are shown (proof.py). The stories chose no threshold.
"""

import sys
from collections import Counter
from collections.abc import Iterator

from extract.lineage.tree import tree
from tests.quality import lineage, newsrooms, transmissions
from tests.quality.later import table as later
from tests.quality.third import truth
from tests.quality.third.stories import story as third_story
from tests.quality.third.text import HABITS

TABLE = "unheld: pages that nobody holds, on generated stories, by three ways to count them"
STORIES = {"own": 560, "newsrooms": 16, "third": 12, "fourth": 8, "fifth": 16, "sixth": 26, "seventh": 24}
"""Seeds of each generator, from FIRST on: a story each of our own, all habits, cities or sizes of the others."""
FIRST = 3001
SHOWN = ("forks found", "sharing found", "shown found", "claimed rightly")


def counts(name: str, seed: int) -> Counter[str]:
    """The counts of one seed of a generator."""
    if name in later.GENERATORS:
        return later.counted(name, [seed], {"tree": tree}, times=True)["tree"]
    if name == "third":
        found = Counter[str]()
        for habit in HABITS.values():
            pages = third_story(seed, habit, True)
            seen, length = truth.witnesses(pages)
            found += lineage.counted_third(pages, seen, length, tree(seen, length))
        return found
    return lineage.measure(((pages, *lineage.witnesses(pages)) for pages in _stories(name, seed)), tree)


def _stories(name: str, seed: int) -> Iterator[list[transmissions.Page]]:
    if name == "own":
        yield transmissions.story(seed)
    else:
        for habits in newsrooms.ALL.values():
            yield newsrooms.story(seed, habits)


def main(part: float = 1.0) -> int:
    """Print the table; 1 where a figure of our own generator is under its floor."""
    others = Counter[str]()
    found = dict[str, Counter[str]]()
    for name, seeds in STORIES.items():
        found[name] = Counter()
        for seed in range(FIRST, FIRST + max(int(seeds * part), 1)):
            found[name] += counts(name, seed)
        if name != "own":
            others += found[name]
        _print(name, found[name])
    _print("all others", others)
    poor = lineage.under(found["own"], {"shown found": 0.7, "claimed rightly": 0.85})
    for said in poor:
        print(said, file=sys.stderr)
    return 1 if poor else 0


def _print(name: str, n: Counter[str]) -> None:
    print(
        f"  {name:11}",
        ", ".join(f"{part} {lineage.share(n, part):.3f} of {n[lineage.WHOLE[part]]}" for part in SHOWN),
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
