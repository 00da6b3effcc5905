"""The table runs: when each run began, how it ended, and what it counted."""

from archive.view.database import OpenDatabase


class Runs(OpenDatabase):
    """Rows of runs."""

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
        wanted = {name: n for name, n in counts.items() if n}
        if wanted:
            sets = ", ".join(f"{name} = {name} + ?" for name in wanted)
            self.conn.execute(f"UPDATE runs SET {sets} WHERE id = ?", [*wanted.values(), run_id])

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
