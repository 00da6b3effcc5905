"""An archive on disk: archive.db, warc/, and the lock that lets one writer in."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import __version__
from archive.door.ingest import Door
from archive.errors import WrongUse
from archive.place import Described, SiteBook
from archive.record.files import sync_folder
from archive.record.warc import Writer
from archive.run.batches import Live, RunLimits
from archive.run.lock import writing
from archive.run.recover import PREFIX, next_serial, own_files, put_right, remove_joined, warcinfo_of
from archive.view.store import DATABASE, Store, utc

SITE_FILES = "site-files"
"""Field of warcinfo: RunInfo.site_files."""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The facts about a run that record and database store; `started_at` is UTC."""

    run_id: str
    command: str
    started_at: datetime
    user_agent: str = ""
    contact: str = ""
    site_files: str = ""
    """Digest of the user's own site files with which pages are read."""


class Archive:
    """An archive folder; nothing is opened until a method asks for it."""

    def __init__(self, folder: Path, sites: SiteBook) -> None:
        self.folder = folder
        self.sites = sites

    @property
    def database(self) -> Path:
        """The view."""
        return self.folder / DATABASE

    @property
    def warcs(self) -> Path:
        """The record."""
        return self.folder / "warc"

    def latest_site_files(self) -> tuple[str, str]:
        """Name of the record's latest readable file, and the digest of the site files that its warcinfo states."""
        for path in reversed(own_files(self.warcs)):
            said = warcinfo_of(path)
            if said:
                return path.name, said.get(SITE_FILES, "")
        return "", ""

    def check_place(self) -> Path:
        """The folder that the archive's stands in. Raises WrongUse where it is missing, or the archive's is a file."""
        parent = self.folder.absolute().parent
        if self.folder.exists() and not self.folder.is_dir():
            raise WrongUse(f"ARCHIVE_DIR {self.folder}: {os.strerror(errno.ENOTDIR)}")
        if not parent.is_dir():
            raise WrongUse(f"ARCHIVE_DIR {self.folder}: the folder {parent} does not exist; make it first")
        return parent

    def prepare(self) -> None:
        """Make the folder. Raises WrongUse where its parent is missing or it cannot be made."""
        parent = self.check_place()
        if self.warcs.is_dir():
            return
        try:
            self.warcs.mkdir(parents=True, exist_ok=True)
            sync_folder(self.folder)
            sync_folder(parent)
        except OSError as error:
            raise WrongUse(f"ARCHIVE_DIR {self.folder}: {error.strerror}") from error

    @contextmanager
    def reading(self, *, any_release: bool = False) -> Iterator[Store]:
        """The database for reading, while a run may write to it. `any_release` is explained at OpenDatabase.

        Raises WrongUse if there is none, or one of another release.
        """
        with Store(self.database, read_only=True, any_release=any_release) as store:
            yield store

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """The database, with the lock held, after recovery from an earlier run that was killed.

        Raises Busy where another run holds the archive, WrongUse where there can be none.
        """
        self.prepare()
        with writing(self.folder), Store(self.database) as store:
            remove_joined(store, self.warcs)
            put_right(store, self.warcs, self.sites)
            if isinstance(self.sites, Described):
                store.keep_sites(self.sites.facts())
            yield store

    @contextmanager
    def run(
        self, info: RunInfo, limits: RunLimits | None = None, *, extracting: bool = True
    ) -> Iterator[Live]:
        """The archive open for one run that fetches. Raises as writing() does."""
        limits = limits or RunLimits()
        with self.writing() as store:
            fields = _warcinfo(info)
            serial = next_serial(self.warcs, store)
            door = Door(store, self.warcs, self.sites, extracting=extracting)
            with Writer(self.warcs, PREFIX, limits.warc_bytes, fields, first_serial=serial) as writer:
                with store.commit():
                    store.begin_run(info.run_id, info.command, fields["started"])
                yield Live(door, writer, self.folder, info.run_id, limits)


def _warcinfo(info: RunInfo) -> dict[str, str]:
    fields = {
        "software": f"zhuanzai/{__version__}",
        "run": info.run_id,
        "command": info.command,
        "started": utc(info.started_at),
        "robots": "obey",
        "http-header-user-agent": info.user_agent,
        "operator": info.contact,
        SITE_FILES: info.site_files,
    }
    return {name: value for name, value in fields.items() if value}
