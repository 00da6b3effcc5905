"""Web archives: their indexes are asked, their captures fetched raw."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from archive.capture import ARCHIVED_DIGEST
from archive.errors import WrongUse
from crawler.finding.cdx import CdxRow, NoIndex, answer, crawls, mementos, question
from crawler.finding.lists import Lists
from crawler.registry.site import Site
from crawler.registry.urls import RefusedAddress, date_in, normalised, unwrapped
from extract.page.address import escaped_bytes

ARCHIVES = Path(__file__).parent / "archives.toml"
ROWS = 5000  # in one answer; the Wayback Machine caps at 150,000
REDIRECTS = (301, 302, 303, 307, 308)
DAYS_LATE = 400  # an article may be archived long after its day; a range asks for captures so much later too


@dataclass(frozen=True, slots=True)
class Source:
    """A web archive: the address of its index, and the form of an old page's address."""

    name: str
    index: str = ""
    replay: str = ""
    timemap: str = ""
    crawls: str = ""
    data: str = ""
    resumable: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A question to an archive's index: an address, and how captures must match it (cdx.question).

    `host` is the site whose articles are wanted, None for whatever the address is. Captures of the range are wanted,
    and those made up to `late_days` after it. `collapse` is the column of which neighbours may not repeat.
    """

    url: str
    match: str = "exact"
    host: str | None = None
    late_days: int = DAYS_LATE
    collapse: str = "digest"


class Replays(Lists):
    """A spider that can ask web archives."""

    def __init__(self, name: str | None = None, **given: Any) -> None:
        super().__init__(name, **given)
        self.sources: tuple[Source, ...] = ()
        self.digests: set[tuple[str, str]] = set()

    def ask_archives(self, targets: Sequence[Target]) -> Iterator[Request]:
        """The first questions to every archive, for the targets that belong to this crawler."""
        targets = [target for target in targets if self.owns(target.url)]
        if not targets:
            return
        for source in self.sources:
            if source.crawls:
                request = self.ask(source.crawls, self.collections, source=source.name, targets=targets)
                yield request.replace(dont_filter=True)  # one list, asked for each time there are new targets
                continue
            for target in targets:
                yield self.ask_index(source.name, source.index, target)

    def collections(self, response: Response, source: str, targets: Sequence[Target]) -> Iterator[Any]:
        """Common Crawl's list of crawls: each has its own index."""
        for target in targets:
            try:
                found = crawls(response.text, self.range.since, self.latest(target))
            except NoIndex as error:
                self.alarm("commoncrawl.org", "no-index", str(error))
                return
            for _, server in found:
                yield self.ask_index(source, server, target)

    def latest(self, target: Target) -> date | None:
        """The last day of capture that is of interest."""
        return self.range.until + timedelta(days=target.late_days) if self.range.until else None

    def ask_index(self, source: str, server: str, target: Target, resume_key: str | None = None) -> Request:
        """A question to an index, or its continuation."""
        asked = question(
            server,
            target.url,
            match=target.match,
            since=self.range.since,
            until=self.latest(target),
            collapse=target.collapse,
            limit=ROWS,
            resume_key=resume_key,
            resumable=self.source(source).resumable,
        )
        request = self.ask(asked, self.index, source=source, server=server, target=target)
        # 404 is Common Crawl's word for no captures, 403 the Wayback Machine's for a site that keeps it out
        return request.replace(meta={**request.meta, "handle_httpstatus_list": [400, 403, 404]})

    def source(self, name: str) -> Source:
        """The archive of that name."""
        return next(source for source in self.sources if source.name == name)

    # -- answers

    def index(self, response: Response, source: str, server: str, target: Target) -> Iterator[Any]:
        """The captures that an answer lists, and the next answer."""
        place = re.sub(r"^https?://([^/]+)/.*$", r"\1", response.url)
        try:
            found = answer(response.text)
        except NoIndex as error:
            if target.match == "exact" and self.source(source).timemap:
                timemap = self.source(source).timemap.format(url=target.url)
                yield self.ask(timemap, self.timemap, source=source, url=target.url)
            self.alarm(place, "no-index", f"{error} url={response.url}")
            return
        if response.status == 403:
            self.alarm(place, "excluded", f"url={response.url}")
        wanted = [row for row in found.rows if row.is_page and self.is_wanted(row, target.host)]
        self.count(f"web_archive/{source}/rows", len(found.rows))
        self.count(f"web_archive/{source}/wanted", len(wanted))
        for row in wanted:
            yield from self.ask_capture(self.source(source), row)
        if found.resume_key:
            yield self.ask_index(source, server, target, found.resume_key)

    def timemap(self, response: Response, source: str, url: str) -> Iterator[Any]:
        """The captures of one address by Memento, where the index gives no answer."""
        try:
            rows = mementos(response.text, url)
        except NoIndex as error:
            self.alarm(source, "no-timemap", f"{error} url={response.url}")
            return
        for row in rows:
            yield from self.ask_capture(self.source(source), row)

    def is_wanted(self, row: CdxRow, host: str | None) -> bool:
        """Whether a capture is wanted: of the address itself, or of an article of the site and the days."""
        if host is None:
            return True
        own = own_address(row)
        if own is None:
            return False
        site: Site = self.sites.sites[host]
        day = date_in(own)
        article = self.is_article(own, site) or site.first_page(own) is not None
        return article and (day is None or day in self.range)

    # -- captures

    def ask_capture(self, source: Source, row: CdxRow) -> Iterator[Request]:
        """A request for the bytes of a capture, one for each distinct payload of an address."""
        if row.digest:
            if (row.original, row.digest) in self.digests:
                return
            self.digests.add((row.original, row.digest))
        if source.data:
            yield from self.ask_record(source, row)
            return
        url = source.replay.format(timestamp=row.timestamp, url=row.original)
        if self.known(url) and not self.is_list(row.original):
            self.held(row.original)
            return
        if self.is_passed(url):
            self.count("passed-over/before")
            return
        request = self.ask(url, self.capture, timestamp=row.timestamp)
        meta = {"handle_httpstatus_list": REDIRECTS, "dont_redirect": True}
        if row.digest:
            meta[ARCHIVED_DIGEST] = f"sha1:{row.digest}"
        yield request.replace(meta={**request.meta, **meta})

    def is_list(self, url: str) -> bool:
        """Whether a captured address is a list that the spider must read again though the archive holds it."""
        return False

    def ask_record(self, source: Source, row: CdxRow) -> Iterator[Request]:
        """A request for the piece of a crawl's WARC file that holds a capture; the door reads what is inside."""
        if row.filename is None or row.offset is None or not row.length:
            self.count("web_archive/no-place")
            return
        last = row.offset + row.length - 1
        url = source.data.format(filename=row.filename)
        if self.holds_piece(url, row):
            self.held(row.original)
            return
        request = self.ask(url, self.article)
        # one file, many pieces: the address alone would make them one request
        yield request.replace(headers={"Range": f"bytes={row.offset}-{last}"}, dont_filter=True)

    def holds_piece(self, url: str, row: CdxRow) -> bool:
        """Whether the archive holds the record of this capture in a crawl's WARC file."""
        if self.keeper is None:
            return False
        digits = row.timestamp
        at = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:14]}Z"
        return self.keeper.held.piece(url, self.sites.place(row.original, self.today).original_url, at)

    def capture(self, response: Response, timestamp: str) -> Iterator[Any]:
        """The page itself, or where the archive sends us: the nearest capture, or an archived redirect."""
        if response.status not in REDIRECTS:
            self.compare_time(response, timestamp)
            yield from self.article(response)
            return
        location = escaped_bytes((response.headers.get("Location") or b"").decode("latin-1"))
        target = self.address(location, response.url)
        behind = unwrapped(target) if target else None
        if target is None or behind is None or behind.timestamp is None:
            self.count("web_archive/redirect-out")
            self.logger.info(
                "archived redirect leads out of the archive url=%s to=%s", response.url, location[:200]
            )
            return
        self.count("web_archive/nearest" if behind.timestamp != timestamp else "web_archive/redirect")
        if not self.known(target) and response.meta.get("redirect_times", 0) < 5:
            request = self.ask(target, self.capture, timestamp=behind.timestamp)
            meta = {
                "handle_httpstatus_list": REDIRECTS,
                "dont_redirect": True,
                "redirect_times": response.meta.get("redirect_times", 0) + 1,
            }
            yield request.replace(meta={**request.meta, **meta})

    def compare_time(self, response: Response, timestamp: str) -> None:
        """Raise an alarm where an archive gave another capture than the one asked for without saying so by redirect."""
        said = (response.headers.get("Memento-Datetime") or b"").decode("latin-1")
        try:
            at = f"{parsedate_to_datetime(said):%Y%m%d%H%M%S}" if said else timestamp
        except ValueError:
            at = timestamp
        if at != timestamp:
            self.alarm(urlsplit(response.url).hostname or "", "other-time", f"{at} given url={response.url}")


def own_address(row: CdxRow) -> str | None:
    """The address that was captured, in its one form; None if it is none to be asked."""
    try:
        return unwrapped(normalised(row.original, ports=frozenset())).url
    except RefusedAddress:
        return None


def sources(names: str) -> tuple[Source, ...]:
    """The archives that -a archive= names: some of archives.toml, or the address of a pywb collection.

    Raises:
        WrongUse: an archive that is neither.
    """
    known = tomllib.loads(ARCHIVES.read_text(encoding="utf-8"))
    found = []
    for name in filter(None, (part.strip() for part in names.split(","))):
        if name.startswith(("http://", "https://")):
            found.append(pywb(name.rstrip("/")))
        elif name in known:
            found.append(Source(name, **known[name]))
        else:
            raise WrongUse(
                f"archive={name}: no such archive, known are {', '.join(known)} and any pywb's address"
            )
    return tuple(found)


def pywb(collection: str) -> Source:
    """A pywb collection: its CDX API and its raw replay."""
    return Source(
        collection,
        index=f"{collection}/cdx",
        replay=f"{collection}/{{timestamp}}id_/{{url}}",
        timemap=f"{collection}/timemap/link/{{url}}",
    )
