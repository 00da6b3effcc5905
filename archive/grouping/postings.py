"""The index from a gram to the articles that print it, with a few articles for each gram."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

COMMON = 8
"""A gram in more stories than this is common: it belongs to a column's header, a disclaimer or a formula."""

MOST_ROWS = 12
"""Rows of one gram, at most; more rows would add no evidence."""

EVERYBODY = 0
"""The article number of a common gram's only row; it stands for every article that prints the gram."""


@dataclass(slots=True)
class Hits:
    """The rows of some grams: the articles that print each gram, with their stories and lengths, and common grams."""

    articles: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    stories: dict[int, int | None] = field(default_factory=dict)
    lengths: dict[int, int] = field(default_factory=dict)
    common: set[int] = field(default_factory=set)

    def home(self, article: int) -> int:
        """The story of an article; for a round-up, a negative number, which no story has."""
        story = self.stories[article]
        return -article if story is None else story

    def by_articles(self) -> Iterator[tuple[list[int], tuple[int, ...], set[int]]]:
        """The grams that the same articles print, these articles and their stories; most grams of a story are so."""
        grams: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for gram, articles in self.articles.items():
            grams[tuple(articles)].append(gram)
        for printing, printed in grams.items():
            yield printed, printing, self.stories_of(printing)

    def stories_of(self, articles: Iterable[int]) -> set[int]:
        """The stories of some articles; round-ups have none."""
        return {story for article in articles if (story := self.stories[article]) is not None}


class Postings:
    """The index in one database; every call runs inside the caller's transaction.

    Hashes are from 0 to 2^32. 2^31 is subtracted from each, so that SQLite stores it in four bytes. str() writes a
    list of numbers as JSON, in a fourth of the time of json.dumps().
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._unwritten: list[tuple[int, list[int]]] = []
        """Articles and those of their grams that have no rows yet: see write()."""

    def look_up(self, grams: Iterable[int]) -> Hits:
        """The rows of the given grams."""
        hits = Hits()
        rows = self._conn.execute(
            """
            SELECT wanted.value, p.article_id
            FROM json_each(?) AS wanted
            JOIN postings AS p ON p.hash = wanted.value - 2147483648
            """,
            [str(list(grams))],
        )
        for gram, article in rows:
            if article == EVERYBODY:
                hits.common.add(gram)
            else:
                hits.articles[gram].append(article)
        self._add_stories(hits)
        return hits

    def _add_stories(self, hits: Hits) -> None:
        """Look up the stories and lengths of the articles that print a gram."""
        printing = set().union(*hits.articles.values())
        if not printing:
            return
        placed = self._conn.execute(
            "SELECT article_id, story_id, length FROM placed WHERE article_id IN (SELECT value FROM json_each(?))",
            [str(list(printing))],
        )
        for article, story, length in placed:
            hits.stories[article] = story
            hits.lengths[article] = length

    def _of(self, grams: list[int], asked: Hits) -> Hits:
        """The hits of some of the grams that were looked up, with the stories as they are now."""
        articles = {gram: asked.articles[gram] for gram in grams if gram in asked.articles}
        hits = Hits(articles, common=asked.common.intersection(grams))
        self._add_stories(hits)
        return hits

    def common(self, grams: Collection[int]) -> set[int]:
        """The common grams among the given grams."""
        if not grams:
            return set()
        rows = self._conn.execute(
            """
            SELECT wanted.value
            FROM json_each(?) AS wanted
            JOIN postings AS p ON p.hash = wanted.value - 2147483648 AND p.article_id = ?
            """,
            [str(list(grams)), EVERYBODY],
        )
        return {row[0] for row in rows}

    def post(
        self,
        article: int,
        story: int | None,
        grams: Iterable[int],
        *,
        framed: bool = False,
        hits: Hits | None = None,
    ) -> set[int]:
        """Add the article's grams that the index has not yet from this story; write() must follow.

        `hits` are the rows of these grams and others, where they were looked up and the index has not changed since. A
        `framed` article may share only its site's frame with its story, so it counts as a further story. Returns the
        articles that print two or more grams that have just become common.
        """
        wanted = list(grams)
        hits = self.look_up(wanted) if hits is None else self._of(wanted, hits)
        rare = []
        exposed: Counter[int] = Counter()
        stories_of: dict[tuple[int, ...], set[int]] = {}
        for gram in wanted:
            known = hits.articles.get(gram, [])
            stories = stories_of.get(printing := tuple(known))
            if stories is None:
                stories = stories_of[printing] = hits.stories_of(printing)
            if gram in hits.common or len(known) >= MOST_ROWS or article in known:
                continue
            if story in stories and not framed:
                continue
            if story is not None and (len(stories) == COMMON or (framed and len(known) >= COMMON)):
                exposed.update([*known, article])
                self._conn.execute("DELETE FROM postings WHERE hash = ? - 2147483648", [gram])
                self._conn.execute("INSERT INTO postings VALUES (? - 2147483648, ?)", [gram, EVERYBODY])
            else:
                rare.append(gram)
        self._unwritten.append((article, rare))
        return {print_it for print_it, grams_of_it in exposed.items() if grams_of_it >= 2}

    def write(self, *, undone: bool = False) -> None:
        """Write the rows of the articles that were posted, unless that was undone.

        They lie all over the index, and within a savepoint SQLite copies each page before it changes it, into a file
        where these are more than sixteen: the rows took twice the time, and what followed took longer too.
        """
        for article, grams in () if undone else self._unwritten:
            self._conn.execute(
                "INSERT OR IGNORE INTO postings (hash, article_id) SELECT value - 2147483648, ? FROM json_each(?)",
                [article, str(grams)],
            )
        self._unwritten.clear()

    def withdraw(self, article: int, grams: Iterable[int]) -> None:
        """Remove an article's rows."""
        self._conn.executemany(
            "DELETE FROM postings WHERE hash = ? - 2147483648 AND article_id = ?",
            [(gram, article) for gram in grams],
        )
