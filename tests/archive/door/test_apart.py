"""Pages that take too long are given up, and never tried again."""

import json
import os
import re
import select
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from archive.door.apart import FILE, Apart, TooLong, current, given_up, reading_apart, worked_s
from archive.errors import Stopped

REPO = Path(__file__).parents[3]


def hang(seconds: float) -> str:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return "read"


def wait(seconds: float) -> str:
    """What a page looks like on a machine that is busy with something else."""
    time.sleep(seconds)
    return "read"


def die() -> None:
    os._exit(9)


def raised() -> None:
    raise KeyError("夜")


def test_work_is_done_in_another_process_and_comes_back(tmp_path: Path) -> None:
    with reading_apart(tmp_path, 60, is_sure=True) as apart:
        assert apart is not None
        assert current() is apart
        assert apart.done("a", "http://a.example/", os.getpid) not in (os.getpid(), None)
        with pytest.raises(KeyError, match="夜"):
            apart.done("b", "http://a.example/", raised)

    assert current() is None
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("work", "args", "why", "seconds"),
    [(hang, (600.0,), "not read within", 1), (die, (), "ended the process", 30)],
)
def test_what_never_ends_or_kills_is_given_up_once_and_for_all(
    tmp_path: Path, work: object, args: tuple[float, ...], why: str, seconds: int
) -> None:
    with reading_apart(tmp_path, seconds, is_sure=True) as apart:
        assert apart is not None
        with pytest.raises(TooLong, match=why):
            apart.done("poison", "http://a.example/\u202e\x1b[2J", work, *args)  # type: ignore[arg-type]
        assert isinstance(apart.done("good", "http://a.example/2", os.getpid), int)
    with reading_apart(tmp_path, 1, is_sure=True) as apart:
        assert apart is not None
        with pytest.raises(TooLong, match=why):
            apart.done("poison", "http://b.example/", hang, 0.0)

    assert [json.loads(line)["sha256"] for line in (tmp_path / FILE).read_text().splitlines()] == ["poison"]
    assert (tmp_path / FILE).read_bytes().isascii()


def test_a_page_is_not_given_up_for_a_busy_machine(tmp_path: Path) -> None:
    with reading_apart(tmp_path, 0.5, is_sure=True) as apart:
        assert apart is not None
        assert apart.done("slow", "http://a.example/", wait, 0.6) == "read"
        with pytest.raises(TooLong):  # but not for ever
            apart.done("asleep", "http://a.example/", wait, 600.0)


def test_a_run_that_is_stopped_gives_nothing_up(tmp_path: Path) -> None:
    apart = Apart(tmp_path, 600)
    apart.begin()
    threading.Timer(0.3, apart.hurry, (0.2,)).start()  # as a signal does, in the midst of the page
    with pytest.raises(Stopped):
        apart.done("slow", "http://a.example/", hang, 600.0)
    apart.close()

    assert given_up(tmp_path) == {}


def test_threads_share_a_process_and_each_gets_its_own_answer(tmp_path: Path) -> None:
    with reading_apart(tmp_path, 60, is_sure=True) as apart, ThreadPoolExecutor(4) as threads:
        assert apart is not None
        asked = [threads.submit(apart.done, str(n), "http://a.example/", abs, -n) for n in range(40)]

        assert [one.result() for one in asked] == list(range(40))


def test_a_process_that_is_closed_gives_up_nothing_that_threads_wait_for(tmp_path: Path) -> None:
    apart = Apart(tmp_path, 600)
    apart.begin()
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(apart.done, str(n), "http://a.example/", hang, 600.0) for n in range(2)]
        while not worked_s(apart._process.pid):  # the first is read, the second waits for it
            pass
        apart.close()

        for one in asked:
            with pytest.raises(Stopped):
                one.result()
    assert given_up(tmp_path) == {}


def test_the_template_of_reading_processes_makes_others_beside_threads_and_ends_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = Apart(tmp_path, 600)
    with monkeypatch.context() as alone:
        alone.setattr("archive.template.threading.active_count", lambda: 1)
        apart.prepare()
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(abs, -3).result() == 3  # beside whose thread nothing is forked
        apart.begin()
        aside = apart.aside()
        template = apart.done("a", "http://a.example/", os.getppid)
        assert template not in (os.getpid(), os.getppid())
        with pytest.raises(TooLong):
            apart.done("poison", "http://a.example/", die)
        pids = [one.done("b", "http://a.example/", os.getpid) for one in (apart, aside)]
        assert [one.done("b", "http://a.example/", os.getppid) for one in (apart, aside)] == [template] * 2
        ends = [os.pidfd_open(pid) for pid in (template, *pids)]
        aside.close()
        apart.close()

    for end in ends:
        assert select.select([end], [], []) == ([end], [], [])  # readable once the process has ended
        os.close(end)


def test_a_page_is_not_given_up_where_its_process_could_not_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = Apart(tmp_path, 600)
    with monkeypatch.context() as broken:
        broken.setattr("archive.template.threading.active_count", lambda: 1)
        broken.setattr("archive.door.apart.load", die)
        apart.prepare()
    apart.begin()
    with suppress(ChildProcessError):  # asked before the template has ended
        apart.done("good", "http://a.example/", abs, -3)

    assert apart.done("good", "http://a.example/", abs, -3) == 3
    assert given_up(tmp_path) == {}
    apart.close()


def test_lines_that_are_none_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"sha256": "a", "why": "b"}\n{"sha256": \n[1]\nnull\n{"why": "c"}\n')

    assert given_up(tmp_path) == {"a": "b"}


LEFT_OPEN = """
import os, sys
from pathlib import Path
from archive.door.apart import Apart

apart = Apart(Path(sys.argv[1]), 60)
apart.begin()
print(apart.done(None, "http://a.example/", os.getpid))
"""
WORKERS = """
import sys, threading
from pathlib import Path
from archive.door.crew import Crew
from archive.record.pieces import Piece


if __name__ == "__main__":
    done = threading.Event()
    threading.Thread(target=done.wait, daemon=True).start()  # beside a thread no copy is made
    crew = Crew(None, 1)
    print(crew.begin(Piece(Path(__file__), "a", 0, 1, 0, 0), None)().found.records)
    done.set()
"""


@pytest.mark.parametrize(("script", "says"), [(LEFT_OPEN, r"\d+"), (WORKERS, r"\[\]")], ids=["alone", "crew"])
def test_a_process_that_reads_pages_apart_ends_when_it_is_done(
    script: str, says: str, tmp_path: Path
) -> None:
    (tmp_path / "script.py").write_text(script)
    done = subprocess.run(
        [sys.executable, tmp_path / "script.py", tmp_path],
        env={"PYTHONPATH": str(REPO)}, capture_output=True, text=True, timeout=200,
    )  # fmt: skip

    assert re.fullmatch(says, done.stdout.strip()), done.stderr
    assert done.returncode == 0
