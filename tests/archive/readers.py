"""Real programs of other projects that read what an archive hands out, where the environment names them."""

import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.small_server import SmallServer

PYWB = os.environ.get("ZHUANZAI_TEST_PYWB")
"""The bin folder of an environment with pywb."""
WABAC = os.environ.get("ZHUANZAI_TEST_WABAC") if shutil.which("node") else None
"""A folder in which `npm install @webrecorder/wabac fake-indexeddb` was run."""
WITHOUT_PYWB = "ZHUANZAI_TEST_PYWB names no bin folder of an environment with pywb"
WITHOUT_WABAC = (
    "ZHUANZAI_TEST_WABAC names no folder with the npm packages @webrecorder/wabac and fake-indexeddb"
)


def collected(folder: Path, name: str, *files: Path) -> None:
    """A collection of pywb's made of WARC or WACZ files."""
    manager = Path(PYWB or "") / "wb-manager"
    subprocess.run([manager, "init", name], cwd=folder, check=True, capture_output=True)
    unpack = ["--unpack-wacz"] if any(file.suffix == ".wacz" for file in files) else []
    subprocess.run([manager, "add", name, *unpack, *files], cwd=folder, check=True, capture_output=True)


@contextmanager
def pywb(folder: Path) -> Iterator[str]:
    """The address of a pywb that serves the collections of a folder."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [Path(PYWB or "") / "wayback", "-p", str(port), "-b", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@contextmanager
def by_ranges(content: bytes) -> Iterator[str]:
    """The address of a file on this machine, which a web server gives whole or by ranges."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range", "").removeprefix("bytes=")
            first, _, last = asked.partition("-")
            start = int(first) if first else max(0, len(content) - int(last or len(content)))
            end = min(int(last) + 1 if first and last else len(content), len(content))
            self.send_response(206 if asked else 200)
            if asked:
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(content)}")
            self.send_header("Content-Length", str(end - start))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content[start:end])

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *told: object) -> None:
            """Say nothing."""

    with SmallServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/all.wacz"
        finally:
            server.shutdown()
            thread.join()


class _Still(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def http_error_302(self, request, answer, *told):
        return answer

    http_error_301 = http_error_302


def fetched(url: str) -> tuple[int, bytes]:
    """Status and body that an address of this machine answers, no proxy between, redirects not followed."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Still)
    with opener.open(url, timeout=30) as answer:
        return answer.status, bytes(answer.read())


def wabac(wacz: str, wanted: list[tuple[str, str]]) -> list[tuple[int, str, str]]:
    """Status, type and SHA-256 of what ReplayWeb.page's reader finds at each (timestamp, address) of a WACZ."""
    program = Path(__file__).parent / "browse" / "wabac_reader.mjs"
    done = subprocess.run(
        ["node", program, wacz, json.dumps(wanted)], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
    return [tuple(answer) for answer in json.loads(done.stdout)]


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)  # a server of another project: nothing tells us when it listens
    raise AssertionError(f"pywb does not listen on {port} after 60 s")
