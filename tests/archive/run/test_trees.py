"""Trees of a run's stories: made once for many captures, and at the run's end."""

from datetime import timedelta
from pathlib import Path

import pytest

from archive.run import batches
from tests.archive.archives import AT, exchange, page, response, rows, run


def test_trees_are_made_after_many_captures_and_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "TREES_AFTER", 4)
    found = []
    with run(tmp_path, batch=2) as live:
        for number in range(6):
            url = f"http://s{number}.example/{number}.html"
            live.take(exchange(url, response(page(0, said="转载。" * number)), minutes=number))
            found += rows(tmp_path, "SELECT count(*) FROM descents")
        live.finish(ending="finished", ended_at=AT + timedelta(hours=1))

    assert found == [(0,), (0,), (0,), (4,), (4,), (4,)]
    assert rows(tmp_path, "SELECT count(*) FROM descents") == [(6,)]
    assert rows(tmp_path, "SELECT * FROM untraced") == []
