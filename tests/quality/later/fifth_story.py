"""The fifth generator: how a text travels through Chinese newsrooms, written before the model was read."""

import re
from datetime import datetime, timedelta

from tests.quality.later.fifth import (
    BROKEN,
    CST,
    HABITS,
    OP,
    PLACES,
    SURN,
    SYN,
    TYPO,
    Copy,
    Page,
    Room,
    Story,
    headline,
    sentence,
)


def edit(st, c, r, h, room, acts):
    kept = [x for p in c.paras for x in p]
    kind = r.choices(
        [
            "cutpara",
            "tail",
            "cutsent",
            "syn",
            "typo",
            "num",
            "clause",
            "name",
            "title",
            "split",
            "join",
            "add",
            "caption",
            "dateline",
            "move",
            "swap",
        ],
        [1.2, 2.2, 1.5, 2.5, 1.2, 0.8, 1, 0.5, 1.5, 0.8, 1, 0.5, 0.6, 1.0, 0.25, 0.6],
    )[0]
    acts.append(kind)

    def sub(x, a, b):
        v = c.var.setdefault(x, {})
        for k, w in list(v.items()):
            if a in w:
                v[k] = w.replace(a, b, 1)
                return
        v[a] = b

    if kind == "cutpara" and len(c.paras) > 3:
        del c.paras[r.randrange(1, len(c.paras))]
    elif kind == "tail" and len(c.paras) > 3:
        k = min(len(c.paras) - 2, r.choice([1, 1, 1, 2, 3]))
        del c.paras[-k:]
    elif kind == "cutsent" and len(kept) > 4:
        x = r.choice(kept[1:])
        for p in c.paras:
            if x in p:
                p.remove(x)
        c.paras = [p for p in c.paras if p]
    elif kind in ("syn", "typo"):
        table = SYN if kind == "syn" else TYPO
        spots = [(x, a) for x in kept for a in table if a in st.text_of(c, x)]
        if spots:
            x, a = r.choice(spots)
            if kind == "typo":
                t = st.text_of(c, x)
                i = t.index(a)
                lo = max(0, i - 1)
                sub(x, t[lo : i + 2], t[lo:i] + TYPO[a] + t[i + 1 : i + 2])
            else:
                sub(x, a, table[a])
    elif kind == "num":
        spots = [(x, m.group()) for x in kept for m in re.finditer(r"\d{2,}(?=[万个多处])", st.text_of(c, x))]
        if spots:
            x, a = r.choice(spots)
            sub(
                x,
                a,
                r.choice(
                    [
                        a[::-1] if a[::-1] != a and a[-1] != "0" else a + "0",
                        a[:-1] + str((int(a[-1]) + 3) % 10),
                        a[:1] + "余",
                    ]
                ),
            )
    elif kind == "clause":
        x = r.choice(kept)
        t = st.text_of(c, x)
        parts = t.split("，")
        if len(parts) > 2:
            sub(x, "，" + parts[-1], "。")
    elif kind == "name":
        x = r.choice(kept)
        t = st.text_of(c, x)
        for a in SURN:
            if a in t and r.random() < 0.3:
                i = t.index(a)
                sub(x, t[i : i + 3], "当地" + t[i : i + 3])
                break
    elif kind == "title":
        retitle(st, c, r)
    elif kind == "split":
        k = [i for i, p in enumerate(c.paras) if len(p) > 1]
        if k:
            i = r.choice(k)
            j = r.randrange(1, len(c.paras[i]))
            c.paras[i : i + 1] = [c.paras[i][:j], c.paras[i][j:]]
    elif kind == "join" and len(c.paras) > 2:
        i = r.randrange(len(c.paras) - 1)
        c.paras[i : i + 2] = [c.paras[i] + c.paras[i + 1]]
    elif kind == "add":
        n = st.n + len(st.extra)
        st.extra[n] = r.choice(
            [
                sentence(r),
                sentence(r),
                "（图片来源网络）",
                f"延伸阅读：{headline(r)}",
                "网友对此议论纷纷，有人点赞，也有人担忧。",
            ]
        )
        i = r.choice([len(c.paras), len(c.paras), r.randrange(1, len(c.paras) + 1)])
        c.paras.insert(i, [n])
    elif kind == "caption":
        for i, p in enumerate(c.paras[:-1]):
            if any(st.raw(x).startswith("图为") for x in p):
                c.paras[i : i + 2] = [p + c.paras[i + 1]]
                break
    elif kind == "dateline" and 0 in kept:
        t = st.raw(0)
        i = t.index("）") + 1
        sub(0, t[:i], r.choice(["", "", f"{room.name}讯 ", t[:i].split("电")[0] + "电 "]))
    elif kind == "move" and len(c.paras) > 4:
        i = r.randrange(1, len(c.paras) - 1)
        p = c.paras.pop(i)
        c.paras.insert(r.randrange(1, len(c.paras)), p)
    elif kind == "swap":
        x = r.choice(kept)
        t = st.text_of(c, x)
        if t.count("，") >= 2:
            a = t.split("，")
            sub(x, a[0] + "，" + a[1], a[1].rstrip("。") + "，" + a[0])


def retitle(st, c, r):
    t = c.title
    c.title = r.choice(
        [
            lambda: headline(r),
            lambda: t[: max(6, len(t) * 2 // 3)],
            lambda: f"{t}（图）",
            lambda: f"{r.choice(PLACES)}：{t.split('：')[-1]}",
            lambda: t + "！网友：" + r.choice(OP),
            lambda: "“" + r.choice(OP) + "” " + t,
            lambda: headline(r),
        ]
    )()


def template(c, room, r):
    """What the room's system does to every text. A foot of another room's system stays if the page was pasted."""
    keep = r.random() < 0.25
    c.foot = (c.foot if keep else ()) + room.foot
    c.head = room.head or (c.head if keep else ())
    c.foot = tuple(dict.fromkeys(c.foot))
    if room.width:
        c.width = room.width
    if room.quote:
        c.width = "quote"
    if room.join:
        c.joined = True
    if room.split and not c.joined:
        c.paras = [[x] for p in c.paras for x in p]
    if room.script == "t":
        c.script = "t"
    elif room.script == "half" and c.script == "s":
        c.script = "half"
    elif c.script in ("t", "half"):  # back into simplified: leaves broken characters
        c.script = "s"
        c.odd = c.odd | frozenset(g for g in BROKEN if r.random() < 0.25)


def story(seed, h=HABITS["plain"], times=True):
    st = Story(seed, h)
    r = st.r
    n = r.randint(*h.size)
    rooms = [Room(r, i, seed, h) for i in range(n)]
    t0 = datetime(
        2021, r.randrange(1, 12), r.randrange(1, 28), r.randrange(5, 22), r.randrange(60), tzinfo=CST
    )
    o = Copy(st.paras, {}, st.title)
    states = [o]
    real = [t0]
    pages = []
    paper = Page(
        0,
        None,
        True,
        f"paper.n{seed}.cn",
        f"{r.choice(PLACES)}日报",
        True,
        shown_at=t0,
        precision=r.choice(["day", "minute"]),
    )
    pages.append(paper)
    hows = ["s2t"]
    for i in range(1, n):
        room = rooms[i]
        again = i > 4 and r.random() < h.recrawl
        if again:
            p = r.randrange(1, i)
            room = rooms[p]
        else:
            w = [
                h.origin * 2
                if j == 0
                else rooms[j].pull
                * (h.chain if pages[j].parent else 1)
                * (1.3 if rooms[j].tier in ("agency", "portal", "province") else 0.7)
                for j in range(i)
            ]
            p = r.choices(range(i), w)[0]
        c = states[p].clone()
        acts = []
        if again:
            acts.append("recrawl")
        for _ in range(0 if r.random() < h.quiet else 1 + min(6, int(r.expovariate(1 / h.edits)))):
            edit(st, c, r, h, room, acts)
        if r.random() < h.retitle * 0.5:
            retitle(st, c, r)
            acts.append("title")
        second = None
        if i > 5 and r.random() < h.contam:
            q = r.randrange(0, i)
            if q != p:
                second = q
                acts.append("contam")
                mix(states[q], c, r)
        if r.random() < h.revert and c.var:
            x = r.choice(sorted(c.var))
            c.var.pop(x)
            acts.append("revert")
        if r.random() < h.revert * 0.5 and c.title != st.title:
            c.title = st.title
            acts.append("retitled back")
        template(c, room, r)
        if room.full and len(c.paras) > 4:
            k = r.randint(2, 4)
            c.paras = c.paras[:k]
            c.foot = ("……【全文】", *c.foot)
        gone = r.random() < h.lost and i > 1
        took = real[p] + timedelta(minutes=2 + r.expovariate(1 / (room.lag * 60)))
        shown = took
        if room.repub and r.random() < 0.7:
            shown = took + timedelta(hours=r.choice([3, 9, 26, 70]) * r.random())
        shown += timedelta(hours=room.wrong) if r.random() < 0.7 else timedelta(0)
        prec = room.clock
        cred, who = None, None
        g = pages[p].parent if pages[p].parent is not None else 0
        how = room.cred if r.random() < 0.85 else r.choice(["parent", "origin", "none"])
        if how != "none":
            who = {"parent": p, "origin": 0, "grand": g, "false": r.randrange(0, i)}[how]
            cred = pages[who].name
            if how == "false" and r.random() < 0.5:
                cred, who = f"{r.choice(PLACES)}晚报", None
        page = Page(
            i,
            p,
            not gone,
            room.site,
            room.name,
            room.known,
            cred,
            who,
            None if prec is None or not times else shown,
            prec or "day",
            second=second,
            acts=tuple(acts),
        )
        if page.shown_at is not None and prec == "day":
            page.shown_at = page.shown_at.replace(hour=0, minute=0, second=0, microsecond=0)
        elif page.shown_at is not None and prec == "minute":
            page.shown_at = page.shown_at.replace(second=0, microsecond=0)
        pages.append(page)
        states.append(c)
        real.append(took)
        hows.append(room.how)
        pages[p].children.append(i)
    if not times:
        for p in pages:
            p.shown_at = None
    elif paper.precision == "day":
        paper.shown_at = paper.shown_at.replace(hour=0, minute=0, second=0, microsecond=0)
    for p, c, how in zip(pages, states, hows, strict=False):
        p.text, p.title = st.render(c, how)
        p.ops = st.ops(c)
    return pages


def mix(q, c, r):
    """Part of another copy: its headline, or its edits and cuts of one half."""
    k = r.randrange(3)
    if k == 0:
        c.title = q.title
        return
    mine = [x for p in c.paras for x in p]
    if k == 1:
        cut = max(mine) // 2
        for x, v in q.var.items():
            if x > cut:
                c.var[x] = dict(v)
    else:  # paragraphs that this copy lacks come back from the other
        for p in q.paras:
            new = [x for x in p if x not in mine]
            if new:
                c.paras.append(new)
