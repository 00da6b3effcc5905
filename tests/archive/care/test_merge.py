"""Archives merged are what one archive would be that saw it all, in whatever order they are named."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from archive.care.merge import HowRead, Merged, merge
from archive.care.rebuild import rebuild
from archive.door.source_filter import Interest
from archive.door.workers import Readers
from archive.errors import Busy, Damaged, WrongUse
from archive.record.foreign import parts
from archive.run.folder import Archive, RunInfo
from archive.run.imports import FileTally, Importer
from archive.run.lock import writing
from tests.archive.archives import AT, Book, contents, exchange, own_warcs, page, response, rows
from tests.archive.foreign_files import warc

HOW = HowRead("test")
SITES = lambda _: Book()  # noqa: E731


def crawled(
    folder: Path, day: int, numbers: range, *, host: str = "a", interest: Interest | None = None
) -> None:
    """A run of one day: articles, a page that is gone and one that cannot be read."""
    info = RunInfo(f"202002{10 + day}T003953Z-0a0a0a0a", "mirrors", AT + timedelta(days=day))
    with Archive(folder, Book()).run(info) as live:
        live.interest = interest
        for number in numbers:
            url = f"http://{host}.example/{number}.html"
            live.take(exchange(url, response(page(number)), minutes=day * 1440))
        live.take(
            exchange(f"http://{host}.example/gone", response(b"", status="404 Not Found"), minutes=day * 1440)
        )
        empty = response(f"<html><title>{host} {day}</title></html>".encode())
        live.take(exchange(f"http://{host}.example/{day}/empty.html", empty, minutes=day * 1440))
        live.finish(ending="finished", ended_at=AT + timedelta(days=day, hours=1), alarms={f"{host}/few": 1})


def taken_in(folder: Path, day: int, file: Path) -> None:
    """A run that takes another tool's file in, copied."""
    info = RunInfo(f"202002{10 + day}T003953Z-0b0b0b0b", "ingest", AT + timedelta(days=day))
    with Archive(folder, Book()).run(info) as live, Readers(Book()) as readers:
        importer = Importer(live, readers, folder / "warc", lambda: AT + timedelta(days=day))
        for part in parts(file, folder / "warc", copying=True):
            importer.take_in(part, FileTally())
        live.finish(ending="finished", ended_at=AT + timedelta(days=day, hours=1))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of five runs."""
    folder = tmp_path_factory.mktemp("whole") / "one"
    crawled(folder, 0, range(4))
    crawled(folder, 1, range(2, 7), host="b")  # copies of the first run's
    other = warc(folder.parent / "download", {f"http://f.example/{n}.html": page(n) for n in range(5, 9)})
    taken_in(folder, 2, other)
    crawled(folder, 3, range(9, 12), host="b", interest=Interest(("人民日报",), sourceless=False))
    crawled(folder, 4, range(10, 13))
    return folder


def parted(whole: Path, folder: Path, *, first: set[int]) -> tuple[Path, Path]:
    """The archive in two: the files of some runs, and those of the others, each with a view of its own."""
    for name, wanted in (("A", first), ("B", set(range(5)) - first)):
        (folder / name / "warc").mkdir(parents=True)
        for number, path in enumerate(own_warcs(whole)):
            if number in wanted:
                shutil.copy2(path, folder / name / "warc")
        if 2 in wanted:
            for path in (whole / "warc").glob("import*"):
                shutil.copy2(path, folder / name / "warc")
        rebuild(Archive(folder / name, Book()), made_by="test", jobs=1)
    return folder / "A", folder / "B"


def merged(*sources: Path, to: Path) -> Merged:
    return merge(sources, to, SITES, how=HOW)


@pytest.mark.parametrize("is_turned", [False, True])
def test_two_archives_become_the_one_that_saw_it_all(is_turned: bool, whole: Path, tmp_path: Path) -> None:
    sources = parted(whole, tmp_path, first={0, 3})
    before = [contents(source / "archive.db") for source in sources]

    done = merged(*(sources[::-1] if is_turned else sources), to=tmp_path / "C")

    found, wanted = contents(tmp_path / "C" / "archive.db"), contents(whole / "archive.db")
    assert {name for name in wanted if found[name] != wanted[name]} <= {"meta"}
    assert (done.files, done.alike, done.lost, done.notes, done.made.damages) == (5, 0, {}, (), [])
    assert rows(whole, "SELECT count(*) FROM passed_over") == [(3,)]
    assert len(rows(whole, "SELECT * FROM runs")) == 5
    assert [contents(source / "archive.db") for source in sources] == before


def test_what_two_archives_share_is_taken_once(whole: Path, tmp_path: Path) -> None:
    one, two = parted(whole, tmp_path, first={0, 1, 2})
    third = own_warcs(one)[1]
    shutil.copy2(third, two / "warc" / third.name)
    shutil.copytree(one, tmp_path / "backup")

    done = merged(one, two, tmp_path / "backup", to=tmp_path / "C")

    assert done.alike == 4
    found, wanted = contents(tmp_path / "C" / "archive.db"), contents(whole / "archive.db")
    assert {name for name in wanted if found[name] != wanted[name]} <= {"meta"}


def test_a_cut_file_costs_what_it_lost_and_is_named(whole: Path, tmp_path: Path) -> None:
    one, two = parted(whole, tmp_path, first={0, 3})
    path = own_warcs(one)[0]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    done = merged(one, two, to=tmp_path / "C")

    assert done.lost.keys() == {one}
    assert [damage.file for damage in done.made.damages] == [own_warcs(whole)[0].name]


def refused(whole: Path, tmp_path: Path) -> dict[str, tuple[list[Path], Path, str]]:
    """What cannot be merged, and what is said."""
    one, two = parted(whole, tmp_path, first={0})
    later, damaged, full = tmp_path / "later", tmp_path / "damaged", tmp_path / "full"
    shutil.copytree(two, later)
    with closing(sqlite3.connect(later / "archive.db")) as conn, conn:
        conn.execute("UPDATE meta SET value = '999' WHERE key = 'schema'")
    shutil.copytree(one, damaged)
    bad = own_warcs(damaged)[0]
    *body, last = bad.read_bytes()
    bad.write_bytes(bytes([*body, last ^ 1]))
    full.mkdir()
    (full / "x").touch()
    to = tmp_path / "C"
    return {
        "one": ([one], to, r"two archives or more"),
        "twice": ([one, two, tmp_path / "." / "A"], to, r"A: named twice"),
        "none": ([one, tmp_path], to, r"no archive here to merge"),
        "later": ([one, later], to, r"later: of a later release \(schema 999"),
        "differs": ([one, damaged], to, r"one file that differs in both"),
        "full": ([one, two], full, r"full: exists and is not empty"),
        "inside": ([one, two], one / "C", r"C: within .*A"),
        "nowhere": ([one, two], tmp_path / "no" / "C", r"no does not exist; make it first"),
    }


def test_what_cannot_be_merged_is_one_clear_line_and_leaves_nothing(whole: Path, tmp_path: Path) -> None:
    for sources, to, said in refused(whole, tmp_path).values():
        with pytest.raises(WrongUse, match=said):
            merged(*sources, to=to)
    with writing(tmp_path / "B"), pytest.raises(Busy, match=r"B: another run .*is writing"):
        merged(tmp_path / "A", tmp_path / "B", to=tmp_path / "C")

    assert not [*tmp_path.glob("C*")]


def test_a_place_that_another_merge_fills_is_left_to_it(whole: Path, tmp_path: Path) -> None:
    one, two = parted(whole, tmp_path, first={0})
    others = tmp_path / "C.merging"
    (others / "archive").mkdir(parents=True)

    with writing(others), pytest.raises(Busy, match=r"C\.merging: another run .*is writing"):
        merged(one, two, to=tmp_path / "C")

    assert (others / "archive").exists()
    merged(one, two, to=tmp_path / "C")  # after a merge that was killed
    assert [path.name for path in tmp_path.glob("C*")] == ["C"]


@pytest.mark.parametrize("is_there", [False, True])
def test_a_link_to_another_disk_stays_one(is_there: bool, whole: Path, tmp_path: Path) -> None:
    one, two = parted(whole, tmp_path, first={0})
    (tmp_path / "large").mkdir()
    if is_there:
        (tmp_path / "large" / "C").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "large" / "C")

    merged(one, two, to=tmp_path / "data")

    assert (tmp_path / "data").is_symlink()
    assert contents(tmp_path / "large/C/archive.db")["captures"] == contents(whole / "archive.db")["captures"]
    assert [path.name for path in (tmp_path / "large").iterdir()] == ["C"]


def test_a_place_that_cannot_be_written_is_one_clear_line(whole: Path, tmp_path: Path) -> None:
    one, two = parted(whole, tmp_path, first={0})
    (tmp_path / "C.merging").write_text("a file")

    with pytest.raises(Damaged, match=r"C\.merging: File exists; nothing was merged"):
        merged(one, two, to=tmp_path / "C")


def test_what_was_learned_and_given_up_is_kept(whole: Path, tmp_path: Path) -> None:
    one, two = parted(whole, tmp_path, first={0})
    learned = (
        (one, "a.example.toml", "short"),
        (two, "a.example.toml", "longer"),
        (two, "b.example.toml", "b"),
    )
    for folder, name, text in learned:
        (folder / "sites").mkdir(exist_ok=True)
        (folder / "sites" / name).write_text(text)
    for folder, digest in ((one, "11"), (two, "22")):
        (folder / "given-up.jsonl").write_text(json.dumps({"sha256": digest, "why": "slow"}) + "\n")

    done = merged(one, two, to=tmp_path / "C")

    assert (tmp_path / "C/sites/a.example.toml").read_text() == "longer"
    assert (tmp_path / "C/sites/b.example.toml").read_text() == "b"
    assert len(done.notes) == 1
    assert (tmp_path / "C/given-up.jsonl").read_text().count("\n") == 2
