"""The rows of one capture: capture, article or quarantine, story, search words, and the line of the ledger."""

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from rapidfuzz.fuzz import partial_ratio

from archive.capture import Capture
from archive.door import moves
from archive.door.continuation import with_all_pages
from archive.door.looks import is_unchanged, keep_image, keep_needs
from archive.door.reading import Prints, Reading
from archive.grouping.stories import Stories
from archive.kinds import Reason, State
from archive.search import index as search
from archive.view import ledger
from archive.view.names import remember
from archive.view.paper_issues import keep_issue
from archive.view.store import Kept, Store, utc
from extract.article import Article
from extract.page.blocked import STATUSES

GONE = {404, 410}
LOOSE = 3
"""Characters at the end of a page that breaks off; bytes of them may be missing."""
UNLIKE = 40
"""Likeness of two texts, out of 100. Texts of the same length about different things reach 25 to 35."""
REVISED = 75
"""Likeness from which a text may be the held one, revised. Two reports of one template reach 62."""
SHORT, PASSAGES, PASSAGE = 1000, 10, 200
"""Characters of a text that is compared whole; of a longer one so many passages of so many characters are."""
ANSWERS = {200, 206, 301, 304, 308}
"""Status codes of a site that still exists, perhaps under another name."""
LONGEST_CHAIN = timedelta(hours=6)
"""The time that a chain of redirects may take, pauses between its requests included."""
BLOCKED = STATUSES.keys() | {429, 503}

PRINTED = ("title", "text", "published_at")
"""The fields from which prints are made."""


def keep(
    store: Store, words: search.IndexChanges, capture: Capture, reading: Reading, received_bytes: int
) -> None:
    """Write all rows that follow from one capture, except those of the index; call inside Store.commit."""
    capture_id = store.add_capture(capture, reading.place, reading.charset)
    if moves.is_at_gate(capture) and reading.place.role not in ("article", "continuation"):
        reading = replace(reading, article=None, reason=None)  # the redirect to it has the line in the ledger
    held = _held(store, capture, reading.article) if reading.article is not None else None
    if held is not None:
        reading = _without_what_is_no_version(store, reading, held.kept)
    if reading.reason is not None:
        store.quarantine(capture_id, capture.url, reading.reason, reading.detail)
    if reading.issue is not None:
        keep_issue(store.conn, capture_id, reading.place.original_url, reading.issue)
    if reading.is_image and capture.sha256:
        keep_image(store.conn, capture.sha256, reading.picture)
    if reading.article is not None and held is not None:
        state: State | None = _keep_article(store, words, capture, capture_id, reading, held)
    else:
        state = _keep_absence(store, capture, capture_id, reading)
    if reading.needs.requisites and not is_unchanged(store.conn, capture):
        keep_needs(store.conn, capture_id, reading.needs)
    if capture.run_id is not None:
        _count(store, capture, reading, state, received_bytes)


class _Held(NamedTuple):
    """A page's article, the address under which the archive keeps it, and the article that it holds there."""

    read: Article
    url: str
    kept: Kept | None


def _held(store: Store, capture: Capture, article: Article) -> _Held:
    known = moves.known_as(store, capture, article.url)
    return _Held(article, known, store.article_at(known))


def _without_what_is_no_version(store: Store, reading: Reading, kept: Kept | None) -> Reading:
    """A reading without its article, where the page is no real new version of the article that the archive holds.

    Some servers send an error page with status 200, or break off in the middle of a page.
    """
    article = reading.article
    if article is None or kept is None or reading.place.role == "continuation":
        return reading
    found = _no_version(store, reading, article, kept)
    if found is None:
        return reading
    reason, detail = found
    return replace(reading, article=None, reason=reason, detail=detail, is_absent=reason == "stub")


def _no_version(store: Store, reading: Reading, article: Article, kept: Kept) -> tuple[Reason, str] | None:
    """The reason why an article is no version of the one that is held at its address; None where it is one."""
    is_cut = len(article.text) < len(kept.text) and kept.text.startswith(article.text[:-LOOSE])
    if reading.is_open and is_cut:
        reason = f"the page ends after {len(article.text)} of {len(kept.text)} characters held"
        return "truncated", reason
    if article.title == kept.title:
        return None
    likeness = _likeness(article.text, kept.text)
    if reading.is_bare and likeness < UNLIKE:
        return "outage", f"neither title nor text is like that held: {article.title}"
    if likeness < REVISED and (other := store.stands_at(article, kept)):
        return "stub", f"the page shows another article of its site, {other}"
    return None


def _likeness(one: str, other: str) -> float:
    """How much of the shorter of two texts stands in the longer, out of 100; of a long text ten passages count.

    partial_ratio takes minutes for two texts of 8,000 characters that have little in common.
    """
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) <= SHORT:
        return partial_ratio(shorter, longer)
    starts = [(len(shorter) - PASSAGE) * n // (PASSAGES - 1) for n in range(PASSAGES)]
    return sum(partial_ratio(shorter[at : at + PASSAGE], longer) for at in starts) / PASSAGES


def _count(
    store: Store, capture: Capture, reading: Reading, state: State | None, received_bytes: int
) -> None:
    """Add a capture to the counters of its run; `state` is the ledger's word where the archive knows the article."""
    run_id, site = capture.run_id or "", reading.place.site
    if capture.is_requisite:  # what a page's look lacks is no trouble of a site
        store.count_run(run_id, {"captures": 1, "bytes": received_bytes})
        return
    counts = {
        "captures": 1,
        "bytes": received_bytes,
        "failures": int(capture.status is None),
        "articles_new": int(state == "new"),
        "articles_changed": int(state == "changed"),
    }
    store.count_run(run_id, counts)
    is_manners = capture.url.endswith("/robots.txt")
    is_refused = moves.refuses_condition(capture)  # the answer without a condition counts
    kind = None if is_refused else _error(capture)
    if kind is not None and not (is_manners and capture.status in GONE):
        ledger.count_error(store.conn, run_id, site, kind)
    # a list of a site without a file is quarantined, as it may be anything, and yet nothing is wrong with it
    is_looked_at = reading.place.role == "unknown" and reading.reason in ("stub", "listing")
    counts |= {
        "failures": int(
            capture.status is None or (capture.truncated is not None and reading.article is None)
        ),
        "blocked": int(
            (capture.status in BLOCKED or "blocked" in (reading.reason, state))
            and not (is_manners or is_refused)
        ),
        "errors": int(
            reading.reason == "outage"
            or (_shows_nothing(capture, reading, state) and not (is_manners or is_refused))
        ),
        "answered": int(capture.status in ANSWERS and not is_manners),
        "unchanged": int(capture.status == 304 and capture.is_conditional is not False),
        "quarantined": int(reading.reason is not None and not is_looked_at),
        "articles_lost": int(state in ledger.LOST),
        "looks": int(state not in (None, "new", "grown")),
    }
    article = reading.article
    if article is not None and reading.place.role != "continuation":
        counts |= {
            "pages_read": 1,
            "with_title": int(bool(article.title)),
            "with_date": int(article.published_at is not None),
            "with_source": int(article.source is not None),
            "characters": len(article.text),
        }
    if moves.is_waypoint(capture, reading.place):
        return
    store.count_site(run_id, site, capture.captured_at, counts)


def _shows_nothing(capture: Capture, reading: Reading, state: State | None) -> bool:
    """Whether an answer is an error, or neither shows a page nor says where one is: 204, a redirect to nowhere."""
    status = capture.status or 0
    if status >= 400:
        return status not in BLOCKED
    if status == 304:
        return capture.is_conditional is False
    if status >= 300:
        return state == "failed" or moves.target(capture) is None
    return status > 200 and reading.article is None and reading.reason is None


def _error(capture: Capture) -> str | None:
    """One word for the error of a fetch; None where there was no error."""
    if capture.status is None:
        return capture.failure or "unspecified"
    if capture.truncated:
        return f"truncated-{capture.truncated}"
    return str(capture.status) if capture.status >= 400 else None


def _keep_article(
    store: Store,
    words: search.IndexChanges,
    capture: Capture,
    capture_id: int,
    reading: Reading,
    held: _Held,
) -> State:
    """Insert the article, or compare it with the archive's article of the same address; the state for the ledger."""
    kept = held.kept
    if reading.prints is not None:
        remember(reading.prints.names)
    own = held.read.url
    article = _at(held.read, held.url)
    if kept is None and reading.place.role != "continuation":
        other = store.at_other_position(article, reading.place.site) or store.at_twin_address(
            article, reading.place.site, reading.stated
        )
        article = _at(article, other or held.url)
    article, grew = with_all_pages(store, reading.place, capture_id, article)
    if article.url != held.url:
        kept = store.article_at(article.url)
    site = (
        kept.site if kept and article.url.partition(":")[2] != own.partition(":")[2] else reading.place.site
    )
    seen_at = reading.place.archived_at or utc(capture.captured_at)
    if kept is None:
        article_id = store.add_article(capture_id, site, article)
        prints = _prints(reading, article)
        words.index(article_id, prints.row)
        Stories(store.conn).place(article_id, prints.text)
        _sight(store, reading, article_id, (capture_id, seen_at, "new"), article.published_at)
        return "new"
    _take_back(store, capture, kept.id)
    state: State
    if store.same_reading(kept, article, seen_at):
        state = "same"
    elif grew:
        store.grow_article(kept, article)
        _follow(store, words, kept, article, reading)
        return "grown"
    elif seen_at < kept.seen_at:
        store.add_older_version(kept, capture_id, article)
        state = "changed"
    else:
        store.change_article(kept, capture_id, site, article)
        _follow(store, words, kept, article, reading)
        state = "changed"
    if moves.is_found_elsewhere(store, capture, kept.id, article.url):
        _sight(store, reading, kept.id, (capture_id, seen_at, "moved"))
    return _sight(store, reading, kept.id, (capture_id, seen_at, state))


def _at(article: Article, url: str) -> Article:
    return article if article.url == url else replace(article, url=url)


def _sight(
    store: Store,
    reading: Reading,
    article_id: int,
    seen: tuple[int, str, State],
    published_at: str | None = None,
) -> State:
    """Write a line of the ledger: capture, time, state; returns the state. `published_at` is given for new articles.

    A web archive's copy does not change the article's standing.
    """
    capture_id, seen_at, state = seen
    is_live = reading.place.archived_at is None
    if is_live:
        state = ledger.noted(store.conn, article_id, state)
        ledger.look(store.conn, article_id, seen_at, state, published_at)
    store.sight(article_id, capture_id, seen_at, state)
    return state


def _take_back(store: Store, capture: Capture, article_id: int) -> None:
    """Take back that an article was blocked, where the chain of redirects that was read as that has led to it."""
    if capture.led_from is not None and capture.run_id is not None:
        store.write_counts()  # one of them may be taken back
        since = utc(capture.captured_at - LONGEST_CHAIN)
        ledger.take_back_blocked(store.conn, article_id, capture.run_id, since)


def _prints(reading: Reading, article: Article) -> Prints:
    """The prints of an article: those that a worker made, unless the text of other pages was added."""
    read, made = reading.article, reading.prints
    if made is None or read is None or any(getattr(read, name) != getattr(article, name) for name in PRINTED):
        return Prints.of(article)
    return made


def _follow(store: Store, words: search.IndexChanges, kept: Kept, article: Article, reading: Reading) -> None:
    """Search and stories after an article's row changed."""
    words.unindex(kept.id, kept.title, kept.text)
    words.index(kept.id, _prints(reading, article).row)
    Stories(store.conn).replace(kept.id, kept.text)


def _keep_absence(store: Store, capture: Capture, capture_id: int, reading: Reading) -> State | None:
    """Write a line of the ledger where an article used to be; its state, None where there was no article."""
    if not reading.is_look or moves.refuses_condition(capture):
        return None
    url = reading.place.original_url if reading.place.archived_at else capture.url
    kept = store.article_at(moves.known_as(store, capture, url))
    if kept is None:
        return None
    state = _state(capture, reading)
    to = moves.target(capture) if state == "redirected" else reading.sends_to
    if to is not None and reading.place.archived_at is None:
        look_state = moves.state(store, reading.place.site, capture, capture_id, kept.id, to)
        if look_state is None:
            return None
        state = look_state if look_state != "redirected" else state
    if state == "same":
        original = store.capture_of_record(capture.revisit_of_id) if capture.revisit_of_id else None
        state = ledger.vouched(store.conn, kept.id, original)
    if state not in ("blocked", "failed"):
        _take_back(store, capture, kept.id)
    seen = (capture_id, utc(capture.captured_at), state)
    return _sight(store, reading, kept.id, seen)


def _state(capture: Capture, reading: Reading) -> State:
    if capture.status in GONE:  # said with the first line, whatever became of the rest
        return "gone"
    if capture.status is None or capture.truncated:
        return "failed"
    if capture.status == 304:  # to a request without a condition it says nothing
        return "failed" if capture.is_conditional is False else "same"
    if capture.status in BLOCKED or reading.reason == "blocked":
        return "blocked"
    if 300 <= capture.status < 400:
        return "redirected" if moves.target(capture) else "failed"
    if reading.reason in ("stub", "listing") and reading.is_absent:
        return "soft-gone"
    return "failed"
