"""A story that leaves as a WACZ takes along how its pages looked, and the readers of other projects find it all."""

import gzip
import hashlib
import json
import struct
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from archive.out.export import Selection
from archive.out.wacz import About, write_wacz
from archive.search.articles import Filter
from archive.view.store import Store
from crawler.registry.book import SiteFiles
from tests.archive import readers
from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import BEGAN, ORIGIN, PIXEL, Served, build, page
from tests.archive.browse.served import Server

HOST, COPY, CDN = "http://www.origin.example", "http://www.copy.example", "http://img.cdn.example"
PATH = "/archive/-/story/1.wacz"
HEAD = '<link rel="stylesheet" href="http://img.cdn.example/c/site.css?v=2">'
FIGURE = '<p><img src="{}"></p><p><img src="/pic/%E5%9B%BE.png?w=640&amp;h=480" alt="图"></p>'


def _pictured(address: str) -> bytes:
    html = page("社区里的十七天", ORIGIN, "人民日报", "2020-02-10 05:08", HEAD)
    at = html.index("<p>", html.index("<p>") + 3)
    return (html[:at] + FIGURE.format(address) + html[at:]).encode()


def picture(number: int) -> bytes:
    """A picture of its own."""
    return PIXEL + bytes([number])


LOOKS = [
    Served(f"{CDN}/c/site.css?v=2", b"@import url(deep/more.css) screen; h1 { color: red }", "text/css"),
    Served(f"{CDN}/c/deep/more.css", b"@import '../last.css'; p { background: url(bg.png) }", "text/css"),
    Served(f"{CDN}/c/last.css", b"b { color: blue }", "text/css", coding="gzip"),
    Served(f"{CDN}/c/deep/bg.png", picture(1), "image/png"),
    Served(f"{HOST}/pic/map.png", b"", status="302 Found", headers="Location: /pic/there.png"),
    Served(f"{HOST}/pic/there.png", b"", status="301 Moved", headers=f"Location: {CDN}/map.png"),
    Served(f"{CDN}/map.png", picture(2), "image/png"),
    Served(f"{HOST}/pic/%E5%9B%BE.png?w=640&h=480", picture(3), "image/png"),
    Served(f"{COPY}/pic/%E5%9B%BE.png?w=640&h=480", picture(3), "image/png"),  # a revisit
    Served(f"{COPY}/a/pic/near.png", picture(4), "image/png", coding="chunked"),
]
"""In the order they are archived, after the two pages."""
UNRELATED = Served(f"{CDN}/unrelated.png", picture(9), "image/png")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    pages = [
        Served(f"{HOST}/a/1.html", _pictured("/pic/map.png"), coding="gzip"),
        Served(f"{COPY}/a/2.html", _pictured("pic/near.png")),
        *LOOKS,
        UNRELATED,
    ]
    opened = Room(build(tmp_path_factory.mktemp("story") / "data", pages))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def package(room: Room) -> bytes:
    return bytes(room.get(PATH).content)


def wanted() -> list[tuple[str, str]]:
    """Time and address of every part of the look."""
    return [(f"{BEGAN + timedelta(seconds=2 + n):%Y%m%d%H%M%S}", one.url) for n, one in enumerate(LOOKS)]


def test_a_story_takes_every_part_of_its_look_along_and_no_other(package: bytes) -> None:
    with ZipFile(BytesIO(package)) as zipped:
        lines = gzip.decompress(zipped.read("indexes/index.cdx.gz")).decode().splitlines()
    found = {json.loads(line.split(" ", 2)[2])["url"] for line in lines}

    assert found == {f"{HOST}/a/1.html", f"{COPY}/a/2.html", *(one.url for one in LOOKS)}


def test_members_begin_where_readers_of_the_directory_expect_them(package: bytes) -> None:
    """wabac takes a member without fields in the directory for one that has none at its beginning."""
    with ZipFile(BytesIO(package)) as zipped:
        for member in zipped.infolist():
            _, extra = struct.unpack_from("<HH", package, member.header_offset + 26)
            assert bool(member.extra) or not extra, member.filename


@pytest.mark.skipif(readers.WABAC is None, reason=readers.WITHOUT_WABAC)
def test_the_reader_of_replayweb_page_finds_every_part(room: Room) -> None:
    server = Server(room)
    try:
        found = readers.wabac(f"{server.url}{PATH}", wanted())
    finally:
        server.stop()

    assert [answer[0] for answer in found] == [int(one.status[:3]) for one in LOOKS]
    assert [answer[2] for answer in found] == [hashlib.sha256(one.body).hexdigest() for one in LOOKS]


@pytest.mark.skipif(readers.PYWB is None, reason=readers.WITHOUT_PYWB)
def test_pywb_finds_every_part(package: bytes, tmp_path: Path) -> None:
    (tmp_path / "story.wacz").write_bytes(package)
    readers.collected(tmp_path, "story", tmp_path / "story.wacz")
    with readers.pywb(tmp_path) as address:
        found = [readers.fetched(f"{address}/story/{at}id_/{url}") for at, url in wanted()]

    assert found == [(int(one.status[:3]), one.body) for one in LOOKS]


REPLAYED = "http://web.archive.org/web/20200210120000"
ELSEWHERE = [
    Served(f"{REPLAYED}id_/{HOST}/a/1.html", _pictured("/pic/map.png")),
    Served(f"{REPLAYED}im_/{HOST}/pic/map.png", picture(5), "image/png"),
]


@pytest.fixture(scope="module")
def fetched_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A story with a page and a picture that came from the Wayback Machine."""
    folder = tmp_path_factory.mktemp("elsewhere") / "data"
    opened = Room(build(folder, ELSEWHERE, SiteFiles.load()))
    yield opened
    opened.close()


def test_what_another_archive_replayed_stands_under_its_own_address(fetched_elsewhere: Room) -> None:
    with ZipFile(BytesIO(fetched_elsewhere.get(PATH).content)) as zipped:
        index = gzip.decompress(zipped.read("indexes/index.cdx.gz")).decode().splitlines()
        pages = [json.loads(line) for line in zipped.read("pages/pages.jsonl").splitlines()[1:]]
        package = json.loads(zipped.read("datapackage.json"))

    listed = [(line.split()[1], json.loads(line.split(" ", 2)[2])["url"]) for line in index]
    assert [(at, url) for at, url in listed if "web.archive.org" not in url] == [
        ("20200210120000", f"{HOST}/a/1.html"),
        ("20200210120000", f"{HOST}/pic/map.png"),
    ]
    assert [(page["url"], page["ts"]) for page in pages] == [(f"{HOST}/a/1.html", "2020-02-10T12:00:00Z")]
    assert package["mainPageUrl"] == f"{HOST}/a/1.html"


@pytest.mark.skipif(readers.WABAC is None, reason=readers.WITHOUT_WABAC)
def test_the_reader_of_replayweb_page_finds_it_there(fetched_elsewhere: Room) -> None:
    server = Server(fetched_elsewhere)
    try:
        found = readers.wabac(
            f"{server.url}{PATH}",
            [("20200210120000", f"{HOST}{path}") for path in ("/a/1.html", "/pic/map.png")],
        )
    finally:
        server.stop()

    assert [answer[0] for answer in found] == [200, 200]
    assert [answer[2] for answer in found] == [hashlib.sha256(one.body).hexdigest() for one in ELSEWHERE]


@pytest.mark.skipif(readers.PYWB is None, reason=readers.WITHOUT_PYWB)
def test_pywb_finds_it_there(fetched_elsewhere: Room, tmp_path: Path) -> None:
    (tmp_path / "story.wacz").write_bytes(fetched_elsewhere.get(PATH).content)
    readers.collected(tmp_path, "story", tmp_path / "story.wacz")
    with readers.pywb(tmp_path) as address:
        status, body = readers.fetched(f"{address}/story/20200210120000id_/{HOST}/pic/map.png")

    assert (status, body) == (200, picture(5))


MOMENT = "20200210120000"
BODIES = {f"{HOST}/a/1.html": ELSEWHERE[0].body, f"{HOST}/pic/map.png": picture(5)}


@pytest.fixture(scope="module")
def whole(fetched_elsewhere: Room, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole archive in one WACZ."""
    path = tmp_path_factory.mktemp("whole") / "all.wacz"
    folder = Path(fetched_elsewhere.datasette.files[0]).parent
    with Store(folder / "archive.db", read_only=True) as store, path.open("wb") as file:
        packed = write_wacz(file, store, folder / "warc", Selection(Filter()), About("", "", BEGAN))
    assert (packed.captures, packed.pages, packed.missing) == (4, 1, ())
    return path


def test_everything_too_has_what_another_archive_replayed_under_its_own_address(
    fetched_elsewhere: Room, whole: Path
) -> None:
    (own,) = (Path(fetched_elsewhere.datasette.files[0]).parent / "warc").rglob("*.warc.gz")
    with ZipFile(whole) as zipped:
        index = gzip.decompress(zipped.read("indexes/index.cdx.gz")).decode().splitlines()
        same = zipped.read(f"archive/{own.name}")

    listed = [json.loads(line.split(" ", 2)[2]) for line in index]
    assert sorted((one["filename"], one["url"]) for one in listed) == [
        ("copies.warc.gz", f"{HOST}/a/1.html"),
        ("copies.warc.gz", f"{HOST}/pic/map.png"),
        (own.name, ELSEWHERE[0].url),
        (own.name, ELSEWHERE[1].url),
    ]
    assert same == own.read_bytes()


@pytest.mark.skipif(readers.WABAC is None, reason=readers.WITHOUT_WABAC)
def test_the_reader_of_replayweb_page_finds_it_in_everything(whole: Path) -> None:
    with readers.by_ranges(whole.read_bytes()) as address:
        found = readers.wabac(address, [(MOMENT, url) for url in BODIES])

    assert [answer[0] for answer in found] == [200, 200]
    assert [answer[2] for answer in found] == [hashlib.sha256(body).hexdigest() for body in BODIES.values()]


@pytest.mark.skipif(readers.PYWB is None, reason=readers.WITHOUT_PYWB)
def test_pywb_finds_it_in_everything(whole: Path, tmp_path: Path) -> None:
    readers.collected(tmp_path, "all", whole)
    with readers.pywb(tmp_path) as address:
        found = [readers.fetched(f"{address}/all/{MOMENT}id_/{url}") for url in BODIES]

    assert found == [(200, body) for body in BODIES.values()]
