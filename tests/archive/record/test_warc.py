"""Exchanges written as records and told back, byte for byte; files torn, flipped, foreign and full."""

import gzip
import itertools
import os
import resource
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.warcwriter import WARCWriter

from archive.capture import Exchange
from archive.errors import Damaged
from archive.record.digests import agrees, payload_of
from archive.record.drafts import IN_MEMORY_BYTES, Original
from archive.record.exchanges import FileStart, Remark, Stored, exchanges
from archive.record.files import OPEN, Extent, locate
from archive.record.parsing.dates import warc_date
from archive.record.reader import Damage, Record, faults, read, records
from archive.record.warc import Writer

AT = datetime(2020, 2, 10, 8, 39, 53, 123456, tzinfo=UTC)
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
REQUEST = b"GET /a HTTP/1.1\r\nHost: www.example.com\r\n\r\n"


def exchange(
    response: bytes | None = PAGE, url: str = "http://www.example.com/a", **more: object
) -> Exchange:
    file = None if response is None else BytesIO(response)
    return replace(Exchange(url, AT, REQUEST, file), **more)


def writer(folder: Path, max_bytes: int = 10**9) -> Writer:
    numbers = itertools.count()
    return Writer(
        folder,
        "test",
        max_bytes,
        {"software": "zhuanzai/test", "run": "r1"},
        host="host",
        new_id=lambda: f"urn:uuid:{next(numbers):032}",
    )


def only(folder: Path) -> Path:
    (file,) = folder.glob("*.warc.gz*")
    return file


def stored(path: Path) -> list[Stored]:
    return [told for told in exchanges(path) if isinstance(told, Stored)]


def body(found: Stored) -> bytes:
    assert found.exchange.response is not None
    return found.exchange.response.read()


# --- what is written


def test_an_exchange_comes_back_as_it_was(tmp_path: Path) -> None:
    sent = exchange(
        elapsed_ms=12,
        ip_address="192.0.2.7",
        protocols=("http/1.1", "tls/1.3"),
        cipher_suite="TLS_AES_128_GCM_SHA256",
        truncated="length",
        via="http://www.example.com/",
        metadata={"hopsFromSeed": "L", "proxy": "http://127.0.0.1:3128"},
    )
    with writer(tmp_path) as warc:
        warc.append(sent)
    (found,) = stored(only(tmp_path))

    assert body(found) == PAGE
    assert replace(found.exchange, response=None) == replace(sent, response=None)
    assert found.run_id == "r1"


def test_records_name_each_other_and_their_file(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        warc.append(exchange(via="http://www.example.com/"))
    info, response, request, metadata = (r for r in records(only(tmp_path)) if isinstance(r, Record))

    assert [r.kind for r in (info, response, request, metadata)] == [
        "warcinfo",
        "response",
        "request",
        "metadata",
    ]
    assert info.get("WARC-Filename") == only(tmp_path).name
    assert request.get("WARC-Concurrent-To") == f"<{response.ref.record_id}>"
    assert metadata.get("WARC-Concurrent-To") == f"<{response.ref.record_id}>"
    for record in (response, request, metadata):
        assert record.get("WARC-Warcinfo-ID") == f"<{info.ref.record_id}>"
        assert record.get("WARC-Date") == "2020-02-10T08:39:53.123456Z"


def test_the_payload_digest_is_of_the_bytes_without_chunks(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        written = warc.append(exchange(CHUNKED))
    record = read(tmp_path, written.capture)

    assert record.get("WARC-Payload-Digest") == "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N"  # sha1 of "hello"
    assert (
        payload_of(BytesIO(CHUNKED)).sha256
        == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    )


def test_metadata_and_warcinfo_have_no_payload_digest(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        warc.append(exchange(via="http://www.example.com/"))

    kinds = {
        r.kind for r in records(only(tmp_path)) if isinstance(r, Record) and r.get("WARC-Payload-Digest")
    }
    assert kinds == {"response"}


def test_an_identical_payload_becomes_a_revisit_of_its_original(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        first = warc.append(exchange())
        original = Original(first.capture.record_id, "http://www.example.com/a", AT)
        second = warc.append(exchange(url="http://www.example.com/b"), repeats=original)
    record = read(tmp_path, second.capture)

    assert record.kind == "revisit"
    assert record.block.read() == PAGE[: -len(b"<html></html>")]
    assert {name: record.get(name) for name in ("WARC-Profile", "WARC-Truncated", "WARC-Refers-To")} == {
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        "WARC-Truncated": "length",
        "WARC-Refers-To": f"<{first.capture.record_id}>",
    }
    assert record.get("WARC-Refers-To-Target-URI") == "http://www.example.com/a"
    assert record.get("WARC-Refers-To-Date") == "2020-02-10T08:39:53.123456Z"
    assert record.get("WARC-Payload-Digest") == read(tmp_path, first.capture).get("WARC-Payload-Digest")
    assert stored(only(tmp_path))[1].repeats == original


def test_a_304_becomes_a_server_not_modified_revisit_with_its_whole_head(tmp_path: Path) -> None:
    answer = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
    original = Original("urn:uuid:0", "http://www.example.com/a", AT)
    with writer(tmp_path) as warc:
        written = warc.append(exchange(answer), repeats=original, is_not_modified=True)
    record = read(tmp_path, written.capture)

    assert record.get("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert (record.get("WARC-Truncated"), record.block.read()) == (None, answer)
    assert stored(only(tmp_path))[0].is_not_modified


def test_a_fetch_without_a_byte_is_kept_with_its_reason(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        written = warc.append(exchange(None, failure="timeout", protocols=()))
    (found,) = stored(only(tmp_path))

    assert (found.exchange.failure, found.exchange.response) == ("timeout", None)
    assert (found.exchange.request, found.ref) == (REQUEST, written.capture)


def test_a_fetch_that_sent_nothing_has_no_request_record(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        written = warc.append(exchange(None, request=b"", failure="dns", protocols=()))
    (found,) = stored(only(tmp_path))

    assert written.request is None
    assert (found.exchange.failure, found.exchange.request) == ("dns", b"")


def test_a_retry_after_a_failure_is_an_exchange_of_its_own(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        warc.append(exchange(None, request=b"", failure="dns"))
        warc.append(exchange(None, failure="reset"))
        warc.append(exchange())

    assert [found.exchange.failure for found in stored(only(tmp_path))] == ["dns", "reset", None]


def test_a_remark_belongs_to_no_exchange(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        warc.append(exchange())
        warc.append_metadata("urn:zhuanzai:run:r1", AT, {"ending": "finished", "odd": "a\r\nb: c"})
    told = list(exchanges(only(tmp_path)))

    assert [type(one) for one in told] == [FileStart, Stored, Remark]
    assert isinstance(told[2], Remark)
    assert told[2].fields == {"ending": "finished", "odd": "a b: c"}


def test_an_address_cannot_add_header_lines(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        warc.append(exchange(url="http://www.example.com/a b\r\nWARC-Type: evil"))
    (found,) = stored(only(tmp_path))

    assert found.exchange.url == "http://www.example.com/a%20b%0D%0AWARC-Type:%20evil"


def test_warcio_finds_every_digest_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with writer(tmp_path) as warc:
        first = warc.append(exchange(via="http://www.example.com/"))
        warc.append(exchange(), repeats=Original(first.capture.record_id, "http://www.example.com/a", AT))
        warc.append(exchange(None, failure="reset"))

    class Command:
        verbose = False
        inputs = (str(only(tmp_path)),)

    checker = Checker(Command())
    checker.process_all()

    assert (checker.exit_value, capsys.readouterr().out) == (0, "")


def test_a_large_response_goes_to_disk_in_pieces_and_comes_back(tmp_path: Path) -> None:
    large = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(range(256)) * (IN_MEMORY_BYTES // 256 + 1)
    with writer(tmp_path) as warc:
        written = warc.append(exchange(large))
    record = read(tmp_path, written.capture)

    assert not isinstance(record.block, BytesIO)
    assert record.block.read() == large


@given(
    st.binary(min_size=1, max_size=300), st.binary(max_size=100), st.sampled_from([None, "length", "time"]),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.text(max_size=20),
)  # fmt: skip
def test_any_bytes_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    response: bytes,
    request: bytes,
    why: str,
    at: datetime,
    word: str,
) -> None:
    folder = tmp_path_factory.mktemp("any")
    sent = Exchange(
        "http://www.example.com/", at.replace(tzinfo=UTC), request, BytesIO(response), truncated=why,
        metadata={"word": word},
    )  # fmt: skip
    with writer(folder) as warc:
        written = warc.append(sent)
    (found,) = stored(only(folder))

    assert (body(found), found.exchange.request) == (response, request)
    assert (found.exchange.started_at, found.exchange.truncated) == (sent.started_at, why)
    assert found.exchange.metadata["word"] == " ".join(word.split())
    assert faults(read(folder, written.capture)) == []


# --- files


def test_a_file_is_open_while_written_and_refs_hold_before_and_after(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    ref = warc.append(exchange()).capture

    assert only(tmp_path).name == "test-20200210083953123-00000-host.warc.gz" + OPEN
    assert read(tmp_path, ref).kind == "response"
    warc.close()
    assert only(tmp_path).name == ref.file
    assert read(tmp_path, ref).kind == "response"
    assert locate(tmp_path, ref.file) == tmp_path / ref.file


def test_a_full_file_is_closed_and_the_next_opened(tmp_path: Path) -> None:
    with writer(tmp_path, max_bytes=1400) as warc:
        files = [warc.append(exchange()).capture.file for _ in range(4)]
        extents = warc.sync()

    assert len(set(files)) == 2
    assert [extent.sealed for extent in extents] == [True, False]
    assert [one.exchange.url for file in sorted(set(files)) for one in stored(tmp_path / file)] == [
        "http://www.example.com/a"
    ] * 4


def test_sync_tells_what_changed_since_the_last_time(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    warc.append(exchange())
    first = warc.sync()
    size = only(tmp_path).stat().st_size

    assert first == [Extent("test-20200210083953123-00000-host.warc.gz", size, 3, sealed=False)]
    assert warc.sync() == []
    warc.close()
    assert warc.sync() == [replace(first[0], sealed=True)]


def test_a_name_that_is_taken_is_passed_over(tmp_path: Path) -> None:
    for _ in range(2):
        with writer(tmp_path) as warc:
            warc.append(exchange())

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "test-20200210083953123-00000-host.warc.gz",
        "test-20200210083953123-00001-host.warc.gz",
    ]


def test_no_exchange_no_file(tmp_path: Path) -> None:
    with writer(tmp_path):
        pass

    assert list(tmp_path.iterdir()) == []


def in_a_child(act: Callable[[], int], largest_file_bytes: int) -> int:
    """What `act` returns in a process whose files cannot grow above a size, as on a full disk; -1 where it raises.

    The limit is the process' own: set here, it would meet every file that the test run writes.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        told = b"-1"
        try:
            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file_bytes, hard))
            told = b"%d" % act()
        finally:
            os.write(writing, told)
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return int(told)


def test_a_disk_that_refuses_leaves_whole_records(tmp_path: Path) -> None:
    def append_until_refused() -> int:
        noise = b"HTTP/1.1 200 OK\r\n\r\n" + bytes((n * n + n // 7) % 251 for n in range(6000))
        warc = writer(tmp_path)
        count = 0
        with pytest.raises(Damaged, match="at byte"):
            for _ in range(100):
                warc.append(exchange(noise))
                count += 1
        size = warc.size
        warc.close()
        return count if only(tmp_path).stat().st_size == size else -2

    count = in_a_child(append_until_refused, 20_000)

    assert count > 0
    assert only(tmp_path).stat().st_size <= 20_000
    assert len(stored(only(tmp_path))) == count


def test_a_disk_that_refuses_the_first_record_leaves_no_file(tmp_path: Path) -> None:
    def append() -> int:
        warc = writer(tmp_path)
        with pytest.raises(Damaged):
            warc.append(exchange())
        return 7

    assert in_a_child(append, 100) == 7
    assert list(tmp_path.iterdir()) == []


def test_what_was_appended_can_be_taken_back(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    warc.append(exchange(url="http://www.example.com/kept"))
    size = warc.size
    warc.append(exchange(url="http://www.example.com/dropped"))
    warc.cut(size, 3)
    warc.append(exchange(url="http://www.example.com/next"))
    warc.close()

    assert [one.exchange.url[-4:] for one in stored(only(tmp_path))] == ["kept", "next"]


# --- damage


def three(folder: Path) -> tuple[Path, list[int]]:
    """A file of three exchanges and where each begins."""
    with writer(folder) as warc:
        starts = [warc.append(exchange(url=f"http://www.example.com/{n}")).capture.offset for n in range(3)]
    return only(folder), starts


def test_a_tail_torn_at_any_byte_is_named_and_the_rest_stands(tmp_path: Path) -> None:
    path, _ = three(tmp_path)
    whole = path.read_bytes()
    before = [r.ref.offset for r in records(path) if isinstance(r, Record)]
    last = before[-1]
    for size in range(last + 1, len(whole)):
        path.write_bytes(whole[:size])
        found = list(records(path))

        assert [r.ref.offset for r in found if isinstance(r, Record)] == before[:-1]
        assert [(d.offset, d.length) for d in found if isinstance(d, Damage)] == [(last, None)]


@pytest.mark.slow
def test_a_flipped_bit_anywhere_is_found_and_the_next_record_still_read(tmp_path: Path) -> None:
    path, _ = three(tmp_path)
    whole = path.read_bytes()
    refs = [r.ref for r in records(path) if isinstance(r, Record)]
    middle = refs[3]
    for at in range(middle.offset, middle.offset + middle.length):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        found = [r for r in records(path) if isinstance(r, Record)]
        damaged = [d.offset for d in records(path) if isinstance(d, Damage)]

        # gzip's own header (time, system) and the bits that fill the last byte of the stream say nothing
        is_idle = at - middle.offset in range(3, 10) or at == middle.offset + middle.length - 9
        assert damaged == [middle.offset] or is_idle
        assert [r.ref for r in found][-1] == refs[-1]
        assert len(found) >= len(refs) - 1


def test_reading_damaged_bytes_by_place_names_file_and_offset(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        ref = warc.append(exchange()).capture
    path = only(tmp_path)
    content = bytearray(path.read_bytes())
    content[ref.offset + ref.length // 2] ^= 1
    path.write_bytes(content)

    with pytest.raises(Damaged, match=rf"{path.name} at byte {ref.offset}: "):
        read(tmp_path, ref)


@pytest.mark.parametrize("shift", [-1, 1])
def test_reading_at_a_wrong_place_is_damage(tmp_path: Path, shift: int) -> None:
    with writer(tmp_path) as warc:
        ref = warc.append(exchange()).capture

    with pytest.raises(Damaged):
        read(tmp_path, replace(ref, offset=ref.offset + shift))
    with pytest.raises(Damaged):
        read(tmp_path, replace(ref, record_id="urn:uuid:other"))
    with pytest.raises(Damaged):
        read(tmp_path, replace(ref, file="gone.warc.gz"))


def test_a_block_that_is_not_that_of_its_digest_is_found_though_the_member_is_whole(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        ref = warc.append(exchange()).capture
    path = only(tmp_path)
    content = path.read_bytes()
    member = gzip.decompress(content[ref.offset : ref.offset + ref.length]).replace(b"<html>", b"<HTML>")
    path.write_bytes(content[: ref.offset] + gzip.compress(member) + content[ref.offset + ref.length :])
    (record,) = (r for r in records(path) if isinstance(r, Record) and r.kind == "response")

    assert [fault.partition(" is not")[0] for fault in faults(record)] == ["the block", "the payload"]


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_raise(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    path = tmp_path_factory.mktemp("noise") / "noise.warc.gz"
    for content in (
        noise,
        b"\x1f\x8b\x08" + noise,
        b"WARC/1.1\r\n" + noise,
        gzip.compress(b"WARC/1.1\r\n" + noise),
    ):
        path.write_bytes(content)
        list(exchanges(path))


# --- files of other tools


def warcio_file(path: Path, *, is_packed: bool) -> None:
    """As warcio writes it: a warcinfo, then response and request."""
    from warcio.statusandheaders import StatusAndHeaders

    with path.open("wb") as file:
        tool = WARCWriter(file, gzip=is_packed)
        tool.write_record(tool.create_warcinfo_record(path.name, {"software": "warcio"}))
        for name in ("a", "b"):
            response = tool.create_warc_record(
                f"http://www.example.com/{name}",
                "response",
                payload=BytesIO(b"2\r\nok\r\n0\r\n\r\n"),
                http_headers=StatusAndHeaders(
                    "200 OK", [("Transfer-Encoding", "chunked")], protocol="HTTP/1.1"
                ),
                warc_headers_dict={"WARC-Date": "2020-02-10T08:39:53Z"},
            )
            request = tool.create_warc_record(
                f"http://www.example.com/{name}",
                "request",
                http_headers=StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True),
            )
            tool.write_request_response_pair(request, response)


@pytest.mark.parametrize("is_packed", [True, False])
def test_a_file_of_warcio_is_told_as_exchanges(tmp_path: Path, is_packed: bool) -> None:
    path = tmp_path / "other.warc"
    warcio_file(path, is_packed=is_packed)
    found = stored(path)

    assert [one.exchange.url[-1] for one in found] == ["a", "b"]
    assert body(found[0]) == b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    assert found[0].exchange.request.startswith(b"GET / HTTP/1.1\r\n")
    assert found[0].run_id is None
    assert [fault for r in records(path) if isinstance(r, Record) for fault in faults(r)] == []
    assert read(tmp_path, found[1].ref).kind == "response"


@pytest.mark.parametrize("is_packed", [True, False])
def test_lengths_add_up_to_the_file(tmp_path: Path, is_packed: bool) -> None:
    path = tmp_path / "other.warc"
    warcio_file(path, is_packed=is_packed)
    refs = [r.ref for r in records(path) if isinstance(r, Record)]

    assert [one.offset + one.length for one in refs] == [
        *(one.offset for one in refs[1:]),
        path.stat().st_size,
    ]


def test_one_member_for_a_whole_file_is_read_but_not_addressable(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain.warc", tmp_path / "packed.warc.gz"
    warcio_file(plain, is_packed=False)
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert {one.is_addressable for one in records(packed) if isinstance(one, Record)} == {False}
    assert stored(packed) == []


def test_a_plain_file_torn_in_a_block_is_read_to_the_last_whole_record(tmp_path: Path) -> None:
    path = tmp_path / "plain.warc"
    warcio_file(path, is_packed=False)
    path.write_bytes(path.read_bytes()[:-30])
    found = list(records(path))

    assert [r.kind for r in found if isinstance(r, Record)] == ["warcinfo", "response", "request", "response"]
    assert isinstance(found[-1], Damage)
    assert "the block has" in found[-1].reason


def test_a_writer_that_went_on_behind_a_tear_loses_one_record_only(tmp_path: Path) -> None:
    path, starts = three(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: starts[2] - 20] + whole[starts[2] :])
    found = list(records(path))

    assert [type(one) for one in found].count(Damage) == 1
    assert isinstance(found[-1], Record)


def test_an_arc_file_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "old.arc"
    path.write_bytes(b"filedesc://old.arc 0.0.0.0 20020101000000 text/plain 10\n1 0 x\nURL\n\n")
    (damage,) = records(path)

    assert isinstance(damage, Damage)
    assert "ARC" in damage.reason


def test_warcio_reads_what_we_write(tmp_path: Path) -> None:
    path, _ = three(tmp_path)
    with path.open("rb") as file:
        iterator = ArchiveIterator(file)
        found = [(r.rec_type, iterator.get_record_offset(), iterator.get_record_length()) for r in iterator]

    ours = [(r.kind, r.ref.offset, r.ref.length) for r in records(path) if isinstance(r, Record)]
    assert found == ours


# --- values


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2020-02-10T08:39:53Z", datetime(2020, 2, 10, 8, 39, 53, tzinfo=UTC)),
        ("2020-02-10T08:39:53.5Z", AT.replace(microsecond=500000)),
        ("2020-02-10T08:39:53.123456789Z", AT),
        ("2020-02-10T08:39Z", datetime(2020, 2, 10, 8, 39, tzinfo=UTC)),
        ("2020-02", datetime(2020, 2, 1, tzinfo=UTC)),
        ("2020", datetime(2020, 1, 1, tzinfo=UTC)),
        ("2020-13-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_warc_dates(text: str, date: datetime | None) -> None:
    assert warc_date(text) == date


@pytest.mark.parametrize(
    ("stated", "agreed"),
    [
        ("sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N", True),
        ("SHA-1:vl2mmho4yxukfwv63yhtwsbm3gxksq2n", True),
        ("sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", True),
        ("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", True),
        ("md5:XUFAKrxLKna5cZ2REBfFkg==", True),
        ("sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", False),
        ("blake9:00", None),
        ("sha1:???", None),
        ("", None),
    ],
)
def test_digests_of_other_tools_are_understood(stated: str, agreed: bool | None) -> None:
    assert agrees(stated, [b"hel", b"lo"]) is agreed


def test_a_started_time_in_another_zone_is_written_in_utc(tmp_path: Path) -> None:
    from datetime import timezone

    local = AT.astimezone(timezone(timedelta(hours=8)))
    with writer(tmp_path) as warc:
        warc.append(exchange(started_at=local))

    assert stored(only(tmp_path))[0].exchange.started_at == AT
