"""Records without kind or address, lists of contents that do not agree, files that are none among others."""

import gzip
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from archive.errors import WrongUse
from crawler.commands.ingest import _refused
from tests.archive.archives import page
from tests.archive.odd_files import Left, left
from tests.archive.raw_records import Raw, response


def record(n: int, **fields: object) -> Raw:
    """A response with article `n`."""
    plain = {"kind": "response", "url": f"http://h.example/{n}.html", "block": response(page(n))}
    return Raw(**(plain | {"name": f"urn:uuid:{n}"} | fields))  # type: ignore[arg-type]


def without(raw: bytes, line: bytes) -> bytes:
    """A record without one of its header lines."""
    return b"".join(one for one in raw.splitlines(keepends=True) if not one.startswith(line))


def taken(folder: Path, *raw: bytes) -> Left:
    """What an archive leaves that took these records in, a gzip member each."""
    file = folder / "a.warc.gz"
    file.write_bytes(b"".join(gzip.compress(one, mtime=0) for one in raw))
    return left(folder / "archive", file)


def test_a_response_without_its_kind_is_known_by_the_type_of_its_content(tmp_path: Path) -> None:
    found = taken(tmp_path, without(record(1).plain(), b"WARC-Type"), record(2).plain())

    assert (found.captures, found.articles, found.tally.damages, found.wrong) == (2, 2, [], ())
    assert "no WARC-Type" in " ".join(found.tally.notes)


def test_a_record_that_says_nothing_of_its_kind_is_named(tmp_path: Path) -> None:
    unknown = without(record(1, content_type="text/html").plain(), b"WARC-Type")

    found = taken(tmp_path, unknown, record(2).plain())

    assert (found.captures, found.wrong) == (1, ())
    assert ["no WARC-Type" in damage.reason for damage in found.tally.damages] == [True]


def test_a_kind_that_nobody_knows_is_noted(tmp_path: Path) -> None:
    found = taken(tmp_path, record(1, kind="screenshot").plain(), record(2).plain())

    assert (found.captures, found.tally.damages, found.wrong) == (1, [], ())
    assert any("screenshot" in note.what for note in found.tally.notes.values())


def test_a_conversion_is_noted_as_passed_over(tmp_path: Path) -> None:
    text = record(1, kind="conversion", block="只有文字".encode(), content_type="text/plain")

    found = taken(tmp_path, text.plain(), record(2).plain())

    assert (found.captures, found.tally.damages, found.wrong) == (1, [], ())
    assert any("conversion" in note.what for note in found.tally.notes.values())


@pytest.mark.parametrize("line", [b"h2 200", b":status: 200", b"HTTP/1.1 OK"])
def test_an_answer_without_a_status_is_kept_and_noted(line: bytes, tmp_path: Path) -> None:
    odd = record(1, block=response(page(1)).replace(b"HTTP/1.1 200 OK", line, 1))

    found = taken(tmp_path, odd.plain(), record(2).plain())

    assert (found.captures, found.tally.damages, found.wrong) == (2, [], ())
    assert any(line.decode() in note.what for note in found.tally.notes.values())


@pytest.mark.parametrize(
    "name", ["WARC-Target-URI: http://h.example/3.html", "WARC-Date: 2021-01-01T00:00:00Z"]
)
def test_a_field_that_is_there_twice_is_noted(name: str, tmp_path: Path) -> None:
    found = taken(tmp_path, record(1, fields=(name,)).plain())

    assert (found.captures, found.tally.damages, found.wrong) == (1, [], ())
    assert any(f"several {name.partition(':')[0]}" in note.what for note in found.tally.notes.values())


@pytest.mark.parametrize("url", [None, "", "/a.html", "//h.example/a.html", "h.example/a.html"])
def test_a_page_without_an_address_is_named(url: str | None, tmp_path: Path) -> None:
    found = taken(tmp_path, record(1, url=url).plain(), record(2).plain())

    assert (found.captures, len(found.tally.damages), found.wrong) == (1, 1, ())
    assert found.tally.checked.sum() == "2 responses read = 1 captures + 1 unreadable"


@pytest.mark.parametrize(
    "url", ['"http://h.example/1.html"', "<http://h.example/1.html", '"<http://h.example/1.html>"']
)
def test_marks_around_an_address_are_no_part_of_it(url: str, tmp_path: Path) -> None:
    found = taken(tmp_path, record(1, url=url).plain())

    assert found.ask("SELECT url FROM captures") == [("http://h.example/1.html",)]


@pytest.mark.parametrize("version", ["warc/1.0", "Warc/1.1", "WARC/1.0 ", "WARC/2.0"])
def test_a_version_in_any_letters(version: str, tmp_path: Path) -> None:
    found = taken(tmp_path, record(1, version=version).plain(), record(2, version=version).plain())

    assert (found.captures, found.wrong) == (2, ())


@pytest.mark.parametrize("between", [b"\r\n\r\n", b"\n", b"\r\n" * 40_000])
def test_line_ends_between_members_of_a_file(between: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(between.join(record(n, end=b"").packed() for n in (1, 2, 3)) + between)

    found = left(tmp_path / "archive", file)

    assert (found.captures, found.articles, found.tally.damages, found.wrong) == (3, 3, [], ())


@pytest.mark.parametrize("start", [b"<!DOCTYPE html>\n", b"\xef\xbb\xbf", b"\r\n  "])
def test_a_page_without_head_and_type(start: bytes, tmp_path: Path) -> None:
    found = taken(tmp_path, record(1, block=start + page(1), content_type=None).plain())

    assert (found.captures, found.articles, found.wrong) == (1, 1, ())


# -- a WACZ and its list

WARC = b"".join(record(n).packed() for n in (1, 2))
SHA256 = "sha256:" + hashlib.sha256(WARC).hexdigest()


def package(folder: Path, listed: object, *, inside: str = "", packing: int = ZIP_STORED) -> Left:
    """What an archive leaves that took a WACZ in whose list says `listed`."""
    file = folder / "a.wacz"
    with ZipFile(file, "w", packing) as zipped:
        zipped.writestr(
            f"{inside}datapackage.json", listed if isinstance(listed, str) else json.dumps(listed)
        )
        zipped.writestr(f"{inside}archive/a.warc.gz", WARC)
    return left(folder / "archive", file)


def resources(*said: Sequence[object]) -> dict[str, object]:
    """A list of contents: paths, sizes, digests."""
    return {"resources": [dict(zip(("path", "bytes", "hash"), one, strict=True)) for one in said]}


@pytest.mark.parametrize("packing", [ZIP_STORED, ZIP_DEFLATED])
@pytest.mark.parametrize("inside", ["", "crawl/"])
def test_a_list_that_agrees(packing: int, inside: str, tmp_path: Path) -> None:
    listed = resources(("archive/a.warc.gz", len(WARC), SHA256), ("pages/pages.jsonl", 7, "sha256:00"))

    found = package(tmp_path, listed, inside=inside, packing=packing)

    assert (found.captures, found.tally.damages, found.wrong) == (2, [], ())
    assert not found.tally.notes


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (("archive/lost.warc.gz", 7, SHA256), "lost.warc.gz"),
        (("archive/a.warc.gz", len(WARC) + 1, None), "bytes, not the"),
    ],
)
def test_what_a_list_names_and_the_package_lacks_is_named(
    said: Sequence[object], name: str, tmp_path: Path
) -> None:
    found = package(tmp_path, resources(("archive/a.warc.gz", None, None), said))

    assert (found.captures, found.wrong) == (2, ())
    assert [name in damage.reason for damage in found.tally.damages] == [True]


@pytest.mark.parametrize(
    "said", [(len(WARC), "sha256:" + "0" * 64), (len(WARC) - 1, None), (None, "md5:" + "0" * 32)]
)
def test_other_bytes_than_a_list_says_are_noted(said: Sequence[object], tmp_path: Path) -> None:
    found = package(tmp_path, resources(("archive/a.warc.gz", *said)))

    assert (found.captures, found.tally.damages, found.wrong) == (2, [], ())
    assert len(found.tally.notes) == 1


ODD = [7, None, {"path": 7}, {"path": "archive/a.warc.gz", "bytes": True, "hash": 7}]
FAR = {"resources": [{"path": "http://far.example/a.warc.gz"}]}


@pytest.mark.parametrize(
    "listed", ["", "[", "[]", "7", {"resources": 7}, {"resources": ODD}, FAR, "[" * 100_000, '"\xff']
)
def test_a_list_that_is_none_costs_nothing(listed: object, tmp_path: Path) -> None:
    found = package(tmp_path, listed)

    assert (found.captures, found.tally.damages, found.wrong) == (2, [], ())


@pytest.mark.parametrize(
    ("name", "content", "captures", "damages"),
    [
        ("archive/data", gzip.compress(record(7).plain()), 3, 0),
        ("archive/data-00000", record(7).plain(), 3, 0),
        ("archive/all.tar", b"a" * 1024, 2, 1),
        ("archive/a.cdx", b" CDX N b a", 2, 0),
        ("archive/.keep", b"1", 2, 0),
    ],
)
def test_what_stands_in_a_package_s_archive_is_read_or_named(
    name: str, content: bytes, captures: int, damages: int, tmp_path: Path
) -> None:
    with ZipFile(tmp_path / "a.wacz", "w") as zipped:
        zipped.writestr("archive/a.warc.gz", WARC)
        zipped.writestr(name, content)

    found = left(tmp_path / "archive", tmp_path / "a.wacz")

    assert (found.captures, len(found.tally.damages), found.wrong) == (captures, damages, ())


def test_a_packed_file_behind_a_plain_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(record(7).plain() + WARC + record(8).plain())

    found = left(tmp_path / "archive", tmp_path / "a.warc")

    assert (found.captures, found.tally.damages, found.wrong) == (4, [], ())


# -- several files


def test_files_that_are_none_keep_no_other_unread(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contents = {
        "a.warc.gz": WARC,
        "b.warc.gz": gzip.compress(b""),
        "c.html": b"<html>",
        "d.arc": b"filedesc://",
        "e.wacz": b"PK\x03\x04",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)

    refused = _refused([tmp_path / name for name in contents])

    assert sorted(path.name for path in refused) == ["b.warc.gz", "c.html", "d.arc", "e.wacz"]
    assert all(tally.damages for tally in refused.values())
    said = capsys.readouterr().err
    assert all(name in said for name in ("b.warc.gz", "c.html", "d.arc", "e.wacz"))
    with pytest.raises(WrongUse):
        _refused([tmp_path / "b.warc.gz", tmp_path / "c.html"])
    with pytest.raises(WrongUse):
        _refused([tmp_path / "a.warc.gz", tmp_path / "none"])
