"""One article under several forms of its address is one article: the same text says so, the form alone does not."""

from pathlib import Path

import pytest

from tests.archive.archives import crawl, exchange, page, response, rows

BASE = "http://www.qinglan.example/news/202002/4001/index.html"


def held(folder: Path) -> list[str]:
    return [url for (url,) in rows(folder, "SELECT url FROM articles ORDER BY id")]


def look(url: str, minutes: int, number: int = 1, stated: str = "") -> object:
    link = f'<link rel="canonical" href="{stated}">'.encode() if stated else b""
    return exchange(url, response(page(number).replace(b"</head>", link + b"</head>")), minutes=minutes)


@pytest.mark.parametrize(
    "other",
    [
        "http://www.qinglan.example/news/202002/4001/",
        "http://www.qinglan.example/news/202002/4001",
        "http://m.qinglan.example/news/202002/4001/index.html",
        "https://qinglan.example/news/202002/4001/",
        "http://www.qinglan.example/News/202002/4001/Index.shtml",
        "http://www.qinglan.example//news/202002/4001/index.html",
    ],
)
def test_forms_of_one_address_are_one_article(other: str, tmp_path: Path) -> None:
    crawl(tmp_path, look(BASE, 0), look(other, 1))

    assert held(tmp_path) == [BASE]
    assert rows(tmp_path, "SELECT state FROM sightings ORDER BY id") == [("new",), ("same",)]


def test_forms_of_one_address_with_other_texts_stay_apart(tmp_path: Path) -> None:
    other = "http://m.qinglan.example/news/202002/4001/index.html"
    crawl(tmp_path, look(BASE, 0), look(other, 1, number=2))

    assert held(tmp_path) == [BASE, other]


@pytest.mark.parametrize("first", [0, 1])
def test_a_canonical_link_joins_addresses_of_no_common_form(first: int, tmp_path: Path) -> None:
    urls = [BASE, "http://www.qinglan.example/wap/4001.html", "http://www.qinglan.example/print/4001.html"]
    order = urls[first:] + urls[:first]
    crawl(tmp_path, *(look(url, n, stated=BASE) for n, url in enumerate(order)))

    assert held(tmp_path) == [order[0]]


def test_the_same_text_in_two_channels_stays_two(tmp_path: Path) -> None:
    """Nobody says that they are one: a site may print an article twice."""
    urls = ["http://www.qinglan.example/yaowen/4001.html", "http://www.qinglan.example/shehui/4088.html"]
    crawl(tmp_path, *(look(url, n) for n, url in enumerate(urls)))

    assert held(tmp_path) == urls


def test_two_numbers_of_a_script_stay_two_whatever_they_state(tmp_path: Path) -> None:
    urls = [f"http://www.qinglan.example/show.asp?id={n}" for n in (41, 42)]
    crawl(tmp_path, *(look(url, n, stated=url) for n, url in enumerate(urls)))

    assert held(tmp_path) == urls
