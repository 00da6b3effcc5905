"""Answers that say nothing of where an article stands, and redirects that do."""

from pathlib import Path

import pytest

from tests.archive.archives import crawl, exchange, page, response, rows

URL = "http://news.example.com/1.html"
WHOLE = response(page(1))
OTHER = response(
    (
        "<html><title>县图书馆周末办讲座</title><body><h1>县图书馆周末办讲座</h1>"
        "<div>2020-02-12 10:00 来源：图书馆报</div><div>"
        + "".join(
            f"<p>　　{line}</p>"
            for line in (
                "县图书馆本周六上午举办一场关于古籍修补的讲座，主讲人是退休的装裱师傅，听众可以带自己的旧书来请教。",
                "讲座不收门票，名额六十个，先到先得，家长可以带孩子旁听，现场还准备了纸张、浆糊和排笔供大家试手。",
                "馆长说，去年这样的活动办了十一场，来的人一次比一次多，今年打算每月一场，题目由读者投票选出。",
            )
        )
        + "</div></body></html>"
    ).encode()
)
LIST = "".join(f'<li><a href="/{n}.html">第{n}组修好了老街的路灯和水管</a></li>' for n in range(30)).encode()
DAY = 24 * 60
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n\r\n"
CONDITIONAL = b'GET /1.html HTTP/1.1\r\nHost: news.example.com\r\nIf-None-Match: "a"\r\n\r\n'


def kept(folder: Path, *answers: bytes) -> list[str]:
    """The ledger's words for one answer a day."""
    crawl(folder, *(exchange(URL, answer, minutes=n * DAY) for n, answer in enumerate(answers)), batch=1)
    return told(folder)


def told(folder: Path) -> list[str]:
    return [state for (state,) in rows(folder, "SELECT state FROM sightings ORDER BY id")]


def test_a_304_that_nobody_asked_for_says_nothing(tmp_path: Path) -> None:
    """A cache that answers 304 to a plain GET, night after night, has looked at nothing."""
    crawl(
        tmp_path,
        exchange(URL, WHOLE),
        exchange(URL, NOT_MODIFIED, minutes=DAY),
        exchange(URL, NOT_MODIFIED, minutes=2 * DAY, request=CONDITIONAL),
        batch=1,
    )

    assert told(tmp_path) == ["new", "failed", "same"]
    assert rows(tmp_path, "SELECT sum(errors) FROM run_sites") == [(1,)]


@pytest.mark.parametrize("status", ["400 Bad Request", "412 Precondition Failed", "501 Not Implemented"])
def test_who_refuses_a_condition_says_nothing_of_the_page(tmp_path: Path, status: str) -> None:
    crawl(
        tmp_path,
        exchange(URL, WHOLE),
        exchange(URL, response(b"", status=status), minutes=DAY, request=CONDITIONAL),
        exchange(URL, WHOLE, minutes=DAY),
        batch=1,
    )

    assert told(tmp_path) == ["new", "same"]
    assert rows(tmp_path, "SELECT sum(errors), sum(blocked) FROM run_sites") == [(0, 0)]


def sent(location: bytes, status: str = "302 Found") -> bytes:
    """A redirect, its Location line as bytes."""
    return b"HTTP/1.1 %s\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status.encode(), location)


@pytest.mark.parametrize(
    "answer",
    [
        response(b"", status="302 Found"),
        sent(b"weixin://dl/business/?t=x"),
        sent(b"http://[half/"),
        sent(b"http://10.0.0.8/index.html"),
        sent(b"http://127.0.0.1:8080/1.html"),
        sent(b"/other.html", "300 Multiple Choices"),
        sent(b"/weihu.html"),
        sent(b"http://tips.example.com/maintenance/index.html"),
        response(b"", status="204 No Content"),
    ],
)
def test_what_leads_nowhere_is_no_disappearance(tmp_path: Path, answer: bytes) -> None:
    assert kept(tmp_path, WHOLE, answer, WHOLE) == ["new", "failed", "same"]
    assert rows(tmp_path, "SELECT sum(errors), sum(articles_lost) FROM run_sites") == [(1, 0)]


@pytest.mark.parametrize("location", [b"/", b"/404.html", b"http://www.gov.example/", b"//other.example/a"])
def test_what_leads_elsewhere_is_one(tmp_path: Path, location: bytes) -> None:
    assert kept(tmp_path, WHOLE, sent(location)) == ["new", "redirected"]


@pytest.mark.parametrize(
    ("status", "state"),
    [("302 Found", "failed"), ("307 Temporary Redirect", "failed"), ("301 Moved", "redirected")],
)
def test_where_a_site_sends_its_lists_for_the_moment_says_nothing_of_an_article(
    tmp_path: Path, status: str, state: str
) -> None:
    front, lander = "http://news.example.com/", b"http://parking.example/lander"
    crawl(
        tmp_path,
        exchange(front, response(LIST)),
        exchange(URL, WHOLE),
        exchange(front, sent(lander, status), minutes=DAY),
        exchange(URL, sent(lander, status), minutes=DAY + 1),
        batch=1,
    )

    assert told(tmp_path) == ["new", state]


def test_a_page_that_shows_another_article_of_its_site_is_no_version(tmp_path: Path) -> None:
    """Some systems show their newest article where they have none."""
    crawl(
        tmp_path,
        exchange(URL, WHOLE),
        exchange("http://news.example.com/2.html", OTHER),
        exchange(URL, OTHER, minutes=DAY),
        batch=1,
    )

    assert rows(tmp_path, "SELECT url, state FROM sightings s JOIN articles a ON a.id = s.article_id") == [
        (URL, "new"),
        ("http://news.example.com/2.html", "new"),
        (URL, "soft-gone"),
    ]
