"""A page of a story as the evidence sees it: its departures, its script and time, the credit that it prints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from extract.article import Precision, Script
from extract.lineage.departures import Departure


@dataclass(frozen=True, slots=True)
class SourceCredit:
    """The source line of a page: the folded name, and the hosts that publish under this name where they are known.

    `link` is the host that it links, where the address is that of no page of the story.
    """

    name: str = ""
    hosts: frozenset[str] = frozenset()
    link: str = field(default="", compare=False)

    def names(self, site: str) -> bool:
        """Whether the credit is to a site: one of its names, or the host itself within the line."""
        for host in self.hosts:
            if site.endswith(host) and (len(site) == len(host) or site[-len(host) - 1] == "."):
                return True
        # a name of Chinese characters holds no host: asked millions of times in a story of thousands
        return "." in self.name and (site in self.name or site.removeprefix("www.") in self.name)

    def named_among(self, sites: Mapping[str, Sequence[str]]) -> list[str]:
        """The sites that the credit names; `sites` is the result of `by_domain`."""
        found = [site for host in sorted(self.hosts) for site in sites.get(host, ())]
        if "." in self.name:
            found += [site for site in sites.get("", ()) if self.names(site)]
        return list(dict.fromkeys(found))


def by_domain(sites: Iterable[str]) -> dict[str, list[str]]:
    """Sites under their own name and each domain above it; all of them under the empty one."""
    found: dict[str, list[str]] = {}
    for site in dict.fromkeys(sites):
        parts = site.split(".")
        for n in range(len(parts) + 1):
            found.setdefault(".".join(parts[n:]), []).append(site)
    return found


@dataclass(frozen=True, slots=True)
class Witness:
    """A page of a story as the evidence sees it.

    `at` is its time of publication, None where it prints none; `title` its headline, folded; `linked` the page of the
    story that its source line links.
    """

    article: int
    site: str
    departures: frozenset[Departure]
    script: Script | None = None
    at: datetime | None = None
    precision: Precision | None = None
    credit: SourceCredit = field(default_factory=SourceCredit)
    is_origin: bool = False
    title: str = ""
    linked: int | None = None
    second: float = field(init=False, compare=False, repr=False, default=0.0)
    day: float = field(init=False, compare=False, repr=False, default=0.0)

    def __post_init__(self) -> None:
        """Reckon the time in seconds, and where its day begins, once for all comparisons."""
        if self.at is not None:
            object.__setattr__(self, "second", self.at.timestamp())
            day = self.at.replace(hour=0, minute=0, second=0, microsecond=0)
            object.__setattr__(self, "day", day.timestamp())

    def says_from(self, other: "Witness") -> bool:
        """Whether it says that it is from another page: it links this page, or credits its site."""
        return self.linked == other.article or self.credit.names(other.site)


def is_converted(parent: Witness, child: Witness) -> bool:
    """Whether the two pages print different scripts."""
    return bool(parent.script and child.script and parent.script != child.script)


def is_shortened(one: str, other: str) -> bool:
    """Whether one headline is the other cut short, or set behind a word: both folded."""
    return bool(one and other) and (one in other or other in one)


def stated_time(published_at: str | None) -> datetime | None:
    """The time that a page states; None if it states no time with a zone."""
    if published_at is None:
        return None
    try:
        at = datetime.fromisoformat(published_at)
    except ValueError:
        return None  # a row of an older archive
    return at if at.tzinfo else None
