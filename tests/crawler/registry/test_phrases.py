"""What copies are looked for by: phrases of a title, titles of links, other addresses of a page."""

import pytest

from crawler.registry.phrases import Titles, in_script, phrases, variants
from crawler.registry.site import Search

COMMON = {"复工复产": 900, "三支医疗队的一张排班表": 1, "记者手记": 300}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("复工复产：三支医疗队的一张排班表", ("三支医疗队的一张排班表", "复工复产")),
        ("记者手记 | 复工复产，三支医疗队的一张排班表", ("三支医疗队的一张排班表", "记者手记")),
        ("楼下有个“买菜团”", ("楼下有个",)),
        ("战“疫”", ("战“疫”",)),
        ("习近平·阿卜杜拉会谈3.5小时", ("习近平·阿卜杜拉会谈3.5小时",)),
        ("　 江河　医院 ", ("江河 医院",)),
        ("一" * 30, ("一" * 20,)),
    ],
)
def test_the_rarest_clauses_are_asked_for(title: str, expected: tuple[str, ...]) -> None:
    assert phrases(title, lambda phrase: COMMON.get(phrase, 0)) == expected


@pytest.mark.parametrize(
    ("script", "region", "expected"),
    [
        ("hans", "city", "里面的台湾为什么"),
        ("hant", "hongkong", "裏面的台灣為什麼"),
        ("hant", "taiwan", "裡面的臺灣為什麼"),
    ],
)
def test_a_search_is_asked_in_its_own_script(script: str, region: str, expected: str) -> None:
    search = Search("http://a.example/?q={query}", script=script)

    assert in_script("里面的台湾为什么", search, region) == expected


@pytest.mark.parametrize(
    ("anchor", "fits"),
    [
        ("江河医院十天改造记", True),
        ("江河醫院十天改造記", True),
        ("【人民日报】江河医院十天改造记（图）", True),
        ("江河医院十天…", True),
        ("江河医院十天改造", True),
        ("江河医院", False),
        ("江河医院今日开诊", False),
        ("图片报道", False),
        ("", False),
    ],
)  # fmt: skip
def test_titles_fit_across_scripts_and_cuts(anchor: str, fits: bool) -> None:
    assert Titles(["江河医院十天改造记", None]).fit(anchor) is fits


def test_a_short_title_must_be_the_whole_link() -> None:
    titles = Titles(["战“疫”"])

    assert titles.fit("戰“疫”")
    assert not titles.fit("战疫一线的三支医疗队")


@pytest.mark.parametrize(
    ("url", "other"),
    [
        (
            "http://politics.people.com.cn/n1/2020/0212/c1001-31580107.html",
            "http://politics.people.com.cn/BIG5/n1/2020/0212/c1001-31580107.html",
        ),
        (
            "https://www.thepaper.cn/newsDetail_forward_5976133",
            "https://m.thepaper.cn/detail/5976133",
        ),
        (
            "https://www.gov.cn/xinwen/2020-02/09/content_5476102.htm",
            "http://big5.www.gov.cn/gate/big5/www.gov.cn/xinwen/2020-02/09/content_5476102.htm",
        ),
        (
            "http://news.cctv.com/2020/02/12/ARTIabc.shtml",
            "http://big5.cctv.com/gate/big5/news.cctv.com/2020/02/12/ARTIabc.shtml",
        ),
        (
            "http://www.jzrb.com/news/tuijian/202002/436106.shtml",
            "http://www.jzrb.com/news/Print.asp?ArticleID=436106",
        ),
    ],
)
def test_other_addresses_of_a_page(url: str, other: str) -> None:
    assert other in variants(url)


def test_a_page_that_is_a_variant_itself_has_none_of_itself() -> None:
    assert (
        variants("http://paper.people.com.cn/rmrb/html/2020-02/09/nw.D110000renmrb_20200209_1-01.htm") == ()
    )
    assert variants("http://politics.people.com.cn/BIG5/n1/2020/0212/c1001-31580107.html") == ()
