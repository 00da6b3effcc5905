"""When articles are looked at again, and what the ledger says of what was found."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from archive.place import Place
from archive.run.batches import RunLimits
from archive.run.folder import Archive, RunInfo
from archive.view.ledger import due, next_look
from archive.view.revalidate import validators
from tests.archive.archives import AT, Book, crawl, exchange, page, response, rows

AGES_H = (6, 24, 72)
URL = "http://news.example.com/1.html"
WHOLE = response(page(1))
GONE = response(b"", status="404 Not Found")
HOUR = 60
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n\r\n"
CONDITIONAL = b'GET /1.html HTTP/1.1\r\nHost: news.example.com\r\nIf-None-Match: "a"\r\n\r\n'


def at(hour: float) -> datetime:
    return datetime(2024, 12, 1, tzinfo=UTC) + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("looked_h", "next_h"),
    [
        (0, 5.4),  # a tenth of the wait may be missing
        (6, 22.2),
        (22, 67),  # close enough to 24 to count for it
        (24, 67.2),
        (50, 69.8),
        (72, 136.8),  # after the last age, each so many hours again
        (700, 764.8),
    ],
)
def test_looks_come_at_the_ages_and_then_evenly(looked_h: float, next_h: float) -> None:
    assert next_look(at(0), at(looked_h), AGES_H) == at(next_h)


def test_a_clock_set_back_counts_as_no_age() -> None:
    assert next_look(at(10), at(4), AGES_H) == at(9.4)


def kept(folder: Path, *answers: bytes | None) -> list[str]:
    """The ledger's words for one answer a day; those that are not modified were asked for so."""
    crawl(
        folder,
        *(
            exchange(URL, answer, minutes=n * 24 * HOUR, **_further(answer))
            for n, answer in enumerate(answers)
        ),
        batch=1,
    )
    return _told(folder)


def _further(answer: bytes | None) -> dict[str, object]:
    if answer is None:
        return {"failure": "timeout"}
    return {"request": CONDITIONAL} if answer.startswith(NOT_MODIFIED[:12]) else {}


def _told(folder: Path) -> list[str]:
    return [state for (state,) in rows(folder, "SELECT state FROM sightings ORDER BY id")]


def standing(folder: Path) -> tuple[object, ...]:
    return rows(folder, "SELECT state, standing, substr(standing_since, 1, 10), looks FROM looks")[0]


def test_an_article_seen_again_is_the_same(tmp_path: Path) -> None:
    assert kept(tmp_path, WHOLE, WHOLE) == ["new", "same"]
    assert standing(tmp_path) == ("same", "here", "2020-02-10", 2)


def test_an_article_that_answers_404_is_gone_and_stays_gone_through_a_failure(tmp_path: Path) -> None:
    assert kept(tmp_path, WHOLE, GONE, None) == ["new", "gone", "failed"]
    assert standing(tmp_path) == ("failed", "gone", "2020-02-11", 3)


def test_a_gone_article_that_a_304_vouches_for_is_back(tmp_path: Path) -> None:
    not_modified = b"HTTP/1.1 304 Not Modified\r\n\r\n"

    assert kept(tmp_path, WHOLE, GONE, not_modified) == ["new", "gone", "back"]
    assert standing(tmp_path) == ("back", "here", "2020-02-12", 3)


def test_a_304_for_a_notice_of_removal_does_not_bring_the_article_back(tmp_path: Path) -> None:
    notice = response("<html><title>新闻已删除</title><p>您访问的页面不存在或已被删除。</p></html>".encode())
    not_modified = b"HTTP/1.1 304 Not Modified\r\n\r\n"

    assert kept(tmp_path, WHOLE, notice, not_modified) == ["new", "soft-gone", "soft-gone"]


def test_refusals_say_nothing_of_where_an_article_stands(tmp_path: Path) -> None:
    assert kept(tmp_path, WHOLE, response(b"", status="403 Forbidden")) == ["new", "blocked"]
    assert standing(tmp_path) == ("blocked", "here", "2020-02-10", 2)


def test_another_sentence_is_a_change_and_the_way_back_is_one_too(tmp_path: Path) -> None:
    edited = response(page(1, said="编者更正了一个数字。"))

    assert kept(tmp_path, WHOLE, edited, WHOLE) == ["new", "changed", "changed"]
    assert rows(tmp_path, "SELECT text_changed, title_changed FROM changed") == [(1, 0), (1, 0)]


def test_other_surroundings_are_no_change(tmp_path: Path) -> None:
    other = WHOLE.replace(b"<body>", b"<body><div>2024 (c)</div>").replace(
        str(len(page(1))).encode(), str(len(page(1)) + 21).encode()
    )

    assert kept(tmp_path, WHOLE, other) == ["new", "same"]


def test_a_source_that_is_not_found_any_more_is_no_change(tmp_path: Path) -> None:
    moved = response(page(1).replace("来源：".encode(), b""))

    assert kept(tmp_path, WHOLE, moved) == ["new", "same"]


def test_http_and_https_are_one_article(tmp_path: Path) -> None:
    secure = URL.replace("http:", "https:")
    moved = response(b"", f"Location: {secure}", status="301 Moved Permanently")
    crawl(
        tmp_path,
        exchange(URL, WHOLE),
        exchange(URL, moved, minutes=9),
        exchange(secure, WHOLE, minutes=10),
    )

    assert rows(tmp_path, "SELECT url FROM articles") == [(URL,)]
    assert rows(tmp_path, "SELECT state FROM sightings ORDER BY id") == [("new",), ("same",)]


def test_what_vanished_names_the_copies_that_survive(tmp_path: Path) -> None:
    copies = [f"http://{name}.example.com/1.html" for name in "abc"]
    crawl(
        tmp_path,
        *(exchange(url, WHOLE, minutes=n) for n, url in enumerate(copies)),
        exchange(copies[0], GONE, minutes=48 * HOUR),
    )

    assert rows(tmp_path, "SELECT state, url, copies_survive FROM vanished") == [("gone", copies[0], 2)]


def test_half_life_is_days_watched_by_what_went(tmp_path: Path) -> None:
    urls = [f"http://news.example.com/{n}.html" for n in (1, 2)]
    crawl(
        tmp_path,
        *(exchange(url, response(page(n)), minutes=0) for n, url in enumerate(urls)),
        exchange(urls[0], GONE, minutes=10 * 24 * HOUR),
        exchange(urls[1], response(page(1)), minutes=20 * 24 * HOUR),
    )

    # 10 days until one went, 20 days of the other: ln 2 * 30
    assert rows(tmp_path, "SELECT articles, vanished, days_watched, half_life_days FROM half_lives") == [
        (2, 1, 30.0, 20.8)
    ]


def test_due_are_those_that_waited_longest_first_and_old_ones_rarely(tmp_path: Path) -> None:
    crawl(
        tmp_path,
        exchange("http://news.example.com/1.html", response(page(8)), minutes=5),  # printed on 9 February
        exchange("http://news.example.com/2.html", response(page(9)), minutes=0),  # printed on 10 February
        exchange("http://news.example.com/3.html", response(page(0)), minutes=0),  # printed on 1 February
    )
    with Archive(tmp_path, Book()).writing() as store:
        found = [
            [item.url[-6:] for item in due(store.conn, AT + timedelta(hours=hours), (6, 24, 72))]
            for hours in (1, 7, 30, 70)
        ]

    assert found == [[], ["2.html"], ["2.html"], ["2.html", "1.html", "3.html"]]


class News(Book):
    """Every address is an article of one site."""

    def place(self, url: str, on: date) -> Place:
        return Place("news.example.com", "article", url)


def test_a_page_in_quarantine_is_looked_at_again_until_an_article_stands_there(tmp_path: Path) -> None:
    shell = response(b'<html><head><title>x</title></head><body><div id="app"></div></body></html>')
    info = RunInfo("20200210T003953Z-0a0a0a0a", "mirrors", AT)
    with Archive(tmp_path, News()).run(info) as live:
        live.take(exchange(URL, shell))
        live.take(exchange(URL, shell, minutes=7 * HOUR))

    def found(hours: float) -> list[tuple[str, str]]:
        with Archive(tmp_path, News()).writing() as store:
            now = AT + timedelta(hours=hours)
            return [(one.url, one.state) for one in due(store.conn, now, AGES_H, ["news.example.com"])]

    before = found(20), found(24), found(240)
    with Archive(tmp_path, News()).run(info) as live:
        live.take(exchange(URL.replace("http:", "https:"), WHOLE, minutes=25 * HOUR))

    assert before == ([], [(URL, "unread")], [(URL, "unread")])
    assert [url for url, _ in found(240)] == [URL.replace("http:", "https:")]


def test_a_challenge_in_place_of_an_article_is_a_refusal_and_not_its_end(tmp_path: Path) -> None:
    challenge = response(b"<html><script>var a='__jsl_clearance_s=1';location.href='/'</script></html>")
    info = RunInfo("20200210T003953Z-0a0a0a0a", "mirrors", AT)
    with Archive(tmp_path, News()).run(info, RunLimits(batch=1)) as live:
        live.take(exchange(URL, WHOLE))
        live.take(exchange(URL, challenge, minutes=9))

    assert rows(tmp_path, "SELECT state FROM sightings ORDER BY id") == [("new",), ("blocked",)]
    assert rows(tmp_path, "SELECT reason, detail FROM quarantine") == [("blocked", "javascript challenge")]
    assert rows(tmp_path, "SELECT blocked FROM run_sites") == [(1,)]


class Articles(Book):
    """Every address is an article's."""

    def place(self, url: str, on: date) -> Place:
        return replace(super().place(url, on), role="article")


def said(title: str, *lines: str, links: int = 0) -> bytes:
    furniture = "".join(f"<li><a href='/c{n}/'>频道{n}</a></li>" for n in range(links))
    text = "".join(f"<p>{line}</p>" for line in lines)
    return response(f"<html><title>{title}</title><body><ul>{furniture}</ul>{text}</body></html>".encode())


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        ("failed", said("503 Service Temporarily Unavailable", "nginx")),
        ("failed", said("系统提示", "服务器繁忙，请稍后再试。", links=9)),
        ("failed", said("通知", "本站正在升级改版中，暂停访问。")),
        ("failed", said("", "")),  # nothing, with no frame around it
        ("failed", said("告读者", "本栏目今日休刊，明日继续与您见面。")),  # like nothing that was held
        ("blocked", said("提示", "抱歉，該內容在您的地區無法觀看。")),
        ("blocked", said("提示", "请在微信客户端中打开此页。")),
        ("blocked", said("提示", "操作过于频繁，请休息一下。")),
        ("blocked", said("提示信息", "抱歉，您没有权限访问该版块。", links=9)),
        ("soft-gone", said("", "", links=9)),  # the site's frame around nothing
        ("soft-gone", said("提示", "该文章已被删除。")),
        ("soft-gone", said("提示", "您访问的页面不存在，请稍后再试。", links=9)),
        (
            "changed",
            said(
                "标题全改了", "编者按：" + "这是同一地址下另写的一篇长文，讲的是另一件事情，文字很多。" * 30
            ),
        ),
    ],
)
def test_a_loss_or_an_edit_is_told_only_where_the_page_shows_it(
    tmp_path: Path, state: str, answer: bytes
) -> None:
    first, then = exchange(URL, WHOLE), exchange(URL, answer, minutes=24 * HOUR)
    crawl(tmp_path, first, then, book=Articles())

    assert rows(tmp_path, "SELECT state FROM sightings ORDER BY id") == [("new",), (state,)]


def test_404_is_said_by_its_first_line_whatever_becomes_of_the_rest(tmp_path: Path) -> None:
    cut = exchange(URL, GONE, minutes=24 * HOUR, truncated="disconnect")
    crawl(tmp_path, exchange(URL, WHOLE), cut, batch=1)

    assert rows(tmp_path, "SELECT state FROM sightings ORDER BY id") == [("new",), ("gone",)]


def asked_with(folder: Path) -> dict[str, str]:
    with Archive(folder, Book()).reading() as store:
        found = validators(store.conn, URL)
    return found.headers() if found else {}


@pytest.mark.parametrize(
    ("lines", "times_304", "is_asked_with"),
    [
        (('ETag: "1"',), 0, True),
        (('ETag: "1"',), 8, True),
        (('ETag: "1"',), 9, False),  # the tenth look takes it whole
        (("Last-Modified: Mon, 10 Feb 2020 00:00:00 GMT",), 3, True),
        (("Last-Modified: Tue, 19 Jan 2038 03:14:07 GMT",), 0, False),  # changed after it came
        (('ETag: "1"', "Last-Modified: Tue, 19 Jan 2038 03:14:07 GMT"), 0, False),
        (("Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT",), 0, False),  # before there was a web
        (('ETag: "1"', "Last-Modified: Tue, 01 Jan 1980 00:00:01 GMT"), 0, False),
        (("Last-Modified: yesterday",), 0, True),
        ((), 0, False),
    ],
)
def test_a_server_is_believed_that_nothing_changed_for_nine_looks(
    tmp_path: Path, lines: tuple[str, ...], times_304: int, is_asked_with: bool
) -> None:
    kept(tmp_path, response(page(1), *lines), *[NOT_MODIFIED] * times_304)

    assert bool(asked_with(tmp_path)) is is_asked_with
