"""Property tests judge values, never the clock; files that share a costly fixture share a worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.starter import Starter

settings.register_profile("zhuanzai", deadline=None)
settings.load_profile("zhuanzai")

# first what takes longest, so that no worker is left with it at the end
FIRST = ("main_job", "month", "crash", "test_recheck.py", "test_manners.py", "test_web_archive.py")


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter]:
    """Starts `scrapy` commands quickly."""
    with Starter() as ready:
        yield ready


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each file to one worker whole, and tests/main_job, which crawls once for all its files, to one."""
    items.sort(key=lambda item: _place(item.path))
    for item in items:
        name = item.path.parent.name
        item.add_marker(pytest.mark.xdist_group(name if name == "main_job" else str(item.path)))


def _place(path: Path) -> int:
    return next((n for n, part in enumerate(FIRST) if part in path.parts), len(FIRST))
