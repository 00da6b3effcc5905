"""The stories: found by shared grams, proved on the texts, and corrected when later articles give new evidence."""

import logging
import sqlite3
from collections.abc import Callable
from itertools import product

from archive.grouping.membership import Membership
from archive.grouping.pairs import Ties
from archive.grouping.postings import Hits, Postings
from archive.grouping.roundups import is_item, is_roundup, is_whole, opens_an_article
from archive.grouping.texts import (
    MUCH_SMALLER,
    Pair,
    Text,
    candidates,
    keep,
    prepared,
    same_text,
    strength,
    whole_day,
)
from extract.compare.fingerprint import GRAM
from extract.compare.likeness import Rarity, compare, is_passage, rarity
from extract.script.fold import fold

log = logging.getLogger(__name__)

SURE = 80
"""If at least so many per cent of a part are found in a whole, the part surely belongs to that text."""
NEARLY = 5
"""A part may belong to two wholes if its per cent found in each differ by at most this."""
MOST_TIES, MOST_PASSAGES, MOST_POSTING, MOST_TIED_UP = 6, 3, 20, 500


class Stories:
    """The stories of one database; every call runs inside the caller's transaction.

    The same articles in the same order give the same rows, numbers included.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._postings = Postings(conn)
        self._ties = Ties(conn)
        self._members = Membership(conn)

    def place(self, article_id: int, made: Text | None = None) -> None:
        """Find or make the story of an article just stored; merge or split stories if the article is evidence for it.

        `made` is the article's prepared text, if the caller has one. An error leaves the article without a story, and
        every other row as it was.
        """
        if made is not None:
            keep(made.numbered(article_id))
        self._guarded(article_id, lambda: self._place(made or self._text(article_id)))

    def _place(self, text: Text) -> None:
        hits = self._postings.look_up(text.asked)
        pairs = self.look_up_text(text, hits)
        framed = False
        if is_roundup(text, [pair for pair in pairs if pair.holds_known and pair.story is not None]):
            story = None
            self._place_roundup(text, pairs)
        else:
            while revealed := self._revealed(text, pairs):
                self._take_out_roundup(revealed[0])
                hits = self._postings.look_up(text.asked)
                pairs = self.look_up_text(text, hits)
            same = [pair for pair in pairs if pair.is_same]
            story = self._join(text, same)
            framed = self._is_framed(text, same)
        exposed = self._postings.post(text.article, story, text.kept, framed=framed, hits=hits)
        if story is not None:
            self._link_roundups(story, pairs)
            self._link_followups(text, story, pairs)
            self._members.settle(story, [text, *(pair.known for pair in pairs)])
        self._prove_again(sorted(exposed), every=framed)

    def look_up(self, article_id: int) -> list[Pair]:
        """The known articles that share a passage with an article not yet placed, the likeliest first."""
        return self.look_up_text(self._text(article_id))

    def look_up_text(self, text: Text, hits: Hits | None = None) -> list[Pair]:
        """The known articles that share a passage with a text, stored or not; `hits` are its grams' rows, if known."""
        hits = hits or self._postings.look_up(text.asked)
        mine = rarity(text.imprint, text.sampled, hits.common)
        found: list[Pair] = []
        surely: set[int | None] = set()
        for article in self._worth_comparing(text, hits):
            # a text that one article of a story contains whole need not be compared with the other articles
            if hits.stories[article] in surely:
                continue
            pair = self._pair(text, mine, article, hits)
            if pair is not None:
                found.append(pair)
                surely |= {pair.story} if pair.newcomer_stands_whole and pair.story is not None else set()
        return found

    def replace(self, article_id: int, before: str) -> None:
        """Place an article again after its row changed; `before` is its earlier text. An error leaves it no story."""
        if self._guarded(article_id, lambda: self._replace(article_id, before)):
            return
        if not self._guarded(article_id, lambda: self._withdraw(Text(article_id, None, before))):
            self._tear_out(article_id)

    def _replace(self, article_id: int, before: str) -> None:
        text = self._text(article_id)
        story = self._members.story_of(article_id)
        if fold(text.text) != fold(before):
            self._withdraw(Text(article_id, None, before))
            self._place(text)
        elif story is not None:
            self._members.reread(article_id)
            self._members.settle(story, afresh=True)
        elif not self._members.is_placed(article_id):  # an error kept it out before
            self._place(text)

    def _guarded(self, article_id: int, act: Callable[[], None]) -> bool:
        """Whether `act` went well; an error of ours is logged, and the rows are as they were before."""
        is_well = True
        self._conn.execute("SAVEPOINT grouping")
        try:
            act()
        except Exception as error:
            if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
                raise  # the disk or the database, no fault of the article's
            log.exception("article %s: its story could not be found; it stays without one", article_id)
            self._conn.execute("ROLLBACK TO grouping")
            is_well = False
        self._conn.execute("RELEASE grouping")
        self._postings.write(undone=not is_well)
        return is_well

    def _tear_out(self, article_id: int) -> None:
        """Remove an article's rows; its story is counted, and not judged again."""
        story = self._members.story_of(article_id)
        self._conn.execute("DELETE FROM postings WHERE article_id = ?", [article_id])
        self._ties.forget(article_id)
        self._members.remove(article_id)
        if story is not None and not self._members.count(story):
            self._members.end(story, article_id)

    # -- finding ------------------------------------------------------------------------------------------------

    def _text(self, article: int) -> Text:
        title, text, published_at = self._conn.execute(
            "SELECT title, text, published_at FROM articles WHERE id = ?", [article]
        ).fetchone()
        return prepared(article, title, text, whole_day(published_at))

    def _worth_comparing(self, text: Text, hits: Hits) -> list[int]:
        """The candidates and the origins of their stories; an origin may have come after the indexed copies."""
        found = candidates(hits, text)
        for story, origin in self._members.origins(hits.stories_of(found)):
            if origin not in found:
                hits.stories[origin] = story
                found.append(origin)
        return found

    def _pair(self, text: Text, mine: Rarity, article: int, hits: Hits) -> Pair | None:
        known = self._text(article)
        rare = mine if known.folded == text.folded else self._rarity(known, text, hits)
        likeness = compare(text.imprint, known.imprint, mine, rare)
        if likeness.contained.letters < 0.1 and not likeness.verbatim:
            return None
        return Pair(
            known,
            hits.stories[article],
            likeness,
            is_same=same_text(text, known, likeness),
            same_headline=text.same_headline(known),
        )

    def _is_framed(self, text: Text, same: list[Pair]) -> bool:
        """Whether the text may share with its story only the frame that its site prints around every item."""
        return bool(same) and all(
            pair.are_two_items
            and not pair.same_headline
            and not text.tells(pair.known)
            and self._are_of_one_site(text.article, pair.known.article)
            for pair in same
        )

    def _are_of_one_site(self, one: int, other: int) -> bool:
        rows = self._conn.execute("SELECT DISTINCT site FROM articles WHERE id IN (?, ?)", [one, other])
        return len(rows.fetchall()) == 1

    # -- round-ups ----------------------------------------------------------------------------------------------

    def _revealed(self, text: Text, pairs: list[Pair]) -> list[Text]:
        """The known articles that the newcomer, as one of their items, shows to be round-ups."""
        same = [pair for pair in pairs if pair.is_same]
        holding = [pair for pair in pairs if pair.known_holds and pair.story is not None]
        return [pair.known for pair in holding if self._reveals_roundup(text, pair, same)]

    def _reveals_roundup(self, text: Text, pair: Pair, same: list[Pair]) -> bool:
        """Whether the newcomer, as one item of the known article, shows that article to be a round-up."""
        share, known = pair.likeness.contained, pair.known
        if is_item(text, known, share):
            return True
        whole = is_whole(share, known)
        related = {other.known.article for other in same}
        for other, begins in self._ties.parts_outside(known.article, share.start + GRAM, share.end - GRAM):
            if other in related:
                continue
            if whole and opens_an_article(known, begins) and self._ties.only(other, known.article):
                return True
            if text.is_foreign_to(self._text(other)):
                return True
        return False

    def _place_roundup(self, text: Text, pairs: list[Pair]) -> None:
        self._members.put(text.article, None, len(text.folded))
        for pair in pairs:
            if pair.story is not None and pair.holds_known:
                self._members.link(pair.story, text.article, "roundup", pair.likeness.contained.letters)

    def _take_out_roundup(self, roundup: Text) -> None:
        """Remove a round-up and its copies from the story that they were in, and link them to each embedded story."""
        story = self._members.story_of(roundup.article)
        parts = self._ties.parts(roundup.article)
        self._ties.forget(roundup.article)
        self._members.remove(roundup.article)
        self._members.put(roundup.article, None, len(roundup.folded))
        copies = [part for part in parts if self._is_copy_of_roundup(part, roundup)]
        for copy in copies:
            self._take_out_roundup(self._text(copy))
        if story is not None and self._members.exists(story):
            self._regroup(story, roundup.article)
        self._post_again(parts)
        homes = {home for part in parts if (home := self._members.story_of(part)) is not None}
        for home, article in product(sorted(homes), (roundup.article, *copies)):
            self._members.link(home, article, "roundup", 1.0)

    def _is_copy_of_roundup(self, article: int, roundup: Text) -> bool:
        """Whether an article tied to a round-up is in a story and too long to be an item of the round-up."""
        return self._members.story_of(article) is not None and len(
            self._text(article).folded
        ) > MUCH_SMALLER * len(roundup.folded)

    def _link_roundups(self, story: int, pairs: list[Pair]) -> None:
        for pair in pairs:
            if pair.story is None and pair.known_holds:
                self._members.link(story, pair.known.article, "roundup", pair.likeness.contained.letters)

    # -- follow-ups ---------------------------------------------------------------------------------------------

    def _link_followups(self, text: Text, story: int, pairs: list[Pair]) -> None:
        """Keep the most similar pairs that share only a passage, and link the later article to the other's story."""
        for pair in [pair for pair in pairs if not pair.is_same][:MOST_PASSAGES]:
            self._ties.add(text, pair)
            home = self._members.story_of(pair.known.article)
            if home is None or home == story:
                continue
            if text.is_earlier(pair.known):
                follower, share, leader = pair.known.article, pair.likeness.other, story
            else:
                follower, share, leader = text.article, pair.likeness.one, home
            if is_passage(share):
                self._members.link(leader, follower, "followup", share.letters)

    # -- joining and parting ------------------------------------------------------------------------------------

    def _join(self, text: Text, same: list[Pair]) -> int:
        """The newcomer's story: a new one, or the oldest story it belongs to; the others are merged into that one."""
        joining = self._lasting([pair for pair in same if pair.story is not None])
        stories = sorted({pair.story for pair in joining if pair.story is not None})
        story = stories[0] if stories else self._members.new_story()
        for other in stories[1:]:
            self._members.merge(other, story, text.article)
        self._members.put(text.article, story, len(text.folded))
        best_of_each = {pair.story: pair for pair in reversed(joining)}
        others = [pair for pair in joining if pair is not best_of_each[pair.story]]
        for pair in [*best_of_each.values(), *others[: max(0, MOST_TIES - len(best_of_each))]]:
            self._ties.add(text, pair)
        return story

    def _lasting(self, joining: list[Pair]) -> list[Pair]:
        """The pairs that count. A part that surely belongs to one text has no doubtful pair with another text."""
        as_part = [pair for pair in joining if pair.newcomer_is_contained]
        best = max(as_part, key=lambda pair: pair.strength, default=None)
        kept = [
            pair
            for pair in as_part
            if best is not None
            and (
                pair.story == best.story
                or pair.same_headline
                or pair.strength >= _rival(best.strength, piece=pair.newcomer_is_part)
            )
        ]
        home = {pair.story for pair in kept}
        as_whole = [pair for pair in joining if not pair.newcomer_is_contained]
        kept += [pair for pair in as_whole if pair.story in home or self._yields(pair)]
        for pair in kept:
            pair.story = self._members.story_of(pair.known.article)
        return [pair for pair in joining if pair in kept]

    def _yields(self, pair: Pair) -> bool:
        """Whether a known article is tied to a newcomer that contains it; its doubtful ties are loosened."""
        wholes = self._ties.wholes(pair.known.article)
        if not wholes:
            return True
        best = wholes[0][0]
        size = len(pair.known.folded)
        longer = any(size <= MUCH_SMALLER * length for share, length in wholes if share == best)
        if not pair.same_headline and pair.strength < _rival(best, piece=pair.known_is_part and longer):
            return False
        if best < SURE <= pair.strength and pair.story is not None:
            self._ties.loosen(pair.known.article)
            self._regroup(pair.story, pair.known.article)
        return True

    def _regroup(self, story: int, article: int) -> None:
        """Split a story into its connected groups, after `article` left or lost a tie."""
        groups = self._ties.groups(self._members.articles(story))
        if not groups:
            self._members.end(story, article)
            return
        for group in groups[1:]:
            self._members.settle(self._members.part(story, group, article))
        self._members.settle(story)

    def _prove_again(self, exposed: list[int], *, every: bool) -> None:
        """Compare again the doubtful pairs of articles with grams that have just become common."""
        for article in exposed:
            for part, whole, was_same in self._ties.doubtful(article, every=every):
                self._prove(part, whole, article, was_same=was_same)

    def _prove(self, part: int, whole: int, article: int, *, was_same: bool) -> None:
        home, away = self._members.story_of(part), self._members.story_of(whole)
        if home is None or away is None:
            return
        one, other = self._text(part), self._text(whole)
        likeness = compare(one.imprint, other.imprint, self._rarity(one), self._rarity(other))
        same = same_text(one, other, likeness)
        self._ties.prove(part, whole, same=same, strength=strength(likeness), found=likeness.contained.found)
        if was_same and not same:
            self._regroup(home, article)
        elif same and home != away:
            self._members.merge(max(home, away), min(home, away), article)
            self._members.settle(min(home, away))
        elif not same:
            for follower, repeated, leader in ((part, likeness.one, away), (whole, likeness.other, home)):
                if not is_passage(repeated):
                    self._members.unlink_followup(leader, follower)

    def _rarity(self, text: Text, asked: Text | None = None, hits: Hits | None = None) -> Rarity:
        """The rarity of a text's grams. `hits` has the grams of `asked`, so only other grams are looked up."""
        if asked is None or hits is None:
            return rarity(text.imprint, text.sampled, self._postings.common(text.sampled))
        unasked = self._postings.common(text.sampled.keys() - asked.sampled.keys())
        return rarity(text.imprint, text.sampled, unasked | (hits.common & text.sampled.keys()))

    def _withdraw(self, text: Text) -> None:
        """Remove an article from postings, pairs and stories, and regroup its story."""
        story = self._members.story_of(text.article)
        neighbours = self._ties.neighbours(text.article)
        self._postings.withdraw(text.article, text.kept)
        self._ties.forget(text.article)
        self._members.remove(text.article)
        self._tie_up(neighbours)
        if story is not None:
            self._regroup(story, text.article)
        self._post_again(neighbours)

    def _tie_up(self, articles: list[int]) -> None:
        """Tie the groups that only a removed article connected to the fullest text among them."""
        groups = [
            [self._text(article) for article in sorted(group)] for group in self._ties.groups(set(articles))
        ]
        fullest = sorted((max(group, key=_size) for group in groups), key=_size, reverse=True)
        for text in fullest[1:MOST_TIED_UP]:
            hub = fullest[0]
            likeness = compare(text.imprint, hub.imprint, self._rarity(text), self._rarity(hub))
            if same_text(text, hub, likeness):
                headline = text.same_headline(hub)
                self._ties.add(text, Pair(hub, None, likeness, is_same=True, same_headline=headline))

    def _post_again(self, articles: list[int]) -> None:
        """Post the grams of a removed article's neighbours, which the removed article had posted for their story."""
        for article in articles[:MOST_POSTING]:
            self._postings.post(article, self._members.story_of(article), self._text(article).kept)
            self._postings.write()  # the next one may have the same grams


def _rival(best: int, *, piece: bool) -> int:
    """The least share of a text, in per cent, that a second text must contain to be a candidate beside the first.

    `best` is the share that the first text contains. `piece` says that the text is shorter than both. Both may then
    quote it, so that it belongs to the text that contains more: a second text must come close to the first.
    """
    if best < SURE:
        return 0
    return max(SURE, best - NEARLY) if piece else SURE


def _size(text: Text) -> int:
    return len(text.folded)
