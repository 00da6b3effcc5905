"""The seventh generator's stories, each a pure function of its seed: edits, converters, clocks, credits, lost pages.

Written from the words of the task, before the model of evidence was read again.
"""

import random
from datetime import UTC, datetime, timedelta

from tests.quality.later.seventh import (
    DEEDS,
    KINDS,
    SWAPPED,
    THINGS,
    TOWNS,
    Body,
    Edit,
    Host,
    Page,
    hosts,
    sentence,
)

RATES = {
    "tail": 0.25,
    "head": 0.10,
    "middle": 0.16,
    "word": 0.30,
    "slip": 0.12,
    "number": 0.05,
    "inside": 0.10,
    "front": 0.15,
    "behind": 0.35,
    "title": 0.28,
    "parted": 0.04,
    "merged": 0.06,
    "one break": 0.08,
}
"""How often a copy of medium busyness makes an edit: about half of what 420 real copies show."""


def story(seed: int, *, times: bool = True) -> list[Page]:
    """Return the pages of a story, the origin first."""
    rng = random.Random(seed * 65_537 + 7)
    country = hosts(random.Random(seed // 10))
    unit, paragraphs = 0, []
    for _ in range(rng.randint(3, 10)):
        size = rng.choice((1, 2, 2, 3, 4))
        paragraphs.append([(unit + n, sentence(rng)) for n in range(size)])
        unit += size
    dateline = f"本报{rng.choice(TOWNS)}讯（记者{_person(rng)}）"
    paragraphs[0][0] = (0, dateline + paragraphs[0][0][1])
    start = datetime(
        2021, rng.randint(1, 12), rng.randint(1, 28), rng.randint(5, 22), rng.randint(0, 59), tzinfo=UTC
    )
    title = (
        f"{rng.choice(TOWNS)}{rng.choice(DEEDS)}{rng.choice(THINGS)} {rng.choice(THINGS)}{rng.choice(DEEDS)}"
    )
    pages = [Page(0, country[0], None, 0, title, paragraphs, start, source=country[0].name)]
    _date(rng, pages[0], times=times)
    for host in rng.sample(country[1:], rng.choice((6, 9, 14, 20, 30, 45, 60))):
        parent = _taken(rng, pages, host)
        page = _copied(rng, pages, parent, host)
        _date(rng, page, times=times)
        _credit(rng, pages, page, country)
        parent.children.append(page.number)
        pages.append(page)
    for page in pages[1:]:
        page.held = rng.random() > (0.32 if page.children else 0.05)
    return pages


def _person(rng: random.Random) -> str:
    return rng.choice("李王周郑冯") + rng.choice("敏强洁涛")


def _taken(rng: random.Random, pages: list[Page], host: Host) -> Page:
    """Return the page that a host takes: one of its feeds, the paper, a copy that many see."""
    shallow = [page for page in pages if page.depth < 6]
    feeds = [page for page in shallow if page.site in host.feeds]
    luck = rng.random()
    if feeds and luck < 0.55:
        return rng.choice(feeds)
    if luck < 0.7:
        return pages[0]
    return rng.choices(shallow, [1 + 3 * len(page.children) for page in shallow])[0]


def _copied(rng: random.Random, pages: list[Page], parent: Page, host: Host) -> Page:
    """Return what a host makes of a page."""
    busy = KINDS[host.kind].busy * rng.choice((0.3, 1.0, 1.7))
    done = [edit for edit, rate in RATES.items() if rng.random() < rate * busy]
    own = len(pages) * 100 + 10_000
    body = [list(paragraph) for paragraph in parent.paragraphs]
    ops = set(parent.ops)
    if rng.random() < 0.7:  # what the other site added round the text is left behind
        gone = {unit for paragraph in body for unit, _ in paragraph if unit >= 10_000 and unit % 2}
        body = [[part for part in paragraph if part[0] not in gone] for paragraph in body]
        ops = {op for op in ops if op[0] != "add" or op[1] not in gone}
    title = parent.title
    for edit in done:
        body = [paragraph for paragraph in body if paragraph]
        if edit in CUTS:
            CUTS[edit](rng, body, ops)
        elif edit in SAID:
            _say(rng, body, ops, edit)
        elif edit in {"inside", "front", "behind"}:
            _add(rng, body, ops, edit, own, host)
        elif edit == "title":
            title = _titled(rng, title, host)
            ops = {op for op in ops if op[0] != "title"} | {("title", None, title)}
        else:
            body = _reflowed(rng, body, ops, edit)
    region, damage = host.region, dict(parent.damage)
    if region != parent.region:
        ops |= {("script", region, None)} | {("glyph", a, b) for a, b in host.wrong.items()}
        ops -= {("script", parent.region, None)}
        damage = {} if region == "mainland" and rng.random() < 0.6 else damage
        damage |= host.wrong if region != "mainland" else {}
        ops = {op for op in ops if op[0] != "glyph" or op[1] in damage}
    if host.narrow:
        ops.add(("width", None, None))
    return Page(
        len(pages),
        host,
        parent.number,
        parent.depth + 1,
        title,
        [paragraph for paragraph in body if paragraph],
        parent.time + timedelta(hours=rng.choice((0.3, 2, 9, 30)) * rng.expovariate(1)),
        frozenset(ops),
        region,
        damage,
        host.narrow or parent.narrow,
    )


def _cut(body: Body, ops: set[Edit], at: int, place: int) -> None:
    unit, _ = body[at].pop(place)
    for op in [op for op in ops if op[1] == unit]:
        ops.discard(op)
    if unit < 10_000:
        ops.add(("cut", unit, None))


def _tail(rng: random.Random, body: Body, ops: set[Edit]) -> None:
    for _ in range(rng.choice((1, 1, 2, 3, 5))):
        if sum(map(len, body)) > 4 and body[-1]:
            _cut(body, ops, -1, -1)
            body[:] = [paragraph for paragraph in body if paragraph]


def _head(rng: random.Random, body: Body, ops: set[Edit]) -> None:
    unit, said = body[0][0]
    if "讯（" in said:
        body[0][0] = (unit, said.split("）", 1)[1])
        ops.add(("rep", unit, "dateline"))
    elif sum(map(len, body)) > 4:
        _cut(body, ops, 0, 0)


def _middle(rng: random.Random, body: Body, ops: set[Edit]) -> None:
    for _ in range(rng.choice((1, 1, 1, 2))):
        at = rng.randrange(len(body))
        if sum(map(len, body)) > 4 and body[at]:
            _cut(body, ops, at, rng.randrange(len(body[at])))


CUTS = {"tail": _tail, "head": _head, "middle": _middle}
SAID = {"word", "slip", "number"}


def _say(rng: random.Random, body: Body, ops: set[Edit], edit: str) -> None:
    """Change a word, a character or a number of a sentence."""
    for _ in range(rng.choice((1, 1, 2)) if edit == "word" else 1):
        places = [(at, n) for at, paragraph in enumerate(body) for n in range(len(paragraph))]
        at, n = rng.choice(places)
        unit, said = body[at][n]
        was = said
        if edit == "word":
            known = [word for word in SWAPPED if word in said]
            said = said.replace(word := rng.choice(known), SWAPPED[word], 1) if known else said
        elif edit == "slip":
            place = rng.randrange(len(said) - 1)
            said = said[:place] + rng.choice(("", rng.choice("的了在是将为"))) + said[place + 1 :]
        elif digits := [i for i, c in enumerate(said) if c.isdigit()]:
            place = rng.choice(digits)
            said = said[:place] + rng.choice("123456789") + said[place + 1 :]
        if said != was and unit < 10_000:
            ops.add(("rep", unit, said))
            body[at][n] = (unit, said)


def _add(rng: random.Random, body: Body, ops: set[Edit], edit: str, own: int, host: Host) -> None:
    """Add a line: what stands round the text has an odd number."""
    if edit == "inside":
        unit = own
        lines = (
            sentence(rng),
            f"图为{rng.choice(TOWNS)}的{rng.choice(THINGS)}。",
            f"相关阅读：{sentence(rng)[:14]}",
        )
        said = rng.choice(lines)
        body.insert(rng.randint(1, len(body)), [(unit, said)])
    elif edit == "front":
        unit = own + 1
        said = rng.choice(
            (f"{host.name}讯", f"本文转载自网络，{host.name}整理", "导读：" + sentence(rng)[:16])
        )
        body.insert(0, [(unit, said)])
    else:
        unit = own + 3
        lines = (
            f"（责任编辑：{_person(rng)}）",
            f"更多内容请关注{host.name}",
            "声明：转载此文是出于传递更多信息之目的。",
        )
        said = rng.choice(lines)
        body.append([(unit, said)])
    ops.add(("add", unit, said))


def _titled(rng: random.Random, title: str, host: Host) -> str:
    kind = rng.random()
    if kind < 0.3 and " " in title:
        return title.split(" ")[0]
    if kind < 0.5:
        return rng.choice((f"{title}（图）", f"{title}_{host.name}", f"快讯：{title}"))
    if kind < 0.7:
        words = [word for word in SWAPPED if word in title]
        return title.replace(words[0], SWAPPED[words[0]]) if words else title[: max(6, len(title) - 4)]
    return f"{rng.choice(TOWNS)}{rng.choice(DEEDS)}{rng.choice(THINGS)}，{sentence(rng)[:8]}"


def _reflowed(rng: random.Random, body: Body, ops: set[Edit], edit: str) -> Body:
    if edit == "parted":
        ops.add(("break", "all", None))
        return [[part] for paragraph in body for part in paragraph]
    if edit == "merged":
        ops.add(("break", "none", None))
        return [[part for paragraph in body[n : n + 3] for part in paragraph] for n in range(0, len(body), 3)]
    at = rng.randrange(len(body))
    if at + 1 < len(body):
        ops.add(("break", body[at + 1][0][0], None))
        body[at : at + 2] = [body[at] + body[at + 1]]
    return body


def _date(rng: random.Random, page: Page, *, times: bool) -> None:
    """Give a page the clock it shows."""
    if not times or page.host.clock == "none":
        return
    at = page.time
    if page.number and (page.host.is_off or rng.random() < 0.03):
        at += timedelta(hours=rng.choice((-8, -30, 8, 26, 300)))
    page.precision = page.host.clock
    page.shown_at = at.replace(second=0, microsecond=0)
    if page.precision == "day":
        page.shown_at = page.shown_at.replace(hour=0, minute=0)


def _credit(rng: random.Random, pages: list[Page], page: Page, country: list[Host]) -> None:
    parent = pages[page.parent or 0]
    choice = rng.choices(range(5), KINDS[page.host.kind].credits)[0]
    false = rng.choice(country).name
    page.source = (parent.name, parent.source or parent.name, pages[0].name, None, false)[choice]
