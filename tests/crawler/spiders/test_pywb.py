"""A real pywb, from an environment of its own, serving WARC files of ours: set ZHUANZAI_TEST_PYWB to its bin folder."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.sample import Network

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
