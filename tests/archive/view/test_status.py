"""Alarms: what each is raised on, and that an ordinary history raises none."""

from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.view.ledger import Try, keep_alarms, keep_tries, told_alarms, told_tries
from archive.view.status import Alarm, status
from archive.view.store import Store, utc
from tests.archive.archives import crawl, exchange, page, response

NOW = datetime(2024, 12, 20, 6, tzinfo=UTC)
SITE = "news.example.com"
ORDINARY = {
    "captures": 30,
    "answered": 25,
    "articles_new": 10,
    "pages_read": 10,
    "with_title": 10,
    "with_date": 10,
    "with_source": 9,
    "characters": 8000,
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "archive.db") as opened:
        yield opened


def ran(
    store: Store,
    days_ago: int,
    command: str = "mirrors",
    ending: str | None = "finished",
    **counts: int,
) -> str:
    """A run of one site that began two hours before NOW, so many days ago."""
    began = NOW - timedelta(days=days_ago, hours=2)
    run_id = f"{began:%Y%m%dT%H%M%SZ}-{command}"
    values = ORDINARY | counts
    with store.commit():
        store.begin_run(run_id, command, utc(began))
        if ending:
            store.end_run(run_id, utc(began + timedelta(hours=1)), ending)
        names = ", ".join(values)
        store.conn.execute(
            f"INSERT INTO run_sites (run_id, site, first_at, last_at, {names})"
            f" VALUES (?, ?, ?, ?{', ?' * len(values)})",
            [run_id, SITE, utc(began), utc(began), *values.values()],
        )
    return run_id


def history(store: Store, days: int = 10, **counts: int) -> None:
    for days_ago in range(days, 0, -1):
        ran(store, days_ago, **counts)


def kinds(store: Store, max_age_h: float | None = 26) -> list[str]:
    max_age = timedelta(hours=max_age_h) if max_age_h else None
    return [alarm.kind for alarm in status(store.conn, NOW, max_age=max_age).alarms]


def test_an_ordinary_history_raises_nothing(store: Store) -> None:
    history(store)
    ran(store, 0)

    assert kinds(store) == []


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        ({"articles_new": 1}, "few"),
        ({"articles_new": 51}, "many"),
        ({"blocked": 20}, "blocked"),
        ({"captures": 3, "answered": 0, "blocked": 2}, "blocked"),
        ({"failures": 10, "errors": 6}, "failing"),
        ({"articles_lost": 6, "looks": 10}, "vanishing"),
        ({"with_title": 2}, "drift-title"),
        ({"with_date": 0}, "drift-date"),
        ({"with_source": 4}, "drift-source"),
        ({"characters": 2000}, "drift-text"),
        ({"quarantined": 5}, "quarantine"),
    ],
)
def test_what_a_site_gave_unlike_before_raises_its_alarm(
    store: Store, today: dict[str, int], kind: str
) -> None:
    history(store)
    ran(store, 0, **today)

    assert kinds(store) == [kind]


def test_pages_passed_over_for_their_source_are_no_silence(store: Store) -> None:
    history(store)
    ran(store, 0, articles_new=1, passed_over=9)

    assert kinds(store) == []


def test_an_alarm_is_gone_after_an_ordinary_run(store: Store) -> None:
    history(store, days=9)
    ran(store, 0, command="people_daily")
    ran(store, 0, blocked=20)
    told = kinds(store)
    began = NOW + timedelta(minutes=1)
    with store.commit():
        store.begin_run("20241220T060100Z-mirrors", "mirrors", utc(began))
        store.end_run("20241220T060100Z-mirrors", utc(began), "finished")
        store.conn.execute(
            "INSERT INTO run_sites (run_id, site, first_at, last_at, captures, answered, articles_new)"
            " VALUES ('20241220T060100Z-mirrors', ?, '', '', 30, 25, 9)",
            [SITE],
        )

    assert told == ["blocked"]
    assert kinds(store) == []


@pytest.mark.parametrize(("first", "last"), [("mirrors", "recheck"), ("recheck", "mirrors")])
def test_unread_pages_of_one_command_are_told_whichever_command_ran_last(
    store: Store, first: str, last: str
) -> None:
    history(store, days=9)
    ran(store, 0, command=first, quarantined=7, pages_read=0)
    ran(store, 0, command=last, quarantined=1, pages_read=20)

    assert "quarantine" in kinds(store)


def test_counts_are_judged_only_after_enough_runs(store: Store) -> None:
    history(store, days=4)
    ran(store, 0, articles_new=200)

    assert kinds(store) == []


def test_a_run_cut_by_its_budget_gave_few_for_a_reason(store: Store) -> None:
    history(store)
    ran(store, 0, ending="closespider_timeout", articles_new=2)

    assert kinds(store) == []


def test_nothing_for_too_long(store: Store) -> None:
    ran(store, 2)

    assert kinds(store) == ["no-run"]
    assert kinds(store, max_age_h=None) == []


def asked_robots(store: Store, times: int) -> None:
    """A site's robots.txt was captured so many times, once a day."""
    with store.commit():
        for n in range(times):
            store.conn.execute(
                "INSERT INTO captures (url, site, captured_at, status, via, original_url, record_id)"
                " VALUES (?1, ?2, ?3, 404, 'live', ?1, ?4)",
                [f"http://{SITE}/robots.txt", SITE, utc(NOW - timedelta(days=n, hours=1)), f"<{n}>"],
            )


def test_a_host_that_redirects_only_led_by_way_of_is_not_silent(store: Store) -> None:
    for days_ago in (2, 1, 0):
        ran(store, days_ago, **dict.fromkeys(ORDINARY, 0) | {"captures": 1})
    asked_robots(store, 3)

    assert kinds(store) == []


def test_a_site_that_never_answered_but_for_its_robots_txt_is_silent(store: Store) -> None:
    for days_ago in (2, 1, 0):
        ran(store, days_ago, **dict.fromkeys(ORDINARY, 0) | {"captures": 3})
    asked_robots(store, 3)

    assert kinds(store) == ["silent"]


def test_years_of_robots_txt_hide_no_silence(store: Store) -> None:
    ran(store, 3)
    for days_ago in (2, 1, 0):
        ran(store, days_ago, **dict.fromkeys(ORDINARY, 0) | {"captures": 3})
    asked_robots(store, 400)

    assert "silent" in kinds(store)


def test_a_site_that_does_not_answer_any_more_is_silent(store: Store) -> None:
    ran(store, 3)
    ran(store, 1, answered=0)
    ran(store, 0, answered=0)

    assert kinds(store) == ["silent"]


def test_a_site_without_news_for_much_longer_than_ever(store: Store) -> None:
    for days_ago in range(20, 10, -1):
        ran(store, days_ago, articles_new=2)
    for days_ago in range(10, -1, -1):
        ran(store, days_ago, articles_new=0)

    assert kinds(store) == ["no-news"]


def test_a_killed_run_is_told_until_the_next_good_one(store: Store) -> None:
    ran(store, 1, ending="killed")
    told = kinds(store, max_age_h=None)
    ran(store, 0)

    assert told == ["run-broke-off"]
    assert kinds(store) == []


def test_a_run_from_the_future_means_a_wrong_clock(store: Store) -> None:
    ran(store, -1)

    assert kinds(store) == ["clock"]


def test_what_the_latest_run_of_a_command_told_is_told_again(store: Store) -> None:
    earlier, latest = ran(store, 1), ran(store, 0)
    with store.commit():
        keep_alarms(store.conn, earlier, "a.example/layout=1")
        keep_alarms(store.conn, latest, told_alarms({"b.example/empty-list": 2})["alarms"])

    assert status(store.conn, NOW).alarms == (
        Alarm("b.example", "empty-list", "mirrors of 2024-12-20T04:00:00.000000Z: 2 ×"),
    )


def test_words_of_a_record_that_are_no_alarms_are_passed_over(store: Store) -> None:
    run_id = ran(store, 0)
    with store.commit():
        keep_alarms(store.conn, run_id, "x /=3 a/b=many =1 a/b")

    assert store.conn.execute("SELECT count(*) FROM run_alarms").fetchone() == (0,)


def test_tries_come_back_from_a_record_and_what_is_none_is_passed_over(store: Store) -> None:
    run_id = ran(store, 0)
    one = Try("http://a.example/1.html", "search", "b.example", 2, 1, 1, 0)
    with store.commit():
        for told in (
            told_tries([one])["tries"],
            "[[1]]",
            "{}",
            "[",
            "",
            '[["a","b","c",1,1,1,99999999999999999999]]',
        ):
            keep_tries(store.conn, run_id, told)

    assert store.conn.execute("SELECT * FROM run_tries").fetchall() == [(run_id, *astuple(one))]


def test_the_table_has_each_site_with_its_usual(store: Store) -> None:
    history(store, days=3)
    ran(store, 0, articles_new=7)
    (site,) = status(store.conn, NOW).sites

    assert (site.site, site.new, site.usual_new) == (SITE, 7, 10)
    assert (site.last_answered, site.articles, site.half_life_days) == (
        "2024-12-20T04:00:00.000000Z",
        0,
        None,
    )


def test_one_alarm_of_a_kind_for_a_site_whoever_raised_it(store: Store) -> None:
    for command in ("mirrors", "recheck"):
        run_id = ran(store, 0, command)
        with store.commit():
            keep_alarms(store.conn, run_id, f"{SITE}/site-moved=1")

    found = [alarm for alarm in status(store.conn, NOW).alarms if alarm.kind == "site-moved"]

    assert len(found) == 1
    assert "mirrors of" in found[0].text
    assert "recheck of" in found[0].text


@pytest.mark.parametrize(("is_retried", "kinds"), [(True, set()), (False, {"failing", "quarantine"})])
def test_what_came_when_it_was_asked_for_once_more_is_no_trouble(
    tmp_path: Path, is_retried: bool, kinds: set[str]
) -> None:
    folder = tmp_path / "archive"
    urls = [f"http://a.example/{n}.html" for n in range(6)]
    cut = [exchange(url, response(page(n))[:600], truncated="disconnect") for n, url in enumerate(urls)]
    whole = [exchange(url, response(page(n))) for n, url in enumerate(urls)]
    crawl(folder, *cut, *(whole if is_retried else ()))

    with Store(folder / "archive.db", read_only=True) as kept:
        assert {alarm.kind for alarm in status(kept.conn, NOW).alarms} & {"failing", "quarantine"} == kinds
