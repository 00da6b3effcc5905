"""What can be known of a story of the fourth generator, from the sentences that each page holds."""

from datetime import timedelta
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

from tests.quality.later.fourth import S2T
from tests.quality.third.truth import branches

BACK = str.maketrans(
    {v: k for k, v in S2T.items()}
    | {"髮": "发", "係": "系", "製": "制", "複": "复", "幹": "干", "麵": "面", "鬆": "松"}
)
WID = str.maketrans("，：；（）０１２３４５６７８９「」", ",:;()0123456789“”")


def norm(s):
    """A sentence in simplified characters and narrow punctuation."""
    return s.translate(BACK).translate(WID)


@lru_cache(200000)
def dist(a, b):
    """How unlike two sentences are, 0 to 1."""
    return 1 - SequenceMatcher(None, a, b, autojunk=False).ratio()


class State:
    """What a page holds of the first text, and what it has of its own."""

    def __init__(self, p):
        self.sent = {}
        adds = set()
        boil = set()
        order = []
        br = set()
        for para in p.paras:
            last = None
            for k, s in para:
                if k == "=":
                    boil.add(norm(s))
                    continue
                if isinstance(k, int):
                    self.sent[k] = norm(s)
                else:
                    adds.add((k, norm(s)))
                order.append(k)
                if last is not None:
                    br.add((last, k))
                last = k
        self.adds = frozenset(adds)
        self.boil = frozenset(boil)
        self.title = norm(p.title)
        self.breaks = frozenset(br)
        self.order = tuple(order)
        self.script = p.script
        t = p.text
        self.width = ("," in t, "１" in t or "２" in t, "「" in t)


def runs(ks):
    """How many stretches sentences form."""
    n = 0
    last = None
    for k in sorted(ks):
        n += last is None or k != last + 1
        last = k
    return n


def cost(q, c, o):
    """The edits that lead from a page to another: those made, those undone without the origin, and those of layout."""
    g = r = 0.0
    soft = 0.0
    cut = set(q.sent) - set(c.sent)
    g += runs(cut)
    r += runs(set(c.sent) - set(q.sent))
    for k in set(c.sent) & set(q.sent):
        a, b, z = q.sent[k], c.sent[k], o.sent[k]
        if a == b:
            continue
        if a == z:
            g += 1
        elif b == z:
            r += 1
        else:
            g += 1
            r += dist(a, b) >= dist(z, b)
    g += len(c.adds - q.adds)
    g += sum(1 for x in q.adds - c.adds)
    if q.title != c.title:
        g += 1
    com = [k for k in q.order if k in set(c.order)]
    com2 = [k for k in c.order if k in set(q.order)]
    if com != com2:
        g += 1
    soft += 0.3 * len(c.boil - q.boil) + 0.1 * len(q.boil - c.boil)
    d = {
        b
        for b in q.breaks ^ c.breaks
        if b[0] in c.order and b[1] in c.order and b[0] in q.order and b[1] in q.order
    }
    if d:
        soft += 0.4
    soft += 0.4 * sum(a != b for a, b in zip(q.width, c.width, strict=False)) + (
        0.4 if q.script != c.script else 0
    )
    return g, r, soft


def end(p):
    """The last moment that the stated time can mean."""
    return {"second": timedelta(0), "minute": timedelta(minutes=1), "day": timedelta(days=1)}[
        p.precision
    ] + p.shown_at


def before(q, c):
    """Whether the clocks let one page be made from another."""
    return q.shown_at is None or c.shown_at is None or q.shown_at < end(c) + timedelta(minutes=2)


def certainly(q, c):
    """Whether a page came first by its clock."""
    return q.shown_at is not None and c.shown_at is not None and end(q) <= c.shown_at


class Known:
    """The costs between the pages of one story."""

    def __init__(self, pages):
        self.pages = pages
        self.held = [page for page in pages if page.held]
        self.states = {page.number: State(page) for page in pages}
        self._costs = {}

    def parts(self, source, page):
        """The three costs of the way from one page to another."""
        if (source, page) not in self._costs:
            self._costs[source, page] = cost(self.states[source], self.states[page], self.states[0])
        return self._costs[source, page]

    def whole(self, source, page):
        """The cost of the way from one page to another."""
        made, undone, layout = self.parts(source, page)
        return made + 6 * undone + layout

    def above(self, page):
        """The nearest held page above a page."""
        found = self.pages[page.parent]
        while not found.held:
            found = self.pages[found.parent]
        return found

    def edge(self, page, source):
        """Whether the source of a page is `dec`idable, `und`ecidable, or the page is misleading (`off`)."""
        costs = {
            other.number: self.whole(other.number, page.number)
            for other in self.held
            if other is not page and (other is source or other.number == 0 or before(other, page))
        }
        best = min(costs.values()) + 0.5
        ties = [number for number, found in costs.items() if found <= best]
        if costs[source.number] > best:
            return "off"
        if len(ties) > 1:
            return "off" if page.named == source.number else "und"
        if source.number and not certainly(source, page):
            first = self.above(source).number
            turned = self.whole(first, page.number) + self.whole(page.number, source.number)
            if turned <= self.whole(first, source.number) + costs[source.number] + 0.5:
                return "und"
        return "dec"

    def shared(self, above, one, other):
        """What two pages share and the page above lacks: words, cuts, additions, headline."""
        a, x, y = self.states[above], self.states[one], self.states[other]
        found = {("cut", unit) for unit in set(a.sent) - set(x.sent) - set(y.sent)}
        found |= {
            ("word", unit, said)
            for unit, said in x.sent.items()
            if y.sent.get(unit) == said and unit in a.sent and a.sent[unit] != said
        }
        found |= {("add", line) for line in x.adds & y.adds - a.adds}
        if x.title == y.title != a.title:
            found.add(("title", x.title))
        return found

    def proves(self, above, one, other):
        """Whether two pages prove a lost one: neither could be the other's source, nor a third the source of both."""
        both = self.shared(above, one, other)
        if not both or not (self.parts(one, other)[1] and self.parts(other, one)[1]):
            return False
        return not any(
            page.number not in (one, other)
            and both <= self.shared(above, page.number, one)
            and not self.parts(page.number, one)[1]
            and not self.parts(page.number, other)[1]
            and before(page, self.pages[one])
            and before(page, self.pages[other])
            for page in self.held
        )


def truth(pages):
    """Of each held page with a held parent: `dec`idable, `und`ecidable, or misleading (`off`, not counted)."""
    known = Known(pages)
    return {
        page.number: (known.edge(page, pages[page.parent]), page.parent)
        for page in known.held[1:]
        if pages[page.parent].held
    }


def lost(pages):
    """The lost pages that two held ones by different ways below them prove."""
    known = Known(pages)
    found = {}
    for page in pages:
        ways = [] if page.held else branches(pages, page.number)
        if any(
            known.proves(known.above(page).number, one, other)
            for way, others in combinations(ways, 2)
            for one in way
            for other in others
        ):
            found[page.number] = "strict"
    return found
