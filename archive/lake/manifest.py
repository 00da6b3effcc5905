"""The manifest of a lake: the files it was made from, its partitions, and the versions of the code that made it."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from archive.errors import Damaged, WrongUse
from archive.lake import schema
from archive.lake.storage import Storage
from extract.read import EXTRACTOR
from extract.script.fold import FOLD_VERSION

MANIFEST = "manifest.json"
COMMIT = "_work/commit.json"
MADE_ANEW = ("stories/", "copies/")


@dataclass(slots=True)
class Manifest:
    """The content of a lake. `sources` has the counts of each file by its key; `partitions` digest and rows by file."""

    format: int = schema.FORMAT
    extractor: str = EXTRACTOR
    fold: int = FOLD_VERSION
    like: str = ""
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    partitions: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def made_by(self) -> str:
        """The versions and the option `like`, which must be equal before rows can be added."""
        of_tables = schema.FORMAT if self.format == schema.IN_PARTS else self.format
        return f"format {of_tables}, {self.extractor}, fold {self.fold}" + (
            f", like {self.like}" * bool(self.like)
        )

    def parts(self, table: str) -> list[schema.Part]:
        """The parts of a table."""
        return schema.parts_in(self.partitions, table)

    def rows(self, table: str) -> int:
        """The number of all rows of a table."""
        return sum(rows for name, (_, rows) in self.partitions.items() if name.startswith(f"{table}/"))

    def rows_by_day(self, table: str) -> Counter[str]:
        """The number of rows of each day of a table."""
        found: Counter[str] = Counter()
        for part in self.parts(table):
            found[part.day] += self.partitions[part.file(table)][1]
        return found

    def dump(self) -> bytes:
        """The manifest as bytes of JSON."""
        of_tables = schema.IN_PARTS if schema.has_parts(self.partitions) else schema.FORMAT
        entry = {**asdict(self), "format": of_tables}
        return (json.dumps(entry, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @classmethod
    def load(cls, content: bytes, shown: str) -> "Manifest":
        """The manifest from bytes of JSON. Raises Damaged if they are no manifest."""
        try:
            entry = json.loads(content)
            entry["partitions"] = {name: tuple(held) for name, held in entry["partitions"].items()}
            return cls(**entry)
        except (ValueError, TypeError, KeyError) as error:
            raise Damaged(f"{shown}/{MANIFEST}: no manifest of a lake ({error})") from error


def held_by(storage: Storage) -> Manifest | None:
    """The manifest of a lake; None if there is no lake yet."""
    return Manifest.load(storage.get(MANIFEST), storage.shown) if storage.has(MANIFEST) else None


def checked(storage: Storage, manifest: Manifest | None) -> dict[str, int]:
    """The size of each partition that is there, by file.

    Raises Damaged where one of the manifest's is not there whole, WrongUse where there are some and no manifest.
    Stories and copies may lack: each build makes them anew.
    """
    there = {name: size for table in schema.TABLES for name, size in storage.sizes(table).items()}
    if manifest is None and there:
        raise WrongUse(
            f"{storage.shown}: partitions of a lake and no {MANIFEST}; bring it back, or build into another place"
        )
    needed = (name for name in manifest.partitions if not name.startswith(MADE_ANEW)) if manifest else ()
    lacking = next((name for name in needed if not there.get(name)), None)
    if lacking is not None:
        raise Damaged(
            f"{storage.shown}/{lacking}: gone or empty, and the manifest names it; bring it back, or build anew"
        )
    return there


def lake_at(storage: Storage) -> Manifest:
    """The manifest of a lake. Raises WrongUse if there is no lake."""
    found = held_by(storage)
    if found is None:
        raise WrongUse(f"{storage.shown}: no lake there; `scrapy lake build` makes one")
    return found


def commit(storage: Storage, staged: str, manifest: Manifest, changed: list[str], gone: list[str]) -> None:
    """Make partitions visible and write the manifest. The next build completes a commit that was interrupted."""
    entry = {
        "staged": staged,
        "changed": sorted(changed),
        "gone": sorted(gone),
        "manifest": manifest.dump().decode(),
    }
    storage.put(COMMIT, json.dumps(entry, ensure_ascii=False, sort_keys=True).encode())
    complete(storage)


def complete(storage: Storage) -> None:
    """Complete an interrupted commit, if there is one."""
    if not storage.has(COMMIT):
        return
    entry = json.loads(storage.get(COMMIT))
    for name in entry["changed"]:
        if storage.has(f"{entry['staged']}/{name}"):
            storage.move(f"{entry['staged']}/{name}", name)
    for name in entry["gone"]:
        storage.remove(name)
    storage.put(MANIFEST, entry["manifest"].encode())
    storage.remove("_work")
