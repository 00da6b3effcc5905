"""Headlines that only the <title> holds: the page shows a picture instead, or nothing."""

import pytest

from extract.page.page import Page
from extract.read import read

TEXT = (
    "<p>青岚市交通局昨天宣布，横跨临溪河的新桥将于下月初通车，届时两岸居民往来不必再绕行。</p>"
    "<p>据介绍，新桥全长八百二十米，双向六车道，两侧设有人行道和自行车道，总投资约三亿元。</p>"
)
TITLE = "临溪河新桥下月初通车"
NAMES = "横跨临溪河的新桥“临青大桥”下月初通车 市民出行少绕半小时"


def title_of(stated: str, shown: str = "", meta: str = "") -> str | None:
    """The headline of a page that states a title and shows something else above its text."""
    head = f"<head><title>{stated}</title>{meta}</head>"
    body = f"<div><img src='t.gif'></div>{shown}<div>2012-03-03 09:15 来源：青岚日报</div><div>{TEXT}</div>"
    return read(
        Page("http://www.unshown.example/1.html", f"<html>{head}<body>{body}</body></html>".encode())
    ).title


@pytest.mark.parametrize(
    "tail",
    [
        "_青岚网",
        "-交通-青岚滨江新区",
        " - 本地直播 _ 青岚在线",
        "-大桥|交通局-每日青岚-临溪",
        " -大桥|桥梁|交通|出行,-每日青岚-出行天地",
        " - 生活(3G) - QL21.COM",
        " - 交通新知 - 出行中心 - qln健康出行",
        "_本地资讯_|><|青岚电脑网QLonline",
        " - Qinglan News Online",
        " | 出行小帖士easy | 生活流行 | 青岚新闻网",
        "_林大为",
        "-青岚出行生活|出行攻略-51go让出行更简单",
        "|大桥_青岚新闻",
        " » 青岚快讯",
    ],
)
@pytest.mark.parametrize("title", [TITLE, NAMES], ids=["short", "long"])
def test_names_behind_it_are_none_of_it(title: str, tail: str) -> None:
    assert title_of(title + tail) == title


@pytest.mark.parametrize(
    "shown",
    [
        "<h3>我收藏的：图片音乐</h3>",
        "<h2>http://www.unshown.example</h2>",
        "<h1>青岚网青岚新闻</h1>",
        "<div>No.559</div>",
        "<p>（原标题：新桥下月初通车 市民少绕半小时）</p>",
        "<div>我要评论</div>",
    ],
)
def test_another_line_is_not_taken_for_it(shown: str) -> None:
    assert title_of(f"{TITLE}_生活_青岚网", shown) == TITLE


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Linxi Notes - 给过桥人的十条建议", "给过桥人的十条建议"),
        ("临溪河&lt;div&gt;——新桥下月初通车&lt;/div&gt;_青岚网", "临溪河——新桥下月初通车"),
        ("视界丨横跨临溪河的新桥下月初通车_青岚网", "视界丨横跨临溪河的新桥下月初通车"),
        ("青岚-临溪大桥下月初正式通车_青岚网", "青岚-临溪大桥下月初正式通车"),
        ("新桥通车 市民叫好 河东到河西只要五分钟_青岚网", "新桥通车 市民叫好 河东到河西只要五分钟"),
    ],
)
def test_its_own_signs_stay(stated: str, title: str) -> None:
    assert title_of(stated) == title


def test_the_shorter_of_two_stated_titles_is_whole() -> None:
    meta = f"<meta property='og:title' content='{NAMES}'>"

    assert title_of(f"{NAMES}|大桥_青岚网", meta=meta) == NAMES
