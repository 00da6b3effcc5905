"""The work of one worker on a piece of a WARC file: the interface between the readers and the writer.

A worker needs only the file and the site files: no database, no other piece. Its results can be pickled.
"""

import logging
from dataclasses import dataclass, field, replace

from archive.capture import Ref
from archive.door.ingest import Taken, examined
from archive.kinds import Via
from archive.place import SiteBook
from archive.record.exchanges import Stored, statements
from archive.record.pieces import Piece, PieceRecords, read_on

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Examined:
    """One response as it was read: capture and reading, with article and prints (`taken`).

    `refs` are the places of its exchange's records, its own first.
    """

    refs: tuple[Ref, ...]
    taken: Taken


@dataclass(slots=True)
class PieceRows:
    """The records in a piece of a file, and the readings of its responses.

    The captures have no run: the writer sets it. `examined` has no revisits, because they need the archive, and no page
    whose reading met a bug. The writer reads these itself.
    """

    found: PieceRecords
    examined: list[Examined] = field(default_factory=list)


def read_piece(piece: Piece, sites: SiteBook, via: Via | None = None) -> PieceRows:
    """Read every exchange that begins in a piece of a file; `via` is `import` for files of other tools.

    Raises OSError where the file cannot be read.
    """
    rows = PieceRows(PieceRecords())
    for item in statements(read_on(piece, rows.found)):
        if not isinstance(item, Stored) or item.exchange.response is None or item.repeats is not None:
            continue
        if min(ref.offset for ref in item.refs) >= piece.end:
            continue
        try:
            taken = examined(item, sites, run_id=None, via=via)
            taken = replace(taken, reading=taken.reading.printed())
        except Exception:  # the writer meets it again, at its place in the order, and says so
            log.debug("%s at byte %s", piece.path, item.ref.offset, exc_info=True)
            continue
        rows.examined.append(Examined(item.refs, taken))
    return rows
