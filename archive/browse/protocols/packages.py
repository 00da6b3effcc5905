"""A story as a WACZ package that readers open by its address: written once, then sent in ranges (RFC 9110 § 14)."""

import hashlib
import json
import re
import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import BinaryIO

from archive.browse.protocols.asked import ParsedRequest, WrongQuestion
from archive.browse.protocols.captured import time_of
from archive.browse.protocols.wire import HttpAnswer, Slice
from archive.capture import Ref
from archive.errors import Damaged, WrongUse
from archive.out import wacz
from archive.out.export import Selection, as_numbered_now
from archive.search.articles import Filter
from archive.view.store import Store

KIND = "application/wacz"
MOST_BYTES = 512 << 20
"""Bytes of records in one package, at most; larger packages are for `scrapy export`."""
KEPT = 8
KEPT_BYTES = 1 << 30
_RANGE = re.compile(r"^bytes=(\d{1,18})?-(\d{1,18})?$")


@dataclass(frozen=True, slots=True)
class Package:
    """A package on the disk; `tag` changes with the content."""

    path: Path
    size: int
    tag: str
    missing: tuple[str, ...]
    """The records that could not be packed, each with the reason."""


Write = Callable[[BinaryIO], tuple[str, ...]]


class PackageShelf:
    """The packages requested last, in a temporary folder that is deleted when the server stops."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._packages: OrderedDict[str, Package] = OrderedDict()
        self._lock = Lock()

    def opened(self, tag: str, write: Write) -> tuple[Package, BinaryIO]:
        """The package with this tag, and its open file; the caller closes the file.

        The file is opened here because the package may be deleted before it is sent.
        """
        with self._lock:
            package = self._packages.get(tag) or self._made(tag, write)
            self._packages[tag] = package
            self._packages.move_to_end(tag)
            file = package.path.open("rb")
            self._make_room()
            return package, file

    def _made(self, tag: str, write: Write) -> Package:
        self._folder = self._folder or TemporaryDirectory(prefix="zhuanzai-")
        path = Path(self._folder.name) / f"{tag}.wacz"
        try:
            with path.open("wb") as file:
                missing = write(file)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Package(path, path.stat().st_size, tag, missing)

    def _make_room(self) -> None:
        """Delete the packages not requested for longest, but never the one requested now."""
        while len(self._packages) > 1 and (
            len(self._packages) > KEPT or sum(one.size for one in self._packages.values()) > KEPT_BYTES
        ):
            _, package = self._packages.popitem(last=False)
            package.path.unlink(missing_ok=True)


_SHELF = PackageShelf()


def story(conn: sqlite3.Connection, asked: ParsedRequest) -> HttpAnswer:
    """The WACZ of a story: its pages, with every capture of their addresses. Raises WrongQuestion."""
    number = asked.path["id"]
    store = Store.over(conn, asked.database)
    try:
        wanted = as_numbered_now(store, Selection(Filter(), int(number) if len(number) <= 18 else -1))
    except WrongUse as error:
        raise WrongQuestion(404, str(error)) from error
    captures, pages = wacz.contents(store, wanted)
    size = sum(ref.length for _, ref in captures)
    if size > MOST_BYTES:
        message = f"{size} bytes of records; `scrapy export --story {number}` takes them out"
        raise WrongQuestion(413, f"story {number}: {message}")
    tag, created = _state(conn, captures, pages, asked)
    title = f"{pages[0]['title'] if pages else 'Story'} (story {wanted.story})"
    about = wacz.About(title, "A story and its copies, out of an archive made with zhuanzai", created)

    def write(file: BinaryIO) -> tuple[str, ...]:
        return wacz.write_wacz(file, store, asked.warc, wanted, about).missing

    try:
        package, file = _SHELF.opened(tag, write)
    except (Damaged, WrongUse) as error:
        raise WrongQuestion(404, str(error)) from error
    return _ranged(package, file, asked, f"story-{wanted.story}.wacz")


def _state(
    conn: sqlite3.Connection,
    captures: list[tuple[int, Ref]],
    pages: list[dict[str, str]],
    asked: ParsedRequest,
) -> tuple[str, datetime]:
    """The tag of the package's present content, and the package's time: that of its latest capture."""
    said = [str(asked.database.absolute()), str(asked.warc.absolute()), json.dumps(pages)]
    latest = ""
    for capture_id, ref in captures:
        said.append(f"{capture_id} {ref.file} {ref.offset} {ref.length} {ref.record_id}")
        at = conn.execute("SELECT captured_at FROM captures WHERE id = ?", [capture_id]).fetchone()[0]
        latest = max(latest, at)
    digest = hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()
    return digest[:40], time_of(latest) if latest else datetime(1980, 1, 1, tzinfo=UTC)


def _ranged(package: Package, file: BinaryIO, asked: ParsedRequest, name: str) -> HttpAnswer:
    """The whole file, or the requested range. A request for several ranges gets the whole file."""
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": f'"{package.tag}"',
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-cache",
    }
    if package.missing:  # in a header, because the file is valid but lacks a part of the story
        headers["X-Zhuanzai-Missing"] = str(len(package.missing))
    if asked.headers.get("if-none-match", "").strip() in (headers["ETag"], "*"):
        file.close()
        return HttpAnswer(status=304, kind=KIND, headers=headers)
    said = asked.headers.get("range", "").strip()
    condition = asked.headers.get("if-range", "").strip()
    span = _RANGE.match(said) if not condition or condition == headers["ETag"] else None
    if span is None or not (span[1] or span[2]):
        return HttpAnswer(Slice(file, 0, package.size), kind=KIND, headers=headers)
    start, end = _bounds(span[1], span[2], package.size)
    if start >= end:
        file.close()
        message = f"Range {said}: the package has {package.size} bytes\n".encode()
        return HttpAnswer(message, 416, headers={**headers, "Content-Range": f"bytes */{package.size}"})
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{package.size}"
    return HttpAnswer(Slice(file, start, end), 206, KIND, headers)


def _bounds(first: str | None, last: str | None, size: int) -> tuple[int, int]:
    """The start and end of a range, the end not included; a suffix range means the last bytes."""
    if not first:
        return max(0, size - int(last or 0)), size
    return int(first), min(size, int(last) + 1 if last else size)
