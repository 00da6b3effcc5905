"""`scrapy ingest` of addresses: web servers and buckets, fetched or left in place, and what goes wrong with them."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("aiohttp", reason="the extra `cluster` is not installed")
pytest.importorskip("s3fs", reason="the extra `cluster` is not installed")
pytest.importorskip("moto.server", reason="no S3 server to test with")

import s3fs
from moto.server import ThreadedMotoServer

from archive.door.apart import Apart
from tests.archive.archives import page, rows
from tests.archive.foreign_files import wacz, warc
from tests.crawler.commands.shop import Shop, crawl, opened
from tests.crawler.commands.typed import Run

pytestmark = pytest.mark.slow
FIRST = [f"http://s{n}.example/{n}.html" for n in (0, 1, 2)]
SECOND = [f"http://t{n}.example/{n}.html" for n in (2, 3, 4)]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A crawl on the web."""
    monkeypatch.setattr(Apart, "begin", lambda apart: None)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with opened(crawl(tmp_path / "made")) as it:
        yield it


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[s3fs.S3FileSystem]:
    """A bucket of an S3 server on loopback."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(Apart, "begin", lambda apart: None)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    s3fs.S3FileSystem.clear_instance_cache()
    fs = s3fs.S3FileSystem()
    fs.mkdir("harvests")
    yield fs
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def addresses(archive: Path) -> list[str]:
    return [url for (url,) in rows(archive, "SELECT url FROM articles ORDER BY url")]


def copies(archive: Path) -> list[str]:
    return sorted(path.name.rpartition("-")[2] for path in (archive / "warc").glob("import-*"))


@pytest.mark.parametrize("with_ranges", [True, False])
@pytest.mark.parametrize("packing", [True, False])
def test_a_list_on_the_web_is_fetched_into_the_archive(
    with_ranges: bool, packing: bool, shop: Shop, tmp_path: Path, scrapy: Run
) -> None:
    shop.with_ranges, shop.packing = with_ranges, packing
    archive = tmp_path / "a"

    done = scrapy("ingest", f"{shop.url}/crawl/warc.paths.gz", archive=archive)
    shop.files.clear()
    rebuilt, verified = scrapy("rebuild", archive=archive), scrapy("verify", archive=archive)

    assert (done.returncode, done.stderr) == (
        3,
        f"scrapy: ingest: {shop.url}/crawl/3.warc.gz: no such file or bucket\n",
    )
    assert "2 files: 6 captures, 6 new articles" in done.stdout
    assert addresses(archive) == FIRST + SECOND
    assert copies(archive) == ["1.warc.gz", "2.warc.gz"]
    assert (rebuilt.returncode, verified.returncode, verified.stderr) == (0, 0, "")


def test_a_list_of_this_machine_names_files_below_a_base(shop: Shop, tmp_path: Path, scrapy: Run) -> None:
    listed = tmp_path / "warc.paths"
    listed.write_text("crawl/2.warc.gz\ncrawl/1.warc.gz\ncrawl/2.warc.gz\n")

    done = scrapy("ingest", str(listed), "--base", f"{shop.url}/", archive=tmp_path / "a")

    assert (done.returncode, done.stderr) == (
        0,
        f"scrapy: ingest: {shop.url}/crawl/2.warc.gz: named twice, read once\n",
    )
    assert addresses(tmp_path / "a") == FIRST + SECOND


@pytest.mark.parametrize(
    "line", ["file:///etc/hosts", "http://127.0.0.2/1.warc.gz", "../../1.warc.gz", "memory://x"]
)
def test_a_list_on_the_web_names_files_of_its_own_host(
    line: str, shop: Shop, tmp_path: Path, scrapy: Run
) -> None:
    shop.files["/crawl/warc.paths"] = f"crawl/1.warc.gz\n{line}\n".encode()
    listed = f"{shop.url}/crawl/warc.paths"

    done = scrapy("ingest", listed, archive=tmp_path / "a")

    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2,
        f"scrapy: ingest: {listed}: its line '{line}' leads out of {shop.url}; save the list, and name it here",
    )
    assert not (tmp_path / "a" / "archive.db").exists()


def test_a_list_that_swells_is_refused(shop: Shop, tmp_path: Path, scrapy: Run) -> None:
    shop.files["/crawl/warc.paths.gz"] = gzip.compress(b"crawl/1.warc.gz\n" * (5 << 20))
    listed = f"{shop.url}/crawl/warc.paths.gz"

    done = scrapy("ingest", listed, archive=tmp_path / "a")

    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2,
        f"scrapy: ingest: {listed}: a list of more than 64 MiB",
    )


def test_what_was_fetched_whole_is_not_fetched_again_unless_it_changed(
    shop: Shop, tmp_path: Path, scrapy: Run
) -> None:
    archive, one = tmp_path / "a", f"{shop.url}/crawl/1.warc.gz"
    scrapy("ingest", one, archive=archive)
    shop.asked.clear()

    again = scrapy("ingest", one, archive=archive)
    asked = list(shop.asked)
    grown = warc(tmp_path / "made" / "1.warc.gz", {"http://new.example/9.html": page(9)}, appending=True)
    shop.files["/crawl/1.warc.gz"] = grown.read_bytes()
    then = scrapy("ingest", one, archive=archive)
    for copy in (archive / "warc").glob("import-*"):
        copy.unlink()
    healed = scrapy("ingest", one, archive=archive)

    assert (again.returncode, asked) == (0, ["HEAD /crawl/1.warc.gz"])
    assert "1 file: 0 captures, 0 new articles, 0 changed articles; taken in already" in again.stdout
    assert "3 of 4 responses read were in the archive before" in then.stdout
    assert then.returncode == healed.returncode == 0
    assert addresses(archive) == ["http://new.example/9.html", *FIRST]
    assert copies(archive) == ["1.warc.gz"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_left_in_place_is_read_by_ranges_there(
    jobs: str, shop: Shop, tmp_path: Path, scrapy: Run
) -> None:
    archive, one = tmp_path / "a", f"{shop.url}/crawl/1.warc.gz"

    done = scrapy("ingest", one, "--in-place", "--jobs", jobs, archive=archive)
    rebuilt, verified = scrapy("rebuild", archive=archive), scrapy("verify", archive=archive)
    again = scrapy("ingest", one, "--in-place", archive=archive)
    shop.files["/crawl/1.warc.gz"] = shop.files["/crawl/2.warc.gz"]
    changed = scrapy("verify", archive=archive)
    shop.files.clear()
    gone = scrapy("verify", archive=archive)
    shop.refusing["/crawl"] = 403
    shut = scrapy("verify", archive=archive)

    assert (done.returncode, done.stderr) == (0, "")
    assert rows(archive, "SELECT DISTINCT warc_file FROM captures") == [(one,)]
    assert copies(archive) == []
    assert (rebuilt.returncode, rebuilt.stderr) == (0, "")
    assert (verified.returncode, verified.stderr) == (0, "")
    assert again.returncode == 0
    assert "1 file: 0 captures, 0 new articles, 0 changed articles; taken in already" in again.stdout
    assert changed.returncode == gone.returncode == shut.returncode == 3
    assert f"{one}: gone, and 3 captures with it" in gone.stdout + gone.stderr
    assert (shut.stdout + shut.stderr).count(f"{one}: no rights there") == 1
    assert "does not stand here" not in shut.stdout + shut.stderr


def test_a_file_in_place_wants_a_server_with_ranges(shop: Shop, tmp_path: Path, scrapy: Run) -> None:
    shop.with_ranges = False
    shop.files["/crawl/1.warc.gz"] = warc(
        tmp_path / "long.warc.gz", {f"http://l.example/{n}.html": page(n) for n in range(60)}
    ).read_bytes()

    done = scrapy(
        "ingest", f"{shop.url}/crawl/1.warc.gz", f"{shop.url}/crawl/9.warc.gz", "--in-place",
        archive=tmp_path / "a",
    )  # fmt: skip
    fetched = scrapy("ingest", f"{shop.url}/crawl/1.warc.gz", archive=tmp_path / "a")

    assert done.returncode == 3
    assert done.stderr.count("\n") == 2
    assert "its server sends no byte ranges" in done.stderr
    assert fetched.returncode == 0
    assert len(addresses(tmp_path / "a")) == 60


def test_a_transfer_that_breaks_off_leaves_nothing_and_is_tried_again(
    shop: Shop, tmp_path: Path, scrapy: Run
) -> None:
    shop.cut.add("/crawl/2.warc.gz")
    both = [f"{shop.url}/crawl/{n}.warc.gz" for n in (2, 1)]
    archive = tmp_path / "a"

    done = scrapy("ingest", *both, archive=archive)
    left = sorted(
        path.name.rpartition("-")[2] for path in (archive / "warc").iterdir() if "import" in path.name
    )
    in_it = addresses(archive)
    shop.cut.clear()
    again = scrapy("ingest", *both, archive=archive)

    assert done.returncode == 3
    assert done.stderr.startswith(f"scrapy: ingest: {both[0]}")
    assert "nothing of it is in the archive, the next ingest tries again" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (left, in_it) == (["1.warc.gz"], FIRST)
    assert again.returncode == 0
    assert addresses(archive) == FIRST + SECOND


@pytest.mark.parametrize(("where", "why"), [("shut", "no rights there"), ("broken", "500")])
def test_files_that_a_host_refuses_are_one_line_each(
    where: str, why: str, shop: Shop, tmp_path: Path, scrapy: Run
) -> None:
    refused = [f"{shop.url}/{where}/{n}.warc.gz" for n in (8, 9)]

    done = scrapy("ingest", *refused, f"{shop.url}/crawl/1.warc.gz", archive=tmp_path / "a")
    alone = scrapy("ingest", refused[0], archive=tmp_path / "b")

    lines = done.stderr.splitlines()
    assert done.returncode == 3
    assert [line.partition(f": {why}")[0].partition(": 5")[0] for line in lines] == [
        f"scrapy: ingest: {one}" for one in refused
    ]
    assert all(why in line for line in lines)
    assert addresses(tmp_path / "a") == FIRST
    assert (alone.returncode, (tmp_path / "b").exists()) == (2, False)


def test_what_is_no_warc_is_named_by_its_address(shop: Shop, tmp_path: Path, scrapy: Run) -> None:
    shop.files["/crawl/x.warc.gz"] = b"<html>Not found, says a server that answers 200</html>"

    done = scrapy(
        "ingest", f"{shop.url}/crawl/x.warc.gz", f"{shop.url}/crawl/1.warc.gz", archive=tmp_path / "a"
    )

    assert done.returncode == 3
    assert done.stderr == (
        f"scrapy: ingest: {shop.url}/crawl/x.warc.gz: neither a WARC nor a WACZ file, it begins b'<html>No'\n"
    )
    assert addresses(tmp_path / "a") == FIRST


def test_what_is_damaged_is_named_by_its_address_and_its_copy(
    shop: Shop, tmp_path: Path, scrapy: Run
) -> None:
    shop.files["/crawl/1.warc.gz"] = shop.files["/crawl/1.warc.gz"][:-9]
    secret = shop.url.replace("//", "//name:word@")

    done = scrapy("ingest", f"{secret}/crawl/1.warc.gz", archive=tmp_path / "a")

    (copy,) = (tmp_path / "a/warc").glob("import-*")
    assert done.returncode == 3
    assert done.stderr.startswith(f"scrapy: ingest: {shop.url}/crawl/1.warc.gz ({copy.name}) at byte ")
    assert done.stderr.count("\n") == 1


def test_a_bucket_is_read_by_pattern_fetched_or_in_place(
    bucket: s3fs.S3FileSystem, tmp_path: Path, scrapy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = crawl(tmp_path / "made")
    for name in ("1", "2"):
        bucket.pipe_file(f"harvests/2026/{name}.warc.gz", made.files[f"/crawl/{name}.warc.gz"])
    bucket.pipe_file(
        "harvests/2026/shelf.wacz", wacz(tmp_path / "x.wacz", tmp_path / "made/1.warc.gz").read_bytes()
    )
    everything = "s3://harvests/2026/*.w*"

    fetched = scrapy("ingest", everything, archive=tmp_path / "a")
    there = scrapy("ingest", everything, "--in-place", archive=tmp_path / "b")
    nothing = scrapy("ingest", "s3://harvests/2027/*.warc.gz", "s3://none/x.warc.gz", archive=tmp_path / "c")

    assert (fetched.returncode, fetched.stderr) == (0, "")
    assert (there.returncode, there.stderr) == (0, "")
    assert "3 files: 6 captures, 6 new articles" in fetched.stdout
    assert addresses(tmp_path / "a") == addresses(tmp_path / "b") == FIRST + SECOND
    assert copies(tmp_path / "b") == ["1.warc.gz"]  # out of the package
    for archive in ("a", "b"):
        verified = scrapy("verify", archive=tmp_path / archive)
        assert (verified.returncode, verified.stderr) == (0, "")
    assert nothing.returncode == 2
    assert nothing.stderr.splitlines() == [
        "scrapy: ingest: s3://harvests/2027/*.warc.gz: no such file or bucket",
        "scrapy: ingest: s3://none/x.warc.gz: no such file or bucket",
        "scrapy: ingest: none of these can be read",
    ]

    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    bucket.clear_instance_cache()
    nobody = scrapy("ingest", "s3://harvests/2026/1.warc.gz", archive=tmp_path / "d")

    assert (nobody.returncode, (tmp_path / "d").exists()) == (2, False)
    assert "1.warc.gz: no credentials for it (Unable to locate credentials)" in nobody.stderr


def test_one_file_by_two_addresses_is_one_capture_each(shop: Shop, tmp_path: Path, scrapy: Run) -> None:
    here = tmp_path / "made" / "1.warc.gz"
    archive = tmp_path / "a"

    done = scrapy(
        "ingest", f"{shop.url}/crawl/1.warc.gz", f"{shop.url}/crawl/1.warc.gz?x=1", here.as_uri(), str(here),
        archive=archive,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, f"scrapy: ingest: {here}: named twice, read once\n")
    assert rows(archive, "SELECT count(*) FROM captures") == [(3,)]
    assert copies(archive) == ["1.warc.gz"]
    assert scrapy("verify", archive=archive).returncode == 0


def test_passwords_of_addresses_are_not_written_down(shop: Shop, tmp_path: Path, scrapy: Run) -> None:
    address = f"{shop.url}/crawl/1.warc.gz".replace("http://", "http://me:sesame@")
    archive = tmp_path / "a"

    there = scrapy("ingest", address, "--in-place", archive=archive)
    fetched = scrapy("ingest", address, archive=archive)

    assert there.returncode == 2
    assert "sesame" not in there.stderr
    assert fetched.returncode == 0
    assert rows(archive, "SELECT count(*) FROM meta WHERE value LIKE '%sesame%'") == [(0,)]
    assert addresses(archive) == FIRST
