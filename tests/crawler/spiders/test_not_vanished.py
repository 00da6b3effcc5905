"""Cookie gates, log-in walls and moves take nothing out of an archive: each by real crawls, a day and the next."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.conftest import Answer, SmallWeb
from tests.starter import Starter

HOST = "town.example"
NUMBERS = range(1, 5)
TEXT = "第{n}号报道说，各地各部门把工作落到实处，编号为{n}的事项已经办结，群众反映良好，下一步还要继续推进相关工作。"
HTML = ("Content-Type", "text/html; charset=utf-8")
Gate = Callable[[str, Mapping[str, str]], Answer | None]


def path_of(n: int) -> str:
    return f"/202002/t20200210_{4000 + n}.html"


def page(n: int, edit: str = "") -> str:
    body = "".join(f"<p>　　{TEXT.format(n=n * 100 + k)}{edit}</p>" for k in range(5))
    return (
        f"<html><head><title>第{n}号报道：各地有序推进工作</title></head><body>"
        f'<h1>第{n}号报道：各地有序推进工作</h1><div class="info">2020年02月10日 08:00 来源：人民日报</div>'
        f'<div class="TRS_Editor">{body}</div></body></html>'
    )


def put(web: SmallWeb, host: str = HOST) -> None:
    links = "".join(f'<li><a href="{path_of(n)}">第{n}号报道：各地有序推进工作</a></li>' for n in NUMBERS)
    web.add(f"http://{host}/", f"<html><body><ul>{links}</ul></body></html>")
    for n in NUMBERS:
        web.add(f"http://{host}{path_of(n)}", page(n))


def sent(to: str, *cookies: str, status: int = 302) -> Answer:
    return Answer("", status, (("Location", to), *(("Set-Cookie", cookie) for cookie in cookies)))


def is_ours(url: str, host: str = HOST) -> bool:
    return url.startswith(f"http://{host}/") and not url.endswith("/robots.txt")


@pytest.fixture
def crawl(run: Any, starter: Starter, web: SmallWeb, tmp_path: Path) -> Callable[..., Any]:
    """A crawl of the town's site; `day` is how many days later it is."""
    web.pages.clear()
    web.gates.clear()
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / f"{HOST}.toml").write_text(
        f'host = "{HOST}"\nname = "甲市网"\nregion = "city"\nfamily = "trs"\nsource = "invented"\n'
        f'listings = [{{ url = "http://{HOST}/", last = 1 }}]\n',
        encoding="utf-8",
    )
    put(web)

    def crawl(spider: str, day: int = 0, **settings: object) -> Any:
        web.log.clear()
        at = datetime.now(UTC) + timedelta(days=day) if day else None
        return run(
            spider, f"site={HOST}", folder=tmp_path, proxy=web.proxy, at=at, ZHUANZAI_SITES_DIR=sites,
            ZHUANZAI_RECHECK_HOURS="6,24", **settings,
        )  # fmt: skip

    return crawl


def ledger(outcome: Any) -> dict[str, int]:
    return dict(outcome.rows("SELECT state, count(*) FROM sightings GROUP BY state ORDER BY state"))


def vanished(outcome: Any) -> int:
    return int(outcome.rows("SELECT count(*) FROM vanished")[0][0])


# ---------------------------------------------------------------------- cookie gates


def cookie_gate(url: str, headers: Mapping[str, str]) -> Answer | None:
    return sent(url, "gate=1; path=/") if is_ours(url) and "gate=1" not in headers.get("Cookie", "") else None


def gate_by_way_of_another_page(url: str, headers: Mapping[str, str]) -> Answer | None:
    if not is_ours(url) or "pass=2" in headers.get("Cookie", ""):
        return None
    if "/set?" in url:
        return sent(url.partition("to=")[2], "pass=2; path=/")
    return sent(f"http://{HOST}/set?to={url}")


def two_cookies_one_after_the_other(url: str, headers: Mapping[str, str]) -> Answer | None:
    if not is_ours(url) or "b=2" in headers.get("Cookie", ""):
        return None
    return sent(url, "b=2" if "a=1" in headers.get("Cookie", "") else "a=1")


GATES = [cookie_gate, gate_by_way_of_another_page, two_cookies_one_after_the_other]


@pytest.mark.parametrize("gate", GATES)
def test_a_cookie_gate_is_passed(crawl: Any, web: SmallWeb, gate: Gate) -> None:
    web.gates.append(gate)

    outcome = crawl("mirrors")

    assert outcome.code == 0
    assert ledger(outcome) == {"new": 4}


@pytest.mark.parametrize("gate", [cookie_gate, two_cookies_one_after_the_other])
def test_a_cookie_gate_put_up_later_takes_nothing_and_hides_no_edit(
    crawl: Any, web: SmallWeb, gate: Gate
) -> None:
    crawl("mirrors")
    web.gates.append(gate)
    web.add(f"http://{HOST}{path_of(2)}", page(2, "更正。"))
    web.add(f"http://{HOST}{path_of(3)}", "gone", 404)

    outcome = crawl("recheck", day=1)

    assert ledger(outcome) == {"changed": 1, "gone": 1, "new": 4, "same": 2}


def test_cookies_go_to_no_other_host_and_no_other_chain(crawl: Any, web: SmallWeb) -> None:
    seen: list[tuple[str, str]] = []

    def watching(url: str, headers: Mapping[str, str]) -> Answer | None:
        seen.append((url, headers.get("Cookie", "")))
        return cookie_gate(url, headers)

    web.gates.append(watching)
    crawl("mirrors")

    assert [next(c for url, c in seen if url.endswith(path_of(n))) for n in NUMBERS] == [""] * 4


# ---------------------------------------------------------------------- addresses that send to themselves


def always(*cookies: str) -> Gate:
    return lambda url, headers: sent(url, *cookies) if "/t2020" in url else None


def counting(url: str, headers: Mapping[str, str]) -> Answer | None:
    n = headers.get("Cookie", "n=0").partition("n=")[2]
    return sent(url, f"n={int(n) + 1}") if "/t2020" in url else None


@pytest.mark.parametrize("gate", [always("gate=1"), always(), counting])
def test_articles_that_send_to_themselves_are_blocked_and_an_alarm_at_once(
    crawl: Any, web: SmallWeb, gate: Gate
) -> None:
    crawl("mirrors")
    web.gates.append(gate)

    outcome = crawl("recheck", day=1)

    assert ledger(outcome) == {"blocked": 4, "new": 4}
    assert vanished(outcome) == 0
    assert outcome.code == 3
    assert outcome.lines(f"alarm site={HOST} kind=redirect-loop")


@pytest.mark.parametrize("gate", [always("gate=1"), always(), counting])
def test_on_the_first_night_too(crawl: Any, web: SmallWeb, gate: Gate) -> None:
    web.gates.append(gate)

    outcome = crawl("mirrors")

    assert outcome.code == 3
    assert len(outcome.lines(f"alarm site={HOST} kind=redirect-loop")) == 1


def test_a_list_that_sends_to_itself_is_an_alarm(crawl: Any, web: SmallWeb) -> None:
    web.gates.append(lambda url, headers: sent(url, "gate=1") if url == f"http://{HOST}/" else None)

    outcome = crawl("mirrors")

    assert outcome.code == 3
    assert outcome.lines(f"alarm site={HOST} kind=no-list")
    assert outcome.lines(f"alarm site={HOST} kind=redirect-loop")


OTHER = f"http://{HOST}/other/"
BAD_LISTS: dict[str, Gate] = {
    "sends to itself": lambda url, headers: sent("/other/", "gate=1") if url == OTHER else None,
    "is not there": lambda url, headers: Answer("", 404) if url == OTHER else None,
    "is empty": lambda url, headers: Answer("<html><ul></ul></html>", 200, (HTML,)) if url == OTHER else None,
}


@pytest.mark.parametrize("name", BAD_LISTS)
def test_a_list_in_whose_place_nothing_is_found_rings_each_night_and_is_read_when_it_is_back(
    crawl: Any, web: SmallWeb, tmp_path: Path, name: str
) -> None:
    site = tmp_path / "sites" / f"{HOST}.toml"
    listings = f'listings = [{{ url = "http://{HOST}/", last = 1 }}, {{ url = "{OTHER}", last = 1 }}]\n'
    site.write_text(re.sub(r"listings = .*\n", listings, site.read_text("utf-8")), encoding="utf-8")
    web.gates.append(BAD_LISTS[name])

    nights = [crawl("mirrors", day, ZHUANZAI_EXPLORE_PAGES=10) for day in range(2)]
    web.gates.clear()
    web.add(f"http://{HOST}{path_of(9)}", page(9))
    web.add(
        OTHER,
        f'<html><body><ul><li><a href="{path_of(9)}">第9号报道：各地有序推进工作</a></li></ul></body></html>',
    )
    last = crawl("mirrors", 2, ZHUANZAI_EXPLORE_PAGES=10)

    assert [night.code for night in nights] == [3, 3]
    assert last.rows("SELECT count(*) FROM articles") == [(5,)]


# ---------------------------------------------------------------------- walls

WAY_IN = "<html><head><title>用户登录</title></head><body><form><p>请登录后查看全文，没有账号请先注册，登录后可以阅读全部内容。</p><input name=u><input type=password></form></body></html>"  # noqa: E501
CONSENT = "<html><head><title>提示</title></head><body><p>我们使用 Cookie。请阅读隐私政策，同意并继续浏览本站的全部内容。</p><button>同意并继续</button></body></html>"  # noqa: E501


def wall(to: str) -> Gate:
    def gate(url: str, headers: Mapping[str, str]) -> Answer | None:
        if "/t2020" in url and "login" not in url and "reg.asp" not in url and "consent" not in url:
            return sent(to.format(url=url, path=url.partition(HOST)[2]))
        return None if "/t2020" not in url and is_ours(url) else Answer(WAY_IN, 200, (HTML,))

    return gate


def in_place(body: str) -> Gate:
    return lambda url, headers: Answer(body, 200, (HTML,)) if "/t2020" in url else None


WALLS = {
    "log-in page": wall("/login.html?next={path}"),
    "passport host": wall("http://passport.town.example/?u=1"),
    "page that sends back": wall("/reg.asp?back={url}"),
    "consent": wall("/consent/?return={path}"),
    "log-in in place": in_place(WAY_IN),
    "consent in place": in_place(CONSENT),
}


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_put_up_later_is_blocked_not_vanished(crawl: Any, web: SmallWeb, name: str) -> None:
    crawl("mirrors")
    web.gates.append(WALLS[name])

    outcome = crawl("recheck", day=1)

    assert ledger(outcome) == {"blocked": 4, "new": 4}
    assert vanished(outcome) == 0
    assert outcome.code == 3 or name == "page that sends back"


def test_a_wall_from_day_one_rings_every_night(crawl: Any, web: SmallWeb) -> None:
    web.gates.append(WALLS["log-in page"])

    nights = [crawl("mirrors", day=day) for day in range(3)]

    assert [night.code for night in nights] == [3, 3, 3]
    assert all(night.lines(f"alarm site={HOST} kind=blocked") for night in nights)


def test_a_redirect_to_the_front_page_is_a_disappearance(crawl: Any, web: SmallWeb) -> None:
    crawl("mirrors")
    web.gates.append(lambda url, headers: sent("/") if path_of(2) in url else None)

    outcome = crawl("recheck", day=1)

    assert ledger(outcome) == {"new": 4, "redirected": 1, "same": 3}


# ---------------------------------------------------------------------- moves


def moved(to: str) -> Gate:
    return lambda url, headers: sent(url.replace(f"http://{HOST}", to), status=301) if is_ours(url) else None


MOVES = {
    "another name": ("http://newtown.example", ""),
    "a www of its own": (f"http://www.{HOST}", ""),
    "another name and folder": ("http://newtown.example/old", "/old"),
}


@pytest.mark.parametrize("name", MOVES)
def test_a_moved_site_goes_on_in_the_same_articles(crawl: Any, web: SmallWeb, name: str) -> None:
    to, folder = MOVES[name]
    crawl("mirrors")
    web.gates.append(moved(to))
    host = to.partition("//")[2].partition("/")[0]
    for n in NUMBERS:
        web.add(
            f"http://{host}{folder}{path_of(n)}", page(n, "更正。" if n == 2 else ""), 404 if n == 3 else 200
        )

    outcome = crawl("recheck", day=1)

    assert outcome.rows("SELECT DISTINCT site FROM articles") == [(HOST,)]
    assert ledger(outcome) == {"changed": 1, "gone": 1, "moved": 3, "new": 4, "same": 2}
    assert vanished(outcome) == 1
    assert outcome.lines(f"alarm site={HOST} kind=site-moved") or host.endswith(HOST)
    again = crawl("recheck", day=3)
    assert ledger(again)["moved"] == 3
    assert ledger(again)["same"] >= 4


def test_a_moved_article_is_looked_at_where_it_stands_when_its_old_host_is_dead(
    crawl: Any, web: SmallWeb
) -> None:
    crawl("mirrors")
    web.gates.append(moved("http://newtown.example"))
    for n in NUMBERS:
        web.add(f"http://newtown.example{path_of(n)}", page(n))
    crawl("recheck", day=1)
    web.gates[:] = [lambda url, headers: Answer("no such host", 502) if is_ours(url) else None]
    web.add(f"http://newtown.example{path_of(2)}", page(2, "更正。"))
    web.add(f"http://newtown.example{path_of(3)}", "gone", 404)

    outcome = crawl("recheck", day=3)

    assert not [url for url in web.asked if is_ours(url)]
    assert ledger(outcome) == {"changed": 1, "gone": 1, "moved": 4, "new": 4, "same": 6}
    assert outcome.rows("SELECT count(*) FROM articles") == [(4,)]


def test_an_article_that_moves_back_is_followed(crawl: Any, web: SmallWeb) -> None:
    crawl("mirrors")
    web.gates.append(moved("http://newtown.example"))
    put(web, "newtown.example")
    crawl("recheck", day=1)
    web.gates[:] = [
        lambda url, headers: (
            sent(url.replace("newtown.example", HOST), status=301)
            if "newtown" in url and "robots" not in url
            else None
        )
    ]
    web.add(f"http://{HOST}{path_of(2)}", page(2, "更正。"))

    crawl("recheck", day=3)
    outcome = crawl("recheck", day=9)

    assert ledger(outcome)["changed"] == 1
    assert vanished(outcome) == 0
    assert not [url for url in web.asked if "newtown" in url]


def test_lists_at_the_new_name_invent_no_article(crawl: Any, web: SmallWeb) -> None:
    crawl("mirrors")
    web.gates.append(moved("http://newtown.example"))
    put(web, "newtown.example")
    web.add("http://newtown.example/202002/t20200211_4009.html", page(9))
    body = web.pages["http://newtown.example/"]
    assert isinstance(body, Answer)
    link = '<li><a href="/202002/t20200211_4009.html">第9号报道：各地有序推进工作</a></li>'
    web.add("http://newtown.example/", str(body.body).replace("<ul>", f"<ul>{link}"))

    outcome = crawl("mirrors", day=1)

    assert outcome.rows("SELECT site, count(*) FROM articles GROUP BY site") == [(HOST, 5)]
    assert outcome.lines(f"alarm site={HOST} kind=site-moved")


def test_a_rebuilt_view_tells_the_same_of_gates_and_moves(
    crawl: Any, web: SmallWeb, starter: Starter, tmp_path: Path
) -> None:
    crawl("mirrors")
    web.gates.append(moved("http://newtown.example"))
    put(web, "newtown.example")
    before = crawl("recheck", day=1)
    told = before.rows("SELECT article_id, capture_id, seen_at, state FROM sightings ORDER BY id")

    done = starter.start(of_archive("rebuild", tmp_path), {"PATH": "/usr/bin:/bin"}).wait()

    assert done.returncode == 0, done.stderr
    assert "site files" not in done.stderr
    assert before.rows("SELECT article_id, capture_id, seen_at, state FROM sightings ORDER BY id") == told


def of_archive(command: str, folder: Path, sites: str | None = "sites") -> list[str]:
    given = {"ARCHIVE_DIR": folder / "archive"} | ({"ZHUANZAI_SITES_DIR": folder / sites} if sites else {})
    return [command, *(word for name, value in given.items() for word in ("-s", f"{name}={value}"))]


def test_verify_and_rebuild_say_that_the_site_files_are_others_than_the_crawls(
    crawl: Any, starter: Starter, tmp_path: Path
) -> None:
    crawl("mirrors")
    told = r"was read with site files of one's own, sha256:[0-9a-f]{16}; ZHUANZAI_SITES_DIR "

    without = starter.start(of_archive("verify", tmp_path, None), {"PATH": "/usr/bin:/bin"}).wait()
    with (tmp_path / "sites" / f"{HOST}.toml").open("a", encoding="utf-8") as file:
        file.write("# later\n")
    edited = starter.start(of_archive("rebuild", tmp_path), {"PATH": "/usr/bin:/bin"}).wait()

    assert re.search(told + "names none now", without.stderr), without.stderr
    assert re.search(told + r"holds sha256:[0-9a-f]{16} now", edited.stderr), edited.stderr
