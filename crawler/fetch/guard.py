"""Who is never asked: addresses that are none, and hosts that are not on the public internet."""

import ipaddress
import logging
import re
from collections.abc import Sequence
from typing import Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.registry.urls import RefusedAddress, normalised

logger = logging.getLogger(__name__)

PRIVATE_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet")


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet may ask.

    Private, loopback, link-local (169.254.169.254 holds cloud credentials), multicast and reserved ones are
    not, nor are IPv6 forms that carry such an IPv4 address.
    """
    try:
        ip = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def literal_address(host: str) -> str | None:
    """The IP address that a host name spells, in any form resolvers accept (0x7f.1, 2130706433), or None."""
    bare = host.strip("[]").partition("%")[0]
    if ":" in bare:
        return bare
    parts = bare.split(".")
    if len(parts) > 4 or not all(LITERAL_PART.fullmatch(part) for part in parts):
        return None
    numbers = [_number(part) for part in parts]
    *heads, last = numbers
    if None in numbers or any(head > 255 for head in heads if head is not None):
        return None
    value = last or 0
    for position, head in enumerate(heads):
        value += (head or 0) << (8 * (3 - position))
    return str(ipaddress.IPv4Address(value)) if value < 2**32 else None


LITERAL_PART = re.compile(r"0[xX][0-9a-fA-F]{0,16}|\d{1,16}")


def _number(part: str) -> int | None:
    base = 16 if part[:2].lower() == "0x" else 8 if part.startswith("0") else 10
    try:
        return int(part.lower().removeprefix("0x") or "0", base)
    except ValueError:  # 09 is no octal number
        return None


class Guard:
    """Downloader middleware before all others: refuses what is never to be asked, with a line in the log.

    It sees every request of a run: links, robots.txt, redirects and retries.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.private_allowed = settings.getbool("ZHUANZAI_PRIVATE_ADDRESSES")
        ports = frozenset(int(port) for port in settings.getlist("ZHUANZAI_PORTS", [80, 443]))
        self.ports = frozenset[int]() if self.private_allowed else ports

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let pass or raise IgnoreRequest."""
        try:
            normalised(request.url, ports=self.ports)
        except RefusedAddress as error:
            self._refuse(request, str(error))
        if self.private_allowed:
            return
        host = (urlsplit(request.url).hostname or "").rstrip(".")
        address = literal_address(host) or PublicResolver.refused.get(host)
        if address is not None:
            if not is_public(address):
                self._refuse(request, f"{request.url}: {address} is no public address")
        elif "." not in host or f".{host}".endswith(PRIVATE_NAMES):
            self._refuse(request, f"{request.url}: {host} is no public name")

    def _refuse(self, request: Request, why: str) -> None:
        logger.warning("refused %s via=%s", why, request.meta.get("redirect_urls", ["-"])[-1])
        if self.crawler.stats:
            self.crawler.stats.inc_value("refused/addresses")
        raise IgnoreRequest(f"refused: {why}")


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, which gives no private addresses away: checked after each look-up, not before.

    A proxy's own name is exempt, and behind a proxy the origin is never looked up here. `refused` tells the
    Guard which hosts were refused, so that nobody tries them again.
    """

    refused: dict[str, str] = {}  # noqa: RUF012 - one resolver a process, as the reactor

    def __init__(
        self, reactor: ReactorBase, cache_size: int, timeout: float, *, private_allowed: bool
    ) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.private_allowed = private_allowed
        self.proxies = {
            urlsplit(proxy if "//" in proxy else f"//{proxy}").hostname for proxy in getproxies().values()
        }

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        settings = crawler.settings
        cache_size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        allowed = settings.getbool("ZHUANZAI_PRIVATE_ADDRESSES")
        return cls(reactor, cache_size, settings.getfloat("DNS_TIMEOUT"), private_allowed=allowed)

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":  # noqa: N802 - Twisted's name
        """The address of a host, or DNSLookupError where it is not public."""
        found = super().getHostByName(name, timeout)
        return (
            found if self.private_allowed or name in self.proxies else found.addCallback(self._checked, name)
        )

    def _checked(self, address: str, name: str) -> str:
        if is_public(address):
            return address
        self.refused[name] = address
        logger.warning("refused %s: it resolves to %s, no public address", name, address)
        raise DNSLookupError(f"refused: {name} resolves to {address}, no public address")
