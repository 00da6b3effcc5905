"""Which articles are one story: found by shared grams, proved on the text, put right when later evidence comes."""

import json
import re
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from zlib import crc32

from archive.origins import Finding, Member, claim, elect
from archive.postings import Hits, Postings
from extract.alignment import matches
from extract.fingerprint import GRAM, SMALLEST, Grams, sample, spacing
from extract.items import items
from extract.likeness import Imprint, Likeness, Rarity, Share, compare, imprint, is_passage, is_same, rarity
from extract.script import fold

STORED_ROWS = 75
QUERY_ROWS = 400
PASSAGE, PIECE = 0.04, 0.12
"""Shares of the smaller sample: from the first on two texts share a passage, below the second hardly more."""
PER_STORY = 2
MOST_STORIES = 10
MOST_EDGES = 6
MOST_LINKS = 3
MUCH_SMALLER = 0.75
NEARLY = 5
"""Per cent by which a part may stand less in one whole than in another, and still belong to both."""
MOST_POSTING = 20
LARGE = 64
OWN = "('origin', 'copy', 'abridged')"
SURE = 80
"""Per cent of a part found in a whole, from which on it is surely that text's."""


class Text:
    """An article's text, made ready for comparison."""

    def __init__(self, article: int, title: str | None, text: str) -> None:
        self.article = article
        self.title = fold(title or "")
        self.text = text
        self.imprint: Imprint = imprint(text)
        self.sampled = sample(self.imprint.grams.hashes, spacing(len(self.imprint.grams.hashes), QUERY_ROWS))

    @cached_property
    def whole(self) -> int:
        """A number for the folded text as a whole: one made of nothing but formulas is still found by its equal."""
        return crc32(self.imprint.text.encode("utf-8", "surrogatepass")) - 0x80000000

    @cached_property
    def kept(self) -> list[int]:
        """What the index keeps of it."""
        if not self.imprint.text:
            return []
        return [
            *sample(self.imprint.grams.hashes, spacing(len(self.imprint.grams.hashes), STORED_ROWS)),
            self.whole,
        ]

    @cached_property
    def items(self) -> list[tuple[int, int]]:
        """The numbered items of a round-up, in folded characters."""
        return items(self.text)


@lru_cache(maxsize=64)  # the articles of one story come and go together
def _made(article: int, title: str | None, text: str) -> Text:
    return Text(article, title, text)


@dataclass(slots=True)
class Pair:
    """A newcomer and a known article that share a passage; `story` is the known one's, None for a round-up."""

    known: Text
    story: int | None
    likeness: Likeness
    is_same: bool
    same_headline: bool

    @property
    def newcomer_is_contained(self) -> bool:
        """Whether more of the newcomer stands in the known article than the other way round."""
        return self.likeness.contained is self.likeness.one

    @property
    def strength(self) -> int:
        """Per cent of the part's rare characters that stand in the whole."""
        return round(100 * self.likeness.contained.letters)

    @property
    def newcomer_is_part(self) -> bool:
        """Whether the known article is the whole and the newcomer a part of it, much smaller."""
        return self.newcomer_is_contained and self._smaller

    @property
    def known_is_part(self) -> bool:
        """Whether the newcomer is the whole and the known article a part of it, much smaller."""
        return not self.newcomer_is_contained and self._smaller

    @property
    def _smaller(self) -> bool:
        return self.likeness.contained.rare <= MUCH_SMALLER * self.likeness.container.rare


class Stories:
    """The stories of one database; every call runs inside the caller's transaction."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._postings = Postings(conn)

    def place(self, article_id: int) -> None:
        """Find the story of an article just stored, or make one; join or part the stories it says something about."""
        text = self._text(article_id)
        pairs = self.look_up(article_id)
        same = [pair for pair in pairs if pair.is_same]
        embedded = [pair for pair in same if pair.known_is_part and pair.story is not None]
        if _is_roundup(text, embedded):
            self._place_roundup(text, same)
            story = None
        else:
            for pair in same:
                if (
                    pair.newcomer_is_part
                    and pair.story is not None
                    and self._reveals_roundup(text, pair, same)
                ):
                    self._part_roundup(pair.known, same)
            story = self._join(text, same)
        exposed = self._postings.post(article_id, story, text.kept)
        if story is not None:
            self._link_roundups(text, story, same)
            self._link_followups(text, story, pairs)
            self._settle(story)
        self._prove_again(sorted(exposed))

    def look_up(self, article_id: int) -> list[Pair]:
        """The known articles that share a passage with an article not placed yet, likeliest first."""
        text = self._text(article_id)
        hits = self._postings.look_up([*text.sampled, text.whole])
        return self._pairs(text, hits)

    def replace(self, article_id: int, before: str) -> None:
        """Place an article again after its text, title, source or time changed; `before` is the text it had."""
        row = self._conn.execute("SELECT text FROM articles WHERE id = ?", [article_id]).fetchone()
        if fold(row[0]) == fold(before):
            story = self._story_of(article_id)
            if story is not None:
                self._settle(story, afresh=True)
            return
        self._withdraw(Text(article_id, None, before))
        self.place(article_id)

    # -- finding ------------------------------------------------------------------------------------------------

    def _text(self, article: int) -> Text:
        title, text = self._conn.execute(
            "SELECT title, text FROM articles WHERE id = ?", [article]
        ).fetchone()
        return _made(article, title, text)

    def _story_of(self, article: int) -> int | None:
        row = self._conn.execute("SELECT story_id FROM placed WHERE article_id = ?", [article]).fetchone()
        return row[0] if row else None

    def _pairs(self, text: Text, hits: Hits) -> list[Pair]:
        """The known articles that share a passage worth a look, likeliest first."""
        common = hits.common
        mine = rarity(text.imprint, text.sampled, common)
        pairs = []
        for article in self._with_origins(_candidates(hits, text), hits):
            known = self._text(article)
            likeness = compare(
                text.imprint, known.imprint, mine, rarity(known.imprint, known.sampled, common)
            )
            if likeness.contained.letters < 0.1:
                continue
            # what is common in the known text outside the shared passage was not asked for yet
            theirs = self._postings.common(known.sampled)
            if not theirs <= common:
                likeness = compare(
                    text.imprint, known.imprint, mine, rarity(known.imprint, known.sampled, theirs)
                )
            headline = _same_headline(text, known)
            same = is_same(likeness, same_headline=headline)
            pairs.append(Pair(known, hits.stories[article], likeness, is_same=same, same_headline=headline))
        return pairs

    def _with_origins(self, candidates: list[int], hits: Hits) -> list[int]:
        """The candidates, and the origin of each one's story: it may have come after the copies that are indexed."""
        wanted = json.dumps(
            sorted({story for article in candidates if (story := hits.stories[article]) is not None})
        )
        origins = self._conn.execute(
            """
            SELECT id, origin_article_id
            FROM stories
            WHERE id IN (SELECT value FROM json_each(?)) AND origin_article_id IS NOT NULL
            ORDER BY id
            """,
            [wanted],
        )
        missing = []
        for story, origin in origins:
            if origin not in candidates:
                hits.stories[origin] = story
                missing.append(origin)
        return candidates + missing

    # -- round-ups ----------------------------------------------------------------------------------------------

    def _reveals_roundup(self, text: Text, pair: Pair, same: list[Pair]) -> bool:
        """Whether a known article turns out to be a round-up, of which the newcomer is one item."""
        region = pair.likeness.contained
        if _is_item(text.title, pair.known, region.start, region.end):
            return True
        if not _is_whole(region, pair.known):
            return False
        others = self._conn.execute(
            """
            SELECT article_id, region_start
            FROM likenesses
            WHERE whole_id = ? AND same = 1 AND share >= 85 AND (region_end <= ? OR region_start >= ?)
            ORDER BY article_id
            LIMIT 5
            """,
            [pair.known.article, region.start + GRAM, region.end - GRAM],
        ).fetchall()
        related = {other.known.article for other in same}
        return any(
            other not in related
            and _opens_an_article(pair.known, start)
            and self._stands_alone(other, pair.known.article)
            for other, start in others
        )

    def _stands_alone(self, article: int, whole: int) -> bool:
        """Whether nothing but `whole` ties an article to its story."""
        rows = self._conn.execute(
            """
            SELECT 1
            FROM likenesses
            WHERE same = 1
                AND ((article_id = ? AND whole_id <> ?) OR (whole_id = ? AND article_id <> ?))
            """,
            [article, whole, article, whole],
        )
        return rows.fetchone() is None

    def _place_roundup(self, text: Text, same: list[Pair]) -> None:
        self._set_place(text, None)
        for pair in same:
            if pair.story is not None and pair.known_is_part:
                self._link(pair.story, text.article, "roundup", pair.likeness.contained.letters)

    def _part_roundup(self, roundup: Text, same: list[Pair]) -> None:
        """Take a known article out of its story: it only embeds it, and others."""
        story = self._story_of(roundup.article)
        parts = self._neighbours(roundup.article)
        self._forget_edges(roundup.article)
        self._conn.execute("DELETE FROM members WHERE article_id = ?", [roundup.article])
        self._set_place(roundup, None)
        if story is not None:
            self._split(story, roundup.article)
        self._post_again(parts)
        for part in parts:
            home = self._story_of(part)
            if home is not None:
                self._link(home, roundup.article, "roundup", 1.0)
                self._settle(home)
        for pair in same:
            pair.story = self._story_of(pair.known.article)

    def _post_again(self, articles: list[int]) -> None:
        """What an article that left had posted for its story, the story must now post itself."""
        for article in articles[:MOST_POSTING]:
            self._postings.post(article, self._story_of(article), self._text(article).kept)

    def _link_roundups(self, text: Text, story: int, same: list[Pair]) -> None:
        for pair in same:
            if pair.story is None and pair.newcomer_is_part:
                self._link(story, pair.known.article, "roundup", pair.likeness.contained.letters)

    # -- follow-ups ---------------------------------------------------------------------------------------------

    def _link_followups(self, text: Text, story: int, pairs: list[Pair]) -> None:
        """Keep the likest of the articles that share a passage only, and link the newcomer to their stories."""
        for pair in [pair for pair in pairs if not pair.is_same][:MOST_LINKS]:
            self._add_edge(text, pair)
            home = self._story_of(pair.known.article)
            if home not in (None, story) and is_passage(pair.likeness.one):
                self._link(home, text.article, "followup", pair.likeness.one.letters)

    def _link(self, story: int, article: int, relation: str, similarity: float) -> None:
        self._conn.execute(
            """
            INSERT INTO members (story_id, article_id, relation, similarity)
            VALUES (?, ?, ?, ?)
            ON CONFLICT (story_id, article_id) DO NOTHING
            """,
            [story, article, relation, round(min(similarity, 1.0), 4)],
        )

    # -- joining and parting ------------------------------------------------------------------------------------

    def _join(self, text: Text, same: list[Pair]) -> int:
        """The newcomer's story: one made for it, or the oldest of those it belongs to, the others merged into it."""
        joining = self._lasting([pair for pair in same if pair.story is not None])
        stories = sorted({pair.story for pair in joining if pair.story is not None})
        if not stories:
            story = self._new_story()
            self._set_place(text, story)
            return story
        story = stories[0]
        for other in stories[1:]:
            self._merge(other, story, text.article)
        self._set_place(text, story)
        for pair in joining[:MOST_EDGES]:
            self._add_edge(text, pair)
        return story

    def _lasting(self, joining: list[Pair]) -> list[Pair]:
        """The ties that count: a part that is surely one text's own is not another's for a doubtful likeness."""
        as_part = [pair for pair in joining if pair.newcomer_is_contained]
        if as_part:
            best = max(as_part, key=lambda pair: pair.strength)
            as_part = [
                pair
                for pair in as_part
                if pair.story == best.story
                or pair.same_headline
                or pair.strength >= _rival(best.strength, piece=pair.newcomer_is_part)
            ]
        home = {pair.story for pair in as_part}
        as_whole = [pair for pair in joining if not pair.newcomer_is_contained]
        lasting = [*as_part, *(pair for pair in as_whole if pair.story in home or self._yields(pair))]
        for pair in lasting:
            pair.story = self._story_of(pair.known.article)
        return [pair for pair in joining if pair in lasting]

    def _yields(self, pair: Pair) -> bool:
        """Whether a known article is to be tied to a newcomer that holds it; its weaker ties give way."""
        ties = self._conn.execute(
            """
            SELECT l.share, w.length
            FROM likenesses AS l
            JOIN placed AS w ON w.article_id = l.whole_id
            WHERE l.article_id = ? AND l.same = 1
            """,
            [pair.known.article],
        ).fetchall()
        size = len(pair.known.imprint.text)
        best = max((share for share, _ in ties), default=0)
        piece = pair.known_is_part and any(
            size <= MUCH_SMALLER * length for share, length in ties if share == best
        )
        if not pair.same_headline and pair.strength < _rival(best, piece=piece):
            return False
        if ties and best < SURE <= pair.strength and pair.story is not None:
            self._conn.execute("UPDATE likenesses SET same = 0 WHERE article_id = ?", [pair.known.article])
            self._split(pair.story, pair.known.article)
        return True

    def _new_story(self) -> int:
        """A number never used before: one that was merged away stays that story's."""
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

    def _set_place(self, text: Text, story: int | None) -> None:
        self._conn.execute(
            "INSERT OR REPLACE INTO placed (article_id, story_id, length) VALUES (?, ?, ?)",
            [text.article, story, len(text.imprint.text)],
        )

    def _add_edge(self, text: Text, pair: Pair) -> None:
        part, whole = text.article, pair.known.article
        if not pair.newcomer_is_contained:
            part, whole = whole, part
        share = pair.likeness.contained
        self._conn.execute(
            "INSERT OR REPLACE INTO likenesses VALUES (?, ?, ?, ?, ?, ?, ?)",
            [part, whole, int(pair.is_same), pair.strength, share.found, share.start, share.end],
        )

    def _neighbours(self, article: int) -> list[int]:
        rows = self._conn.execute(
            """
            SELECT whole_id FROM likenesses WHERE article_id = ? AND same = 1
            UNION
            SELECT article_id FROM likenesses WHERE whole_id = ? AND same = 1
            ORDER BY 1
            """,
            [article, article],
        )
        return [row[0] for row in rows]

    def _forget_edges(self, article: int) -> None:
        self._conn.execute("DELETE FROM likenesses WHERE article_id = ? OR whole_id = ?", [article, article])

    def _merge(self, gone: int, story: int, article: int) -> None:
        """Make two stories one: the older number stays, the other leads to it. Settle it afterwards."""
        both = {"gone": gone, "story": story}
        self._conn.execute(f"DELETE FROM members WHERE story_id = :gone AND relation IN {OWN}", both)
        self._conn.execute("UPDATE placed SET story_id = :story WHERE story_id = :gone", both)
        self._conn.execute("UPDATE OR IGNORE members SET story_id = :story WHERE story_id = :gone", both)
        self._conn.execute("DELETE FROM members WHERE story_id = :gone", both)
        # a link from one to the other leads nowhere now
        self._conn.execute(
            """
            DELETE FROM members
            WHERE story_id = :story AND relation = 'followup'
                AND article_id IN (SELECT article_id FROM placed WHERE story_id = :story)
            """,
            both,
        )
        self._conn.execute("DELETE FROM stories WHERE id = ?", [gone])
        self._record("merged", gone, story, article)

    def _split(self, story: int, article: int) -> None:
        """After an article left: what still holds together stays or becomes a story of its own."""
        left = {
            row[0] for row in self._conn.execute("SELECT article_id FROM placed WHERE story_id = ?", [story])
        }
        groups = self._components(left)
        if not groups:
            self._conn.execute("DELETE FROM members WHERE story_id = ?", [story])
            self._conn.execute("DELETE FROM stories WHERE id = ?", [story])
            self._record("ended", story, None, article)
            return
        # the largest keeps the number; of equals the one with the earliest article
        for group in sorted(groups, key=lambda group: (-len(group), min(group)))[1:]:
            other = self._new_story()
            for member in sorted(group):
                self._conn.execute("UPDATE placed SET story_id = ? WHERE article_id = ?", [other, member])
                self._conn.execute(
                    "DELETE FROM members WHERE story_id = ? AND article_id = ?", [story, member]
                )
            self._record("split", story, other, article)
            self._settle(other)
        self._settle(story)

    def _components(self, articles: set[int]) -> list[set[int]]:
        groups = []
        left = set(articles)
        while left:
            group: set[int] = set()
            border = [min(left)]
            while border:
                article = border.pop()
                if article in group:
                    continue
                group.add(article)
                border += [
                    other for other in self._neighbours(article) if other in left and other not in group
                ]
            left -= group
            groups.append(group)
        return groups

    def _prove_again(self, articles: list[int]) -> None:
        """Look again at what rests on little, now that some of it has turned out to be printed everywhere."""
        for article in articles:
            ties = self._conn.execute(
                """
                SELECT article_id, whole_id, same
                FROM likenesses
                WHERE (article_id = ? OR whole_id = ?)
                    AND (same = 0 AND share >= 25 OR same = 1 AND (share < 85 OR found < 80) AND found < 200)
                ORDER BY 1, 2
                LIMIT 20
                """,
                [article, article],
            ).fetchall()
            for part, whole, same in ties:
                self._prove(part, whole, bool(same), article)

    def _prove(self, part: int, whole: int, was_same: bool, article: int) -> None:
        one, other = self._text(part), self._text(whole)
        likeness = compare(one.imprint, other.imprint, self._rarity(one), self._rarity(other))
        same = is_same(likeness, same_headline=_same_headline(one, other))
        home, away = self._story_of(part), self._story_of(whole)
        if home is None or away is None:
            return
        self._conn.execute(
            "UPDATE likenesses SET same = ?, share = ?, found = ? WHERE article_id = ? AND whole_id = ?",
            [int(same), round(100 * likeness.contained.letters), likeness.contained.found, part, whole],
        )
        if was_same and not same:
            self._split(home, article)
        elif same and not was_same and home != away:
            self._merge(max(home, away), min(home, away), article)
            self._settle(min(home, away))
        elif not same:
            for follower, share, story in ((part, likeness.one, away), (whole, likeness.other, home)):
                if not is_passage(share):
                    self._conn.execute(
                        "DELETE FROM members WHERE story_id = ? AND article_id = ? AND relation = 'followup'",
                        [story, follower],
                    )

    def _rarity(self, text: Text) -> Rarity:
        return rarity(text.imprint, text.sampled, self._postings.common(text.sampled))

    def _withdraw(self, text: Text) -> None:
        """Take an article out of everything that was made of its text."""
        story = self._story_of(text.article)
        neighbours = self._neighbours(text.article)
        self._postings.withdraw(text.article, text.kept)
        self._forget_edges(text.article)
        self._conn.execute("DELETE FROM members WHERE article_id = ?", [text.article])
        self._conn.execute("DELETE FROM placed WHERE article_id = ?", [text.article])
        if story is not None:
            self._conn.execute(
                "UPDATE stories SET origin_article_id = NULL WHERE origin_article_id = ?", [text.article]
            )
            self._split(story, text.article)
        self._post_again(neighbours)

    def _record(self, event: str, story: int, other: int | None, article: int) -> None:
        self._conn.execute(
            "INSERT INTO story_events (story_id, event, other_story_id, article_id) VALUES (?, ?, ?, ?)",
            [story, event, other, article],
        )

    # -- what a story's rows say --------------------------------------------------------------------------------

    def _settle(self, story: int, *, afresh: bool = False) -> None:
        """Elect the origin and write the rows that lack, or all of them where the origin is another than before."""
        before, copies, first = self._conn.execute(
            "SELECT origin_article_id, copies, first_published_at FROM stories WHERE id = ?", [story]
        ).fetchone()
        lacking = self._lacking(story)
        # of a large story only the origin and the newcomer are weighed, and all members at every 64th
        two = (
            before is not None
            and len(lacking) == 1
            and copies > LARGE
            and (copies + 1) % LARGE
            and not afresh
        )
        members = self._members(story, [before, *lacking] if two else None)
        finding = elect(list(members.values()))
        if afresh or finding.origin.article != before:
            lacking = sorted(members)
        self._write_members(story, finding, {article: members[article] for article in lacking})
        times = [member.published_at for member in members.values() if member.published_at]
        if two and first is not None:
            times.append(first)
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
                "first": min(times, default=None),
                "source": finding.publisher,
                "reasons": json.dumps(finding.reasons, ensure_ascii=False),
                "story": story,
            },
        )

    def _lacking(self, story: int) -> list[int]:
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

    def _members(self, story: int, only: list[int] | None) -> dict[int, Member]:
        rows = self._conn.execute(
            """
            SELECT a.id, a.url, a.site, a.title, a.source, a.published_at, a.paper_date, p.length, a.low_trust
            FROM placed AS p
            JOIN articles AS a ON a.id = p.article_id
            WHERE p.story_id = ? AND (? IS NULL OR p.article_id IN (SELECT value FROM json_each(?)))
            ORDER BY a.id
            """,
            [story, only and 1, json.dumps(only)],
        )
        return {row[0]: Member(*row) for row in rows}

    def _write_members(self, story: int, finding: Finding, members: dict[int, Member]) -> None:
        origin = self._grams(finding.origin.article)
        rows = []
        for article, member in members.items():
            says = claim(member.source, member.site, finding.publisher)
            if article == finding.origin.article:
                rows.append([story, article, "origin", 1.0, 1.0, 0.0, says])
                continue
            copy = self._grams(article)
            agreeing = sum(block.length for block in matches(copy, origin))
            kept = agreeing / max(len(origin.text), 1)
            added = 1 - agreeing / max(len(copy.text), 1)
            similarity = 2 * agreeing / max(len(origin.text) + len(copy.text), 1)
            relation = "copy" if kept >= 0.85 else "abridged"
            rows.append(
                [story, article, relation, round(similarity, 4), round(kept, 4), round(added, 4), says]
            )
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

    def _grams(self, article: int) -> Grams:
        row = self._conn.execute("SELECT text FROM articles WHERE id = ?", [article]).fetchone()
        return imprint(row[0]).grams


def _candidates(hits: Hits, text: Text) -> list[int]:
    """The known articles that share most of what is rare, a few of each story, best first; round-ups one by one."""
    weight: dict[int, float] = defaultdict(float)
    shared: dict[int, set[int]] = defaultdict(set)
    for gram, articles in hits.articles.items():
        stories = max(len(hits.stories_of(articles)), 1)
        for article in articles:
            weight[article] += len(text.sampled) if gram == text.whole else 1 / stories
            shared[hits.home(article)].add(gram)
            if gram == text.whole:
                shared[hits.home(article)].update(text.sampled)
    likely: dict[int, list[int]] = defaultdict(list)
    passing = 0
    for article in sorted(weight, key=lambda article: (-weight[article], article)):
        home = hits.home(article)
        part = len(shared[home]) / _smaller_sample(hits.lengths[article], text)
        if (
            part < PASSAGE
            or len(shared[home]) < 2
            or len(likely[home]) >= PER_STORY
            or len(likely) > MOST_STORIES
        ):
            continue
        if part < PIECE:
            passing += 1
        if part >= PIECE or passing <= MOST_LINKS:
            likely[home].append(article)
    return [article for articles in likely.values() for article in articles]


def _smaller_sample(length: int, text: Text) -> float:
    """About how many sampled grams the smaller of the two texts has."""
    return max(min(SMALLEST + min(length / 8, STORED_ROWS), len(text.sampled)), 1)


def _rival(best: int, *, piece: bool) -> int:
    """How much of a text must stand in a second one, where `best` per cent of it stand in a first.

    A piece that two longer texts share may be what both quote: it is the one's that has more of it.
    """
    if best < SURE:
        return 0
    return max(SURE, best - NEARLY) if piece else SURE


def _is_roundup(text: Text, embedded: list[Pair]) -> bool:
    """Whether a text prints several stories whole, one after another."""
    for pair in embedded:
        region = pair.likeness.contained
        if _is_item(pair.known.title, text, region.start, region.end):
            return True
    whole = [
        (pair.story, pair.likeness.contained) for pair in embedded if _is_whole(pair.likeness.contained, text)
    ]
    return any(
        story != other_story and region.end <= other.start + GRAM
        for story, region in whole
        for other_story, other in whole
    )


def _is_whole(region: Share, whole: Text) -> bool:
    """Whether a stretch of a text looks like an article from its first word to its last."""
    return region.letters >= 0.85 and region.dense >= 0.85 and _opens_an_article(whole, region.start)


def _opens_an_article(text: Text, at: int) -> bool:
    """Whether an agency's or a paper's opening words (新华社北京2月9日电, 本报讯) stand at a place of a folded text."""
    return _OPENING.match(text.imprint.text, max(0, at - 2)) is not None


_OPENING = re.compile(
    ".{0,4}(?:"
    + "|".join(
        fold(words)
        for words in (
            "央视网消息",
            "新华社",
            "新华网",
            "人民网",
            "中新网",
            "中新社",
            "本报",
            "本网",
            "本台",
            "据新华社",
            "记者从",
        )
    )
    + "|.{2,8}[0-9]{1,2}月[0-9]{1,2}日"
    + fold("电")
    + ")"
)


def _is_item(title: str, whole: Text, start: int, end: int) -> bool:
    """Whether a stretch of a text is one of its numbered items, or stands under a headline of its own."""
    if any(first - 2 <= start and end <= last + 2 for first, last in whole.items):
        return True
    size = len(whole.imprint.text)
    # a copy may print its own old headline on top (原标题)
    if len(title) < 8 or start < size / 4 or end - start > 0.4 * size or _kin(title, whole.title):
        return False
    return whole.imprint.text.find(title, max(0, start - len(title) - 60), start + 2) >= 0


def _same_headline(one: Text, other: Text) -> bool:
    """Whether one headline is the other's, cut or with a word before it."""
    shorter, longer = sorted((one.title, other.title), key=len)
    return len(shorter) >= 10 and shorter in longer


def _kin(one: str, other: str) -> bool:
    """Whether two folded headlines are one headline, cut or lengthened."""
    if len(one) < 6 or len(other) < 6:
        return False
    agreeing = sum(block.length for block in matches(Grams(one), Grams(other)))
    return agreeing >= 0.6 * min(len(one), len(other))
