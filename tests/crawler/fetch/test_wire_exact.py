"""The record against the server's own socket log: 210 responses and 32 requests in each of four modes."""

import pickle
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from archive.record.exchanges import Stored, exchanges
from archive.record.reader import Record, faults, records

HOSTILE = Path(__file__).parent / "hostile"
MODES = ("http", "https", "http-by-proxy", "https-by-proxy")


@dataclass
class Outcome:
    """What one crawl of the corpus left: the WARC's exchanges and the server's log, both by `<mode>/<case>`."""

    file: Path
    stored: dict[str, list[Stored]] = field(default_factory=lambda: defaultdict(list))
    logged: dict[str, list[tuple[bytes, bytes]]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[str, int | str] = field(default_factory=dict)

    def pairs(self, mode: str) -> Iterator[tuple[str, Stored, tuple[bytes, bytes]]]:
        for key, found in self.stored.items():
            if key.startswith(f"{mode}/"):
                # where the server closed a kept-open connection unanswered, Twisted asked again: the last counts
                yield key.partition("/")[2], found[-1], self.logged[key][-1]


@pytest.fixture(scope="module")
def cases(monkeypatch_module: pytest.MonkeyPatch) -> dict:
    monkeypatch_module.syspath_prepend(str(HOSTILE))
    import cases

    return cases.responses()


@pytest.fixture(scope="module")
def asked(monkeypatch_module: pytest.MonkeyPatch) -> dict:
    monkeypatch_module.syspath_prepend(str(HOSTILE))
    import cases

    return cases.requests()


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("hostile")
    subprocess.run(
        [sys.executable, HOSTILE / "crawl.py", folder], check=True, timeout=800, cwd=HOSTILE.parents[2]
    )
    outcome = Outcome(next(folder.glob("*.warc.gz")))
    log, outcome.seen = pickle.loads((folder / "log.pickle").read_bytes())
    for key, request, response in log:
        outcome.logged[key].append((request, response))
    for found in exchanges(outcome.file):
        if isinstance(found, Stored):
            mode, name = found.exchange.url.split("/", 5)[3:5]
            outcome.stored[f"{mode}/{name.partition('?')[0]}"].append(found)
    return outcome


def received(found: Stored) -> bytes:
    if found.exchange.response is None:
        return b""
    found.exchange.response.seek(0)
    return found.exchange.response.read()


def test_the_corpus_has_at_least_150_responses(cases: dict) -> None:
    assert len(cases) >= 150


@pytest.mark.parametrize("mode", MODES)
def test_every_case_is_in_the_record_once(outcome: Outcome, cases: dict, asked: dict, mode: str) -> None:
    names = [*cases, *(f"asked-{name}" for name in asked)]
    counts = {name: len(outcome.stored[f"{mode}/{name}"]) for name in names}

    assert {name: count for name, count in counts.items() if count != 1} == {}


@pytest.mark.parametrize("mode", MODES)
def test_every_request_block_is_what_the_server_got(outcome: Outcome, mode: str) -> None:
    wrong = [name for name, found, (request, _) in outcome.pairs(mode) if found.exchange.request != request]

    assert wrong == []


@pytest.mark.parametrize("mode", MODES)
def test_every_response_block_is_what_the_server_sent(outcome: Outcome, cases: dict, mode: str) -> None:
    exact = {name for name, case in cases.items() if case.match == "prefix"}
    wrong = [
        name
        for name, found, (_, response) in outcome.pairs(mode)
        if name not in exact and received(found) != response
    ]

    assert wrong == []


@pytest.mark.parametrize("mode", MODES)
def test_a_response_that_was_cut_short_is_kept_up_to_the_cut(
    outcome: Outcome, cases: dict, mode: str
) -> None:
    wrong = [
        name
        for name, found, (_, response) in outcome.pairs(mode)
        if name in cases and cases[name].match == "prefix" and not response.startswith(received(found))
    ]

    assert wrong == []


@pytest.mark.parametrize("mode", MODES)
def test_the_record_says_why_a_response_is_cut_or_absent(outcome: Outcome, cases: dict, mode: str) -> None:
    # over TLS a server that closes without saying so is a connection lost, not closed
    closed = "reset" if mode.startswith("https") else "closed"
    wrong = {
        name: (found.exchange.truncated, found.exchange.failure)
        for name, found, _ in outcome.pairs(mode)
        if name in cases
        and (found.exchange.truncated, (found.exchange.failure or "").replace(closed, "closed") or None)
        != (cases[name].truncated, (cases[name].failure or "").replace(closed, "closed") or None)
    }

    assert wrong == {}


@pytest.mark.parametrize(
    ("mode", "protocols", "has_cipher"),
    [
        ("http", ("http/1.1",), False),
        ("https", ("http/1.1", "tls/1.3"), True),
        ("http-by-proxy", ("http/1.1",), False),
        ("https-by-proxy", ("http/1.1", "tls/1.3"), True),
    ],
)
def test_protocol_cipher_and_address_are_kept(
    outcome: Outcome, mode: str, protocols: tuple[str, ...], has_cipher: bool
) -> None:
    exchange = outcome.stored[f"{mode}/plain"][0].exchange

    assert exchange.protocols == protocols
    assert (exchange.cipher_suite is not None) == has_cipher
    assert exchange.ip_address == "127.0.0.1"


def test_a_plain_proxy_gets_the_absolute_form_and_the_record_keeps_it(outcome: Outcome) -> None:
    request = outcome.stored["http-by-proxy/plain"][0].exchange.request

    assert request.startswith(b"GET http://127.0.0.1:")


def test_connect_is_no_part_of_the_exchange(outcome: Outcome) -> None:
    request = outcome.stored["https-by-proxy/plain"][0].exchange.request

    assert request.startswith(b"GET /https-by-proxy/plain HTTP/1.1\r\n")


def test_every_record_has_its_digests(outcome: Outcome) -> None:
    found = list(records(outcome.file))

    assert [fault for record in found if isinstance(record, Record) for fault in faults(record)] == []


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("plain", 200),
        ("reason-in-gbk", 404),
        ("header-latin1", 200),
        ("header-html-in-head", 200),
        ("length-with-blank-before-colon", 200),
        ("transfer-encoding-identity", 200),
        ("obs-fold-tab", 200),
        ("lf-only", 200),
        ("interim-103-early-hints", 200),
        ("gzip-two-members", 200),
        ("cut-in-large-body", "ResponseDataLossError"),
        ("hang-in-body", "DownloadTimeoutError"),
        ("body-above-maxsize-chunked", "DownloadCancelledError"),
    ],
)
def test_scrapy_gets_what_it_would_get_without_us_or_more(
    outcome: Outcome, case: str, status: int | str
) -> None:
    assert {outcome.seen[f"{mode}/{case}"] for mode in MODES} == {status}
