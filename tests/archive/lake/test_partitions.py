"""Partitions that are gone, half written or overwritten: named before anything changes, or made anew."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("fsspec", reason="the extra `cluster` is not installed")
pytest.importorskip("pyarrow", reason="the extra `cluster` is not installed")
pytest.importorskip("duckdb", reason="the extra `cluster` is not installed")

from fsspec.implementations.memory import MemoryFileSystem

from archive.errors import Damaged, WrongUse
from archive.lake.cut import chosen
from archive.lake.storage import Storage
from archive.remote.errors import UnreachableError
from tests.archive.lake.made import built, contents, copies_of, put_reading

FIRST, SECOND = copies_of("flood", 3), copies_of("exam", 2)


def overwrite(path: Path) -> None:
    """Change bytes of the first page, behind its header."""
    content = bytearray(path.read_bytes())
    content[60:64] = bytes(byte ^ 0xFF for byte in content[60:64])
    path.write_bytes(content)


FAULTS: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "overwritten": overwrite,
}


def lake(place: Path) -> Path:
    """A lake of one file, and a second file that waits for it."""
    built(str(place), [put_reading(str(place), "a", FIRST, with_captures=True)])
    return place


def build_on(place: Path) -> None:
    built(str(place), [put_reading(str(place), "b", SECOND, with_captures=True)])


def partition(place: Path, table: str) -> Path:
    return next((place / table).glob("*/*.parquet"))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("table", ["articles", "captures", "texts", "grams"])
def test_a_partition_that_is_not_whole_is_named_and_nothing_changes(
    tmp_path: Path, table: str, fault: str
) -> None:
    place = lake(tmp_path / "lake")
    broken = partition(place, table)
    FAULTS[fault](broken)
    before = contents(str(place))

    with pytest.raises(Damaged) as met:
        build_on(place)

    assert str(met.value).startswith(f"{broken}: ")
    assert {name: held for name, held in contents(str(place)).items() if "_work/" not in name} == before


@pytest.mark.parametrize("fault", ["gone", "empty", "half"])
@pytest.mark.parametrize("table", ["stories", "copies"])
def test_stories_and_copies_that_are_not_whole_are_made_anew(tmp_path: Path, table: str, fault: str) -> None:
    whole, place = lake(tmp_path / "whole"), tmp_path / "lake"
    shutil.copytree(whole, place)
    FAULTS[fault](partition(place, table))
    other_day = copies_of("exam", 2, day="2026-03-09")

    for one in (whole, place):
        built(str(one), [put_reading(str(one), "c", other_day)])

    assert contents(str(place)) == contents(str(whole))


def test_partitions_without_a_manifest_are_refused(tmp_path: Path) -> None:
    place = lake(tmp_path / "lake")
    (place / "manifest.json").unlink()

    with pytest.raises(WrongUse, match=r"partitions of a lake and no manifest\.json"):
        build_on(place)


@pytest.mark.parametrize("fault", ["gone", "empty", "half"])
def test_a_cut_names_a_partition_that_is_not_whole(tmp_path: Path, fault: str) -> None:
    place = lake(tmp_path / "lake")
    broken = partition(place, "articles")
    FAULTS[fault](broken)

    with pytest.raises(Damaged, match=str(broken)):
        chosen(Storage(str(place)), "true")


@pytest.mark.parametrize(
    ("error", "said"),
    [(PermissionError("ExpiredToken"), "no rights there (ExpiredToken)"), (OSError("SlowDown"), "SlowDown")],
)
def test_a_cut_names_a_bucket_that_refuses_meanwhile(
    error: OSError, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "memory://refusing"
    built(place, [put_reading(place, "a", FIRST, with_captures=True)])
    there = MemoryFileSystem._open

    def opened(self: MemoryFileSystem, path: str, *given: object, **more: object) -> object:
        if path.endswith(".parquet"):
            raise error
        return there(self, path, *given, **more)

    monkeypatch.setattr(MemoryFileSystem, "_open", opened)

    with pytest.raises(UnreachableError) as raised:
        chosen(Storage(place), "true")

    assert str(raised.value) == f"{place}: {said}"
