"""What is interrupted, and what must hold of the archive that is left."""

import logging
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

from archive.capture import Exchange
from archive.care.compact import compact
from archive.care.rebuild import rebuild
from archive.care.verify import Verifier
from archive.door.ingest import Door
from archive.door.source_filter import Interest
from archive.door.workers import Readers
from archive.errors import ArchiveError
from archive.out.atomic import whole
from archive.out.export import Selection
from archive.out.wacz import About, write_wacz
from archive.record.reader import Damage, records
from archive.run.folder import Archive
from archive.search.articles import Filter
from archive.view.store import Store
from tests.archive.archives import (
    AT,
    Book,
    contents,
    exchange,
    ingest,
    own_warcs,
    page,
    response,
    rows,
    run,
)
from tests.archive.foreign_files import warc
from tests.crash.faults import End, Kind, forked

PAGES = 14
REFUSED = 3  # exit code of a run that the disk stopped cleanly
Report = Callable[[bytes], None]


def fetched() -> list:
    """Exchanges of many kinds, each with its own address."""
    made = [
        exchange(f"http://h{n % 3}.example/{n}.html", response(page(n)), minutes=n) for n in range(PAGES - 3)
    ]
    made.append(exchange("http://twin.example/1.html", response(page(1)), minutes=20))  # a revisit
    made.append(exchange("http://dead.example/", None, minutes=21, failure="dns", request=b""))
    made.append(exchange("http://h0.example/none", response(b"", status="404 Not Found"), minutes=22))
    return made


URLS = [one.url for one in fetched()]
PASSED = "http://h1.example/passed.html"


def passed_over(minutes: int) -> Exchange:
    """A page that names another source than the crawl is after."""
    raw = page(40 + minutes).replace("晚报</div>".encode(), "体育报</div>".encode())
    return exchange(f"{PASSED}?{minutes}", response(raw), minutes=minutes)


@dataclass(frozen=True)
class Scenario:
    """`prepare` makes the folder before, `act` is what meets the fault, `check` is what must hold after."""

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path, Report], None]
    check: Callable[[Path, End], None]
    part: str = "archive"
    """Of the paths whose changes count."""


class Unsound(Exception):  # noqa: N818 - a state of the archive
    """An archive is not as it must be."""


def crawling(folder: Path, report: Report) -> None:
    """A crawl that rotates its files, passes pages over, and reports each page that a commit has made durable."""
    with run(folder, warc_bytes=6000) as live:
        live.interest = Interest(("晚报",))
        told = 0
        for n, one in enumerate(fetched()):
            live.take(one)
            if n % 5 == 0:
                live.take(passed_over(n))
            if not live.door.waiting:
                report(b"." * (live.captures - told))
                told = live.captures
        live.finish(ending="finished", ended_at=AT + timedelta(hours=1))
        report(b"." * (live.captures - told))


def opening(folder: Path, _: Report) -> None:
    """The next start, which puts right what the last run left."""
    with Archive(folder, Book()).writing():
        pass


def rebuilding(folder: Path, _: Report) -> None:
    """A view made again beside the old one."""
    rebuild(Archive(folder, Book()), made_by="crash", jobs=1)


def ingesting(folder: Path, _: Report) -> None:
    """Another tool's file taken in."""
    ingest(folder, folder / "foreign" / "a.warc.gz", copying=False)


def exporting(folder: Path, _: Report) -> None:
    """The whole archive written as a WACZ over an earlier one."""
    about = About("all", "", AT)
    with Store(folder / "archive.db", read_only=True) as store, whole(folder / "all.wacz") as file:
        write_wacz(file, store, folder / "warc", Selection(Filter()), about)


def exported(folder: Path) -> None:
    crawled(folder)
    (folder / "all.wacz").write_bytes(b"an earlier one")


def whole_or_earlier(folder: Path, _: End) -> None:
    """The file is the earlier one or a whole new one, and the archive as it was."""
    raw = (folder / "all.wacz").read_bytes()
    if raw != b"an earlier one":
        with ZipFile(folder / "all.wacz") as archive:
            if archive.testzip() is not None or "datapackage-digest.json" not in archive.namelist():
                raise Unsound("all.wacz is not whole")
    if contents(folder / "archive.db") != contents(folder / "before.db"):
        raise Unsound("archive.db changed")
    sound(folder)


def compacting(folder: Path, _: Report) -> None:
    """Small files joined into one."""
    with Archive(folder, Book()).writing() as store:
        compact(store, folder / "warc", 1 << 30)


def as_crawled(folder: Path, _: End) -> None:
    """Each record stands at one place, and each capture at its record."""
    opening(folder, lambda _: None)
    urls = [url for (url,) in rows(folder, "SELECT url FROM captures ORDER BY id")]
    if urls != URLS:
        raise Unsound(f"captures {urls}, wanted {URLS}")
    sound(folder)


def after_crawl(folder: Path, end: End) -> None:
    """Nothing that was committed is lost, nothing is there twice, record and view agree."""
    opening(folder, lambda _: None)
    urls = [url for (url,) in rows(folder, "SELECT url FROM captures ORDER BY id")]
    if urls != URLS[: len(urls)]:
        raise Unsound(f"captures {urls} are not the first {len(urls)} that were fetched")
    if len(urls) < len(end.told):
        raise Unsound(f"{len(end.told)} pages were committed, {len(urls)} are there")
    sound(folder)


def after_ingest(folder: Path, _: End) -> None:
    """A second ingest completes the first."""
    opening(folder, lambda _: None)
    sound(folder)
    ingest(folder, folder / "foreign" / "a.warc.gz", run_id="20200213T000000Z-00000009")
    urls = [url for (url,) in rows(folder, "SELECT url FROM captures ORDER BY id")]
    wanted = [*URLS, *(f"http://f.example/{n}.html" for n in range(40, 47))]
    if urls != wanted:
        raise Unsound(f"captures {urls}, wanted {wanted}")
    sound(folder)


def same_as_before(folder: Path, _: End) -> None:
    """A killed rebuild has changed nothing, and the next one finishes."""
    before = contents(folder / "before.db")
    if contents(folder / "archive.db") != before:
        raise Unsound("archive.db changed")
    sound(folder)
    rebuilding(folder, lambda _: None)
    if contents(folder / "archive.db") != before:
        raise Unsound("the rebuild that followed made another view")


def sound(folder: Path) -> None:
    """Every file whole and closed, verify without findings, and a rebuild that makes the same view."""
    for path in own_warcs(folder):
        broken = [item for item in records(path) if isinstance(item, Damage)]
        if broken or path.suffix == ".open":
            raise Unsound(f"{path}: {broken or 'still open'}")
    with Store(folder / "archive.db", read_only=True) as store, Readers(Book()) as readers:
        door = Door(store, folder / "warc", Book())
        findings = list(Verifier(store, door, folder / "warc", readers).findings())
    if findings:
        raise Unsound("\n".join(map(str, findings)))
    again = folder.parent / "again"
    shutil.rmtree(again, ignore_errors=True)
    again.mkdir()
    shutil.copytree(folder / "warc", again / "warc")
    rebuild(Archive(again, Book()), made_by="crash", jobs=1)
    if contents(again / "archive.db") != contents(folder / "archive.db"):
        raise Unsound("a rebuild makes another view")


def nothing(_: Path) -> None:
    """The folder as it is made."""


def crawled(folder: Path) -> None:
    """An archive with one whole crawl."""
    crawling(folder, lambda _: None)
    shutil.copy(folder / "archive.db", folder / "before.db")


def with_foreign_file(folder: Path) -> None:
    crawled(folder)
    (folder / "foreign").mkdir()
    warc(folder / "foreign" / "a.warc.gz", {f"http://f.example/{n}.html": page(n) for n in range(40, 47)})


def killed(folder: Path) -> None:
    """An archive whose crawl was killed with records beyond the committed bytes, the last one torn."""
    forked(lambda report: _whole(crawling, folder, report), 90, Kind.KILL_HALFWAY, "/warc/")


def _whole(act: Callable[[Path, Report], None], folder: Path, report: Report) -> int:
    logging.disable(logging.CRITICAL)
    try:
        act(folder, report)
    except (ArchiveError, OSError, sqlite3.Error) as error:
        report(b"")
        return REFUSED if isinstance(error, ArchiveError) else 1
    return 0


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("crawl", nothing, crawling, after_crawl),
        Scenario("recovery", killed, opening, after_crawl),
        Scenario("rebuild", crawled, rebuilding, same_as_before),
        Scenario("ingest", with_foreign_file, ingesting, after_ingest),
        Scenario("export", exported, exporting, whole_or_earlier),
        Scenario("compact", crawled, compacting, as_crawled),
    )
}


@dataclass
class Course:
    """One scenario met with faults, one after the other, in folders of its own."""

    scenario: Scenario
    space: Path
    prepared: Path = field(init=False)
    changes: int = 0

    def __post_init__(self) -> None:
        self.prepared = self.space / "prepared" / "archive"
        self.prepared.mkdir(parents=True)
        self.scenario.prepare(self.prepared)
        self.changes = self.meet(0, Kind.COUNT).changes

    def meet(self, at: int, kind: Kind, part: str | None = None) -> End:
        """Meet one fault and check what is left. Raises Unsound."""
        folder = self.space / "archive"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.prepared, folder)
        act = self.scenario.act
        end = forked(lambda report: _whole(act, folder, report), at, kind, part or str(folder))
        self.scenario.check(folder, end)
        return end
