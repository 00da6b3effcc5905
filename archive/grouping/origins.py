"""The choice of a story's origin and the reasons for it, separate from the claims of the pages."""

import json
import re
import sqlite3
import tomllib
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from archive.kinds import Claim
from archive.urlkey import key
from extract.article import is_month
from extract.lineage.witness import SourceCredit
from extract.page.address import parted
from extract.script.fold import fold

BEIJING = "+08:00"
_BEIJING = timezone(timedelta(hours=8))
_FORM = re.compile(r"^(?:www|m|wap)\.(?=[^.]+\.)")
_NUMBERED = re.compile(r"\d{4}[^/]*$")
_AT_KEY = """
SELECT a.id
FROM captures AS c
JOIN articles AS a ON a.capture_id = c.id
JOIN placed AS p ON p.article_id = a.id
WHERE c.urlkey = ? AND p.story_id = ? AND a.id <> ?
ORDER BY a.id
LIMIT 1
"""
NEAR = 3
"""Days between two members whose clocks bear each other out."""


class OriginCandidate(NamedTuple):
    """An article of a story, with the evidence for or against it as the origin. `length` is in folded characters."""

    article: int
    url: str
    site: str
    title: str | None
    source: str | None
    published_at: str | None
    paper_date: str | None
    length: int
    low_trust: str | None


@dataclass(frozen=True, slots=True)
class OriginFinding:
    """The origin, its publisher, and each piece of evidence in a few words."""

    origin: OriginCandidate
    publisher: str | None
    reasons: tuple[str, ...]


def elect(members: Sequence[OriginCandidate]) -> OriginFinding:
    """The origin among the members of a story (at least one); their order does not matter.

    The evidence, in order of weight: the host's trust, a full text, a host of the publisher that most members name, the
    earliest day, a source line that names no other publisher, a page of a printed paper, the earliest time, the fullest
    text, and last the address. A page that names another publisher stands behind all that do not where no other
    member's day is near its own: its clock may be wrong.
    """
    if len(members) == 1:
        return OriginFinding(members[0], members[0].source, ("alone",))
    trusted = [member for member in members if not member.low_trust]
    longest = max(member.length for member in trusted or members)
    named = _most_named(members)
    days = Counter(_day(member) for member in members)
    origin = min(members, key=lambda member: _standing(member, named, longest, days))
    return OriginFinding(origin, _publisher(origin, named), tuple(_reasons(origin, members, named, longest)))


def claim(source: str | None, site: str, publisher: str | None) -> Claim:
    """The claim of a page's source line 来源, compared with the finding: `own`, `credited`, `none` or `other`.

    `own`: the page names its own publisher. `credited`: it names the publisher of the origin. `none`: it names nobody.
    `other`: it names another publisher.
    """
    if not source:
        return "none"
    if publisher is not None and _same_house(source, publisher):
        return "credited"
    return "own" if belongs(site, source) else "other"


def belongs(site: str, source: str | None) -> bool:
    """Whether a site belongs to a publisher that the source line names; unknown names belong to no site."""
    return any(_within(site, host) for host in hosts_of(source))


_HOSTS: dict[str, list[str]] = {
    fold(name): hosts
    for name, hosts in tomllib.loads(
        files("archive.grouping").joinpath("publishers.toml").read_text("utf-8")
    ).items()
}


@lru_cache(maxsize=1000)  # asked for each member of a story at each newcomer
def _names(source: str) -> tuple[str, ...]:
    """The folded names in a source line; 人民网－人民日报 has two."""
    return tuple(name for part in re.split(r"[-－—|/、，,\s]+", source) if (name := fold(part)))


@lru_cache(maxsize=1000)
def hosts_of(source: str | None) -> tuple[str, ...]:
    return tuple(host for name in _names(source or "") for host in _HOSTS.get(name, []))


def credited_hosts(source: str | None) -> frozenset[str]:
    """The hosts that a source line credits: those of the names in it, and those printed in it (转自 www.dahe.cn)."""
    words = "".join(
        c if c.isascii() and (c.isalnum() or c in ".-") else " " for c in (source or "").lower()
    ).split()
    printed = (word.strip(".-").removeprefix("www.") for word in words)
    return frozenset(hosts_of(source)) | {host for host in printed if _is_host(host)}


def credit(source: str | None, source_url: str | None, site: str, *, is_linked: bool) -> SourceCredit:
    """The credit of a page; a link to a page that is none of its story's counts as the name of a host.

    `is_linked`: the address is that of a page of the story.
    """
    name, hosts = fold(source or ""), credited_hosts(source)
    host = "" if is_linked else linked_host(source_url)
    if not host or _within(site, host):
        return SourceCredit(name, hosts)
    more = () if any(_within(host, one) for one in hosts) else (host,)
    return SourceCredit(name or host, hosts.union(more), host)


def linked_host(source_url: str | None) -> str:
    """The host of the address that a page links as its source, without www. and m.; empty where it links none."""
    return _FORM.sub("", parted(source_url or "").hostname or "")


def linked_in(
    conn: sqlite3.Connection, story: int, articles: Sequence[int], among: Container[int]
) -> dict[int, int]:
    """Of these articles those that link a page of the story `among` some, with this page; an address's forms are one.

    A link with words that the page's own address lacks (…/content_585667.htm?div=-1) is to this page.
    """
    found = {}
    for article, url in conn.execute(
        "SELECT id, source_url FROM articles WHERE id IN (SELECT value FROM json_each(?)) AND source_url IS NOT NULL",
        [json.dumps([*articles])],
    ).fetchall():
        bare = url.partition("?")[0]
        for form in dict.fromkeys([url, bare] if _NUMBERED.search(bare) else [url]):
            row = conn.execute(_AT_KEY, [key(form), story, article]).fetchone()
            if row is not None and row[0] in among:
                found[article] = int(row[0])
                break
    return found


def _is_host(word: str) -> bool:
    labels = word.split(".")
    return len(labels) > 1 and all(labels) and len(labels[-1]) > 1 and labels[-1].isalpha()


def _same_house(one: str, other: str) -> bool:
    """Whether two source lines name one publisher: equal names, one name within the other, or hosts of one domain."""
    names, others = _names(one), _names(other)
    if any(a == b or (min(len(a), len(b)) >= 4 and (a in b or b in a)) for a in names for b in others):
        return True
    return any(_within(a, b) or _within(b, a) for a in hosts_of(one) for b in hosts_of(other))


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _most_named(members: Sequence[OriginCandidate]) -> str | None:
    """The source that most members name, in the spelling of the first of these members by address."""
    names = Counter(fold(member.source) for member in members if member.source and not member.low_trust)
    if not names:
        return None
    most = min(names, key=lambda name: (-names[name], name))
    return min(
        (member.url, member.source) for member in members if member.source and fold(member.source) == most
    )[1]


def _publisher(origin: OriginCandidate, named: str | None) -> str | None:
    """The publisher of the origin, in the origin's own spelling if the origin names it."""
    if named is None or not belongs(origin.site, named):
        return origin.source
    # the others write 人民网－人民日报, the origin itself writes 人民日报
    return origin.source if origin.source and _same_house(origin.source, named) else named


def _standing(
    member: OriginCandidate, named: str | None, longest: int, days: Counter[str]
) -> tuple[object, ...]:
    """A sort key that puts the likeliest origin first; `days` counts the members of each day."""
    day = _day(member)
    is_copy = bool(member.source) and not belongs(member.site, member.source)
    return (
        member.low_trust is not None,
        member.length < 0.7 * longest,
        not belongs(member.site, named),
        is_copy and not _is_near(day, days),
        day,
        is_copy,
        member.paper_date is None,
        proven(member.published_at or "") or "9999",
        -member.length,
        member.url,
    )


def _day(member: OriginCandidate) -> str:
    """The day of a page, to sort by."""
    return (proven(member.published_at or "") or member.paper_date or "9999")[:10]


def _is_near(day: str, days: Counter[str]) -> bool:
    """Whether another member is of a day or of one near it."""
    if days[day] > 1:
        return True
    try:
        at = date.fromisoformat(day)
    except ValueError:  # a month, or no day at all
        return False
    return any((at + timedelta(n)).isoformat() in days for n in range(-NEAR, NEAR + 1) if n)


def latest(published_at: str) -> str:
    """A time of publication to sort by: a month comes after each of its days, as it does not prove to be before any."""
    return f"{published_at}-99" if is_month(published_at) else published_at


def proven(published_at: str) -> str:
    """The same in Beijing's time, and a day alone, which is kept as midnight, after each of its minutes."""
    if is_month(published_at):
        return latest(published_at)
    day, _, time = published_at.partition("T")
    if day and (time.startswith("00:00:00") or not time):
        return f"{day}T99"
    if published_at.endswith(BEIJING):
        return published_at
    try:
        return datetime.fromisoformat(published_at).astimezone(_BEIJING).isoformat()
    except (ValueError, OverflowError):  # a row of an older archive; year 1 or 9999
        return published_at


def _printed(published_at: str) -> str:
    """A time as a page prints it: a day alone is kept as midnight."""
    day, _, time = published_at.partition("T")
    return day if time.startswith("00:00:00") else published_at


def _reasons(
    origin: OriginCandidate, members: Sequence[OriginCandidate], named: str | None, longest: int
) -> list[str]:
    reasons = []
    if named is not None and belongs(origin.site, named):
        naming = sum(bool(member.source) and fold(member.source or "") == fold(named) for member in members)
        reasons.append(
            f"publisher: {naming} of {len(members)} name {_publisher(origin, named)}, and {origin.site} is its own site"
        )
    if origin.paper_date is not None:
        reasons.append(f"paper: printed {origin.paper_date}")
    times = sorted(
        (member.published_at for member in members if member.published_at and not member.low_trust),
        key=latest,
    )
    if origin.published_at and origin.published_at == min([origin.published_at, *times], key=latest):
        reasons.append(f"earliest: {_printed(origin.published_at)}")
    elif origin.published_at:
        reasons.append(f"not the earliest: {_printed(origin.published_at)}, another {_printed(times[0])}")
    reasons.append(f"text: {origin.length} characters, the fullest {longest}")
    distrusted = sum(member.low_trust is not None for member in members)
    if distrusted:
        reasons.append(f"trust: {distrusted} of {len(members)} on hosts that are no evidence")
    return reasons
