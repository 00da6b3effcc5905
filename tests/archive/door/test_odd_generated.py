"""Odd WARC files without end: whatever is combined, each response is a capture or an exception that is named."""

import gzip
import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.door.workers import Readers
from archive.record.foreign import parts
from archive.run.folder import Archive, RunInfo
from archive.run.imports import FileTally, Importer
from crawler.registry.book import SiteFiles
from tests.archive.archives import AT
from tests.archive.raw_records import DATE, Raw, response

FILES = int(os.environ.get("ODD_FILES", "60"))
"""How many files are made; a longer run asks for more."""
NUMBERS = itertools.count()
ENDS = [b"\r\n\r\n", b"\n\n", b"\r\n", b"", b"\n", b"\r\n\r\n\r\n", b"\r\r\n\r\r\n"]
DATES = [DATE, "2020-02-10T00:39", "2020-02-10 00:39:53", "2009-03-65T08:43:19-0800", "20200210003953",
         "2020-02-10T00:39:53,123Z", "soon", None]  # fmt: skip
KINDS = [
    "application/http; msgtype=response",
    "message/http",
    None,
    "text/html",
    "text/plain",
    "application/HTTP",
]
LINES = [b"", b"\r", "WARC-Truncated: length", "WARC-Payload-Digest: sha1:" + "A" * 32, "X: \u202e",
         b"WARC-Block-Digest: md5:\xff", "WARC-Segment-Number: 1", " folded", "WARC-Refers-To: <urn:uuid:same>",
         "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/server-not-modified",
         "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"]  # fmt: skip
URLS = ["http://h.example/{}", "http://h.example/武汉{}", "HTTP://H.EXAMPLE:80/{}", "<https://h.example/{}>",
        "http://[::1/{}", "dns:h{}.example", "http://中文.example/a b{}", "urn:x:{}", ""]  # fmt: skip
RESPONSES = ("response", "revisit", "resource")


@st.composite
def records(draw: st.DrawFn) -> Raw:
    """A record that differs from a plain one in anything that tools get wrong."""
    n = next(NUMBERS)
    body = f"<title>{n}</title>{'字' * draw(st.integers(0, 40))}".encode()
    block = draw(
        st.sampled_from([response(body), response(body).replace(b"\r\n", b"\n"), body, b"", response(b"")])
    )
    kind = draw(
        st.sampled_from(
            [*["response"] * 6, "revisit", "resource", "request", "metadata", "continuation", "x"]
        )
    )
    plain = Raw(
        kind,
        draw(st.sampled_from([URLS[0]] * 4 + URLS)).format(n),
        block,
        draw(st.sampled_from([f"urn:uuid:{n}"] * 4 + ["urn:uuid:same", None])),
        draw(st.sampled_from([DATE] * 4 + DATES)),
        draw(st.sampled_from([KINDS[0]] * 4 + KINDS)),
        tuple(draw(st.lists(st.sampled_from(LINES), max_size=2))),
        line_end=draw(st.sampled_from([b"\r\n"] * 3 + [b"\n", b"\r\r\n"])),
        end=draw(st.sampled_from([ENDS[0]] * 4 + ENDS)),
    )
    off = draw(st.sampled_from([0] * 9 + [-300, -70, -7, -2, -1, 1, 3, 6, 40, 90, 700, 10**6]))
    return replace(plain, length=max(0, len(block) + off))


@st.composite
def torn(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """What a crash, a bad disk or a transfer makes of a record's bytes."""
    cut = draw(st.sampled_from([0] * 12 + [1, 30, 200]))
    between = draw(st.sampled_from([b""] * 9 + [bytes(40), b"garbage\r\n\r\n", b"\r\n"]))
    return lambda raw: raw[: max(len(raw) - cut, len(raw) // 2)] + between


@pytest.fixture(scope="module")
def importer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Importer]:
    """One run that takes every file in."""
    archive = Archive(tmp_path_factory.mktemp("odd"), SiteFiles.load())
    with (
        archive.run(RunInfo("20200211T000000Z-0b0b0b0b", "ingest", AT)) as live,
        Readers(archive.sites) as readers,
    ):
        yield Importer(live, readers, archive.warcs, lambda: AT + timedelta(days=1))
        live.finish(ending="finished", ended_at=AT)


@settings(
    max_examples=FILES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    drawn=st.lists(st.tuples(records(), torn()), min_size=1, max_size=6),
    packing=st.sampled_from(["members", "plain", "whole"]),
)
def test_no_response_is_lost_in_silence(
    drawn: list[tuple[Raw, Callable[[bytes], bytes]]], packing: str, importer: Importer, tmp_path: Path
) -> None:
    found = [one for one, _ in drawn]
    plain = b"".join(spoilt(one.plain()) for one, spoilt in drawn)
    packed = b"".join(spoilt(one.packed()) for one, spoilt in drawn)
    if packing == "whole":
        packed = gzip.compress(plain)
    name = f"{next(NUMBERS)}.warc" + ("" if packing == "plain" else ".gz")
    (tmp_path / name).write_bytes(plain if packing == "plain" else packed)
    tally = FileTally()
    for part in parts(tmp_path / name, tmp_path):
        importer.take_in(part, tally)

    checked = tally.checked
    known = checked.derived + sum(checked.exceptions.values())
    made = sum(one.kind in RESPONSES for one in found)
    assert known == checked.responses + checked.failures
    assert checked.exceptions["lost without a reason"] == 0
    is_noted = any(
        "may stand within its block" in note.what for note in tally.notes.values()
    )  # docs/limits.md
    assert checked.responses == made or tally.damages or is_noted, checked.sum()
    unread = checked.exceptions["unreadable"]
    assert unread <= len(tally.damages)
    assert not [damage for damage in tally.damages if "a bug" in damage.reason]
    (tmp_path / name).unlink()
