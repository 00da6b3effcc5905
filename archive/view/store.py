"""The database: rows in and rows out, one transaction a commit."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

from sqlite_utils import Database

from archive.capture import Capture, Ref
from archive.errors import Damaged, WrongUse
from archive.place import Place
from archive.record.warc import Extent
from archive.search import index as search
from archive.view.migrate import statements, steps
from extract.article import Article, Note

SCHEMA = 3
SCHEMA_FILES = ("schema.sql", "stories.sql", "search.sql", "ledger.sql", "issues.sql")
SECOND_READ = ("title", "text", "source", "byline", "editor", "published_at")
"""The fields whose change makes a new version of an article."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An article row as later steps need it."""

    id: int
    capture_id: int
    title: str | None
    text: str
    seen_at: str


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds and a Z, as captured_at is stored."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Store:
    """An open archive.db; close it, or use it in a with statement."""

    def __init__(self, path: Path, *, create: bool = True, read_only: bool = False) -> None:
        """Open `path`, making the tables where it is new.

        Raises WrongUse where the file is missing (and not to be created) or is no archive of this version, Damaged
        where the disk or another program is in the way.
        """
        if (read_only or not create) and not path.exists():
            raise WrongUse(f"{path}: no archive here; make one with `scrapy crawl` or `scrapy rebuild`")
        self.path = path
        self._read_only = read_only
        address = f"file:{quote(str(path.absolute()))}?mode={'ro' if read_only else 'rwc'}"
        try:
            # a backup tool may hold the file for a minute
            self._db = Database(sqlite3.connect(address, uri=True, timeout=90, isolation_level=None))
        except sqlite3.OperationalError as error:
            raise Damaged(f"{path}: {error}") from error
        self.conn: sqlite3.Connection = self._db.conn
        try:
            self._prepare()
        except sqlite3.OperationalError as error:  # full, read-only, locked by another program
            self._db.close()
            raise Damaged(f"{path}: {error}") from error
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise WrongUse(f"{path}: not a database ({error}); `scrapy rebuild` makes it again") from error
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        if not self._read_only:
            self.conn.execute("PRAGMA journal_mode = WAL")
            # a commit vouches for WARC bytes: it must outlive a power cut
            self.conn.execute("PRAGMA synchronous = FULL")
        # 64 MB let a crawl grow to 210 MB over 6,000 pages; with 8 MB it stayed at 142 from the 1,000th on
        self.conn.execute("PRAGMA cache_size = -16384")
        self.conn.execute("PRAGMA foreign_keys = ON")
        tables = set(self._db.table_names())
        if not tables and not self._read_only:
            with self._db.atomic():
                for name in SCHEMA_FILES:
                    for statement in statements(files("archive.view").joinpath(name).read_text("utf-8")):
                        self.conn.execute(statement)
                self.set_meta("schema", str(SCHEMA))
                search.prepare(self.conn)
        elif "meta" not in tables:
            raise WrongUse(f"{self.path}: a database, but not an archive of zhuanzai")
        self._migrate()

    def _migrate(self) -> None:
        """Bring the tables of an earlier release up to today's. Raises WrongUse where that cannot be done here."""
        for number, script in steps(self.path, self.meta("schema"), SCHEMA):
            if self._read_only:
                raise WrongUse(
                    f"{self.path}: of an earlier release; any run that writes brings it up to date"
                )
            with self._db.atomic():
                for statement in statements(script):
                    self.conn.execute(statement)
                self.set_meta("schema", str(number))

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it."""
        if self._read_only:
            self._db.close()
            return
        with suppress(
            sqlite3.OperationalError
        ):  # a full disk or a reader in the way: the next opening does it
            self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()

    def vacuum(self) -> None:
        """Give unused space back to the disk and refresh what the query planner knows; outside of commit()."""
        try:
            for statement in ("VACUUM", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"):
                self.conn.execute(statement).fetchall()
        except sqlite3.DatabaseError as error:
            raise Damaged(f"{self.path}: {error}; everything in it is whole") from error

    @contextmanager
    def commit(self) -> Iterator[None]:
        """One transaction: all the rows written inside, or none. Raises Damaged where the disk refuses."""
        try:
            with self._db.atomic():
                yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # a bug
        except sqlite3.DatabaseError as error:  # full, read-only, locked by another program, malformed
            raise Damaged(f"{self.path}: {error}; what was committed before is whole") from error

    def meta(self, key: str) -> str | None:
        """A value of the meta table."""
        row = self.conn.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
        return row[0] if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Write a value of the meta table."""
        self.conn.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [key, value])

    def counts(self) -> dict[str, int]:
        """Rows of the tables that people ask for."""
        tables = ("runs", "captures", "articles", "versions", "stories", "sightings", "quarantine")
        return {name: self.conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}

    # -- the record's files -------------------------------------------------------------------------------------

    def committed(self) -> dict[str, tuple[int, bool]]:
        """Our own WARC files: name to (bytes vouched for, sealed)."""
        rows = self.conn.execute("SELECT name, committed, sealed FROM warc_files WHERE ours = 1")
        return {name: (offset, bool(sealed)) for name, offset, sealed in rows}

    def vouch(self, extent: Extent) -> None:
        """Say how many bytes and records of a file the database knows."""
        self.conn.execute(
            "INSERT INTO warc_files (name, committed, sealed, ours, records) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET committed = excluded.committed, sealed = excluded.sealed,"
            " records = excluded.records",
            [extent.file, extent.size, int(extent.sealed), int(extent.ours), extent.records],
        )

    def extent_of(self, name: str) -> Extent:
        """How much of a file the database vouches for; nothing where it does not know the file."""
        row = self.conn.execute(
            "SELECT name, committed, records, sealed, ours FROM warc_files WHERE name = ?", [name]
        ).fetchone()
        if row is None:
            return Extent(name, 0, 0, sealed=False)
        return Extent(row[0], row[1], row[2], bool(row[3]), bool(row[4]))

    def last_ref_in(self, name: str) -> Ref | None:
        """The capture that stands last in a file."""
        row = self.conn.execute(
            "SELECT warc_file, warc_offset, warc_length, record_id FROM captures WHERE warc_file = ?"
            " ORDER BY id DESC LIMIT 1",
            [name],
        ).fetchone()
        return Ref(*row) if row else None

    # -- runs ---------------------------------------------------------------------------------------------------

    def begin_run(self, run_id: str, command: str, started_at: str) -> None:
        """Open a row of runs; nothing happens where the run is already known."""
        self.conn.execute(
            "INSERT OR IGNORE INTO runs (id, command, started_at) VALUES (?, ?, ?)",
            [run_id, command, started_at],
        )

    def end_run(self, run_id: str, ended_at: str, ending: str) -> None:
        """Close a row of runs."""
        self.conn.execute("UPDATE runs SET ended_at = ?, ending = ? WHERE id = ?", [ended_at, ending, run_id])

    def unfinished_runs(self) -> list[str]:
        """Runs whose end was never written."""
        return [row[0] for row in self.conn.execute("SELECT id FROM runs WHERE ended_at IS NULL ORDER BY id")]

    def close_killed_run(self, run_id: str) -> None:
        """End a run that was killed at the last page it had; one that had none never was.

        Pages that came from other tools' files were captured before the run began.
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
        """Remove a run that had no page: the record knows nothing of it either."""
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
        """Pages of a run, or of all, that could not be read because of a bug."""
        row = self.conn.execute(
            "SELECT count(*) FROM quarantine q JOIN captures c ON c.id = q.capture_id"
            " WHERE q.reason = 'error' AND (?1 IS NULL OR c.run_id = ?1)",
            [run_id],
        ).fetchone()
        return int(row[0])

    # -- captures -----------------------------------------------------------------------------------------------

    def add_capture(self, capture: Capture, place: Place, charset: str | None) -> int:
        """Insert a capture; return its id."""
        revisit_of = self.capture_of_record(capture.revisit_of_id) if capture.revisit_of_id else None
        return self._insert("captures", **capture_row(capture, place, charset), revisit_of=revisit_of)

    def capture_of_record(self, record_id: str) -> int | None:
        """The capture a WARC record became."""
        row = self.conn.execute("SELECT id FROM captures WHERE record_id = ?", [record_id]).fetchone()
        return row[0] if row else None

    def original_of(self, payload_digest: str) -> tuple[str, str, str] | None:
        """(record id, URL, captured_at) of the first whole response with this payload, never a revisit.

        Only one that stands in the archive's own folder: files ingested in place may go away.
        """
        row: tuple[str, str, str] | None = self.conn.execute(
            "SELECT record_id, url, captured_at FROM captures WHERE payload_digest = ? AND revisit_of IS NULL"
            " AND status = 200 AND truncated IS NULL AND via <> 'rendered' AND warc_file NOT LIKE '/%'"
            " ORDER BY id LIMIT 1",
            [payload_digest],
        ).fetchone()
        return row

    def ref_of(self, record_id: str) -> Ref | None:
        """Where the record of a capture stands."""
        row = self.conn.execute(
            "SELECT warc_file, warc_offset, warc_length, record_id FROM captures WHERE record_id = ?",
            [record_id],
        ).fetchone()
        return Ref(*row) if row else None

    def last_original(self, url: str) -> tuple[str, str, str] | None:
        """(record id, URL, captured_at) of the response that holds the last whole payload of an address."""
        row: tuple[str, str, str] | None = self.conn.execute(
            "SELECT o.record_id, o.url, o.captured_at FROM captures c JOIN captures o"
            " ON o.id = coalesce(c.revisit_of, c.id) WHERE c.url = ? AND c.status IN (200, 304)"
            " AND c.truncated IS NULL AND o.status = 200 AND c.via <> 'rendered' ORDER BY c.id DESC LIMIT 1",
            [url],
        ).fetchone()
        return row

    def original_at(self, url: str, captured_at: str, before: int | None) -> tuple[str, str, str] | None:
        """(record id, URL, captured_at) of the response that a revisit names by address and second only.

        Only one with an id below `before`, where that is given.
        """
        row: tuple[str, str, str] | None = self.conn.execute(
            "SELECT record_id, url, captured_at FROM captures WHERE url = ?1 AND revisit_of IS NULL"
            " AND substr(captured_at, 1, 19) = substr(?2, 1, 19) AND (?3 IS NULL OR id < ?3) ORDER BY id LIMIT 1",
            [url, captured_at, before],
        ).fetchone()
        return row

    def original_with(self, payload_digest: str, before: int | None) -> tuple[str, str, str] | None:
        """(record id, URL, captured_at) of the first whole response with a payload, wherever it stands.

        For revisits of other tools that name nothing but the digest. `before` as in original_at().
        """
        row: tuple[str, str, str] | None = self.conn.execute(
            "SELECT record_id, url, captured_at FROM captures WHERE payload_digest = ?1 AND revisit_of IS NULL"
            " AND status = 200 AND truncated IS NULL AND (?2 IS NULL OR id < ?2) ORDER BY id LIMIT 1",
            [payload_digest, before],
        ).fetchone()
        return row

    def holds(self, url: str) -> bool:
        """Whether the address was fetched whole already, redirects followed."""
        return self.led_to(url)[1]

    def led_to(self, url: str) -> tuple[str, bool]:
        """Where the redirects end that the archive holds of an address, and whether a page was fetched whole there."""
        for _ in range(5):
            row = self.conn.execute(
                "SELECT status, location FROM captures WHERE url = ? AND truncated IS NULL"
                " AND (status = 200 OR (status BETWEEN 300 AND 308 AND status <> 304 AND location IS NOT NULL))"
                " ORDER BY status LIMIT 1",
                [url],
            ).fetchone()
            if row is None:
                return url, False
            if row[0] == 200:
                return url, True
            url = urljoin(url, row[1])
        return url, False

    # -- articles -----------------------------------------------------------------------------------------------

    def article_at(self, url: str) -> Kept | None:
        """The article of an address."""
        row = self.conn.execute(
            "SELECT a.id, a.capture_id, a.title, a.text, coalesce(c.archived_at, c.captured_at)"
            " FROM articles a JOIN captures c ON c.id = a.capture_id WHERE a.url = ?",
            [url],
        ).fetchone()
        return Kept(*row) if row else None

    def known_as(self, url: str) -> str:
        """The address under which the archive keeps an article: by http and by https it is one."""
        scheme, _, rest = url.partition(":")
        row = self.conn.execute(
            "SELECT url FROM articles WHERE url IN (?, ?) ORDER BY url <> ? LIMIT 1",
            [url, f"{'http' if scheme == 'https' else 'https'}:{rest}", url],
        ).fetchone()
        return row[0] if row else url

    def add_article(self, capture_id: int, site: str, article: Article) -> int:
        """Insert an article; return its id."""
        return self._insert("articles", capture_id=capture_id, site=site, **article_row(article))

    def change_article(self, kept: Kept, capture_id: int, site: str, article: Article) -> None:
        """Put the newer state into the article's row and the one it had into versions."""
        self.conn.execute(
            "INSERT INTO versions (article_id, n, capture_id, title, text, source, byline, editor, published_at,"
            " extractor) SELECT id, 1 + (SELECT count(*) FROM versions WHERE article_id = a.id), capture_id, title,"
            " text, source, byline, editor, published_at, extractor FROM articles a WHERE id = ?",
            [kept.id],
        )
        self._update("articles", kept.id, capture_id=capture_id, site=site, **article_row(article))

    def add_older_version(self, kept: Kept, capture_id: int, article: Article) -> None:
        """Put a state older than the article's row among its versions, numbered by the time it was seen."""
        rows = self.conn.execute(
            "SELECT v.n, coalesce(c.archived_at, c.captured_at) FROM versions v JOIN captures c ON c.id = v.capture_id"
            " WHERE article_id = ? ORDER BY n DESC",
            [kept.id],
        ).fetchall()
        seen = self.conn.execute(
            "SELECT coalesce(archived_at, captured_at) FROM captures WHERE id = ?", [capture_id]
        ).fetchone()[0]
        n = len(rows) + 1
        for number, at in rows:
            if at <= seen:
                break
            self.conn.execute(
                "UPDATE versions SET n = ? WHERE article_id = ? AND n = ?", [number + 1, kept.id, number]
            )
            n = number
        row = article_row(article)
        fields = {name: row[name] for name in (*SECOND_READ, "extractor")}
        self._insert("versions", article_id=kept.id, n=n, capture_id=capture_id, **fields)

    def grow_article(self, kept: Kept, article: Article) -> None:
        """Put the text with a further page into the article's row: the same state, more of it known."""
        row = article_row(article)
        self._update("articles", kept.id, **row)

    def stored_article(self, url: str) -> Article | None:
        """The article of an address as it was read."""
        cursor = self.conn.execute("SELECT * FROM articles WHERE url = ?", [url])
        names = [column[0] for column in cursor.description]
        row = cursor.fetchone()
        if row is None:
            return None
        values = dict(zip(names, row, strict=True))
        notes = tuple(Note(note["kind"], note["detail"]) for note in json.loads(values["notes"]))
        fields = {name: values[name] for name in article_row(Article(url=url)) if name != "notes"}
        return Article(**fields, notes=notes)

    def capture_of_article(self, url: str) -> int | None:
        """The capture an address' article was read from."""
        row = self.conn.execute("SELECT capture_id FROM articles WHERE url = ?", [url]).fetchone()
        return row[0] if row else None

    def parts(self, article_url: str) -> dict[int, str]:
        """The pages of an article that were kept one by one: number to text. Empty for articles of one page."""
        return dict(
            self.conn.execute("SELECT n, text FROM parts WHERE article_url = ? ORDER BY n", [article_url])
        )

    def keep_part(self, article_url: str, n: int, capture_id: int, text: str) -> None:
        """Insert or replace one page of an article."""
        self.conn.execute(
            "INSERT OR REPLACE INTO parts (article_url, n, capture_id, text) VALUES (?, ?, ?, ?)",
            [article_url, n, capture_id, text],
        )

    def held_dates(self, site: str) -> set[date]:
        """The days, by paper date or else by publication, of which the archive holds articles of a site."""
        rows = self.conn.execute(
            "SELECT DISTINCT coalesce(paper_date, substr(published_at, 1, 10)) FROM articles WHERE site = ?",
            [site],
        )
        return {date.fromisoformat(day) for (day,) in rows if day}

    def same_reading(self, kept: Kept, article: Article, seen_at: str) -> bool:
        """Whether a new reading says what the row says already, or for an older one than the row, one of its versions.

        A field that is not found any more is no change: a site that moved its markup did not edit the article.
        """
        row = article_row(article)
        wanted = [row[name] for name in SECOND_READ if row[name] is not None]
        test = " AND ".join(f"{name} IS ?" for name in SECOND_READ if row[name] is not None)
        found = self.conn.execute(
            f"SELECT 1 FROM articles WHERE id = ? AND {test}"
            f" UNION ALL SELECT 1 FROM versions WHERE article_id = ? AND ? < ? AND {test}",
            [kept.id, *wanted, kept.id, seen_at, kept.seen_at, *wanted],
        ).fetchone()
        return found is not None

    def sight(self, article_id: int, capture_id: int, seen_at: str, state: str) -> None:
        """Write a line of the ledger."""
        self._insert("sightings", article_id=article_id, capture_id=capture_id, seen_at=seen_at, state=state)

    def last_state(self, article_id: int) -> str | None:
        """What the latest look at an article found."""
        row = self.conn.execute(
            "SELECT state FROM sightings WHERE article_id = ? ORDER BY id DESC LIMIT 1", [article_id]
        ).fetchone()
        return row[0] if row else None

    def quarantine(self, capture_id: int, url: str, reason: str, detail: str) -> None:
        """Say why a page that was kept could not be read as an article."""
        self._insert("quarantine", capture_id=capture_id, url=url, reason=reason, detail=detail)

    # -- rows ---------------------------------------------------------------------------------------------------

    def _insert(self, table: str, **row: Any) -> int:
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        cursor = self.conn.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))
        return cursor.lastrowid or 0

    def _update(self, table: str, row_id: int, **row: Any) -> None:
        sets = ", ".join(f"{name} = ?" for name in row)
        self.conn.execute(f"UPDATE {table} SET {sets} WHERE id = ?", [*row.values(), row_id])


def capture_row(capture: Capture, place: Place, charset: str | None) -> dict[str, Any]:
    """The columns of `captures`, but for id and revisit_of."""
    ref = capture.ref
    return {
        "url": capture.url,
        "site": place.site,
        "run_id": capture.run_id,
        "captured_at": utc(capture.captured_at),
        "status": capture.status,
        "mime": mime(capture.header("content-type")),
        "charset": charset,
        "via": place.via,
        "original_url": place.original_url,
        "archived_at": place.archived_at,
        "archived_digest": place.archived_digest or capture.archived_digest,
        "location": capture.header("location"),
        "etag": capture.header("etag"),
        "last_modified": capture.header("last-modified"),
        "warc_file": ref.file if ref else None,
        "warc_offset": ref.offset if ref else None,
        "warc_length": ref.length if ref else None,
        "record_id": ref.record_id if ref else None,
        "payload_digest": capture.payload_digest,
        "sha256": capture.sha256,
        "truncated": capture.truncated,
        "failure": capture.failure,
    }


def article_row(article: Article) -> dict[str, Any]:
    """The columns of `articles` that come from reading a page."""
    return {
        "url": article.url,
        "title": article.title,
        "kicker": article.kicker,
        "subtitle": article.subtitle,
        "text": article.text,
        "source": article.source,
        "byline": article.byline,
        "editor": article.editor,
        "published_at": article.published_at,
        "published_precision": article.published_precision,
        "paper_date": article.paper_date,
        "paper_page": article.paper_page,
        "original_title": article.original_title,
        "script": article.script,
        "low_trust": article.low_trust,
        "extractor": article.extractor,
        "notes": json.dumps(
            [{"kind": n.kind, "detail": n.detail} for n in article.notes], ensure_ascii=False
        ),
    }


def mime(content_type: str | None) -> str | None:
    """The media type of a Content-Type value, lower case, without parameters."""
    return content_type.partition(";")[0].strip().lower() or None if content_type else None
