"""The rows of stories and members: the story of each article, the origin, and the share that each copy keeps."""

import json
import sqlite3
from collections.abc import Iterable, Mapping

from archive.grouping import descents
from archive.grouping.origins import OriginCandidate, OriginFinding, claim, elect, latest
from archive.grouping.texts import Text
from archive.kinds import Relation
from extract.compare.alignment import matches
from extract.compare.fingerprint import Grams
from extract.compare.likeness import imprint

LARGE = 64
"""In a story of more articles, a newcomer competes with the present origin alone; every 64th time, all compete."""
COPY = 0.85
"""A copy keeps at least this share of the origin's text; an article that keeps less is abridged."""
OWN = "('origin', 'copy', 'abridged')"


class Membership:
    """The stories of one database as rows; every call runs inside the caller's transaction."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def story_of(self, article: int) -> int | None:
        """The story that an article belongs to; None for a round-up and for an article not yet placed."""
        row = self._conn.execute("SELECT story_id FROM placed WHERE article_id = ?", [article]).fetchone()
        return row[0] if row else None

    def is_placed(self, article: int) -> bool:
        """Whether an article has a story or is known as a round-up; an article whose placing failed is neither."""
        row = self._conn.execute("SELECT 1 FROM placed WHERE article_id = ?", [article]).fetchone()
        return row is not None

    def count(self, story: int) -> int:
        """Count a story's articles again, and write the number down. Returns it."""
        number = len(self.articles(story))
        self._conn.execute("UPDATE stories SET copies = ? WHERE id = ?", [number, story])
        return number

    def exists(self, story: int) -> bool:
        """Whether a story with this number exists now."""
        return self._conn.execute("SELECT 1 FROM stories WHERE id = ?", [story]).fetchone() is not None

    def origins(self, stories: set[int]) -> list[tuple[int, int]]:
        """The given stories, each with its origin, in order of number; stories without an origin are left out."""
        if not stories:
            return []
        rows = self._conn.execute(
            """
            SELECT id, origin_article_id
            FROM stories
            WHERE id IN (SELECT value FROM json_each(?)) AND origin_article_id IS NOT NULL
            ORDER BY id
            """,
            [json.dumps(sorted(stories))],
        )
        return [(story, origin) for story, origin in rows]

    def new_story(self) -> int:
        """Make a story without members. Its number was never used before, not even by a story that was merged."""
        row = self._conn.execute(
            """
            SELECT max(
                coalesce((SELECT max(id) FROM stories), 0),
                coalesce((SELECT max(story_id) FROM story_events), 0)
            )
            """
        ).fetchone()
        story: int = row[0] + 1
        self._conn.execute("INSERT INTO stories (id, copies) VALUES (?, 0)", [story])
        return story

    def put(self, article: int, story: int | None, length: int) -> None:
        """Put an article into a story, or into none; `length` is in folded characters."""
        self._conn.execute(
            "INSERT OR REPLACE INTO placed (article_id, story_id, length) VALUES (?, ?, ?)",
            [article, story, length],
        )

    def remove(self, article: int) -> None:
        """Take an article out of its story and drop its links; settle or end that story afterwards."""
        self._conn.execute(
            "UPDATE stories SET origin_article_id = NULL WHERE origin_article_id = ?", [article]
        )
        self._conn.execute("DELETE FROM members WHERE article_id = ?", [article])
        self._conn.execute("DELETE FROM placed WHERE article_id = ?", [article])
        descents.forget(self._conn, article)

    def reread(self, article: int) -> None:
        """Forget what an article's page, which changed, changed of its origin."""
        descents.forget(self._conn, article)

    def articles(self, story: int) -> set[int]:
        """The articles that belong to a story."""
        return {
            row[0] for row in self._conn.execute("SELECT article_id FROM placed WHERE story_id = ?", [story])
        }

    def merge(self, gone: int, story: int, article: int) -> None:
        """Merge the story `gone` into `story`, with `article` as the evidence. The caller then settles `story`."""
        both = {"gone": gone, "story": story}
        self._conn.execute(f"DELETE FROM members WHERE story_id = :gone AND relation IN {OWN}", both)
        self._conn.execute("UPDATE placed SET story_id = :story WHERE story_id = :gone", both)
        self._conn.execute("UPDATE OR IGNORE members SET story_id = :story WHERE story_id = :gone", both)
        self._conn.execute("DELETE FROM members WHERE story_id = :gone", both)
        # a follow-up of one story that belongs to the other is now a member of the merged story
        self._conn.execute(
            """
            DELETE FROM members
            WHERE story_id = :story AND relation = 'followup'
                AND article_id IN (SELECT article_id FROM placed WHERE story_id = :story)
            """,
            both,
        )
        self._conn.execute("DELETE FROM stories WHERE id = ?", [gone])
        descents.note(self._conn, gone)
        self._record("merged", gone, story, article)

    def part(self, story: int, leaving: set[int], article: int) -> int:
        """Move the articles `leaving` to a new story, with `article` as the evidence. Returns the story's number.

        The caller settles both stories afterwards.
        """
        other = self.new_story()
        for member in sorted(leaving):
            self._conn.execute("UPDATE placed SET story_id = ? WHERE article_id = ?", [other, member])
            self._conn.execute("DELETE FROM members WHERE story_id = ? AND article_id = ?", [story, member])
        self._record("split", story, other, article)
        return other

    def end(self, story: int, article: int) -> None:
        """Drop a story without articles; `article` was the last one."""
        self._conn.execute("DELETE FROM members WHERE story_id = ?", [story])
        self._conn.execute("DELETE FROM stories WHERE id = ?", [story])
        descents.note(self._conn, story)
        self._record("ended", story, None, article)

    def _record(self, event: str, story: int, other: int | None, article: int) -> None:
        self._conn.execute(
            "INSERT INTO story_events (story_id, event, other_story_id, article_id) VALUES (?, ?, ?, ?)",
            [story, event, other, article],
        )

    def link(self, story: int, article: int, relation: Relation, similarity: float) -> None:
        """Link a round-up or a follow-up to a story that it does not belong to."""
        self._conn.execute(
            """
            INSERT INTO members (story_id, article_id, relation, similarity)
            VALUES (?, ?, ?, ?)
            ON CONFLICT (story_id, article_id) DO NOTHING
            """,
            [story, article, relation, round(min(similarity, 1.0), 4)],
        )
        self._measure_links(story)

    def unlink_followup(self, story: int, article: int) -> None:
        """Drop the link of a follow-up that shares no passage of the story's own."""
        self._conn.execute(
            "DELETE FROM members WHERE story_id = ? AND article_id = ? AND relation = 'followup'",
            [story, article],
        )

    def settle(self, story: int, at_hand: Iterable[Text] = (), *, afresh: bool = False) -> None:
        """Elect the origin, and write the missing rows of members; write all rows if the origin changed.

        `at_hand` are texts of some articles as they are now, which need not be read again.
        """
        before, copies, first = self._conn.execute(
            "SELECT origin_article_id, copies, first_published_at FROM stories WHERE id = ?", [story]
        ).fetchone()
        is_large = before is not None and copies > LARGE and (copies + 1) % LARGE and not afresh
        newcomers = self._lacking(story) if is_large else []
        two = len(newcomers) == 1
        members, lacking = self._members(story, [before, *newcomers] if two else None)
        finding = elect(list(members.values()))
        if two and finding.origin.article != before:  # between two, one wrong clock decides: all compete
            two = False
            members, lacking = self._members(story, None)
            finding = elect(list(members.values()))
        changed = finding.origin.article != before
        if afresh or before is not None or len(members) > 1:  # a new story of one article has no tree
            descents.note(self._conn, story, afresh=afresh)
        if afresh or changed:
            lacking = sorted(members)
        self._write_members(story, finding, [members[article] for article in lacking], at_hand)
        times = [member.published_at for member in members.values() if member.published_at]
        if two and first is not None:
            times.append(first)
        self._write_story(story, finding, min(times, default=None, key=latest))
        if afresh or changed:
            self._measure_links(story, every=True)

    def _write_story(self, story: int, finding: OriginFinding, first: str | None) -> None:
        self._conn.execute(
            """
            UPDATE stories
            SET title = :title, origin_article_id = :origin, first_published_at = :first,
                copies = (SELECT count(*) FROM placed WHERE story_id = :story),
                origin_source = :source, origin_reasons = :reasons
            WHERE id = :story
            """,
            {
                "title": finding.origin.title,
                "origin": finding.origin.article,
                "first": first,
                "source": finding.publisher,
                "reasons": json.dumps(finding.reasons, ensure_ascii=False),
                "story": story,
            },
        )

    def _lacking(self, story: int) -> list[int]:
        """The articles of a story that have no row in `members` yet."""
        rows = self._conn.execute(
            f"""
            SELECT p.article_id
            FROM placed AS p
            LEFT JOIN members AS m ON m.story_id = p.story_id AND m.article_id = p.article_id AND m.relation IN {OWN}
            WHERE p.story_id = ? AND m.article_id IS NULL
            ORDER BY 1
            """,
            [story],
        )
        return [row[0] for row in rows]

    def _members(self, story: int, only: list[int] | None) -> tuple[dict[int, OriginCandidate], list[int]]:
        """The articles of a story, all or `only` some, and those of them that have no row in `members` yet."""
        rows = self._conn.execute(
            f"""
            SELECT a.id, a.url, a.site, a.title, a.source, a.published_at, a.paper_date, p.length, a.low_trust,
                m.article_id IS NULL
            FROM placed AS p
            JOIN articles AS a ON a.id = p.article_id
            LEFT JOIN members AS m ON m.story_id = p.story_id AND m.article_id = p.article_id AND m.relation IN {OWN}
            WHERE p.story_id = ? AND (? IS NULL OR p.article_id IN (SELECT value FROM json_each(?)))
            ORDER BY a.id
            """,
            [story, only and 1, json.dumps(only)],
        ).fetchall()
        lacking = [row[0] for row in rows if row[-1]]
        return {row[0]: OriginCandidate._make(row[:-1]) for row in rows}, lacking

    def _write_members(
        self,
        story: int,
        finding: OriginFinding,
        members: Iterable[OriginCandidate],
        at_hand: Iterable[Text],
    ) -> None:
        origin = finding.origin.article
        grams = {text.article: text.imprint.grams for text in at_hand}
        rows = []
        for member in members:
            article = member.article
            is_origin = article == origin
            similarity, kept, added = (1.0, 1.0, 0.0) if is_origin else self._shares(origin, article, grams)
            relation = "origin" if is_origin else "copy" if kept >= COPY else "abridged"
            says = claim(member.source, member.site, finding.publisher)
            rows.append([story, article, relation, similarity, kept, added, says])
        self._conn.executemany(
            """
            INSERT INTO members (story_id, article_id, relation, similarity, kept, added, claim)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (story_id, article_id) DO UPDATE
            SET relation = excluded.relation, similarity = excluded.similarity, kept = excluded.kept,
                added = excluded.added, claim = excluded.claim
            """,
            rows,
        )

    def _measure_links(self, story: int, *, every: bool = False) -> None:
        """Measure the shares of the origin in round-ups and follow-ups, in those that lack them or in `every` one."""
        rows = self._conn.execute(
            f"""
            SELECT s.origin_article_id, m.article_id
            FROM members AS m
            JOIN stories AS s ON s.id = m.story_id
            WHERE m.story_id = ? AND m.relation NOT IN {OWN} AND (m.kept IS NULL OR ?)
                AND s.origin_article_id IS NOT NULL
            """,
            [story, every],
        ).fetchall()
        for origin, article in rows:
            _, kept, added = self._shares(origin, article, {})
            self._conn.execute(
                "UPDATE members SET kept = ?, added = ? WHERE story_id = ? AND article_id = ?",
                [kept, added, story, article],
            )

    def _shares(self, origin: int, copy: int, known: Mapping[int, Grams]) -> tuple[float, float, float]:
        """The similarity of two articles, the share of the origin that the copy keeps, and the copy's new share."""
        whole, other = (known.get(one) or self._grams(one) for one in (origin, copy))
        agreeing = sum(block.length for block in matches(other, whole))
        both = len(whole.text) + len(other.text)
        return (
            round(2 * agreeing / max(both, 1), 4),
            round(agreeing / max(len(whole.text), 1), 4),
            round(1 - agreeing / max(len(other.text), 1), 4),
        )

    def _grams(self, article: int) -> Grams:
        row = self._conn.execute("SELECT text FROM articles WHERE id = ?", [article]).fetchone()
        return imprint(row[0]).grams
