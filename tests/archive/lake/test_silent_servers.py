"""Servers that take a call and say nothing, or answer with no file: a line each, and a bounded wait."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import create_server
from threading import Thread

import pytest

pytest.importorskip("fsspec", reason="the extra `cluster` is not installed")
pytest.importorskip("s3fs", reason="the extra `cluster` is not installed")

from fsspec.config import conf

from archive.remote import servers
from archive.remote.addresses import found
from archive.remote.files import opened


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes calls and never answers."""
    with create_server(("127.0.0.1", 0), backlog=50) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of another test is known, and little is waited for."""
    monkeypatch.setattr(servers, "_silent", {})
    monkeypatch.setattr(servers, "BUCKET_S", 0.01)


def test_a_silent_web_server_is_asked_for_three_files(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "WEB_S", 0.01)

    lines = [found([f"{silent}/{n}.warc.gz"]).missing for n in range(3)]

    assert lines[2] == [f"{silent}/2.warc.gz: Timeout on reading data from socket"]
    assert found([f"{silent}/{n}.warc.gz" for n in (7, 8)]).missing == [
        f"{silent}/{n}.warc.gz: not asked for: its server was silent for 3 files before it" for n in (7, 8)
    ]
    with pytest.raises(OSError, match="not asked for"):
        opened(f"{silent}/9.warc.gz")


def test_a_silent_server_is_asked_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(servers, "monotonic", lambda: now)

    def ask() -> None:
        with servers.answering("http://a.example/x"):
            raise TimeoutError("nothing came")

    for _ in range(3):
        with pytest.raises(OSError, match="nothing came"):
            ask()
    with pytest.raises(OSError, match="silent for 3 files"):
        ask()
    with servers.answering("http://another.example/x"):
        pass
    now = servers.FORGOTTEN_S

    with pytest.raises(OSError, match="nothing came"):
        ask()


def test_one_answer_and_the_silence_is_forgotten() -> None:
    def silent(address: str) -> None:
        with pytest.raises(OSError, match="nothing came"), servers.answering(address):
            raise TimeoutError("nothing came")

    for n in range(6):
        silent(f"s3://bucket/{n}")
        if n % 2:
            with servers.answering("s3://bucket/there"):
                pass
    with pytest.raises(FileNotFoundError), servers.answering("s3://bucket/gone"):
        raise FileNotFoundError("gone")  # an answer, too


def test_a_bucket_is_waited_for_as_its_owner_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert servers.options_for("s3://bucket/x") == {
        "config_kwargs": {"connect_timeout": 10, "read_timeout": 0.01, "retries": {"total_max_attempts": 2}}
    }

    monkeypatch.setitem(conf, "s3", {"config_kwargs": {"read_timeout": 300}})

    assert servers.options_for("s3://bucket/x")["config_kwargs"]["read_timeout"] == 300
    assert servers.options_for("gs://bucket/x") == {}


class Elsewhere(BaseHTTPRequestHandler):
    """Answers with the status that its path names, and a body that is no WARC file."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.split("/")[1]))
        if "round" in self.path:
            self.send_header("Location", self.path)
        if "file" in self.path:
            self.send_header("Location", "file:///etc/hosts")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("301/x.warc.gz", "its server answers 301 Moved Permanently, without a file"),
        ("302/x.warc.gz", "its server answers 302 Found, without a file"),
        ("308/x.warc.gz", "its server answers 308 Permanent Redirect, without a file"),
        ("300/x.warc.gz", "its server answers 300 Multiple Choices, without a file"),
        ("202/x.warc.gz", "its server answers 202 Accepted, without a file"),
        ("301/round.warc.gz", "its server redirects without end"),
        ("302/file.warc.gz", "its server leads to what is no address of the web (file:///etc/hosts)"),
    ],
)
def test_an_answer_that_is_no_file_is_said(path: str, said: str) -> None:
    """A redirection without an address was read as the file, and called a server without byte ranges."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/{path}"
        try:
            assert found([address]).missing == [f"{address}: {said}"]
        finally:
            server.shutdown()
