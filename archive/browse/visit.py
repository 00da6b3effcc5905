"""One request to the reading room, as its pages need it, and the ways to refuse it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

Word = TypeVar("Word", bound=str)


@dataclass(frozen=True, slots=True)
class Visit:
    """`path` holds the named parts of the address, `args` the first value of each query argument."""

    path: Mapping[str, str]
    args: Mapping[str, str]
    warc: Path
    """The folder of the archive's WARC files."""
    room: str = ""
    """The address under which the archive's pages stand."""
    address: str = ""
    """The same with scheme and host: for what leaves the page."""
    language: str = "en"
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Every value of each query argument, in order."""

    def reason_without_paths(self, error: Exception) -> str:
        """What is wrong, without telling the world where on the server the files lie."""
        return str(error).replace(str(self.warc), "warc")

    def number(self, name: str) -> int:
        """A number out of the path; Refusal where no row can have it."""
        value = self.path[name]
        if len(value) > 18:
            raise Refusal(404, "no-such-number", value[:40])
        return int(value)

    def text(self, name: str) -> str | None:
        """A query argument without the spaces around it; None where it is missing or empty."""
        return self.args.get(name, "").strip() or None

    def one_of(self, name: str, words: tuple[Word, ...]) -> Word | None:
        """A query argument that is one of these words; Refusal where it is another."""
        value = self.text(name)
        found = next((word for word in words if word == value), None)
        if value and found is None:
            raise Refusal(400, f"no-such-{name}", value[:40])
        return found

    def every(self, name: str) -> tuple[str, ...]:
        """All the values of a query argument."""
        return self.lists.get(name, ())

    def day(self, name: str) -> date | None:
        """A query argument that is a date; Refusal where it is none."""
        value = self.text(name)
        return as_day(value) if value else None


@dataclass(frozen=True, slots=True)
class File:
    """Bytes to hand out; `disposition` is `attachment` (to be saved) or `inline`."""

    body: bytes
    name: str
    kind: str
    disposition: str = "attachment"


class Elsewhere(Exception):  # noqa: N818 - an answer to the visitor, not a fault
    """What is asked for stands at another address now."""

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


def json_bytes(value: object) -> bytes:
    """The value as JSON, UTF-8, Chinese left readable."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def as_day(value: str) -> date:
    """An ISO date; Refusal where the value is none."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise Refusal(400, "not-a-date", value[:40]) from error
