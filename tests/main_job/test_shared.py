"""Real pages through the whole house: every saved page crawled over loopback, and the two seeds in their markup."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from html import escape
from pathlib import Path

import pytest

from archive.capture import Ref
from archive.care.rebuild import rebuild
from archive.record.http import parse
from archive.record.reader import read
from archive.run.folder import Archive
from crawler.registry.book import SiteFiles
from extract.script.fold import simplified
from tests.archive.archives import contents
from tests.crawler.conftest import Outcome, SmallWeb, web
from tests.crawler.conftest import run as run
from tests.extract.test_seeds import jiaozuo_page

SHARED = Path(__file__).parents[3] / "shared"
PAGES = SHARED / "pages"
SITE = """\
host = "127.0.0.1"
name = "saved pages"
articles = ['/[a-z]\\w+\\.html$']
[[listings]]
url = "{root}/list/"
links = "a"
"""

shared_web = web
"""A web of its own for this module."""


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    if not PAGES.is_dir():
        pytest.skip(f"{PAGES} is not here")
    return {path.name: path.read_bytes() for path in sorted(PAGES.glob("*.html"))}


@pytest.fixture(scope="module")
def crawled(
    pages: dict[str, bytes],
    shared_web: SmallWeb,
    run: Callable[..., Outcome],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("pages")
    root = f"http://127.0.0.1:{shared_web.port}"
    sites = folder / "sites"
    sites.mkdir()
    (sites / "127.0.0.1.toml").write_text(SITE.format(root=root), "utf-8")
    for name, body in pages.items():
        # no charset in the header: the page's own label and bytes decide
        shared_web.add(f"/{name}", body, Content_Type="text/html")
    links = "".join(f'<p><a href="/{name}">{name}</a></p>' for name in pages)
    shared_web.add("/list/", f"<html><body>{links}</body></html>")
    yield run(
        "mirrors",
        "site=127.0.0.1",
        folder=folder,
        ZHUANZAI_SITES_DIR=sites,
        ZHUANZAI_PRIVATE_ADDRESSES=True,
        ZHUANZAI_PORTS=f"80,{shared_web.port}",
    )


def test_every_saved_page_is_in_the_record_byte_for_byte(crawled: Outcome, pages: dict[str, bytes]) -> None:
    rows = crawled.rows(
        "SELECT url, warc_file, warc_offset, warc_length, record_id, revisit_of FROM captures WHERE url LIKE '%.html'"
    )
    warcs = crawled.folder / "archive" / "warc"
    held = {
        url.rpartition("/")[2]: parse(read(warcs, Ref(*place)).block).body
        for url, *place, revisit_of in rows
        if revisit_of is None
    }

    assert len(pages) == 102
    assert held == pages


def test_every_saved_page_is_an_article_or_says_why_not(crawled: Outcome, pages: dict[str, bytes]) -> None:
    articles = {url for (url,) in crawled.rows("SELECT url FROM articles")}
    quarantined = {url for (url,) in crawled.rows("SELECT url FROM quarantine")}

    assert "Traceback" not in crawled.log
    assert len(articles | quarantined) == 102
    assert len(articles) >= 80


JIAOZUO = "http://www.jzrb.com/news/tuijian/202002/436103.shtml"
ORIGINAL = "http://politics.people.com.cn/n1/2020/0210/c1001-31578914.html"
SECOND = "http://politics.people.com.cn/n1/2020/0125/c1001-31562000.html"


def people_page(title: str, paragraphs: list[str], day: str) -> str:
    """A page of people.com.cn around 2020: reference/sites.md §2.5 (b)."""
    body = "".join(f"<p>　　{escape(paragraph)}</p>" for paragraph in paragraphs)
    return f"""<html><head><title>{title}--时政--人民网</title></head><body>
<div class="clearfix w1000_320 text_title"><h1>{title}</h1>
<div class="box01"><div class="fl">{day}  来源：<a href="#">人民网－人民日报</a></div></div></div>
<div class="clearfix w1000_320 text_con"><div class="fl text_con_left"><div class="box_con" id="rwb_zw">{body}</div>
<div class="edit clearfix">(责编：甲乙、丙丁)</div></div></div></body></html>"""


@pytest.fixture(scope="module")
def seeds(
    run: Callable[..., Outcome], shared_web: SmallWeb, tmp_path_factory: pytest.TempPathFactory
) -> Outcome:
    if not (SHARED / "seeds").is_dir():
        pytest.skip(f"{SHARED / 'seeds'} is not here")
    text = (SHARED / "seeds" / "jiaozuo_mirror_2020.txt").read_text("utf-8")
    lines = text.split("\n")
    first = next(n for n, line in enumerate(lines) if line.startswith("  孝感"))
    last = next(n for n, line in enumerate(lines) if line.startswith("文章編輯"))
    body = [simplified(line.strip()) for line in lines[first:last] if line.strip()]
    title = simplified("16個省對口支援湖北:抗疫戰爭,就要全國一盤棋")
    paper = (SHARED / "seeds" / "people_daily_2020.txt").read_text("utf-8").split("\n")
    other = [line.strip() for line in paper if line.strip()]
    shared_web.add("http://www.jzrb.com/news/ShowClass.asp?ClassID=3", row(JIAOZUO, "16個省", "2020-2-10"))
    shared_web.add(JIAOZUO, jiaozuo_page(text))
    listing = "".join(f'<li><a href="{url}">{url}</a></li>' for url in (ORIGINAL, SECOND))
    shared_web.add(
        "http://politics.people.com.cn/GB/1024/index1.html",
        f'<body><ul class="list_14 clearfix">{listing}</ul></body>',
    )
    shared_web.add(ORIGINAL, people_page(title, body, "2020年02月10日05:20"))
    shared_web.add(SECOND, people_page("众志成城 驰援武汉", other, "2020年01月25日04:13"))
    folder = tmp_path_factory.mktemp("seeds")
    return run("mirrors", "site=www.jzrb.com,people.com.cn", folder=folder, proxy=shared_web.proxy)


def row(url: str, title: str, day: str) -> str:
    cells = f'<td>·</td><td><a href="{url}">{title}</a></td><td>{day}</td>'
    return f'<div class="lmzj"><table><tr>{cells}</tr></table></div>'


def test_both_seeds_are_archived(seeds: Outcome) -> None:
    assert {url for (url,) in seeds.rows("SELECT url FROM articles")} == {JIAOZUO, ORIGINAL, SECOND}


def test_the_jiaozuo_seed_is_read_as_its_page_prints_it(seeds: Outcome) -> None:
    [found] = seeds.rows(
        f"SELECT source, published_at, published_precision, editor, script, text FROM articles WHERE url = '{JIAOZUO}'"
    )

    assert found[:5] == ("人民日報", "2020-02-10T08:39:53+08:00", "second", "劉佳", "hant")
    assert found[5].count("孝感—江蘇、黃岡—山東") == 1
    assert found[5].startswith("孝感—江蘇")
    assert found[5].endswith("勝利一定不會遙遠。")


def test_the_jiaozuo_seed_and_its_simplified_form_are_one_story(seeds: Outcome) -> None:
    story = dict(
        seeds.rows("SELECT url, story_id FROM copies WHERE relation IN ('origin', 'copy', 'abridged')")
    )

    assert story[JIAOZUO] == story[ORIGINAL]
    assert story[JIAOZUO] != story[SECOND]
    assert len(story) == 3


def test_the_database_is_whole(seeds: Outcome) -> None:
    with closing(sqlite3.connect(seeds.folder / "archive" / "archive.db")) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_view_of_every_saved_page_rebuilt_is_the_crawled_one(crawled: Outcome, tmp_path: Path) -> None:
    shutil.copytree(crawled.folder / "archive" / "warc", tmp_path / "warc")
    sites = SiteFiles.load(crawled.folder / "sites")

    rebuild(Archive(tmp_path, sites), made_by="test", jobs=1)

    assert contents(tmp_path / "archive.db") == contents(crawled.folder / "archive" / "archive.db")
