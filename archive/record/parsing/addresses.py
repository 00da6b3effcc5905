"""Addresses in record headers: all spellings of one address become the same text."""

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

_PARTS = re.compile(r"(?P<scheme>https?):(?P<slashes>//)(?P<authority>[^/?#]*)(?P<rest>.*)", re.I | re.S)
_TRIPLET = re.compile(r"%[0-9a-fA-F]{2}")
_UNDECODED = re.compile(r"[\udc80-\udcff]")
_UNFIT = re.compile(r"[\x00-\x20\x7f]|[^\x00-\x7f]")
_HOST = re.compile(r"[a-z0-9._~!$&'()*+,;=:\[\]-]+")
_UNQUOTED = re.compile(r'%(?![0-9a-fA-F]{2})|["<>\[\]^`{|}]')
"""What no escape begins, and what RFC 3986 allows in no path and no query."""
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_PORTS = {"http": ":80", "https": ":443"}


def fit(text: str) -> str:
    """The text with blanks, controls and all that is not ASCII percent-encoded.

    Bytes that are not UTF-8 come in as os.fsdecode() decodes them; their own values are encoded: %B1%B1.
    """
    return _UNFIT.sub(_escaped, text)


def as_text(raw: bytes) -> str:
    """A header line as text: bytes that are not UTF-8 are percent-encoded, so that two lines never become one."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _UNDECODED.sub(_escaped, raw.decode("utf-8", "surrogateescape"))


@lru_cache(maxsize=64)  # a record's address is asked for six times
def canonical(address: str) -> str:
    """An http address in the form that a browser sends: an IRI and its percent-encoded form are one (RFC 3987, 3.1).

    Scheme and host in lower case, hexadecimal digits in upper case, the scheme's own port and nothing else left out
    (RFC 3986, 6.2.2 and 6.2.3). Path and query are escaped as a crawl of ours escapes them, so that a page that was
    fetched and the same page from a file have one address. Other addresses have their unfit characters escaped.
    """
    parts = _PARTS.fullmatch(address)
    if parts is None:
        return fit(address)
    scheme = parts["scheme"].lower()
    user, at, host = parts["authority"].rpartition("@")
    host = _host(host).removesuffix(_PORTS[scheme]).removesuffix(":")
    rest = parts["rest"] if parts["rest"].startswith("/") else f"/{parts['rest']}"
    rest = _TRIPLET.sub(_as_live, fit(_UNQUOTED.sub(_escaped, rest)))
    return f"{scheme}://{fit(user)}{at}{host}{rest}"


def _as_live(match: re.Match[str]) -> str:
    """An escape in upper case; none for a character that needs none."""
    char = chr(int(match[0][1:], 16))
    return char if _UNRESERVED.fullmatch(char) else match[0].upper()


def _host(host: str) -> str:
    try:
        plain = unquote_to_bytes(host.encode("utf-8", "surrogateescape")).decode("utf-8").lower()
        plain = plain if plain.isascii() else plain.encode("idna").decode("ascii")
    except UnicodeError:  # no name that can be looked up, but a record has it
        plain = ""
    return plain if _HOST.fullmatch(plain) else fit(host).lower()


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogateescape"))
