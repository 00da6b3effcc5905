"""Stored exchanges become rows in the order of the file; workers, if any, read its pieces ahead."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, repeat
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from archive.door.apart import Work
from archive.door.crew import Crew
from archive.door.ingest import ROWS, Door, Taken
from archive.door.piecework import Examined, PieceRows
from archive.kinds import Via
from archive.place import SiteBook
from archive.record.exchanges import RecordSource, Stored
from archive.record.pieces import Piece, PieceRecords, assembled, cut
from archive.record.reader import Damage, Record, records
from archive.remote.files import WarcFile

WORTH_BYTES = 1 << 20  # of compressed record; below it there are too few pages to share
KEPT = 6
"""Pieces whose readings are kept after their records were told: an exchange is known to be whole some records later,
and the last pieces of a file hold two pages each."""

T = TypeVar("T")
RunOf = Callable[[Stored], str | None]
"""The run that a stored exchange counts to."""


class PieceReader(Protocol):
    """Readers of pieces of files: processes of this machine or of others."""

    @property
    def width(self) -> int:
        """How many pieces can be read at the same time."""
        ...

    def begin(self, piece: Piece, via: Via | None) -> Callable[[], PieceRows]:
        """Start the reading of a piece by read_piece(); the returned function waits for its rows."""
        ...

    def close(self) -> None:
        """Called when no more pieces will come."""
        ...


class Readers:
    """The processes that read the record; with one job and no `workers`, this process reads everything."""

    def __init__(self, sites: SiteBook, jobs: int = 1, workers: PieceReader | None = None) -> None:
        self._sites = sites
        self._jobs = jobs
        self._workers = workers
        self._examined: dict[tuple[str, int], Examined] = {}
        """Exchanges that were read ahead and wait for the door, by file and place."""
        self._last: list[tuple[str, int]] = []
        """Those of the end of the file that was read last."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._workers is not None:
            self._workers.close()

    def mapped(self, work: Work, arguments: Iterable[tuple[Any, ...] | None]) -> Iterable[Any]:
        """What `work` makes of each of these arguments in the processes of this machine; None where there are none."""
        here = self._workers
        return here.mapped(work, arguments) if isinstance(here, Crew) else (None for _ in arguments)

    @property
    def are_several(self) -> bool:
        """Whether processes of this machine read."""
        return self._jobs > 1 and not (self._workers and not isinstance(self._workers, Crew))

    def source(self, via: Via | None = None, *, looking: bool = False) -> RecordSource:
        """A record source for exchanges(), with pages read ahead; `looking` asks for the oddities of records, too."""
        if self._jobs <= 1 and self._workers is None:
            return records
        return partial(self._records, via, looking)

    def enter(self, door: Door, items: Iterable[T], run_of: RunOf, via: Via | None = None) -> Iterator[T]:
        """Give the exchanges among `items` to the door, in order. Each item is yielded when the archive has it."""
        for item in items:
            if isinstance(item, Stored):
                found = self._examined.pop((item.ref.file, item.ref.offset), None)
                if found is None or found.refs != item.refs:
                    door.take_stored(item, run_id=run_of(item), via=via)
                else:
                    door.admit_stored(item, partial(_as_read, found.taken, run_of(item)))
                if self._workers is not None and door.without_rows >= ROWS:
                    door.write()
            yield item

    def _records(
        self,
        via: Via | None,
        looking: bool,
        path: WarcFile,
        *,
        name: str | None = None,
        start: int = 0,
        end: int | None = None,
    ) -> Iterator[Record | Damage]:
        if self._workers is None:
            self._workers = Crew(self._sites, self._jobs)
        workers = self._workers
        pieces = cut(path, name=name, start=start, end=end, share=workers.width, looking=looking)
        yield from assembled(path, name, (start, end), self._under_way(workers, pieces, via))

    def _under_way(
        self, workers: PieceReader, pieces: Iterable[Piece], via: Via | None
    ) -> Iterator[tuple[Piece, Callable[[], PieceRecords]]]:
        """Each piece with a function that waits for its records; the next pieces are already being read."""
        begun: deque[tuple[Piece, Callable[[], PieceRows]]] = deque()
        arrived: deque[list[tuple[str, int]]] = deque()
        for piece in chain(pieces, repeat(None, workers.width)):
            if piece is not None:
                begun.append((piece, workers.begin(piece, via)))
            if begun and (piece is None or len(begun) >= workers.width):
                first, rows = begun.popleft()
                yield first, partial(self._arrived, rows, arrived)
        # the last exchange is known to be whole only now, and asked for next
        self._forget(self._last)
        self._last = list(chain.from_iterable(arrived))

    def _arrived(self, rows: Callable[[], PieceRows], arrived: deque[list[tuple[str, int]]]) -> PieceRecords:
        """The records of a piece; the readings of their pages are put aside until the door needs them."""
        piece = rows()
        found = {(one.refs[0].file, one.refs[0].offset): one for one in piece.examined}
        self._examined |= found
        arrived.append(list(found))
        if len(arrived) > KEPT:  # what nobody asked for by now was read otherwise
            self._forget(arrived.popleft())
        return piece.found

    def _forget(self, keys: Iterable[tuple[str, int]]) -> None:
        for key in keys:
            self._examined.pop(key, None)


def _as_read(taken: Taken, run_id: str | None, _: Stored) -> Taken:
    return replace(taken, capture=replace(taken.capture, run_id=run_id))


def jobs_for(record_bytes: int, cores: int) -> int:
    """How many processes are worth starting for so many bytes of record."""
    return cores if record_bytes >= WORTH_BYTES else 1
