"""The ledger: the state that each look at an article found, the article's standing, and the time of the next look."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Literal

from archive.kinds import State
from archive.view.store import utc

HERE: frozenset[State] = frozenset({"new", "same", "changed", "back", "moved"})
LOST: frozenset[State] = frozenset({"gone", "soft-gone", "redirected"})
EVENTS: frozenset[State] = frozenset({"new", "changed", "back"})
"""States that count as an event even where the state before was the same."""
EARLY = 0.1
"""The share of a wait that may be missing: cron comes at about the same hour, not to the minute."""


@dataclass(frozen=True, slots=True)
class Due:
    """An article to look at again: its address, the addresses of its further pages, and since when it is due.

    All pages of an address may be in quarantine. Then there is no article: `article_id` is None and `state` is
    `unread`.
    """

    article_id: int | None
    url: str
    site: str
    further: tuple[str, ...]
    state: State | Literal["unread"]
    due_at: datetime


def noted(conn: sqlite3.Connection, article_id: int, state: State) -> State:
    """The ledger's state for a look that found `state`: an article that was lost and is there unchanged is `back`."""
    if state != "same":
        return state
    row = conn.execute("SELECT standing FROM looks WHERE article_id = ?", [article_id]).fetchone()
    return "back" if row and row[0] in LOST else state


def vouched(conn: sqlite3.Connection, article_id: int, original_id: int | None) -> State:
    """The ledger's state for a 304: the state at the latest look that found its original, a capture.

    A notice of removal has an entity tag, too, so a 304 need not mean that the article is there. Without an original
    the standing does not change.
    """
    if original_id is None:
        row = conn.execute("SELECT standing FROM looks WHERE article_id = ?", [article_id]).fetchone()
        return row[0] if row and row[0] in LOST else "same"
    row = conn.execute(
        "SELECT s.state FROM sightings s JOIN captures c ON c.id = s.capture_id"
        " WHERE s.article_id = ? AND (c.id = ? OR c.revisit_of = ?) ORDER BY s.id DESC LIMIT 1",
        [article_id, original_id, original_id],
    ).fetchone()
    return row[0] if row and row[0] in LOST else "same"


def look(
    conn: sqlite3.Connection, article_id: int, seen_at: str, state: State, published_at: str | None = None
) -> None:
    """Write the article's standing after a look at its live address; inside the caller's transaction.

    `published_at` is given with the first look: an article that was old when first seen is not news.
    """
    row = conn.execute(
        "SELECT state, standing, standing_since, event_at, here_at, looks FROM looks WHERE article_id = ?",
        [article_id],
    ).fetchone()
    before, standing, standing_since, event_at, here_at, looks = row or (None, "", seen_at, seen_at, None, 0)
    now = "here" if state in HERE else state if state in LOST else standing or "here"
    if now != standing:
        standing_since = seen_at
    if state in EVENTS or _group(state) != _group(before):
        event_at = min(seen_at, _moment(published_at) or seen_at)
    if state in HERE:
        here_at = seen_at
    conn.execute(
        "INSERT OR REPLACE INTO looks (article_id, state, standing, standing_since, event_at, here_at, looked_at,"
        " looks) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [article_id, state, now, standing_since, event_at, here_at, seen_at, looks + 1],
    )


def take_back_blocked(conn: sqlite3.Connection, article_id: int, run_id: str, since: str) -> None:
    """Remove an article's latest lines of the ledger as far as a run wrote `blocked` there after a time."""
    rows = conn.execute(
        "SELECT s.id, s.state = 'blocked' AND c.run_id = ? AND s.seen_at >= ?, c.site FROM sightings s"
        " JOIN captures c ON c.id = s.capture_id WHERE s.article_id = ? ORDER BY s.id DESC LIMIT 20",
        [run_id, since, article_id],
    )
    taken = [(sighting, site) for sighting, _, site in takewhile(lambda row: row[1], rows.fetchall())]
    for sighting, site in taken:
        conn.execute("DELETE FROM sightings WHERE id = ?", [sighting])
        conn.execute(
            "UPDATE run_sites SET blocked = max(blocked - 1, 0), looks = max(looks - 1, 0)"
            " WHERE run_id = ? AND site = ?",
            [run_id, site],
        )
    if taken:
        _look_again(conn, article_id)


def _look_again(conn: sqlite3.Connection, article_id: int) -> None:
    """Write an article's standing anew, from the lines of the ledger."""
    published_at = conn.execute(
        "SELECT published_at FROM (SELECT n, published_at FROM versions WHERE article_id = ?1"
        " UNION ALL SELECT 1 << 40, published_at FROM articles WHERE id = ?1) ORDER BY n LIMIT 1",
        [article_id],
    ).fetchone()
    conn.execute("DELETE FROM looks WHERE article_id = ?", [article_id])
    rows = conn.execute(
        "SELECT s.seen_at, s.state FROM sightings s JOIN captures c ON c.id = s.capture_id"
        " WHERE s.article_id = ? AND c.archived_at IS NULL ORDER BY s.id",
        [article_id],
    )
    for seen_at, state in rows.fetchall():
        look(conn, article_id, seen_at, state, published_at[0] if state == "new" and published_at else None)


def _moment(published_at: str | None) -> str | None:
    """A time of publication in the form of captured_at; None if it is none, or before the epoch of newspapers."""
    try:
        return utc(datetime.fromisoformat(published_at)) if published_at else None
    except (ValueError, OverflowError):
        return None


def _group(state: str | None) -> str | None:
    return "here" if state in HERE else state


def due(
    conn: sqlite3.Connection, now: datetime, ages_h: Sequence[float], sites: Sequence[str] = ()
) -> Iterator[Due]:
    """The articles, and pages in quarantine, whose next look is due; those that have waited longest come first.

    An article's age counts from its latest event: published, changed, vanished, back. A look is due at each age of
    `ages_h` (hours, rising). After the last age a look is due every so many hours.
    """
    found = []
    for article_id, url, site, state, event_at, looked_at in (*_articles(conn, sites), *_unread(conn, sites)):
        due_at = next_look(datetime.fromisoformat(event_at), datetime.fromisoformat(looked_at), ages_h)
        if due_at <= now:
            found.append((due_at, url, article_id, site, state))
    for due_at, url, article_id, site, state in sorted(found, key=lambda one: one[:2]):
        yield Due(article_id, url, site, _further(conn, url), state, due_at)


def _articles(conn: sqlite3.Connection, sites: Sequence[str]) -> sqlite3.Cursor:
    """Articles with their latest state, news and look."""
    return conn.execute(
        "SELECT l.article_id, a.url, a.site, l.state, l.event_at, l.looked_at FROM looks l"
        f" JOIN articles a ON a.id = l.article_id WHERE {_among('a.site', sites)}",
        list(sites),
    )


def _unread(conn: sqlite3.Connection, sites: Sequence[str]) -> sqlite3.Cursor:
    """Addresses whose pages are all in quarantine: an error page may be replaced by the article later."""
    return conn.execute(
        "SELECT NULL, c.url, c.site, 'unread', min(c.captured_at),"
        " (SELECT max(captured_at) FROM captures latest WHERE latest.url = c.url)"
        " FROM quarantine q JOIN captures c ON c.id = q.capture_id"
        f" WHERE c.via = 'live' AND {_among('c.site', sites)} AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.url IN"
        " ('http' || substr(c.url, instr(c.url, ':')), 'https' || substr(c.url, instr(c.url, ':'))))"
        " GROUP BY c.url",
        list(sites),
    )


def _among(column: str, sites: Sequence[str]) -> str:
    return f"{column} IN ({', '.join('?' * len(sites))})" if sites else "TRUE"


def next_look(event_at: datetime, looked_at: datetime, ages_h: Sequence[float]) -> datetime:
    """The time of an article's next look; `ages_h` as in due()."""
    age_h = max(0.0, (looked_at - event_at) / timedelta(hours=1))
    # a look that came a little early counts for its age
    wanted_h = next((age for age in ages_h if age * (1 - EARLY) > age_h), age_h + ages_h[-1])
    return looked_at + timedelta(hours=wanted_h - age_h) * (1 - EARLY)


def _further(conn: sqlite3.Connection, url: str) -> tuple[str, ...]:
    """Addresses of the further pages of an article that is spread over several."""
    rows = conn.execute(
        "SELECT c.url FROM parts p JOIN captures c ON c.id = p.capture_id WHERE p.article_url = ? AND p.n > 0"
        " AND c.via IN ('live', 'import') ORDER BY p.n",
        [url],
    )
    return tuple(row[0] for row in rows)


# -- runs, site by site


def count_error(conn: sqlite3.Connection, run_id: str, site: str, kind: str) -> None:
    """Add one to a run's count of an error."""
    conn.execute(
        "INSERT INTO run_errors (run_id, site, kind, n) VALUES (?, ?, ?, 1)"
        " ON CONFLICT (run_id, site, kind) DO UPDATE SET n = n + 1",
        [run_id, site, kind],
    )


@dataclass(frozen=True, slots=True)
class Try:
    """One search for copies of an article at one site in one way, and its result."""

    wanted: str
    way: str
    site: str
    asked: int
    candidates: int
    fetched: int
    found: int


TRIES = "tries"
"""The field of a run's closing record that lists where copies were looked for, as JSON."""


def told_tries(tries: Sequence[Try]) -> dict[str, str]:
    """Tries as a field of the closing record; empty for none."""
    return {TRIES: json.dumps([astuple(one) for one in tries])} if tries else {}


def keep_tries(conn: sqlite3.Connection, run_id: str, content: str) -> None:
    """Write the tries in a closing record; unreadable entries are skipped."""
    try:
        rows = json.loads(content or "[]")
    except (ValueError, RecursionError):
        return
    for row in rows if isinstance(rows, list) else ():
        kinds = [type(part) for part in row] if isinstance(row, list) else []
        if kinds == [str, str, str, int, int, int, int] and all(0 <= n < 1 << 53 for n in row[3:]):
            conn.execute(
                "INSERT OR REPLACE INTO run_tries (run_id, wanted, way, site, asked, candidates, fetched, found)"
                " SELECT id, ?, ?, ?, ?, ?, ?, ? FROM runs WHERE id = ?",
                [*row, run_id],
            )


ALARMS = "alarms"
"""The field of a run's closing record that lists its alarms: `site/kind=times`, separated by blanks."""


def told_alarms(alarms: dict[str, int]) -> dict[str, str]:
    """Alarms (`site/kind` to how often) as a field of the closing record; empty for none."""
    return {ALARMS: " ".join(f"{name}={n}" for name, n in sorted(alarms.items()))} if alarms else {}


def keep_alarms(conn: sqlite3.Connection, run_id: str, content: str) -> None:
    """Write the alarms in a closing record; unreadable words are skipped."""
    for word in content.split():
        name, _, times = word.rpartition("=")
        site, slash, kind = name.partition("/")
        if slash and site and kind and times.isascii() and times.isdigit():
            conn.execute(
                "INSERT OR REPLACE INTO run_alarms (run_id, site, kind, n) SELECT id, ?, ?, ? FROM runs WHERE id = ?",
                [site, kind, int(times), run_id],
            )
