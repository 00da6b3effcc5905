"""What is refused, and how long hosts are left alone: real crawls through real sockets."""

from pathlib import Path
from typing import Any

import pytest


def own_site(folder: Path, host: str, text: str = "", listing: str | None = None) -> Path:
    sites = folder / "sites"
    sites.mkdir(exist_ok=True)
    head = f'host = "{host}"\nname = "甲"\nfamily = "trs"\nlistings = ["{listing or f"http://{host}/"}"]\n'
    (sites / f"{host}.toml").write_text(head + text, encoding="utf-8")
    return sites


def links(*hrefs: str) -> str:
    return "<html><body>" + "".join(f'<p><a href="{href}">题</a></p>' for href in hrefs)


def article(n: int) -> str:
    return f"/202002/t20200210_{n}.html"


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://0x7f000001/",
        "http://localhost/",
        "http://user:pw@elsewhere.example/",
        "http://elsewhere.example:8080/",
    ],
)
def test_a_redirect_to_where_nobody_is_asked_is_refused(
    web: Any, run: Any, tmp_path: Path, target: str
) -> None:
    sites = own_site(tmp_path, "redirect.example")
    web.add("http://redirect.example/", links(article(1)))
    web.add(f"http://redirect.example{article(1)}", "", 302, Location=target)
    before = len(web.log)

    outcome = run(
        "mirrors", "site=redirect.example", folder=tmp_path, proxy=web.proxy, ZHUANZAI_SITES_DIR=sites
    )

    assert [url for _, url in web.log[before:]] == [
        "http://redirect.example/robots.txt",
        "http://redirect.example/",
        f"http://redirect.example{article(1)}",
    ]
    assert outcome.lines("refused", "WARNING")


def test_links_never_to_be_asked_are_not(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "links.example")
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

    run("mirrors", "site=links.example", folder=tmp_path, proxy=web.proxy, ZHUANZAI_SITES_DIR=sites)

    assert [url for url in web.asked if "links.example" in url] == [
        "http://links.example/",
        f"http://links.example{article(1)}",
    ]


def test_a_calendar_without_end_is_left_after_the_last_page_allowed(
    web: Any, run: Any, tmp_path: Path
) -> None:
    sites = own_site(
        tmp_path,
        "calendar.example",
        "",
        listing="http://calendar.example/cal?m=1",
    )
    text = (sites / "calendar.example.toml").read_text(encoding="utf-8")
    listing = '[{ url = "http://calendar.example/cal?m=1", next = "a.next", last = 5 }]'
    text = text.replace('["http://calendar.example/cal?m=1"]', listing)
    (sites / "calendar.example.toml").write_text(text, encoding="utf-8")
    for n in range(1, 50):
        page = links(article(n)) + f'<a class="next" href="/cal?m={n + 1}">下月</a>'
        web.add(f"http://calendar.example/cal?m={n}", page)

    run("mirrors", "site=calendar.example", folder=tmp_path, proxy=web.proxy, ZHUANZAI_SITES_DIR=sites)

    assert sum("calendar.example/cal" in url for url in web.asked) == 5


def test_without_a_proxy_private_hosts_are_refused_after_look_up(run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "ip6-localhost.example", listing="http://localhost.localdomain/")

    outcome = run("mirrors", "site=ip6-localhost.example", folder=tmp_path, ZHUANZAI_SITES_DIR=sites)

    assert outcome.lines("localhost.localdomain")
    assert not outcome.rows("SELECT 1 FROM captures WHERE status IS NOT NULL")


def gaps(web: Any, host: str) -> list[float]:
    """Seconds between one request to a host and the next."""
    times = [at for at, url in web.log if f"//{host}/" in url]
    return [later - earlier for earlier, later in zip(times, times[1:], strict=False)]


def test_crawl_delay_is_kept_between_all_requests(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "slow.example")
    web.add("http://slow.example/robots.txt", "User-agent: *\nCrawl-delay: 0.4\nDisallow: /private/\n")
    web.add("http://slow.example/", links(*(article(n) for n in range(4))))

    run(
        "mirrors", "site=slow.example", folder=tmp_path, proxy=web.proxy, ZHUANZAI_SITES_DIR=sites,
        AUTOTHROTTLE_ENABLED=True, AUTOTHROTTLE_START_DELAY=0,
    )  # fmt: skip

    assert len(gaps(web, "slow.example")) == 5
    assert min(gaps(web, "slow.example")) >= 0.39


def test_request_rate_is_a_delay_too(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "rate.example")
    web.add("http://rate.example/robots.txt", "User-agent: zhuanzai\nRequest-rate: 10/3\nDisallow:\n")
    web.add("http://rate.example/", links(article(1), article(2)))

    run("mirrors", "site=rate.example", folder=tmp_path, proxy=web.proxy, ZHUANZAI_SITES_DIR=sites)

    assert min(gaps(web, "rate.example")) >= 0.29


def test_what_robots_forbids_is_not_asked(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "shy.example")
    web.add("http://shy.example/robots.txt", "User-agent: *\nDisallow: /202002/\n")
    web.add("http://shy.example/", links(article(1)))

    run("mirrors", "site=shy.example", folder=tmp_path, proxy=web.proxy, ZHUANZAI_SITES_DIR=sites)

    assert [url for url in web.asked if "shy.example" in url] == ["http://shy.example/"]


def test_a_slow_host_does_not_hold_up_another(web: Any, run: Any, tmp_path: Path) -> None:
    own_site(tmp_path, "asleep.example")
    sites = own_site(tmp_path, "awake.example")
    web.add("http://asleep.example/robots.txt", "User-agent: *\nCrawl-delay: 1.5\n")
    web.add("http://asleep.example/", links(article(1)))
    web.add("http://awake.example/", links(*(article(n) for n in range(30))))

    run(
        "mirrors",
        "site=asleep.example,awake.example",
        folder=tmp_path,
        proxy=web.proxy,
        ZHUANZAI_SITES_DIR=sites,
        CONCURRENT_REQUESTS=2,
    )

    order = [url for url in web.asked if "asleep" in url or "awake" in url]
    assert order.index(f"http://asleep.example{article(1)}") == len(order) - 1


def test_retry_after_leaves_the_whole_host_alone(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "tired.example")
    web.add("http://tired.example/", links(article(1), article(2)))
    late = type(web.pages["http://tired.example/"])  # Answer
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
    assert sum("tired.example/202002" in url for url in web.asked) == 3


def test_a_pause_survives_a_restart(web: Any, run: Any, tmp_path: Path) -> None:
    sites = own_site(tmp_path, "banned.example")
    web.add("http://banned.example/", "slow down", 429, Retry_After="600")
    arguments = {
        "folder": tmp_path,
        "proxy": web.proxy,
        "ZHUANZAI_SITES_DIR": sites,
        "CLOSESPIDER_TIMEOUT": 1,
    }
    run("mirrors", "site=banned.example", **arguments)
    asked = len(web.asked)

    outcome = run("mirrors", "site=banned.example", **arguments)

    assert len(web.asked) == asked
    assert '"banned.example"' in (tmp_path / "archive" / "pauses.json").read_text()
    assert outcome.code in (0, 3)
