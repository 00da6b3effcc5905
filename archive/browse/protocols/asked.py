"""A question by protocol: its address as it came, undecoded where it holds another, and what may be wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

LONGEST_ADDRESS = 8192  # characters; browsers' and servers' own limits lie about there
_SCHEME = re.compile(r"^(https?):/+", re.IGNORECASE)
_ENCODED_SCHEME = re.compile(r"^https?%3A", re.IGNORECASE)
_HOST = re.compile(r"^[^/?#@\s]+\.[^/?#@\s]+")


class WrongQuestion(Exception):  # noqa: N818 - an answer to who asked, not a fault
    """A question that cannot be answered, with the status that says so; told in plain text."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(told)
        self.status = status


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """`path` holds the named parts of the address, not decoded; `lists` every value of each query argument."""

    path: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    query: str
    headers: Mapping[str, str]
    """Names in lower case, the first value of each."""
    warc: Path
    """The folder of the archive's WARC files."""
    database: Path
    root: str
    """The absolute address under which the archive's pages stand: `http://host/archive/-`."""
    room: str
    """The same without scheme and host."""
    now: str
    """The time of the question, ISO 8601 UTC."""

    def last(self, name: str) -> str:
        """The last value of a query argument, as servers of its kind take it; empty where there is none."""
        return self.lists.get(name, ("",))[-1].strip()

    def address(self) -> str:
        """The archived address that stands at the end of this one, with its query."""
        tail = self.path["url"]
        if _ENCODED_SCHEME.match(tail):  # clients that encode all of it
            tail = unquote(tail)
        return web_address(f"{tail}?{self.query}" if self.query else tail)


def web_address(text: str) -> str:
    """An http(s) address as asked for: one without a scheme gets http, a slash that a proxy ate comes back.

    Raises Wrong where it is none.
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
