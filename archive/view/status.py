"""The status of the archive: latest runs, each site's new articles against its usual number, and alarms."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from archive.view import doubts, manners
from archive.view.holdings import storyless, treeless
from archive.view.store import utc

HISTORY = 28  # earlier runs that a run is compared with
LATEST = 500  # runs looked at: three a day for half a year
ENOUGH_RUNS = 5  # before there is a usual
ENOUGH_PAGES = 10  # before a share means anything
CLOSED_WELL = (
    "finished",
    "waiting",
    "shutdown",
    "closespider_timeout",
    "run_bytes",
    "run_pages",
    "run_minutes",
)
"""Reasons of ending that are no alarm: the run ended as wanted and everything is committed."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something a person must look at: `site` is empty where it concerns the archive. docs/cron.md says what to do."""

    site: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """A site by its latest run and its history. Times are as stored; `usual_new` is the median of earlier runs."""

    site: str
    last_tried: str
    last_answered: str | None
    last_new: str | None
    articles: int
    vanished: int
    changed: int
    new: int
    usual_new: float | None
    quarantined: int
    half_life_days: float | None


@dataclass(frozen=True, slots=True)
class RunStatus:
    """The latest run of a command."""

    command: str
    run_id: str
    started_at: str
    ended_at: str | None
    ending: str | None
    captures: int
    articles_new: int
    articles_changed: int
    failures: int


@dataclass(frozen=True, slots=True)
class Status:
    """The report of `scrapy status`."""

    runs: tuple[RunStatus, ...]
    sites: tuple[SiteStatus, ...]
    alarms: tuple[Alarm, ...]
    doubtful: doubts.Doubtful = doubts.NONE


@dataclass(frozen=True, slots=True)
class _Row:
    """One run of one site."""

    run_id: str
    command: str
    started_at: str
    ending: str | None
    counts: Mapping[str, int]

    def __getitem__(self, name: str) -> int:
        return self.counts[name]


COUNTED = (
    "captures", "answered", "blocked", "errors", "failures", "quarantined", "articles_new", "articles_changed",
    "articles_lost", "looks", "pages_read", "with_title", "with_date", "with_source", "characters", "passed_over",
)  # fmt: skip


def status(conn: sqlite3.Connection, now: datetime, *, max_age: timedelta | None = None) -> Status:
    """The status of the whole archive; `max_age` is the longest time since the end of the latest good run."""
    runs = tuple(_latest_runs(conn))
    by_site = _history(conn)
    alarms = [*_run_alarms(runs, now, max_age), *_told(conn, runs), *_bugs(conn)]
    for site, rows in sorted(by_site.items()):
        if manners.is_kept_out(conn, site, rows[0].run_id, rows[0].started_at):
            alarms += _kept_out(conn, site, now)
        else:
            alarms += _site_alarms(conn, site, rows, now, max_age)
    alarms += (Alarm(site, "drift-confidence", text) for site, text in doubts.drifts(conn))
    return Status(runs, tuple(_sites(conn, by_site)), _joined(alarms), doubts.doubtful(conn))


def _latest_runs(conn: sqlite3.Connection) -> Iterator[RunStatus]:
    rows = conn.execute(
        "SELECT command, id, started_at, ended_at, ending, captures, articles_new, articles_changed, failures"
        " FROM runs WHERE id IN (SELECT max(id) FROM runs GROUP BY command) ORDER BY command"
    )
    return (RunStatus(*row) for row in rows)


def _history(conn: sqlite3.Connection) -> dict[str, list[_Row]]:
    """The runs of each site, the latest first."""
    names = ", ".join(f"s.{name}" for name in COUNTED)
    found: dict[str, list[_Row]] = {}
    for site, run_id, command, started_at, ending, *counts in conn.execute(
        f"SELECT s.site, s.run_id, r.command, r.started_at, r.ending, {names} FROM run_sites s"
        " JOIN runs r ON r.id = s.run_id WHERE r.command <> 'ingest'"
        " AND r.id IN (SELECT id FROM runs ORDER BY started_at DESC, id DESC LIMIT ?)"
        " ORDER BY r.started_at DESC, r.id DESC",
        [LATEST],
    ):
        row = _Row(run_id, command, started_at, ending, dict(zip(COUNTED, counts, strict=True)))
        found.setdefault(site, []).append(row)
    return found


# -- alarms of the whole archive


def _run_alarms(runs: Sequence[RunStatus], now: datetime, max_age: timedelta | None) -> Iterator[Alarm]:
    for run in runs:
        if run.ended_at is not None and run.ending not in CLOSED_WELL:
            text = f"the latest run of {run.command}, {run.started_at}, ended as {run.ending}"
            yield Alarm("", "run-broke-off", text)
        if datetime.fromisoformat(run.started_at) > now + timedelta(minutes=5):
            yield Alarm("", "clock", f"run {run.run_id} started at {run.started_at}, it is {utc(now)} now")
    if max_age is None:
        return
    good = [run.ended_at for run in runs if run.ended_at and run.ending in CLOSED_WELL]
    if not good:
        yield Alarm("", "no-run", "no run has ended well yet")
    elif now - datetime.fromisoformat(max(good)) > max_age:
        yield Alarm(
            "", "no-run", f"the latest good run ended at {max(good)}, wanted within {_hours(max_age)}"
        )


def _told(conn: sqlite3.Connection, runs: Sequence[RunStatus]) -> Iterator[Alarm]:
    """The alarms that the latest run of each command raised."""
    for run in runs:
        for site, kind, n in conn.execute(
            "SELECT site, kind, n FROM run_alarms WHERE run_id = ? ORDER BY site, kind", [run.run_id]
        ):
            yield Alarm(site, kind, f"{run.command} of {run.started_at}: {n} ×")


def _bugs(conn: sqlite3.Connection) -> Iterator[Alarm]:
    """Errors of ours while stories and their trees were made; the log has them."""
    for kind, what, found in (
        ("no-tree", "stories without a tree", treeless(conn)),
        ("no-story", "articles whose story could not be found", storyless(conn)),
    ):
        if found:
            first = ", ".join(map(str, found[:10])) + (" …" if len(found) > 10 else "")
            yield Alarm("", kind, f"{what}, {len(found)}: {first}")


def _joined(alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """One alarm for each site and kind, with the texts of all its alarms."""
    found: dict[tuple[str, str], list[str]] = {}
    for alarm in alarms:
        found.setdefault((alarm.site, alarm.kind), []).append(alarm.text)
    return tuple(
        Alarm(site, kind, "; ".join(texts))
        for (site, kind), texts in found.items()
        if kind != "no-news" or (site, "site-moved") not in found  # what is new comes by the new name
    )


# -- alarms of one site


def _kept_out(conn: sqlite3.Connection, site: str, now: datetime) -> Iterator[Alarm]:
    """A site that its own robots.txt closes is left alone; after a week a person should know."""
    since = manners.kept_out_since(conn, site)
    if since is not None and now - datetime.fromisoformat(since) >= manners.CLOSED_FOR:
        yield Alarm(site, "robots", f"robots.txt keeps us out since {since}")


def _site_alarms(
    conn: sqlite3.Connection, site: str, rows: list[_Row], now: datetime, max_age: timedelta | None
) -> Iterator[Alarm]:
    if not _is_passed_by(conn, site, rows):
        yield from _silence(site, rows, now, max_age)
    for command in dict.fromkeys(row.command for row in rows):
        own = [row for row in rows if row.command == command]
        latest, earlier = own[0], [row for row in own[1 : HISTORY + 1] if row.ending in CLOSED_WELL]
        yield from _losses(site, latest)
        yield from _counts(site, latest, earlier)
        troubled = [*_refusals(site, latest), *_quarantine(site, latest, earlier)]
        if troubled:  # what came when it was asked for once more is no trouble of a person's
            latest = _after_retries(conn, latest, site)
            yield from _refusals(site, latest)
            yield from _quarantine(site, latest, earlier)
    yield from _drift(site, rows)


def _after_retries(conn: sqlite3.Connection, row: _Row, site: str) -> _Row:
    """The counts of a run without fetches that failed where the same run got the page afterwards."""
    columns = ("failures", "errors", "quarantined")
    sums = conn.execute(
        "SELECT coalesce(sum(b.status IS NULL OR b.truncated IS NOT NULL), 0), coalesce(sum(b.status >= 400), 0),"
        " coalesce(sum(q.id IS NOT NULL), 0) FROM captures b LEFT JOIN quarantine q ON q.capture_id = b.id"
        " WHERE b.run_id = ? AND b.site = ? AND EXISTS (SELECT 1 FROM captures a LEFT JOIN quarantine p"
        " ON p.capture_id = a.id WHERE a.url = b.url AND a.run_id = b.run_id AND a.id > b.id"
        " AND a.status IN (200, 304) AND a.truncated IS NULL AND p.id IS NULL)",
        [row.run_id, site],
    ).fetchone()
    less = {name: max(0, row[name] - mended) for name, mended in zip(columns, sums, strict=True)}
    return replace(row, counts={**row.counts, **less})


def _is_passed_by(conn: sqlite3.Connection, site: str, rows: list[_Row]) -> bool:
    """Whether redirects only led by way of a host in these runs: nothing but its robots.txt was counted."""
    if any(row["answered"] for row in rows):
        return False
    asked = conn.execute(
        "SELECT count(*) FROM captures WHERE site = ? AND captured_at >= ? AND url LIKE '%/robots.txt'",
        [site, rows[-1].started_at],
    )
    return bool(asked.fetchone()[0] >= _total(rows, "captures"))


def _silence(site: str, rows: list[_Row], now: datetime, max_age: timedelta | None) -> Iterator[Alarm]:
    """A site that runs go on asking, or asked regularly, and that has not answered for too long."""
    answered = next((row.started_at for row in rows if row["answered"]), None)
    if answered is None:
        if len(rows) >= 2:
            yield Alarm(
                site, "silent", f"asked in {len(rows)} runs since {rows[-1].started_at}, never answered"
            )
        return
    tries = [row for row in rows if row.started_at > answered]
    age = now - datetime.fromisoformat(answered)
    if tries and max_age is not None and age > max_age:
        yield Alarm(site, "silent", f"last answered in the run of {answered}, asked {len(tries)} times since")
    news = [datetime.fromisoformat(row.started_at) for row in reversed(rows) if _new_pages(row)]
    gaps = [later - before for before, later in pairwise(news)]
    if len(gaps) >= ENOUGH_RUNS and rows[0]["answered"]:
        longest = max(*gaps[-HISTORY:], timedelta(hours=12))
        quiet = datetime.fromisoformat(rows[0].started_at) - news[-1]
        if quiet > 3 * longest:
            text = f"nothing new since {utc(news[-1])}; until then never longer than {_hours(longest)}"
            yield Alarm(site, "no-news", text)


def _refusals(site: str, latest: _Row) -> Iterator[Alarm]:
    asked = latest["captures"]
    refused = latest["blocked"]
    # a small site has two lists; its robots.txt is often spared
    if (refused >= 3 and refused * 2 > asked) or (refused >= 2 and not latest["answered"]):
        yield Alarm(site, "blocked", f"{latest.command}: {refused} of {asked} answers were refusals")
    broken = latest["failures"] + latest["errors"]
    if broken >= 5 and broken * 2 > asked:
        yield Alarm(site, "failing", f"{latest.command}: {broken} of {asked} fetches failed or were errors")


def _losses(site: str, latest: _Row) -> Iterator[Alarm]:
    """Many articles gone at once is more often a site in disorder than a purge: a person should know."""
    lost, looks = latest["articles_lost"], latest["looks"]
    if lost >= 5 and lost * 2 > looks:
        yield Alarm(site, "vanishing", f"{lost} of {looks} articles looked at were gone in {latest.run_id}")


def _counts(site: str, latest: _Row, earlier: list[_Row]) -> Iterator[Alarm]:
    if len(earlier) < ENOUGH_RUNS or latest.ending not in CLOSED_WELL:
        return
    usual = median(_new_pages(row) for row in earlier)
    new = _new_pages(latest)
    if usual >= 5 and new < usual / 5:
        yield Alarm(site, "few", f"{latest.command}: {new} new articles, usually {usual:.0f}")
    elif new > 5 * max(usual, 4):
        yield Alarm(site, "many", f"{latest.command}: {new} new articles, usually {usual:.0f}")


def _new_pages(row: _Row) -> int:
    """New articles, those passed over for their source included: a filter is no silence."""
    return row["articles_new"] + row["passed_over"]


FIELDS = {"with_title": "title", "with_date": "date", "with_source": "source"}


def _drift(site: str, rows: list[_Row]) -> Iterator[Alarm]:
    """Fields that used to be found on a site's pages and are not any more: its markup has changed."""
    recent, earlier = _split(rows, "pages_read")
    pages, pages_before = _total(recent, "pages_read"), _total(earlier, "pages_read")
    if pages < ENOUGH_PAGES or pages_before < ENOUGH_PAGES:
        return
    for column, field in FIELDS.items():
        share, before = _total(recent, column) / pages, _total(earlier, column) / pages_before
        if before >= 0.6 and share < before / 2:
            text = f"{field} found on {share:.0%} of the latest {pages} pages, before on {before:.0%}"
            yield Alarm(site, f"drift-{field}", text)
    length, before = _total(recent, "characters") / pages, _total(earlier, "characters") / pages_before
    if length < before / 3:
        yield Alarm(site, "drift-text", f"{length:.0f} characters a page, before {before:.0f}")


def _quarantine(site: str, latest: _Row, earlier: list[_Row]) -> Iterator[Alarm]:
    """Pages of one command's latest run: another command that runs behind it and meets few pages hides nothing."""
    kept, read = latest["quarantined"], latest["pages_read"]
    kept_before, read_before = _total(earlier, "quarantined"), _total(earlier, "pages_read")
    before = kept_before / max(1, kept_before + read_before)
    share = kept / max(1, kept + read)
    if kept >= 5 and share >= 0.2 and share > 3 * before:
        text = f"{kept} of {kept + read} pages could not be read in {latest.run_id}, before {before:.0%}"
        yield Alarm(site, "quarantine", text)


def _split(rows: list[_Row], column: str) -> tuple[list[_Row], list[_Row]]:
    """The latest runs, as many as have ENOUGH_PAGES in a column, and those before them."""
    pages = 0
    for n, row in enumerate(rows):
        pages += row[column]
        if pages >= ENOUGH_PAGES:
            return rows[: n + 1], rows[n + 1 : n + 1 + HISTORY]
    return rows, []


def _total(rows: Sequence[_Row], column: str) -> int:
    return sum(row[column] for row in rows)


def _hours(span: timedelta) -> str:
    return f"{span / timedelta(hours=1):g} h"


# -- the table


def _sites(conn: sqlite3.Connection, by_site: dict[str, list[_Row]]) -> Iterator[SiteStatus]:
    held = {
        row[0]: row[1:]
        for row in conn.execute(
            "SELECT a.site, count(*), coalesce(sum(l.standing <> 'here'), 0) FROM articles a"
            " LEFT JOIN looks l ON l.article_id = a.id GROUP BY a.site"
        )
    }
    changed = dict(
        conn.execute(
            "SELECT a.site, count(DISTINCT v.article_id) FROM versions v JOIN articles a ON a.id = v.article_id"
            " GROUP BY a.site"
        )
    )
    half_lives = dict(conn.execute("SELECT site, half_life_days FROM half_lives"))
    for site, rows in sorted(by_site.items()):
        finding = next((row for row in rows if row.command != "recheck"), rows[0])
        earlier = [row for row in rows if row.command == finding.command][1 : HISTORY + 1]
        articles, vanished = held.get(site, (0, 0))
        yield SiteStatus(
            site=site,
            last_tried=rows[0].started_at,
            last_answered=next((row.started_at for row in rows if row["answered"]), None),
            last_new=next((row.started_at for row in rows if row["articles_new"]), None),
            articles=articles,
            vanished=vanished,
            changed=changed.get(site, 0),
            new=finding["articles_new"],
            usual_new=median(row["articles_new"] for row in earlier) if earlier else None,
            quarantined=rows[0]["quarantined"],
            half_life_days=half_lives.get(site),
        )
