"""Redirects, robots.txt, retries, proxies and failures in the record of a crawl with Scrapy's middlewares."""

import pickle
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.capture import Exchange
from archive.record.exchanges import Stored, exchanges

HOSTILE = Path(__file__).parent / "hostile"


@dataclass
class Crawl:
    """What one crawl of the scenes left."""

    exchanges: list[Exchange]
    seen: dict[str, tuple[str, int | None, str | None, Any]]
    log: list[tuple[str, bytes]]
    guessed: list[bytes]

    def of(self, name: str) -> list[Exchange]:
        """The exchanges whose address ends in a name, in order."""
        return [one for one in self.exchanges if one.url.endswith(f"/{name}")]

    def requests(self, name: str) -> list[bytes]:
        """What the server got for an address."""
        return [request for key, request in self.log if key == f"s/{name}"]


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    folder = tmp_path_factory.mktemp("scenes")
    subprocess.run(
        [sys.executable, HOSTILE / "scenes.py", folder], check=True, timeout=300, cwd=HOSTILE.parents[2]
    )
    found = exchanges(next(folder.glob("*.warc.gz")))
    seen, log, guessed = pickle.loads((folder / "seen.pickle").read_bytes())
    return Crawl([told.exchange for told in found if isinstance(told, Stored)], seen, log, guessed)


def test_each_hop_of_a_redirect_is_an_exchange_that_names_the_one_before(crawl: Crawl) -> None:
    (first,), (second,) = crawl.of("hop1"), crawl.of("hop2")

    assert first.via is None
    assert second.via == first.url
    assert second.metadata["hopsFromSeed"] == "R"


def test_a_link_names_the_page_it_was_on(crawl: Crawl) -> None:
    (linked,) = crawl.of("linked")

    assert linked.via == crawl.of("hop2")[0].url
    assert linked.metadata["hopsFromSeed"] == "L"


def test_robots_txt_is_in_the_record_as_a_prerequisite(crawl: Crawl) -> None:
    robots = crawl.of("robots.txt")

    assert robots[0].metadata["hopsFromSeed"] == "P"
    assert robots[0] is crawl.exchanges[0]


def test_what_robots_txt_forbids_is_never_asked(crawl: Crawl) -> None:
    assert (crawl.of("secret"), crawl.requests("secret")) == ([], [])


def test_every_retry_is_an_exchange_and_numbered(crawl: Crawl) -> None:
    assert [one.metadata.get("retry") for one in crawl.of("busy")] == [None, "1"]


def test_a_stale_connection_is_counted_and_the_answer_of_the_new_one_kept(crawl: Crawl) -> None:
    (only,) = crawl.of("unanswered")

    assert len(crawl.requests("unanswered")) == 2
    assert (only.failure, only.metadata["staleConnections"]) == ("closed", "1")
    assert only.request == crawl.requests("unanswered")[0] == crawl.requests("unanswered")[1]


def test_a_cut_response_that_scrapy_hands_out_is_marked_cut(crawl: Crawl) -> None:
    assert crawl.seen["cut"][:2] == ("TextResponse", 200)
    assert crawl.of("cut")[0].truncated == "disconnect"


def test_a_download_stopped_by_a_signal_is_marked_cut(crawl: Crawl) -> None:
    assert crawl.of("stopped")[0].truncated == "unspecified"


def test_the_password_of_a_proxy_is_masked_and_the_masking_said(crawl: Crawl) -> None:
    (proxied,) = crawl.of("proxied")
    (sent,) = crawl.requests("proxied")

    assert b"Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n" in sent
    assert proxied.request == sent.replace(b"Basic dXNlcjpzZWNyZXQ=", b"*" * 22)
    assert proxied.metadata["masked"] == "Proxy-Authorization"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", proxied.metadata["proxy"])


def test_a_tunnel_shows_the_origin_nothing_of_the_proxy(crawl: Crawl) -> None:
    (tunnelled,) = crawl.of("tunnelled")

    assert tunnelled.request == crawl.requests("tunnelled")[0]
    assert b"Proxy" not in tunnelled.request
    assert tunnelled.protocols == ("http/1.1", "tls/1.3")


@pytest.mark.parametrize(
    ("name", "failure", "error"),
    [("no-tunnel", "tunnel", "TunnelError"), ("refused", "refused", "Refused"), ("no-tls", "tls", "SSL")],
)
def test_fetches_that_never_began_say_why_and_sent_nothing(
    crawl: Crawl, name: str, failure: str, error: str
) -> None:
    (only,) = crawl.of(name)

    assert (only.failure, only.request, only.response, only.truncated) == (failure, b"", None, None)
    assert error in only.metadata["error"]


def test_the_spider_finds_what_became_of_its_own_fetch(crawl: Crawl) -> None:
    captures = {key: seen[3] for key, seen in crawl.seen.items() if key != "secret"}  # which is never fetched

    assert "old" not in captures.values()
    assert captures["hop1"].capture.offset != captures["linked"].capture.offset
    assert captures["no-tls"].request is None


def test_no_charset_is_guessed_on_compressed_bytes(crawl: Crawl) -> None:
    assert crawl.seen["packed"][:3] == ("HtmlResponse", 200, "<html>武汉</html>")
    assert [text for text in crawl.guessed if text.startswith(b"\x1f\x8b")] == []
