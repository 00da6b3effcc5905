"""The truth of a story of the third generator: which edges are decidable, which lost pages can be found."""

import math
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import combinations

from extract.lineage.departures import departures
from extract.lineage.typed import prepared
from extract.lineage.witness import SourceCredit, Witness
from extract.script.fold import fold
from tests.quality.lost import FORKS, counted, is_named

INF = 1e9
TWICE = {"cut": 2.6, "title": 5.9, "move": 7.4}
RARELY = 8.8
"""Minus the logarithm of how often two copies make the same edit by themselves, counted on 38 stories."""
HARD = {"cut": None, "rep": None, "typo": None, "num": None, "words": None, "move": None, "glyph": None}
SOFT = {"add": 0.7, "sent": 1.0, "break": 0.5, "width": 0.5, "script": 0.3, "title": 0.0}


def cost(q, c):
    """The edits that lead from a page to another; INF where one had to be undone without the origin."""
    a, b = q.ops, c.ops
    x = 0.0
    gone = {o[1] for o in b if o[0] == "cut"}
    tb = [o for o in b if o[0] == "title"]
    for o in b - a:
        x += 0.5 if o[0] in ("break", "width", "script") else 1.0
    for o in a - b:
        if o[0] == "title":
            if not tb:
                return INF
            continue
        if o[0] in ("rep", "typo", "num", "words", "glyph", "sent") and o[1] in gone:
            continue
        if o[0] == "sent":
            x += 1.0
            continue
        if o[0] == "move":
            return INF
        if o[0] in HARD:
            return INF
        if o[0] == "break" and any(z[0] == "break" and z[1] in ("all", "none") for z in b - a):
            continue
        if o[0] == "width" and any(z[0] == "width" for z in b):
            continue
        x += SOFT[o[0]]
    return x


TOL = timedelta(minutes=2)


def end(p):
    """The last moment that the stated time can mean."""
    if p.shown_at is None:
        return None
    return (
        p.shown_at
        + {"second": timedelta(0), "minute": timedelta(minutes=1), "day": timedelta(days=1)}[p.precision]
    )


def before(q, c):
    """Whether the clocks let one page be made from another."""
    return q.shown_at is None or c.shown_at is None or q.shown_at < end(c) + TOL


def truth(pages):
    """Of each held page with a held parent: `dec`idable, `und`ecidable, or misleading (`off`, not counted)."""
    held = [p for p in pages if p.held]
    out = {}
    for c in held[1:]:
        p = pages[c.parent]
        if not p.held:
            continue
        cs = {q.number: cost(q, c) for q in held if q is not c and (q is p or q.number == 0 or before(q, c))}
        # without order, a page below c with the same state
        best = min(cs.values())
        ties = [q for q, v in cs.items() if v <= best + 1e-9]
        named = getattr(c, "credited", None)
        if cs[p.number] > best + 1e-9:
            out[c.number] = ("off", p.number)
        elif len(ties) == 1 and p.number and before(c, p) and _swap(pages, p, c, cs[p.number]):
            out[c.number] = ("und", p.number, p.ops == c.ops)
        elif len(ties) == 1:
            out[c.number] = ("dec", p.number)
        elif named in ties:
            out[c.number] = ("off", p.number)
        else:
            out[c.number] = ("und", p.number, any(pages[q].ops == p.ops for q in ties if q != p.number))
    return out


def _swap(pages, p, c, pc):
    a = pages[p.parent]
    while not a.held:
        a = pages[a.parent]
    return cost(a, c) + cost(c, p) <= cost(a, p) + pc + 1.0


def heads(pages, n):
    """The first held pages below a page not held."""
    f = []
    for k in pages[n].children:
        f += [k] if pages[k].held else heads(pages, k)
    return f


def branches(pages, n):
    """The first held pages by each way from a page not held."""
    return [h for h in ([k] if pages[k].held else heads(pages, k) for k in pages[n].children) if h]


def lost(pages):
    """The pages not held with copies by two ways; `strict` where these prove it after Maas (Textkritik, 1927)."""
    out = {}
    held = [p for p in pages if p.held]
    for page in pages:
        if page.held:
            continue
        br = branches(pages, page.number)
        if len(br) < 2:
            continue
        a = pages[page.parent]
        while not a.held:
            a = pages[a.parent]
        loose = strict = False
        for x, y in combinations(range(len(br)), 2):
            for i in br[x]:
                for j in br[y]:
                    sh = {
                        o
                        for o in (pages[i].ops & pages[j].ops) - a.ops
                        if o[0] not in ("break", "width", "script", "add")
                    }
                    if not sh:
                        continue
                    loose = True
                    if FORKS * math.exp(sum(TWICE.get(o[0], RARELY) for o in sh)) < 0.85 / 0.15 * len(held):
                        continue
                    if cost(pages[i], pages[j]) < INF or cost(pages[j], pages[i]) < INF:
                        continue
                    if any(
                        q.number not in (i, j)
                        and sh <= q.ops
                        and all(before(q, z) and cost(q, z) < INF for z in (pages[i], pages[j]))
                        for q in held
                    ):
                        continue
                    strict = True
        if strict:
            out[page.number] = "strict"
        elif loose:
            out[page.number] = "loose"
    return out


def score(pages, found, seen, true=None, proven=None):
    """Counts of one story: parents found, doubt said, lost pages found and claimed.

    `true` and `proven` are what can be known of the story, if not by this generator's own rules.
    """
    n = Counter()
    true = truth(pages) if true is None else true
    proven = lost(pages) if proven is None else proven
    by = {d.article: d for d in found}
    for c, t in true.items():
        d = by[c]
        if d.parent is not None:
            band = f"{min(int(d.certainty * 10), 9)}"
            n["copies " + band] += 1
            n["said " + band] += d.certainty
            n["true " + band] += d.parent == t[1]
        if t[0] == "dec":
            n["decidable"] += 1
            n["right"] += d.parent == t[1]
            n["sure"] += not d.undecided
        elif t[0] == "und":
            n["undecidable"] += 1
            n["said so"] += d.undecided
    held = {one.article: one for one in seen}
    named = {page.number for page in pages if not page.held and is_named(pages, page, held)}
    n += counted(pages, found, named, {number for number, how in proven.items() if how == "strict"})
    return n


def witnesses(pages):
    """The held pages as the evidence sees them, and the length of the origin's text."""
    held = [p for p in pages if p.held]
    origin = prepared(held[0].text, held[0].title)
    hosts = defaultdict(set)
    for p in pages:
        if p.known:
            hosts[p.name].add(p.site)
    seen = []
    for p in held:
        text = prepared(p.text, p.title)
        name = p.source or ""
        credit = SourceCredit(fold(name), frozenset(hosts.get(name, ())))
        seen.append(
            Witness(
                p.number,
                p.site,
                frozenset(departures(origin, text)),
                text.typed.script,
                p.shown_at,
                p.precision,
                credit,
                is_origin=p.number == 0,
                title=fold(p.title),
            )
        )
    return seen, len(origin.text)
