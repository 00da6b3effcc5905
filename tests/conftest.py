"""Property tests judge values, never the clock; files that share a costly fixture share a worker."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.starter import Starter

NEVER = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
"""No limit of Hypothesis that counts seconds: a busy machine is no fault."""
settings.register_profile("zhuanzai", **NEVER)
settings.register_profile("same", **NEVER, derandomize=True)  # make check: what was green is green again
settings.register_profile("fast", **NEVER, max_examples=10, derandomize=True)  # make test-fast
settings.load_profile("zhuanzai")

os.environ["LC_MESSAGES"] = "C"  # commands answer in English, also where the tester's terminal is Chinese
if os.environ.get("LC_ALL", "").startswith("zh"):
    del os.environ["LC_ALL"]
# first what takes longest, so that no worker is left with it at the end
FIRST = ("main_job", "month", "crash", "test_recheck.py", "test_manners.py", "test_web_archive.py")
LONG = (
    *(
        "/month/",
        "/crash/",
        "/test_printed_lines.py",
        "/test_shared.py",
        "/test_likeness.py",
    ),  # whole nights, kills, every saved page
    *(
        "/test_every_column.py",
        "/test_odd_warcs.py",
        "/test_odd_generated.py",
    ),  # an archive for each of hundreds of cases
    *("/browse/test_links.py", "/test_reading_room.py"),  # every address of the reading room
    *("/extract/test_hostile.py", "/test_wire_exact.py", "/test_output.py", "/test_clock_changes.py"),
    "/house/test_patterns.py",
    "/test_demo_command.py",  # the demo once and a part of another
)
"""Files and folders that `make test` leaves to `make check`: each takes many seconds for one promise."""
ONE_CRAWL = {f"tests/main_job/test_{name}.py" for name in ("archive", "record", "reading_room", "protocols")}
"""Files whose tests all ask for the crawl of the main job."""


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter]:
    """Starts `scrapy` commands quickly."""
    with Starter() as ready:
        yield ready


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow files first, the rest stays in its order; mark the long ones.

    The slow ones have minutes more: a busy machine makes ten times as long of each.
    """
    items.sort(key=lambda item: _place(item.path))
    for item in items:
        if _place(item.path) <= len(FIRST):
            item.add_marker(pytest.mark.timeout(900))
        if _is_long(item.path):
            item.add_marker(pytest.mark.long)


def _place(path: Path) -> int:
    return next((n for n, part in enumerate(FIRST) if part in path.parts), len(FIRST) + (not _is_long(path)))


def _is_long(path: Path) -> bool:
    return any(part in path.as_posix() for part in LONG)


class ByCrawl(LoadFileScheduling):
    """A worker gets a file whole, and those that share a crawl together."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "one crawl" if file in ONE_CRAWL else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByCrawl:
    """Answer xdist's question with our scheduler."""
    return ByCrawl(config, log)
