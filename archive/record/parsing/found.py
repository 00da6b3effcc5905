"""The two things found at a place in a WARC file: a record, or damage."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import BinaryIO

from archive.capture import Ref
from archive.record.files import is_foreign
from archive.record.parsing.addresses import canonical

Fields = tuple[tuple[str, str], ...]
RESPONSES = ("response", "revisit", "resource")
"""Kinds of records that each become a capture."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The results of faults() and oddities() for a record, kept from the time when its block could be read."""

    faults: tuple[str, ...]
    oddities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its header lines in order and its block, a seekable file at position 0.

    `ref.length` counts the bytes of its gzip member, or in an uncompressed file those up to the next record.
    Where one member holds several records (`is_addressable` False), the place is the member's, and read() cannot find
    the records. `faults` were seen while reading; faults() looks for more. `losses` are the faults after which bytes
    may be missing.
    """

    kind: str
    fields: Fields
    block: BinaryIO
    ref: Ref
    is_addressable: bool = True
    faults: tuple[str, ...] = field(default=())
    losses: tuple[str, ...] = field(default=())
    rest: tuple[Ref, ...] = field(default=())
    """Where the further segments stand whose blocks follow in `block`."""
    is_segmented: bool = False
    looked: Looked | None = None
    """Known of a record that a worker read."""
    fingerprint: str = ""
    """The same: identity.fingerprint(), where it was asked for."""

    def get(self, name: str) -> str | None:
        """First value of a header line, names compared without case."""
        found = _by_name(self.fields).get(name.lower())
        return found[0] if found else None

    def values(self, name: str) -> list[str]:
        """Every value of a header line."""
        return [*_by_name(self.fields).get(name.lower(), ())]

    @property
    def warcinfo_id(self) -> str:
        """The id of the warcinfo record that this record names; empty where it names none."""
        return (self.get("WARC-Warcinfo-ID") or "").removeprefix("<").removesuffix(">")

    @property
    def url(self) -> str | None:
        """WARC-Target-URI; for other tools' files in the canonical form, in which our own files are written."""
        uri = self.get("WARC-Target-URI")
        return None if uri is None else self.address(uri)

    def address(self, uri: str) -> str:
        """An address as this record's header spells it; wget wrote angle brackets, some tools blanks."""
        bare = uri.strip('"').removeprefix("<").removesuffix(">")
        return canonical(bare) if is_foreign(self.ref.file) else bare.replace(" ", "%20")


@lru_cache(maxsize=8)
def _by_name(fields: Fields) -> dict[str, list[str]]:
    """The values of each header line, by its name in lower case: one record is asked for some thirty in a row."""
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name.lower(), []).append(value)
    return found


@dataclass(frozen=True, slots=True)
class Damage:
    """A place in a file where no record can be read. `length` is None where it is not known.

    `is_contained` says that the place is one whole gzip member: the records behind it are not in doubt. `is_torn`: a
    record that breaks off where another begins, as after a crash of its writer. `is_page`: a response, in whose page
    the next record may stand.
    """

    file: str
    offset: int
    reason: str
    length: int | None = None
    is_contained: bool = False
    is_torn: bool = False
    is_page: bool = False
