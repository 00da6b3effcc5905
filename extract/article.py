"""The values that are read from a page: `Article`, `Hints`, `Note`."""

import re
from dataclasses import dataclass, field
from typing import Literal

PageKind = Literal["article", "listing", "stub", "unreadable"]
Precision = Literal["second", "minute", "day", "month"]
"""How much of a time a page prints."""
Script = Literal["hans", "hant"]
"""Simplified 简 or Traditional 繁, as ISO 15924 shortens them in lower case."""
_OWN = re.compile(
    "本站|本网|本網|原创|原創|互联网|網絡|网络|转载|轉載|佚名|不详|未知|admin|admins|综合|网友|无|暂无|其他|其它|本网站|来源|点击"
)


@dataclass(frozen=True, slots=True)
class Note:
    """One thing a reader of the archive should know about how a field was read or lost.

    `kind` is a short word (`date`, `body`, `doubled`, `charset`, `low-trust`, ...); `detail` quotes the page.
    """

    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hints:
    """Where a site's layout keeps each field: CSS selectors, tried in order; none matching is a Note, not an error.

    `family` names a file of extract/page/families; `remove` lists the parts to cut from the body; `charset` overrules
    a label known to lie; `site_names` are cut from titles and are never a headline.
    """

    family: str | None = None
    charset: str | None = None
    title: tuple[str, ...] = ()
    kicker: tuple[str, ...] = ()
    subtitle: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    paper: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    site_names: tuple[str, ...] = ()
    low_trust: str | None = None
    """Why this host is no evidence of publication (a spam converter, say); None for ordinary hosts."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as one page prints it; None where the page prints none.

    `text` holds paragraphs joined by a newline, in the publisher's own script. `published_at` is ISO 8601 with
    +08:00 unless the page says otherwise, as precise as `published_precision` (`second`, `minute`, `day`) says; where
    the page prints only a month, it is this month: 2023-04, precision `month`.
    `kind` is `article`, `listing` (an index of links), `stub` (deleted, redirecting or empty page) or
    `unreadable` (no HTML). `script` is `hans` or `hant`. `low_trust` is the reason or None. `claims` are all the media
    that the page names as where its text comes from; `source` is the first of them, `source_url` the address that it
    links: another page's, or a host's front page. `confidence` is how likely the text is the article's, whole and
    alone: 0 to 1, below .5 doubtful, and a note of kind `doubt` says why.
    """

    url: str
    title: str | None = None
    kicker: str | None = None
    subtitle: str | None = None
    text: str = ""
    source: str | None = None
    source_url: str | None = None
    byline: str | None = None
    editor: str | None = None
    published_at: str | None = None
    published_precision: Precision | None = None
    paper_date: str | None = None
    paper_page: int | None = None
    original_title: str | None = None
    script: Script | None = None
    charset: str | None = None
    kind: PageKind = "article"
    low_trust: str | None = None
    confidence: float = 0.0
    extractor: str = ""
    notes: tuple[Note, ...] = field(default=())
    claims: tuple[str, ...] = ()


def is_month(published_at: str) -> bool:
    """Whether a time of publication, as an article has it, is a month alone: 2023-04."""
    return len(published_at) == len("2023-04")


def is_own(source: str) -> bool:
    """Whether a template's word says that there is no other source (本站原创, own work; 网络, the net)."""
    return len(source) <= 8 and _OWN.search(source) is not None
