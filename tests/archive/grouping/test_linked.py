"""Stories whose pages link where they were taken from: rows of the trees, as articles come and after a rebuild."""

from pathlib import Path

import pytest

from archive.care.rebuild import rebuild
from archive.grouping import descents
from archive.grouping.lineage import tree_of, walked
from archive.run.folder import Archive
from crawler.commands.lineage import drawn
from tests.archive.archives import Book, crawl, exchange, response, rows
from tests.archive.grouping.test_descents import TEXT
from tests.shelf import Shelf

pytestmark = pytest.mark.slow

CHANGED = TEXT.replace("退休工人", "老年居民")
DAHE = "http://www.dahe.cn/2019/0314/1234.html"


def shelf(**copy: object) -> tuple[Shelf, list[int]]:
    """An origin, a page of dahe.cn that replaces a word, a sibling that prints the same, a copy with these fields."""
    made = Shelf()
    ids = [
        made.put(
            text, "泵站图纸公布", published_at=f"2019-03-14T{hour:02}:00:00+08:00", published_precision="minute", **more
        )
        for hour, text, more in (
            (6, TEXT, {"site": "paper.example"}),
            (8, CHANGED, {"site": "www.dahe.cn", "url": DAHE}),
            (9, CHANGED, {"site": "county.example"}),
            (10, CHANGED, {"site": "town.example", **copy}),
        )
    ]  # fmt: skip
    descents.catch_up(made.conn)
    return made, ids


def descent(made: Shelf, article: int) -> tuple[object, ...]:
    """Parent, number of a page not held, whether it is credited, what the credit says, whether it is undecided."""
    row = made.conn.execute(
        "SELECT parent_id, not_held, credited, evidence ->> 'credit', evidence ->> 'undecided' FROM descents"
        " WHERE article_id = ?",
        [article],
    ).fetchone()
    return tuple(row)


@pytest.mark.parametrize(
    "address",
    [DAHE, DAHE.replace("http:", "https:"), DAHE.replace("www.", ""), f"{DAHE}?div=-1"],
)
def test_the_linked_copy_is_the_parent(address: str) -> None:
    made, (_, dahe, _, copy) = shelf(source="大河网", source_url=address)

    assert descent(made, copy) == (dahe, None, 1, "links to it", 0)


def test_the_terminal_says_that_a_copy_links_its_parent() -> None:
    made, _ = shelf(source_url=DAHE)
    root = tree_of(made.conn, 1)

    assert root is not None
    assert "links to it" in drawn(root)


def test_a_link_to_a_front_page_counts_as_a_credit_to_the_host() -> None:
    made, (_, dahe, _, copy) = shelf(source_url="http://www.dahe.cn/")

    assert descent(made, copy)[:4] == (dahe, None, 1, "names it")


def test_a_link_to_a_page_that_nobody_holds_is_evidence_of_it() -> None:
    made, (*_, copy) = shelf(source_url="http://news.hexi.example/2019/0314/5.html")
    root = tree_of(made.conn, 1)

    assert descent(made, copy)[:4] == (None, 1, 1, "links to it")
    assert root is not None
    assert [page.source for page, *_ in walked(root) if page.article is None] == ["news.hexi.example"]


def page(line: str, text: str) -> bytes:
    paragraphs = "".join(f"<p>　　{one}</p>" for one in text.split("\n"))
    return (
        '<html><head><meta charset="utf-8"><title>泵站图纸公布</title></head><body><h1>泵站图纸公布</h1>'
        f'<div class="info">{line}</div><div class="content">{paragraphs}</div></body></html>'
    ).encode()


def test_a_crawl_and_a_rebuild_find_the_linked_parent(tmp_path: Path) -> None:
    """The linked page comes last."""
    pages = {
        "http://paper.example/2019/0314/1.html": page("2019-03-14 06:00", TEXT),
        "http://county.example/2019/0314/2.html": page("2019-03-14 09:00", CHANGED),
        "http://town.example/2019/0314/3.html": page(
            f'2019-03-14 10:00 来源：<a href="{DAHE}">大河网</a>', CHANGED
        ),
        DAHE: page("2019-03-14 08:00", CHANGED),
    }
    crawl(tmp_path, *(exchange(url, response(body)) for url, body in pages.items()))
    asked = (
        "SELECT a.site, p.site, d.evidence, a.source_url FROM descents AS d JOIN articles AS a ON a.id = d.article_id"
        " LEFT JOIN articles AS p ON p.id = d.parent_id ORDER BY 1"
    )
    online = rows(tmp_path, asked)

    assert [(site, parent) for site, parent, *_ in online if site == "town.example"] == [
        ("town.example", "www.dahe.cn")
    ]
    assert [url for *_, url in online if url] == [DAHE]

    rebuild(Archive(tmp_path, Book()), made_by="test", jobs=1)

    assert rows(tmp_path, asked) == online
