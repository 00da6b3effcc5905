"""Pieces of WARC files read by the workers of a cluster, for the one writer that waits for their rows."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

from archive.cluster.watched import watched
from archive.cluster.workers import AHEAD, Workers
from archive.door.piecework import PieceRows, read_piece
from archive.errors import WrongUse
from archive.kinds import Via
from archive.place import SiteBook
from archive.record.pieces import Piece


class FarReaders:
    """Who reads pieces: each worker that is free takes the next; one that dies loses a piece, which another reads."""

    def __init__(self, workers: Workers, sites: SiteBook, page_seconds: float) -> None:
        """`page_seconds` is how long a page may take before it is given up."""
        self._workers = workers
        self._sites = sites
        self._page_seconds = page_seconds
        self._run = uuid4().hex[:12]

    @property
    def width(self) -> int:
        """Pieces that can be under way at once."""
        return AHEAD * self._workers.number

    def begin(self, piece: Piece, via: Via | None) -> Callable[[], PieceRows]:
        """Let a piece be read; what comes back waits for its rows.

        It raises WrongUse where workers do not see the file, OSError where it cannot be read, and as Workers.begin().
        """
        read = partial(_read, self._sites, self._page_seconds, self._run, via)
        rows = self._workers.begin(read, piece, f"{piece.name} between byte {piece.start} and {piece.end}")
        return partial(self._rows, piece, rows)

    def _rows(self, piece: Piece, rows: Callable[[], PieceRows]) -> PieceRows:
        try:
            return rows()
        except FileNotFoundError as error:
            if not piece.path.exists():
                raise
            raise WrongUse(
                f"--cluster {self._workers.address}: its workers do not see {piece.path}"
            ) from error

    def close(self) -> None:
        """No more pieces will come; the workers are their owner's to let go."""


def _read(sites: SiteBook, page_seconds: float, run: str, via: Via | None, piece: Piece) -> PieceRows:
    with watched(page_seconds, run):
        return read_piece(piece, sites, via)
