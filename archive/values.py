"""Articles, stories, changes and captures as Python values; times are text, as stored."""

from dataclasses import dataclass

from archive.kinds import Claim, Region, Relation, Via
from extract.article import Precision, Script


def number_typed(text: str) -> int | None:
    """The whole number that a person typed, in half- or full-width digits; None for another text."""
    return int(text[:18]) if text.isdecimal() else None


def as_precise(published_at: str, precision: str | None) -> str:
    """A time of publication without what the page does not print: a day alone is not midnight."""
    return published_at[:10] if precision in ("day", "month") else published_at


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it was read last; `story_id` and `relation` belong to the story whose text it carries, if any."""

    id: int
    url: str
    site: str
    site_name: str | None
    region: Region | None
    title: str | None
    text: str
    source: str | None
    byline: str | None
    published_at: str | None
    published_precision: Precision | None
    paper_date: str | None
    paper_page: int | None
    script: Script | None
    low_trust: str | None
    confidence: float | None
    story_id: int | None
    relation: Relation | None
    capture_id: int


@dataclass(frozen=True, slots=True)
class Story:
    """One text and all articles that carry it; `origin_id` is the origin 原稿, None if the archive lacks it."""

    id: int
    title: str | None
    origin_id: int | None
    origin_source: str | None
    first_published_at: str | None
    copies: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A member of a story. `kept`: its share of the origin's text; `added`: share of it that the origin lacks.

    `claim` compares its source line with the origin that was found: own, credited, none, other.
    """

    story_id: int
    article_id: int
    relation: Relation
    kept: float | None
    added: float | None
    claim: Claim | None
    url: str
    site: str
    title: str | None
    source: str | None
    published_at: str | None
    script: Script | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an article after its publication, with the captures before and after it."""

    article_id: int
    n: int
    changed_at: str
    url: str
    site: str
    title_before: str | None
    title_after: str | None
    text_before: str
    text_after: str
    capture_before: int
    capture_after: int


@dataclass(frozen=True, slots=True)
class Capture:
    """One look at an address; `status` is None if no answer came."""

    id: int
    url: str
    site: str
    captured_at: str
    archived_at: str | None
    status: int | None
    mime: str | None
    via: Via
    payload_digest: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a server answered, from the WARC record, digests checked; `body` is without transfer and content codings."""

    capture: Capture
    headers: tuple[tuple[str, str], ...]
    body: bytes
    text: str | None
    """The body as text, in the encoding of its reading; None if the body is no text."""
