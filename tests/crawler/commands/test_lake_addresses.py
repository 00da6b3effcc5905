"""`scrapy lake build` of addresses on the web and in buckets that refuse, lack, cut or misstate what they have."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("aiohttp", reason="the extra `cluster` is not installed")
pytest.importorskip("pyarrow", reason="the extra `cluster` is not installed")
pytest.importorskip("s3fs", reason="the extra `cluster` is not installed")

import s3fs

from archive.door.apart import Apart
from archive.lake.storage import Storage
from tests.archive.archives import rows
from tests.crawler.commands.shop import Shop, crawl, opened
from tests.crawler.commands.typed import Run

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A crawl on the web."""
    monkeypatch.setattr(Apart, "begin", lambda apart: None)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with opened(crawl(tmp_path / "made")) as it:
        yield it


def articles(place: Path) -> list[str]:
    storage = Storage(str(place))
    return sorted(
        row["url"] for name in storage.names("articles/*/*.parquet") for row in storage.read(name).to_pylist()
    )


EVERY = [f"http://{host}.example/{host[1]}.html" for host in ("s0", "s1", "s2", "t2", "t3", "t4")]


@pytest.mark.parametrize("with_ranges", [True, False])
def test_a_list_on_the_web_is_read_from_its_own_host_and_cut_by_range(
    with_ranges: bool, shop: Shop, tmp_path: Path, scrapy: Run
) -> None:
    shop.with_ranges = with_ranges
    place = tmp_path / "lake"

    done = scrapy("lake", "build", f"{shop.url}/crawl/warc.paths.gz", "--to", str(place), archive=tmp_path)
    cut = scrapy(
        "lake",
        "cut",
        str(place),
        "--where",
        "copies > 1",
        "--to",
        str(tmp_path / "c"),
        archive=tmp_path / "c",
    )

    assert (done.returncode, done.stderr) == (
        3,
        f"scrapy: lake: {shop.url}/crawl/3.warc.gz: no such file or bucket\n",
    )
    assert articles(place) == EVERY
    if not with_ranges:
        assert cut.returncode == 3
        lines = cut.stderr.splitlines()
        assert [line.partition(": its server sends no byte ranges")[0] for line in lines] == [
            f"scrapy: lake: {shop.url}/crawl/1.warc.gz",
            f"scrapy: lake: {shop.url}/crawl/2.warc.gz",
            "scrapy: lake: 2 of 2 records could not be fetched",
        ]
        assert not (tmp_path / "c").exists()
        return
    assert (cut.returncode, cut.stdout) == (0, "2 records cut, 2 of them new to the archive\n"), cut.stderr
    assert rows(tmp_path / "c", "SELECT url FROM articles ORDER BY url") == [(EVERY[2],), (EVERY[3],)]
    assert scrapy("verify", archive=tmp_path / "c").returncode == 0


@pytest.mark.parametrize(("where", "why"), [("shut", "no rights there"), ("broken", "500")])
def test_files_that_a_host_refuses_are_one_line_each_and_the_rest_is_in(
    where: str, why: str, shop: Shop, tmp_path: Path, scrapy: Run
) -> None:
    refused = f"{shop.url}/{where}/9.warc.gz"

    done = scrapy(
        "lake",
        "build",
        refused,
        f"{shop.url}/crawl/1.warc.gz",
        "--to",
        str(tmp_path / "lake"),
        archive=tmp_path,
    )

    assert done.returncode == 3
    assert done.stderr.startswith(f"scrapy: lake: {refused}: ")
    assert why in done.stderr
    assert done.stderr.count("\n") == 1
    assert articles(tmp_path / "lake") == EVERY[:3]


def test_a_transfer_that_breaks_off_is_one_line_and_is_read_by_the_next_build(
    shop: Shop, tmp_path: Path, scrapy: Run
) -> None:
    shop.cut.add("/crawl/2.warc.gz")
    build = partial(
        scrapy,
        "lake",
        "build",
        *(f"{shop.url}/crawl/{n}.warc.gz" for n in (1, 2)),
        "--to",
        str(tmp_path / "lake"),
        archive=tmp_path,
    )

    done = build()

    assert done.returncode == 3
    assert done.stderr.startswith(f"scrapy: lake: {shop.url}/crawl/2.warc.gz")
    assert done.stderr.count("\n") == 1
    assert articles(tmp_path / "lake") == EVERY[:3]
    shop.cut.clear()
    assert build().returncode == 0
    assert articles(tmp_path / "lake") == EVERY


def offsets(place: Path, name: str) -> list[int]:
    """The places of the records in a partition of captures."""
    found: list[int] = Storage(str(place)).read(name, ["warc_offset"])["warc_offset"].to_pylist()
    return found


def test_a_file_cut_short_since_the_build_gives_the_records_before_the_cut(
    shop: Shop, tmp_path: Path, scrapy: Run
) -> None:
    url, place, archive = f"{shop.url}/crawl/1.warc.gz", tmp_path / "lake", tmp_path / "c"
    scrapy("lake", "build", url, "--to", str(place), archive=tmp_path)
    last = max(
        offset for name in Storage(str(place)).names("captures/*/*") for offset in offsets(place, name)
    )
    shop.files["/crawl/1.warc.gz"] = shop.files["/crawl/1.warc.gz"][:last]

    done = scrapy("lake", "cut", str(place), "--where", "true", "--to", str(archive), archive=archive)

    assert (done.returncode, done.stdout) == (3, "2 records cut, 2 of them new to the archive\n")
    assert done.stderr.splitlines() == [
        f"scrapy: lake: {url}: ends at byte {last:,}, before records that the lake read",
        "scrapy: lake: 1 of 3 records could not be fetched",
    ]


@pytest.fixture
def shut(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A bucket without rights."""
    shop.refusing = {"/shut": 403}
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", shop.url)
    s3fs.S3FileSystem.clear_instance_cache()
    yield shop
    s3fs.S3FileSystem.clear_instance_cache()


def test_a_bucket_without_rights_is_one_line_whether_read_or_written(
    shut: Shop, tmp_path: Path, scrapy: Run
) -> None:
    here = str(tmp_path / "made" / "1.warc.gz")

    reading = scrapy(
        "lake", "build", "s3://shut/1.warc.gz", here, "--to", str(tmp_path / "lake"), archive=tmp_path
    )
    matching = scrapy(
        "lake", "build", "s3://shut/*.gz", here, "--to", str(tmp_path / "two"), archive=tmp_path
    )
    writing = scrapy("lake", "build", here, "--to", "s3://shut/lake", archive=tmp_path)

    assert (reading.returncode, matching.returncode, writing.returncode) == (3, 3, 2)
    for done, said in (
        (reading, "s3://shut/1.warc.gz"),
        (matching, "s3://shut/*.gz"),
        (writing, "s3://shut/lake"),
    ):
        assert said in done.stderr
        assert "no rights there" in done.stderr
        assert done.stderr.count("\n") == 1
    assert articles(tmp_path / "lake") == articles(tmp_path / "two") == EVERY[:3]
    assert writing.stdout == ""


def test_passwords_of_addresses_are_refused_and_not_shown(shop: Shop, tmp_path: Path, scrapy: Run) -> None:
    there, gone = (
        f"{shop.url}/crawl/{name}.warc.gz".replace("//", "//me:sesame@", 1) for name in ("1", "gone")
    )

    done = scrapy("lake", "build", there, gone, "--to", str(tmp_path / "lake"), archive=tmp_path)

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"scrapy: lake: {shop.url}/crawl/gone.warc.gz: no such file or bucket",
        f"scrapy: {shop.url}/crawl/1.warc.gz: a password, which no lake should hold; fetch the file, and name that",
    ]
    assert not (tmp_path / "lake").exists()
