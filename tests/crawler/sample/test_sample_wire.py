"""The sample network on the wire: framing, compression, charsets, TLS and mishaps, byte for byte."""

import gzip
import json
import socket
import ssl
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

import brotli
import pytest
import zstandard
from cryptography import x509

from crawler.sample import Network
from crawler.sample.troubles import url_of

POLITICS = "http://politics.people.com.cn/n1/2020/0209/c1001-31580102.html"
BIG5 = "http://politics.people.com.cn/BIG5/n1/2020/0209/c1001-31580102.html"
PAPER = "http://paper.people.com.cn/rmrb/html/2020-02/10/nw.D110000renmrb_20200210_1-01.htm"
JZRB = "http://www.jzrb.com/news/tuijian/202002/436103.shtml"
XINHUA = "https://www.news.cn/politics/20241129/0f3a6c1e9b7d4f2a8c5e1d3b7a9f2c01/c.html"


@dataclass(frozen=True)
class Reply:
    """A response as received; `body` is what follows the head, framing included."""

    raw: bytes

    @property
    def head(self) -> str:
        return self.raw.partition(b"\r\n\r\n")[0].decode("latin-1")

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def status(self) -> int:
        return int(self.head.split(" ")[1])

    def headers(self, name: str) -> list[str]:
        lines = [line.partition(": ") for line in self.head.split("\r\n")[1:]]
        return [value for key, _, value in lines if key.lower() == name.lower()]


@pytest.fixture(scope="module")
def net() -> Iterator[Network]:
    with Network() as running:
        yield running


def fetch(net: Network, url: str, *headers: str) -> Reply:
    """Asks the proxy for an address and reads until it closes; https goes through CONNECT, verified."""
    parts = urlsplit(url)
    with socket.create_connection(("127.0.0.1", net.port), timeout=10) as plain:
        if parts.scheme == "http":
            return ask(plain, url, parts.netloc, headers)
        with secured(net, plain, parts.netloc) as secure:
            return ask(secure, parts.path, parts.netloc, headers)


def secured(net: Network, plain: socket.socket, host: str) -> ssl.SSLSocket:
    plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    assert plain.recv(4096) == b"HTTP/1.1 200 Connection established\r\n\r\n"
    context = ssl.create_default_context(cadata=net.authority.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 and newer
    return context.wrap_socket(plain, server_hostname=host)


def ask(connection: socket.socket, target: str, host: str, headers: tuple[str, ...]) -> Reply:
    lines = [f"GET {target} HTTP/1.1", f"Host: {host}", *headers, "Connection: close"]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    received = b""
    while more := connection.recv(65536):
        received += more
    return Reply(received)


def unchunked(body: bytes) -> bytes:
    parts = []
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        parts.append(body[:length])
        assert body[length : length + 2] == b"\r\n"
        body = body[length + 2 :]
    assert parts.pop() == b""
    return b"".join(parts)


def test_absolute_form_requests_are_answered_for_their_host(net: Network) -> None:
    reply = fetch(net, JZRB)

    assert reply.status == 200
    assert "三支医疗队,一张排班表".encode("gb18030") in reply.body


def test_https_is_answered_through_a_tunnel_with_a_certificate_of_the_host(net: Network) -> None:
    assert fetch(net, XINHUA).status == 200


def test_each_host_has_a_certificate_of_its_own_without_wildcards(net: Network) -> None:
    names = []
    for host in ("www.gov.cn", "www.wenweipo.com"):
        plain = socket.create_connection(("127.0.0.1", net.port), timeout=10)
        with secured(net, plain, host) as secure:
            certificate = x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")
        names.append(
            certificate.extensions.get_extension_for_class(
                x509.SubjectAlternativeName
            ).value.get_values_for_type(x509.DNSName)
        )

    assert names == [["www.gov.cn"], ["www.wenweipo.com"]]


def test_one_connection_serves_many_requests(net: Network) -> None:
    with socket.create_connection(("127.0.0.1", net.port), timeout=10) as connection:
        request = b"GET http://www.jzrb.com/robots.txt HTTP/1.1\r\nHost: www.jzrb.com\r\n\r\n"
        connection.sendall(request * 3)
        received = b""
        while received.count(b"Disallow: /User/\n") < 3:
            received += connection.recv(65536)

    assert received.count(b"HTTP/1.1 200 OK\r\n") == 3


def test_a_gb2312_label_hides_four_byte_gb18030(net: Network) -> None:
    body = fetch(net, POLITICS).body

    assert b"charset=GB2312" in body
    assert b"\x993\xa92" in body  # 𬭎
    assert b"\x820\xb71" in body  # 㛃
    with pytest.raises(UnicodeDecodeError):
        body.decode("gb2312")


def test_big5_pages_are_big5_and_write_what_big5_lacks_as_references(net: Network) -> None:
    reply = fetch(net, BIG5)

    assert "江河醫院十天改造記".encode("big5") in reply.body
    assert b"charset=big5" in reply.body
    assert f"&#{ord('㛃')};".encode() in reply.body


@pytest.mark.parametrize(
    ("url", "coding", "decode"),
    [
        (POLITICS, "gzip", gzip.decompress),
        ("http://www.macaodaily.com/html/2020-02/11/content_1413102.htm", "deflate", zlib.decompress),
        (XINHUA, "br", brotli.decompress),
        (
            "http://news.dahe.cn/2020/02-08/598101.html",
            "zstd",
            lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
        ),
    ],
)
def test_compressed_bodies_hold_the_plain_ones(net: Network, url: str, coding: str, decode) -> None:  # type: ignore[no-untyped-def]
    packed, plain = fetch(net, url, "Accept-Encoding: gzip, deflate, br, zstd"), fetch(net, url)

    assert packed.headers("Content-Encoding") == [coding]
    assert plain.headers("Content-Encoding") == []
    assert decode(packed.body) == plain.body


def test_chunks_are_uneven_and_whole(net: Network) -> None:
    reply = fetch(net, PAPER)

    assert reply.headers("Transfer-Encoding") == ["chunked"]
    assert reply.body.startswith(b"7\r\n<!DOCTY\r\n")
    assert "三支医疗队的一张排班表".encode() in unchunked(reply.body)


def test_a_body_may_end_with_the_connection(net: Network) -> None:
    reply = fetch(net, "http://news.cctv.com/2020/02/09/ARTIa1b2c3d4e5f6g7h8i9j0200209.shtml")

    assert reply.headers("Content-Length") == []
    assert reply.headers("Transfer-Encoding") == []
    assert reply.body.endswith(b"</html>\n")


def test_a_header_may_come_twice(net: Network) -> None:
    assert fetch(net, JZRB).headers("Set-Cookie") == [
        "ASPSESSIONIDQQ=KDBHLMAAJ; path=/",
        "PE_Visit=1; path=/",
    ]


def test_what_the_client_holds_is_answered_304(net: Network) -> None:
    first = fetch(net, JZRB)
    by_tag = fetch(net, JZRB, f"If-None-Match: {first.headers('ETag')[0]}")
    by_date = fetch(net, JZRB, f"If-Modified-Since: {first.headers('Last-Modified')[0]}")

    assert (by_tag.status, by_tag.body) == (304, b"")
    assert (by_date.status, by_date.body) == (304, b"")


def test_http_leads_to_https_where_a_host_wants_it(net: Network) -> None:
    reply = fetch(net, "http://www.gov.cn/google.xml")

    assert reply.status == 301
    assert reply.headers("Location") == ["https://www.gov.cn/google.xml"]


def test_the_log_keeps_the_bytes_of_both_directions(net: Network) -> None:
    net.forget()
    reply = fetch(net, XINHUA, "Accept-Encoding: br")
    entry = net.log[-1]

    assert entry.url == XINHUA
    assert entry.response == reply.raw
    assert entry.request == (
        b"GET /politics/20241129/0f3a6c1e9b7d4f2a8c5e1d3b7a9f2c01/c.html HTTP/1.1\r\n"
        b"Host: www.news.cn\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n"
    )


def test_bytes_are_left_out_of_the_log_on_request() -> None:
    with Network(log_bytes=False, log_entries=1) as net:
        fetch(net, JZRB)
        fetch(net, JZRB)

        assert [(entry.request, entry.response) for entry in net.log] == [(b"", b"")]


def test_hosts_outside_the_sample_are_refused(net: Network) -> None:
    assert fetch(net, "http://example.org/").status == 502


def test_reset_breaks_the_connection(net: Network) -> None:
    with pytest.raises(ConnectionResetError):
        fetch(net, url_of("reset"))


def test_truncated_sends_half_of_what_it_announces(net: Network) -> None:
    reply = fetch(net, url_of("truncated"))

    assert len(reply.body) == int(reply.headers("Content-Length")[0]) // 2


def test_cut_chunks_lack_the_last_chunk(net: Network) -> None:
    reply = fetch(net, url_of("cut-chunks"))

    assert reply.headers("Transfer-Encoding") == ["chunked"]
    assert not reply.body.endswith(b"0\r\n\r\n")


def test_cut_gzip_is_a_whole_message_around_half_a_stream(net: Network) -> None:
    reply = fetch(net, url_of("cut-gzip"), "Accept-Encoding: gzip")

    assert len(reply.body) == int(reply.headers("Content-Length")[0])
    with pytest.raises(EOFError):
        gzip.decompress(reply.body)


@pytest.mark.parametrize(
    ("kind", "status", "length"),
    [("empty", 200, "0"), ("404", 404, "140"), ("403", 403, None), ("500", 500, None)],
)
def test_plain_failures(net: Network, kind: str, status: int, length: str | None) -> None:
    reply = fetch(net, url_of(kind))

    assert reply.status == status
    assert length is None or reply.headers("Content-Length") == [length]


def test_silence_is_no_byte_at_all(net: Network) -> None:
    assert fetch(net, url_of("silent")).raw == b""


def test_a_busy_page_recovers_on_the_second_request() -> None:
    url = "http://news.dahe.cn/2020/02-10/598103.html"
    with Network(retry_after_s=7) as net:
        first, second = fetch(net, url), fetch(net, url)

    assert (first.status, first.headers("Retry-After"), second.status) == (503, ["7"], 200)


def test_crawl_delay_is_the_callers_choice() -> None:
    with Network(crawl_delay_s=120) as net:
        assert b"Crawl-delay: 120\n" in fetch(net, "http://politics.people.com.cn/robots.txt").body


def test_the_day_may_move_while_it_runs(net: Network) -> None:
    with Network(today=date(2024, 11, 29)) as net:
        early = fetch(net, "http://politics.people.com.cn/n1/2024/1202/c1001-40371104.html").status
        net.today = date(2024, 12, 2)
        later = fetch(net, "http://politics.people.com.cn/n1/2024/1202/c1001-40371104.html").status

    assert (early, later) == (404, 200)


def test_jsonp_is_a_call_around_json(net: Network) -> None:
    body = fetch(net, "http://news.cctv.com/2019/07/gaiban/cmsdatainterface/page/china_1.jsonp").body.decode()

    assert json.loads(body.removeprefix("china(").removesuffix(")"))["data"]["total"] == 4


def test_an_archive_turns_clients_away_as_often_as_it_is_told() -> None:
    with Network(archives_busy=1) as net:
        url = "https://index.commoncrawl.org/collinfo.json"

        assert [fetch(net, url).status for _ in range(2)] == [503, 200]


def test_the_slow_page_is_served_on_request_only(net: Network) -> None:
    assert fetch(net, url_of("slow")).status == 404
    assert url_of("slow") in Network(slow=True).addresses


def test_a_target_that_is_no_address_ends_the_connection_and_nothing_else(net: Network) -> None:
    with socket.create_connection(("127.0.0.1", net.port), timeout=10) as connection:
        connection.sendall(b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n")

        assert connection.recv(100) == b""
    assert fetch(net, JZRB).status == 200


def test_every_address_of_every_day_answers_something() -> None:
    net = Network()
    for day in (date(2024, 12, 5), date(2024, 12, 31), date(2026, 11, 22)):
        net.today = day
        statuses = {net.page(url).status for url in net.addresses}

        assert statuses <= {200, 301, 302, 403, 404, 500}, day
