"""What a lake says of files that are no WARC, or whose records have no places of their own."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("fsspec", reason="the extra `cluster` is not installed")
pytest.importorskip("pyarrow", reason="the extra `cluster` is not installed")
pytest.importorskip("duckdb", reason="the extra `cluster` is not installed")
import zstandard

from archive.cluster.workers import HERE, Workers
from archive.lake.build import Build, Built
from archive.lake.cut import chosen, cut
from archive.lake.readings import WarcReading
from archive.lake.storage import Storage
from archive.remote.addresses import found
from archive.remote.errors import UnreachableError, errors_named
from tests.archive.archives import Book, page
from tests.archive.foreign_files import wacz, warc
from tests.archive.lake.made import contents

PACKED = "packed as a whole, where no row can point to a record: unpack it, take the WARC files in it"
PAGES = {f"http://f.example/{n}.html": page(n) for n in (1, 2, 3)}
MORE = {f"http://g.example/{n}.html": page(n) for n in (5, 6)}
OTHERS: dict[str, tuple[Callable[[Path, bytes], object], str]] = {
    "nothing.warc.gz": (lambda path, _: path.touch(), "no record is in it"),
    "nothing-packed.warc.gz": (lambda path, _: path.write_bytes(gzip.compress(b"")), "no record is in it"),
    "lines.warc": (lambda path, _: path.write_bytes(b"\r\n\n"), "no record is in it"),
    "whole.warc.gz": (
        lambda path, plain: path.write_bytes(gzip.compress(plain)),
        PACKED,
    ),
    "a.warc.zst": (
        lambda path, plain: path.write_bytes(zstandard.compress(plain)),
        PACKED,
    ),
    "a.wacz": (
        lambda path, plain: wacz(path, Path(path.parent, "plain.warc"), deflating=True),
        PACKED,
    ),
    "empty.wacz": (lambda path, _: wacz(path), "no record is in it"),
    "torn.wacz": (
        lambda path, _: path.write_bytes(b"PK\x03\x04" + bytes(99)),
        "the ZIP file's directory is lost (File is not a zip file)",
    ),
    "info.warc.gz": (lambda path, _: warc(path, {}), "no HTTP response in it"),
    "gone.warc.gz": (
        lambda path, _: path.write_bytes(b"<html>404 Not Found</html>"),
        "no WARC file, it begins b'<html>40'",
    ),
}
"""Files by name: how each is made, and what is said of it."""


def built(place: Path, *files: Path) -> Built:
    storage = Storage(str(place))
    readings = [WarcReading(storage.address, source, Book()) for source in found(map(str, files)).sources]
    with Workers(HERE) as workers:
        return Build(storage, workers).run(readings)


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_without_records_that_rows_can_point_to_is_named(tmp_path: Path, name: str) -> None:
    plain = warc(tmp_path / "plain.warc", PAGES, packed=False)
    make, reason = OTHERS[name]
    make(tmp_path / name, plain.read_bytes())

    done = built(tmp_path / "lake", tmp_path / name)

    assert (done.unread, done.files) == ([f"{tmp_path / name}: {reason}"], 0)
    assert not (tmp_path / "lake/manifest.json").exists()


def test_the_rest_is_built_beside_files_that_are_none(tmp_path: Path) -> None:
    plain = warc(tmp_path / "plain.warc", PAGES, packed=False)
    for name, (make, _) in OTHERS.items():
        make(tmp_path / name, plain.read_bytes())

    done = built(tmp_path / "lake", plain, *(tmp_path / name for name in OTHERS))

    assert (len(done.unread), done.files, done.manifest.rows("articles")) == (10, 1, 3)


def test_a_package_is_read_and_cut_where_its_warcs_lie(tmp_path: Path) -> None:
    one, two = warc(tmp_path / "1.warc.gz", PAGES), warc(tmp_path / "2.warc", MORE, packed=False)
    whole = tmp_path / "3.warc.gz"
    whole.write_bytes(gzip.compress(two.read_bytes()))
    package = wacz(tmp_path / "a.wacz", one, whole, two)

    done = built(tmp_path / "lake", package)
    cutting = cut(chosen(Storage(str(tmp_path / "lake")), "true"), tmp_path / "cut.warc.gz")

    assert (done.files, done.manifest.rows("articles"), done.damaged) == (1, 5, 1)
    (line,) = done.damages
    assert line.startswith(f"{package} at byte ")
    assert line.endswith(
        ": 'archive/3.warc.gz' in it holds no record in place: unpack it, take the WARC files in it"
    )
    assert (cutting.records, cutting.missing) == (5, [])


def test_a_lake_without_an_article_is_a_lake(tmp_path: Path) -> None:
    english = warc(tmp_path / "a.warc.gz", {"http://f.example/1.html": b"<p>" + b"No Chinese word. " * 90})

    done = built(tmp_path / "lake", english)

    assert (done.said.responses, dict(done.said.passed)) == (1, {"not-chinese": 1})
    assert (done.manifest.rows("articles"), (tmp_path / "lake/manifest.json").exists()) == (0, True)


def test_articles_join_a_lake_that_had_none(tmp_path: Path) -> None:
    english = warc(tmp_path / "a.warc.gz", {"http://f.example/1.html": b"<p>" + b"No Chinese word. " * 90})
    chinese = warc(tmp_path / "b.warc.gz", PAGES)
    built(tmp_path / "lake", english)

    done = built(tmp_path / "lake", english, chinese)

    assert (done.files, done.manifest.rows("articles")) == (1, 3)


def test_a_file_named_by_two_paths_is_read_once(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", PAGES)
    (tmp_path / "sub").mkdir()
    (tmp_path / "latest.warc.gz").symlink_to(file)

    files = found([str(file), f"{tmp_path}/sub/../a.warc.gz", f"{tmp_path}/latest.warc.gz"])

    assert [source.address for source in files.sources] == [str(file)]
    assert files.notes == [f"{file}: named twice, read once"] * 2


@pytest.mark.parametrize("lines", [b"", b"\n \n", b"\xef\xbb\xbf\r\n"])
def test_a_list_that_names_no_file_is_named(tmp_path: Path, lines: bytes) -> None:
    (tmp_path / "warc.paths").write_bytes(lines)

    files = found([str(tmp_path / "warc.paths")])

    assert (files.sources, files.missing) == (
        [],
        [f"{tmp_path}/warc.paths: a list of paths without a path in it"],
    )


def test_a_bucket_that_sends_nothing_more_is_one_line() -> None:
    with pytest.raises(UnreachableError) as raised, errors_named("s3://b/a.warc.gz"):
        try:
            raise TimeoutError  # by fsspec, without a word
        except OSError as error:
            error.args[0]  # as s3fs does

    assert str(raised.value) == "s3://b/a.warc.gz: the transfer broke off (nothing came for too long)"


def test_a_list_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", PAGES)
    (tmp_path / "warc.paths").write_bytes(b"\xef\xbb\xbfa.warc.gz\r\n")

    files = found([str(tmp_path / "warc.paths")])

    assert ([source.address for source in files.sources], files.missing) == ([str(file)], [])


@pytest.mark.parametrize("first", [False, True], ids=["longer", "its records elsewhere"])
def test_a_file_that_was_replaced_is_in_the_lake_as_it_is_now(tmp_path: Path, first: bool) -> None:
    file = warc(tmp_path / "day.warc.gz", PAGES)
    more = warc(tmp_path / "more.warc.gz", {"http://f.example/4.html": page(4)}).read_bytes()
    built(tmp_path / "lake", file)
    file.write_bytes(more + file.read_bytes() if first else file.read_bytes() + more)

    done = built(tmp_path / "lake", file)
    built(tmp_path / "anew", file)

    assert (done.files, done.manifest.rows("articles")) == (1, 4)
    assert contents(str(tmp_path / "lake")) == contents(str(tmp_path / "anew"))
