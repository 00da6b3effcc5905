"""Responses read from their raw bytes, whole and broken."""

import gzip
import zlib
from collections.abc import Callable
from io import BytesIO

import brotli
import pytest
import zstandard
from hypothesis import assume, given
from hypothesis import strategies as st

from archive.record.http import Message, parse, read_head
from archive.record.members import whole_member

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def kinds(message: Message) -> list[str]:
    return [note.kind for note in message.notes]


def coded(coding: str, body: bytes) -> bytes:
    return OK + f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


# --- heads


def test_status_reason_and_headers_stand_as_received() -> None:
    message = parse(b"HTTP/1.1 404 Gone fishing\r\nX-a: 1\r\nDate: x\r\nx-A: 2\r\nContent-Length: 0\r\n\r\n")

    assert (message.version, message.status, message.reason) == ("HTTP/1.1", 404, "Gone fishing")
    assert message.headers == (("X-a", "1"), ("Date", "x"), ("x-A", "2"), ("Content-Length", "0"))
    assert message.header("x-a") == "1"
    assert message.notes == ()


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        (b"HTTP/1.1 200", 200, ""),
        (b"HTTP/1.1 200 ", 200, ""),
        (b"HTTP/1.0 200 OK", 200, "OK"),
        (b"http/1.1 200 ok", 200, "ok"),
        (b"HTTP/1.1  200  OK", 200, "OK"),
        (b"HTTP/2 200", 200, ""),
        (b"ICY 200 OK", 200, "OK"),
        (b"HTTP/1.1 200OK", 200, "OK"),
        (b"HTTP/1.1 404 \xd5\xd2\xb2\xbb\xb5\xbd", 404, "\xd5\xd2\xb2\xbb\xb5\xbd"),
        (b"HTTP/1.1 2000 OK", None, ""),
        (b"HTTP/1.1 OK", None, ""),
    ],
)
def test_status_line(line: bytes, status: int | None, reason: str) -> None:
    message = parse(line + b"\r\nX: 1\r\n\r\nbody")

    assert (message.status, message.reason) == (status, reason)
    assert message.headers == (("X", "1"),)
    assert message.payload == b"body"


def test_lf_only_head() -> None:
    message = parse(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok")

    assert (message.header("content-length"), message.body) == ("2", b"ok")


def test_folded_lines_join_with_one_blank() -> None:
    message = parse(OK + b"Content-Type: text/html;\r\n\t charset=gb2312\r\n \r\nX: 1\r\n\r\n")

    assert message.headers == (("Content-Type", "text/html; charset=gb2312"), ("X", "1"))


def test_a_line_without_colon_is_noted_and_passed_over() -> None:
    message = parse(OK + b"A: 1\r\nno colon here\r\nB: 2\r\n\r\n")

    assert message.headers == (("A", "1"), ("B", "2"))
    assert kinds(message) == ["head"]
    assert "no colon here" in message.notes[0].detail


def test_interim_responses_are_passed_over() -> None:
    block = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + OK + b"\r\nbody"

    head = read_head(BytesIO(block))

    assert (head.status, head.interim, head.headers) == (200, (100, 103), ())
    assert parse(block).body == b"body"


def test_an_interim_response_with_nothing_behind_it_is_what_came() -> None:
    message = parse(b"HTTP/1.1 103 Early Hints\r\n\r\n")

    assert (message.status, kinds(message)) == (103, ["head"])


def test_switching_protocols_is_final() -> None:
    assert parse(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\x00").status == 101


def test_blank_lines_before_the_status_line_are_passed_over() -> None:
    assert parse(b"\r\n\r\n" + OK + b"\r\n").status == 200


def test_without_a_status_line_all_is_payload() -> None:
    message = parse(b"<html>\r\n\r\nHTTP/0.9</html>")

    assert (message.status, message.payload) == (None, b"<html>\r\n\r\nHTTP/0.9</html>")
    assert kinds(message) == ["head"]


@pytest.mark.parametrize(
    "cut", [b"H", b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nContent-Ty", b"HTTP/1.1 200 OK\r\nA: 1\r\n"]
)
def test_a_cut_head_is_noted_and_has_no_payload(cut: bytes) -> None:
    message = parse(cut)

    assert message.payload == b""
    assert "truncated" in kinds(message)


def test_a_cut_header_line_is_not_read() -> None:
    message = parse(OK + b"A: 1\r\nLocation: http://www.example.com/ne")

    assert message.headers == (("A", "1"),)


# --- framing


def test_content_length_ends_the_payload_and_the_rest_is_noted() -> None:
    message = parse(OK + b"Content-Length: 2\r\n\r\nok and more")

    assert (message.payload, kinds(message)) == (b"ok", ["surplus"])


def test_a_short_body_is_noted() -> None:
    message = parse(OK + b"Content-Length: 100\r\n\r\nok")

    assert (message.payload, kinds(message)) == (b"ok", ["truncated"])


@pytest.mark.parametrize("value", ["-2", "+2", "0x2", "two", "2, 3", "", "9" * 30])
def test_a_length_that_cannot_be_believed_is_not(value: str) -> None:
    message = parse(OK + f"Content-Length: {value}\r\n\r\nok!".encode())

    assert (message.payload, kinds(message)) == (b"ok!", ["framing"])


@pytest.mark.parametrize("head", [b"Content-Length: 2\r\nContent-Length: 2\r\n", b"Content-Length: 2, 2\r\n"])
def test_the_same_length_twice_is_one_length(head: bytes) -> None:
    assert parse(OK + head + b"\r\nok").notes == ()


def test_chunks_extensions_and_trailers() -> None:
    message = parse(CHUNKED + b"5;a=b\r\nhello\r\n6 \r\n world\r\n0\r\nX-Sum: 1\r\n\r\n")

    assert (message.payload, message.trailers, message.notes) == (b"hello world", (("X-Sum", "1"),), ())


def test_chunks_with_lf_only() -> None:
    assert parse(CHUNKED + b"2\nok\n0\n\n").payload == b"ok"


@pytest.mark.parametrize(
    ("body", "payload", "kind"),
    [
        (b"", b"", "truncated"),
        (b"5\r\nhel", b"hel", "truncated"),
        (b"5\r\nhello\r\n", b"hello", "truncated"),
        (b"5\r\nhello\r\n0\r\n", b"hello", "truncated"),
        (b"5\r\nhello\r\nxyz\r\n", b"hello", "framing"),
        (b"5\r\nhello!!\r\n0\r\n\r\n", b"hello", "framing"),
        (b"-1\r\nhello", b"-1\r\nhello", "framing"),
        (b"<html>never chunked</html>", b"<html>never chunked</html>", "framing"),
        (b"2\r\nok\r\n0\r\n\r\nmore", b"ok", "surplus"),
    ],
)
def test_wrong_chunks_give_what_is_readable(body: bytes, payload: bytes, kind: str) -> None:
    message = parse(CHUNKED + body)

    assert message.payload == payload
    assert kind in kinds(message)


def test_chunks_win_over_a_length() -> None:
    assert (
        parse(OK + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n").payload
        == b"ok"
    )


def test_chunked_named_twice_is_undone_once() -> None:
    message = parse(
        OK + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    )

    assert message.payload == b"ok"


def test_a_transfer_coding_is_no_part_of_the_payload() -> None:
    packed = gzip.compress(b"hop by hop")
    block = OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)

    assert parse(block).payload == b"hop by hop"


def test_no_body_after_204_304_and_head() -> None:
    for status in (b"204 No Content", b"304 Not Modified"):
        assert parse(b"HTTP/1.1 " + status + b"\r\nContent-Length: 99\r\n\r\n").notes == ()
    message = parse(OK + b"Content-Length: 99\r\n\r\n", method="HEAD")

    assert (message.payload, message.notes) == (b"", ())


# --- content codings

BODY = "人民日报".encode() * 500
PACKED = {
    "gzip": gzip.compress(BODY),
    "x-gzip": gzip.compress(BODY[:70]) + gzip.compress(BODY[70:]),
    "deflate": zlib.compress(BODY),
    "DEFLATE": zlib.compress(BODY)[2:-4],
    "br": brotli.compress(BODY),
    "zstd": zstandard.compress(BODY) + zstandard.compress(b""),
    "gzip, br": brotli.compress(gzip.compress(BODY)),
    "identity, gzip": gzip.compress(BODY),
}


@pytest.mark.parametrize("coding", PACKED)
def test_content_codings_are_undone_in_the_body_only(coding: str) -> None:
    message = parse(coded(coding, PACKED[coding]))

    assert (message.payload, message.body, message.notes) == (PACKED[coding], BODY, ())


@pytest.mark.parametrize("coding", PACKED)
def test_a_cut_coding_gives_what_is_readable(coding: str) -> None:
    message = parse(coded(coding, PACKED[coding][: len(PACKED[coding]) // 2]))

    assert BODY.startswith(message.body)
    assert "coding" in kinds(message)


def test_a_wrong_checksum_loses_nothing() -> None:
    packed = gzip.compress(BODY)
    message = parse(coded("gzip", packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:]))

    assert (message.body, kinds(message)) == (BODY, ["coding"])


def test_a_broken_stream_gives_all_before_the_break() -> None:
    words = b" ".join(b"%d" % (n * 7919 % 9973) for n in range(20000))
    packed = bytearray(gzip.compress(words))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = bytes(40)
    message = parse(coded("gzip", bytes(packed)))

    assert message.body[:20000] == words[:20000]
    assert kinds(message) == ["coding"]


def test_a_label_on_plain_text_is_noted_and_the_text_stays() -> None:
    for coding in ("gzip", "deflate", "br", "zstd"):
        message = parse(coded(coding, b"<html><body>never compressed</body></html>"))

        assert (message.body, kinds(message)) == (
            b"<html><body>never compressed</body></html>",
            ["mislabelled"],
        )


def test_a_body_another_archiver_unpacked_is_whole_though_the_length_is_the_packed_one() -> None:
    message = parse(
        OK + b"Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\n<html><body>unpacked on the way</body>"
    )

    assert message.body == b"<html><body>unpacked on the way</body>"


def test_an_unknown_coding_stays() -> None:
    message = parse(coded("lzma2000", b"\xfd7zXZ"))

    assert (message.body, kinds(message)) == (b"\xfd7zXZ", ["coding"])


def test_an_empty_body_has_no_coding_to_undo() -> None:
    assert parse(coded("gzip", b"")).notes == ()


BOMBS = {
    "gzip": gzip.compress(bytes(4_000_000)),
    "deflate": zlib.compress(bytes(4_000_000)),
    "br": brotli.compress(bytes(4_000_000), quality=1),
    "zstd": zstandard.compress(bytes(4_000_000)),
    "gzip, gzip": gzip.compress(gzip.compress(bytes(4_000_000))),
}


def test_a_body_of_many_members_is_read_so_far_and_no_further() -> None:
    message = parse(coded("gzip", gzip.compress(b"a", mtime=0) * 20_010))

    assert (message.body, kinds(message)) == (b"a" * 20_000, ["coding"])


@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_stops_at_the_limit(coding: str) -> None:
    message = parse(coded(coding, BOMBS[coding]), max_bytes=1_000_000)

    assert len(message.body) == 1_000_000
    assert "oversize" in kinds(message)


def test_a_hundred_stacked_codings_are_not_undone() -> None:
    message = parse(coded(", ".join(["gzip"] * 100), gzip.compress(b"x")))

    assert "coding" in kinds(message)


def test_a_zstd_window_above_8_mb_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    packed = zstandard.ZstdCompressor(compression_params=parameters).compress(bytes(range(256)) * 70_000)
    message = parse(coded("zstd", packed))

    assert (message.body, kinds(message)) == (b"", ["coding"])


# --- any bytes


@given(st.binary(max_size=400))
def test_no_bytes_raise(block: bytes) -> None:
    parse(block)


FRAGMENTS = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n", b"Content-Encoding: br, deflate, zstd\r\n", b"Content-Length: 3\r\n", b"\r\n",
        b"\n", b" fold\r\n", b"no colon\r\n", b"5\r\n", b"hello\r\n", b"0\r\n", b"ffffffff\r\n",
        gzip.compress(b"x"), brotli.compress(b"x"), zstandard.compress(b"x"), zlib.compress(b"x"), b"\x28\xb5\x2f\xfd",
    ]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=12), st.binary(max_size=20))
def test_no_arrangement_of_half_right_parts_raises(parts: list[bytes], noise: bytes) -> None:
    parse(b"".join(parts) + noise)
    parse(OK + b"".join(parts) + noise)


@given(
    st.lists(st.binary(min_size=1, max_size=50)), st.booleans(), st.sampled_from([b"", b";x=1", b' ; a="b"'])
)
def test_what_is_cut_into_chunks_comes_back(pieces: list[bytes], is_upper: bool, extension: bytes) -> None:
    sizes = [b"%X" % len(piece) if is_upper else b"%x" % len(piece) for piece in pieces]
    body = b"".join(s + extension + b"\r\n" + p + b"\r\n" for s, p in zip(sizes, pieces, strict=True))
    message = parse(CHUNKED + body + b"0\r\n\r\n", is_decoding=False)

    assert (message.payload, message.notes) == (b"".join(pieces), ())


@given(st.lists(st.binary(min_size=1, max_size=30), min_size=1), st.data())
def test_chunks_cut_anywhere_give_a_beginning(pieces: list[bytes], data: st.DataObject) -> None:
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    cut = data.draw(st.integers(1, len(body) - 1))
    message = parse(CHUNKED + body[:cut])

    assert "truncated" in kinds(message) or "framing" in kinds(message)
    assert b"".join(pieces).startswith(message.payload) or "framing" in kinds(message)


@given(st.binary(max_size=3000), st.lists(st.sampled_from(["gzip", "deflate", "br", "zstd"]), max_size=4))
def test_stacked_codings_come_back(body: bytes, codings: list[str]) -> None:
    assume(not body.startswith(SIGNS))  # such a body is unpacked once more
    pack = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": brotli.compress,
        "zstd": zstandard.compress,
    }
    packed = body
    for coding in codings:
        packed = pack[coding](packed)
    message = parse(coded(", ".join(codings) or "identity", packed))

    assert (message.payload, message.body, message.notes) == (packed, body, ())


SIGNS = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"x\x01", b"x\x9c", b"x\xda")  # gzip, zstd, deflate
SENTENCES = (
    "今日上午记者从市政府获悉，全市经济运行总体平稳，居民收入稳步增长，市场物价保持基本稳定，就业形势好于预期。",
    "新华社北京二月十日电，各地有序恢复生产，山里的邮递员每天走三十里路，把报纸和信件送到村民手中，十年未断。",
    "The postman of the hills walks thirty miles a day, and nobody has ever missed a letter in all of ten years.",
)


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "pack"), [("br", brotli.compress), ("deflate", zlib.compress), ("deflate", bare_deflate)]
)
def test_a_short_body_in_a_coding_without_a_sign_comes_back(
    coding: str, pack: Callable[[bytes], bytes]
) -> None:
    bodies = [text[at : at + n].encode() for text in SENTENCES for at in range(20) for n in range(80)]
    lost = [body for body in bodies if parse(coded(coding, pack(body))).body != body]

    assert lost == []


@pytest.mark.parametrize("coding", ["br", "deflate"])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5"])
def test_plain_text_under_a_label_without_a_sign_comes_back(coding: str, charset: str) -> None:
    texts = [text[at : at + n] for text in SENTENCES for at in range(20) for n in range(6, 80)]
    bodies = [text.encode(charset, "replace") for text in texts]
    lost = [body for body in bodies if parse(coded(coding, body)).body != body]

    assert lost == []


# --- one gzip member at once


@given(st.binary(max_size=3000), st.binary(max_size=50))
def test_a_whole_member_gives_what_was_packed_and_what_stands_behind_it(body: bytes, behind: bytes) -> None:
    packed = gzip.compress(body)

    assert whole_member(packed + behind, len(body) + 1) == (body, behind)


@pytest.mark.parametrize("spoilt", [slice(0, -1), slice(0, 12), slice(0, 0)])
def test_a_cut_member_is_not_whole(spoilt: slice) -> None:
    assert whole_member(gzip.compress(BODY)[spoilt], 1 << 20) is None


@pytest.mark.parametrize("at", [0, 12, -8, -1])
def test_a_broken_member_is_not_whole(at: int) -> None:
    packed = bytearray(gzip.compress(BODY))
    packed[at] ^= 1

    assert whole_member(bytes(packed), 1 << 20) is None


def test_a_member_that_holds_too_much_is_not_taken_whole() -> None:
    assert whole_member(gzip.compress(bytes(5000)), 4000) is None
