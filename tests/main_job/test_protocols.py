"""Programs of other projects read the crawled sample from a running instance, unmodified."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import cdx_toolkit
import pytest
from cdx_toolkit.myrequests import retry_info

from archive.capture import Ref
from archive.record.exchanges import http_block
from archive.record.http import parse
from archive.record.reader import read
from tests.archive import readers
from tests.archive.browse.conftest import Room
from tests.archive.browse.served import Server
from tests.main_job.conftest import Job


class Held(NamedTuple):
    """A page of the archive: its address, its time and its body."""

    url: str
    moment: str
    body: bytes


@pytest.fixture(scope="module")
def instance(job: Job) -> Iterator[str]:
    """The address of the archive in a running reading room."""
    room = Room(job.folder / "archive.db")
    server = Server(room)
    yield f"{server.url}/archive/-"
    server.stop()
    room.close()


@pytest.fixture(scope="module")
def pages(job: Job) -> list[Held]:
    """The pages that came whole, with the bodies that their records hold."""
    with closing(sqlite3.connect(job.folder / "archive.db")) as conn:
        rows = conn.execute(
            "SELECT c.url, c.captured_at, o.warc_file, o.warc_offset, o.warc_length, o.record_id FROM captures c"
            " JOIN captures o ON o.id = coalesce(c.revisit_of, c.id)"
            " WHERE c.status = 200 AND c.truncated IS NULL AND c.method = 'GET' AND c.via = 'live' ORDER BY c.id"
        ).fetchall()
    found = []
    for url, captured_at, *place in rows:
        message = parse(http_block(read(job.folder / "warc", Ref(*place))))
        found.append(Held(url, "".join(filter(str.isdigit, captured_at))[:14], message.body))
    return found


def test_cdx_toolkit_lists_every_page(
    instance: str, pages: list[Held], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(retry_info["default"], "minimum_interval", 0.0)  # its pause of 3 seconds
    fetcher = cdx_toolkit.CDXFetcher(source=f"{instance}/cdx")
    listed = {
        (found["url"], found["timestamp"])
        for top in ("*.cn", "*.com", "*.org")
        for found in fetcher.iter(top, limit=5000)
    }

    wanted = {(page.url, page.moment) for page in pages}
    assert len(wanted) > 150
    assert wanted - listed == set()


@pytest.mark.skipif(readers.PYWB is None, reason=readers.WITHOUT_PYWB)
def test_pywb_replays_every_page_from_a_running_instance(
    instance: str, pages: list[Held], tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text(f"collections:\n  news:\n    index: cdx+{instance}/cdx /web\n")
    differ = []
    with readers.pywb(tmp_path) as address:
        for page in pages:
            status, body = readers.fetched(f"{address}/news/{page.moment}id_/{page.url}")
            if (status, body) != (200, page.body):
                differ.append((page.url, status))

    assert len(pages) > 150
    assert differ == []
