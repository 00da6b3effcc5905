"""Stories whose way is known: copies of copies, edits, converters, clocks, credits, pages that nobody holds."""

import math
import random
from datetime import datetime, timedelta
from functools import lru_cache

import opencc

from tests.quality.third.text import CHARS, CST, MIX, NAMES, NUM, Habit, Page, Text


@lru_cache(None)
def _conv(how: str) -> opencc.OpenCC:
    return opencc.OpenCC(how)


def conv(how):
    """A converter of OpenCC's, as a function of a text."""
    return _conv(how).convert


FW = {"，": ",", "。": ".", "：": ":", "？": "?", "！": "!", "“": '"', "”": '"'}


def story(seed: int, h: Habit, times: bool = True) -> list[Page]:
    """A story whose way is known; a pure function of its seed and habits."""

    r = random.Random(f"third {seed}")
    mean, sd = r.choice(h.lens)
    invented = Text(r, r.choice(h.flavours), mean, sd)
    n = r.randint(*h.sents)
    sid = iter(range(10**6))
    paras, left = [], n
    while left > 0:
        k = min(left, r.choice([1, 1, 2, 2, 3, 4]))
        paras.append([(next(sid), invented.sentence()) for _ in range(k)])
        left -= k
    title = invented.clause(r.randint(10, 22))
    hosts = []
    count = r.randint(*h.copies)
    for i in range(count + 1):
        city = NAMES[i % len(NAMES)] + ("" if i < len(NAMES) else NUM[i // len(NAMES) % 10])
        rate = h.rate[1] if h.rate[0] == "fixed" else math.exp(r.gauss(-0.3, 1.1)) * h.rate[1]
        hosts.append(
            {
                "site": ".".join(
                    [
                        "www",
                        f"{r.choice(['news', 'city', 'daily', 'info', 'home'])}{i}-{seed % 97}",
                        r.choice(["cn", "com", "com.cn", "net"]),
                    ]
                ),
                "name": city + r.choice(["日报", "新闻网", "晚报", "在线", "广播网"]),
                "rate": rate,
                "script": "hant" if r.random() < h.convert else "hans",
                "how": r.choice(["s2t", "s2tw", "s2hk", "s2twp"]),
                "furn": r.random() < h.furniture,
                "fixed": r.random() < h.fixed_furniture,
                "top": f"{city}网讯 编辑：{invented.clause(3)}",
                "foot": r.choice(
                    [
                        f"责任编辑：{invented.clause(3)}",
                        f"【{city}网声明】{invented.clause(20)}。",
                        f"更多{city}新闻，{invented.clause(8)}",
                    ]
                ),
                "known": r.random() < 0.5,
            }
        )
    start = datetime(2019, 3, 4, r.randint(0, 9), r.randint(0, 59), r.randint(0, 59), tzinfo=CST)
    pages = [Page(0, hosts[0]["site"], hosts[0]["name"], None, 0, title, paras, at=start)]
    mix = h.mix or MIX
    kinds, wts = zip(*mix.items(), strict=True)
    for i in range(1, count + 1):
        ws = [
            (h.star * max(1, len(pages) ** 0.5) if p.number == 0 else 1 + 0.8 * len(p.children))
            if p.depth < h.depth
            else 0
            for p in pages
        ]
        p = r.choices(pages, ws)[0]
        host = hosts[i]
        c = Page(
            i,
            host["site"],
            host["name"],
            p.number,
            p.depth + 1,
            p.title,
            [list(q) for q in p.paras],
            p.ops,
            script=p.script,
            width=p.width,
            before=list(p.before),
            after=list(p.after),
        )
        ops = set(p.ops)
        # the receiving page drops the parent's furniture often
        for where in ("before", "after"):
            got = getattr(c, where)
            for line in list(got):
                if r.random() < 0.75:
                    got.remove(line)
                    ops.discard(("add", conv("t2s")(line)))
        if c.script != host["script"] and r.random() < 0.9:
            _convert(r, c, host, ops, h)
        k = _poisson(r, host["rate"])
        for _ in range(k):
            _edit(r, r.choices(kinds, wts)[0], c, invented, ops, sid)
        if host["furn"]:
            for where, words in (("before", host["top"]), ("after", host["foot"])):
                if r.random() < (0.9 if host["fixed"] else 0.5):
                    w = words if c.script == "hans" else conv(host["how"])(words)
                    getattr(c, where).append(w)
                    ops.add(("add", conv("t2s")(w)))
        c.ops = frozenset(ops)
        p.children.append(i)
        c.at = p.at + timedelta(minutes=math.exp(r.gauss(4.5, 1.6)))
        pages.append(c)
    _lose(r, pages, h)
    _clocks(r, pages, h, times)
    _credits(r, pages, h, hosts)
    for p in pages:
        p.known = hosts[p.number]["known"] if h.names == "mixed" else True
    return pages


def _poisson(r, m):
    least, k, q = math.exp(-m), 0, r.random()
    while q > least:
        k += 1
        q *= r.random()
    return k


def _lines(c):
    return [(i, j) for i, p in enumerate(c.paras) for j in range(len(p))]


def _cut(c, i, j, ops):
    s, _ = c.paras[i].pop(j)
    own = {
        o
        for o in ops
        if len(o) > 1 and o[1] == s and o[0] in ("rep", "typo", "words", "glyph", "num", "sent")
    }
    ops -= own
    if ("sent", s) not in own:
        ops.add(("cut", s))


def _edit(r, kind, c, invented, ops, sid):
    at = _lines(c)
    if len(at) < 3:
        return
    cv = (lambda x: x) if c.script == "hans" else conv("s2t")
    last = len(c.paras) - 1
    if kind == "title":
        how = r.random()
        if how < 0.4:
            c.title = cv(invented.clause(r.randint(9, 20)))
        elif how < 0.7:
            c.title = c.title[: max(4, len(c.title) - r.randint(2, 6))]
        else:
            c.title = cv(invented.clause(r.randint(2, 5))) + r.choice("：　|") + c.title
        for o in list(ops):
            if o[0] == "title":
                ops.discard(o)
        ops.add(("title", c.title))
    elif kind == "tail":
        for _ in range(min(len(at) // 2, r.choice([1, 1, 2, 3, 5]))):
            while c.paras and not c.paras[-1]:
                c.paras.pop()
            _cut(c, len(c.paras) - 1, len(c.paras[-1]) - 1, ops)
            while c.paras and not c.paras[-1]:
                c.paras.pop()
    elif kind == "cuthead":
        _cut(c, *at[0], ops)
    elif kind == "cutsent":
        _cut(c, *r.choice(at), ops)
    elif kind == "cutpara":
        i = r.choice(at)[0]
        if len(c.paras[i]) < len(at) // 2:
            while c.paras[i]:
                _cut(c, i, 0, ops)
    elif kind in ("cutwords", "replace", "number", "typo"):
        i, j = r.choice(at)
        s, t = c.paras[i][j]
        if len(t) < 10:
            return
        a = r.randrange(1, len(t) - 6)
        b = a + r.randint(2, 5)
        if kind == "cutwords":
            b = min(len(t) - 1, a + r.randint(2, max(3, len(t) // 3)))
            t2 = t[:a] + t[b:]
            ops.add(("words", s, t2))
        elif kind == "replace":
            new = cv(invented.clause(r.randint(2, 5)))
            t2 = t[:a] + new + t[b:]
            ops.add(("rep", s, a, new))
        elif kind == "number":
            d = [x for x, ch in enumerate(t) if ch.isdigit() or ch in NUM]
            if not d:
                return
            x = r.choice(d)
            new = str(r.randint(1, 9)) if t[x].isdigit() else r.choice(NUM)
            t2 = t[:x] + new + t[x + 1 :]
            if t2 == t:
                return
            ops.add(("num", s, x, new))
        else:
            new = cv(r.choice(CHARS))
            t2 = t[:a] + new + t[a + 1 :]
            ops.add(("typo", s, a, new))
        if t2 != t:
            c.paras[i][j] = (s, t2)
    elif kind == "addline":
        line = cv(
            r.choice(
                [
                    f"（{invented.clause(4)}　摄）",
                    f"原标题：{c.title}",
                    f"（记者{invented.clause(3)}）",
                    invented.clause(12),
                    f"本文来自{invented.clause(4)}，{invented.clause(9)}。",
                ]
            )
        )
        (c.after if r.random() < 0.7 else c.before).append(line)
        ops.add(("add", conv("t2s")(line)))
    elif kind == "addsent":
        i, j = r.choice(at)
        s = next(sid)
        t = cv(invented.sentence())
        c.paras[i].insert(j + 1, (s, t))
        ops.add(("sent", s))
    elif kind == "breaks":
        how = r.random()
        if how < 0.15:
            c.paras = [[x] for p in c.paras for x in p]
            ops -= {o for o in ops if o[0] == "break"}
            ops.add(("break", "all"))
        elif how < 0.25:
            c.paras = [[x for p in c.paras for x in p]]
            ops -= {o for o in ops if o[0] == "break"}
            ops.add(("break", "none"))
        else:
            full = [i for i, p in enumerate(c.paras) if p]
            if r.random() < 0.5 and len(full) > 1:
                k = r.randrange(len(full) - 1)
                a, b = full[k], full[k + 1]
                ops.add(("break", "join", c.paras[b][0][0]))
                c.paras[a] += c.paras.pop(b)
            else:
                big = [i for i in full if len(c.paras[i]) > 1]
                if big:
                    i = r.choice(big)
                    k = r.randrange(1, len(c.paras[i]))
                    ops.add(("break", "split", c.paras[i][k][0]))
                    c.paras.insert(i + 1, c.paras[i][k:])
                    c.paras[i] = c.paras[i][:k]
    elif kind == "width":
        if c.width == "full":
            chosen = r.choice(["，", "：", "“", "all"])
            for p in c.paras:
                for j, (s, t) in enumerate(p):
                    for a, b in FW.items():
                        if (chosen == "all" and a != "。") or a == chosen:
                            t = t.replace(a, b)
                    p[j] = (s, t)
            c.width = chosen
            ops.add(("width", chosen))
    elif kind == "move" and last > 1:
        p = c.paras.pop(r.randrange(len(c.paras)))
        if p:
            k = r.randrange(len(c.paras) + 1)
            c.paras.insert(k, p)
            ops.add(("move", p[0][0], k))
    c.paras = [p for p in c.paras if p]


def _convert(r, c, host, ops, h):
    to = host["script"]
    f = conv(host["how"] if to == "hant" else r.choice(["t2s", "tw2s", "hk2s"]))
    c.title = f(c.title)
    c.before = [f(x) for x in c.before]
    c.after = [f(x) for x in c.after]
    for p in c.paras:
        for j, (s, t) in enumerate(p):
            p[j] = (s, f(t))
    ops -= {o for o in ops if o[0] == "script"}
    if to == "hant":
        ops.add(("script", host["how"]))
    else:
        ops.add(("back", host["how"])) if r.random() < 0.0 else None
    for _ in range(_poisson(r, h.glyph)):
        if r.random() < 0.5:
            return
        at = _lines(c)
        i, j = r.choice(at)
        s, t = c.paras[i][j]
        if len(t) < 4:
            continue
        a = r.randrange(len(t) - 1)
        new = r.choice("□?囗") if r.random() < 0.4 else f(r.choice(CHARS))
        c.paras[i][j] = (s, t[:a] + new + t[a + 1 :])
        ops.add(("glyph", s, a, new))
    if ops and any(o[0] == "title" for o in ops):
        ops -= {o for o in ops if o[0] == "title"}
        ops.add(("title", conv("t2s")(c.title)))


def _lose(r, pages, h):
    for p in pages[1:]:
        if p.children and r.random() < h.lost:
            p.held = False


def _clocks(r, pages, h, times):
    style = r.choice(["minute", "second", "day", "mixed"])
    for p in pages:
        if not times:
            continue
        pr = style if style != "mixed" else r.choice(["minute", "second", "day"])
        at = p.at
        bad = h.times == "bad"
        x = r.random()
        if x < (0.35 if bad else 0.08):
            continue
        if r.random() < (0.25 if bad else 0.04):
            at = r.choice(
                [
                    at + timedelta(hours=8),
                    at - timedelta(hours=8),
                    at + timedelta(days=r.randint(1, 60)),
                    at.replace(year=at.year - 1),
                    at - timedelta(days=r.randint(1, 5)),
                    at + timedelta(days=365),
                ]
            )
        if bad and r.random() < 0.3:
            pr = "day"
        if pr == "day":
            at = at.replace(hour=0, minute=0, second=0)
        if pr == "minute":
            at = at.replace(second=0)
        p.shown_at, p.precision = at.replace(microsecond=0), pr


def _credits(r, pages, h, hosts):
    for p in pages[1:]:
        par = pages[p.parent]
        gp = pages[par.parent] if par.parent is not None else None
        w = {
            "mixed": (0.35, 0.25, 0.15, 0.15, 0.1),
            "false": (0.2, 0.15, 0.15, 0.15, 0.35),
            "grandfather": (0.2, 0.15, 0.45, 0.2, 0),
            "none": (0.9, 0.05, 0.05, 0, 0),
        }[h.credits]
        k = r.choices(["none", "parent", "grand", "origin", "false"], w)[0]
        who = {"none": None, "parent": par, "grand": gp or par, "origin": pages[0], "false": r.choice(pages)}[
            k
        ]
        if who is None or who is p:
            continue
        p.source = who.name if r.random() < 0.7 else who.site.removeprefix("www.")
        p.credit_true = who is par
        p.credited = who.number
