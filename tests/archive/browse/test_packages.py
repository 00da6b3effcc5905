"""A story as a WACZ that a reader opens by ranges straight from the server."""

import hashlib
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from archive.browse.protocols import packages
from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import Served, build, invented

PATH = "/archive/-/story/1.wacz"


@pytest.fixture(scope="module")
def package(room: Room) -> Any:
    return room.get(PATH)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[packages.PackageShelf]:
    """A shelf of its own."""
    fresh = packages.PackageShelf()
    monkeypatch.setattr(packages, "_SHELF", fresh)
    yield fresh
    if fresh._folder:
        fresh._folder.cleanup()


def test_a_package_holds_the_story(package: Any) -> None:
    with ZipFile(BytesIO(package.content)) as zipped:
        names = set(zipped.namelist())
        pages = [json.loads(line) for line in zipped.read("pages/pages.jsonl").splitlines()[1:]]
        said = json.loads(zipped.read("datapackage.json"))
        whole = all(
            hashlib.sha256(zipped.read(one["path"])).hexdigest() == one["hash"].removeprefix("sha256:")
            for one in said["resources"]
        )

    assert package.headers["content-type"] == "application/wacz"
    assert package.headers["accept-ranges"] == "bytes"
    assert {"archive/copies.warc.gz", "indexes/index.cdx.gz", "indexes/index.idx"} <= names
    assert {page["url"] for page in pages} == {
        "http://www.origin.example/a/1.html",
        "http://www.second.example/a/1.html",
        "http://www.copy.example/a/2.html",
        "http://www.hk.example/a/3.html",
    }
    assert whole


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-0", 0, 1), ("bytes=5-9", 5, 10), ("bytes=-22", -22, None), ("bytes=100-", 100, None)],
)
def test_a_range_is_that_part(room: Room, package: Any, asked: str, start: int, end: int | None) -> None:
    answer = room.get(PATH, headers={"range": asked})
    size = len(package.content)
    first = start if start >= 0 else size + start

    assert answer.status_code == 206
    assert answer.content == package.content[start:end]
    assert answer.headers["content-range"] == f"bytes {first}-{(end or size) - 1}/{size}"
    assert answer.headers["etag"] == package.headers["etag"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=99999999-", 416),
        ("bytes=-0", 416),
        ("bytes=9-5", 416),
        ("bytes=0-999999999999", 206),
        ("bytes=-999999999999", 206),
        ("bytes=0-1,5-6", 200),
        ("bytes=-", 200),
        ("bytes=a-b", 200),
        ("lines=0-1", 200),
        ("bytes=" + "9" * 400 + "-", 200),
        ("", 200),
    ],
)
def test_an_odd_range_is_answered_with_its_status(room: Room, package: Any, asked: str, status: int) -> None:
    answer = room.get(PATH, headers={"range": asked})

    assert answer.status_code == status
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{len(package.content)}"
    else:
        assert answer.content == package.content


def test_a_range_of_another_state_gets_the_whole(room: Room, package: Any) -> None:
    answer = room.get(PATH, headers={"range": "bytes=0-1", "if-range": '"another"'})

    assert (answer.status_code, answer.content) == (200, package.content)


def test_an_unchanged_package_is_not_sent_again(room: Room, package: Any) -> None:
    assert room.get(PATH, headers={"if-none-match": package.headers["etag"]}).status_code == 304


def test_the_head_alone_tells_the_size(room: Room, package: Any) -> None:
    head = room.loop.run_until_complete(room.datasette.client.head(PATH))

    assert head.headers["content-length"] == str(len(package.content))


def test_two_servers_write_the_same_package(
    database: Path, package: Any, shelf: packages.PackageShelf
) -> None:
    other = Room(database)
    try:
        assert other.get(PATH).content == package.content
    finally:
        other.close()


def test_only_the_last_packages_are_kept(
    room: Room, shelf: packages.PackageShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "KEPT", 1)

    assert room.get(PATH).status_code == 200
    assert room.get("/archive/-/story/2.wacz").status_code == 200
    assert shelf._folder is not None
    assert len(list(Path(shelf._folder.name).iterdir())) == 1


def test_a_story_too_large_is_for_export(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_BYTES", 1000)

    answer = room.get(PATH)

    assert answer.status_code == 413
    assert "scrapy export --story 1" in answer.text


@pytest.mark.parametrize("number", ["0", "99999", "9" * 400])
def test_a_story_that_is_not_there(room: Room, number: str) -> None:
    assert room.get(f"/archive/-/story/{number}.wacz").status_code == 404


def test_a_lost_record_is_told(tmp_path: Path, shelf: packages.PackageShelf) -> None:
    database = build(tmp_path / "data", [page for page in invented() if isinstance(page, Served)])
    warc = next((tmp_path / "data" / "warc").iterdir())
    whole = bytearray(warc.read_bytes())
    at = whole.rindex(b"\x1f\x8b", 0, len(whole) // 3)
    whole[at + 40] ^= 0xFF
    warc.write_bytes(whole)
    room = Room(database)
    try:
        answer = room.get(PATH)
    finally:
        room.close()

    assert answer.status_code == 200
    assert int(answer.headers["x-zhuanzai-missing"]) >= 1
