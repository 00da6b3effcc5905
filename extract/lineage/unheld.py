"""What a credit says where the parent may be a page that nobody holds: its cost, and the name that two copies share."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from extract.lineage.evidence import FALSE_CREDIT, FEW, NO_CREDIT, Weights, of_link
from extract.lineage.witness import SourceCredit, Witness, by_domain

UNKNOWN_CREDIT = -math.log(0.35)
"""Cost of a credit that may be to the page that is not there, or one that it printed."""
UNKNOWN_NAME = -math.log(0.01)
"""Cost of a credit to a name that no held page bears or prints: that of a page not held, or of one that is."""


class CreditsToUnheld:
    """The credits of a story's copies, weighed for a parent that is not held."""

    def __init__(
        self, pages: Mapping[int, Witness], weights: Weights, learned: Mapping[str, Counter[int]]
    ) -> None:
        self._weights = weights
        self._learned = learned
        self._sites = by_domain(page.site for page in pages.values())
        self._known: dict[SourceCredit, bool] = {}

    def cost(self, child: Witness, page: Witness, above: Witness) -> float:
        """Cost of a copy's credit if its parent is a page not held: it may name that page, or whom the page credits.

        `above` is the page that the one not held was taken from.
        """
        said = child.credit
        if child.linked is not None:
            return UNKNOWN_CREDIT if child.linked == above.article else of_link(page, child)
        if not said.name:
            return NO_CREDIT
        if said.name in (page.credit.name, above.credit.name) or said.names(above.site):
            return UNKNOWN_CREDIT
        if self._is_known(said):
            return -math.log(FALSE_CREDIT / max(self._weights.pages, FEW))
        return UNKNOWN_NAME

    def common(self, one: Witness, other: Witness, over: Iterable[Witness]) -> SourceCredit:
        """The source that two copies name, where it is no held page and no page `over` them prints it; else none."""
        said = one.credit
        if said.name != other.credit.name or self._is_known(said):
            return SourceCredit()
        return SourceCredit() if any(said.name == page.credit.name for page in over) else said

    def _is_known(self, said: SourceCredit) -> bool:
        """Whether a credit names a held page, for all that the story shows."""
        if said not in self._known:
            self._known[said] = bool(self._learned.get(said.name) or said.named_among(self._sites))
        return self._known[said]
