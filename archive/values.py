"""What an archive holds, as values for Python; times are the text that is stored."""

from dataclasses import dataclass

from archive.kinds import Claim
from extract.article import Precision, Script


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it was read last; `story_id` and `relation` are of the story that it is a text of, if any."""

    id: int
    url: str
    site: str
    site_name: str | None
    region: str | None
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
    relation: str | None
    capture_id: int


@dataclass(frozen=True, slots=True)
class Story:
    """One text and all that carry it; `origin_id` is the article that it comes from, None where it is not held."""

    id: int
    title: str | None
    origin_id: int | None
    origin_source: str | None
    first_published_at: str | None
    copies: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A member of a story; `kept` is the share of the origin's text that it keeps, `added` what it has beside that.

    `claim` is what its source line says beside the finding: own, credited, none, other.
    """

    story_id: int
    article_id: int
    relation: str
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
    """A change of an article after its publication, from the capture before to the one after."""

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
    """One look at an address; `status` is None where no answer came."""

    id: int
    url: str
    site: str
    captured_at: str
    archived_at: str | None
    status: int | None
    mime: str | None
    via: str
    payload_digest: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a server answered, from the WARC record, digests checked; `body` without transfer and content codings."""

    capture: Capture
    headers: tuple[tuple[str, str], ...]
    body: bytes
    text: str | None
    """The body in the encoding that it was read in; None for what is no text."""
