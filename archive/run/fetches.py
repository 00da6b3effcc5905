"""Files that were fetched from addresses and taken in whole: they are not fetched again."""

import json
from collections.abc import Sequence
from pathlib import Path

from archive.record.files import path_of
from archive.remote.addresses import WarcAddress
from archive.remote.errors import without_password
from archive.view.store import Store


def is_taken_in(store: Store, warcs: Path, source: WarcAddress) -> bool:
    """Whether the file that an address has now was taken in whole, and its copies under warc/ are still there."""
    noted = store.meta(_key(source))
    known = json.loads(noted) if noted else {}
    if not (source.size or source.version) or known.get("version") != source.version:
        return False
    return all(_is_there(path_of(warcs, name), store.extent_of(name).size) for name in known["files"])


def note_taken_in(store: Store, source: WarcAddress, files: Sequence[str]) -> None:
    """Note that an address was taken in whole; `files` are the names of the copies made of it."""
    noted = {"address": without_password(source.address), "version": source.version, "files": list(files)}
    with store.commit():
        store.set_meta(_key(source), json.dumps(noted, ensure_ascii=False))


def _key(source: WarcAddress) -> str:
    return f"fetched {source.key}"


def _is_there(path: Path, size: int) -> bool:
    return path.exists() and path.stat().st_size >= size
