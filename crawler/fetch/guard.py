"""Refuses requests: for invalid addresses, and for hosts that are not on the public internet."""

import ipaddress
import logging
import re
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

from crawler.registry.urls import RefusedAddress, normalised

logger = logging.getLogger(__name__)

PRIVATE_NAMES = (
    ".localhost", ".local", ".localdomain", ".localdomain4", ".localdomain6", ".internal", ".lan", ".home.arpa",
    ".intranet",
)  # fmt: skip

REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "::/96",  # IPv4-compatible: [::127.0.0.1]
        "::ffff:0:0:0/96",  # IPv4-translated: [::ffff:0:127.0.0.1]
        "fec0::/10",  # site-local
        "64:ff9b:1::/48",  # NAT64 inside a network
        "100::/64",
        "3fff::/20",  # documentation
        "5f00::/16",
    )
)
"""Networks that some releases of Python call global and nobody on the internet may ask."""
CARRIES_IPV4 = ipaddress.ip_network("64:ff9b::/96")  # NAT64


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
        if inner is None and ip in CARRIES_IPV4:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    if any(ip in network for network in REFUSED_NETWORKS):
        return False
    return ip.is_global and not ip.is_multicast


def literal_address(host: str) -> str | None:
    """The IP address that a host name spells, in any form resolvers accept (0x7f.1, 2130706433); None for a name."""
    bare = host.strip("[]").partition("%")[0]
    if ":" in bare:
        return bare
    *heads, last = bare.split(".")
    numbers = [_number(part) for part in heads]
    value = _number(last)
    if len(heads) > 3 or value is None or any(number is None or number > 255 for number in numbers):
        return None
    for position, number in enumerate(numbers):
        value += (number or 0) << (8 * (3 - position))
    return str(ipaddress.IPv4Address(value)) if value < 2**32 else None


def spelt_addresses(host: str) -> set[str]:
    """The addresses that a host spells, and the host itself where some readers know no address in it.

    0127.0.0.1 is 87.0.0.1 to most, and 127.0.0.1 to those that know no octal numbers; 09.1 is one to the latter alone.
    """
    decimal = ".".join(part.lstrip("0") or "0" if part.isdecimal() else part for part in host.split("."))
    found = {literal_address(host), literal_address(decimal)}
    return {address or host for address in found} if found != {None} else set()


def is_number(host: str) -> bool:
    """Whether the last part of a host is a number. Such a host is an address and no name (URL standard § 3.5)."""
    return NUMBER.fullmatch(host.rpartition(".")[2]) is not None


NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
LONGEST_NUMBER = 32
"""Digits of a part of an address; resolvers and proxies do not agree on what longer ones mean."""


def _number(part: str) -> int | None:
    """A part of an address as inet_aton reads it; None if it is none, or longer than anybody writes it."""
    if not NUMBER.fullmatch(part) or len(part) > LONGEST_NUMBER:
        return None
    base = 16 if part[:2].lower() == "0x" else 8 if part.startswith("0") else 10
    try:
        return int(part.lower().removeprefix("0x") or "0", base)
    except ValueError:  # 09 is no octal number
        return None


class Guard:
    """Downloader middleware before all others: refuses forbidden requests, with a line in the log.

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
        known = PublicResolver.refused.get(host)
        addresses = spelt_addresses(host) or ({known} if known else set())
        if addresses:
            for address in addresses:
                if not is_public(address):
                    self._refuse(request, f"{request.url}: {address} is no public address")
        elif is_number(host):
            self._refuse(request, f"{request.url}: {host[:100]} is neither an address nor a name")
        elif "." not in host or f".{host}".endswith(PRIVATE_NAMES):
            self._refuse(request, f"{request.url}: {host} is no public name")

    def _refuse(self, request: Request, why: str) -> None:
        logger.warning("refused %s via=%s", why, request.meta.get("redirect_urls", ["-"])[-1])
        if self.crawler.stats:
            self.crawler.stats.inc_value("refused/addresses")
        raise IgnoreRequest(f"refused: {why}")


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver without private addresses: the answer of each look-up is checked.

    A proxy's own name is exempt, and behind a proxy the origin is never looked up here. It works only in a process that
    has it in its settings (TWISTED_DNS_RESOLVER in settings.py). PublicNames and refused_peer() work in every download.
    """

    refused: dict[str, str] = {}  # noqa: RUF012 - one resolver a process, as the reactor
    """Hosts of which no address was public, so that nobody tries them again."""

    def __init__(
        self, reactor: ReactorBase, cache_size: int, timeout: float, *, private_allowed: bool
    ) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.private_allowed = private_allowed
        self.proxies = proxy_names()

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
        note_refused(name, [address])
        raise DNSLookupError(f"refused: {name} resolves to {address}, no public address")


def proxy_names() -> set[str | None]:
    """Hosts of the proxies that the environment names; the entry `no` is no_proxy and left out."""
    proxies = [proxy for kind, proxy in getproxies().items() if kind != "no"]
    return {urlsplit(proxy if "//" in proxy else f"//{proxy}").hostname for proxy in proxies}


def note_refused(name: str, addresses: Sequence[str]) -> None:
    """Remember, and say in the log, that a host has no public address."""
    PublicResolver.refused[name] = addresses[0]
    logger.warning("refused %s: it resolves to %s, no public address", name, ", ".join(addresses))


@implementer(IHostnameResolver)
class PublicNames:
    """A name resolver for the reactor: it asks another resolver and leaves private addresses out of the answer.

    Asked for each new connection: a name that was public a moment ago is checked again.
    """

    def __init__(self, resolver: Any) -> None:
        self._resolver = resolver
        self._proxies = proxy_names()

    def resolveHostName(self, receiver: Any, name: str, *rest: Any, **named: Any) -> Any:  # noqa: N802 - Twisted's name
        """Tell the receiver the public addresses of a host."""
        listener = receiver if name in self._proxies else _PublicOnly(receiver, name)
        return self._resolver.resolveHostName(listener, name, *rest, **named)


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Hands on the addresses of a host, without the private ones."""

    def __init__(self, receiver: Any, name: str) -> None:
        self._receiver, self._name = receiver, name
        self._refused: list[str] = []
        self._is_reachable = False

    def resolutionBegan(self, under_way: Any) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionBegan(under_way)

    def addressResolved(self, address: Any) -> None:  # noqa: N802 - Twisted's name
        host = str(getattr(address, "host", ""))
        if is_public(host):
            self._is_reachable = True
            self._receiver.addressResolved(address)
        else:
            self._refused.append(host)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        if self._refused and not self._is_reachable:
            note_refused(self._name, self._refused)
        self._receiver.resolutionComplete()


def guard_names(reactor: Any) -> None:
    """Let a reactor give away public addresses only; call it once the process has set its resolver."""
    if not isinstance(reactor.nameResolver, PublicNames):
        reactor.installNameResolver(PublicNames(reactor.nameResolver))


def refused_peer(transport: Any) -> str | None:
    """The address at the other end of a connection where it is no public one, whatever its name resolved to."""
    peer = str(getattr(transport.getPeer(), "host", ""))
    return None if is_public(peer) else peer
