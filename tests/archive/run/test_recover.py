"""What a killed run left is read on, cut or left alone; nothing that was committed is lost."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from archive.care.rebuild import rebuild
from archive.door import pages
from archive.door.apart import FILE, reading_apart
from archive.errors import Busy, Damaged
from archive.record.reader import Damage, Record, records
from archive.run import imports
from archive.run.batches import Live
from archive.run.folder import Archive
from archive.run.recover import own_files
from extract.article import Article, Hints
from extract.page.page import Page
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


def fetched(number: int) -> object:
    return exchange(f"http://h.example/{number}.html", response(page(number)), minutes=number)


def left_by_a_kill(folder: Path, *, committed: int, beyond: int) -> Path:
    """An archive whose run ended without a word; its open file."""
    pid = os.fork()
    if pid == 0:
        with run(folder, batch=100) as live:
            for number in range(committed):
                live.take(fetched(number))
            live.commit()
            for number in range(committed, committed + beyond):
                live.take(fetched(number))
            os._exit(0)
    os.waitpid(pid, 0)
    (file,) = own_warcs(folder)
    return file


def opened(folder: Path) -> None:
    with Archive(folder, Book()).writing():
        pass


def urls(folder: Path) -> list[object]:
    return [url for (url,) in rows(folder, "SELECT url FROM captures ORDER BY id")]


def test_whole_records_beyond_the_committed_bytes_are_read_and_the_torn_one_is_cut(tmp_path: Path) -> None:
    file = left_by_a_kill(tmp_path, committed=2, beyond=2)
    os.truncate(file, file.stat().st_size - 1000)

    opened(tmp_path)

    assert urls(tmp_path) == [f"http://h.example/{n}.html" for n in range(3)]
    (closed,) = own_warcs(tmp_path)
    assert closed.name == file.name.removesuffix(".open")
    assert not [item for item in records(closed) if isinstance(item, Damage)]
    assert rows(tmp_path, "SELECT ending, captures FROM runs") == [("killed", 3)]


def test_a_second_start_finds_nothing_to_do(tmp_path: Path) -> None:
    left_by_a_kill(tmp_path, committed=2, beyond=2)
    opened(tmp_path)
    before = contents(tmp_path / "archive.db"), [file.read_bytes() for file in own_warcs(tmp_path)]

    opened(tmp_path)

    assert (contents(tmp_path / "archive.db"), [file.read_bytes() for file in own_warcs(tmp_path)]) == before


def test_a_database_that_was_deleted_comes_back_with_the_next_run(tmp_path: Path) -> None:
    crawl(tmp_path, *map(fetched, range(5)), warc_bytes=4000)
    before = contents(tmp_path / "archive.db")
    for path in tmp_path.glob("archive.db*"):
        path.unlink()

    opened(tmp_path)

    assert contents(tmp_path / "archive.db") == before


def test_a_file_without_one_whole_record_is_removed(tmp_path: Path) -> None:
    file = left_by_a_kill(tmp_path, committed=0, beyond=1)
    os.truncate(file, 60)

    opened(tmp_path)

    assert own_warcs(tmp_path) == []
    assert rows(tmp_path, "SELECT count(*) FROM runs") == [(0,)]


def test_zeros_behind_a_power_cut_are_cut(tmp_path: Path) -> None:
    file = left_by_a_kill(tmp_path, committed=1, beyond=1)
    size = file.stat().st_size
    os.truncate(file, size + 5000)

    opened(tmp_path)

    assert own_warcs(tmp_path)[0].stat().st_size == size
    assert len(urls(tmp_path)) == 2


def test_a_record_hidden_in_a_torn_page_does_not_enter(tmp_path: Path) -> None:
    forged = warc(tmp_path / "forged.warc.gz", {"http://bank.example/": page(90)}).read_bytes()
    folder = tmp_path / "archive"
    file = left_by_a_kill(folder, committed=1, beyond=0)
    with file.open("ab") as out:
        out.write(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff torn" + forged)

    opened(folder)

    assert urls(folder) == ["http://h.example/0.html"]


def test_damage_in_a_closed_file_is_left_as_it_is(tmp_path: Path) -> None:
    crawl(tmp_path, *map(fetched, range(3)))
    (file,) = own_warcs(tmp_path)
    raw = file.read_bytes() + b"rubbish"
    file.write_bytes(raw)
    (tmp_path / "archive.db").unlink()

    opened(tmp_path)

    assert file.read_bytes() == raw
    assert len(urls(tmp_path)) == 3


def test_files_are_read_in_the_order_of_their_numbers_whatever_the_clock_said(tmp_path: Path) -> None:
    for number, day in enumerate((3, 1, 2)):
        crawl(
            tmp_path,
            exchange(f"http://h.example/{day}.html", response(page(day)), minutes=-day * 2000),
            run_id=f"2020020{day}T000000Z-0000000{number}",
        )

    names = [path.name.split("-")[2] for path in own_files(tmp_path / "warc")]

    assert names == ["00000", "00001", "00002"]
    assert urls(tmp_path) == [f"http://h.example/{day}.html" for day in (3, 1, 2)]


def test_numbers_go_on_above_files_that_are_gone(tmp_path: Path) -> None:
    for number in range(3):
        crawl(tmp_path, fetched(number), run_id=f"2020021{number}T000000Z-00000000")
    own_files(tmp_path / "warc")[-1].unlink()

    crawl(tmp_path, fetched(7), run_id="20200220T000000Z-00000000")

    assert [path.name.split("-")[2] for path in own_files(tmp_path / "warc")] == ["00000", "00001", "00003"]


def test_an_archive_has_one_writer(tmp_path: Path) -> None:
    with run(tmp_path), pytest.raises(Busy, match=f"pid {os.getpid()}"):
        crawl(tmp_path, fetched(1))


def test_an_archive_moved_elsewhere_goes_on(tmp_path: Path) -> None:
    crawl(tmp_path / "here", fetched(1))
    shutil.move(tmp_path / "here", tmp_path / "there")

    crawl(tmp_path / "there", fetched(2), run_id="20200220T000000Z-00000000")

    assert urls(tmp_path / "there") == ["http://h.example/1.html", "http://h.example/2.html"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    crawl(tmp_path, fetched(1))
    (tmp_path / "warc").chmod(0o555)

    with pytest.raises(Damaged, match="Permission denied"):
        crawl(tmp_path, fetched(2), run_id="20200220T000000Z-00000000")


def test_a_broken_place_in_joined_files_costs_one_record(tmp_path: Path) -> None:
    for number in range(3):
        crawl(
            tmp_path, fetched(2 * number), fetched(2 * number + 1), run_id=f"2020021{number}T000000Z-00000000"
        )
    first, *others = own_warcs(tmp_path)
    raw = bytearray(first.read_bytes())
    (hurt, _) = (
        record.ref for record in records(first) if isinstance(record, Record) and record.kind == "response"
    )
    raw[hurt.offset + hurt.length // 2] ^= 1
    first.write_bytes(bytes(raw) + b"".join(other.read_bytes() for other in others))
    for path in (*others, tmp_path / "archive.db"):
        path.unlink()

    opened(tmp_path)

    assert urls(tmp_path) == [f"http://h.example/{n}.html" for n in (1, 2, 3, 4, 5)]


def test_a_lock_that_the_disk_refuses_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()

    with pytest.raises(Damaged, match=r"lock: Is a directory; the archive cannot be written"):
        opened(tmp_path)


def test_a_page_that_hung_a_killed_run_is_given_up_by_the_next_start_and_never_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, seen = pages.read, tmp_path / "seen"

    def hangs(page: Page, hints: Hints) -> Article:
        if page.url.endswith("/2.html"):
            with seen.open("ab") as file:
                file.write(b".")
            time.sleep(600)
        return honest(page, hints)

    monkeypatch.setattr(pages, "read", hangs)
    monkeypatch.setattr(
        "archive.door.apart.threading.active_count", lambda: 1
    )  # a copy, which has `hangs` too
    folder = tmp_path / "archive"
    pid = os.fork()
    if pid == 0:  # killed in the midst of the page's time
        with reading_apart(folder, 600, is_sure=True), run(folder, batch=100) as live:
            for number in range(4):
                live.take(fetched(number))
        os._exit(9)
    while not seen.exists() and os.waitpid(pid, os.WNOHANG) == (0, 0):
        time.sleep(0.025)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    for _ in range(2):
        with reading_apart(folder, 2):
            opened(folder)
    with reading_apart(folder, 2, is_sure=True):
        rebuild(Archive(folder, Book()), made_by="test", jobs=1)

    assert urls(folder) == [f"http://h.example/{n}.html" for n in range(3)]
    assert rows(folder, "SELECT url, reason FROM quarantine") == [("http://h.example/2.html", "too-long")]
    assert seen.read_bytes() == b".."  # by the run, and by the start after it
    assert (folder / FILE).read_text().count("\n") == 1


def test_trees_that_a_killed_import_left_undone_are_made_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MAX_EXCHANGES", 20)
    pages = {f"http://s{n}.example/{n}.html": page(n // 3, said="转载。" * (n % 3)) for n in range(30)}
    file = warc(tmp_path / "other.warc.gz", pages)
    ingest(tmp_path / "whole", file)
    with monkeypatch.context() as patch:
        patch.setattr(Live, "finish", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ingest(tmp_path / "killed", file)
    asked = "SELECT count(*) FROM descents"
    assert rows(tmp_path / "killed", "SELECT count(*) FROM articles") == [(30,)]
    assert rows(tmp_path / "killed", asked) == [(0,)]

    crawl(tmp_path / "killed")

    assert rows(tmp_path / "killed", asked) == rows(tmp_path / "whole", asked) == [(30,)]
    assert rows(tmp_path / "killed", "SELECT * FROM untraced") == []
