"""The closed lists of words that a column or a field may hold."""

from typing import Literal, get_args

Via = Literal["live", "wayback", "commoncrawl", "import", "rendered"]
"""How a capture came: from the site itself, a web archive, another tool's file, or a browser."""
Role = Literal["article", "continuation", "listing", "enclosed", "other", "unknown"]
"""The role of an address in the site files: see `archive.place.Place`."""
Relation = Literal["origin", "copy", "abridged", "roundup", "followup"]
"""The relation of an article to a story; the view `carriers` has the first three."""
State = Literal[
    "new", "same", "changed", "grown", "back", "moved", "gone", "soft-gone", "redirected", "blocked", "failed"
]
"""The state that one look at an article's address found."""
Claim = Literal["own", "credited", "none", "other"]
"""The medium in a copy's source line: the copy's own site, the publisher found, nobody, or somebody else."""
Reason = Literal[
    "listing", "stub", "unreadable", "not-html", "truncated", "enclosed", "blocked", "outage", "no-original",
    "too-long", "error", "not-of-interest",
]  # fmt: skip
"""Why a page was not read as an article; `not-of-interest` was not even kept."""
Region = Literal["mainland", "hongkong", "macau", "taiwan", "overseas"]
"""The region where a site is published."""
SiteKind = Literal["central", "ministry", "province", "city", "press", "portal", "converter", "archive"]
"""The kind of a site's publisher."""

RELATIONS: tuple[Relation, ...] = get_args(Relation)
REGIONS: tuple[Region, ...] = get_args(Region)
SITE_KINDS: tuple[SiteKind, ...] = get_args(SiteKind)
