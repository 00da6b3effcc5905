"""What one worker makes of a piece of a WARC file: the interface between those who read and the one who writes.

A worker needs nothing but the file and the site files: no database, no other piece. What it sends back can be pickled.
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
    """What stands in a piece of a file, and what its responses say.

    A capture's run is not told: it is the writer's. Revisits are not among `examined`, as they need the archive, nor
    is what met a bug: whoever writes reads them himself.
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
