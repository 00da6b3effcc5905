"""The files that lists and patterns name: every line of every gzip member, by path or address, each file once."""

import gzip
from pathlib import Path

import pytest

pytest.importorskip("fsspec", reason="the extra `cluster` is not installed")
pytest.importorskip("aiohttp", reason="the extra `cluster` is not installed")
import fsspec

from archive.remote.addresses import found

PACKED = gzip.compress(b"a.warc.gz\n")


def places(folder: Path, *names: str) -> list[str]:
    """The paths of files in a folder, which are made."""
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x")
    return [str(folder / name) for name in names]


@pytest.mark.parametrize("between", [b"", bytes(512)])
def test_lists_packed_one_after_the_other_are_one_list(between: bytes, tmp_path: Path) -> None:
    wanted = places(tmp_path, "a.warc.gz", "b.warc.gz", "c.warc.gz")
    more = gzip.compress(b"b.warc.gz\nc.war") + gzip.compress(b"c.gz\n")
    (tmp_path / "x.paths.gz").write_bytes(PACKED + between + more)

    files = found([str(tmp_path / "x.paths.gz")])

    assert ([source.address for source in files.sources], files.missing) == (wanted, [])


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (PACKED[:-4], "it is cut short"),
        (PACKED + PACKED[:-9], "it is cut short"),
        (PACKED + b"b.warc.gz\n", "Not a gzipped file (b'b.')"),
    ],
)
def test_a_list_that_is_not_whole_names_nothing(packed: bytes, said: str, tmp_path: Path) -> None:
    places(tmp_path, "a.warc.gz", "b.warc.gz")
    (tmp_path / "x.paths.gz").write_bytes(packed)

    files = found([str(tmp_path / "x.paths.gz")])

    assert (files.sources, files.missing) == (
        [],
        [f"{tmp_path}/x.paths.gz: no whole list of paths ({said})"],
    )


@pytest.mark.parametrize("base", ["", "file://{}"])
def test_a_file_is_one_by_its_path_and_by_its_address_in_a_list(base: str, tmp_path: Path) -> None:
    (wanted,) = places(tmp_path, "a.warc.gz")
    (tmp_path / "x.paths").write_text(f"a.warc.gz\nfile://{wanted}\n{wanted}\n")

    files = found([str(tmp_path / "x.paths"), wanted], base.format(tmp_path))

    assert [source.address for source in files.sources] == [wanted]
    assert files.notes == [f"{wanted}: named twice, read once"] * 3


def test_folders_on_the_way_of_a_pattern_are_no_files_that_lack(tmp_path: Path) -> None:
    wanted = places(tmp_path, "a.warc.gz", "2026/b.warc.gz")
    memory = fsspec.filesystem("memory")
    memory.pipe({"/deep/a.warc.gz": b"x", "/deep/2026/b.warc.gz": b"x"})

    here, there = found([f"{tmp_path}/**"]), found(["memory://deep/**"])
    alone = found([f"{tmp_path}/*"])

    assert sorted(source.address for source in here.sources) == sorted(wanted)
    assert [source.address for source in there.sources] == [
        "memory:///deep/2026/b.warc.gz",
        "memory:///deep/a.warc.gz",
    ]
    assert here.missing == there.missing == []
    assert alone.missing == [f"{tmp_path}/2026: a folder; name the WARC files in it"]


@pytest.mark.parametrize("address", ["http://", "https:///a.warc.gz"])
def test_an_address_without_a_server_is_one_clear_line(address: str) -> None:
    assert found([address]).missing == [f"{address}: not an address that its storage knows ({address})"]
