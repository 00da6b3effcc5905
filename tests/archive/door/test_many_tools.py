"""One file with a record in each way that public tools write them: each is a capture whose text is read."""

import gzip
import zlib
from dataclasses import replace

import brotli
import pytest
import zstandard

from tests.archive.archives import page
from tests.archive.odd_files import Left, left
from tests.archive.raw_records import Raw, response


def http(body: bytes, *lines: str, status: str = "HTTP/1.1 200 OK", end: bytes = b"\r\n") -> bytes:
    """A response's bytes; its length is stated where no other line does."""
    stated = (
        []
        if any("chunked" in line or "Length" in line for line in lines)
        else [f"Content-Length: {len(body)}"]
    )
    head = [status, "Content-Type: text/html; charset=utf-8", *lines, *stated]
    return end.join(line.encode() for line in head) + end * 2 + body


def chunks(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


BLOCKS = {
    "HTTP/2 of browsers": lambda p: http(p, status="HTTP/2 200"),
    "HTTP/3": lambda p: http(p, status="HTTP/3 200 "),
    "no reason": lambda p: http(p, status="HTTP/1.1 200"),
    "small letters": lambda p: http(p, status="http/1.1 200 OK"),
    "ICY": lambda p: http(p, status="ICY 200 OK"),
    "head in LF": lambda p: http(p, end=b"\n"),
    "a line without colon": lambda p: http(p, "no field"),
    "a folded line": lambda p: http(p, "X-A: 1\r\n 2"),
    "chunked left in": lambda p: http(chunks(p), "Transfer-Encoding: chunked"),
    "two types joined": lambda p: http(p).replace(b"text/html; charset=utf-8", b"text/html, text/html"),
    "a type of old phones": lambda p: http(p).replace(b"text/html", b"application/vnd.wap.xhtml+xml"),
    "half a type": lambda p: http(p).replace(b"text/html", b"html"),
    "chunked undone, label left": lambda p: http(p, "Transfer-Encoding: chunked"),
    "gzip": lambda p: http(gzip.compress(p), "Content-Encoding: gzip"),
    "gzip undone, label left": lambda p: http(p, "Content-Encoding: gzip"),
    "gzip undone, its length left": lambda p: http(p, "Content-Encoding: gzip", f"Content-Length: {len(p) // 3}"),
    "br": lambda p: http(brotli.compress(p), "Content-Encoding: br"),
    "br undone, label left": lambda p: http(p, "Content-Encoding: br"),
    "zstd": lambda p: http(zstandard.compress(p), "Content-Encoding: zstd"),
    "deflate": lambda p: http(zlib.compress(p), "Content-Encoding: deflate"),
    "deflate, raw": lambda p: http(raw_deflate(p), "Content-Encoding: deflate"),
    "gzip twice": lambda p: http(gzip.compress(gzip.compress(p)), "Content-Encoding: gzip, gzip"),
    "gzip without a label": lambda p: http(gzip.compress(p)),
    "zstd without a label": lambda p: http(zstandard.compress(p)),
    "gzip twice, one label": lambda p: http(gzip.compress(gzip.compress(p)), "Content-Encoding: gzip"),
    "gzip, another label": lambda p: http(gzip.compress(p), "Content-Encoding: deflate"),
    "gzip, one more label": lambda p: http(gzip.compress(p), "Content-Encoding: br"),
    "deflate, another label": lambda p: http(zlib.compress(p), "Content-Encoding: gzip"),
    "the length of another body": lambda p: http(p, "Content-Length: 100"),
    "no length": lambda p: http(p, "Content-Length: 0"),
    "another coded body's length": lambda p: http(gzip.compress(p), "Content-Encoding: gzip", "Content-Length: 9"),
    "head in CR CR LF": lambda p: http(p, end=b"\r\r\n"),
    "no head at all": lambda p: p,
    "both labels left": lambda p: http(p, "Transfer-Encoding: chunked", "Content-Encoding: gzip"),
    "100 before": lambda p: b"HTTP/1.1 100 Continue\r\n\r\n" + http(p),
    "103 before": lambda p: b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + http(p),
}  # fmt: skip
FIELDS = {
    "WARC/0.17": {"version": "WARC/0.17"},
    "WARC/0.18": {"version": "WARC/0.18"},
    "WARC/1.1": {"version": "WARC/1.1"},
    "wget's brackets": {"url": "<http://h.example/{}.html>"},
    "an address with a blank": {"url": "http://h.example/a b/{}.html"},
    "a host in characters": {"url": "http://新闻.example/{}.html"},
    "port and credentials": {"url": "http://u:p@h.example:8080/{}.html"},
    "a folded field": {"fields": ("WARC-Filename: a\r\n b",)},
    "sha1 in hex": {"fields": ("WARC-Payload-Digest: sha1:" + "a" * 40,)},
    "a digest without algorithm": {"fields": ("WARC-Payload-Digest: " + "A" * 32,)},
    "an empty digest": {"fields": ("WARC-Payload-Digest: ",)},
    "nanoseconds": {"date": "2020-02-10T00:39:53.123456789Z"},
    "fourteen digits": {"date": "20200210003953"},
    "a year": {"date": "2020"},
    "a leap second": {"date": "2020-02-10T23:59:60Z"},
    "a type in capitals": {"kind": "Response"},
    "no msgtype": {"content_type": "application/http"},
    "msgtype of a request": {"content_type": "application/http; msgtype=request"},
    "a type of one's own": {"content_type": "application/http-response"},
    "two types": {"kind": "request", "fields": ("WARC-Type: response",)},
    "HTTP in a resource": {"kind": "resource"},
}
PAGES = [*BLOCKS, *FIELDS]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """What one file of all of them leaves."""
    found = []
    for n, block in enumerate(BLOCKS.values()):
        found.append(Raw("response", f"http://h.example/{n}.html", block(page(n)), f"urn:uuid:{n}"))
    for n, fields in enumerate(FIELDS.values(), len(BLOCKS)):
        plain = Raw("response", "http://h.example/{}.html", response(page(n)), f"urn:uuid:{n}")
        odd = replace(plain, **fields)  # type: ignore[arg-type]
        found.append(replace(odd, url=(odd.url or "").format(n)))
    folder = tmp_path_factory.mktemp("tools")
    (folder / "all.warc.gz").write_bytes(b"".join(one.packed() for one in found))
    return left(folder / "archive", folder / "all.warc.gz")


@pytest.mark.parametrize("n", range(len(PAGES)), ids=PAGES)
def test_its_text_is_read(n: int, taken: Left) -> None:
    assert taken.ask(f"SELECT count(*) FROM articles WHERE url LIKE '%/{n}.html' AND text <> ''") == [(1,)]


def test_nothing_is_lost_or_wrong(taken: Left) -> None:
    assert (taken.captures, taken.articles) == (len(PAGES), len(PAGES))
    assert not taken.tally.damages
    assert taken.wrong == ()
