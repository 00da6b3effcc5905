"""Known articles again, on a decaying schedule: unchanged, changed, gone, redirected, blocked, back."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from archive.door.ingest import Taken
from archive.door.moves import is_marked, kind
from archive.view.captures import MOST_STEPS
from archive.view.ledger import Due
from crawler.fetch.redirects import GATE, REDIRECTS, SHUT, carried, ends_at_gate, is_same
from crawler.finding.arguments import is_yes
from crawler.finding.spider import ALARMING_REFUSALS, Harvest, chosen
from extract.page.address import escaped_bytes
from extract.page.blocked import UPKEEP, gate

ANSWERS = [*range(300, 304), 305, *range(307, 400), *range(400, 500), 501, 505]
"""Statuses that are the finding itself; TRIED_AGAIN and 5xx are tried again first, then counted as failures."""
TRIED_AGAIN = {408, 421, 425, 429}
SOME_DAY = datetime(9999, 1, 1, tzinfo=UTC)
"""By then every article is due."""


class Recheck(Harvest):
    """Asks again for articles whose next look is due; those that waited longest come first.

    -a site=a,b only articles of these sites; -a now=yes all, due or not. When: ZHUANZAI_RECHECK_HOURS. At most
    ZHUANZAI_RECHECK_PAGES of a host in a run: the rest is asked for next time. The archive writes the results: table
    sightings, views vanished and changed.
    """

    name = "recheck"
    arguments: ClassVar = ("site", "now")

    def __init__(self, name: str | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        self.names: str | None = given.get("site")
        self.is_now = is_yes("now", given.get("now"))
        self.moves: set[tuple[str, str]] = set()

    def check(self) -> None:
        """Refuse sites without a file."""
        self.hosts = tuple(site.host for site in chosen(self.sites, self.names)) if self.names else ()

    async def start(self) -> AsyncIterator[Request]:
        """Ask for every article that is due, within the budget of its host."""
        if self.keeper is None:
            return
        ages_h = [float(hours) for hours in self.settings.getlist("ZHUANZAI_RECHECK_HOURS")]
        budget = self.settings.getint("ZHUANZAI_RECHECK_PAGES")
        asked: Counter[str] = Counter()
        now = datetime.now(UTC)
        found = self.keeper.held.due(SOME_DAY if self.is_now else now, ages_h, self.hosts)
        if not found:
            self.logger.info(
                nothing_due(next(iter(self.keeper.held.due(SOME_DAY, ages_h, self.hosts)), None))
            )
        for due in found:
            if not self.owns(due.url):
                continue
            to = self.keeper.held.moved_to(due.url)  # its old host may be gone by now
            host = urlsplit(to).hostname or ""
            if asked[host] >= budget:
                self.count(f"recheck/postponed/{due.site}")
                continue
            asked[host] += 1 + len(due.further)
            request = self._ask(to, further=due.further, before=[due.url] if to != due.url else [])
            request.meta["remembered"] = to != due.url
            yield request

    def looked(self, response: Response, further: tuple[str, ...] = ()) -> Iterator[Any]:
        """The further pages of an article that is still there, or its address by https where it moved there."""
        self.count(f"recheck/{'unchanged' if 'not-modified' in response.flags else response.status}")
        request = response.request
        if (
            request is not None
            and ends_at_gate(request, response.url)
            and "Location" not in response.headers
            and not sends_on(response)
        ):
            self.walled(request)
            return
        if response.status in (200, 206):
            taken: Taken | None = response.meta.get("capture")
            self.came[self.sites.place(response.url, self.today).site] += 1
            if taken is not None and taken.reading.reason == "blocked":
                self.refused(response, taken.reading.detail)
            if taken is not None and taken.reading.sends_to:
                yield from self._follow(response, taken.reading.sends_to, further)
                return
            for url in further:
                yield self._ask(url)
            if taken is not None and taken.article is not None:
                sent_by = response.meta.get("sent_by") or next(
                    iter(response.meta.get("redirect_urls", ())), None
                )
                if sent_by:
                    self._tell_move(sent_by, response.url)
                yield from self.looks_of(response, response.url)
            return
        location = response.headers.get("Location")
        if location is not None and response.status in REDIRECTS:
            yield from self._follow(response, escaped_bytes(location.decode("latin-1")), further)

    def _follow(self, response: Response, location: str, further: tuple[str, ...]) -> Iterator[Request]:
        """The request for where an article's address sends to, if that may be the article's other address."""
        to = self.address(location, response.url)
        before = [*response.meta.get("redirect_urls", ()), response.url]
        if to is None:
            return
        if is_same(to, before[1:] if response.meta.get("remembered") else before) or len(before) > MOST_STEPS:
            self.loops(before[0])
        elif (found := gate(response.url, to)) == UPKEEP:
            return
        elif found in SHUT or (found and self.walls[self._host(before[0])] >= ALARMING_REFUSALS):
            self.refused(response, f"redirected to a gate, {to}")
        elif GATE in response.meta or kind(response.url, to) == "gate":
            way = self._ask(to, further=further, before=before, sent_by=response.meta.get("sent_by"))
            way.meta[GATE] = response.meta.get(GATE, to)
            way.dont_filter = True
            yield way if response.request is None else carried(response.request, response, way)
        elif kind(response.url, to) in ("twin", "moved") or is_marked(before[0], to):
            yield self._ask(to, further=further, before=before, sent_by=before[0])

    def _tell_move(self, url: str, to: str) -> None:
        """An alarm where articles of a site are at another host now, once for each pair."""
        site, host = self.site(url), urlsplit(to).hostname or ""
        if site is None or self.sites.site_of(to) is site or (site.host, host) in self.moves:
            return
        self.moves.add((site.host, host))
        self.alarm(site.host, "site-moved", f"{url} is at {to} now; name {host} in `hosts` of its site file")

    def _ask(
        self,
        url: str,
        *,
        further: tuple[str, ...] = (),
        before: Sequence[str] = (),
        sent_by: str | None = None,
    ) -> Request:
        """A request for an article; `before` are the addresses that led to this one, `sent_by` the first just now."""
        meta: dict[str, Any] = {"redirect_urls": list(before)} if before else {}
        meta |= {"sent_by": sent_by} if sent_by else {}
        meta |= {
            "dont_redirect": True,
            "handle_httpstatus_list": [status for status in ANSWERS if status not in TRIED_AGAIN],
        }
        return Request(
            url, callback=self.looked, errback=self.failed, cb_kwargs={"further": further}, meta=meta
        )


def sends_on(response: Response) -> bool:
    """Whether a page only sends on to another, by a meta tag."""
    taken: Taken | None = response.meta.get("capture")
    return taken is not None and bool(taken.reading.sends_to)


def nothing_due(due: Due | None) -> str:
    """The message of a run that finds nothing to do."""
    if due is None:
        return "recheck: no article in the archive yet that could be looked at again"
    when = due.due_at.strftime("%Y-%m-%d %H:%M")
    return (
        f"recheck: nothing is due; the next look comes {when} UTC, {due.url}; -a now=yes looks at all at once"
    )
