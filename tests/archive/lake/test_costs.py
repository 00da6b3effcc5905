"""The cost of a task is that of all processes that work for it."""

import pytest

pytest.importorskip("pyarrow", reason="the extra `cluster` is not installed")

from archive.door.apart import Here, instead
from archive.lake import costs


@pytest.mark.parametrize(
    ("process", "used", "counted"),
    [(7, [30.0, 34.0], 4.0), (7, [30.0, 0.5], 0.0), (0, [], 0.0)],
    ids=["a process apart", "a new one, after a page that took too long", "none"],
)
def test_the_process_that_reads_pages_counts(
    process: int, used: list[float], counted: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = Here({}, lambda digest, url: None)
    apart.pid = process
    monkeypatch.setattr(costs, "worked_s", lambda pid: used.pop(0))
    monkeypatch.setattr("time.process_time", lambda: 1.0)

    with instead(apart):
        found = costs.measured(len, "item")

    assert (found.result, found.cpu_s) == (4, counted)
