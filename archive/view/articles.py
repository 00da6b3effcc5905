"""The tables of articles: their latest state, earlier versions, pages, sightings, and quarantine."""

import json
import re
from dataclasses import dataclass
from typing import Any

from archive.kinds import Reason, State
from archive.view.names import Names
from extract.article import Article, Note

NUMBERED = re.compile(r"\d{4}")
MOBILE = re.compile(r"^(?:www|m|wap|3g|h5|mobile)\.(?=[^.]+\.)")
FOLDER_PAGE = re.compile(r"/(?:index|default)\.\w+$")
SECOND_READ = ("title", "text", "source", "byline", "editor", "published_at")
"""The fields whose change makes a new version of an article."""


def twin_name(url: str) -> str:
    """The common name of an address's forms: without scheme, www. or m., capitals, and the index.html of a folder."""
    rest, mark, query = url.partition("//")[2].partition("?")
    host, _, path = rest.partition("/")
    path = FOLDER_PAGE.sub("", re.sub("/{2,}", "/", f"/{path}").lower()).rstrip("/")
    return MOBILE.sub("", host.lower()) + (path or "/") + mark + query


def _may_be_twins(own: str, other: str, stated: str) -> bool:
    """Whether two names may belong to one article; the article's page states the name `stated`."""
    hosts = {name.partition("/")[0] for name in (own, other)}
    paths = {name.partition("?")[0] for name in (own, other)}
    return stated == other or (len(hosts) == 1 and len(paths) == 2)


@dataclass(frozen=True, slots=True)
class Kept:
    """The fields of an article row that later steps need."""

    id: int
    capture_id: int
    title: str | None
    text: str
    seen_at: str
    site: str


class Articles(Names):
    """Rows of articles, versions, parts, sightings and quarantine."""

    def article_at(self, url: str) -> Kept | None:
        """The article at an address."""
        row = self.conn.execute(
            "SELECT a.id, a.capture_id, a.title, a.text, coalesce(c.archived_at, c.captured_at), a.site"
            " FROM articles a JOIN captures c ON c.id = a.capture_id WHERE a.url = ?",
            [url],
        ).fetchone()
        return Kept(*row) if row else None

    def known_as(self, url: str) -> str:
        """The address under which the archive keeps an article; http and https count as one."""
        scheme, _, rest = url.partition(":")
        row = self.conn.execute(
            "SELECT url FROM articles WHERE url IN (?, ?) ORDER BY url <> ? LIMIT 1",
            [url, f"{'http' if scheme == 'https' else 'https'}:{rest}", url],
        ).fetchone()
        return row[0] if row else url

    def at_other_position(self, article: Article, site: str) -> str | None:
        """The address of the same article with another query for the link's position (?pos=3); None for no such one.

        The path must have an article number of its own. Also, title and text must be the same, or the archive must have
        fetched this path with several queries and found one article.
        """
        base = article.url.partition("?")[0]
        if not NUMBERED.search(base.rpartition("/")[2]):
            return None
        among = "(url = ?1 OR (url > ?1 || '?' AND url < ?1 || '@'))"
        rows = self.conn.execute(
            # the plus: by the address, not through all articles of the site
            f"SELECT url, title IS ?2 AND text = ?3 FROM articles WHERE {among} AND +site = ?4 ORDER BY id",
            [base, article.title, article.text, site],
        ).fetchall()
        same = next((url for url, is_same in rows if is_same), None)
        if same is not None or len(rows) != 1:
            return same
        asked = self.conn.execute(
            f"SELECT count(DISTINCT url) FROM captures WHERE {among} AND status = 200 AND url <> ?2",
            [base, article.url],
        ).fetchone()[0]
        return str(rows[0][0]) if asked > 1 else None

    def at_twin_address(self, article: Article, site: str, stated: str | None) -> str | None:
        """The address of the same article in another form (m., www., a trailing index.html); None if there is none.

        Title, text and time must be the same. Where the forms differ by more, they must have the same host and
        different paths, or the page's canonical link (`stated`) must be the other form: /wap/12.html and /news/12.html.
        """
        base = MOBILE.sub("", site)
        rows = self.conn.execute(
            # by site and time: of all sites' articles without a time there may be any number
            "SELECT url FROM articles INDEXED BY articles_site WHERE site IN (?, ?, ?, ?) AND published_at IS ?"
            " AND title IS ? AND text = ? ORDER BY id",
            [site, base, f"www.{base}", f"m.{base}", article.published_at, article.title, article.text],
        )
        own = twin_name(article.url)
        for (url,) in rows:
            other = twin_name(url)
            if other == own or (stated is not None and _may_be_twins(own, other, twin_name(stated))):
                return str(url)
        return None

    def stands_at(self, article: Article, kept: Kept) -> str | None:
        """The address of another article of the site with this title and text; None if there is none."""
        row = self.conn.execute(
            "SELECT url FROM articles WHERE site = ? AND id <> ? AND title IS ? AND text = ? LIMIT 1",
            [kept.site, kept.id, article.title, article.text],
        ).fetchone()
        return row[0] if row else None

    def add_article(self, capture_id: int, site: str, article: Article) -> int:
        """Insert an article; return its id."""
        self.name_source(article.source)
        return self._insert("articles", capture_id=capture_id, site=site, **article_row(article))

    def change_article(self, kept: Kept, capture_id: int, site: str, article: Article) -> None:
        """Write the newer state into the article's row, and move the old state to versions."""
        self.name_source(article.source)
        self.conn.execute(
            "INSERT INTO versions (article_id, n, capture_id, title, text, source, byline, editor, published_at,"
            " extractor) SELECT id, 1 + (SELECT count(*) FROM versions WHERE article_id = a.id), capture_id, title,"
            " text, source, byline, editor, published_at, extractor FROM articles a WHERE id = ?",
            [kept.id],
        )
        self._update("articles", kept.id, capture_id=capture_id, site=site, **article_row(article))

    def add_older_version(self, kept: Kept, capture_id: int, article: Article) -> None:
        """Add a state older than the article's row to its versions, numbered by the time it was seen."""
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
        self.name_source(article.source)
        row = article_row(article)
        fields = {name: row[name] for name in (*SECOND_READ, "extractor")}
        self._insert("versions", article_id=kept.id, n=n, capture_id=capture_id, **fields)

    def grow_article(self, kept: Kept, article: Article) -> None:
        """Write the text with a further page into the article's row; this is no new version."""
        self.name_source(article.source)
        row = article_row(article)
        self._update("articles", kept.id, **row)

    def stored_article(self, url: str) -> Article | None:
        """The article at an address as it was read."""
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
        """The capture from which the article at an address was read."""
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

    def same_reading(self, kept: Kept, article: Article, seen_at: str) -> bool:
        """Whether a reading equals the article's row; a reading older than the row is compared with the versions, too.

        A missing field is no change: the site may have changed its markup without editing the article.
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

    def sight(self, article_id: int, capture_id: int, seen_at: str, state: State) -> None:
        """Write a line of the ledger."""
        self._insert("sightings", article_id=article_id, capture_id=capture_id, seen_at=seen_at, state=state)

    def quarantine(self, capture_id: int, url: str, reason: Reason, detail: str) -> None:
        """Write the reason why a stored page could not be read as an article."""
        self._insert("quarantine", capture_id=capture_id, url=url, reason=reason, detail=detail)


def article_row(article: Article) -> dict[str, Any]:
    """The columns of `articles` that come from reading a page."""
    return {
        "url": article.url,
        "title": article.title,
        "kicker": article.kicker,
        "subtitle": article.subtitle,
        "text": article.text,
        "source": article.source,
        "source_url": article.source_url,
        "byline": article.byline,
        "editor": article.editor,
        "published_at": article.published_at,
        "published_precision": article.published_precision,
        "paper_date": article.paper_date,
        "paper_page": article.paper_page,
        "original_title": article.original_title,
        "script": article.script,
        "low_trust": article.low_trust,
        "confidence": article.confidence,
        "extractor": article.extractor,
        "notes": json.dumps(
            [{"kind": n.kind, "detail": n.detail} for n in article.notes], ensure_ascii=False
        ),
    }
