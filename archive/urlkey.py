"""The sort key of an address in web archives' indexes (SURT): all spellings of a page's address have one key.

The keys are those of pywb and cdxj-indexer, so that look-ups of either tool find them (tests compare).
"""

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

_WWW = re.compile(r"www\d*\.")
_SESSIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(.*)jsessionid=[0-9a-z]{32}(?:&(.*))?$",
        r"^(.*)phpsessid=[0-9a-z]{32}(?:&(.*))?$",
        r"^(.*)sid=[0-9a-z]{32}(?:&(.*))?$",
        r"^(.*)ASPSESSIONID[a-z]{8}=[a-z]{24}(?:&(.*))?$",
        r"^(.*)cfid=[^&]+&cftoken=[^&]+(?:&(.*))?$",
    )
)
_WRAPPED = re.compile(
    r"^https?://[^/]+/(?:[^?#]*?/)?(?P<at>\d{4,14})(?:[a-z]{2}_)?/(?P<url>https?:/{1,2}[^/].*)$",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"https?://(?:www\d*\.)?+([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/[\w-]+(?:\.[\w-]+)*)*)/?", re.ASCII
)
"""Most addresses: a name in lower case, a path without dots alone, no query. Nothing in them is escaped."""
_PORTS = {"http": 80, "https": 443}
_UNESCAPED = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_LONGEST = 16_384
"""The longest address, in characters, that is split up; the patterns for session ids need its square in time."""
_NESTED = re.compile(rb"%(?:25)+")
_PASSES = 16
"""How often percent-encoding is removed at most; hostile addresses are encoded many times over to cost time."""


def unwrapped(url: str) -> tuple[str, str] | None:
    """Time (digits) and page address inside a web archive's address; None for any other address."""
    found = _WRAPPED.match(url)
    return (found["at"], re.sub(r"^(https?:)/+", r"\1//", found["url"], flags=re.I)) if found else None


def captured_address(url: str, original_url: str, archived_at: str | None) -> str:
    """The address that was captured; for a web archive's copy the page's own address, with its gateway, if any."""
    if archived_at is None:
        return url
    behind = unwrapped(url)
    return behind[1] if behind else original_url


def key(url: str) -> str:
    """The sort key of an address, for example `cn,com,people,paper)/rmrb/html`.

    Scheme, `www.`, session ids, case, order of the query's words and a last slash make no difference.
    """
    if len(url) > _LONGEST:
        return _as_it_stands(url)
    if (plain := _PLAIN.fullmatch(url)) and "www" not in plain[1]:
        return f"{','.join(reversed(plain[1].split('.')))}){plain[2].lower() or '/'}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # "http://[", a port that is no number: records may hold any address
        return _as_it_stands(url)
    named = ",".join(reversed(_WWW.sub("", _ascii(host).strip("."), count=1).split(".")))
    if port is not None and port != _PORTS.get(parts.scheme):
        named += f":{port}"
    path = _path(parts.path).lower()
    query = _query(parts.query)
    return f"{named}){path}{'?' + query if query else ''}"


def _as_it_stands(url: str) -> str:
    return _escaped(url.encode("utf-8", "surrogateescape")).lower()


def _ascii(host: str) -> str:
    try:
        return host.lower().encode("ascii").decode()
    except UnicodeEncodeError:
        pass
    try:
        return host.lower().encode("idna").decode()
    except UnicodeError:  # no name that can be looked up, but a record has it
        return _escaped(host.encode("utf-8", "surrogateescape")).lower()


def _path(path: str) -> str:
    """The path without dots, doubled slashes and a last slash, escaped once."""
    kept: list[bytes] = []
    words = _unescaped(path).split(b"/")[1:]
    for word in words:
        if word == b".." and kept:
            kept.pop()
        elif word not in (b".", b""):
            kept.append(word)
    return _escaped(b"/" + b"/".join(kept))


def _query(query: str) -> str:
    if not query:
        return ""
    plain = _escaped(_unescaped(query))
    for pattern in _SESSIONS if "id" in plain.lower() else ():
        match = pattern.match(plain)
        if match:
            plain = match[1] + (match[2] or "")
    words = [tuple(word.split("=", 1)) for word in plain.lower().split("&")]
    return "&".join("=".join(word) for word in sorted(words))


def _unescaped(text: str) -> bytes:
    """The text with percent-encoding removed, again and again until there is none, or for a fixed number of passes."""
    plain = text.encode("utf-8", "surrogateescape")
    for _ in range(_PASSES if "%" in text else 0):
        undone = unquote_to_bytes(_NESTED.sub(b"%", plain))
        if undone == plain:
            break
        plain = undone
    return plain


def _escaped(plain: bytes) -> str:
    return quote_from_bytes(plain, safe=_UNESCAPED)
