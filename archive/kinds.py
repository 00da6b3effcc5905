"""The words that a column or a field may hold, where there are few of them."""

from typing import Literal, get_args

Via = Literal["live", "wayback", "commoncrawl", "import", "rendered"]
"""How a capture came: from the site itself, a web archive, another tool's file, or a browser."""
Role = Literal["article", "continuation", "listing", "enclosed", "other", "unknown"]
"""What an address is for, as site files say: see `archive.place.Place`."""
Relation = Literal["origin", "copy", "abridged", "roundup", "followup"]
"""What an article is to a story; `carriers` has those of the first three."""
State = Literal[
    "new", "same", "changed", "grown", "back", "moved", "gone", "soft-gone", "redirected", "blocked", "failed"
]
"""What one look at the address of an article found."""
Claim = Literal["own", "credited", "none", "other"]
"""What the source line of a copy says beside the finding: itself, the publisher found, nobody, somebody else."""
Reason = Literal[
    "listing", "stub", "unreadable", "not-html", "truncated", "enclosed", "blocked", "outage", "no-original",
    "too-long", "error", "not-of-interest",
]  # fmt: skip
"""Why a page was not read as an article; `not-of-interest` was not even kept."""
Region = Literal["mainland", "hongkong", "macau", "taiwan", "overseas"]
"""Where a site is printed."""
SiteKind = Literal["central", "ministry", "province", "city", "press", "portal", "converter", "archive"]
"""What a site is."""

RELATIONS: tuple[Relation, ...] = get_args(Relation)
REGIONS: tuple[Region, ...] = get_args(Region)
SITE_KINDS: tuple[SiteKind, ...] = get_args(SiteKind)
