"""Addresses: one normal form for all spiders, and a refusal with its reason for those never to be asked."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from archive.kinds import Via
from crawler.registry.tracking import PATH_SESSION, parted
from extract.page.address import slashed

DEFAULT_PORTS = {"http": 80, "https": 443}

MAX_LENGTH = 2000  # characters; longer ones were never articles, and some servers answer 414

# What browsers drop wherever it stands in an address (URL standard § 4.4), and pasted zero-width characters.
UNSEEN = re.compile("[\t\n\r\u200b\u200c\u200d\u2060\ufeff]")

SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which no bytes stand for


class RefusedAddress(ValueError):  # noqa: N818 - the sentence it makes: a refused address
    """An address that is never fetched; the message names it and the reason."""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """The page behind an address of a gateway or a web archive.

    `url` is the page's own address; `via` is `live` or `wayback`; `timestamp` is the archive's, up to 14
    digits; `gateway` says that the script was converted on the way.
    """

    url: str
    via: Via = "live"
    timestamp: str | None = None
    gateway: bool = False


def normalised(
    href: str,
    base: str | None = None,
    *,
    ports: frozenset[int] = frozenset({80, 443}),
    is_for_data: bool = False,
) -> str:
    """The one form of an address: absolute, lower-case host, no fragment, default port or tracking.

    The order of a query and the case of a path are kept: servers tell them apart. Empty `ports` allows any. What a
    script asks for data with is kept whole (`is_for_data`): ?scene=CHANNEL says there which list is wanted.

    Raises:
        RefusedAddress: no http(s) address, or one with credentials, an odd port, an endless path or length.
    """
    href = slashed(SURROGATE.sub("\ufffd", UNSEEN.sub("", href)).strip(" \u3000\xa0\x00\x0b\x0c"))
    try:
        parts = urlsplit(urljoin(base, href) if base else href)
        port = parts.port
        host = _host(parts)
    except ValueError as error:
        raise RefusedAddress(f"{href[:200]!r}: {error}") from error
    if parts.scheme not in DEFAULT_PORTS:
        raise RefusedAddress(f"{href[:200]!r}: scheme {parts.scheme[:20]!r}, wanted http or https")
    if parts.username is not None or parts.password is not None:
        raise RefusedAddress(f"{href[:200]!r}: carries credentials")
    if not host:
        raise RefusedAddress(f"{href[:200]!r}: no host")
    if ports and (port or DEFAULT_PORTS[parts.scheme]) not in ports:
        raise RefusedAddress(f"{href[:200]!r}: odd port {port}")
    netloc = f"[{host}]" if ":" in host else host
    if port and port != DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    url = urlunsplit((parts.scheme, netloc, _path(parts.path), _query(parts.query, is_for_data), ""))
    if len(url) > MAX_LENGTH:
        raise RefusedAddress(f"{url[:200]!r}…: {len(url)} characters, at most {MAX_LENGTH}")
    if _is_trap(urlsplit(url)):
        raise RefusedAddress(f"{url[:200]!r}: a path or query that repeats itself, looks endless")
    return url


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode("ascii").lower().rstrip(".")  # ．is a dot only now
    if not re.fullmatch(r"[a-z0-9._:-]*", host):
        raise ValueError(f"{host[:100]!r} is no host name")
    return host


def _path(path: str) -> str:
    path = PATH_SESSION.sub("", path)
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if path.endswith(("/.", "/..")):
        kept.append("")
    return _escaped("/" + "/".join(kept))


def _query(query: str, is_whole: bool) -> str:
    return _escaped(query if is_whole else parted(query)[0]) if query else ""


def _escaped(text: str) -> str:
    """Percent-escapes in upper case, none where RFC 3986 needs none, everything else as UTF-8 escapes."""
    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return re.sub(r"%([0-9A-Fa-f]{2})", _escape, quote(text, safe="/?%:@!$&'()*+,;=~"))


def _escape(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if re.fullmatch(r"[A-Za-z0-9._~-]", char) else match[0].upper()


def _is_trap(parts: SplitResult) -> bool:
    """Whether the path goes round in circles or the query grows without end.

    Real article addresses here have at most 9 segments and 5 parameters; a segment repeats at most twice.
    """
    segments = [segment for segment in parts.path.split("/") if segment]
    if len(segments) > 16 or parts.query.count("&") > 16:
        return True
    named = [segment for segment in segments if not segment.isdigit()]
    return any(named.count(segment) > 3 for segment in set(named))


# ---------------------------------------------------------------------- gateways and archives

GATEWAY = re.compile(r"^https?://[^/]+/gate/(?:big5|gb)/(?P<rest>[^/]+\.[^/]+(?:/.*)?)$", re.IGNORECASE)
BIG5_FOLDER = re.compile(r"^(?P<host>https?://[^/]*people\.(?:com\.cn|cn))/BIG5/(?P<rest>.*)$", re.IGNORECASE)
# Old lists lie under /GB/, newer articles at the root: what follows BIG5 tells which.
AT_ROOT = re.compile(r"^n\d?/\d{4}/\d{4}/")
REPLAY = re.compile(
    r"^https?://[^/]+(?:/[\w.~%-]+)*?/(?P<at>\d{4,14})(?:[a-z]{2}_)?/(?P<url>https?:/{1,2}[^/].*)$",
    re.IGNORECASE,
)
# Hosts that serve the same page in both scripts under the same path.
TWIN_HOSTS = {
    "www.takungpao.com.hk": "www.takungpao.com",
    "hk.crntt.com": "gb.crntt.com",
    "bj.crntt.com": "gb.crntt.com",
}


def unwrapped(url: str) -> Unwrapped:
    """The page's own address behind a web archive, a gate/big5 converter, a /BIG5/ folder, in that order."""
    replay = REPLAY.match(url)
    if replay:
        inner = re.sub(r"^(https?:)/+", r"\1//", replay["url"], flags=re.IGNORECASE)
        behind = unwrapped(inner)
        return Unwrapped(behind.url, "wayback", replay["at"], behind.gateway)
    gateway = GATEWAY.match(url)
    if gateway:
        return Unwrapped(unwrapped(f"http://{gateway['rest']}").url, gateway=True)
    folder = BIG5_FOLDER.match(url)
    if folder:
        middle = "" if AT_ROOT.match(folder["rest"]) else "GB/"
        return Unwrapped(f"{folder['host']}/{middle}{folder['rest']}", gateway=True)
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[": no address, so nothing behind it
        return Unwrapped(url)
    twin = TWIN_HOSTS.get(parts.hostname or "")
    if twin:
        return Unwrapped(urlunsplit(parts._replace(netloc=twin)), gateway=True)
    return Unwrapped(url)


# ---------------------------------------------------------------------- dates in addresses

# Each form stands in reference addresses of at least two sites; the first that gives a real date wins.
DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"/t(?P<y>20\d\d|19\d\d)(?P<m>\d\d)(?P<d>\d\d)_",  # TRS
        r"_(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)_\d+-\d\d\.htm",  # the paper to 2024-11
        r"/(?P<y>(?:20|19)\d\d)-(?P<m>\d\d)/(?P<d>\d\d)/",  # Founder, old Xinhua
        r"/(?P<y>(?:20|19)\d\d)(?P<m>\d\d)/(?P<d>\d\d)/",  # the paper from 2024-12, ta kung wen wei
        r"/(?P<y>(?:20|19)\d\d)/(?P<m>\d\d)-(?P<d>\d\d)/",  # chinanews, dahe
        r"/(?P<y>(?:20|19)\d\d)/(?P<m>\d{1,2})/(?P<d>\d{1,2})/",  # enorth, cctv
        r"/(?P<y>(?:20|19)\d\d)(?:/|_)(?P<m>\d\d)_?(?P<d>\d\d)(?:/|_)",  # People CMS, guancha
        r"/(?P<y>(?:20|19)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)/",  # sina
        r"/(?:story|doc-)?(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)[/-]",  # new Xinhua, zaobao
        r"/(?P<y2>\d\d)/(?P<m>\d\d)(?P<d>\d\d)/\d\d/\w+\.html",  # 163
        r"[/=](?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)[A-Z0-9]{6,}(?=$|\?)",  # qq rain
    )
)
MONTHS = re.compile(r"/(?P<y>(?:20|19)\d\d)-?/?(?P<m>0[1-9]|1[0-2])/")


def date_in(url: str) -> date | None:
    """The day that the address itself carries, None where it carries none."""
    for pattern in DATES:
        match = pattern.search(url)
        if match:
            groups = match.groupdict()
            year = int(groups["y"]) if groups.get("y") else 2000 + int(groups["y2"])
            try:
                return date(year, int(groups["m"]), int(groups["d"]))
            except ValueError:  # 1399 is no month and day: another form may still fit
                continue
    return None


def month_in(url: str) -> tuple[int, int] | None:
    """Year and month that the address carries, as in /202002/; None where it carries none."""
    match = MONTHS.search(url)
    return (int(match["y"]), int(match["m"])) if match else None


def file_kind(url: str) -> str:
    """The extension of the last path segment in lower case, without the dot; empty if there is none."""
    name = unquote(re.split(r"[?#]", url, maxsplit=1)[0].partition("//")[2].partition("/")[2]).rpartition(
        "/"
    )[2]
    return name.rpartition(".")[2].lower() if "." in name else ""
