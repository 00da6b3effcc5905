"""`scrapy lake`: the same from folders and from a bucket; what lacks costs a line each, and the rest is done."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("s3fs", reason="the extra `cluster` is not installed")
pytest.importorskip("moto.server", reason="no S3 server to test with")

import s3fs
from moto.server import ThreadedMotoServer

from archive.cluster.workers import HERE, Workers
from archive.door.apart import Apart
from archive.lake.build import Build
from archive.lake.readings import WarcReading
from archive.lake.storage import Storage
from archive.remote.addresses import found
from tests.archive.archives import Book, crawl, exchange, page, response, rows
from tests.archive.foreign_files import warc
from tests.archive.lake.made import contents
from tests.crawler.commands.typed import Run

RUSSIAN = ("<html><body><p>" + "Вчера прошло совещание. " * 40 + "</p></body></html>").encode()
ONE = {
    "http://a.example/1.html": page(1),
    "http://b.example/1.html": page(1, said="转载"),
    "http://a.example/2.html": page(2),
    "http://a.example/pic.jpg": b"\xff\xd8",
    "http://ru.example/1.html": RUSSIAN,
}
TWO = {"http://c.example/1.html": page(1), "http://c.example/3.html": page(3)}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two files; article 1 is in both."""
    folder = tmp_path_factory.mktemp("files")
    return warc(folder / "one.warc.gz", ONE), warc(folder / "two.warc.gz", TWO, packed=False)


@pytest.fixture(scope="module")
def bucket(files: tuple[Path, Path]) -> Iterator[s3fs.S3FileSystem]:
    """A bucket `crawls` that holds both files and a list of them."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "NO_PROXY": "127.0.0.1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        s3fs.S3FileSystem.clear_instance_cache()
        fs = s3fs.S3FileSystem()
        fs.mkdir("crawls")
        for file in files:
            fs.put_file(str(file), f"crawls/{file.name}")
        fs.pipe_file("crawls/warc.paths.gz", gzip.compress(b"one.warc.gz\ntwo.warc.gz\ngone.warc.gz\n"))
        yield fs
        s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


@pytest.fixture(autouse=True)
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages be read in this process: beside a server's threads another takes seconds to begin."""
    monkeypatch.setattr(Apart, "begin", lambda apart: None)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory, files: tuple[Path, Path]) -> Path:
    """A lake of both files."""
    place = tmp_path_factory.mktemp("lake")
    with pytest.MonkeyPatch.context() as patch, Workers(HERE) as workers:
        patch.setattr(Apart, "begin", lambda apart: None)
        readings = [WarcReading(str(place), source, Book()) for source in found(map(str, files)).sources]
        Build(Storage(str(place)), workers).run(readings)
    return place


def tables(place: str) -> dict[str, list[dict[str, object]]]:
    """All rows of a lake but for where their files lie."""
    storage = Storage(place)
    found: dict[str, list[dict[str, object]]] = {}
    for name in storage.names("*/*/*.parquet"):
        found[name] = storage.read(name).to_pylist()
        for row in found[name]:
            row["warc_file"] = os.path.basename(str(row.get("warc_file", "")))  # noqa: PTH119
    return found


def test_building_says_what_came_of_it(
    lake: Path, files: tuple[Path, Path], tmp_path: Path, scrapy: Run
) -> None:
    place = tmp_path / "lake"

    done = scrapy("lake", "build", *map(str, files), "--to", str(place), archive=tmp_path / "none")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "2 files read, 0 in the lake before: 7 responses, 5 pages read, 5 articles",
        "passed over: 1 address, 1 not-chinese",
        "the lake: 5 articles in 3 stories; 16 partitions written",
    ]
    assert contents(str(place)) == contents(str(lake))


def test_a_lake_is_built_and_an_archive_cut_from_it(lake: Path, tmp_path: Path, scrapy: Run) -> None:
    archive = tmp_path / "cut"

    done = scrapy("lake", "cut", str(lake), "--where", "copies > 1", "--to", str(archive), archive=archive)

    assert (done.returncode, done.stdout) == (0, "3 records cut, 3 of them new to the archive\n")
    assert [url for (url,) in rows(archive, "SELECT url FROM articles ORDER BY url")] == [
        "http://a.example/1.html",
        "http://b.example/1.html",
        "http://c.example/1.html",
    ]
    assert rows(archive, "SELECT copies FROM stories") == [(3,)]
    verified = scrapy("verify", archive=archive)
    assert (verified.returncode, verified.stderr) == (0, "")


def test_cutting_twice_adds_nothing(lake: Path, tmp_path: Path, scrapy: Run) -> None:
    archive = tmp_path / "cut"
    for new in (1, 0):
        done = scrapy(
            "lake", "cut", str(lake), "--where", "site = 'b.example'", "--to", str(archive), archive=archive
        )

        assert done.stdout == f"1 records cut, {new} of them new to the archive\n"
    assert scrapy("verify", archive=archive).returncode == 0


def test_the_same_lake_comes_from_a_bucket_into_a_bucket(
    lake: Path, bucket: s3fs.S3FileSystem, tmp_path: Path, scrapy: Run
) -> None:
    done = scrapy(
        "lake",
        "build",
        "s3://crawls/one.warc.gz",
        "s3://crawls/t*.warc.gz",
        "--to",
        "s3://crawls/lake",
        archive=tmp_path,
    )
    archive = tmp_path / "cut"
    cut = scrapy(
        "lake", "cut", "s3://crawls/lake", "--where", "copies > 1", "--to", str(archive), archive=archive
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert tables("s3://crawls/lake") == tables(str(lake))
    assert [name for name in bucket.find("crawls/lake") if "_work" in name] == []
    assert cut.stdout == "3 records cut, 3 of them new to the archive\n"
    assert scrapy("verify", archive=archive).returncode == 0


def test_a_list_names_files_from_its_own_root_and_what_lacks_is_told(
    lake: Path, bucket: s3fs.S3FileSystem, tmp_path: Path, scrapy: Run
) -> None:
    place = tmp_path / "listed"

    done = scrapy("lake", "build", "s3://crawls/warc.paths.gz", "--to", str(place), archive=tmp_path)

    assert done.returncode == 3
    assert done.stderr == "scrapy: lake: s3://crawls/gone.warc.gz: no such file or bucket\n"
    assert "1 file could not be read; the next build tries again" in done.stdout.splitlines()
    assert tables(str(place)) == tables(str(lake))


@pytest.mark.parametrize("pattern", ["*o*", "[ot]??", "?[!h-m]?", "t[w]o"])
def test_patterns_name_files_here_and_in_a_bucket(
    pattern: str, files: tuple[Path, Path], bucket: s3fs.S3FileSystem, tmp_path: Path
) -> None:
    wanted = ["two.warc.gz"] if pattern == "t[w]o" else ["one.warc.gz", "two.warc.gz"]
    for place in (f"{files[0].parent}/", "s3://crawls/"):
        named = found([f"{place}{pattern}.warc.gz"])

        assert [source.address for source in named.sources] == [place + name for name in wanted]
    assert found([f"{files[0].parent}/[xyz].warc.gz"]).missing == [
        f"{files[0].parent}/[xyz].warc.gz: no such file or bucket"
    ]


@pytest.mark.parametrize("name", ["crawl[1].warc.gz", "is it?.warc.gz", "a*b.warc.gz"])
def test_a_file_whose_name_looks_like_a_pattern_is_that_file(
    name: str, files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / name
    file.write_bytes(files[0].read_bytes())
    (tmp_path / "crawl1.warc.gz").write_bytes(b"")
    monkeypatch.chdir(tmp_path)

    assert [source.address for source in found([name]).sources] == [str(file)]


def test_places_that_cannot_be_used_are_one_line(
    files: tuple[Path, Path], bucket: s3fs.S3FileSystem, tmp_path: Path, scrapy: Run
) -> None:
    locked = tmp_path / "file"
    locked.write_text("no folder")
    for place, why in (
        ("s3://nobody/lake", "s3://nobody/lake/_work/.writable: no such file or bucket"),
        (str(locked / "lake"), "Not a directory"),
        ("zz://x/lake", "Protocol not known: zz"),
    ):
        done = scrapy("lake", "build", str(files[0]), "--to", place, archive=tmp_path)

        assert (done.returncode, done.stdout) == (2, "")
        assert why in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_file_cut_short_is_told_and_what_came_before_is_in(
    files: tuple[Path, Path], tmp_path: Path, scrapy: Run
) -> None:
    short = tmp_path / "short.warc.gz"
    short.write_bytes(files[0].read_bytes()[:-50])

    done = scrapy(
        "lake", "build", str(short), str(files[1]), "--to", str(tmp_path / "lake"), archive=tmp_path
    )

    assert done.returncode == 3
    assert f"scrapy: lake: {short} at byte" in done.stderr
    assert "the lake: 5 articles in 3 stories" in done.stdout


def test_one_file_named_twice_or_under_two_names_is_counted_once(
    lake: Path, files: tuple[Path, Path], tmp_path: Path, scrapy: Run
) -> None:
    twin = tmp_path / "zz.warc.gz"
    twin.write_bytes(files[0].read_bytes())
    place = tmp_path / "twins"

    done = scrapy("lake", "build", *map(str, [*files, files[0], twin]), "--to", str(place), archive=tmp_path)

    assert done.returncode == 0
    assert done.stderr == f"scrapy: lake: {files[0]}: named twice, read once\n"
    assert tables(str(place)) == tables(str(lake))


def test_only_more_copies_of_what_an_archive_holds(
    files: tuple[Path, Path], tmp_path: Path, scrapy: Run
) -> None:
    archive = tmp_path / "archive"
    crawl(archive, exchange("http://origin.example/1.html", response(page(1))))
    place = tmp_path / "like"

    done = scrapy(
        "lake", "build", *map(str, files), "--like", str(archive), "--to", str(place), archive=tmp_path
    )

    assert (done.returncode, done.stdout.splitlines()[1:3]) == (
        0,
        ["passed over: 1 address, 1 not-chinese", "read, but no article for the lake: 2 another-story"],
    )
    urls = [
        row["url"]
        for name, held in tables(str(place)).items()
        if name.startswith("articles/")
        for row in held
    ]
    assert sorted(map(str, urls)) == [
        "http://a.example/1.html",
        "http://b.example/1.html",
        "http://c.example/1.html",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "`build WARC… --to PLACE` or `cut PLACE"),
        (["build", "x.warc.gz"], "--to is missing"),
        (["build", "--to", "lake"], "no file given"),
        (["build", "nothing.warc.gz", "--to", "lake"], "none of these can be read"),
        (["build", "FILE", "--to", "lake", "--like", "nowhere"], "--like nowhere: no archive there"),
        (["build", "FILE", "--to", "lake", "--like", "EMPTY"], ": no article in it"),
        (
            ["build", "FILE", "--to", "lake", "--cluster", "local:0"],
            "--cluster local:0: a number of processes",
        ),
        (["build", "FILE", "--to", "lake", "--cluster", "there"], "--cluster there: tcp://HOST:PORT"),
        (["cut", "nowhere", "--where", "true", "--to", "a"], "nowhere: no lake there"),
        (["cut", "lake", "--to", "a"], "--where with a condition"),
    ],
)
def test_wrong_use_is_one_line(
    words: list[str],
    said: str,
    files: tuple[Path, Path],
    tmp_path: Path,
    scrapy: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    crawl(tmp_path / "EMPTY")

    done = scrapy(
        "lake", *(str(files[0]) if word == "FILE" else word for word in words), archive=tmp_path / "none"
    )

    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert not (tmp_path / "lake" / "manifest.json").exists()


def test_a_condition_that_nothing_meets_makes_no_archive(lake: Path, tmp_path: Path, scrapy: Run) -> None:
    done = scrapy(
        "lake", "cut", str(lake), "--where", "copies > 9", "--to", str(tmp_path / "a"), archive=tmp_path
    )

    assert (done.returncode, done.stdout) == (0, "no article of the lake meets the condition\n")
    assert not (tmp_path / "a").exists()


def test_a_condition_that_is_no_sql_is_one_line(lake: Path, tmp_path: Path, scrapy: Run) -> None:
    done = scrapy(
        "lake", "cut", str(lake), "--where", "nothing = 1", "--to", str(tmp_path / "a"), archive=tmp_path
    )

    assert done.returncode == 2
    assert done.stderr.startswith("scrapy: --where nothing = 1: ")
    assert done.stderr.endswith("; wanted SQL on the columns of articles, as \"site = 'www.jzrb.com'\"\n")
    assert done.stderr.count("\n") == 1


def test_a_record_that_is_no_longer_there_is_told(
    lake: Path, files: tuple[Path, Path], tmp_path: Path, scrapy: Run
) -> None:
    moved = tmp_path / "moved"
    kept = files[1].read_bytes()
    files[1].rename(moved)
    try:
        done = scrapy(
            "lake", "cut", str(lake), "--where", "copies > 1", "--to", str(tmp_path / "a"), archive=tmp_path
        )
    finally:
        files[1].write_bytes(kept)

    assert done.returncode == 3
    assert done.stdout.startswith("2 records cut")
    assert done.stderr.splitlines() == [
        f"scrapy: lake: {files[1]}: no such file or bucket",
        "scrapy: lake: 1 of 3 records could not be fetched",
    ]
    assert contents(str(lake))
