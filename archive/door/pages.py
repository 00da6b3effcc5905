"""The reading of a page: an article, a page kept in quarantine, or no page for an article at all.

It loads what reading needs, half a second's work: where another process reads, the first one does without.
"""

import re
from dataclasses import replace
from datetime import datetime

from archive.capture import Capture
from archive.door.moves import kind
from archive.door.reading import Reading, ends_as_markup
from archive.kinds import Reason
from archive.place import Place
from archive.record.http import Message
from archive.view.names import in_both
from extract.article import Article, Note
from extract.kind import NO_TEXT, says_gone, sends_to, words
from extract.page.blocked import blocked, outage, walled
from extract.page.page import Page
from extract.page.requisites import of_page
from extract.read import read
from extract.text.rows import is_made_of_rows

FROM_ADDRESS = Note("date", "from the address only")
SMALL = 3000
"""The size in bytes up to which all words of a page are searched for server trouble."""
LINK = re.compile(rb"<a\s", re.IGNORECASE)
FRAME = 5
"""Links from which a page without a text has the frame that its site puts around articles."""
SENTENCE_ENDS = tuple("。！？；…”’」』）》.!?;)>")
LAST = 40
"""Characters at a page's end."""


def load_dictionaries() -> None:
    """Load OpenCC's dictionaries, which the names of sources need, once for all copies of this process."""
    in_both("报")


def read_page(capture: Capture, message: Message, place: Place, *, expected: bool) -> Reading:
    seen_at = datetime.fromisoformat(place.archived_at) if place.archived_at else capture.captured_at
    page = Page(
        url=place.original_url if place.archived_at else capture.url,
        body=message.body,
        content_type=capture.header("content-type"),
        fetched_at=seen_at,
        hinted_charset=place.hints.charset if place.hints else None,
    )
    article = read(page, place.hints)
    if message.notes:
        broken = [Note(f"http-{note.kind}", note.detail) for note in message.notes]
        article = replace(article, notes=(*article.notes, *broken))
    is_one = article.kind == "article"
    if is_one and ends_in_its_midst(page, article):
        detail = f"the page ends in the midst of its text, after {len(page.body)} bytes"
        return Reading(place, reason="truncated", detail=detail, charset=article.charset)
    refusal, trouble = _said_instead(page, article)
    if is_one and not (refusal or trouble) and not (place.wants_day and _is_no_news(page, article)):
        needs = of_page(page, article.text)
        if needs.left_out:
            remark = Note("requisites", f"{needs.left_out} more than {len(needs.requisites)} are left out")
            article = replace(article, notes=(*article.notes, remark))
        return Reading(
            place,
            article,
            charset=article.charset,
            needs=needs,
            stated=page.canonical_url,
            is_bare=is_bare(article),
            is_open=not ends_as_markup(page.body),
        )
    shows = _shown(page, article)
    to = sends_to(page, shows)
    if to and kind(page.url, to) in ("moved", "twin"):
        return Reading(place, charset=article.charset, sends_to=to)
    if expected and (refusal or trouble):
        reason: Reason = "blocked" if refusal else "outage"
        return Reading(place, reason=reason, detail=refusal or trouble or "", charset=article.charset)
    if article.kind == "article" or (not expected and article.kind != "stub"):
        return Reading(place, charset=article.charset)  # a listing, an image: nobody expected an article
    detail = "; ".join(f"{note.kind}: {note.detail}" for note in article.notes)
    return Reading(
        place,
        reason=article.kind,
        detail=detail or (article.title or ""),
        charset=article.charset,
        is_absent=bool(to)
        or says_gone(shows)
        or article.kind == "listing"
        or len(LINK.findall(page.body)) >= FRAME,
        sends_to=to,
    )


def _said_instead(page: Page, article: Article) -> tuple[str | None, str | None]:
    """The words of refusal or server trouble on a page that is no article, or hardly one."""
    is_one = article.kind == "article"
    if is_one and not is_bare(article):
        return None, None
    shows = _shown(page, article)
    refusal = blocked(200, page.body) or (None if is_one else walled(page.body, shows))
    if refusal or says_gone(shows):
        return refusal, None
    return None, outage(words(page) if len(page.body) < SMALL else f"{article.title or ''} {article.text}")


def _shown(page: Page, article: Article) -> str:
    """The words that show that a page is no article; for a small page without a text, all its words."""
    shows = next((note.detail for note in article.notes if note.kind == "stub"), "")
    return words(page) if shows == NO_TEXT and len(page.body) < SMALL else shows


def is_bare(article: Article) -> bool:
    """Whether a text is short and its page names neither a day nor a person; it may be only a notice."""
    is_dated = article.published_at and not any(note == FROM_ADDRESS for note in article.notes)
    return len(article.text) < 300 and not (is_dated or article.source or article.byline or article.editor)


def ends_in_its_midst(page: Page, article: Article) -> bool:
    """Whether the page ends within a sentence of the text, even if its server says that the page is complete."""
    last = page.text[-LAST:].rstrip("\ufffd").rstrip()
    return (
        not ends_as_markup(page.body)
        and len(article.text) > LAST
        and last[-1:] not in SENTENCE_ENDS
        and article.text.rstrip("\ufffd").endswith(last[-8:])
    )


CHINESE = re.compile("[\u3400-\u9fff]")
ENDS = re.compile("[。！？；…”]")
SENTENCE = 30  # Chinese characters; the shortest notice met has 41
UNSIGNED = 150  # characters from which a text with a bare day may be news
FOLDER = re.compile(r"(?:/|/(?:index|default)\.\w+)$", re.IGNORECASE)


def _is_no_news(page: Page, article: Article) -> bool:
    """Whether a page that no pattern names is no news: it has no day, no sentence, or only the rows of a list.

    A day alone, without a time or a name, is no proof. Guides and services at the address of a folder have one, and so
    have short biographies of officials.
    """
    text = article.text
    if article.published_at is None or len(CHINESE.findall(text)) < SENTENCE or not ENDS.search(text):
        return True
    is_signed = article.source or article.byline or article.editor or article.published_precision != "day"
    if not is_signed and (len(text) < UNSIGNED or FOLDER.search(page.url)):
        return True
    return is_made_of_rows(page, text)
