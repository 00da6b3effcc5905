"""The descent of one page: its parent, the certainty of this parent, and the other parents that are as good."""

from dataclasses import dataclass

from extract.lineage.departures import Departure
from extract.lineage.evidence import Edge


@dataclass(frozen=True, slots=True)
class Descent:
    """The parent found for a page. `parent` is None for the origin and where the parent is not held.

    `certainty` is the likelihood that this is the parent, 0 to 1; `runner_up` the next best parent; `alike` are the
    other parents that text and credit leave almost as likely, the likeliest first; `undecided`: others are as good,
    whatever habit and delay make likely; `not_held` numbers the lost parent within the story, from 1, and `beyond` is
    the held page that the lost one was taken from.
    """

    article: int
    parent: int | None
    certainty: float
    runner_up: int | None = None
    alike: tuple[int, ...] = ()
    undecided: bool = False
    edge: Edge | None = None
    not_held: int | None = None
    beyond: int | None = None
    shared: frozenset[Departure] = frozenset()
