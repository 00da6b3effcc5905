"""A real pywb, from an environment of its own, serving WARC files of ours: set ZHUANZAI_TEST_PYWB to its bin folder."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.sample import Network
from tests.archive.browse.conftest import Room
from tests.archive.browse.served import Server

PYWB = os.environ.get("ZHUANZAI_TEST_PYWB")

pytestmark = pytest.mark.skipif(
    not PYWB, reason="ZHUANZAI_TEST_PYWB names no bin folder of an environment with pywb"
)


@pytest.fixture(scope="module")
def live(run: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A crawl of one site of the sample network."""
    with Network(port=0, today=date(2024, 12, 2)) as net:
        return run(
            "mirrors", "site=www.jzrb.com", folder=tmp_path_factory.mktemp("live"), proxy=net.proxy_url
        )


@pytest.fixture(scope="module")
def collection(live: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a pywb collection that holds its WARC files."""
    folder = tmp_path_factory.mktemp("pywb")
    warcs = [str(path) for path in sorted((live.folder / "archive" / "warc").glob("*.warc.gz"))]
    manager = str(Path(PYWB or "") / "wb-manager")
    subprocess.run([manager, "init", "ours"], cwd=folder, check=True, capture_output=True)
    subprocess.run([manager, "add", "ours", *warcs], cwd=folder, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(Path(PYWB or "") / "wayback"), "-p", str(port), "-b", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        wait_for(port)
        yield f"http://127.0.0.1:{port}/ours"
        server.terminate()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)  # a server of another project: nothing tells us when it listens
    pytest.fail(f"pywb does not listen on {port} after 30 s")


def test_what_pywb_replays_is_what_was_crawled(live: Any, collection: str, run: Any, tmp_path: Path) -> None:
    outcome = run(
        "web_archive",
        "site=www.jzrb.com",
        f"archive={collection}",
        folder=tmp_path,
        ZHUANZAI_PRIVATE_ADDRESSES=True,
    )

    assert outcome.code == 0
    assert {item["via"] for item in outcome.items} == {"wayback"}
    assert {item["url"]: item["text"] for item in outcome.items} == {
        item["url"]: item["text"] for item in live.items
    }


def test_pywb_replays_an_instance_as_a_remote_source(live: Any, tmp_path: Path) -> None:
    room = Room(live.folder / "archive" / "archive.db")
    server = Server(room)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    source = f"collections:\n  news:\n    index: cdx+{server.url}/archive/-/cdx /web\n"
    (tmp_path / "config.yaml").write_text(source, encoding="utf-8")
    command = [str(Path(PYWB or "") / "wayback"), "-p", str(port), "-b", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as replay:
        try:
            wait_for(port)
            asked = "cdx?url=*.jzrb.com&filter=statuscode:200&fl=timestamp,original&collapse=urlkey"
            listed = [
                line.split() for line in fetched(f"{server.url}/archive/-/{asked}").decode().splitlines()
            ]
            pages = [(f"{timestamp}id_/{original}") for timestamp, original in listed]
            equal = [
                fetched(f"http://127.0.0.1:{port}/news/{page}")
                == fetched(f"{server.url}/archive/-/web/{page}")
                for page in pages
            ]
        finally:
            replay.terminate()
            server.stop()
            room.close()

    assert len(pages) > 5
    assert all(equal)


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return bytes(answer.read())
