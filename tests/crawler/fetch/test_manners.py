"""What is refused, and how long hosts are left alone: real crawls through real sockets."""

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.finding.links import BEIJING

NEVER = {
    "http://127.0.0.1/secret": "127.0.0.1 is no public address",
    "http://169.254.169.254/latest/meta-data/": "169.254.169.254 is no public address",
    "http://[::1]/": "::1 is no public address",
    "http://0x7f000001/": "127.0.0.1 is no public address",
    "http://localhost/": "localhost is no public name",
    "http://user:pw@elsewhere.example/": "carries credentials",
    "http://elsewhere.example:8080/": "odd port 8080",
}


def own_site(folder: Path, host: str, listings: str | None = None) -> Path:
    sites = folder / "sites"
    sites.mkdir(exist_ok=True)
    listings = listings or f'["http://{host}/"]'
    text = f'host = "{host}"\nname = "甲"\nfamily = "trs"\nlistings = {listings}\n'
    (sites / f"{host}.toml").write_text(text, encoding="utf-8")
    return sites


def links(*hrefs: str) -> str:
    return "<html><body>" + "".join(f'<p><a href="{href}">题</a></p>' for href in hrefs)


def article(n: int) -> str:
    return f"/202002/t20200210_{n}.html"


def of(web: Any, host: str) -> list[str]:
    return [url.partition(f"//{host}")[2] for url in web.asked if f"//{host}/" in url]


def gaps(web: Any, host: str) -> list[float]:
    """Seconds between one request to a host and the next, robots.txt included."""
    return [later - earlier for earlier, later in pairwise(at for at, url in web.log if f"//{host}/" in url)]


@pytest.fixture(scope="module")
def many(web: Any, run: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One crawl over hosts each with a trait of its own."""
    folder = tmp_path_factory.mktemp("many")
    hosts = ("redirect.example", "links.example", "slow.example", "rate.example", "shy.example")
    for host in hosts:
        own_site(folder, host)
    calendar = '[{ url = "http://calendar.example/cal?m=1", next = "a.next", last = 5 }]'
    sites = own_site(folder, "calendar.example", calendar)
    web.add("http://redirect.example/", links(*(article(n) for n in range(len(NEVER)))))
    for n, target in enumerate(NEVER):
        web.add(f"http://redirect.example{article(n)}", "", 302, Location=target)
    web.add(
        "http://links.example/",
        links(
            article(1),
            f"http://user:pw@links.example{article(2)}",
            f"http://links.example:8080{article(3)}",
            f"javascript:location='{article(4)}'",
            f"data:text/html,{article(5)}",
            f"ftp://links.example{article(6)}",
        ),
    )
    for n in range(1, 50):
        page = links(article(n)) + f'<a class="next" href="/cal?m={n + 1}">下月</a>'
        web.add(f"http://calendar.example/cal?m={n}", page)
    web.add("http://slow.example/robots.txt", "User-agent: *\nCrawl-delay: 1.2\nDisallow: /private/\n")
    web.add("http://slow.example/", links(*(article(n) for n in range(4))))
    web.add("http://rate.example/robots.txt", "User-agent: zhuanzai\nRequest-rate: 5/3\nDisallow:\n")
    web.add("http://rate.example/", links(article(1), article(2)))
    web.add("http://shy.example/robots.txt", "User-agent: *\nDisallow: /202002/\n")
    web.add("http://shy.example/", links(article(1)))
    return run(
        "mirrors", f"site={','.join(hosts)},calendar.example", folder=folder, proxy=web.proxy,
        ZHUANZAI_SITES_DIR=sites, AUTOTHROTTLE_ENABLED=True, AUTOTHROTTLE_START_DELAY=0,
    )  # fmt: skip


@pytest.mark.parametrize(("target", "reason"), NEVER.items())
def test_a_redirect_to_where_nobody_is_asked_is_refused(
    many: Any, web: Any, target: str, reason: str
) -> None:
    assert many.lines("WARNING", "refused", reason)
    assert target not in web.asked


def test_links_never_to_be_asked_are_not(many: Any, web: Any) -> None:
    """What a script's link opens on its own host is asked, as a click does: article 4."""
    assert sorted(of(web, "links.example")) == ["/", article(1), article(4)]
    assert many.lines("refused", "user:pw@links.example", "carries credentials")
    assert many.lines("refused", "links.example:8080", "odd port 8080")


def test_a_calendar_without_end_is_left_after_the_last_page_allowed(many: Any, web: Any) -> None:
    assert sum("/cal?" in path for path in of(web, "calendar.example")) == 5


def test_crawl_delay_is_kept_between_all_requests(many: Any, web: Any) -> None:
    assert len(gaps(web, "slow.example")) == 5
    # what a busy machine adds to one, it takes from the next: the first may be late, and four delays are less
    assert sum(gaps(web, "slow.example")) >= 5 * 1.2 - 0.3


def test_request_rate_is_a_delay_too(many: Any, web: Any) -> None:
    assert sum(gaps(web, "rate.example")) >= 3 * 0.6 - 0.2


def test_what_robots_forbids_is_not_asked(many: Any, web: Any) -> None:
    assert of(web, "shy.example") == ["/"]


def test_without_a_proxy_private_hosts_are_refused_after_look_up(run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "local.example", '["http://localhost.localdomain/"]')

    outcome = run("mirrors", "site=local.example", folder=tmp_path, ZHUANZAI_SITES_DIR=sites)

    assert outcome.lines("localhost.localdomain")
    assert not outcome.rows("SELECT 1 FROM captures WHERE status IS NOT NULL")


def test_a_slow_host_does_not_hold_up_another(web: Any, run: Any, tmp_path: Path) -> None:
    own_site(tmp_path, "asleep.example")
    sites = own_site(tmp_path, "awake.example")
    web.add("http://asleep.example/robots.txt", "User-agent: *\nCrawl-delay: 2.5\n")
    web.add("http://asleep.example/", links(article(1)))
    web.add("http://awake.example/", links(*(article(n) for n in range(8))))

    run(
        "mirrors", "site=asleep.example,awake.example", folder=tmp_path, proxy=web.proxy,
        ZHUANZAI_SITES_DIR=sites, CONCURRENT_REQUESTS=2,
    )  # fmt: skip

    order = [url for url in web.asked if "asleep" in url or "awake" in url]
    assert order.index(f"http://asleep.example{article(1)}") == len(order) - 1


def test_retry_after_leaves_the_whole_host_alone(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "tired.example")
    web.add("http://tired.example/", links(article(1), article(2)))
    late = type(web.pages["http://tired.example/"])
    web.pages[f"http://tired.example{article(2)}"] = lambda times: (
        late("later", 503, (("Retry-After", "2"),)) if times == 1 else late("<p>ok")
    )

    outcome = run(
        "mirrors",
        "site=tired.example",
        folder=tmp_path,
        proxy=web.proxy,
        ZHUANZAI_SITES_DIR=sites,
        RETRY_TIMES=2,
    )

    assert outcome.lines("host=tired.example answered 503, left alone for 2 s")
    assert max(gaps(web, "tired.example")) >= 1.9
    assert sorted(of(web, "tired.example")) == ["/", article(1), article(2), article(2)]


def test_a_pause_survives_a_restart(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "banned.example")
    web.add("http://banned.example/", "slow down", 429, Retry_After="600")
    settings = {"folder": tmp_path, "proxy": web.proxy, "ZHUANZAI_SITES_DIR": sites, "ZHUANZAI_PATIENCE_S": 5}
    run("mirrors", "site=banned.example", **settings)

    run("mirrors", "site=banned.example", **settings)

    assert of(web, "banned.example") == ["/"]
    assert '"banned.example"' in (tmp_path / "archive" / "pauses.json").read_text()


def test_hours_and_bytes_of_a_run_are_kept(web: Any, run: Any, tmp_path: Path) -> None:
    hour = datetime.now(BEIJING).hour
    for host in ("nightly.example", "daily.example"):
        sites = own_site(tmp_path, host)
        web.add(f"http://{host}/", links(*(article(n) for n in range(9))) + " " * 3000)
        for n in range(9):
            web.add(f"http://{host}{article(n)}", links() + " " * 3000)
    with (sites / "nightly.example.toml").open("a", encoding="utf-8") as file:
        file.write(f"hours = [{(hour + 2) % 24}, {(hour + 3) % 24}]\n")

    outcome = run(
        "mirrors",
        "site=nightly.example,daily.example",
        folder=tmp_path,
        proxy=web.proxy,
        ZHUANZAI_SITES_DIR=sites,
        ZHUANZAI_RUN_BYTES=8000,
    )

    assert of(web, "nightly.example") == []
    assert 2 <= len([path for path in of(web, "daily.example") if path != "/robots.txt"]) <= 4
    assert outcome.code == 0
    assert outcome.rows("SELECT ending FROM runs") == [("run_bytes",)]
