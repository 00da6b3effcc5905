"""Kills over an archive of thousands of captures: what a kill leaves is compared with what an undisturbed run makes."""

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from archive.capture import Exchange
from archive.care.backup import backup
from archive.door import pages
from archive.record.files import locate
from archive.record.reader import Record, records
from archive.run.recover import own_files
from archive.view.store import Store
from extract.article import Article, Hints
from extract.page.page import Page
from tests.archive.archives import AT, contents, exchange, ingest, page, response, rows, run
from tests.archive.foreign_files import warc
from tests.crash.faults import End
from tests.crash.scenarios import Report, Scenario, Unsound, compacting, opening, rebuilding, sound

View = dict[str, list[tuple[object, ...]]]
CAPTURES = 2_000
ARTICLES = 250
FOREIGN = [f"http://f.example/{n}.html" for n in range(60)]
THOROUGH = 25  # each so many kills the whole archive is verified and made again
PLACES = {"captures", "passed_over", "warc_files", "meta"}  # tables that say where a record stands


def remembering() -> None:
    """Read each page once, for this process and those it forks: which article is made of it is tested elsewhere."""
    honest = pages.read
    known: dict[tuple[object, ...], Article] = {}

    def remembered(page: Page, hints: Hints) -> Article:
        key = (page.url, page.body, page.content_type, page.fetched_at, hints)
        if key not in known:
            known[key] = honest(page, hints)
        return known[key]

    pages.read = remembered


def fetched(n: int) -> Exchange:
    """The n-th fetch: an article, a second look at one, a picture or a page that moved."""
    if n < ARTICLES:
        return exchange(f"http://h{n % 7}.example/{n}.html", response(page(n)), minutes=n)
    if n % 2:
        seen = n % ARTICLES
        return exchange(f"http://h{seen % 7}.example/{seen}.html", response(page(seen)), minutes=n)
    moved = response(b"", f"Location: /{n % ARTICLES}.html", status="302 Found")
    picture = response(b"\xff\xd8\xff" + b"%d" % n).replace(b"text/html; charset=utf-8", b"image/jpeg")
    return exchange(f"http://h{n % 7}.example/{n}.jpg", moved if n % 4 else picture, minutes=n)


def crawl(folder: Path, fetches: range, run_id: str) -> None:
    """One crawl of these fetches, in files of some ten kilobytes."""
    with run(folder, run_id, warc_bytes=60_000, batch=50) as live:
        for n in fetches:
            live.take(fetched(n))
        live.finish(ending="finished", ended_at=AT + timedelta(days=3))


def prepared(folder: Path) -> None:
    """The large archive, beside it its own copy as it was and one made by a backup of its first tenth."""
    crawl(folder / "large", range(CAPTURES // 10), "20200210T003953Z-0a0a0a0a")
    backup(folder / "large", folder / "copy")
    crawl(folder / "large", range(CAPTURES // 10, CAPTURES), "20200211T003953Z-0b0b0b0c")
    (folder / "foreign").mkdir()
    warc(folder / "foreign" / "a.warc.gz", {url: page(400 + n) for n, url in enumerate(FOREIGN)})
    sound(folder / "large")


def _rebuild(folder: Path, report: Report) -> None:
    rebuilding(folder / "large", report)


def _compact(folder: Path, report: Report) -> None:
    compacting(folder / "large", report)


def _backup(folder: Path, _: Report) -> None:
    backup(folder / "large", folder / "copy")


def _ingest(folder: Path, _: Report) -> None:
    ingest(folder / "large", folder / "foreign" / "a.warc.gz", copying=False)


@dataclass
class Checked:
    """What must hold after a kill; `wanted` is what an undisturbed run makes of the prepared folder."""

    act: Callable[[Path, Report], None]
    holds: Callable[[Path, View], None]
    wanted: View
    met: int = 0

    def __call__(self, folder: Path, _: End) -> None:
        large = folder / "large"
        opening(large, lambda _: None)
        placed(large)
        self.met += 1
        if self.met % THOROUGH == 0:
            sound(large)
        self.holds(folder, self.wanted)


def unchanged(folder: Path, wanted: View) -> None:
    """A killed rebuild left the view as it was."""
    same(folder / "large", wanted, "a killed rebuild")


def finished(folder: Path, wanted: View) -> None:
    """The next ingest of the same file completes what was begun, and adds nothing twice."""
    ingest(folder / "large", folder / "foreign" / "a.warc.gz", run_id="20200213T000000Z-00000009")
    placed(folder / "large")
    urls = sorted(url for (url,) in rows(folder / "large", "SELECT url FROM captures"))
    if urls != sorted(str(row) for (row,) in wanted["urls"]):
        raise Unsound(f"{len(urls)} captures after the second ingest, not those of an undisturbed one")
    articles = sorted(rows(folder / "large", "SELECT url, title, text FROM articles"))
    if articles != wanted["articles"]:
        raise Unsound("the second ingest leaves other articles than an undisturbed one")


def joined(folder: Path, wanted: View) -> None:
    """The next compact completes what was begun; no row but those of places changed."""
    compacting(folder / "large", lambda _: None)
    placed(folder / "large")
    left = {
        name: found for name, found in contents(folder / "large" / "archive.db").items() if name in wanted
    }
    if left != wanted:
        raise Unsound(f"compact changed {[name for name in wanted if left[name] != wanted[name]]}")


def copied(folder: Path, wanted: View) -> None:
    """The copy is the earlier one or the new one, whole, and the next backup makes it equal to the archive."""
    same(folder / "large", wanted, "a killed backup")
    placed(folder / "copy", may_lack_the_rest=True)
    backup(folder / "large", folder / "copy")
    same(folder / "copy", wanted, "the backup that followed")
    placed(folder / "copy")
    for path in own_files(folder / "large" / "warc"):
        if path.read_bytes() != (folder / "copy" / "warc" / path.name).read_bytes():
            raise Unsound(f"{path.name} is another file in the copy")


def same(archive: Path, wanted: View, what: str) -> None:
    """Every row of a view is as it was. Raises Unsound."""
    found = contents(archive / "archive.db")
    if found != wanted:
        raise Unsound(f"{what}: other {[name for name in wanted if found.get(name) != wanted[name]]}")


def placed(archive: Path, *, may_lack_the_rest: bool = False) -> None:
    """Each capture's record stands where its row says, each file is whole, no row points nowhere. Raises Unsound."""
    with closing(Store(archive / "archive.db", read_only=True)) as store:
        (fault,) = store.conn.execute("PRAGMA quick_check").fetchone()
        wanted = dict.fromkeys(
            store.conn.execute("SELECT warc_file, warc_offset, record_id FROM captures").fetchall()
        )
        committed = store.committed()
    if fault != "ok":
        raise Unsound(f"archive.db: {fault}")
    for name in {name for name, _, _ in wanted}:
        path = Path(name) if Path(name).is_absolute() else locate(archive / "warc", name)
        size = committed.get(name, (None, False))[0]
        for item in records(path):
            if isinstance(item, Record):
                wanted.pop((name, item.ref.offset, item.ref.record_id), None)
            elif not may_lack_the_rest or size is None or item.offset < size:
                raise Unsound(f"{path}: {item}")
    if wanted:
        raise Unsound(f"{len(wanted)} captures of {archive.name} have no record where their rows say")


def large_scenarios(space: Path) -> dict[str, Scenario]:
    """One archive, made once, and what may be killed over it."""
    remembering()
    first = space / "first"
    first.mkdir(parents=True)
    prepared(first)
    before = contents(first / "large" / "archive.db")
    undisturbed = space / "undisturbed"
    shutil.copytree(first, undisturbed)
    _ingest(undisturbed, lambda _: None)
    taken = {
        "urls": rows(undisturbed / "large", "SELECT url FROM captures"),
        "articles": sorted(rows(undisturbed / "large", "SELECT url, title, text FROM articles")),
    }
    steady = {name: found for name, found in before.items() if name not in PLACES}
    acts = {
        "rebuild": Checked(_rebuild, unchanged, before),
        "compact": Checked(_compact, joined, steady),
        "backup": Checked(_backup, copied, before),
        "ingest": Checked(_ingest, finished, taken),
    }
    return {
        name: Scenario(name, lambda folder: _copied_from(first, folder), checked.act, checked)
        for name, checked in acts.items()
    }


def _copied_from(first: Path, folder: Path) -> None:
    shutil.copytree(first, folder, dirs_exist_ok=True)
