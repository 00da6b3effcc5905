"""`pytest -p tests.house.covered`: which lines of the product run in the tests' own processes, held to a floor.

coverage's own tracer is asked at each line: it took 40 and 57 % of the tests' CPU on top. slipcover's marks, a call
before each line, took less than half of that. coverage reports, as pyproject.toml says under `tool.coverage`.
"""

import os
from io import StringIO
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData
from slipcover import FileMatcher, ImportManager, Slipcover

REPO = Path(__file__).parents[2]
FLOORS = [REPO / floor for floor in ("archive", "crawler", "extract")]
# immediate: else code is replaced while a test runs, and tests/extract/test_linear.py counts the calls of that
_MARKS = Slipcover(immediate=True)
_IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
_REACHED = pytest.StashKey[str]()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Mark the lines of all that is loaded from now on."""
    if not _IS_WORKER:
        Coverage().erase()  # what a run left that was killed
    ImportManager(_MARKS, FileMatcher(sources=FLOORS)).__enter__()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write down which lines this process has run; the last process adds them up. Under the floor the run fails."""
    data = CoverageData(suffix=True)
    every = (str(path) for floor in FLOORS for path in floor.rglob("*.py"))  # what nobody loads counts too
    data.add_lines({**dict.fromkeys(every, ()), **_MARKS.newly_seen})
    data.write()
    if not _IS_WORKER:
        whole = Coverage()
        whole.combine()
        reached, floor = whole.report(file=StringIO()), float(whole.get_option("report:fail_under"))
        session.config.stash[_REACHED] = f"{reached:.2f} % of the lines ran; the floor is {floor:g} %"
        if reached < floor:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the sum."""
    terminalreporter.write_line(config.stash[_REACHED])
