"""The spreading of a story of the eighth generator: hosts, who copies whom, what each page prints."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.quality.judged.eighth import ENDS, MORE, NAMES, PEOPLE, THING, Host, Page, Story, edited, shown


@dataclass
class Copy:
    """A copy of the story: truth and what it shows."""

    number: int
    parent: int | None
    site: str
    name: str
    known: bool
    state: Page
    at: datetime
    depth: int = 0
    held: bool = True
    network: bool = False
    children: list[int] = field(default_factory=list)
    shown_at: datetime | None = None
    precision: str | None = None
    source: str | None = None
    text: str = ""
    title: str = ""


def _hosts(rng: random.Random, many: int) -> list[Host]:
    made = []
    names = [*NAMES, *(a[:2] + b for a in NAMES for b in MORE)]
    rng.shuffle(names)
    for n in range(many):
        name = names[n]
        ends = tuple(
            end.format(rng.choice((name, rng.choice(PEOPLE), rng.choice(THING))))
            for end in rng.sample(ENDS, 2)
        )
        made.append(
            Host(
                f"h{n}.example",
                name,
                rng.random() < 0.6,
                rng.choice((0.15, 0.5, 1.0, 1.0, 1.6)),
                rng.paretovariate(1.3),
                rng.random() < 0.08,
                rng.choice(("s2t", "s2hk", "s2twp", "naive", "half")) if rng.random() < 0.12 else None,
                rng.choices(
                    ("minute", "hour", "day", "none", "zone", "days", "second"), (45, 10, 15, 10, 4, 3, 13)
                )[0],
                rng.choices(
                    ("parent", "origin", "copied", "none", "false", "mixed"), (30, 18, 12, 18, 4, 18)
                )[0],
                ends,
            )
        )
    return made


def story(seed: int, *, times: bool = True, least: int = 4, most: int = 60) -> list[Copy]:
    """The pages of a story; page 0 is the origin and held."""
    rng = random.Random(f"eighth {seed}")
    tale = Story(rng)
    size = round(least * (most / least) ** rng.random())
    hosts = _hosts(rng, size)
    first = hosts[0]._replace(known=True, converter=None)
    start = datetime.fromisoformat("2023-11-03T06:00:00+08:00") + timedelta(
        minutes=rng.randrange(900), seconds=rng.randrange(60)
    )
    root = Copy(
        0,
        None,
        first.site,
        first.name,
        True,
        Page(tuple(range(len(tale.sentences))), breaks=tale.breaks),
        start,
    )
    pages, direct = [root], rng.choice((0.15, 0.3, 0.5))
    keep = rng.sample(range(1, size), size - 1)
    for n, host in zip(keep, hosts[1:], strict=True):
        near = [p for p in pages if p.depth < 6]
        parent = (
            root
            if rng.random() < direct
            else rng.choices(
                near, [hosts[int(p.site[1 : -len(".example")])].hub * (1 + len(p.children)) for p in near]
            )[0]
        )
        at = parent.at + timedelta(seconds=int(rng.lognormvariate(8.6, 1.5)) + 40)
        page = Copy(
            n,
            parent.number,
            host.site,
            host.name,
            host.known,
            edited(rng, tale, parent.state, host),
            at,
            parent.depth + 1,
        )
        parent.children.append(n)
        pages.append(page)
    by = {p.number: p for p in pages}
    for page in pages:
        _print(rng, tale, page, by, hosts[int(page.site[1 : -len(".example")])], times)
    rate = rng.choice((0.0, 0.1, 0.2, 0.3))
    for page in pages[1:]:
        page.held = not (page.children and rng.random() < rate)
    ordered = [by[n] for n in range(size)]
    ordered[0].held = True
    if sum(p.held for p in ordered) < 3:
        for page in ordered:
            page.held = True
    return ordered


def _print(rng: random.Random, tale: Story, page: Copy, by: dict[int, Copy], host: Host, times: bool) -> None:
    page.text, page.title = shown(tale, page.state, page.site)
    clock = "minute" if page.number == 0 and host.clock in {"zone", "days", "none"} else host.clock
    at = page.at
    if clock == "zone":
        at += timedelta(hours=rng.choice((-8, 8)))
    elif clock == "days":
        at += timedelta(days=rng.choice((-2, -1, 1, 3)), hours=rng.randrange(-5, 6))
    page.precision = {"day": "day", "second": "second", "none": None}.get(clock, "minute")
    if clock == "day":
        at = at.replace(hour=0, minute=0, second=0)
    elif clock == "hour":
        at = at.replace(minute=0, second=0)
    elif clock != "second":
        at = at.replace(second=0)
    page.shown_at = None if clock == "none" or not times else at
    if page.shown_at is None:
        page.precision = None
    if page.parent is None:
        page.source = page.name
        return
    parent = by[page.parent]
    habit = host.credit if host.credit != "mixed" else rng.choice(("parent", "origin", "copied", "none"))
    page.source = {
        "parent": parent.name,
        "origin": by[0].name,
        "copied": parent.source,
        "none": None,
        "false": by[rng.choice(sorted(by))].name,
    }[habit]


CREDIT = {"parent": 0.345, "origin": 0.225, "copied": 0.165, "none": 0.225, "false": 0.04}
"""How often a page credits each; those of mixed habits shared out."""
WRONG = 0.07
"""How many clocks are wrong."""
