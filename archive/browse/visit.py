"""A request to the reading room in the form that its pages use, its files, and its refusals."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

Word = TypeVar("Word", bound=str)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to a page. `path` has the named parts of the address, `args` the first value of each query argument."""

    path: Mapping[str, str]
    args: Mapping[str, str]
    warc: Path
    """The folder of the archive's WARC files."""
    room: str = ""
    """The reading room's address, without scheme and host."""
    address: str = ""
    """The reading room's address with scheme and host, for feeds, references and other files."""
    language: str = "en"
    query: str = ""
    """The query of the address, undecoded."""
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Every value of each query argument, in order."""

    def reason_without_paths(self, error: Exception) -> str:
        """The error's message without the folder of the WARC files, which stays private."""
        return str(error).replace(str(self.warc), "warc")

    def number(self, name: str) -> int:
        """A number in the path. Raises Refusal for a number that is too long for a row."""
        value = self.path[name]
        if len(value) > 18:
            raise Refusal(404, "no-such-number", value[:40])
        return int(value)

    def text(self, name: str) -> str | None:
        """A query argument without the spaces around it; None if it is missing or empty."""
        return self.args.get(name, "").strip() or None

    def one_of(self, name: str, words: tuple[Word, ...]) -> Word | None:
        """A query argument that is one of these words; None if it is missing. Raises Refusal for another word."""
        value = self.text(name)
        found = next((word for word in words if word == value), None)
        if value and found is None:
            raise Refusal(400, f"no-such-{name}", value[:40])
        return found

    def every(self, name: str) -> tuple[str, ...]:
        """All the values of a query argument."""
        return self.lists.get(name, ())

    def day(self, name: str) -> date | None:
        """A query argument that is a date; None if it is missing. Raises Refusal for a text that is no date."""
        value = self.text(name)
        return as_day(value) if value else None


@dataclass(frozen=True, slots=True)
class File:
    """A file to send; `disposition` is `attachment` (the browser saves it) or `inline` (the browser shows it)."""

    body: bytes
    name: str
    kind: str
    disposition: str = "attachment"


class Elsewhere(Exception):  # noqa: N818 - an answer to the visitor, not a fault
    """The requested page is at another address now: the answer is a redirect."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Refusal(Exception):  # noqa: N818 - an answer to the visitor, not a fault
    """A request that cannot be answered: `reason` is a key of labels.toml, `detail` the value found."""

    def __init__(self, status: int, reason: str, detail: str = "") -> None:
        super().__init__(f"{status} {reason}: {detail}")
        self.status = status
        self.reason = reason
        self.detail = detail


def is_too_slow(error: sqlite3.Error) -> bool:
    """Whether an error of the database is that the server's time for one page was over."""
    return str(error) == "interrupted"


def json_bytes(value: object) -> bytes:
    """The value as JSON in UTF-8, with Chinese characters unescaped."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def as_day(value: str) -> date:
    """The date of an ISO text. Raises Refusal for another text."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise Refusal(400, "not-a-date", value[:40]) from error
