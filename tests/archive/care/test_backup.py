"""Copies made of an archive, small files joined, and that both are the archive they were made of."""

import shutil
from pathlib import Path

import pytest

from archive.capture import Exchange
from archive.care import compact as module
from archive.care.backup import backup
from archive.care.compact import compact
from archive.care.rebuild import rebuild
from archive.care.verify import Verifier
from archive.door.ingest import Door
from archive.door.workers import Readers
from archive.errors import Damaged, WrongUse
from archive.run import recover
from archive.run.folder import Archive
from archive.view.store import Store
from tests.archive.archives import (
    AT,
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

RUNS = ["20200210T003953Z-0a0a0a0a", "20200211T003953Z-0b0b0b0b", "20200212T003953Z-0c0c0c0c"]
MANY = 1_000_000_000


def fetched(first: int, count: int) -> list[Exchange]:
    return [
        exchange(f"http://news.example.com/{n}.html", response(page(n)), minutes=n)
        for n in range(first, first + count)
    ]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Three runs of four pages, a WARC file each; the last repeats a page of the first."""
    folder = tmp_path / "archive"
    for n, run_id in enumerate(RUNS):
        crawl(folder, *fetched(4 * n, 4), run_id=run_id)
    crawl(
        folder,
        exchange("http://news.example.com/0.html", response(page(0)), minutes=99),
        run_id=RUNS[2][:-1] + "d",
    )
    return Archive(folder, Book())


def findings(folder: Path) -> list[str]:
    archive = Archive(folder, Book())
    with Store(archive.database, read_only=True) as store, Readers(archive.sites) as readers:
        verifier = Verifier(store, Door(store, archive.warcs, archive.sites), archive.warcs, readers)
        return [str(finding) for finding in verifier.findings()]


def compacted(archive: Archive, max_bytes: int = MANY) -> None:
    with archive.writing() as store:
        compact(store, archive.warcs, max_bytes)


def everything_but_places(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows, without where records stand."""
    with_places = contents(folder / "archive.db")
    captures = rows(
        folder, "SELECT id, url, run_id, captured_at, status, record_id, revisit_of FROM captures"
    )
    left_out = ("captures", "warc_files", "sqlite_stat1", "sqlite_stat4")
    return {name: found for name, found in with_places.items() if name not in left_out} | {
        "captures": captures
    }


def test_joined_files_hold_the_same_records_under_one_name(archive: Archive) -> None:
    before = everything_but_places(archive.folder)
    bytes_before = b"".join(path.read_bytes() for path in own_warcs(archive.folder))
    compacted(archive)
    (joined,) = own_warcs(archive.folder)

    assert joined.read_bytes() == bytes_before
    assert everything_but_places(archive.folder) == before
    assert findings(archive.folder) == []


def test_a_rebuild_of_joined_files_is_the_view_as_joined(archive: Archive) -> None:
    compacted(archive)
    before = contents(archive.database)
    made = rebuild(archive, made_by="test", jobs=1)
    after = contents(archive.database)

    assert made.lost == 0
    assert {name for name in before if before[name] != after.get(name)} <= {"sqlite_stat1", "sqlite_stat4"}


def test_files_are_joined_up_to_a_size_and_again_later(archive: Archive) -> None:
    sizes = [path.stat().st_size for path in own_warcs(archive.folder)]
    compacted(archive, sizes[0] + sizes[1])
    names = [path.name.split("-", 3)[2] for path in own_warcs(archive.folder)]
    crawl(archive.folder, *fetched(20, 2), run_id="20200213T003953Z-0e0e0e0e")
    compacted(archive)

    assert names == ["00000", "00002"]
    assert [path.name.rpartition("-")[2] for path in own_warcs(archive.folder)] == ["joined2.warc.gz"]
    assert findings(archive.folder) == []


@pytest.mark.parametrize("step", [1, 2])
def test_a_kill_while_joining_loses_nothing(
    archive: Archive, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything_but_places(archive.folder)
    calls = []

    def sync(folder: Path) -> None:
        """Called once the joined file has its name, and once those that it was made of are removed."""
        calls.append(folder)
        if len(calls) == step:
            raise KeyboardInterrupt

    monkeypatch.setattr(module, "sync_folder", sync)
    monkeypatch.setattr(recover, "sync_folder", sync)
    with pytest.raises(KeyboardInterrupt):
        compacted(archive)
    monkeypatch.undo()
    with archive.writing():
        pass

    assert everything_but_places(archive.folder) == before
    assert findings(archive.folder) == []


def test_a_file_that_is_not_as_the_database_has_it_is_left_alone(archive: Archive) -> None:
    with own_warcs(archive.folder)[1].open("ab") as file:
        file.write(b"more")
    names = own_warcs(archive.folder)
    with archive.writing() as store:
        store.conn.execute("UPDATE warc_files SET committed = committed - 1 WHERE name = ?", [names[0].name])
        compact(store, archive.warcs, MANY)

    assert names[0] in own_warcs(archive.folder)


def test_a_copy_is_the_archive(archive: Archive, tmp_path: Path) -> None:
    made = backup(archive.folder, tmp_path / "copy")
    again = backup(archive.folder, tmp_path / "copy")

    assert contents(tmp_path / "copy" / "archive.db") == contents(archive.database)
    assert (made.files, made.held, again.files, again.held) == (4, 0, 0, 4)
    assert findings(tmp_path / "copy") == []


def taken_in(tmp_path: Path) -> Path:
    """An archive with a copy of another tool's file, and one that is read where it lies."""
    source = tmp_path / "archive"
    copied = warc(tmp_path / "harvest.warc.gz", {f"http://c.example/{n}.html": page(n) for n in range(3)})
    left = warc(tmp_path / "left.warc.gz", {"http://l.example/9.html": page(9)})
    ingest(source, copied, run_id=RUNS[0], copying=True)
    ingest(source, left, run_id=RUNS[1])
    copied.unlink()
    return source


def test_a_copy_holds_the_copies_of_other_tools_files_and_names_those_that_lie_elsewhere(
    tmp_path: Path,
) -> None:
    source, copy = taken_in(tmp_path), tmp_path / "copy"

    made, again = backup(source, copy), backup(source, copy)
    shutil.rmtree(source)
    remade = rebuild(Archive(copy, Book()), made_by="test", jobs=1)

    assert (made.files, again.files, again.held) == (3, 0, 3)
    assert made.elsewhere == (str(tmp_path / "left.warc.gz"),)
    assert (made.lacking, again.lacking, remade.lost, remade.damages) == ((), (), 0, [])
    assert rows(copy, "SELECT count(*) FROM articles") == [(4,)]
    assert findings(copy) == []


def test_a_copy_of_another_tools_file_that_is_lost_is_told_and_the_rest_is_copied(tmp_path: Path) -> None:
    source = taken_in(tmp_path)
    backup(source, tmp_path / "before")
    (lost,) = (source / "warc").glob("import-*")
    size = lost.stat().st_size
    lost.unlink()

    made, held = backup(source, tmp_path / "copy"), backup(source, tmp_path / "before")

    assert made.lacking == (
        f"{lost}: {size:,} bytes are lost that the database vouches for; see `scrapy verify`",
    )
    assert (made.files, held.files, held.lacking) == (2, 0, ())
    assert findings(tmp_path / "before") == []


def test_a_copy_holds_what_stands_beside_the_record(archive: Archive, tmp_path: Path) -> None:
    beside = {
        "sites/a.example.toml": "x = 1",
        "given-up.jsonl": "{}",
        "lists.json": "[]",
        "pauses.json": "{}",
    }
    (archive.folder / "sites").mkdir()
    for name, text in beside.items():
        (archive.folder / name).write_text(text)
    (archive.folder / "all.wacz").write_text("no part of the archive")

    backup(archive.folder, tmp_path / "copy")

    assert {name: (tmp_path / "copy" / name).read_text() for name in beside} == beside
    assert not (tmp_path / "copy" / "all.wacz").exists()


def test_a_copy_made_during_a_run_holds_what_was_committed_and_can_be_written_on(tmp_path: Path) -> None:
    source, copy = tmp_path / "archive", tmp_path / "copy"
    with run(source, batch=2) as live:
        for item in fetched(0, 3):  # two are committed, the third waits
            live.take(item)
        backup(source, copy)
        live.finish(ending="finished", ended_at=AT)
    in_copy = rows(copy, "SELECT url FROM captures ORDER BY id")
    crawl(copy, *fetched(7, 1), run_id=RUNS[1])

    assert in_copy == [("http://news.example.com/0.html",), ("http://news.example.com/1.html",)]
    assert rows(copy, "SELECT ending FROM runs ORDER BY id") == [("killed",), ("finished",)]
    assert findings(copy) == []


def test_a_copy_follows_when_files_were_joined(archive: Archive, tmp_path: Path) -> None:
    backup(archive.folder, tmp_path / "copy")
    compacted(archive)
    backup(archive.folder, tmp_path / "copy")

    assert [path.name for path in own_warcs(tmp_path / "copy")] == [
        path.name for path in own_warcs(archive.folder)
    ]
    assert findings(tmp_path / "copy") == []


def test_a_moved_archive_goes_on(archive: Archive, tmp_path: Path) -> None:
    shutil.move(archive.folder, tmp_path / "elsewhere")
    crawl(tmp_path / "elsewhere", *fetched(30, 1), run_id="20200214T003953Z-0f0f0f0f")

    assert findings(tmp_path / "elsewhere") == []
    assert rows(tmp_path / "elsewhere", "SELECT count(*) FROM articles") == [(13,)]


def test_copies_that_cannot_be_are_refused(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="inside the archive itself"):
        backup(archive.folder, archive.folder / "copy")
    with pytest.raises(WrongUse, match="no archive here"):
        backup(tmp_path / "nothing", tmp_path / "copy")


def test_bytes_that_lack_are_told_not_copied_short(archive: Archive, tmp_path: Path) -> None:
    path = own_warcs(archive.folder)[0]
    path.write_bytes(path.read_bytes()[:-10])

    with pytest.raises(Damaged, match="10 bytes are lost"):
        backup(archive.folder, tmp_path / "copy")


@pytest.mark.parametrize("step", ["before the database", "behind it"])
def test_a_backup_that_is_killed_while_joined_files_are_exchanged_leaves_a_whole_copy(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    copy = tmp_path / "copy"
    backup(archive.folder, copy)
    compacted(archive)
    before = contents(archive.database)
    honest = Path.replace

    def killed(path: Path, target: Path) -> Path:
        if Path(target).name != "archive.db":
            return honest(path, target)
        if step == "behind it":
            honest(path, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        backup(archive.folder, copy)
    monkeypatch.setattr(Path, "replace", honest)

    held = {(name,) for name in rows(copy, "SELECT DISTINCT warc_file FROM captures")}
    assert all((copy / "warc" / str(name[0])).exists() for (name,) in held)
    with Archive(copy, Book()).writing():
        pass
    assert findings(copy) == []
    backup(archive.folder, copy)
    assert contents(copy / "archive.db") == before
    assert [path.name for path in own_warcs(copy)] == [path.name for path in own_warcs(archive.folder)]
