"""Articles that a site spreads over several pages become one article with one capture a page."""

import re
from dataclasses import replace

from archive.place import Place
from archive.view.store import Store
from extract.article import Article, Note
from extract.pages import joined


def with_all_pages(store: Store, place: Place, capture_id: int, article: Article) -> tuple[Article, bool]:
    """The article with the text of all its pages in the archive, and whether this page is new.

    `article` is the reading of one page. For a further page, the returned article has the address and fields of the
    first page. An article of one page is returned unchanged.
    """
    is_further = place.role == "continuation" and place.first_url is not None
    first_url = store.known_as(place.first_url) if is_further and place.first_url else article.url
    parts = store.parts(first_url)
    if not parts and not is_further:
        return article, False
    number = _number(article.url) if is_further else 0
    held = store.stored_article(first_url)
    first = held if is_further else article
    if first is not None and not parts:  # the first page came when nobody knew of a second
        store.keep_part(first_url, 0, store.capture_of_article(first_url) or capture_id, first.text)
    store.keep_part(first_url, number, capture_id, article.text)
    texts = store.parts(first_url)
    said = f"{len(texts)} pages joined" if 0 in texts else "the first page is missing"
    notes = (*(note for note in (first or article).notes if note.kind != "pages"), Note("pages", said))
    whole = joined(first or article, article if is_further else held, (texts[n] for n in sorted(texts)))
    return replace(whole, url=first_url, notes=notes), number not in parts


def _number(url: str) -> int:
    """The page number at the end of an address (…-2.html, …_1.htm); a family's numbers start at 1 or 2."""
    stem = url.rsplit("/", 1)[-1].split("?")[0].rsplit(".", 1)[0]
    digits = re.search(r"[-_](\d{1,3})$", stem)
    return int(digits[1]) if digits else 1
