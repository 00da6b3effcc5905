"""The fourth generator: texts passed on sentence by sentence by hosts with ways of working."""

import math
import random
from datetime import datetime, timedelta

from tests.quality.later.fourth import (
    BAD,
    CITY,
    CN,
    MORE,
    NAME,
    ORG,
    PLACE,
    S2T,
    SYN,
    TAIL,
    Host,
    Page,
    headline,
    newsroom,
    original,
    sentence,
)


def convert(s, how):
    if how == "s":
        back = {v: k for k, v in S2T.items()}
        back["髮"] = "发"
        return "".join(back.get(ch, ch) for ch in s)
    if how == "bad":
        return "".join(BAD.get(ch) or S2T.get(ch, ch) for ch in s)
    return "".join(S2T.get(ch, ch) for ch in s)


def edit(r, kind, paras, title, key):
    n = sum(map(len, paras))
    at = [(i, j) for i, p in enumerate(paras) for j in range(len(p)) if isinstance(p[j][0], int)]
    if len(at) < 2:
        return
    i, j = r.choice(at)
    k, s = paras[i][j]
    if kind == "cut":
        if r.random() < 0.35:
            i, j = at[-1]
        del paras[i][j]
    elif kind == "cutpara" and len(paras) > 2:
        del paras[r.choice([i, len(paras) - 1])]
    elif kind == "syn":
        ws = [w for w in SYN if w in s]
        if ws:
            w = r.choice(ws)
            paras[i][j] = (k, s.replace(w, SYN[w]))
    elif kind == "number":
        ds = [x for x, ch in enumerate(s) if ch.isdigit()]
        if ds:
            x = r.choice(ds)
            paras[i][j] = (k, s[:x] + str((int(s[x]) + r.randint(1, 8)) % 10 or 1) + s[x + 1 :])
    elif kind == "typo":
        x = r.randrange(max(1, len(s) - 1))
        paras[i][j] = (k, s[:x] + (r.choice("的地得在再做作已以") if r.random() < 0.5 else "") + s[x + 1 :])
    elif kind == "phrase":
        cl = s.split("，")
        if len(cl) > 1:
            x = r.randrange(len(cl) - 1)
            cl[x] = r.choice(
                [None, f"{r.choice(MORE)}{r.choice(TAIL)}", f"{r.choice(PLACE)}{r.choice(ORG)}有关人士表示"]
            )
            paras[i][j] = (k, "，".join(z for z in cl if z))
    elif kind == "insert":
        (
            paras[i].insert(j + 1, (f"+{key}", sentence(r)))
            if r.random() < 0.6
            else paras.insert(i + 1, [(f"+{key}", sentence(r))])
        )
    elif kind == "swap" and len(paras) > 2:
        x = r.randrange(len(paras) - 1)
        paras[x], paras[x + 1] = paras[x + 1], paras[x]
    elif kind == "chunk":
        want = max(2, int(n * r.uniform(0.2, 0.7)))
        start = r.randrange(max(1, n - want + 1))
        c = 0
        for p in paras:
            keep = [(start <= c + x < start + want) for x in range(len(p))]
            c += len(p)
            p[:] = [z for z, y in zip(p, keep, strict=False) if y]
    elif kind == "quote":
        paras[i][j] = (k, s.replace("“", "").replace("”", "") if "“" in s else "“" + s[:-1] + "”" + s[-1:])
    paras[:] = [p for p in paras if p]


def dress(r, h, paras, title, key, when):
    def f(t):
        return t.format(
            n=r.choice(NAME[:3]) if r.random() < 0.8 else r.choice(NAME),
            h=h.name.split("·")[0],
            t=title,
            d=when.day,
        )

    for b in h.boiler:
        if r.random() < h.boiler_rate:
            paras.append([("=", f(b))])
    for b in h.leads:
        if r.random() < h.lead_rate and paras:
            paras[0].insert(0, ("=", f(b)))
    if h.joins == "all":
        paras[:] = [[z] for p in paras for z in p]
    elif h.joins == "none":
        paras[:] = [[z for p in paras for z in p]]
    elif h.joins == "some" and len(paras) > 1 and r.random() < 0.5:
        x = r.randrange(len(paras) - 1)
        paras[x] += paras.pop(x + 1)
    if h.widths:
        tr = {
            "half": str.maketrans("，：；（）", ",:;()"),
            "full": str.maketrans("0123456789,", "０１２３４５６７８９，"),
            "quotes": str.maketrans("“”", "「」"),
        }[h.widths]
        paras[:] = [[(k, s.translate(tr)) for k, s in p] for p in paras]


def story(seed, city="plain", times=True):
    c = CITY[city]
    r = random.Random(f"fourth {city} {seed}")
    lo, hi = c.get("size", (5, 400))
    size = (
        round(math.exp(r.uniform(math.log(lo), math.log(hi))))
        if seed % 6 == 0 or "size" in c
        else round(math.exp(r.uniform(math.log(lo), math.log(60))))
    )
    hosts = [newsroom(r, c, i) for i in range(max(6, int(size * 1.1)))]
    hubs = r.sample(range(len(hosts)), max(1, len(hosts) // 8))
    for h in hosts:
        h.favourites = r.sample(hubs, min(2, len(hubs)))
    paras = original(r)
    title = headline(r)
    t0 = datetime(
        2024,
        r.randint(1, 12),
        r.randint(1, 28),
        r.randint(0, 23),
        r.randint(0, 59),
        r.randint(0, 59),
        tzinfo=CN,
    )
    o = Host(
        "观潮日报",
        "paper.example",
        "省",
        0,
        0,
        {},
        0,
        [],
        0,
        [],
        0,
        "keep",
        "",
        "",
        "",
        0,
        "none",
        "minute",
        0,
        0,
    )
    pages = [Page(0, None, None, o, 0, title, paras, t0, "")]
    order = list(range(len(hosts)))
    r.shuffle(order)
    for n in range(1, size):
        h = hosts[order[n % len(order)]]
        cands = [p for p in pages if p.depth < 6]

        p = r.choices(cands, [weight(q, h, hosts, c, len(pages)) for q in cands])[0]
        when = p.when + timedelta(seconds=r.lognormvariate(math.log(5000), 1.6))
        body = [list(x) for x in p.paras]
        title = p.title
        body = [[(k, s) for k, s in x if k != "=" or r.random() > h.strips] for x in body]
        body = [x for x in body if x]
        second = None
        if len(cands) > 3 and r.random() < c.get("merge", 0.03):
            q = r.choice([x for x in cands if x is not p])
            second = q.number
            when = max(when, q.when + timedelta(seconds=r.lognormvariate(math.log(3000), 1)))
            if r.random() < 0.4:
                title = q.title
            r.random()
            have = {k for x in body for k, _ in x}
            theirs = [z for x in q.paras for z in x if z[0] != "=" and z[0] not in have]
            if theirs and r.random() < 0.7:
                body.append(theirs[: r.randint(1, 4)])
            else:
                alt = {k: s for x in q.paras for k, s in x if isinstance(k, int)}
                ks = sorted(alt)
                half = set(ks[len(ks) // 2 :])
                body = [[(k, alt[k] if k in half and k in alt else s) for k, s in x] for x in body]
        for e in range(min(12, poisson(r, h.care))):
            edit(r, r.choices(list(h.mix), list(h.mix.values()))[0], body, title, f"{n}.{e}")
        if r.random() < h.drops_tail and len(body) > 2:
            body.pop()
        if not body:
            body = [list(x) for x in p.paras]
        if h.headline == "rewrite" and r.random() < 0.7:
            title = r.choice([headline(r), title.replace("：", " "), (title.split(" ")[0])])
        elif h.headline == "short" and r.random() < 0.7:
            title = title.split(" ")[0].split("：")[-1]
        elif h.headline == "suffix" and r.random() < 0.8:
            title = title.split("_")[0] + "_" + h.name.split("·")[0]
        dress(r, h, body, title, n, when)
        script = p.script
        if h.script and (h.script == "s") == bool(p.script):
            body = [[(k, convert(s, h.script)) for k, s in x] for x in body]
            title = convert(title, h.script)
            script = "" if h.script == "s" else "t"
        pages.append(Page(n, p.number, second, h, p.depth + 1, title, body, when, script))
        p.children.append(n)
    # numbers in the order of the world's time, so that a parent is before its child
    idx = sorted(range(len(pages)), key=lambda i: (pages[i].when, i))
    new = {o: n for n, o in enumerate(idx)}
    pages = [pages[i] for i in idx]
    for p in pages:
        p.number = new[p.number]
        p.parent = None if p.parent is None else new[p.parent]
        p.second = None if p.second is None else new[p.second]
        p.children = sorted(new[k] for k in p.children)
    mean = c.get("lost", 0.06)
    for p in pages[1:]:
        rate = mean * (2.2 if c.get("hubs") and len(p.children) > 1 else 0.5 if c.get("hubs") else 1)
        p.held = r.random() > rate
        p.known = p.held or r.random() < 0.5
    for p in pages:
        h = p.host
        shown = p.when + timedelta(hours=h.shift)
        if r.random() < h.late and p.number:
            shown += timedelta(minutes=r.expovariate(1 / 400))
        p.precision = {"hour": "minute", "none": "minute"}.get(h.precision, h.precision)
        if h.precision == "hour":
            shown = (
                shown.replace(minute=0, second=0)
                if r.random() < 0.5
                else shown.replace(minute=shown.minute // 30 * 30, second=0)
            )
        if p.precision == "minute":
            shown = shown.replace(second=0, microsecond=0)
        if p.precision == "day":
            shown = shown.replace(hour=0, minute=0, second=0, microsecond=0)
        p.shown_at = None if h.precision == "none" or not times else shown.replace(microsecond=0)
        if p.parent is not None:
            par = pages[p.parent]
            kind = h.credit
            if r.random() < 0.15:
                kind = r.choice(["none", "near", "origin"])
            q = {
                "near": par,
                "origin": pages[0],
                "grand": pages[par.parent] if par.parent is not None else par,
                "none": None,
                "false": r.choice(pages),
            }[kind]
            if kind == "grand" and par.source and r.random() < 0.5:
                p.source, p.named = par.source, par.named
            elif q is not None and q is not p:
                p.source, p.named = q.name, q.number
    return pages


def weight(p, h, hosts, c, count):
    """How likely a host takes a text from a page."""
    x = (1 + len(p.children)) ** 0.9 if not c.get("deep") else (1 + p.depth) ** 2 / (1 + len(p.children))
    if c.get("star"):
        x = 40 if p.number == 0 else x
    x *= math.exp(-(count - p.number) / 40) + 0.1
    if p.host in [hosts[f] for f in h.favourites]:
        x *= 1 + 20 * c.get("loyal", 0.3)
    return x * (3 if p.host.level < h.level else 1)


def poisson(r, m):
    """A number drawn from a Poisson distribution."""
    least, k, p = math.exp(-m), 0, 1.0
    while True:
        p *= r.random()
        if p <= least:
            return k
        k += 1
