"""Reading of pieces of WARC files by the workers of a cluster; the writer waits for their rows."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import uuid4

from archive.cluster.watched import watched
from archive.cluster.workers import AHEAD, Workers
from archive.door.piecework import PieceRows, read_piece
from archive.errors import WrongUse
from archive.kinds import Via
from archive.place import SiteBook
from archive.record.pieces import Piece


class FarReaders:
    """Readers on a cluster: each free worker takes the next piece. If a worker dies, another reads its piece."""

    def __init__(self, workers: Workers, sites: SiteBook, page_seconds: float) -> None:
        """`page_seconds` is how long a page may take before it is given up."""
        self._workers = workers
        self._sites = sites
        self._page_seconds = page_seconds
        self._run = uuid4().hex[:12]

    @property
    def width(self) -> int:
        """How many pieces can be read at the same time."""
        return AHEAD * self._workers.number

    def begin(self, piece: Piece, via: Via | None) -> Callable[[], PieceRows]:
        """Start the reading of a piece; the returned function waits for its rows.

        That function raises WrongUse where workers do not see the file, OSError where it cannot be read, and the errors
        of Workers.begin().
        """
        if isinstance(piece.path, Path):
            piece = replace(piece, path=piece.path.absolute())  # workers stand in folders of their own
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
        """Called when no more pieces will come; the owner of the workers closes them."""


def _read(sites: SiteBook, page_seconds: float, run: str, via: Via | None, piece: Piece) -> PieceRows:
    with watched(page_seconds, run):
        return read_piece(piece, sites, via)
