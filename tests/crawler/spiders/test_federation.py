"""Two archives complete each other: each reads the other's instance by the web archives' own protocols."""

import hashlib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.archive.browse.conftest import Room
from tests.archive.browse.invention import PIXEL, Served, build, page
from tests.archive.browse.served import Server

HOST = "www.ferry.example"
STORIES = {
    "1": "河口的渡船今天停航一日，检修缆绳和跳板，明天清晨六点照常开出第一班，岸边的人先散了。",
    "2": "山上的气象站换了新的风速计，老的那一只装进木箱，站长说它转了三十一年没有停过一天。",
    "3": "镇图书馆把借书的期限延长到四十天，因为冬天路滑，住得远的老人来一趟要走两个钟头。",
    "4": "修表铺的招牌重新漆过，字还是原来的字，师傅说表可以走得慢一点，字不能写得歪一点。",
}
SITE = f'host = "{HOST}"\nname = "渡口报"\narticles = [\'/a/\\d+\\.html$\']\n'


def story(number: str, state: str = "") -> Served:
    text = f"{STORIES[number]}{state}"
    body = page(f"渡口新闻第{number}则", (text, text[::-1], text), "渡口报", "2020-02-12 10:00")
    return Served(f"http://{HOST}/a/{number}.html", body.encode(), coding="gzip")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sites")
    (folder / f"{HOST}.toml").write_text(SITE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[Path, str]]]:
    """Two archives, each with pages that the other lacks and one page in another state; folder and address of each."""
    held = (
        [story("1"), story("2", "编者按：转载请注明出处。"), story("3")],
        [
            story("2"),
            Served(f"http://{HOST}/a/9.html", b"", status="301 Moved", headers="Location: /a/4.html"),
            story("4"),
        ],
    )
    folders = [tmp_path_factory.mktemp(f"archive{number}") for number in range(2)]
    rooms = [Room(build(folder / "archive", pages)) for folder, pages in zip(folders, held, strict=True)]
    servers = [Server(room) for room in rooms]
    yield [(folder, f"{server.url}/archive/-/web") for folder, server in zip(folders, servers, strict=True)]
    for server, room in zip(servers, rooms, strict=True):
        server.stop()
        room.close()


def test_two_instances_complete_each_other(two: Any, sites: Path, run: Any) -> None:
    outcomes = []
    for (folder, _), (_, address) in zip(two, reversed(two), strict=True):
        outcomes.append(
            run(
                "web_archive",
                f"site={HOST}",
                f"archive={address}",
                folder=folder,
                ZHUANZAI_SITES_DIR=sites,
                ZHUANZAI_PRIVATE_ADDRESSES=True,
            )
        )

    payloads = [
        set(
            outcome.rows(
                "SELECT original_url, payload_digest FROM captures"
                " WHERE status = 200 AND urlkey LIKE 'example,ferry)/a/%'"
            )
        )
        for outcome in outcomes
    ]
    articles = [
        outcome.rows("SELECT count(*), count(DISTINCT text) FROM articles WHERE site = 'www.ferry.example'")
        for outcome in outcomes
    ]
    proven = outcomes[0].rows(
        "SELECT DISTINCT payload_digest = archived_digest FROM captures WHERE via = 'wayback' AND status = 200"
    )
    assert [outcome.code for outcome in outcomes] == [0, 0], outcomes[0].log
    assert len(payloads[0]) == 5
    assert payloads[0] == payloads[1]
    assert articles == [[(4, 4)], [(4, 4)]]
    assert proven == [(1,)]


def test_what_was_taken_from_another_archive_is_listed_under_its_own_address(two: Any) -> None:
    for _, address in two:
        with urllib.request.urlopen(f"{address}/cdx?url={HOST}/a/*&fl=original&collapse=urlkey") as answer:
            told = answer.read().decode().split()
        assert [url for url in told if not url.endswith("9.html")] == [
            f"http://{HOST}/a/{number}.html" for number in "1234"
        ]


PICTURED = "http://www.pier.example"
SHEET, EARLY, LATE = b"h1 { color: #123456 }", PIXEL + b"early", PIXEL + b"late"


@pytest.fixture(scope="module")
def pictured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An instance with a page, its stylesheet, and two states of its picture: one at the page's time, one later."""
    text = STORIES["1"]
    html = page("渡口新闻", (text, text[::-1], text), "渡口报", "2020-02-12 10:00")
    at = html.index("</p>") + 4
    html = html[:at] + '<p><img src="/pic/boat.png"></p>' + html[at:]
    html = html.replace("</head>", '<link rel="stylesheet" href="/s.css"></head>')
    between = [Served(f"{PICTURED}/x/{number}.txt", b"x", "text/plain") for number in range(20)]
    held = [
        Served(f"{PICTURED}/a/1.html", html.encode(), coding="gzip"),
        Served(f"{PICTURED}/s.css", SHEET, "text/css"),
        Served(f"{PICTURED}/pic/boat.png", EARLY, "image/png"),
        *between,
        Served(f"{PICTURED}/pic/boat.png", LATE, "image/png"),
    ]
    room = Room(build(tmp_path_factory.mktemp("pictured") / "archive", held))
    server = Server(room)
    yield f"{server.url}/archive/-/web"
    server.stop()
    room.close()


@pytest.mark.parametrize(
    ("spider", "more"), [("web_archive", ()), ("copies", ("site=www.pier.example", "days=1"))]
)
def test_the_look_comes_from_the_archive_that_the_page_came_from(
    pictured: str, run: Any, tmp_path: Path, spider: str, more: tuple[str, ...]
) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "www.pier.example.toml").write_text(SITE.replace(HOST, "www.pier.example"), "utf-8")
    settings = {
        "ZHUANZAI_SITES_DIR": tmp_path / "sites",
        "ZHUANZAI_PRIVATE_ADDRESSES": True,
        "ZHUANZAI_REQUISITES": "article",
    }
    asked = (spider, f"url={PICTURED}/a/1.html", f"archive={pictured}", *more)
    looks = "SELECT url, status, sha256 FROM captures WHERE url LIKE '%.css' OR url LIKE '%.png' ORDER BY id"

    first = run(*asked, folder=tmp_path, **settings)
    came = first.rows(looks)
    second = run(*asked, folder=tmp_path, **settings)

    whole = [(url.partition("/web/")[2][14:], sha256) for url, status, sha256 in came if status == 200]
    assert first.code == 0, first.log
    assert sorted(whole) == [
        (f"cs_/{PICTURED}/s.css", hashlib.sha256(SHEET).hexdigest()),
        (f"im_/{PICTURED}/pic/boat.png", hashlib.sha256(EARLY).hexdigest()),
    ]
    assert [url for url, _, _ in came if not url.startswith(pictured)] == []
    assert first.rows("SELECT count(*), count(requisite_capture_id) FROM requisites") == [(2, 2)]
    assert second.rows(looks) == came
