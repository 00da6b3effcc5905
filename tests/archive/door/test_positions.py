"""One article under ten positions of a list is one article, also the day after; numbers of a script stay apart."""

from pathlib import Path

from archive.view.store import Store
from extract.article import Article
from tests.archive.archives import crawl, exchange, page, response, rows

BASE = "http://news.example.com/202002/t20200210_4001.html"
DAY = 24 * 60


def held(folder: Path) -> list[tuple[object, ...]]:
    return rows(folder, "SELECT url FROM articles ORDER BY id")


def test_one_article_at_many_positions_is_one(tmp_path: Path) -> None:
    looks = [exchange(f"{BASE}?pos={n}", response(page(1)), minutes=n) for n in range(10)]
    crawl(tmp_path, *looks)

    assert held(tmp_path) == [(f"{BASE}?pos=0",)]
    assert rows(tmp_path, "SELECT state, count(*) FROM sightings GROUP BY state ORDER BY state") == [
        ("new", 1),
        ("same", 9),
    ]


def test_its_edit_at_a_new_position_is_a_version(tmp_path: Path) -> None:
    looks = [exchange(f"{BASE}?pos={n}", response(page(1)), minutes=n) for n in range(3)]
    edited = exchange(f"{BASE}?pos=7", response(page(1, said="更正")), minutes=DAY)
    crawl(tmp_path, *looks, edited, batch=1)

    assert held(tmp_path) == [(f"{BASE}?pos=0",)]
    assert rows(tmp_path, "SELECT count(*) FROM versions") == [(1,)]


def test_two_articles_of_a_script_stay_two(tmp_path: Path) -> None:
    """A script's number is the article, be their texts the same."""
    urls = [f"http://news.example.com/show.asp?id={n}" for n in (41, 42)]
    crawl(tmp_path, *(exchange(url, response(page(1)), minutes=n) for n, url in enumerate(urls)))

    assert held(tmp_path) == [(urls[0],), (urls[1],)]


def test_other_texts_under_one_path_stay_apart(tmp_path: Path) -> None:
    urls = [f"{BASE}?part={n}" for n in (1, 2)]
    crawl(tmp_path, *(exchange(url, response(page(n)), minutes=n) for n, url in enumerate(urls)))

    assert held(tmp_path) == [(urls[0],), (urls[1],)]


def test_an_article_is_not_looked_for_through_all_articles_of_its_site(tmp_path: Path) -> None:
    steps = []
    with Store(tmp_path / "archive.db") as store:
        store.conn.execute("PRAGMA foreign_keys = OFF")
        store.conn.executemany(
            "INSERT INTO articles (capture_id, url, site, title, text, published_at, extractor, notes)"
            " VALUES (1, ?, ?, ?, '转载', ?, 'zhuanzai 3', '[]')",
            [
                (f"http://{site}/{n}.html", site, str(n), None if site != "a.example" else f"2020-02-{n}")
                for site in ("a.example", "b.example")
                for n in range(400)
            ],
        )
        store.conn.set_progress_handler(lambda: steps.append(1), 10)
        found = Article("http://a.example/12345678.html?pos=3", title="1", text="转载")
        alike = store.at_other_position(found, "a.example"), store.at_twin_address(found, "a.example", None)

    assert alike == (None, None)
    assert len(steps) < 100
