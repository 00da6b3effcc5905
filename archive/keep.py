"""Rows of one capture: the capture, what its page says, its story, its words, and the line of the ledger."""

from archive import search
from archive.capture import Capture
from archive.continuation import joined
from archive.reading import Reading
from archive.store import Kept, Store, utc
from archive.stories import Stories
from extract.article import Article

GONE = {404, 410}
BLOCKED = {401, 403, 429, 451, 503}


def keep(store: Store, capture: Capture, reading: Reading, received_bytes: int) -> None:
    """Write every row that one capture leads to; call inside Store.commit."""
    capture_id = store.add_capture(capture, reading.place, reading.charset)
    counts = {"captures": 1, "bytes": received_bytes, "failures": int(capture.status is None)}
    if reading.reason is not None:
        store.quarantine(capture_id, capture.url, reading.reason, reading.detail)
    article = reading.article
    if article is not None:
        state = _keep_article(store, capture, capture_id, reading, article)
        counts |= {"articles_new": int(state == "new"), "articles_changed": int(state == "changed")}
    else:
        _keep_absence(store, capture, capture_id, reading)
    if capture.run_id is not None:
        store.count_run(capture.run_id, counts)


def _keep_article(store: Store, capture: Capture, capture_id: int, reading: Reading, article: Article) -> str:
    """Insert the article, or compare it with what the archive holds of its address; the ledger's word for it."""
    article, grew = joined(store, reading.place, capture_id, article)
    site = reading.place.site
    kept = store.article_at(article.url)
    seen_at = reading.place.archived_at or utc(capture.captured_at)
    if kept is None:
        article_id = store.add_article(capture_id, site, article)
        search.index(store.conn, article_id, article.title, article.text)
        Stories(store.conn).place(article_id)
        store.sight(article_id, capture_id, seen_at, "new")
        return "new"
    if store.same_reading(kept, article):
        state = "back" if store.last_state(kept.id) in ("gone", "soft-gone") else "same"
    elif grew:
        store.grow_article(kept, article)
        _follow(store, kept, article)
        return "grown"
    elif seen_at < kept.seen_at:
        store.add_older_version(kept, capture_id, article)
        state = "changed"
    else:
        store.change_article(kept, capture_id, site, article)
        _follow(store, kept, article)
        state = "changed"
    store.sight(kept.id, capture_id, seen_at, state)
    return state


def _follow(store: Store, kept: Kept, article: Article) -> None:
    """Search and stories after an article's row changed."""
    search.unindex(store.conn, kept.id, kept.title, kept.text)
    search.index(store.conn, kept.id, article.title, article.text)
    Stories(store.conn).replace(kept.id, kept.text)


def _keep_absence(store: Store, capture: Capture, capture_id: int, reading: Reading) -> None:
    """A line of the ledger where an article used to be."""
    url = reading.place.original_url if reading.place.archived_at else capture.url
    kept = store.article_at(url)
    if kept is None:
        return
    state = _state(capture, reading)
    store.sight(kept.id, capture_id, utc(capture.captured_at), state)


def _state(capture: Capture, reading: Reading) -> str:
    if capture.status is None or capture.truncated:
        return "failed"
    if capture.status == 304:
        return "same"
    if capture.status in GONE:
        return "gone"
    if capture.status in BLOCKED:
        return "blocked"
    if 300 <= capture.status < 400:
        return "redirected"
    if reading.reason in ("stub", "listing"):
        return "soft-gone"
    return "failed"
