"""Hosts that lead nowhere, or everywhere: bounded, one clear line, no article invented."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tests.crawler.conftest import Answer, SmallWeb

BUDGET = 30
REGISTERED = ("www.xinhuanet.com", "people.cn")
"""Hosts of sites with a file: the first is another host of www.news.cn, the second shows nothing."""
NAMED_SO = "politics/2024-12/01/c_112{n}.htm"
TEXT = "青河县的桥修好了，附近的居民说出门方便了许多，过去要绕行二十分钟。" * 6
WALLS = {
    "empty.example": ("", "empty"),
    "shell.example": (
        "<html><body><div id='app'></div><script src='/app.js'></script></body></html>",
        "script without links",
    ),
    "parking.example": ("<html><body><p>该域名正在出售，有意者请联系。</p><a href='/buy'>购买</a>", "parked"),
    "login.example": (
        "<form><input type='password'></form><a href='/forgot'>忘记密码</a>",
        "asks for a log-in",
    ),
    "elsewhere.example": ("<meta http-equiv='refresh' content='0;url=http://other-site.invalid/'>", "another site"),
    "gone.example": (None, "404"),
}  # fmt: skip


def article(title: str, more: str = "") -> str:
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1>"
        f"<div class='info'>2024-12-01 08:30 来源：青河日报</div>"
        f"<div id='zoom'><p>{TEXT}</p></div>{more}</body></html>"
    )


@pytest.fixture(scope="module")
def walls(web: SmallWeb, run: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[str]]:
    """All hosts in one run."""
    for host, (body, _) in WALLS.items():
        if body is not None:
            web.add(f"http://{host}/", body)
    web.add(
        "http://other-site.invalid/",
        "<html><body>" + "".join(f"<a href='/{n}.html'>别家的第{n}条新闻标题</a>" for n in range(30)),
    )

    many = "".join(f"<a href='/ch/{n}/'>频道{n}</a>" for n in range(10_000))
    web.add("http://many.example/", f"<html><body>{many}</body></html>")
    for n in range(10_000):
        web.pages[f"http://many.example/ch/{n}/"] = _channel(n)

    shuffled = [
        f"<li><a href='/news/2024/1201/{n}.html'>第{n}条青河县新闻的标题</a> 2024-12-01</li>"
        for n in range(1000, 1012)
    ]
    web.pages["http://shuffle.example/"] = lambda times: Answer(
        "<html><body><ul>" + "".join(shuffled[times % 12 :] + shuffled[: times % 12])
    )
    for n in range(1000, 1012):
        web.add(f"http://shuffle.example/news/2024/1201/{n}.html", article(f"第{n}条青河县新闻的标题"))

    beside_news(web)
    fronts = "".join(
        f"<li><a href='/{NAMED_SO.format(n=n)}'>第{n}条青河县新闻的标题</a></li>" for n in range(1, 5)
    )
    web.add("http://www.xinhuanet.com/", f"<html><body><ul>{fronts}</ul></body></html>")
    for n in range(1, 5):
        web.add(f"http://www.xinhuanet.com/{NAMED_SO.format(n=n)}", article(f"第{n}条青河县新闻的标题"))
    web.add("http://people.cn/", "")
    for host in ("politics.people.com.cn", "opinion.people.com.cn", "www.people.cn", "www.people.com.cn"):
        web.add(f"http://{host}/robots.txt", "", 503)  # its lists may not be asked, and no alarm says so
    answer = web.answer

    def with_everything(url: str, headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
        if "//always.example/" in url and not url.endswith("/robots.txt"):
            web.log.append((0.0, url))
            links = "".join(
                f"<a href='{url.rstrip('/')}/{word}/'>{text}</a>"
                for word, text in (("a", "要闻"), ("b", "社会"), ("c", "更多"))
            )
            return Answer(
                f"<html><body><h1>欢迎</h1>{links}<a href='/x/{len(url)}.html'>一条看起来像新闻的标题文字</a>"
            )
        return answer(url, headers)

    web.answer = with_everything  # type: ignore[method-assign]
    hosts = [*WALLS, "many.example", "shuffle.example", "always.example", "beside.example", *REGISTERED]
    outcome = run(
        "mirrors",
        f"site={','.join(hosts)}",
        folder=tmp_path_factory.mktemp("walls"),
        proxy=web.proxy,
        ZHUANZAI_EXPLORE_PAGES=BUDGET,
    )
    web.answer = answer  # type: ignore[method-assign]
    return outcome, web.asked


NO_NEWS = {
    "lives": "<h1>副市长{n}</h1><p>更新时间：2024-03-0{n}</p><p>男，汉族，1970年1月生，大学学历，负责农业农村、水利、林业等方面工作，分管市水利局。</p>",
    "letters": "<h1>来信：关于道路养护与照明的问题{n}</h1><p>来信时间：2024-11-1{n}</p><p>路不好走。</p><p>回复：已转交。</p>",
    "films": "<h1>新闻联播第{n}期的完整视频回放</h1><p>2024-11-2{n} 08:00</p><video src='x.mp4'></video>",
    "guide": "<h1>政府信息公开指南{n}</h1><p>2020-01-01</p>" + "<p>为了更好地提供政府信息公开服务，本机关编制了本指南，公民、法人和其他组织可以查阅。</p>" * 4,
}  # fmt: skip
"""Dated pages of a town that are no news."""


def beside_news(web: SmallWeb) -> None:
    """A town's site: its news, and what else it publishes with a day on it."""
    links = "".join(f"<a href='/{name}/'>{name}</a>" for name in NO_NEWS)
    web.add("http://beside.example/", f"<html><body><a href='/news/'>要闻</a>{links}</body></html>")
    news = range(1, 7)
    rows = "".join(
        f"<li><a href='/news/{n}5000.html'>第{n}条青河县新闻的标题</a> 2024-12-01</li>" for n in news
    )
    web.add("http://beside.example/news/", f"<html><body>{rows}</body></html>")
    for n in news:
        web.add(f"http://beside.example/news/{n}5000.html", article(f"第{n}条青河县新闻的标题"))
    for name, body in NO_NEWS.items():
        ending = "/" if name == "guide" else ".html"
        rows = "".join(
            f"<li><a href='/{name}/{n}{ending}'>关于道路养护与照明的问题{n}</a> 2024-11-1{n}</li>"
            for n in range(1, 5)
        )
        web.add(f"http://beside.example/{name}/", f"<html><body>{rows}</body></html>")
        for n in range(1, 5):
            web.add(
                f"http://beside.example/{name}/{n}{ending}", f"<html><body>{body.format(n=n)}</body></html>"
            )


def _channel(n: int) -> Callable[[int], Answer]:
    return lambda _: Answer(f"<html><body><h2>频道{n}</h2><p>暂无内容</p><a href='/'>首页</a></body></html>")


def of(host: str, asked: list[str]) -> list[str]:
    return [url for url in asked if f"//{host}/" in url]


@pytest.mark.parametrize("host", WALLS)
def test_a_host_that_leads_nowhere_is_told_in_one_line(host: str, walls: tuple[Any, list[str]]) -> None:
    outcome, asked = walls
    said = outcome.lines("alarm site=", f"site={host} ")

    assert len(said) == 1
    assert "kind=not-explored" in said[0]
    assert WALLS[host][1] in said[0]
    assert len(of(host, asked)) <= 4


@pytest.mark.parametrize("host", ["many.example", "always.example"])
def test_a_host_without_end_costs_no_more_than_its_budget(host: str, walls: tuple[Any, list[str]]) -> None:
    outcome, asked = walls

    assert len(of(host, asked)) <= BUDGET + 4
    assert len(outcome.lines("kind=not-explored", f"site={host} ")) == 1


def test_no_article_is_invented(walls: tuple[Any, list[str]]) -> None:
    outcome, _ = walls

    assert {url for (url,) in outcome.rows("SELECT url FROM articles")} == {
        *(f"http://shuffle.example/news/2024/1201/{n}.html" for n in range(1000, 1012)),
        *(f"http://beside.example/news/{n}5000.html" for n in range(1, 7)),
        *(f"http://www.xinhuanet.com/{NAMED_SO.format(n=n)}" for n in range(1, 5)),
    }


def test_a_registered_site_that_shows_nothing_is_told(walls: tuple[Any, list[str]]) -> None:
    outcome, _ = walls
    said = outcome.lines("kind=not-explored", "site=people.com.cn ")

    assert ["no page that reads as a dated article" in line for line in said] == [True]


def test_nothing_is_learned_of_what_leads_nowhere(walls: tuple[Any, list[str]]) -> None:
    outcome, asked = walls

    assert sorted(path.name for path in (outcome.folder / "archive" / "sites").iterdir()) == [
        "beside.example.toml",
        "shuffle.example.toml",
        "www.news.cn.toml",
    ]
    assert not of("other-site.invalid", asked)[1:]


def test_what_is_no_host_name_is_refused(run: Any, tmp_path: Path) -> None:
    outcome = run("mirrors", "site=http://a.example/", folder=tmp_path)

    assert outcome.code == 2
    assert "site=http://a.example/: no host name" in outcome.log


def test_a_host_without_a_file_wants_exploring(run: Any, tmp_path: Path) -> None:
    outcome = run("mirrors", "site=nobody.example", "explore=no", folder=tmp_path)

    assert outcome.code == 2
    assert "site=nobody.example: no such site file" in outcome.log
