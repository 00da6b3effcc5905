"""Reading of a captured response: it is an article, a page kept in quarantine, or no page for an article at all."""

import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from archive.capture import Capture
from archive.door.apart import TooLong, current
from archive.door.moves import is_moved, kind
from archive.door.prints import Prints
from archive.errors import Stopped
from archive.kinds import Reason, Via
from archive.place import Place, SiteBook
from archive.record.enclosed import enclosed
from archive.record.http import Message, parse
from archive.urlkey import captured_address
from archive.view.store import mime
from extract.article import Article, Note
from extract.fields.paper import Issue, is_layout, issue_of
from extract.kind import NO_TEXT, says_gone, sends_to, words
from extract.page.address import parted
from extract.page.blocked import blocked, outage, walled
from extract.page.page import Page, decode
from extract.page.requisites import Needs, of_page, of_stylesheet
from extract.picture import Picture, measured, media_type
from extract.read import read
from extract.text.rows import is_made_of_rows

log = logging.getLogger(__name__)

PAGE_TYPES = {"text/html", "application/xhtml+xml"}
STYLES = {"text/css"}
READ = (200, 206)
RANGE = re.compile(r"bytes[ =](\d{1,15})-(\d{1,15})/(\d{1,15})", re.IGNORECASE)
LAST_TAG = re.compile(rb"</html\s*>(?:\s|<!--[^>]{0,500}-->)*\Z", re.IGNORECASE)
TOO_LONG: Final = "too-long"
"""Reason of pages that were given up: archive.door.apart."""
HTML_TYPES = PAGE_TYPES | {
    None, "text/plain", "application/octet-stream", "*/*", "application/vnd.wap.xhtml+xml"
}  # fmt: skip
"""Types under which sites serve pages; others are kept and not read. Absent and wrong labels are common."""


NOTHING = Needs()
FROM_ADDRESS = Note("date", "from the address only")
SMALL = 3000
"""The size in bytes up to which all words of a page are searched for server trouble."""
LINK = re.compile(rb"<a\s", re.IGNORECASE)
FRAME = 5
"""Links from which a page without a text has the frame that its site puts around articles."""
SENTENCE_ENDS = tuple("。！？；…”’」』）》.!?;)>")
LAST = 40
"""Characters at a page's end."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The place of a capture, and its article or the reason why no article was read.

    `reason` and `detail` become a row of quarantine. Article, reason and detail are None where no article is expected.
    `issue` is the list of a newspaper's layout page 版面.
    """

    place: Place
    article: Article | None = None
    reason: Reason | None = None
    detail: str = ""
    charset: str | None = None
    issue: Issue | None = None
    needs: Needs = NOTHING
    """The requisites that the page or style sheet names."""
    is_image: bool = False
    picture: Picture | None = None
    """The facts about an image."""
    stated: str | None = None
    """The address that the page gives itself (canonical link)."""
    is_absent: bool = False
    """Whether the article is absent: the page says so, or shows only the site's frame without a text."""
    sends_to: str | None = None
    """The address to which a page without a text redirects, by a meta tag or a script."""
    is_bare: bool = False
    """Whether the article is short, and the page names neither a day nor anybody."""
    is_open: bool = False
    """Whether the page of the article ends without its last tag."""
    is_look: bool = True
    """Whether the capture says where an article stands: not the empty page that a browser was yet to draw, nor the
    answer to another method than GET."""
    prints: Prints | None = None
    """The prints of the article, where a worker has made them."""

    def printed(self) -> "Reading":
        """The same reading, with the prints of its article."""
        return self if self.article is None else replace(self, prints=Prints.of(self.article))


def read_capture(
    capture: Capture, message: Message | None, sites: SiteBook, via: Via | None = None
) -> Reading:
    """Read one capture, live or stored; `via` replaces `live` for other tools' files and for pages drawn by a browser.

    A bug in the reading does not lose the capture: its reason is then `error`.
    """
    place = place_of(capture, sites)
    if via and place.via == "live":
        # what another tool kept as a page is one, whatever its address ends in
        is_page = place.role == "other" and mime(capture.header("content-type")) in PAGE_TYPES
        place = replace(place, via=via, role="unknown" if is_page else place.role)
    if capture.is_requisite:  # whatever came for a picture, it is no article
        place = replace(place, role="other")
    return guarded(capture.url, place, lambda: _read_apart(capture, message, place, sites))


def guarded(url: str, place: Place, read: Callable[[], Reading]) -> Reading:
    """The reading that `read` makes of a page; one with a reason where the page was given up, or met a bug."""
    try:
        return read()
    except TooLong as error:
        return Reading(place, reason=TOO_LONG, detail=str(error))
    except Stopped:
        raise
    except Exception as error:
        log.exception("%s: reading failed; the page is kept in quarantine", url)
        return Reading(place, reason="error", detail=f"{type(error).__name__}: {error}")


def place_of(capture: Capture, sites: SiteBook) -> Place:
    """The place of a capture; where a site redirects to its new host name, the capture belongs to the site."""
    on = capture.captured_at.date()
    place = sites.place(capture.url, on)
    if capture.began_at is None or place.role != "unknown" or place.wants_day or place.via != "live":
        return place
    own = sites.place(capture.began_at, on)
    if own.role == "unknown" and not own.wants_day:
        return place  # no file covers that either
    is_front = not parted(capture.url).path.strip("/") and not parted(capture.began_at).path.strip("/")
    if own.role in ("article", "unknown") and not (is_front or is_moved(capture.began_at, capture.url)):
        return place
    return replace(own, original_url=place.original_url)


def _read_apart(capture: Capture, message: Message | None, place: Place, sites: SiteBook) -> Reading:
    """Read a capture in the separate process, where there is one and the capture has markup."""
    apart = current()
    if (
        apart is None
        or not apart.is_begun
        or message is None
        or capture.status not in READ
        or place.role == "other"
    ):
        return read_placed(capture, message, place, sites)
    digest = capture.sha256 or hashlib.sha256(message.payload).hexdigest()
    book = sites if place.role == "enclosed" else None  # a hundred sites cost more to send than the page
    if book is None and not capture.truncated:
        message = replace(message, payload=b"")  # only the plain body is read
    reading: Reading = apart.done(digest, capture.url, read_placed, capture, message, place, book)
    return reading


def read_placed(capture: Capture, message: Message | None, place: Place, sites: SiteBook | None) -> Reading:
    """Read a capture whose place is known, in this process; `sites` are needed for enclosed pages alone."""
    if place.role == "enclosed" and sites is not None:
        return _read_enclosed(capture, message, place, sites)
    label = _charset_label(capture.header("content-type"))
    expected = place.role in ("article", "continuation")
    if capture.method != "GET":
        return Reading(place, charset=label, is_look=False)
    if message is None or capture.status not in READ:
        return Reading(place, charset=label, is_look=not capture.is_requisite)
    if capture.status == 206 and not _is_whole(capture):
        detail = f"a part of the page: Content-Range {capture.header('content-range')!r}"
        return Reading(place, reason="truncated" if expected else None, detail=detail, charset=label)
    type_ = mime(capture.header("content-type")) or ""
    if place.role == "other" and type_ in STYLES and not capture.truncated:
        text, _ = decode(message.body, capture.header("content-type") or "")
        return Reading(
            place, charset=label, needs=of_stylesheet(text, _own_address(capture, place)), is_look=False
        )
    not_html = f"Content-Type {capture.header('content-type')!r}"
    is_sought = type_.startswith("image/") or capture.is_requisite or place.role == "other"
    if is_sought and not capture.truncated and media_type(message.body, type_):
        return Reading(
            place,
            reason="not-html" if expected else None,
            detail=not_html,
            charset=label,
            is_image=True,
            picture=measured(message.body),
            is_look=expected,
        )
    if capture.is_requisite:
        return Reading(place, charset=label, is_look=False)
    if place.renders and place.via == "live":
        return Reading(place, charset=label, is_look=False)
    if not expected and place.role != "unknown":
        return Reading(place, charset=label, issue=_issue(capture, message, place))
    if mime(capture.header("content-type")) not in HTML_TYPES:
        return Reading(place, reason="not-html" if expected else None, detail=not_html, charset=label)
    if capture.truncated and not ends_as_markup(message.body):
        detail = f"the response broke off ({capture.truncated}) after {len(message.payload)} bytes"
        return Reading(place, reason="truncated", detail=detail, charset=label)
    return _read_page(capture, message, place, expected=expected)


def _is_whole(capture: Capture) -> bool:
    """Whether the range of a 206 is all of its page; servers answer so to whom asked for no range."""
    match = RANGE.fullmatch(capture.header("content-range") or "")
    return match is not None and match[1] == "0" and int(match[2]) + 1 == int(match[3])


def _read_enclosed(capture: Capture, message: Message | None, place: Place, sites: SiteBook) -> Reading:
    """Read the page inside a piece of a crawl's WARC file, with the address and time of its own fetch."""
    if message is None or capture.status not in (200, 206):
        return Reading(place)
    record = enclosed(message.payload)
    if record is None:
        return Reading(
            place, reason="enclosed", detail=f"no whole response record in {len(message.payload)} bytes"
        )
    own = sites.place(record.url, record.fetched_at.date())
    at = f"{record.fetched_at:%Y-%m-%dT%H:%M:%SZ}"
    own = replace(own, via=place.via, archived_at=at, archived_digest=record.digest)
    page = parse(record.block)
    inner = replace(capture, url=record.url, status=page.status, headers=page.headers)
    if page.status != 200 or own.role not in ("article", "continuation", "unknown"):
        issue = _issue(inner, page, own) if page.status == 200 else None
        return Reading(own, charset=_charset_label(inner.header("content-type")), issue=issue)
    return _read_page(inner, page, own, expected=own.role != "unknown")


def _read_page(capture: Capture, message: Message, place: Place, *, expected: bool) -> Reading:
    seen_at = datetime.fromisoformat(place.archived_at) if place.archived_at else capture.captured_at
    page = Page(
        url=place.original_url if place.archived_at else capture.url,
        body=message.body,
        content_type=capture.header("content-type"),
        fetched_at=seen_at,
    )
    article = read(page, place.hints)
    broken = tuple(Note(f"http-{note.kind}", note.detail) for note in message.notes)
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


def _own_address(capture: Capture, place: Place) -> str:
    return captured_address(capture.url, place.original_url, place.archived_at)


def ends_as_markup(body: bytes) -> bool:
    """Whether a page is complete to its last tag, however many bytes its server had announced."""
    return LAST_TAG.search(body[-2000:]) is not None


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


def _issue(capture: Capture, message: Message, place: Place) -> Issue | None:
    """The issue that a complete layout page 版面 lists; None for any other list."""
    if place.role != "listing" or capture.truncated or not is_layout(place.original_url):
        return None
    return issue_of(Page(place.original_url, message.body, capture.header("content-type")))


def _charset_label(content_type: str | None) -> str | None:
    """The charset parameter of a Content-Type value, lower case."""
    if not content_type:
        return None
    _, found, value = content_type.lower().partition("charset=")
    return value.split(";")[0].strip(" \"'") or None if found else None
