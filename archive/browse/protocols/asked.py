"""A protocol request, parsed and checked; an archived address inside the request's address stays undecoded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

LONGEST_ADDRESS = 8192  # characters; the limits of browsers and servers are about the same
_SCHEME = re.compile(r"^(https?):/+", re.IGNORECASE)
_ENCODED_SCHEME = re.compile(r"^https?%3A", re.IGNORECASE)
_HOST = re.compile(r"^[^/?#@\s]+\.[^/?#@\s]+")


class WrongQuestion(Exception):  # noqa: N818 - an answer to who asked, not a fault
    """A request that cannot be answered; it becomes a plain-text response with this HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """A protocol request. `path` has the named parts of the address, undecoded; `lists` all values of each argument."""

    path: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    query: str
    headers: Mapping[str, str]
    """The request's headers: names in lower case, the first value of each."""
    warc: Path
    """The folder of the archive's WARC files."""
    database: Path
    root: str
    """The absolute address of the reading room: `http://host/archive/-`."""
    room: str
    """The reading room's address without scheme and host."""
    now: str
    """The time of the request, ISO 8601 UTC."""

    def last(self, name: str) -> str:
        """The last value of a query argument, as other CDX servers read it; empty if it is missing."""
        return self.lists.get(name, ("",))[-1].strip()

    def address(self) -> str:
        """The archived address at the end of the request's address, with its query. Raises WrongQuestion."""
        tail = self.path["url"]
        if _ENCODED_SCHEME.match(tail):  # clients that encode all of it
            tail = unquote(tail)
        return web_address(f"{tail}?{self.query}" if self.query else tail)


def web_address(text: str) -> str:
    """The http(s) address in a text. A missing scheme becomes http; a slash that a proxy removed is restored.

    Raises WrongQuestion if the text is no such address or is too long.
    """
    if len(text) > LONGEST_ADDRESS:
        raise WrongQuestion(
            414, f"an address of {len(text)} characters, at most {LONGEST_ADDRESS} are looked up"
        )
    text = text.strip()
    whole = _SCHEME.sub(lambda found: f"{found[1].lower()}://", text)
    if whole.startswith("//"):
        whole = f"http:{whole}"
    elif "://" not in whole[:12] and _HOST.match(whole):
        whole = f"http://{whole}"
    try:
        parts = urlsplit(whole)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or re.search(r"[\x00-\x20\x7f]", whole):
        raise WrongQuestion(400, f"url={text[:200]!r}: no http or https address")
    return whole
