"""Joining of responses that a tool wrote in several segments, each a record of its own.

Source: WARC 1.1 § 7 (record segmentation).
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO, cast

from archive.record.digests import read_pieces
from archive.record.drafts import IN_MEMORY_BYTES
from archive.record.parsing.found import RESPONSES, Damage, Record

CONTINUATION = "continuation"
_MOST_BETWEEN = 64  # records that may come between two segments


def joined(found: Iterable[Record | Damage]) -> Iterator[Record | Damage]:
    """The records; a first segment is joined with its further segments, and missing ones are among its losses.

    Other records between the segments come after them. A segment without a first one is yielded unchanged.
    """
    first: Record | None = None
    segments: list[Record] = []
    between: list[Record | Damage] = []
    for item in found:
        if first is not None and _continues(item, first, segments) and isinstance(item, Record):
            segments.append(item)
            continue
        if first is not None and not _ends(item, between):
            between.append(item)
            continue
        if first is not None:
            yield _whole(first, segments)
            yield from between
        first, segments, between = None, [], []
        if isinstance(item, Record) and item.kind in RESPONSES and _number(item) == 1:
            first = item
        else:
            yield item
    if first is not None:
        yield _whole(first, segments)
        yield from between


def _ends(item: Record | Damage, between: list[Record | Damage]) -> bool:
    """Whether no further segment is looked for behind an item."""
    if isinstance(item, Damage) or len(between) >= _MOST_BETWEEN:
        return True
    return item.kind in (*RESPONSES, "warcinfo", CONTINUATION)


def _continues(item: Record | Damage, first: Record, segments: list[Record]) -> bool:
    if isinstance(item, Damage) or item.kind != CONTINUATION or (segments and _total(segments[-1])):
        return False
    origin = (item.get("WARC-Segment-Origin-ID") or "").removeprefix("<").removesuffix(">")
    return origin == first.ref.record_id and _number(item) == len(segments) + 2


def _number(record: Record) -> int | None:
    stated = record.get("WARC-Segment-Number") or ""
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else None


def _total(record: Record) -> int | None:
    stated = record.get("WARC-Segment-Total-Length") or ""
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 19 else None


def _whole(first: Record, segments: list[Record]) -> Record:
    """The first segment with all blocks behind its own."""
    # the file must outlive this function: it is the record's block
    block = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))  # noqa: SIM115
    for segment in (first, *segments):
        segment.block.seek(0)
        for piece in read_pieces(segment.block):
            block.write(piece)
    length = block.seek(0, os.SEEK_END)
    block.seek(0)
    wanted = _total(segments[-1]) if segments else None
    losses = [loss for segment in (first, *segments) for loss in segment.losses]
    if wanted is None:
        losses.append(f"in segments, of which {1 + len(segments)} are here and the last is not")
    elif wanted != length:
        losses.append(f"in segments, which have {length} of {wanted} bytes together")
    notes = [fault for segment in (first, *segments) for fault in segment.faults if fault not in losses]
    notes.append(f"joined from {1 + len(segments)} segments")
    return replace(
        first,
        block=block,
        is_addressable=all(segment.is_addressable for segment in (first, *segments)),
        faults=(*losses, *notes),
        losses=tuple(losses),
        rest=tuple(segment.ref for segment in segments),
        is_segmented=True,
    )
