"""The crawler asks the archive by its functions."""

from pathlib import Path

import pytest

from archive.run.folder import Archive
from archive.view.holdings import last_captured, record_bytes, story_title, titles
from tests.archive.archives import Book, crawl, exchange, own_warcs, page, response


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    crawl(
        tmp_path,
        exchange("http://a.example/1.html", response(page(1))),
        exchange("http://b.example/1.html", response(page(1)), minutes=1),
        exchange("http://b.example/2.html", response(page(2)), minutes=2),
    )
    return tmp_path


def test_what_is_held_is_told(folder: Path) -> None:
    with Archive(folder, Book()).reading() as store:
        assert titles(store.conn, "b.example") == {"解放街第1组修好8盏路灯", "民主巷第2组修好11盏路灯"}
        assert last_captured(store.conn) == {"a.example": "2020-02-10", "b.example": "2020-02-10"}
        assert story_title(store.conn, 1) == "解放街第1组修好8盏路灯"
        assert story_title(store.conn, 9) is None
        assert record_bytes(store.conn) == own_warcs(folder)[0].stat().st_size
