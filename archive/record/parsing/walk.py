"""Walks from record to record through a file, over blank lines and broken places."""

import logging
from collections.abc import Iterator
from typing import BinaryIO

from archive.capture import Ref
from archive.record.digests import block_digest
from archive.record.members import MAGIC, Members, Torn, next_start
from archive.record.parsing.found import Damage, Record
from archive.record.parsing.lengths import Malformed, Parsed, blank_lines, read_record

log = logging.getLogger(__name__)


def walk(file: BinaryIO, name: str, start: int, end: int | None = None) -> Iterator[Record | Damage]:
    """Every record from byte `start` to byte `end`; for an unreadable one a Damage, then the next readable record."""
    offset: int | None = start
    while offset is not None:
        begin = offset
        members = Members(file, begin, end)
        try:
            yield from _records(members, name)
            offset = None
        except Torn as torn:
            if not members.is_packed and torn.offset > begin and _starts_packed(file, torn.offset):
                offset = torn.offset  # a packed file was written behind a plain one
                continue
            damage, offset = _passed(file, name, members, torn, end)
            yield damage
        except OSError:
            raise
        except Exception as error:  # a bug of ours must cost the record it met, never the rest of the file
            log.exception("%s: reading the record at byte %s failed", name, members.start)
            bug = Torn(members.start, f"a bug in reading it ({type(error).__name__}: {error})")
            damage, offset = _passed(file, name, members, bug, end)
            yield damage


def _passed(
    file: BinaryIO, name: str, members: Members, torn: Torn, end: int | None
) -> tuple[Damage, int | None]:
    """The Damage of a broken place, and the offset to read on from: a writer may have continued there after a crash."""
    is_packed = members.is_packed or name.endswith(".gz") or _starts_packed(file)
    following = next_start(file, torn.offset + 1, is_packed=is_packed)
    if end is not None and following is not None and following >= end:
        following = None
    length = None if following is None else following - torn.offset
    damage = Damage(name, torn.offset, torn.reason, length, is_torn=torn.is_cut, is_page=torn.is_page)
    return damage, following


def _starts_packed(file: BinaryIO, at: int = 0) -> bool:
    """Whether gzip members begin at an offset. The beginning of a file decides for the whole file."""
    file.seek(at)
    return file.read(2) == MAGIC


def _records(members: Members, name: str) -> Iterator[Record | Damage]:
    while members.open_next():
        try:
            yield from _of_member(members, name)
        except Malformed as wrong:
            if not members.is_packed:
                raise Torn(wrong.offset, wrong.reason, is_cut=wrong.is_torn, is_page=wrong.is_page) from wrong
            while members.read(1 << 20):  # Torn where the member itself is broken
                pass
            length = members.raw_end - members.start
            yield Damage(name, members.start, wrong.reason, length, is_contained=True)


def _of_member(members: Members, name: str) -> Iterator[Record]:
    _, line = blank_lines(members)
    is_first = True
    while line:
        at = members.tell() - len(line)
        offset = members.start + (0 if members.is_packed else at)
        parsed = read_record(members, line, offset)
        blanks, line = blank_lines(members)
        is_alone = not members.is_packed or (is_first and not line)
        if members.is_packed:
            length = members.raw_end - members.start if is_alone else 0
        else:
            length = members.tell() - len(line) - at
        yield _record(parsed, Ref(name, offset, length, _record_id(parsed)), blanks, is_alone=is_alone)
        is_first = False


def _record(parsed: Parsed, ref: Ref, blanks: int, *, is_alone: bool) -> Record:
    faults = [*parsed.losses, *parsed.faults]
    if blanks != 4 and not parsed.is_mended:
        faults.append(f"{blanks} bytes of blank lines behind the block, not 4")
    return Record(
        parsed.kind, parsed.fields, parsed.block, ref, is_alone, tuple(faults), tuple(parsed.losses)
    )


def _record_id(parsed: Parsed) -> str:
    """The record's id; where a tool gave it none, an id made from its header lines."""
    stated = parsed.get("warc-record-id").removeprefix("<").removesuffix(">")
    if stated:
        return stated
    digest = block_digest(f"{name}: {value}\n".encode() for name, value in parsed.fields)
    return f"urn:zhuanzai:{digest}"
