"""A picture at an address that looks like an article's: what it was asked for decides whether it lacks an article."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from archive.capture import REQUISITE, Exchange
from archive.run.folder import Archive, RunInfo
from archive.view.store import Store
from crawler.registry.book import SiteFiles
from tests.archive.browse.invention import BEGAN, PIXEL

ARTICLE = "http://www.jzrb.com/news/tuijian/202002/436103.shtml"


@pytest.mark.parametrize(
    ("metadata", "reasons"),
    [({}, ["not-html"]), ({REQUISITE: "http://www.jzrb.com/2020/0210/24511.shtml"}, [])],
    ids=["as an article", "as a requisite"],
)
def test_a_picture_at_an_articles_address(
    tmp_path: Path, metadata: dict[str, str], reasons: list[str]
) -> None:
    sites = SiteFiles.load()
    assert sites.place(ARTICLE, datetime(2020, 2, 10, tzinfo=UTC).date()).role == "article"
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n" % len(PIXEL) + PIXEL
    with Archive(tmp_path, sites).run(RunInfo("20261122T040000Z-test", "crawl", BEGAN)) as live:
        live.take(Exchange(ARTICLE, BEGAN, b"GET / HTTP/1.1\r\n\r\n", BytesIO(answer), metadata=metadata))
        live.finish(ending="finished", ended_at=BEGAN)
    with Store(tmp_path / "archive.db", read_only=True) as store:
        assert [row[0] for row in store.conn.execute("SELECT reason FROM quarantine")] == reasons
