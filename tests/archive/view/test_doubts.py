"""Doubtful articles, and sites whose readings became doubtful."""

import sqlite3

from archive.view import doubts


def view(rows: list[tuple[str, float | None, str]]) -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:")
    conn.execute(
        "CREATE TABLE articles (id INTEGER PRIMARY KEY, url TEXT, site TEXT, confidence REAL, notes TEXT)"
    )
    conn.executemany(
        "INSERT INTO articles (url, site, confidence, notes) VALUES (?, ?, ?, ?)",
        [(f"http://{site}/{n}", site, confidence, notes) for n, (site, confidence, notes) in enumerate(rows)],
    )
    return conn


def test_what_is_below_the_bar_is_listed_with_its_reason_the_latest_first() -> None:
    told = '[{"kind": "date", "detail": "x"}, {"kind": "doubt", "detail": "another block is longer"}]'
    conn = view(
        [
            ("a.example", 0.3, told),
            ("a.example", 0.5, "[]"),
            ("b.example", None, "[]"),
            ("b.example", 0.1, "[]"),
        ]
    )

    assert doubts.doubtful(conn) == doubts.Doubtful(
        2,
        (
            doubts.Doubt("http://b.example/3", "b.example", 0.1, ""),
            doubts.Doubt("http://a.example/0", "a.example", 0.3, "another block is longer"),
        ),
    )


def test_a_site_whose_latest_articles_are_read_with_less_confidence_is_told() -> None:
    conn = view(
        [("a.example", 0.9, "[]")] * 12 + [("a.example", 0.6, "[]")] * 10 + [("b.example", 0.9, "[]")] * 30
    )

    assert list(doubts.drifts(conn)) == [
        ("a.example", "mean confidence 0.60 in the latest 10 articles, before 0.90")
    ]


def test_few_articles_or_a_small_fall_are_no_drift() -> None:
    few = [("a.example", 0.9, "[]")] * 9 + [("a.example", 0.1, "[]")] * 10
    small = [("b.example", 0.9, "[]")] * 12 + [("b.example", 0.75, "[]")] * 10

    assert list(doubts.drifts(view([*few, *small]))) == []
