"""Pages that take long to read hold nobody up, and pages that came to their last tag are pages."""

import gzip
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.conftest import Answer, SmallWeb
from tests.crawler.fetch.test_waiting import NUMBERS, article, put
from tests.starter import Starter

LARGE, PLAIN = "busy.example", "calm.example"  # both listed by put()


@pytest.fixture
def crawl(run: Any, web: SmallWeb, tmp_path: Path) -> Callable[..., Any]:
    """`scrapy crawl mirrors` of both hosts."""
    web.pages.clear()
    web.gates.clear()
    web.too_long.clear()
    sites = tmp_path / "sites"
    sites.mkdir()
    for host in (LARGE, PLAIN):
        put(web, host)
        (sites / f"{host}.toml").write_text(
            f'host = "{host}"\nname = "{host}"\nregion = "city"\nfamily = "trs"\nsource = "invented"\n'
            f'listings = [{{ url = "http://{host}/", last = 1 }}]\n',
            encoding="utf-8",
        )

    def crawl(**settings: object) -> Any:
        web.log.clear()
        settings = {"ZHUANZAI_SITES_DIR": sites, **settings}
        return run("mirrors", f"site={LARGE},{PLAIN}", folder=tmp_path, proxy=web.proxy, **settings)

    return crawl


def body_of(web: SmallWeb, url: str) -> str:
    page = web.pages[url]
    assert isinstance(page, Answer) and isinstance(page.body, str)
    return page.body


def swollen(body: str, characters: int) -> str:
    """An article with so much more text, no two paragraphs of it alike."""
    more = "".join(
        f"<p>　　第{n}段记录了第{n * 7}号事项的办理经过和结果，供读者查阅。</p>"
        for n in range(characters // 32)
    )
    return body.replace("</div></body>", f"{more}</div></body>")


def of_ten_megabytes(body: str) -> str:
    return swollen(body, 3_000_000)


def of_many_pieces(body: str) -> str:
    """A page of an ordinary size that takes seconds to read, for its many lines with a date and a name."""
    lines = "".join(f"<p>2024年1月{n}日 编辑王{n}</p>" for n in range(22_000))
    return body.replace("</div></body>", f"{lines}</div></body>")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made", "seconds", "before", "why"),
    [(of_ten_megabytes, 2, 6, [("too-long",)]), (of_many_pieces, 60, 1, [])],
)
def test_others_go_on_while_a_page_is_read(
    crawl: Any,
    web: SmallWeb,
    made: Callable[[str], str],
    seconds: int,
    before: int,
    why: list[tuple[str]],
) -> None:
    url = article(LARGE, 6)  # the first one asked for
    for n in NUMBERS:
        if n != 6:
            del web.pages[article(LARGE, n)]
    web.add(f"http://{LARGE}/", f'<html><body><a href="{url}">第6号报道：各地有序推进工作</a></body></html>')
    web.add(url, made(body_of(web, url)))
    large, listed = web.pages[url], threading.Event()

    def when_the_others_are_listed(_: int) -> Answer:
        assert isinstance(large, Answer) and listed.wait(60)
        return large

    def of_others(asked: str, _: object) -> None:
        if asked == f"http://{PLAIN}/":
            listed.set()

    web.pages[url] = when_the_others_are_listed  # whichever host the crawl begins with
    web.gates.append(of_others)

    outcome = crawl(ZHUANZAI_PAGE_SECONDS=seconds)

    order = [
        site for (site,) in outcome.rows("SELECT site FROM captures WHERE url LIKE '%/t2020%' ORDER BY id")
    ]
    assert sorted(order) == sorted([*[PLAIN] * 6, LARGE])
    assert order.index(LARGE) >= before
    assert outcome.rows(f"SELECT reason FROM quarantine WHERE url = '{url}'") == why


def test_large_pages_are_the_articles_that_they_are_read_aside_or_not(
    crawl: Any, web: SmallWeb, starter: Starter, tmp_path: Path
) -> None:
    noise = "".join(f"{n * 7919 % 1000003:x}" for n in range(210_000))
    urls = [article(LARGE, n) for n in (2, 3)]
    plain, packed = (
        body_of(web, url).replace("<body>", f"<body><script>var s='{noise}';</script>").encode()
        for url in urls
    )
    web.add(urls[0], plain)
    web.add(urls[1], gzip.compress(packed), Content_Encoding="gzip")
    outcome = crawl()
    kept = "SELECT a.url, a.text, c.warc_offset FROM articles a JOIN captures c ON c.id = a.capture_id ORDER BY a.id"
    before = outcome.rows(kept)

    words = ["-s", f"ARCHIVE_DIR={tmp_path / 'archive'}", "-s", f"ZHUANZAI_SITES_DIR={tmp_path / 'sites'}"]
    rebuilt = starter.start(["rebuild", *words], {"PATH": "/usr/bin:/bin"}).wait()

    texts = {url: text for url, text, _ in before}
    assert len(texts) == 12
    assert all("号报道说" in texts[url] for url in urls)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert outcome.rows(kept) == before


# ---------------------------------------------------------------------- fewer bytes than announced


def test_a_page_that_is_whole_but_for_its_content_length_is_an_article(crawl: Any, web: SmallWeb) -> None:
    web.too_long.update(article(LARGE, n) for n in NUMBERS)

    outcome = crawl(RETRY_TIMES=2)
    again = crawl(RETRY_TIMES=2)

    assert outcome.rows("SELECT site, count(*) FROM articles GROUP BY site ORDER BY site") == [
        (LARGE, 6),
        (PLAIN, 6),
    ]
    assert outcome.rows("SELECT * FROM quarantine") == []
    assert outcome.rows("SELECT count(*) FROM captures WHERE truncated IS NOT NULL") == [(6,)]
    assert len([item for item in outcome.items if LARGE in item["url"]]) == 6
    assert [url for url in web.asked if "/t2020" in url] == []
    assert again.code == 0


def test_a_page_that_breaks_off_in_its_text_is_none(crawl: Any, web: SmallWeb) -> None:
    url = article(LARGE, 3)
    web.add(url, body_of(web, url).partition("</div></body>")[0])
    web.too_long.add(url)

    outcome = crawl()

    assert outcome.rows("SELECT url, reason FROM quarantine") == [(url, "truncated")]
