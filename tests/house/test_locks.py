"""What the image installs is the part of the lock that runs, at the same versions."""

import re

from tests.house.faces import REPO

PINNED = re.compile(r"^([a-z0-9_.-]+)==(\S+)", re.M)
TEST_TOOLS = {"pytest", "mypy", "ruff", "hypothesis", "import-linter", "playwright", "fastwarc", "rensa"}


def pinned(name: str) -> dict[str, str]:
    return dict(PINNED.findall((REPO / name).read_text("utf-8")))


def test_the_image_installs_no_test_tools() -> None:
    assert "requirements-run.lock" in (REPO / "Dockerfile").read_text("utf-8")
    assert TEST_TOOLS & pinned("requirements-run.lock").keys() == set()
    assert {"scrapy", "datasette", "warcio"} <= pinned("requirements-run.lock").keys()


def test_both_locks_agree() -> None:
    every = pinned("requirements.lock")

    assert {
        name: version
        for name, version in pinned("requirements-run.lock").items()
        if every.get(name) != version
    } == {}


def test_the_next_datasette_lies_over_the_lock_and_brings_nothing_that_is_there() -> None:
    over = pinned("requirements-datasette-next.lock")

    assert over.pop("datasette").startswith("1.")
    assert over.keys() & pinned("requirements.lock").keys() == set()


def test_what_only_the_bench_needs_brings_nothing_that_is_there() -> None:
    assert pinned("requirements-bench.lock").keys() == {"newspaper4k"}
    assert "newspaper4k" not in pinned("requirements.lock")
