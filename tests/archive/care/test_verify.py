"""Verify names what was damaged, where it stands, and nothing else."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from archive.care.evidence import chain
from archive.care.verify import Checked, Finding, Verifier, file_findings
from archive.door.ingest import Door
from archive.door.workers import Readers
from archive.errors import WrongUse
from archive.record.drafts import IN_MEMORY_BYTES
from archive.record.foreign import parts
from archive.record.reader import records
from archive.run.folder import Archive, RunInfo
from archive.run.imports import FileTally, Importer
from archive.view.store import Store
from tests.archive.archives import AT, Book, crawl, exchange, ingest, own_warcs, page, response, rows, run
from tests.archive.foreign_files import warc

PAGES = [exchange(f"http://h{n}.example/{n}.html", response(page(n)), minutes=n) for n in range(4)]


def fetched() -> list:
    return [exchange(one.url, response(page(n)), minutes=n) for n, one in enumerate(PAGES)]


def found(folder: Path) -> list[Finding]:
    with Store(folder / "archive.db", read_only=True) as store, Readers(Book()) as readers:
        door = Door(store, folder / "warc", Book())
        return list(Verifier(store, door, folder / "warc", readers).findings())


def said(folder: Path) -> list[str]:
    return [str(finding).removeprefix(f"{folder}/") for finding in found(folder)]


@contextmanager
def changed(folder: Path) -> Iterator[Store]:
    with Store(folder / "archive.db") as store, store.commit():
        yield store


def test_a_whole_archive_has_no_findings(tmp_path: Path) -> None:
    twin = exchange("http://twin.example/", response(page(1)), minutes=9)
    large = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n" + os.urandom(IN_MEMORY_BYTES + 1)
    crawl(tmp_path, *fetched(), twin, exchange("http://h.example/film.mp4", large, minutes=10))
    foreign = warc(tmp_path / "a.warc.gz", {"http://f.example/1.html": page(31)})
    ingest(tmp_path, foreign)

    assert said(tmp_path) == []


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("UPDATE articles SET text = text || '假' WHERE id = 2", "articles 2: text is '…"),
        (
            "UPDATE articles SET editor = '假' WHERE id = 2",
            "articles 2: editor is '假', the record says None",
        ),
        ("UPDATE captures SET status = 404 WHERE id = 3", "captures 3: status is 404, the record says 200"),
        ("UPDATE captures SET warc_offset = warc_offset + 1 WHERE id = 1", "captures 1: warc_offset is"),
        (
            "UPDATE captures SET payload_digest = 'sha1:X' WHERE id = 1",
            "captures 1: payload_digest is 'sha1:X'",
        ),
        ("UPDATE stories SET copies = 7 WHERE id = 1", "stories 1: copies is 7, the record says 1"),
        (
            "UPDATE stories SET origin_article_id = 2 WHERE id = 1",
            "stories 1: origin_article_id is 2, the record says 1",
        ),
        (
            "DELETE FROM members WHERE article_id = 3",
            "members story_id 3, article_id 3: no such row, and the record leads to it",
        ),
        ("UPDATE runs SET captures = 9", ": captures is 9, the record says 4"),
        ("UPDATE warc_files SET records = 3", ": records is 3, the record says 14"),
    ],
)
def test_a_row_that_was_changed_is_named(tmp_path: Path, sql: str, wanted: str) -> None:
    crawl(tmp_path, *fetched())
    with changed(tmp_path) as store:
        store.conn.execute(sql)

    lines = said(tmp_path)

    assert any(wanted in line for line in lines)


def dressed() -> list:
    """A page with a stylesheet and a picture, and both."""
    head, figure = b'<link rel="stylesheet" href="/s.css"></head>', b'</p><figure><img src="/p.png"></figure>'
    body = page(1).replace(b"</head>", head, 1).replace(b"</p>", figure, 1)
    sheet = b"HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n\r\np { background: url(/p.png) }"
    picture = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n" + os.urandom(500)
    answers = {"1.html": response(body), "s.css": sheet, "p.png": picture}
    return [
        exchange(f"http://h.example/{name}", answer, minutes=n)
        for n, (name, answer) in enumerate(answers.items())
    ]


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("UPDATE needs SET caption = '假' WHERE role = 'picture'", "caption is '假', the record says None"),
        (
            "UPDATE needs SET role = 'image' WHERE role = 'picture'",
            "role is 'image', the record says 'picture'",
        ),
        ("DELETE FROM needs WHERE role = 'stylesheet'", "no such row, and the record leads to it"),
        ("DELETE FROM images", "no such row, and the record leads to it"),
    ],
)
def test_a_changed_row_of_the_look_is_named(tmp_path: Path, sql: str, wanted: str) -> None:
    crawl(tmp_path, *dressed())
    before = said(tmp_path)
    with changed(tmp_path) as store:
        store.conn.execute(sql)

    assert before == []
    assert any(wanted in line for line in said(tmp_path))


def test_a_bit_that_flipped_in_a_picture_is_named(tmp_path: Path) -> None:
    crawl(tmp_path, *dressed())
    ((file, offset, length),) = rows(
        tmp_path, "SELECT warc_file, warc_offset, warc_length FROM captures WHERE url LIKE '%.png'"
    )
    path = tmp_path / "warc" / file
    held = bytearray(path.read_bytes())
    held[offset + length // 2] ^= 1
    path.write_bytes(held)

    assert any(f"{file} at byte {offset}" in line for line in said(tmp_path))


@pytest.mark.parametrize("name", ["s.css", "p.png"])
def test_a_part_of_the_look_whose_record_is_gone_is_named(tmp_path: Path, name: str) -> None:
    crawl(tmp_path, *dressed())
    ((number, file, offset, length),) = rows(
        tmp_path,
        f"SELECT id, warc_file, warc_offset, warc_length FROM captures WHERE url = 'http://h.example/{name}'",
    )
    path = tmp_path / "warc" / file
    held = path.read_bytes()
    path.write_bytes(held[:offset] + held[offset + length :])

    assert any(f"captures {number}" in line or f"capture {number}" in line for line in said(tmp_path))


def test_a_capture_whose_row_was_deleted_is_named_by_its_record(tmp_path: Path) -> None:
    crawl(tmp_path, *fetched())
    ((offset, record_id),) = rows(tmp_path, "SELECT warc_offset, record_id FROM captures WHERE id = 4")
    with closing(sqlite3.connect(tmp_path / "archive.db")) as conn, conn:
        conn.execute("DELETE FROM captures WHERE id = 4")

    assert any(
        f"at byte {offset}: captures 4: record {record_id}: no row of captures" in line
        for line in said(tmp_path)
    )


def test_an_article_that_search_does_not_hold_is_named(tmp_path: Path) -> None:
    crawl(tmp_path, *fetched())
    with changed(tmp_path) as store:
        store.conn.execute("UPDATE articles SET title = title || '改' WHERE id = 2")

    lines = said(tmp_path)

    assert "archive.db: articles 2: the search index does not hold its words as they are" in lines


def test_a_flipped_bit_is_named_with_file_offset_and_capture(tmp_path: Path) -> None:
    crawl(tmp_path, *fetched())
    (file,) = own_warcs(tmp_path)
    ((offset, length),) = rows(tmp_path, "SELECT warc_offset, warc_length FROM captures WHERE id = 2")
    raw = bytearray(file.read_bytes())
    raw[int(str(offset)) + int(str(length)) // 2] ^= 1
    file.write_bytes(raw)

    lines = said(tmp_path)

    assert any(
        line.startswith(f"warc/{file.name} at byte {offset}: ") and "capture 2" in line for line in lines
    )
    assert not any("capture 1" in line or "capture 3" in line for line in lines)


def test_a_file_that_is_gone_and_one_cut_short_are_named(tmp_path: Path) -> None:
    crawl(tmp_path, *fetched(), warc_bytes=3000)
    first, second, *_ = own_warcs(tmp_path)
    first.unlink()
    size = second.stat().st_size
    os.truncate(second, size - 5)

    lines = said(tmp_path)

    assert f"warc/{first.name}: gone, and 2 captures with it" in lines
    assert f"warc/{second.name} at byte {size - 5}: ends here; rows stand for 5 bytes more" in lines


def test_bytes_that_no_row_stands_for_are_named_and_what_an_open_file_holds_is_not(tmp_path: Path) -> None:
    crawl(tmp_path, *fetched())
    (file,) = own_warcs(tmp_path)
    size = file.stat().st_size
    with file.open("ab") as out:
        out.write(b"more")

    assert said(tmp_path) == [f"warc/{file.name} at byte {size}: 4 bytes that no row stands for"]


def test_a_foreign_file_that_changed_is_named(tmp_path: Path) -> None:
    foreign = warc(tmp_path / "a.warc.gz", {f"http://f.example/{n}.html": page(n) for n in (31, 32)})
    ingest(tmp_path / "archive", foreign)
    warc(foreign, {f"http://f.example/{n}.html": page(n) for n in (33, 34)})

    lines = [str(finding) for finding in found(tmp_path / "archive")]

    assert any(line.startswith(f"{foreign} at byte 0: bytes to") for line in lines)
    assert sum(line.count("does not stand here") + line.count("; capture ") for line in lines) == 2


def test_texts_of_an_earlier_extractor_are_counted_and_not_compared(tmp_path: Path) -> None:
    crawl(tmp_path, *fetched())
    with changed(tmp_path) as store:
        store.conn.execute("UPDATE articles SET extractor = 'zhuanzai 0', source = '别的' WHERE id = 2")
    with Store(tmp_path / "archive.db", read_only=True) as store, Readers(Book()) as readers:
        verifier = Verifier(store, Door(store, tmp_path / "warc", Book()), tmp_path / "warc", readers)

        assert list(verifier.findings()) == []
        assert verifier.checked.older == 1


def test_verify_goes_on_beside_a_run_that_writes(tmp_path: Path) -> None:
    with run(tmp_path, batch=2) as live:
        for one in fetched()[:3]:
            live.take(one)

        assert said(tmp_path) == []


@pytest.mark.timeout(85)
def test_a_run_ends_though_a_reader_is_in_the_midst(tmp_path: Path) -> None:
    """It waited a minute and a half to empty the log, and held the archive meanwhile."""
    store = Store(tmp_path / "archive.db")
    with Store(tmp_path / "archive.db", read_only=True) as reader:
        reader.conn.execute("BEGIN")
        reader.conn.execute("SELECT * FROM meta").fetchall()
        store.set_meta("a", "b")
        store.close()

        assert reader.meta("a") is None
    with Store(tmp_path / "archive.db", read_only=True) as after:
        assert after.meta("a") == "b"


def test_verify_beside_an_ingest_finds_nothing_wrong_with_what_it_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.run.imports.MAX_EXCHANGES", 2)
    file = warc(tmp_path / "a.warc.gz", {f"http://f.example/{n}.html": page(n) for n in range(31, 38)})
    archive = Archive(tmp_path / "archive", Book())
    seen: list[tuple[int, list[str]]] = []

    def look(_: int) -> None:
        (count,) = rows(archive.folder, "SELECT count(*) FROM captures")[0]
        seen.append((int(str(count)), said(archive.folder)))

    with archive.run(RunInfo("20200211T000000Z-0b0b0b0b", "ingest", AT)) as live, Readers(Book()) as readers:
        importer = Importer(live, readers, archive.warcs, lambda: AT)
        for part in parts(file, archive.warcs):
            importer.take_in(part, FileTally(), progress=look)
        live.finish(ending="finished", ended_at=AT)

    assert seen == [(0, []), (0, []), (2, []), (4, []), (6, [])]


def test_one_file_is_checked_without_a_database(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", {f"http://f.example/{n}.html": page(n) for n in (31, 32)})
    last = [record.ref for record in records(file)][-1]
    os.truncate(file, file.stat().st_size - 9)
    checked = Checked()

    (finding,) = file_findings(file, checked)

    assert str(finding) == f"{file} at byte {last.offset}: the file ends within its gzip member"
    assert checked.records == 2


def test_the_chain_leads_from_a_sentence_to_the_byte(tmp_path: Path) -> None:
    crawl(tmp_path, *fetched(), exchange("http://twin.example/", response(page(1)), minutes=9))
    sentence = "更换水管18米"
    with Store(tmp_path / "archive.db", read_only=True) as store:
        links = {link.name: link for link in chain(store, tmp_path / "warc", Book(), 5, sentence)}

    assert all(link.is_sound for link in links.values())
    assert links["record"].said.startswith("revisit urn:uuid:")
    assert links["repeats"].said.startswith("the payload of urn:uuid:")
    at = page(1).index(sentence.encode())
    assert (
        links["body"].said
        == f"{len(page(1))} bytes without Content-Encoding; the sentence begins at its byte {at}"
    )
    assert links["charset"].said == "utf-8, decided by header (declared 'utf-8')"
    assert links["fetched"].said == f"{AT.replace(minute=48):%Y-%m-%dT%H:%M:%S.%f}Z from 192.0.2.7"
    assert links["request"].said.startswith("GET / HTTP/1.1")


def test_a_chain_that_does_not_hold_says_where(tmp_path: Path) -> None:
    crawl(tmp_path, *fetched())
    with Store(tmp_path / "archive.db", read_only=True) as store:
        links = chain(store, tmp_path / "warc", Book(), 1, "从来没有说过的话")
        broken = [link.name for link in links if not link.is_sound]

        assert broken == ["sentence", "read again"]
        with pytest.raises(WrongUse, match="article 99: the archive has no such article"):
            chain(store, tmp_path / "warc", Book(), 99)


def test_a_database_with_broken_pages_is_named(tmp_path: Path) -> None:
    crawl(tmp_path, *fetched())
    with closing(sqlite3.connect(tmp_path / "archive.db")) as conn:
        (root,) = conn.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'articles_published'"
        ).fetchone()
    raw = bytearray((tmp_path / "archive.db").read_bytes())
    at = (root - 1) * 4096
    raw[at : at + 64] = b"\xff" * 64
    (tmp_path / "archive.db").write_bytes(raw)

    assert any(line.startswith("archive.db: ") for line in said(tmp_path))
