"""The reading of a captured response: what it is by its head, and what its page says, read here or apart."""

import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from archive.capture import Capture
from archive.door.apart import TooLong, current
from archive.door.moves import is_moved
from archive.errors import Stopped
from archive.grouping.texts import Text, whole_day
from archive.kinds import Reason, Via
from archive.place import Place, SiteBook
from archive.record.enclosed import enclosed
from archive.record.http import Message, parse
from archive.search.folding import laid_out
from archive.search.index import IndexRow
from archive.urlkey import captured_address
from archive.view.names import in_both, media_in
from archive.view.store import mime
from extract.article import Article
from extract.compare.conversion import without_readings
from extract.fields.paper import Issue, is_layout, issue_of
from extract.page.address import parted
from extract.page.page import Page, decode
from extract.page.requisites import Needs, of_stylesheet
from extract.picture import Picture, measured, media_type

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


@dataclass(frozen=True, slots=True)
class Prints:
    """One article's folded text with its grams, and its words.

    `text.kept` are the grams that stories index. `text.folded` is the text that is compared with other texts. `row`
    holds the words for the search index. `names` are the media of its source 来源, each in both scripts.
    """

    text: Text
    row: IndexRow
    names: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, article: Article) -> "Prints":
        """The prints of an article."""
        laid = laid_out(article.text)
        is_as_printed = without_readings(article.text) == article.text
        sentences = laid.sentences if laid is not None and is_as_printed else None
        text = Text(0, article.title, article.text, whole_day(article.published_at), sentences)
        text.sampled, text.kept  # noqa: B018 - worked out here, not where they are needed
        names = {name: in_both(name) for name in media_in(article.source or "")}
        return cls(text, IndexRow.of(article.title, article.text, laid), names)


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


def _read_page(capture: Capture, message: Message, place: Place, *, expected: bool) -> Reading:
    """Read a page. What that needs is loaded with the first page: a crawl's first process reads none."""
    from archive.door.pages import read_page

    return read_page(capture, message, place, expected=expected)


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


def _own_address(capture: Capture, place: Place) -> str:
    return captured_address(capture.url, place.original_url, place.archived_at)


def ends_as_markup(body: bytes) -> bool:
    """Whether a page is complete to its last tag, however many bytes its server had announced."""
    return LAST_TAG.search(body[-2000:]) is not None


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
