"""The table warc_files: how many bytes of each WARC file are committed."""

from archive.capture import Ref
from archive.record.files import Extent
from archive.view.database import OpenDatabase


class WarcFiles(OpenDatabase):
    """Rows of warc_files."""

    def committed(self) -> dict[str, tuple[int, bool]]:
        """Our own WARC files: name to (committed bytes, sealed)."""
        rows = self.conn.execute("SELECT name, committed, sealed FROM warc_files WHERE ours = 1")
        return {name: (offset, bool(sealed)) for name, offset, sealed in rows}

    def vouch(self, extent: Extent) -> None:
        """Write how many bytes and records of a file are committed."""
        self.conn.execute(
            "INSERT INTO warc_files (name, committed, sealed, ours, records) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET committed = excluded.committed, sealed = excluded.sealed,"
            " ours = excluded.ours, records = excluded.records",
            [extent.file, extent.size, int(extent.sealed), int(extent.ours), extent.records],
        )

    def name_file(self, name: str) -> None:
        """Name a file that rows refer to before vouch() says how many of its bytes count: none yet."""
        self.conn.execute(
            "INSERT OR IGNORE INTO warc_files (name, committed, sealed, ours, records) VALUES (?, 0, 0, 1, 0)",
            [name],
        )

    def extent_of(self, name: str) -> Extent:
        """The committed extent of a file; an empty extent where the database does not know the file."""
        row = self.conn.execute(
            "SELECT name, committed, records, sealed, ours FROM warc_files WHERE name = ?", [name]
        ).fetchone()
        if row is None:
            return Extent(name, 0, 0, sealed=False)
        return Extent(row[0], row[1], row[2], bool(row[3]), bool(row[4]))

    def last_ref_in(self, name: str) -> Ref | None:
        """The place of the last capture in a file."""
        row = self.conn.execute(
            "SELECT warc_file, warc_offset, warc_length, record_id, sha256 FROM captures WHERE warc_file = ?"
            " ORDER BY id DESC LIMIT 1",
            [name],
        ).fetchone()
        return Ref(*row) if row else None
