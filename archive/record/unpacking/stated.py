"""The list of contents of a WACZ, compared with the WARCs in the package."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from archive.record.digests import agrees
from archive.record.unpacking.streams import Broken
from archive.record.unpacking.zipped import ZippedFile

_LIST = "datapackage.json"
_KEYS = ("path", "bytes", "hash")
_LONGEST_LIST = 64 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Stated:
    """A file in the list; `size` in bytes and `digest` (`sha256:…`) are None where the list has none."""

    path: str
    size: int | None
    digest: str | None

    def lacks(self, member: ZippedFile) -> str:
        """The fault where the member is shorter than the list states; else empty."""
        if self.size is None or self.size <= member.length:
            return ""
        return f"{self.path!r} in it has {member.length:,} bytes, not the {self.size:,} that {_LIST} says"

    def differs(self, member: ZippedFile) -> str:
        """The fault where the member is longer than the list states, or its digest differs; else empty."""
        if self.size is not None and self.size < member.length:
            return f"{self.path!r} in it has {member.length:,} bytes, not the {self.size:,} that {_LIST} says"
        try:
            if self.digest is None or agrees(self.digest, member.pieces()) is not False:
                return ""
        except Broken:  # named where its records are read
            return ""
        return f"{self.path!r} in it has other bytes than those whose digest {_LIST} says"


def stated(members: list[ZippedFile], endings: tuple[str, ...]) -> Iterator[tuple[Stated, ZippedFile | None]]:
    """Each WARC in the list with its member; None where the package has no such member."""
    found = next((one for one in members if one.name.rpartition("/")[2] == _LIST), None)
    if found is None or found.length > _LONGEST_LIST:
        return
    for wanted in _named(found):
        if any(ending in wanted.path.lower() for ending in endings):
            folder = found.name.removesuffix(_LIST)
            yield wanted, _member(members, folder + wanted.path)


def _named(found: ZippedFile) -> Iterator[Stated]:
    try:
        said = json.loads(b"".join(found.pieces()))
    except (ValueError, RecursionError, Broken):  # no list: the package is read without it
        return
    resources = said.get("resources") if isinstance(said, dict) else None
    for one in resources if isinstance(resources, list) else []:
        path, size, digest = (one.get(key) if isinstance(one, dict) else None for key in _KEYS)
        if isinstance(path, str) and "://" not in path:
            is_size = isinstance(size, int) and not isinstance(size, bool)
            yield Stated(path, size if is_size else None, digest if isinstance(digest, str) else None)


def _member(members: list[ZippedFile], path: str) -> ZippedFile | None:
    """The member with this path; else the only member with the same file name, because some tools leave the folder
    out."""
    same = [one for one in members if _plain(one.name) == _plain(path)]
    name = _plain(path).rpartition("/")[2]
    alike = [one for one in members if _plain(one.name).rpartition("/")[2] == name]
    return same[-1] if same else alike[0] if len(alike) == 1 else None


def _plain(path: str) -> str:
    return path.replace("\\", "/").removeprefix("./")
