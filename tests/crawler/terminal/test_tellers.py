"""A health-check service, a webhook and a mailbox, as a round tells them how it went."""

import json
import socketserver
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from scrapy.settings import Settings

from archive.view.status import Alarm
from crawler.commands.round import Command
from crawler.terminal.tellers import Outcome, call, ping

ALARM = Alarm("www.jzrb.com", "no-list", "mirrors: 列表已改版")
OUTCOME = Outcome(
    "news", "2026-11-29T04:52:00+00:00", 3, "scrapy: alarm 列表", (ALARM,), ({"command": "mirrors"},)
)
QUIET = Outcome("news", "2026-11-29T04:52:00+00:00", 0, "")


class Listener(HTTPServer):
    """Remembers what it was told: path, type, body."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, bytes]] = []
        listener = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.told.append((self.path, self.headers["Content-Type"], body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server_port}/hook"


class Post(socketserver.TCPServer):
    """A mail server that takes one message. Source: RFC 5321, the words that smtplib says."""

    allow_reuse_address = True

    def __init__(self) -> None:
        self.mail = b""
        post = self

        class Talk(socketserver.StreamRequestHandler):
            timeout = 10

            def handle(self) -> None:
                self.wfile.write(b"220 post\r\n")
                for line in self.rfile:
                    word = line[:4].upper()
                    if word == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        while (part := self.rfile.readline()) != b".\r\n":
                            post.mail += part
                    self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")
                    if word == b"QUIT":
                        return

        super().__init__(("127.0.0.1", 0), Talk)


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    yield from served(Listener(), monkeypatch)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    yield from served(Post(), monkeypatch)


def served(
    server: socketserver.TCPServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[socketserver.TCPServer]:
    """The server in a thread that ends with the test."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join(10)
        assert not thread.is_alive()


def test_a_ping_tells_how_a_round_ended_and_is_no_obstacle(listener: Listener) -> None:
    assert ping(listener.url, "/fail", "scrapy: 武汉") is None
    assert [(path, body) for path, _, body in listener.told] == [("/hook/fail", "scrapy: 武汉".encode())]


def test_nobody_who_listens_is_no_obstacle() -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        url = f"http://127.0.0.1:{closed.server_port}/hook"

    assert (ping(url, "/start") or "").startswith(f"{url}/start could not be told: ")
    assert (call(url, OUTCOME) or "").startswith(f"{url} could not be told: ")


def spread(outcome: Outcome, **settings: object) -> dict[str, str | None]:
    command = Command()
    command.settings = Settings(settings)
    return command._spread(outcome)


def test_a_webhook_is_told_the_alarms_as_json(listener: Listener) -> None:
    assert spread(OUTCOME, ZHUANZAI_WEBHOOK_URL=listener.url) == {"ZHUANZAI_WEBHOOK_URL": None}

    ((path, kind, body),) = listener.told
    assert (path, kind) == ("/hook", "application/json")
    assert json.loads(body) == {
        "archive": "news",
        "ended_at": "2026-11-29T04:52:00+00:00",
        "exit_code": 3,
        "text": "scrapy: alarm 列表",
        "alarms": [{"site": "www.jzrb.com", "kind": "no-list", "text": "mirrors: 列表已改版"}],
        "runs": [{"command": "mirrors"}],
    }


def test_a_mailbox_is_told_the_summary(post: Post) -> None:
    told = spread(
        OUTCOME,
        ZHUANZAI_MAIL_TO="a@example.org, b@example.org",
        MAIL_HOST="127.0.0.1",
        MAIL_PORT=post.server_address[1],
        MAIL_FROM="news@example.org",
    )

    assert told == {"ZHUANZAI_MAIL_TO": None}
    letter = message_from_bytes(post.mail, policy=policy.default)
    assert letter["Subject"] == "zhuanzai news: 1 alarm, exit code 3"
    assert (letter["From"], letter["To"]) == ("news@example.org", "a@example.org, b@example.org")
    assert letter.get_content().splitlines() == ["scrapy: alarm 列表"]


def test_nobody_is_told_when_all_is_well(listener: Listener) -> None:
    assert spread(QUIET, ZHUANZAI_WEBHOOK_URL=listener.url, ZHUANZAI_MAIL_TO="a@example.org") == {}
    assert listener.told == []


def test_a_server_that_takes_no_mail_is_named() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as closed:
        port = closed.server_address[1]

    told = spread(OUTCOME, ZHUANZAI_MAIL_TO="a@example.org", MAIL_HOST="127.0.0.1", MAIL_PORT=port)
    assert (told["ZHUANZAI_MAIL_TO"] or "").startswith(f"127.0.0.1:{port} took no mail: ")
