"""Changes looked up by their words; rows keep the first 40 characters, so longer words are read from the texts."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

from extract.lineage.departures import SHOWN, Departure, departures
from extract.lineage.typed import PreparedText, prepared
from extract.script.fold import fold

_FROM_ORIGIN = ("cut", "moved", "replaced")
_FROM_COPY = ("added", "line", "replaced")


def changes_with(conn: sqlite3.Connection, origin: int, wanted: str) -> dict[Departure, str]:
    """The changes to an origin with a folded phrase in their words, and their words."""
    facts: dict[int, dict[Departure, str]] = defaultdict(dict)
    for article, words, *fact in conn.execute(
        "SELECT article_id, words, kind, start, stop, mark FROM departures WHERE origin_id = ? AND words <> ''"
        " ORDER BY article_id, kind, start, stop, mark",
        [origin],
    ):
        facts[article][Departure(*fact)] = words
    found: dict[Departure, str] = {}
    if not facts:
        return found
    whole = _prepared(conn, origin)
    places = [*_places(wanted, whole.text)]
    for article, changes in facts.items():
        found |= {fact: words for fact, words in changes.items() if wanted in fold(words)}
        kept = [(fact, fact.start, fact.end) for fact in changes if fact.kind in _FROM_ORIGIN]
        met = {*_meeting(kept, places)}
        met |= {
            fact
            for fact, start, end in kept
            if fact.kind == "replaced" and any(first <= start < end <= last for first, last in places)
        }
        if _may_hold(conn, article, changes, wanted):
            copy = _prepared(conn, article)
            full = departures(whole, copy, None)
            met |= {fact for fact in changes if wanted in fold(full.get(fact, ""))}
            stretches = [
                (fact, start, end)
                for fact in changes
                if fact.kind in _FROM_COPY
                for start, end in _places(fold(full.get(fact, "")), copy.text)
            ]
            met |= {*_meeting(stretches, [*_places(wanted, copy.text)])}
        for fact in met - found.keys():
            found[fact] = changes[fact]
    return {fact: whole_words(conn, origin, fact, words) for fact, words in sorted(found.items())}


def whole_words(conn: sqlite3.Connection, origin: int, fact: Departure, words: str) -> str:
    """All words of a change, of which a row keeps the first."""
    if len(words) < SHOWN:
        return words
    row = conn.execute(
        "SELECT article_id FROM departures WHERE origin_id = ? AND kind = ? AND start = ? AND stop = ? AND mark = ?"
        " ORDER BY 1 LIMIT 1",
        [origin, *fact],
    ).fetchone()
    return departures(_prepared(conn, origin), _prepared(conn, row[0]), None).get(fact, words)


def replaced_words(conn: sqlite3.Connection, origin: int, fact: Departure) -> str:
    """What the origin prints where a copy replaced words; empty for other changes."""
    return _prepared(conn, origin).typed.words(fact.start, fact.end) if fact.kind == "replaced" else ""


def _prepared(conn: sqlite3.Connection, article: int) -> PreparedText:
    text, title = conn.execute("SELECT text, title FROM articles WHERE id = ?", [article]).fetchone()
    return prepared(text, title)


def _may_hold(conn: sqlite3.Connection, article: int, changes: dict[Departure, str], wanted: str) -> bool:
    """Whether a copy put more words into the text than its rows keep, and prints the phrase."""
    put = [words for fact, words in changes.items() if fact.kind in (*_FROM_COPY, "title")]
    if len(put) < 2 and not any(len(words) >= SHOWN for words in put):
        return False
    text, title = conn.execute("SELECT text, title FROM articles WHERE id = ?", [article]).fetchone()
    return wanted in fold(text) or wanted in fold(title or "")


def _places(wanted: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at, at + len(wanted)
        at = text.find(wanted, at + 1)


def _meeting(
    stretches: list[tuple[Departure, int, int]], places: list[tuple[int, int]]
) -> Iterator[Departure]:
    """The changes that together take in a whole place, each of them a part."""
    for first, last in places:
        reached = first
        inside = sorted((start, end, fact) for fact, start, end in stretches if start < last and end > first)
        for start, end, _ in inside:
            if start <= reached:
                reached = max(reached, end)
        if reached >= last:
            yield from (fact for _, _, fact in inside)
