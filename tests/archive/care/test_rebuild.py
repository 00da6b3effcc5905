"""A view made from the record alone is the view that the crawl made, row for row."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.care.rebuild import Rebuilt, rebuild
from archive.errors import Busy
from archive.grouping import texts
from archive.run.folder import Archive
from archive.run.lock import writing
from archive.view.store import Store
from crawler.registry.book import SiteFiles
from tests.archive.archives import (
    Book,
    contents,
    crawl,
    exchange,
    ingest,
    own_warcs,
    page,
    response,
    rows,
    run,
)
from tests.archive.foreign_files import warc

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n"
    b"%x\r\n%b\r\n0\r\nX-End: yes\r\n\r\n" % (len(page(4)), page(4))
)


def first_crawl(folder: Path, **limits: int) -> None:
    """Pages of many fates, in several files."""
    gone = response(b"<html>gone</html>", status="404 Not Found")
    moved = response(b"", "Location: http://a.example/1.html", status="302 Found")
    crawl(
        folder,
        exchange("http://a.example/robots.txt", response(b"User-agent: *\nDisallow:\n")),
        exchange("http://a.example/1.html", response(page(1)), via="http://a.example/"),
        exchange("http://b.example/1.html", response(page(1))),
        exchange("http://a.example/2.html", response(page(2), "Server: caf\xe9")),
        exchange("http://a.example/a b/3.html?词=武汉", response(page(3))),
        exchange("http://c.example/4.html", CHUNKED),
        exchange("http://d.example/4.html", CHUNKED),
        exchange("http://a.example/5.html", response(page(5))[:900], truncated="disconnect", failure="reset"),
        exchange("http://a.example/old.html", moved),
        exchange("http://a.example/none.html", gone),
        exchange("http://dead.example/", None, failure="dns", request=b""),
        exchange("http://e.example/6.html", b"not HTTP at all"),
        **limits,
    )


def second_crawl(folder: Path) -> None:
    """The same addresses later: one the same, one changed, one gone, one not modified."""
    crawl(
        folder,
        exchange("http://a.example/1.html", response(page(1)), minutes=90),
        exchange("http://a.example/2.html", response(page(2, said="另外加了一句话。")), minutes=91),
        exchange("http://c.example/4.html", response(b"gone", status="410 Gone"), minutes=92),
        exchange("http://b.example/1.html", b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", minutes=93),
        run_id="20200210T020000Z-0c0c0c0c",
    )


def killed_crawl(folder: Path) -> None:
    """A run that ends without saying so."""
    with run(folder, "20200210T030000Z-0d0d0d0d") as live:
        live.take(exchange("http://a.example/7.html", response(page(7)), minutes=120))
        live.commit()


def again(folder: Path, **options: object) -> Rebuilt:
    """Rebuild with the book that the tests' crawls use."""
    return rebuild(Archive(folder, Book()), **({"made_by": "test", "jobs": 1} | options))


def test_texts_stay_ready_until_their_trees_are_made(tmp_path: Path) -> None:
    first_crawl(tmp_path)
    before = texts._recent.most
    texts.keep_ready(1)
    try:
        again(tmp_path)
        found = rows(tmp_path, "SELECT id FROM articles")
        ready = {article for article, _ in texts._recent._held}
    finally:
        texts.keep_ready(before)

    assert len(found) > 2
    assert {article for (article,) in found} <= ready


def test_a_view_rebuilt_from_the_record_alone_is_row_for_row_the_crawled_one(tmp_path: Path) -> None:
    first_crawl(tmp_path, warc_bytes=4000)
    second_crawl(tmp_path)
    killed_crawl(tmp_path)
    with Archive(tmp_path, Book()).writing():
        pass  # the next start closes the killed run
    crawled = contents(tmp_path / "archive.db")
    (tmp_path / "archive.db").unlink()

    made = again(tmp_path)

    assert contents(tmp_path / "archive.db") == crawled
    assert made.rows["captures"] == 17
    assert made.damages == []
    assert len(own_warcs(tmp_path)) > 4
    assert {state for (state,) in rows(tmp_path, "SELECT state FROM sightings")} == {
        "new",
        "same",
        "changed",
        "gone",
        "failed",  # the 304 that nobody asked for
    }
    endings = rows(tmp_path, "SELECT ending, captures FROM runs ORDER BY id")
    assert endings == [("finished", 12), ("finished", 4), ("killed", 1)]


def test_files_of_other_tools_are_read_again_at_their_place_in_the_record(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    crawl(folder, exchange("http://a.example/1.html", response(page(1))))
    foreign = warc(tmp_path / "other.warc.gz", {f"http://f.example/{n}.html": page(n) for n in range(10, 15)})
    ingest(folder, foreign)
    crawl(folder, exchange("http://a.example/2.html", response(page(2))), run_id="20200212T000000Z-0c0c0c0c")
    crawled = contents(folder / "archive.db")

    again(folder)

    assert contents(folder / "archive.db") == crawled
    urls = [url for (url,) in rows(folder, "SELECT url FROM captures ORDER BY id")]
    assert urls == [
        "http://a.example/1.html",
        *(f"http://f.example/{n}.html" for n in range(10, 15)),
        "http://a.example/2.html",
    ]


def test_worker_processes_change_nothing_but_the_time(tmp_path: Path) -> None:
    sites = SiteFiles.load()
    first_crawl(tmp_path)
    shutil.copytree(tmp_path, tmp_path / "other")
    rebuild(Archive(tmp_path, sites), made_by="test", jobs=1)

    rebuild(Archive(tmp_path / "other", sites), made_by="test", jobs=2)

    assert contents(tmp_path / "other" / "archive.db") == contents(tmp_path / "archive.db")


def test_a_killed_rebuild_goes_on_where_it_was(tmp_path: Path) -> None:
    first_crawl(tmp_path, warc_bytes=4000)
    crawled = contents(tmp_path / "archive.db")
    late = own_warcs(tmp_path)[2:]
    aside = tmp_path / "aside"
    aside.mkdir()
    for path in late:
        path.rename(aside / path.name)
    again(tmp_path)  # reads the first files, and leaves archive.db.new
    new = tmp_path / "archive.db.new"
    with Store(new) as store, store.commit():
        store.set_meta("rebuild", "test")
    for path in late:
        (aside / path.name).rename(path)
    told = []

    again(tmp_path, progress=told.append)

    assert contents(tmp_path / "archive.db") == crawled
    assert not new.exists()
    assert sum(told) == sum(path.stat().st_size for path in own_warcs(tmp_path))


def test_a_rebuild_begun_by_other_code_is_begun_again(tmp_path: Path) -> None:
    first_crawl(tmp_path)
    crawled = contents(tmp_path / "archive.db")
    with Store(tmp_path / "archive.db.new") as store, store.commit():
        store.set_meta("rebuild", "older code")
        store.begin_run("a run that never was", "mirrors", "2019-01-01T00:00:00.000000Z")

    again(tmp_path)

    assert contents(tmp_path / "archive.db") == crawled


def test_the_old_view_stays_where_the_record_lacks_captures_of_it(tmp_path: Path) -> None:
    first_crawl(tmp_path, warc_bytes=4000)
    crawled = contents(tmp_path / "archive.db")
    own_warcs(tmp_path)[1].unlink()

    made = again(tmp_path)

    assert not made.is_in_place
    assert made.lost > 0
    assert contents(tmp_path / "archive.db") == crawled

    made = again(tmp_path, accept_loss=True)

    assert made.is_in_place
    assert rows(tmp_path, "SELECT count(*) FROM captures") == [(12 - made.lost,)]


def test_what_a_newer_extractor_reads_differently_is_told(tmp_path: Path) -> None:
    crawl(tmp_path, *(exchange(f"http://a.example/{n}.html", response(page(n))) for n in (1, 2, 3)))
    with Store(tmp_path / "archive.db") as store, store.commit():
        store.conn.execute("UPDATE articles SET source = '旧报', text = '旧文' WHERE id = 2")

    made = again(tmp_path)

    assert made.changes is not None
    (change,) = made.changes
    assert change.url == "http://a.example/2.html"
    assert change.fields["source"] == ("旧报", "长江路晚报")
    assert set(change.fields) == {"source", "text"}


def test_a_rebuild_puts_a_view_in_the_place_of_one_that_is_no_database(tmp_path: Path) -> None:
    first_crawl(tmp_path)
    crawled = contents(tmp_path / "archive.db")
    (tmp_path / "archive.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)

    made = again(tmp_path)

    assert made.changes is None
    assert contents(tmp_path / "archive.db") == crawled


def test_the_log_of_the_old_view_is_not_taken_for_the_new_ones(tmp_path: Path) -> None:
    crawl(tmp_path, exchange("http://a.example/1.html", response(page(1))))
    with closing(sqlite3.connect(tmp_path / "archive.db")) as reader:
        reader.execute("UPDATE articles SET title = 'written beside'")
        reader.commit()

        again(tmp_path)

        assert rows(tmp_path, "SELECT title FROM articles") == [("解放街第1组修好8盏路灯",)]


def test_marks_that_people_made_in_meta_survive(tmp_path: Path) -> None:
    crawl(tmp_path, exchange("http://a.example/1.html", response(page(1))))
    with Store(tmp_path / "archive.db") as store, store.commit():
        store.set_meta("sample", "1")

    again(tmp_path)

    assert rows(tmp_path, "SELECT value FROM meta WHERE key = 'sample'") == [("1",)]


def test_a_rebuild_waits_its_turn(tmp_path: Path) -> None:
    crawl(tmp_path, exchange("http://a.example/1.html", response(page(1))))

    with writing(tmp_path), pytest.raises(Busy, match="another run"):
        again(tmp_path)
