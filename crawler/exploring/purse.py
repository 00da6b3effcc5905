"""The pages that looking through one host may still cost: a budget, credit for articles, patience, an hour's end."""

from dataclasses import dataclass

CREDIT = 0.2  # pages of a list that each article found pays for: 1.3 requests an article at most
IDLE_PAGES = 10  # pages without a new article, after which the rest is not worth asking for
MOST_DEAD = 20


@dataclass(slots=True)
class Purse:
    """What one exploration has spent, and what it may spend.

    `budget` counts pages that are no articles. `is_late`: its time is over.
    """

    budget: int
    spent: int = 0
    proven: int = 0
    """Pages that were read as articles, or are held as such: each pays for a part of a list's page."""
    idle: int = 0
    dead: int = 0  # other hosts of the site that did not answer: links to further ones promise less
    is_late: bool = False

    def can_pay(self, more: int = 0) -> bool:
        """Whether the budget allows pages that may be no articles; only pages read as articles add to it."""
        return not self.is_late and self.spent + more < self.budget + int(CREDIT * self.proven)

    def may_go_on(self, more: int = 0) -> bool:
        """Whether a further page is worth its price."""
        return self.can_pay(more) and self.idle < IDLE_PAGES

    def lost_elsewhere(self) -> None:
        """Take back a page asked of another host that did not answer: its own budget, not this one's."""
        self.dead += 1
        self.spent -= self.dead <= MOST_DEAD
