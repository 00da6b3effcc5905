"""What can be known of a story of the eighth or the ninth generator, to who knows how often each edit is made.

The weight of an edge is how likely an editor makes the child of the parent. The posterior of an edge is its share of
all trees from the origin, by the matrix-tree theorem (Tutte, 1948), so which of two pages came first is weighed too.
"""

import math
from datetime import timedelta
from itertools import combinations, product

import numpy as np

from tests.quality.judged.eighth import RATES
from tests.quality.judged.eighth_story import CREDIT, WRONG
from tests.quality.third.truth import branches

NEVER = -14.0
"""The logarithm of how likely somebody restores what the parent lacks."""
SURE, TORN = 0.7, 0.5
"""A parent is decidable from this posterior up; at most TORN, it is not; between them neither is asked."""


def runs(kept, gone):
    """Stretches of the parent's sentences that the child lacks: how many of the head, of the tail, and between."""
    flags = [s in gone for s in kept]
    out, n = [], 0
    while n < len(flags):
        if flags[n]:
            end = n
            while end < len(flags) and flags[end]:
                end += 1
            out.append("head" if n == 0 else "tail" if end == len(flags) else "middle")
            n = end
        else:
            n += 1
    return out


def likely(q, c):
    """The logarithm of how likely the child's state is made of the parent's."""
    a, b = q.state, c.state
    if not set(b.kept) <= set(a.kept):
        return NEVER * 2
    gone = set(a.kept) - set(b.kept)
    x, n = 0.0, len(a.kept)
    found = runs(a.kept, gone)
    x += math.log(RATES["tail"] * 0.4) if "tail" in found else math.log(1 - RATES["tail"])
    x += math.log(RATES["head"]) if "head" in found else math.log(1 - RATES["head"])
    for kind in found:
        if kind == "middle":
            x += math.log(RATES["middle"] * 0.35 / n)
    keeps = set(b.kept)
    had = {s for s in a.said if s[0] in keeps}
    places = {s[:2] for s in b.said}
    x += sum(NEVER for s in had - b.said if s[:2] not in places)
    new = b.said - had
    dates = {s for s in new if s[2] == "11月3日"}
    if dates:
        x += math.log(RATES["date"])
    if c.network and not q.network:
        x += math.log(0.3)
        new = dates
    for s in new - dates:
        x += math.log(RATES["trunc"] / 8) if s[1] == -1 else math.log(RATES["swap"] * 0.4 / (n * 6))
    if a.title != b.title:
        if b.title[0] == "":
            x += NEVER
        elif b.title[0] == "short":
            x += NEVER if a.title[0] else math.log(RATES["short"] / 1.5)
        elif b.title[0] == "new":
            x += math.log(RATES["new"] / 6)
        else:
            x += math.log(RATES["own"] / 10_000)
    else:
        x += math.log(1 - RATES["short"] - RATES["new"] - RATES["own"])
    for add in a.added:
        x += math.log(1 - RATES["drop"]) if add in b.added else math.log(RATES["drop"])
    for add in b.added - a.added:
        x += math.log(RATES["lead"] / 5) if add[0] == "lead" else math.log(RATES["end"] / 2)
    was, now = {s for s in a.breaks if s in keeps}, set(b.breaks)
    last = b.kept[-1]
    if was - {last} != now - {last}:
        if now - {last} == keeps - {last}:
            x += math.log(RATES["all"])
        elif not now:
            x += math.log(RATES["none"])
        elif len((was ^ now) - {last}) == 1:
            x += math.log(RATES["break"] / n)
        else:
            x += NEVER
    else:
        x += math.log(1 - RATES["all"] - RATES["none"] - RATES["break"])
    if a.narrow != b.narrow:
        x += math.log(0.2) if a.narrow else math.log(0.08)
    if a.ways != b.ways:
        if b.ways[: len(a.ways)] == a.ways and len(b.ways) == len(a.ways) + 1:
            x += math.log(0.6) if b.ways[-1] == "t2s" else math.log(0.024)
        elif not b.ways and a.ways[-1] != "t2s":
            x += math.log(0.7)
        else:
            x += NEVER
    elif a.ways and a.ways[-1] != "t2s":
        x += math.log(0.25)
    kept_spoilt = {s for s in a.spoilt if s[0] in keeps}
    x += NEVER * len({s[0] for s in kept_spoilt} - {s[0] for s in b.spoilt})
    x += sum(math.log(RATES["spoil"] / (30 * n)) for _ in b.spoilt - kept_spoilt)
    return x


def clocks(q, c):
    """How likely both stated times are where the parent came first."""
    if q.shown_at is None or c.shown_at is None:
        return 0.0
    end = (
        c.shown_at
        + {"second": timedelta(0), "minute": timedelta(minutes=1), "day": timedelta(days=1)}[c.precision]
    )
    if c.precision == "minute" and c.shown_at.minute == 0:
        end = c.shown_at + timedelta(hours=1)
    return 0.0 if q.shown_at <= end else math.log(WRONG)


def credit(q, c, pages):
    """How likely the child's credit is where it was taken from the parent."""
    if c.source is None:
        return math.log(CREDIT["none"] + (CREDIT["copied"] if q.source is None else 0))
    owner = next((p for p in pages if p.name == c.source), None)
    known = owner is not None and (owner.known or owner.number == 0)
    p = CREDIT["false"] / len(pages)
    if known and owner is q:
        p += CREDIT["parent"]
    if known and owner.number == 0:
        p += CREDIT["origin"]
    if q.source == c.source:
        p += CREDIT["copied"]
    if not known:
        p += CREDIT["parent"] / len(pages)
    return math.log(p)


def posterior(pages, *, credits=True):
    """Of each held page but the origin the posterior of each held parent."""
    held = [p for p in pages if p.held]
    if len(held) < 2:
        return {}
    weigh = np.full((len(held), len(held)), -np.inf)
    for i, q in enumerate(held):
        for j, c in enumerate(held):
            if i != j and j:
                weigh[i, j] = likely(q, c) + clocks(q, c) + (credit(q, c, pages) if credits else 0)
    w = np.zeros_like(weigh)
    for j in range(1, len(held)):
        w[:, j] = np.exp(np.maximum(weigh[:, j] - weigh[:, j].max(), -27))
        w[j, j] = 0
    laplace = np.diag(w.sum(0)) - w
    inverse = np.linalg.inv(laplace[1:, 1:])
    out = {}
    for j in range(1, len(held)):
        row = {}
        for i in range(len(held)):
            if i == j:
                continue
            back = inverse[j - 1, i - 1] if i else 0.0
            row[held[i].number] = float(w[i, j] * (inverse[j - 1, j - 1] - back))
        out[held[j].number] = row
    return out


def truth(pages):
    """Of each held page with a held parent: decidable, undecidable, or neither."""
    found = {}
    for number, row in posterior(pages).items():
        page = pages[number]
        if not pages[page.parent].held:
            continue
        best = max(row, key=row.__getitem__)
        if row[best] >= SURE:
            found[number] = ("dec" if best == page.parent else "off", page.parent)
        else:
            found[number] = ("und" if row[best] <= TORN else "between", page.parent)
    return found


FORK = math.log(0.05)
"""How often a page has copies by two ways and is not held."""
SIX = math.log(6)


def lost(pages):
    """Pages not held by which two ways of held copies are six times likelier than by any held parents."""
    held = [page for page in pages if page.held]
    ways = {page.number: branches(pages, page.number) for page in pages if not page.held}
    forks = {number: some for number, some in ways.items() if len(some) > 1}
    if not forks:
        return {}
    cost = {(q.number, c.number): likely(q, c) + clocks(q, c) for q, c in product(held, held) if q is not c}
    best = {c.number: _best(cost, held, c.number) for c in held}
    found = {}
    for number, some in forks.items():
        under = {n for way in some for n in way}
        top = max(likely(q, pages[number]) for q in held if q.number not in under)
        found[number] = "loose"
        for one, other in (pair for x, y in combinations(some, 2) for pair in product(x, y)):
            through = top + likely(pages[number], pages[one]) + likely(pages[number], pages[other]) + FORK
            if through - _without(cost, best, one, other) > SIX:
                found[number] = "strict"
    return found


def _best(cost, held, number):
    """The two likeliest held parents of a page."""
    return sorted((q.number for q in held if q.number != number), key=lambda q: -cost[q, number])[:2]


def _without(cost, best, one, other):
    """How likely two copies are with held parents of their own, which are not both the other one."""
    pairs = [(q, r) for q, r in product(best[one], best[other]) if (q, r) != (other, one)]
    return max((cost[q, one] + cost[r, other] for q, r in pairs), default=NEVER)
