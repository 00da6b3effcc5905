"""Pages read on a Dask cluster: the archive is the same, whatever dies; and what cannot be is one line."""

import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

import distributed

from archive.care.rebuild import rebuild
from archive.care.verify import Verifier
from archive.cluster import workers as module
from archive.cluster.pieces import FarReaders
from archive.cluster.workers import HERE, LostClusterError, Workers
from archive.door.ingest import Door
from archive.door.workers import Readers
from archive.errors import ExitCode, WrongUse
from archive.run.folder import Archive
from archive.view.store import Store
from tests.archive.archives import Book, contents, crawl, exchange, ingest, page, response, rows
from tests.archive.cluster.hanging import HangingBook
from tests.archive.foreign_files import warc

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
SCHEDULER = """
from distributed import LocalCluster
if __name__ == "__main__":
    cluster = LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None)
    print(cluster.scheduler_address, flush=True)
    input()
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of a hundred stories, two copies each, over several pieces."""
    pages = {f"http://s{n % 5}.example/{n}.html": page(n // 2, said="　" * 900) for n in range(200)}
    return warc(tmp_path_factory.mktemp("files") / "crawl.warc.gz", pages)


@pytest.fixture(scope="module")
def plain(file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    """All rows of an archive that one process made."""
    folder = tmp_path_factory.mktemp("plain")
    ingest(folder, file)
    return contents(folder / "archive.db")


@pytest.fixture(scope="module")
def kept(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that holds the file itself."""
    folder = tmp_path_factory.mktemp("kept")
    ingest(folder, file, copying=True)
    return folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[Workers]:
    """Two processes."""
    with Workers("local:2") as workers:
        yield workers


def taken_in(folder: Path, file: Path, workers: Workers) -> dict[str, list[tuple[object, ...]]]:
    ingest(folder, file, readers=Readers(Book(), workers=FarReaders(workers, Book(), 30)))
    return contents(folder / "archive.db")


def comparable(rows: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """Without the names of our own WARC files, which are of the moment."""
    return {name: held for name, held in rows.items() if name != "warc_files"}


def test_every_table_is_as_one_process_makes_it(
    file: Path, plain: dict[str, Any], cluster: Workers, tmp_path: Path
) -> None:
    assert comparable(taken_in(tmp_path, file, cluster)) == comparable(plain)


def test_workers_that_die_change_nothing(
    file: Path, plain: dict[str, Any], cluster: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, pieces, killed = FarReaders.begin, [], []

    def deadly(self: FarReaders, piece: Any, via: Any) -> Any:
        pieces.append(piece)
        running = cluster.processes()
        if len(pieces) % 2 and len(killed) < 3 and running:
            killed.append(running[len(killed) % len(running)])
            with suppress(ProcessLookupError):  # Dask does not know yet that it has ended
                os.kill(killed[-1], signal.SIGKILL)
        return begun(self, piece, via)

    monkeypatch.setattr(FarReaders, "begin", deadly)

    assert comparable(taken_in(tmp_path, file, cluster)) == comparable(plain)
    assert len(killed) >= 2


def test_a_scheduler_that_dies_leaves_an_archive_that_is_completed(
    file: Path, plain: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "scheduler.py"
    script.write_text(SCHEDULER)
    other = subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    try:
        assert other.stdout is not None
        with Workers(other.stdout.readline().strip()) as workers:
            monkeypatch.setattr(module, "WAIT_S", 3)
            begun = FarReaders.begin

            def deadly(self: FarReaders, *piece: Any) -> Any:
                rows = begun(self, *piece)
                os.killpg(other.pid, signal.SIGKILL)
                monkeypatch.setattr(FarReaders, "begin", begun)
                return rows

            monkeypatch.setattr(FarReaders, "begin", deadly)
            with pytest.raises(LostClusterError, match="the cluster went away; what was done is kept"):
                taken_in(tmp_path / "archive", file, workers)
    finally:
        if other.poll() is None:
            os.killpg(other.pid, signal.SIGKILL)
        other.communicate(timeout=200)

    assert not logging.getLogger("distributed.client").isEnabledFor(logging.ERROR)  # its tracebacks

    ingest(tmp_path / "archive", file, run_id="20200212T000000Z-0c0c0c0c")

    after = contents(tmp_path / "archive" / "archive.db")
    for table in ("articles", "stories", "members", "articles_fts"):
        assert after[table] == plain[table], table


def test_a_view_rebuilt_on_a_cluster_is_the_plain_one(
    file: Path, plain: dict[str, Any], cluster: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    crawl(tmp_path, *(exchange(f"http://own.example/{n}.html", response(page(n))) for n in range(9)))
    ingest(tmp_path, file, copying=True)
    before = contents(tmp_path / "archive.db")
    read = CountedPieces()

    # the workers stand in another folder
    rebuild(Archive(Path(), Book()), made_by="test", jobs=1, workers=read(FarReaders(cluster, Book(), 30)))

    after = contents(tmp_path / "archive.db")
    assert {name for name in before if before[name] != after[name]} <= {"meta"}
    assert len(after["articles"]) == 209
    assert read.pieces >= 2


@pytest.mark.parametrize("sql", ["", "UPDATE articles SET text = text || '假' WHERE id = 9"])
def test_a_cluster_verifies_what_one_process_verifies(
    sql: str, kept: Path, cluster: Workers, tmp_path: Path
) -> None:
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    with Store(tmp_path / "archive.db") as store, store.commit():
        store.conn.execute(sql or "SELECT 1")
    read = CountedPieces()
    found = []
    for workers in (None, read(FarReaders(cluster, Book(), 30))):
        with (
            Store(tmp_path / "archive.db", read_only=True) as store,
            Readers(Book(), workers=workers) as readers,
        ):
            door = Door(store, tmp_path / "warc", Book())
            verifier = Verifier(store, door, tmp_path / "warc", readers)
            found.append((list(map(str, verifier.findings())), verifier.checked))

    assert found[0] == found[1]
    assert found[0][1].captures == 200
    assert len(found[0][0]) == (1 if sql else 0) or "articles 9" in found[0][0][0]
    assert read.pieces >= 2


class CountedPieces:
    """Counts the pieces that readers are given."""

    pieces = 0

    def __call__(self, readers: FarReaders) -> FarReaders:
        begun = readers.begin

        def counted(piece: Any, via: Any) -> Any:
            self.pieces += 1
            return begun(piece, via)

        readers.begin = counted  # type: ignore[method-assign]
        return readers


def test_a_page_that_hangs_a_worker_is_given_up_and_the_rest_is_read(
    cluster: Workers, tmp_path: Path
) -> None:
    pages = {f"http://h.example/{name}.html": page(n) for n, name in enumerate(("1", "hang", "3", "4"))}
    book = HangingBook()

    ingest(
        tmp_path,
        warc(tmp_path / "hang.warc.gz", pages),
        book=book,
        readers=Readers(book, workers=FarReaders(cluster, book, 1)),
    )

    assert rows(tmp_path, "SELECT url FROM articles ORDER BY id") == [
        ("http://h.example/1.html",),
        ("http://h.example/3.html",),
        ("http://h.example/4.html",),
    ]
    assert rows(tmp_path, "SELECT url, reason, detail FROM quarantine") == [
        ("http://h.example/hang.html", "too-long", "not read within 1 s of work")
    ]


def test_a_page_that_hangs_a_worker_costs_a_lake_that_page(cluster: Workers, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra `cluster` is not installed")
    from archive.lake.build import Build
    from archive.lake.readings import WarcReading
    from archive.lake.storage import Storage
    from archive.remote.addresses import found

    pages = {f"http://h.example/{name}.html": page(n) for n, name in enumerate(("1", "hang", "3"))}
    file = warc(tmp_path / "hang.warc.gz", pages)
    place = Storage(str(tmp_path / "lake"))
    readings = [
        WarcReading(place.address, source, HangingBook(), 1.0) for source in found([str(file)]).sources
    ]

    said = Build(place, cluster).run(readings).said

    assert (said.pages, said.articles) == (3, 2)
    reasons = {
        row["url"]: row["reason"]
        for name in place.names("captures/*/*.parquet")
        for row in place.read(name).to_pylist()
    }
    assert reasons == {
        "http://h.example/1.html": None,
        "http://h.example/hang.html": "too-long",
        "http://h.example/3.html": None,
    }


def test_each_item_comes_back_once(cluster: Workers) -> None:
    found = dict(cluster.each(abs, range(-20, 0)))

    assert found == {n: -n for n in range(-20, 0)}


def test_what_a_task_raises_is_raised(cluster: Workers) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(cluster.each(int, ["1", "one"]))


def test_here_needs_no_cluster() -> None:
    with Workers(HERE) as workers:
        assert list(workers.each(abs, [-1])) == [(-1, 1)]
        assert workers.begin(abs, -2, "two")() == 2


def test_a_cluster_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_S", 1)

    with pytest.raises(
        LostClusterError, match=r"--cluster tcp://127.0.0.1:9: no scheduler answers there"
    ) as met:
        Workers("tcp://127.0.0.1:9").__enter__()

    assert met.value.exit_code == ExitCode.TRY_LATER


@pytest.mark.parametrize(("deaths", "is_well"), [(1, True), (2, True), (3, False)])
def test_processes_that_die_as_they_start_are_started_again(
    deaths: int, is_well: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, met = distributed.LocalCluster, []

    def dying(**options: Any) -> Any:
        met.append(options)
        if len(met) <= deaths:
            raise RuntimeError("Nanny failed to start.")
        return whole(**options)

    monkeypatch.setattr(distributed, "LocalCluster", dying)
    if is_well:
        with Workers("local:1") as workers:
            assert len(workers.processes()) == 1
    else:
        with pytest.raises(
            LostClusterError, match=r"--cluster local:1: its processes did not start \(Nanny"
        ) as why:
            Workers("local:1").__enter__()
        assert why.value.exit_code == ExitCode.TRY_LATER
    assert len(met) == min(deaths + 1, 3)


def test_a_worker_that_dies_as_it_is_asked_for_its_version_is_asked_again(
    cluster: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, met = distributed.Client.run, []

    def broken(client: Any, *what: Any) -> Any:
        met.append(what)
        if len(met) == 1:
            raise distributed.comm.core.CommClosedError("in <TCP>: Stream is closed")
        return run(client, *what)

    monkeypatch.setattr(distributed.Client, "run", broken)
    with Workers(cluster.scheduler) as again:
        assert again.number == 2
    assert len(met) == 2


def test_workers_that_were_just_killed_are_waited_for(cluster: Workers) -> None:
    killed = cluster.processes()
    for pid in killed:
        with suppress(ProcessLookupError):  # of the test before
            os.kill(pid, signal.SIGKILL)

    with Workers(cluster.scheduler) as again:
        assert list(again.each(abs, [-1])) == [(-1, 1)]
    assert killed


def test_a_worker_that_dask_gave_up_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask starts no other in the place of one that is killed while it starts, and would wait for ever."""
    monkeypatch.setattr(module, "RENEW_S", 0.2)
    with Workers("local:1") as workers:
        (nanny,) = workers._cluster.workers.values()
        workers._cluster.sync(nanny.close)

        assert list(workers.each(abs, [-1, -2])) == [(-1, 1), (-2, 2)]


def test_a_scheduler_without_workers_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_S", 1)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=None) as empty,
        pytest.raises(LostClusterError, match="the scheduler has no workers"),
    ):
        Workers(empty.scheduler_address).__enter__()


def test_workers_of_another_version_are_refused(cluster: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "__version__", "9.9")

    with pytest.raises(WrongUse, match=r"workers of another version: .*; here 9\.9, zhuanzai"):
        Workers(cluster.scheduler).__enter__()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("__version__", "9.9", "here 9\\.9, zhuanzai"), ("_code", lambda: "0badc0de", "here .*, code 0badc0de")],
)
def test_workers_of_another_version_that_come_later_do_nothing(
    cluster: Workers, monkeypatch: pytest.MonkeyPatch, name: str, value: object, said: str
) -> None:
    """All copies of the code between two releases have one number."""
    monkeypatch.setattr(module, name, value)

    with pytest.raises(WrongUse, match=f"another version came to the cluster: .*; {said}"):
        list(cluster.each(abs, [-1]))


def test_what_a_process_keeps_beside_its_modules_is_no_other_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "room" / "__pycache__").mkdir(parents=True)
    (tmp_path / "room" / "one.py").write_text("one = 1")
    monkeypatch.setattr("archive.__path__", [str(tmp_path / "room")])
    before = module._code.__wrapped__()

    for name in ("one.cpython-311.pyc", "patterns.cpython-311.patterns", "one.cpython-311.pyc.139872"):
        (tmp_path / "room" / "__pycache__" / name).write_bytes(b"made")
    beside = module._code.__wrapped__()
    (tmp_path / "room" / "one.py").write_text("one = 2")

    assert beside == before != module._code.__wrapped__()


@pytest.mark.parametrize("address", ["", "local:", "local:0", "http://x", "tcp://", "there"])
def test_addresses_that_name_no_cluster(address: str) -> None:
    with pytest.raises(WrongUse, match="--cluster"):
        Workers(address)
