import tomllib
from contextlib import suppress
from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.record.parsing.addresses import as_text, canonical
from crawler.registry.tracking import FILE, cut_from
from crawler.registry.urls import RefusedAddress, date_in, month_in, normalised, unwrapped

LAYOUT = "http://paper.people.com.cn/rmrb/pc/layout/202412/01/node_01.html"


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("../../../content/202412/01/content_30100000.html", "http://paper.people.com.cn/rmrb/pc/content/202412/01/content_30100000.html"),
        ("HTTP://WWW.Example.COM:80/A/b?z=1&a=2#top", "http://www.example.com/A/b?z=1&a=2"),
        ("https://example.com:443", "https://example.com/"),
        ("//example.com/新闻 1.html", "https://example.com/%E6%96%B0%E9%97%BB%201.html".replace("https", "http")),
        ("http://example.com/%7euser/%e4%b8", "http://example.com/~user/%E4%B8"),
        ("http://example.com/a?utm_source=x&id=7&spm=1.2", "http://example.com/a?id=7"),
        ("http://example.com/a;jsessionid=1A2B?x=1", "http://example.com/a?x=1"),
        (" \n\u200bhttp://example.com/a\tb ", "http://example.com/ab"),
        ("http://example.com./a/./b/../c", "http://example.com/a/c"),
        ("http://中国.example/", "http://xn--fiqs8s.example/"),
        ("..\\202412\\t1.asp?f=a\\b", "http://paper.people.com.cn/rmrb/pc/layout/202412/202412/t1.asp?f=a%5Cb"),
    ],
)  # fmt: skip
def test_an_address_has_one_form(href: str, address: str) -> None:
    assert normalised(href, LAYOUT) == address


@pytest.mark.parametrize(
    ("href", "address", "cut"),
    [
        ("https://news.sina.com.cn/c/2019-11-25/doc-iihn.shtml?cre=tianyi&loc=0",
         "https://news.sina.com.cn/c/2019-11-25/doc-iihn.shtml", "cre=tianyi&loc=0"),
        ("http://a.example/portal.php?mod=view&aid=7", "http://a.example/portal.php?mod=view&aid=7", ""),
        ("http://a.example/b.html?mod=f&CRE=tianyi&r=24", "http://a.example/b.html", "mod=f&CRE=tianyi&r=24"),
        ("http://a.example/b?from=timeline", "http://a.example/b", "from=timeline"),
        ("http://a.example/list.php?from=20", "http://a.example/list.php?from=20", ""),
        ("http://a.example/b.asp?ArticleID=3&t=1606612996000", "http://a.example/b.asp?ArticleID=3", "t=1606612996000"),
        ("http://a.example/b.php?t=12", "http://a.example/b.php?t=12", ""),
        ("http://a.example/b.html?_from_ralated", "http://a.example/b.html", "_from_ralated"),
        ("http://a.example/thread.php?tid=4&sid=Ab3dE9", "http://a.example/thread.php?tid=4", "sid=Ab3dE9"),
        ("http://a.example/list.php?sid=481516", "http://a.example/list.php?sid=481516", ""),
        ("http://a.example/x.jsp;jsessionid=9F?id=2&rnd=0.48151623", "http://a.example/x.jsp?id=2",
         ";jsessionid=9F&rnd=0.48151623"),
        ("http://a.example/b.html?isappinstalled=0&sharer_shareid=ab&wfr=spider&for=pc", "http://a.example/b.html",
         "isappinstalled=0&sharer_shareid=ab&wfr=spider&for=pc"),
    ],
)  # fmt: skip
def test_who_clicked_is_taken_off_and_told(href: str, address: str, cut: str) -> None:
    assert (normalised(href), cut_from(href)) == (address, cut)


def test_every_row_of_the_tracking_table_says_where_it_was_seen() -> None:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["parameter"]

    assert [row["name"] for row in rows if not row.get("seen")] == []


def test_normalising_twice_changes_nothing() -> None:
    once = normalised("http://Example.com/%7Ea/新?b=%e4&utm_source=1")

    assert normalised(once) == once


@pytest.mark.parametrize(
    ("href", "reason"),
    [
        ("javascript:void(0)", "scheme 'javascript'"),
        ("data:text/html,hello", "scheme 'data'"),
        ("mailto:a@example.com", "scheme 'mailto'"),
        ("file:///etc/passwd", "scheme 'file'"),
        ("http://user:secret@example.com/", "credentials"),
        ("http://user@example.com/", "credentials"),
        ("http://example.com:8080/", "odd port 8080"),
        ("http://example.com:99999/", "Port out of range"),
        ("http:///path", "no host"),
        ("http://exa mple.com/", "no host name"),
        ("http://[::1/", "Invalid IPv6"),
        ("http://example.com/" + "a/" * 1500, "characters"),
        ("http://example.com/list/list/list/list/", "endless"),
        ("http://example.com/c?" + "&".join(f"p{n}=1" for n in range(20)), "endless"),
    ],
)
def test_what_is_never_asked_is_refused_with_its_reason(href: str, reason: str) -> None:
    with pytest.raises(RefusedAddress, match=reason):
        normalised(href)


def test_a_port_may_be_allowed() -> None:
    assert normalised("http://example.com:8090/", ports=frozenset({8090})) == "http://example.com:8090/"


@pytest.mark.parametrize(
    ("url", "original", "via"),
    [
        ("http://big5.www.gov.cn/gate/big5/www.gov.cn/premier/2017-05/08/content_5191960.htm",
         "http://www.gov.cn/premier/2017-05/08/content_5191960.htm", "live"),
        ("http://politics.people.com.cn/BIG5/n/2014/0219/c1001-24409541-2.html",
         "http://politics.people.com.cn/n/2014/0219/c1001-24409541-2.html", "live"),
        ("http://politics.people.com.cn/BIG5/8213/49160/49179/index.html",
         "http://politics.people.com.cn/GB/8213/49160/49179/index.html", "live"),
        ("https://web.archive.org/web/20200210083000id_/http://www.jzrb.com/news/202002/1.shtml",
         "http://www.jzrb.com/news/202002/1.shtml", "wayback"),
        ("http://localhost:8080/jz/20200210083000id_/http:/www.jzrb.com/news/202002/1.shtml",
         "http://www.jzrb.com/news/202002/1.shtml", "wayback"),
        ("https://web.archive.org/web/2020/http://big5.www.gov.cn/gate/big5/www.gov.cn/a.htm",
         "http://www.gov.cn/a.htm", "wayback"),
        ("http://www.takungpao.com.hk/news/232109/2024/0219/943404.html",
         "http://www.takungpao.com/news/232109/2024/0219/943404.html", "live"),
        ("http://www.jzrb.com/news/202002/1.shtml", "http://www.jzrb.com/news/202002/1.shtml", "live"),
    ],
)  # fmt: skip
def test_gateways_and_archives_are_looked_through(url: str, original: str, via: str) -> None:
    behind = unwrapped(url)

    assert (behind.url, behind.via) == (original, via)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://politics.people.com.cn/n1/2020/0210/c1001-31578914.html", date(2020, 2, 10)),
        (
            "http://paper.people.com.cn/rmrb/html/2020-02/10/nw.D110000renmrb_20200210_1-01.htm",
            date(2020, 2, 10),
        ),
        ("http://paper.people.com.cn/rmrb/pc/content/202412/01/content_30100000.html", date(2024, 12, 1)),
        ("http://news.youth.cn/gn/201904/t20190420_11849057.htm", date(2019, 4, 20)),
        ("https://www.chinanews.com.cn/gn/2019/01-19/8733684.shtml", date(2019, 1, 19)),
        ("http://www.news.cn/politics/20241130/0123456789abcdef0123456789abcdef/c.html", date(2024, 11, 30)),
        ("https://www.guancha.cn/politics/2020_02_10_535872.shtml", date(2020, 2, 10)),
        ("https://news.163.com/19/0528/08/EG8EP0KT00038FO9.html", date(2019, 5, 28)),
        ("https://www.zaobao.com.sg/news/china/story20200210-1027730", date(2020, 2, 10)),
        ("http://www.jzrb.com/news/202002/821798.shtml", None),
        ("https://www.sohu.com/a/20201399_100", None),
    ],
)
def test_the_day_in_an_address(url: str, day: date | None) -> None:
    assert date_in(url) == day


def test_the_month_in_an_address() -> None:
    assert month_in("http://www.jzrb.com/news/202002/821798.shtml") == (2020, 2)


@given(
    st.text(
        st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\\\\#./?&=;%"),
        min_size=1,
        max_size=20,
    ),
    st.booleans(),
)
def test_a_page_from_a_file_has_the_address_of_the_page_that_was_fetched(word: str, is_escaped: bool) -> None:
    plain = quote(word, safe="") if is_escaped else f"a{word}z"
    address = f"http://h.example/{plain}.html?k={plain}"

    with suppress(RefusedAddress):
        assert canonical(as_text(address.encode("utf-8"))) == normalised(address)
