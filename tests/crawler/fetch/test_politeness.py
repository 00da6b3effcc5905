import math

import pytest

from crawler.fetch.guard import is_public, literal_address
from crawler.fetch.politeness import closed_s, retry_after_s


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::",
        "64:ff9b::7f00:1", "[::1]", "not an address",
    ],
)  # fmt: skip
def test_addresses_nobody_may_ask(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["202.99.1.1", "2400:da00::1", "::ffff:8.8.8.8"])
def test_addresses_anybody_may_ask(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("0x7f.0.0.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("[::1]", "::1"),
        ("www.people.com.cn", None),
        ("163.com", None),
        ("1.2.3.4.5", None),
        ("256.1.1.1", None),
        ("09.1", None),
    ],
)
def test_every_spelling_of_an_address_is_seen(host: str, address: str | None) -> None:
    assert literal_address(host) == address


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"120", 120.0),
        (b"Mon, 10 Feb 2020 00:01:00 GMT", 60.0),
        (b"Sun, 09 Feb 2020 23:00:00 GMT", 0.0),
        (b"soon", None),
        (b"-5", None),
        (b"", None),
        (None, None),
        (b"1.5", 1.5),
        (b"99999999999", 99999999999.0),
        (b"9" * 400, math.inf),
        (b"\xe2\x91\xa0", None),
        (b"Fri, 31 Dec 9999 23:59:59 GMT", 251821007999.0),
        (b"Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        (b"Mon, 10 Feb 2020 00:01:00", 60.0),
        (b"Mon, 10 Feb 2020 08:01:00 +0800", 60.0),
        (b"Mon, 30 Feb 2020 00:01:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: bytes | None, seconds: float | None) -> None:
    assert retry_after_s(header, now=1581292800.0) == seconds  # 2020-02-10T00:00:00Z


MIDNIGHT = 1581264000.0  # 2020-02-10 00:00 in Beijing
HOUR = 3600.0


@pytest.mark.parametrize(
    ("hours", "at", "seconds"),
    [
        ((), 12, 0),
        ((22, 6), 23, 0),
        ((22, 6), 5.5, 0),
        ((22, 6), 6, 16),
        ((22, 6), 21, 1),
        ((1, 5), 0, 1),
        ((1, 5), 5, 20),
        ((0, 24), 12, 0),
    ],
)
def test_a_host_is_asked_in_its_hours_only(hours: tuple[int, ...], at: float, seconds: float) -> None:
    assert closed_s(hours, MIDNIGHT + at * HOUR) == seconds * HOUR
