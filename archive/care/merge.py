"""Merging of archives: their WARC files are put side by side in the order of time, and one view is made of them.

All files are read again, in the order in which they were begun. So the merged view is the view of a single archive that
had fetched everything. The order in which the archives are named does not matter.
"""

import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from archive.care.rebuild import Rebuilt, rebuild
from archive.door.apart import FILE, given_up, reading_apart
from archive.errors import Damaged, WrongUse
from archive.place import SiteBook
from archive.record.files import IMPORTED, OPEN, bytes_of, sync_folder
from archive.record.foreign import WARC_NAMES
from archive.record.reader import Record, records
from archive.run.folder import Archive
from archive.run.lock import writing
from archive.run.recover import PREFIX, own_files
from archive.view.store import DATABASE, SCHEMA

DRAFT = ".merging"
PIECE_BYTES = 4 << 20
_COPY = re.compile(rf"{IMPORTED}[0-9a-f]{{16}}-")
"""Begins the name of a whole copy of another tool's file."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The result of a merge: the rebuilt view, files taken, files that two archives had in common, and losses.

    `lost` counts for each archive the captures and passed-over pages of its view that the new view lacks. `notes` are
    the choices between two files of one name.
    """

    made: Rebuilt
    files: int
    alike: int
    lost: dict[Path, int]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HowRead:
    """The code that reads pages (`made_by`), the number of processes, and the seconds that a page may take."""

    made_by: str
    jobs: int = 1
    page_seconds: float = 0


@dataclass(frozen=True, slots=True)
class _File:
    """A WARC file of ours in one of the archives; `name` is the id of its first record, which no two files share."""

    path: Path
    name: str

    @property
    def order(self) -> tuple[str, int, str]:
        """The sort key of the file: when it was begun, and its number in its archive."""
        words = self.path.name.split("-")
        began, serial = (words[1], words[2]) if len(words) > 2 else ("", "")
        return began, int(serial) if serial.isdigit() else -1, self.name

    def numbered(self, serial: int) -> str:
        """The file's name in the new archive: the same name with another number."""
        words = self.path.name.split("-")
        return "-".join([PREFIX, words[1], f"{serial:05d}", *words[3:]]) if len(words) > 3 else self.path.name


def merge(
    sources: Sequence[Path],
    target: Path,
    sites: Callable[[Path], SiteBook],
    *,
    how: HowRead,
    progress: Callable[[int], None] | None = None,
) -> Merged:
    """Make one archive at `target` of those in `sources`. The sources are locked while they are read, and not changed.

    `sites` is called for the site files when the learned site files are in the new folder. Closed files are linked
    where both folders are on one disk. Raises WrongUse for impossible folders, Busy where a run is writing to one,
    Damaged where the disk refuses. The new folder appears only when it is complete.
    """
    _check(sources, target)
    place = target.resolve()  # a link stays one: the archive may be on a larger disk
    with ExitStack() as held:
        for source in sources:
            held.enter_context(writing(source))
        draft = held.enter_context(_drafted(place))
        _check(sources, target)  # another merge may have made it just now
        files, alike = _chosen([file for source in sources for file in _files(source / "warc")])
        notes = [*_taken(files, draft / "warc"), *_learned(sources, draft)]
        _give_up(sources, draft)
        with reading_apart(draft, how.page_seconds, is_sure=how.jobs <= 1):
            made = rebuild(
                Archive(draft, sites(draft)),
                made_by=how.made_by,
                jobs=how.jobs,
                progress=progress,
                accept_loss=True,
            )
        lost = {source: count for source in sources if (count := _lost(source, draft / DATABASE))}
        with suppress(FileNotFoundError):
            place.rmdir()
        draft.rename(place)
    sync_folder(place.parent)
    return Merged(made, len(files), alike, lost, tuple(notes))


@contextmanager
def _drafted(place: Path) -> Iterator[Path]:
    """A folder beside `place` in which its archive is made, by one merge at a time; at the end nothing of it is left.

    Raises Busy where another merge makes an archive for `place`, Damaged where the disk refuses.
    """
    around = place.with_name(place.name + DRAFT)
    try:
        around.mkdir(exist_ok=True)
        with writing(around):
            draft = around / "archive"
            if draft.exists():  # of a merge that was killed
                shutil.rmtree(draft)
            try:
                (draft / "warc").mkdir(parents=True)
                yield draft
            finally:
                shutil.rmtree(around, ignore_errors=True)
    except OSError as error:
        raise Damaged(f"{error.filename or place}: {error.strerror}; nothing was merged") from error


def record_bytes(sources: Sequence[Path]) -> int:
    """The number of bytes to read."""
    return sum(bytes_of(own_files(source / "warc")) for source in sources)


def _check(sources: Sequence[Path], target: Path) -> None:
    """Raises WrongUse where the sources cannot be merged at the target."""
    if len(sources) < 2:
        raise WrongUse("merge: name two archives or more, and --to the folder of the new one")
    seen: dict[Path, Path] = {}
    for source in sources:
        if not (source / "warc").is_dir() or not own_files(source / "warc"):
            raise WrongUse(f"{source}: no archive here to merge")
        if source.resolve() in seen:
            raise WrongUse(f"{source}: named twice")
        seen[source.resolve()] = source
        _check_release(source)
    place = target.resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise WrongUse(f"{target}: exists and is not empty; --to wants a folder that is not there yet")
    if any(place == source or source in place.parents for source in seen):
        raise WrongUse(f"{target}: within {next(s for s in seen if s == place or s in place.parents)}")
    if not place.parent.is_dir():
        raise WrongUse(f"{target}: the folder {place.parent} does not exist; make it first")


def _check_release(source: Path) -> None:
    """Raises WrongUse for the archive of a later release; the record of an earlier release can be read."""
    try:
        with closing(_opened(source / DATABASE)) as conn:
            schema = conn.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    except sqlite3.DatabaseError:  # none, or broken: the record is what counts
        return
    if schema and schema[0].isdigit() and int(schema[0]) > SCHEMA:
        raise WrongUse(
            f"{source}: of a later release (schema {schema[0]}, here {SCHEMA}); merge with that release"
        )


def _files(warcs: Path) -> Iterator[_File]:
    for path in own_files(warcs):
        first = next(records(path), None)
        # of a file whose beginning is lost, what it holds is its name
        name = first.ref.record_id if isinstance(first, Record) else _digest(path, path.stat().st_size)
        yield _File(path, name)


def _chosen(found: list[_File]) -> tuple[list[_File], int]:
    """Each file once, in the order of time, and how many were there twice; of two states of a file the longer one.

    Raises WrongUse where two files begin alike and then differ: one of them is damaged.
    """
    chosen: dict[str, _File] = {}
    for file in found:
        other = chosen.setdefault(file.name, file)
        if other is file:
            continue
        shorter, longer = sorted((other, file), key=lambda one: one.path.stat().st_size)
        size = shorter.path.stat().st_size
        if _digest(shorter.path, size) != _digest(longer.path, size):
            raise WrongUse(
                f"{file.path} and {other.path}: one file that differs in both;"
                " `scrapy verify` says which is damaged"
            )
        is_closed = longer.path.stat().st_size == size and longer.path.suffix == OPEN
        chosen[file.name] = shorter if is_closed else longer
    return sorted(chosen.values(), key=lambda file: file.order), len(found) - len(chosen)


def _taken(files: list[_File], warcs: Path) -> Iterator[str]:
    """Put the files under their new numbers, and copies of other tools' files under their own names."""
    for serial, file in enumerate(files):
        _put(file.path, warcs / file.numbered(serial), linking=file.path.suffix != OPEN)
    for folder in sorted({file.path.parent for file in files}):
        for path in sorted(folder.iterdir()):
            is_copy = _COPY.match(path.name)
            is_other = path.name.endswith(WARC_NAMES) and not path.name.startswith(f"{PREFIX}-")
            if not path.is_file() or not (is_copy or is_other):
                continue
            there = warcs / path.name
            if not there.exists():
                _put(path, there, linking=True)
            elif _digest(path, None) != _digest(there, None):
                yield f"{path}: another file of this name is in the new archive; what was read from this one is missing"
    sync_folder(warcs)


def _learned(sources: Sequence[Path], draft: Path) -> Iterator[str]:
    """Collect the site files that the archives learned; of two for one host the longer one."""
    found: dict[str, list[Path]] = {}
    for source in sources:
        for path in sorted((source / "sites").glob("*.toml")):
            found.setdefault(path.name, []).append(path)
    for name, paths in sorted(found.items()):
        best = max(paths, key=lambda path: (path.stat().st_size, path.read_bytes()))
        (draft / "sites").mkdir(exist_ok=True)
        shutil.copy2(best, draft / "sites" / name)
        if any(path.read_bytes() != best.read_bytes() for path in paths):
            yield f"{name}: learned differently in two archives; the longer is kept, {best}"


def _give_up(sources: Sequence[Path], draft: Path) -> None:
    """Give up in the new archive the pages that one of the archives has given up."""
    lines = {
        line
        for source in sources
        if given_up(source)
        for line in (source / FILE).read_text("utf-8", "replace").splitlines()
    }
    if lines:
        (draft / FILE).write_text("".join(f"{line}\n" for line in sorted(lines)), "utf-8")


def _put(path: Path, there: Path, *, linking: bool) -> None:
    """Link or copy a closed file; copy, cut and close a file that was open."""
    if linking:
        with suppress(OSError):  # another disk, or one that knows no links
            os.link(path, there)
            return
    shutil.copy2(path, there)
    with there.open("rb") as file:
        os.fsync(file.fileno())


def _digest(path: Path, length: int | None) -> str:
    """Hex sha256 of the first bytes of a file."""
    digest = hashlib.sha256()
    left = path.stat().st_size if length is None else length
    with path.open("rb") as file:
        while left > 0 and (piece := file.read(min(left, PIECE_BYTES))):
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest()


def _lost(source: Path, merged: Path) -> int:
    """How many captures and passed-over pages an archive's view has and the new view lacks."""
    try:
        with closing(_opened(merged)) as conn:
            conn.execute("ATTACH ? AS old", [f"file:{quote(str((source / DATABASE).absolute()))}?mode=ro"])
            count = "SELECT count(*) FROM old.{0} WHERE record_id NOT IN (SELECT record_id FROM main.{0})"
            return sum(
                int(conn.execute(count.format(table)).fetchone()[0]) for table in ("captures", "passed_over")
            )
    except sqlite3.DatabaseError:  # no view there, or one that cannot be read
        return 0


def _opened(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(database.absolute()))}?mode=ro", uri=True, timeout=60)
