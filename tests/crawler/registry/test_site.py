from datetime import date
from pathlib import Path

import pytest

from archive.errors import WrongUse
from crawler.registry.book import SiteFiles
from crawler.registry.site import Site
from crawler.registry.strict import SiteFileError
from crawler.registry.urls import normalised, unwrapped

BOOK = SiteFiles.load()
TODAY = date(2026, 1, 1)
PAPER = "http://paper.people.com.cn/rmrb"


def own(folder: Path, text: str, name: str = "a.example") -> SiteFiles:
    (folder / f"{name}.toml").write_text(f'host = "{name}"\nname = "甲"\n{text}', encoding="utf-8")
    return SiteFiles.load(folder)


def site(folder: Path, text: str) -> Site:
    return own(folder, text).sites["a.example"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'listngs = ["http://a.example/"]',
            r"a\.example\.toml: unknown key 'listngs'; did you mean 'listings'\?",
        ),
        (
            '[[listings]]\nurl = "http://a.example/"\npagng = "x"',
            "listings.0.: unknown key 'pagng'; did you mean 'paging'",
        ),
        ("articles = ['(']", "articles.0.: '\\(' is no pattern"),
        ("articles = 'x'", "articles is 'x', wanted a list"),
        ("expected = [5, 1]", r"expected is \[5, 1\], wanted \[least, most\]"),
        ("delay_s = true", "delay_s is True, wanted float"),
        ("renders = 1", "renders is 1, wanted bool"),
        ('confidence = "Q"', "confidence is 'Q', wanted H, M, L"),
        ('scheme = "ftp"', "scheme is 'ftp', wanted http, https"),
        ('region = "hongkng"', "region is 'hongkng', wanted central, .*; did you mean 'hongkong'"),
        ('region = "Macau"', "region is 'Macau', wanted central, .*; did you mean 'macau'"),
        ("region = 3", "region is 3, wanted central, "),
        ("continuations = ['_\\d+\\.html']", r"has no group \(\?P<page>…\)"),
        ('listings = ["http://a.example/"]', "articles is missing"),
        ('layouts = [{ body = ["div["] }]', r"layouts\[0\]: body\[0\]: 'div\[' is no selector"),
        ('family = "peopel"', "family is 'peopel'; did you mean 'people'"),
        ('dated = [{ url = "http://a.example/{day}" }]\narticles = ["x"]', "dated"),
        ("= 3", "a.example.toml"),
    ],
)
def test_what_a_file_must_not_say(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SiteFileError, match=message):
        own(tmp_path, text)


def test_a_file_is_named_after_its_host(tmp_path: Path) -> None:
    (tmp_path / "b.example.toml").write_text('host = "a.example"\nname = "甲"', encoding="utf-8")

    with pytest.raises(SiteFileError, match=r"host is 'a\.example', the file's name says 'b\.example'"):
        SiteFiles.load(tmp_path)


def test_a_missing_folder_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="ZHUANZAI_SITES_DIR"):
        SiteFiles.load(tmp_path / "none")


def test_a_file_of_ones_own_replaces_the_shipped_one(tmp_path: Path) -> None:
    book = own(tmp_path, "", name="www.jzrb.com")

    assert book.sites["www.jzrb.com"].name == "甲"


def test_families_give_addresses_and_paging(tmp_path: Path) -> None:
    found = site(tmp_path, 'family = "trs"\nlistings = ["http://a.example/gn/index.htm"]')

    assert found.is_article("http://a.example/gn/202002/t20200210_12190101.htm")
    assert found.listings[0].page(1) == "http://a.example/gn/index_1.htm"
    assert found.listings[0].first == 1


@pytest.mark.parametrize(
    ("url", "host", "role"),
    [
        ("http://politics.people.com.cn/n1/2020/0210/c1001-31578914.html", "people.com.cn", "article"),
        ("http://politics.people.com.cn/n1/2020/0210/c1001-31578914-2.html", "people.com.cn", "continuation"),
        ("http://politics.people.com.cn/BIG5/n1/2020/0210/c1001-31578914.html", "people.com.cn", "article"),
        ("http://politics.people.com.cn/GB/1024/index2.html", "people.com.cn", "listing"),
        ("http://politics.people.com.cn/", "people.com.cn", "listing"),
        ("http://politics.people.com.cn/robots.txt", "people.com.cn", "other"),
        ("http://www.people.cn/sitemap_index.xml", "people.com.cn", "other"),
        (f"{PAPER}/html/2020-02/10/nw.D110000renmrb_20200210_1-01.htm", "paper.people.com.cn", "article"),
        ("http://paper.people.com.cn/rmrb/html/2020-02/10/nbs.D110000renmrb_01.htm", "paper.people.com.cn", "listing"),
        ("http://paper.people.com.cn/rmrb/pc/layout/202412/01/node_01.html", "paper.people.com.cn", "listing"),
        ("http://jzrb.com/news/bendi/202206/821798.shtml", "www.jzrb.com", "article"),
        ("http://www.jzrb.com/news/ShowClass.asp?ClassID=3&page=2", "www.jzrb.com", "listing"),
        ("http://big5.www.gov.cn/gate/big5/www.gov.cn/premier/2017-05/08/content_5191960.htm", "www.gov.cn", "article"),
        ("https://www.chinanews.com.cn/scroll-news/news2.html", "www.chinanews.com.cn", "listing"),
        ("https://www.chinanews.com.cn/scroll-news/newsx.html", "www.chinanews.com.cn", "unknown"),
        ("http://nobody.example/a.html", "nobody.example", "unknown"),
        ("http://[", "", "unknown"),
    ],
)  # fmt: skip
def test_where_an_address_belongs(url: str, host: str, role: str) -> None:
    place = BOOK.place(url, TODAY)

    assert (place.site, place.role) == (host, role)


def test_a_continuation_names_its_first_page_where_it_was_fetched() -> None:
    replay = "https://web.archive.org/web/20200210083000id_/"
    article = "http://politics.people.com.cn/n1/2020/0210/c1001-31578914"

    place = BOOK.place(f"{replay}{article}-2.html", TODAY)

    assert place.first_url == f"{replay}{article}.html"
    assert place.original_url == f"{article}-2.html"
    assert place.archived_at == "2020-02-10T08:30:00Z"
    assert place.via == "wayback"


def test_the_layout_of_the_articles_own_day_comes_first(tmp_path: Path) -> None:
    book = own(
        tmp_path,
        """family = "trs"
layouts = [{ until = 2014-12-31, body = ["#old"], title = ["h2"] }, { since = 2015-01-01, body = ["#new"] }]""",
    )

    old = book.place("http://a.example/201402/t20140219_1.htm", TODAY).hints
    new = book.place("http://a.example/202404/t20240424_1.htm", TODAY).hints

    assert old is not None and (old.body, old.title) == (("#old", "#new"), ("h2",))
    assert new is not None and (new.body, new.title) == (("#new", "#old"), ("h2",))


def test_a_converter_is_of_low_trust() -> None:
    hints = BOOK.place("http://jmanli.cn/jzwkjz/news/202002/436101.html", TODAY).hints

    assert hints is not None and hints.low_trust is not None
    assert "no evidence of publication" in hints.low_trust


def test_unknown_sites_are_named_with_the_nearest_known() -> None:
    with pytest.raises(
        WrongUse, match=r"site=www\.jzbr\.com: no such site file; did you mean www\.jzrb\.com"
    ):
        BOOK.named("www.jzbr.com")


def test_sites_are_chosen_by_any_of_their_exact_hosts() -> None:
    assert [found.host for found in BOOK.named("jzrb.com, www.gov.cn")] == ["www.jzrb.com", "www.gov.cn"]


@pytest.mark.parametrize("site", list(BOOK), ids=lambda site: site.host)
def test_a_shipped_site_asks_only_its_own_hosts(site: Site) -> None:
    dated = [found for entry in site.dated if (found := entry.on(entry.since or date(2020, 2, 10), "rmrb"))]
    lists = [*(listing.url for listing in site.listings), *(spec.url for spec in site.json)]

    for url in (*lists, *site.feeds, *site.sitemaps, *dated):
        assert normalised(url) == url
        assert BOOK.site_of(unwrapped(url).url) is site


def test_a_run_passes_over_a_broken_file_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "www.jzrb.com.toml").write_text(
        'host = "www.jzrb.com"\nname = "甲"\nlistings = [', encoding="utf-8"
    )
    book = SiteFiles.for_run(str(tmp_path))

    assert list(book.broken) == ["www.jzrb.com"]
    assert "www.jzrb.com" not in book.sites  # nor what was shipped in its place
    assert "people.com.cn" in book.sites
    with pytest.raises(WrongUse, match=r"www\.jzrb\.com\.toml"):
        book.named("people.com.cn,www.jzrb.com")


@pytest.mark.parametrize(
    ("host", "url", "key"),
    [
        ("sina.com.cn", "https://news.sina.com.cn/c/2019-11-25/doc-iihn3.shtml?unheard=of&x",
         "https://news.sina.com.cn/c/2019-11-25/doc-iihn3.shtml"),
        ("www.jzrb.com", "http://www.jzrb.com/news/ShowArticle.asp?ArticleID=12&unheard=of",
         "http://www.jzrb.com/news/ShowArticle.asp?ArticleID=12"),
        ("www.jzrb.com", "http://www.jzrb.com/news/ShowArticle.asp?ArticleID=12&Page=2", None),
        ("www.jzrb.com", "http://www.jzrb.com/news/202002/1_2.shtml?x=1", None),
        ("www.jzrb.com", "http://www.jzrb.com/news/202002/1.shtml.bak", None),
    ],
)  # fmt: skip
def test_a_pattern_fits_the_path_and_not_the_tail(host: str, url: str, key: str | None) -> None:
    assert BOOK.sites[host].article_key(url) == key
