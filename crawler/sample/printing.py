"""One article as one page prints it; the sample pages are rendered from it, so it is their expected reading."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import urlsplit

_FURTHER = {"news.youth.cn": ("_", 1), "www.jzrb.com": ("_", 2)}
"""The hosts' numbers of further pages: the mark before the number, and the second page's number; else `-` and 2."""


@dataclass(frozen=True, slots=True)
class PageEvent:
    """A change of a page on a day: replaced words (`swap`: old and new), or an absence, which `back` ends.

    `gone` is `gone` (404), `soft` (200 and a notice), `root` (redirected to the front page) or `blocked` (403).
    """

    on: date
    swap: tuple[tuple[str, str], ...] = ()
    gone: str | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class Printing:
    """An article page. Every field is in the page's own script and wording; it is None if the page prints none.

    `role` is `origin`, `copy`, `abridged`, `edited`, `roundup`, `followup` or `unrelated`; `traits` are free words
    (`doubled`, `unpadded-date`, `photo`, `notice`, `multi-page`, `retitled`, `unattributed`, `false-attribution`,
    `low-trust`, `big5`, `503-first`). `related` holds keys of stories the page embeds or follows up.
    `split` has the paragraphs with which further pages begin; `continuations` are the further pages' addresses.
    `linked_as` is the address that listings still give for a page that has moved.
    """

    url: str
    story: str
    role: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    precision: str
    script: str
    charset: str
    source: str | None = None
    byline: str | None = None
    editor: str | None = None
    kicker: str | None = None
    subtitle: str | None = None
    original_title: str | None = None
    paper_date: str | None = None
    paper_page: int | None = None
    page_name: str | None = None
    traits: frozenset[str] = frozenset()
    related: tuple[str, ...] = ()
    split: tuple[int, ...] = ()
    linked_as: str | None = None
    only_archived: bool = False
    changes: tuple[PageEvent, ...] = field(default=())
    gone: str | None = None
    """The kind of absence while the page is away."""

    @property
    def text(self) -> str:
        """The whole article, further pages included: paragraphs joined by a newline, runs of blanks as one blank."""
        return "\n".join(re.sub(" +", " ", paragraph) for paragraph in self.paragraphs)

    @property
    def host(self) -> str:
        """Host of the page's address."""
        return urlsplit(self.url).netloc

    @property
    def path(self) -> str:
        """Path of the page's address."""
        return urlsplit(self.url).path

    @property
    def place(self) -> str:
        """The address without its scheme."""
        return self.url.partition("://")[2]

    @property
    def published_at(self) -> str:
        """The time of publication in ISO 8601 with +08:00; midnight if the page prints only a day."""
        return self.published.isoformat() + "+08:00"

    @property
    def continuations(self) -> tuple[str, ...]:
        """Addresses of the further pages, in order."""
        stem, dot, ending = self.url.rpartition(".")
        mark, first = _FURTHER.get(self.host, ("-", 2))
        return tuple(f"{stem}{mark}{first + n}{dot}{ending}" for n in range(len(self.split)))

    def parts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each page's address and the paragraphs it prints."""
        edges = (0, *self.split, len(self.paragraphs))
        addresses = (self.url, *self.continuations)
        return tuple(
            (address, self.paragraphs[start:end])
            for address, start, end in zip(addresses, edges[:-1], edges[1:], strict=True)
        )

    def on(self, day: date) -> "Printing | None":
        """The page in its form on a day; None before it appears."""
        if day < self.published.date():
            return None
        page = self
        for change in self.changes:
            if change.on <= day:
                page = _changed(page, change)
        return page


def swapped(paragraphs: tuple[str, ...], swap: tuple[tuple[str, str], ...], url: str) -> tuple[str, ...]:
    """Paragraphs with words replaced. Raises ValueError if the words to replace are missing."""
    for old, new in swap:
        if not any(old in paragraph for paragraph in paragraphs):
            raise ValueError(f"{url}: {old!r} stands in no paragraph")
        paragraphs = tuple(paragraph.replace(old, new) for paragraph in paragraphs)
    return paragraphs


def _changed(page: Printing, change: PageEvent) -> Printing:
    gone = None if change.back else change.gone or page.gone
    return replace(page, paragraphs=swapped(page.paragraphs, change.swap, page.url), gone=gone)
