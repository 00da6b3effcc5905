"""The tables runs and run_sites: when each run began, how it ended, and what it counted, also site by site."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from archive.view.database import OpenDatabase, utc


@dataclass(slots=True)
class _SiteCounts:
    """What was counted of a site, and the times of the first and last capture."""

    first_at: str
    last_at: str
    numbers: Counter[str] = field(default_factory=Counter)


class Runs(OpenDatabase):
    """Rows of runs and of their sites.

    Counters have their rows once write_counts() was called: a row for each page took a fiftieth of an import.
    """

    @cached_property
    def _counted(self) -> dict[str, Counter[str]]:
        return {}

    @cached_property
    def _counted_sites(self) -> dict[tuple[str, str], _SiteCounts]:
        return {}

    def begin_run(self, run_id: str, command: str, started_at: str) -> None:
        """Insert a run; nothing happens where the run is already known."""
        self.conn.execute(
            "INSERT OR IGNORE INTO runs (id, command, started_at) VALUES (?, ?, ?)",
            [run_id, command, started_at],
        )

    def end_run(self, run_id: str, ended_at: str, ending: str) -> None:
        """Write the end of a run."""
        self.conn.execute("UPDATE runs SET ended_at = ?, ending = ? WHERE id = ?", [ended_at, ending, run_id])

    def unfinished_runs(self) -> list[str]:
        """The runs without an end."""
        return [row[0] for row in self.conn.execute("SELECT id FROM runs WHERE ended_at IS NULL ORDER BY id")]

    def close_killed_run(self, run_id: str) -> None:
        """End a killed run at the time of its last page; a run without pages is removed.

        Pages from other tools' files do not count: they were captured before the run began.
        """
        self.conn.execute(
            "UPDATE runs SET ending = 'killed',"
            " ended_at = max(started_at,"
            " coalesce((SELECT max(captured_at) FROM captures WHERE run_id = runs.id), ''),"
            " coalesce((SELECT max(seen_at) FROM passed_over WHERE run_id = runs.id), ''))"
            " WHERE id = ?",
            [run_id],
        )
        self.forget_empty_run(run_id)

    def forget_empty_run(self, run_id: str) -> None:
        """Remove a run without pages; the record has no trace of such a run."""
        self.conn.execute(
            "DELETE FROM runs WHERE id = ?1 AND captures = 0"
            " AND NOT EXISTS (SELECT 1 FROM passed_over WHERE run_id = ?1)",
            [run_id],
        )

    def count_run(self, run_id: str, counts: dict[str, int]) -> None:
        """Add to a run's counters: captures, bytes, articles_new, articles_changed, failures."""
        self._counted.setdefault(run_id, Counter()).update(counts)

    def count_site(self, run_id: str, site: str, at: datetime, counts: dict[str, int]) -> None:
        """Add to the counters of a run and site; `counts` are columns of run_sites."""
        moment = utc(at)
        known = self._counted_sites.setdefault((run_id, site), _SiteCounts(moment, moment))
        known.first_at, known.last_at = min(known.first_at, moment), max(known.last_at, moment)
        known.numbers.update(counts)

    def write_counts(self) -> None:
        """Write what was counted since the last call; inside a transaction, before it ends."""
        for run_id, counts in self._counted.items():
            if wanted := _not_zero(counts):
                sets = ", ".join(f"{name} = {name} + ?" for name in wanted)
                self.conn.execute(f"UPDATE runs SET {sets} WHERE id = ?", [*wanted.values(), run_id])
        for (run_id, site), found in self._counted_sites.items():
            wanted = _not_zero(found.numbers)
            names = "".join(f", {name}" for name in wanted)
            marks = ", ?" * len(wanted)
            sets = "".join(f", {name} = {name} + excluded.{name}" for name in wanted)
            self.conn.execute(
                f"INSERT INTO run_sites (run_id, site, first_at, last_at{names}) VALUES (?, ?, ?, ?{marks})"
                f" ON CONFLICT (run_id, site) DO UPDATE SET last_at = max(last_at, excluded.last_at),"
                f" first_at = min(first_at, excluded.first_at){sets}",
                [run_id, site, found.first_at, found.last_at, *wanted.values()],
            )
        self.forget_counts()

    def forget_counts(self) -> None:
        """Drop what was counted since the last write_counts(), because its transaction was undone."""
        self._counted.clear()
        self._counted_sites.clear()

    def run_counts(self, run_id: str) -> dict[str, int]:
        """A run's counters; zeros for a run that is not (or no longer) known."""
        names = ("captures", "bytes", "articles_new", "articles_changed", "failures")
        row = self.conn.execute(f"SELECT {', '.join(names)} FROM runs WHERE id = ?", [run_id]).fetchone()
        return dict(zip(names, row or (0,) * len(names), strict=True))

    def bugs(self, run_id: str | None = None) -> int:
        """The number of pages of a run, or of all runs, that could not be read because of a bug."""
        row = self.conn.execute(
            "SELECT count(*) FROM quarantine q JOIN captures c ON c.id = q.capture_id"
            " WHERE q.reason = 'error' AND (?1 IS NULL OR c.run_id = ?1)",
            [run_id],
        ).fetchone()
        return int(row[0])


def _not_zero(counts: Counter[str]) -> dict[str, int]:
    return {name: n for name, n in counts.items() if n}
