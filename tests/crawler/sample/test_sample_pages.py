"""What the sample network publishes: enough of everything, in the markup and with the flaws it promises."""

import html
import json
import re
from collections import Counter
from datetime import date

import pytest

from crawler.sample import Network, Printing
from crawler.sample.static import StaticSite


@pytest.fixture(scope="module")
def net() -> Network:
    return Network()


def page(net: Network, url: str) -> Printing:
    return next(item for item in net.expected if item.url == url)


def text_at(net: Network, url: str, codec: str = "utf-8") -> str:
    return net.page(url).body.decode(codec)


def links(net: Network, url: str, pattern: str, codec: str = "utf-8") -> list[str]:
    return re.findall(f'href="({pattern})"', text_at(net, url, codec))


def test_there_are_hosts_stories_and_pages_enough(net: Network) -> None:
    live = [item for item in net.expected if not item.only_archived]

    assert len({item.host for item in live}) == 15
    assert len({item.story for item in live}) == 38
    assert len(live) == 116


def test_every_role_is_played(net: Network) -> None:
    assert set(Counter(item.role for item in net.expected)) == {
        "origin",
        "copy",
        "abridged",
        "edited",
        "roundup",
        "followup",
        "unrelated",
    }


def test_every_page_prints_what_is_expected_of_it(net: Network) -> None:
    for item in net.expected:
        if item.only_archived or item.host == "jmanli.cn":
            continue
        for url, paragraphs in item.parts():
            printed = html.unescape(net.page(url).body.decode(item.charset))
            assert item.title in printed, url
            assert [text for text in paragraphs if text not in printed] == [], url
            assert item.source is None or item.source in printed, url


def test_no_two_pages_share_an_address(net: Network) -> None:
    assert max(Counter(item.url for item in net.expected).values()) == 1


def test_papers_of_both_schemes_stand_and_the_lost_day_does_not(net: Network) -> None:
    paper = "http://paper.people.com.cn/rmrb/"
    statuses = {
        path: net.page(paper + path).status
        for path in (
            "html/2020-02/08/nbs.D110000renmrb_01.htm",
            "html/2020-02/11/nbs.D110000renmrb_01.htm",
            "html/2020-02/11/nw.D110000renmrb_20200211_1-01.htm",
            "html/2024-11/30/nbs.D110000renmrb_02.htm",
            "pc/layout/202412/01/node_01.html",
            "html/2024-12/01/nbs.D110000renmrb_01.htm",
        )
    }

    assert list(statuses.values()) == [200, 404, 404, 200, 200, 404]


def test_a_new_scheme_page_links_its_articles_upwards(net: Network) -> None:
    assert links(
        net, "http://paper.people.com.cn/rmrb/pc/layout/202412/01/node_01.html", r"[^\"]*content_\d+\.html"
    )[2:] == [
        "../../../content/202412/01/content_30030101.html",
        "../../../content/202412/01/content_30030102.html",
    ]


def test_the_index_shows_the_issue_of_the_day() -> None:
    index = "http://paper.people.com.cn/rmrb/pc/layout/index.html"
    net = Network(today=date(2026, 11, 22))

    assert "城中湿地听鸟声" in text_at(net, index)
    assert '"202611/22/node_01.html"' in text_at(net, index)
    net.today = date(2024, 12, 1)
    assert "冰雪小镇，冷资源烧出热灶台" in text_at(net, index)


def test_the_comment_in_the_paper_holds_another_title(net: Network) -> None:
    text = text_at(net, "http://paper.people.com.cn/rmrb/pc/content/202412/01/content_30030101.html")

    assert (
        "<author><p>本报记者 白桦 方晴</p></author><title>冰雪小镇，冷资源烧出热灶台（内部标题勿用）</title>"
        in text
    )


def test_a_photo_item_has_its_words_in_the_picture_only(net: Network) -> None:
    text = text_at(net, "http://paper.people.com.cn/rmrb/html/2020-02/08/nw.D110000renmrb_20200208_2-02.htm")

    assert '<div id="ozoom"><founder-content></founder-content></div>' in text
    assert "江口市轮渡公司的工作人员" in text


def test_jzrb_prints_body_and_unpadded_date_twice(net: Network) -> None:
    text = text_at(net, "http://www.jzrb.com/news/tuijian/202002/436103.shtml", "gb18030")

    assert text.count("更新时间:2020-2-10 8:39:53&nbsp;&nbsp;&nbsp; 来源:人民日报") == 2
    assert text.count("三种颜色的笔写成") == 2


def test_the_list_of_jzrb_repeats_its_last_page(net: Network) -> None:
    base = "http://www.jzrb.com/news/ShowClass.asp?ClassID=3"
    last, beyond = net.page(base + "&page=2"), net.page(base + "&page=9")

    assert beyond.body == last.body
    assert net.page(base).body == net.page(base + "&page=1").body != last.body


def test_static_lists_of_jzrb_count_down(net: Network) -> None:
    folder = "http://www.jzrb.com/news/tuijian/"
    second = links(net, folder + "Index.shtml", r"List_\d\.shtml", "gb18030")

    assert second == ["List_2.shtml"]
    assert links(net, folder + "List_2.shtml", r"List_\d\.shtml", "gb18030") == ["List_1.shtml"]
    assert links(net, folder + "List_1.shtml", r"List_\d\.shtml", "gb18030") == []


@pytest.mark.parametrize(
    ("last", "beyond"),
    [
        (
            "http://politics.people.com.cn/GB/1024/index3.html",
            "http://politics.people.com.cn/GB/1024/index4.html",
        ),
        ("http://news.youth.cn/gn/index_1.htm", "http://news.youth.cn/gn/index_2.htm"),
        (
            "http://news.cctv.com/2019/07/gaiban/cmsdatainterface/page/china_2.jsonp",
            "http://news.cctv.com/2019/07/gaiban/cmsdatainterface/page/china_3.jsonp",
        ),
    ],
)
def test_lists_end_in_404(net: Network, last: str, beyond: str) -> None:
    assert (net.page(last).status, net.page(beyond).status) == (200, 404)


def test_the_list_of_chinanews_ends_in_an_empty_page(net: Network) -> None:
    pages = [
        net.page(f"http://www.chinanews.com.cn/scroll-news/news{n}.html").body.count(b"dd_bt")
        for n in (1, 2, 3)
    ]

    assert pages == [5, 3, 0]


def test_lists_in_both_scripts_have_the_same_form(net: Network) -> None:
    assert links(net, "http://politics.people.com.cn/BIG5/1024/index1.html", r"/BIG5/n1/[^\"]*", "big5") == [
        "/BIG5/n1/2024/1201/c1001-40371103.html",
        "/BIG5/n1/2020/0212/c1001-31580107.html",
        "/BIG5/n1/2020/0209/c1001-31580102.html",
        "/BIG5/n1/2020/0208/c1001-31580101.html",
    ]


def test_the_frozen_feed_has_nothing_new(net: Network) -> None:
    text = text_at(net, "http://www.people.com.cn/rss/politics.xml")

    assert re.findall(r"<pubDate>\w+, \d\d (\w+ \d+)", text) == ["Feb 2020"] * 5


def test_sitemaps_lead_from_index_to_pages(net: Network) -> None:
    index = text_at(net, "http://www.people.cn/sitemap_index.xml")
    child = re.findall("<loc>(.*?)</loc>", index)[0]

    assert child == "http://www.people.cn/sitemap/cn/politics/news_sitemap.xml"
    assert "<loc>http://politics.people.com.cn/n1/2024/1202/c1001-40371104.html</loc>" in text_at(net, child)


def test_json_lists_are_json(net: Network) -> None:
    rows = json.loads(net.page("https://www.gov.cn/yaowen/liebiao/YAOWENLIEBIAO.json").body)
    column = json.loads(net.page("https://www.wenweipo.com/columns.json").body)[0]["uuid"]
    stories = json.loads(net.page(f"https://www.wenweipo.com/columns/{column}/tkww/app/stories.json").body)

    assert rows[0] == {
        "TITLE": "冰雪小镇，冷资源烧出热灶台",
        "SUB_TITLE": "",
        "URL": "https://www.gov.cn/yaowen/liebiao/202412/content_6990102.htm",
        "DOCRELPUBTIME": "2024-12-01",
    }
    assert stories["total"] == 6


def test_hong_kong_prints_proper_traditional(net: Network) -> None:
    item = page(net, "https://www.wenweipo.com/a/202002/09/AP5e3f2b02e4b0a1b2c3d4e502.html")

    assert "春節" not in item.text
    assert "適逢農曆新年，廠家大多放假，醫用隔離門嚴重短缺。" in item.text
    assert "武漢市漢陽區" in item.text


def test_the_spam_site_converts_badly_and_adds_noise(net: Network) -> None:
    text = text_at(net, "http://jmanli.cn/jzwkjz/news/202002/436102.html")

    assert "醫(yī)" in text
    assert "，," in text
    assert ",。" in text
    assert "下麵還有一行小字" in text
    assert '<span id="' in text
    assert "position:fixed;left:-9000px" in text


def test_a_roundup_holds_three_whole_stories(net: Network) -> None:
    roundup = page(net, "http://news.youth.cn/gn/202002/t20200211_12190104.htm")
    origins = {item.story: item for item in net.expected if item.role == "origin"}

    assert roundup.related == ("wheat", "carriage", "seeds")
    assert all(set(origins[key].paragraphs) <= set(roundup.paragraphs) for key in roundup.related)


def test_a_followup_shares_one_paragraph_only(net: Network) -> None:
    first = page(net, "http://paper.people.com.cn/rmrb/html/2020-02/08/nw.D110000renmrb_20200208_1-01.htm")
    second = page(net, "http://paper.people.com.cn/rmrb/html/2020-02/12/nw.D110000renmrb_20200212_1-02.htm")

    assert second.related == ("vegetables",)
    assert len(set(first.paragraphs) & set(second.paragraphs)) == 1


def test_an_edited_copy_changes_a_sentence_and_loses_its_end(net: Network) -> None:
    origin = page(net, "http://paper.people.com.cn/rmrb/html/2020-02/12/nw.D110000renmrb_20200212_1-01.htm")
    edited = page(net, "http://www.jzrb.com/news/tuijian/202002/436107.shtml")

    assert len(edited.paragraphs) == len(origin.paragraphs) - 1
    assert [a == b for a, b in zip(origin.paragraphs, edited.paragraphs, strict=False)] == [
        False,
        True,
        True,
        True,
    ]


def test_multi_page_articles_link_their_further_pages(net: Network) -> None:
    politics = page(net, "http://politics.people.com.cn/n1/2020/0210/c1001-31580104.html")
    youth = page(net, "http://news.youth.cn/gn/202002/t20200210_12190103.htm")

    assert politics.continuations == ("http://politics.people.com.cn/n1/2020/0210/c1001-31580104-2.html",)
    assert youth.continuations == (
        "http://news.youth.cn/gn/202002/t20200210_12190103_1.htm",
        "http://news.youth.cn/gn/202002/t20200210_12190103_2.htm",
    )
    assert 'href="c1001-31580104-2.html"' in text_at(net, politics.url, "gb18030")


def test_static_pages_are_of_the_size_asked_for_and_the_same_each_time() -> None:
    first, second = StaticSite(pages=30), StaticSite(pages=30)
    sizes = [len(first.body(n)) for n in range(20)]

    assert all(145_000 < size < 153_000 for size in sizes)
    assert first.body(7) == second.body(7) != first.body(8)


def test_a_month_brings_a_paper_and_a_copy_each_day() -> None:
    net = Network()
    counts = []
    for day in (date(2024, 12, 2), date(2024, 12, 3), date(2024, 12, 4), date(2024, 12, 31)):
        net.today = day
        counts.append(len(net.expected))

    assert counts == [119, 121, 123, 178]


def test_pages_are_edited_vanish_and_come_back_on_their_days() -> None:
    pages = {
        "edited": "http://www.jzrb.com/news/tuijian/202412/501205.shtml",
        "gone": "http://news.dahe.cn/2024/12-06/1850206.html",
        "soft": "https://www.chinanews.com.cn/gn/2024/12-10/10327210.shtml",
        "blocked": "http://news.dahe.cn/2024/12-12/1850212.html",
        "root": "http://news.youth.cn/gn/202412/t20241209_15680109.htm",
    }
    net = Network()
    seen = {}
    for day in (date(2024, 12, 13), date(2024, 12, 16), date(2024, 12, 28)):
        net.today = day
        seen[day.day] = {name: net.page(url).status for name, url in pages.items()}
    deleted = "新闻已删除".encode() in Network(today=date(2024, 12, 13)).page(pages["soft"]).body

    assert seen == {
        13: {"edited": 200, "gone": 404, "soft": 200, "blocked": 200, "root": 302},
        16: {"edited": 200, "gone": 404, "soft": 200, "blocked": 403, "root": 302},
        28: {"edited": 200, "gone": 404, "soft": 200, "blocked": 200, "root": 302},
    }
    assert deleted
    assert "一百二十元".encode("gb18030") in net.page(pages["edited"]).body


def test_a_page_stays_the_same_while_others_appear() -> None:
    url = "http://politics.people.com.cn/n1/2024/1201/c1001-40371103.html"

    assert Network().page(url).body == Network(today=date(2024, 12, 31)).page(url).body


def test_only_the_chrome_of_youth_changes_with_the_day() -> None:
    url = "http://news.youth.cn/gn/202002/t20200208_12190101.htm"
    first, later = Network().page(url), Network(today=date(2024, 12, 20)).page(url)

    assert first.body != later.body
    assert first.modified == later.modified


def test_the_overseas_edition_has_issues_of_its_own(net: Network) -> None:
    old = "http://paper.people.com.cn/rmrbhwb/html/2020-02/10/"

    assert links(net, old + "node_865.htm", r"node_\d+\.htm") == ["node_865.htm", "node_866.htm"]
    assert links(net, old + "node_866.htm", r"content_\d+\.htm") == ["content_1970102.htm"]
    assert "《人民日报海外版》（" in text_at(net, old + "content_1970101.htm")
    new = Network(today=date(2024, 12, 5)).page(
        "https://paper.people.com.cn/rmrbhwb/pc/layout/202412/05/node_03.html"
    )
    assert b"../../../content/202412/05/content_30030905.html" in new.body


def test_a_moved_page_is_still_linked_where_it_was(net: Network) -> None:
    old = net.page("http://news.dahe.cn/2020/02-12/598100.html")

    assert old.status == 301
    assert ("Location", "http://news.dahe.cn/2020/02-12/598105.html") in old.headers
    assert "598100.html" in text_at(net, "http://news.dahe.cn/hnnews/index.html")
    assert "598105.html" not in text_at(net, "http://news.dahe.cn/hnnews/index.html")
