"""Calendars without end beside a town's news, on hosts of which only the name is known."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.crawler.conftest import Answer, SmallWeb
from tests.crawler.exploring.test_walls import article

BUDGET = 40
NEWS = range(1, 9)
FORMS: dict[str, Callable[[date], str]] = {
    "query.example": lambda day: f"/events.php?y={day.year}&m={day.month}&d={day.day}",
    "file.example": lambda day: f"/hd/{day:%Y%m%d}.html",
    "folder.example": lambda day: f"/huodong/day-{day:%Y-%m-%d}/",
    "weeks.example": lambda day: f"/schedule/{day:%Y}W{day:%V}/{day.isoweekday()}",
    "numbers.example": lambda day: f"/plan/view/{day.toordinal()}.html",
}
"""How a calendar names its days, by host."""
LONG_AGO = date(1900, 1, 1)


def days_of(address: str, name: Callable[[date], str]) -> Answer:
    """The page of a day: the days before and after it for a month, and a line that says that nothing is on."""
    here = next(
        (day for n in range(90_000) if name(day := LONG_AGO + timedelta(n)) == address), date(2024, 12, 5)
    )
    around = [here + timedelta(days=n) for n in range(-15, 16)]
    cells = "".join(f"<td><a href='{name(day)}'>{day.day}</a></td>" for day in around)
    turns = f"<a href='{name(around[0])}'>上一月</a><a href='{name(around[-1])}'>下一月</a>"
    return Answer(
        f"<html><body><h1>{here:%Y年%m月%d日}活动安排</h1><p>{here:%Y-%m-%d} 当日暂无活动安排，敬请关注后续通知。</p>"
        f"{turns}<table><tr>{cells}</tr></table></body></html>"
    )


@pytest.fixture(scope="module")
def explored(web: SmallWeb, run: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[str]]:
    """All hosts in one run."""
    web.pages.clear()
    for host, name in FORMS.items():
        rows = "".join(
            f"<li><a href='/news/2024/{n}5000.html'>第{n}条清河县新闻的标题</a> 2024-12-01</li>" for n in NEWS
        )
        today = name(date(2024, 12, 5))
        web.add(
            f"http://{host}/",
            f"<html><body><a href='{today}'>活动日历</a><a href='/news/'>要闻</a><ul>{rows}</ul></body></html>",
        )
        web.add(f"http://{host}/news/", f"<html><body><ul>{rows}</ul></body></html>")
        for n in NEWS:
            web.add(f"http://{host}/news/2024/{n}5000.html", article(f"第{n}条清河县新闻的标题"))
    answer = web.answer

    def with_calendars(url: str, headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
        host, path = urlsplit(url).hostname or "", url.partition("/")[2].partition("/")[2].partition("/")
        rest = f"/{path[2]}"
        if host in FORMS and url not in web.pages and rest != "/robots.txt":
            web.log.append((0.0, url))
            return days_of(rest, FORMS[host])
        return answer(url, headers)

    web.answer = with_calendars  # type: ignore[method-assign]
    outcome = run(
        "mirrors",
        f"site={','.join(FORMS)}",
        folder=tmp_path_factory.mktemp("calendars"),
        proxy=web.proxy,
        ZHUANZAI_EXPLORE_PAGES=BUDGET,
    )
    web.answer = answer  # type: ignore[method-assign]
    return outcome, web.asked


@pytest.mark.parametrize("host", FORMS)
def test_a_calendar_without_end_costs_no_more_than_its_budget(
    host: str, explored: tuple[Any, list[str]]
) -> None:
    outcome, asked = explored
    news = {f"http://{host}/news/2024/{n}5000.html" for n in NEWS}

    assert len([url for url in asked if f"//{host}/" in url]) <= BUDGET + len(NEWS) + 4
    assert {
        url for (url,) in outcome.rows(f"SELECT url FROM articles WHERE url LIKE 'http://{host}/%'")
    } == news
