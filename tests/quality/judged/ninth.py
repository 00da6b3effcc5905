"""Stories of another temper: a portal with a wrong headline that feeds forty, spam networks with one dictionary and one
footer, aggregators that take a page within minutes of the night, the paper's own page put up again under an earlier
time, and two conversions that know nothing of each other.
"""

import random
from datetime import datetime, timedelta

from tests.quality.judged import eighth
from tests.quality.judged.eighth import SAME, Host, Page, Story, edited, shown
from tests.quality.judged.eighth_story import Copy

FOOTS = (
    "下载客户端，随时看新闻。",
    "点击进入专题>>",
    "【打印】【关闭】【纠错】",
    "本站内容均来自网络",
    "返回首页 上一页 下一页",
    "扫一扫分享到朋友圈",
)
PATIENT = {
    "portal": 1.2,
    "copy": 0.35,
    "night": 0.05,
    "spam": 0.15,
    "plain": 0.9,
    "again": 0.1,
    "turn": 0.5,
    "turned": 0.3,
}
"""How much each sort of page edits."""


class Spread:
    """The spreading of one story."""

    def __init__(self, seed: int, times: bool) -> None:
        """Begin with the paper's own page."""
        self.rng = rng = random.Random(f"ninth {seed}")
        self.times = times
        self.tale = Story(rng)
        names = [a[:2] + b for a in eighth.NAMES for b in ("新闻", "在线", "资讯", "网事", "热点")]
        rng.shuffle(names)
        self.names = names
        self.first = datetime.fromisoformat("2024-03-17T16:20:00+08:00") + timedelta(
            minutes=rng.randrange(300), seconds=rng.randrange(60)
        )
        self.pages: list[Copy] = []
        self.ends: list[tuple[str, ...]] = []
        state = Page(tuple(range(len(self.tale.sentences))), breaks=self.tale.breaks)
        self._put(None, state, self.first, "minute", None)

    def _put(self, parent, state, at, precision, source, site=None, error=None):
        n = len(self.pages)
        name = self.names[n]
        known = n == 0 or self.rng.random() < 0.5
        page = Copy(
            n,
            None if parent is None else parent.number,
            site or f"s{n}.example",
            name,
            known,
            state,
            at,
            0 if parent is None else parent.depth + 1,
        )
        page.precision = precision
        page.source = source
        shown_at = at + (error or timedelta(0))
        page.shown_at = {
            "day": shown_at.replace(hour=0, minute=0, second=0),
            "minute": shown_at.replace(second=0),
            "hour": shown_at.replace(minute=0, second=0),
            "second": shown_at,
        }.get(precision)
        page.precision = "minute" if precision == "hour" else precision
        if not self.times or page.shown_at is None:
            page.shown_at = page.precision = None
        if n == 0:
            page.source = page.name
        page.text, page.title = shown(self.tale, state, page.site)
        if parent is not None:
            parent.children.append(n)
        self.pages.append(page)
        return page

    def take(
        self,
        parent,
        sort,
        delay,
        *,
        converter=None,
        foot=(),
        spin=None,
        credit=None,
        precision=None,
        error=None,
        site=None,
    ):
        """A page taken from another."""
        rng = self.rng
        host = Host(
            "",
            "",
            False,
            PATIENT[sort],
            1.0,
            rng.random() < 0.06,
            converter,
            "",
            "",
            foot or (f"（责任编辑：{rng.choice(eighth.PEOPLE)}）", f"更多请看{self.names[len(self.pages)]}"),
        )
        state = edited(rng, self.tale, parent.state, host)
        if spin:
            keeps = set(state.kept)
            said = {(i, j): w for i, j, w in state.said}
            for i in keeps:
                for j, word in enumerate(self.tale.sentences[i]):
                    if word in spin and said.get((i, j), word) == word:
                        said[i, j] = spin[word]
            state = state._replace(said=frozenset((i, j, w) for (i, j), w in said.items()))
        if foot:
            state = state._replace(added=state.added | {("end", 9, foot[0])})
        habit = credit or rng.choices(("parent", "origin", "copied", "none", "false"), (30, 25, 20, 20, 5))[0]
        source = {
            "parent": parent.name,
            "origin": self.pages[0].name,
            "copied": parent.source,
            "none": None,
            "false": rng.choice(self.pages).name,
        }[habit]
        how = precision or rng.choices(("minute", "second", "hour", "day", None), (45, 20, 8, 17, 10))[0]
        if error is None and rng.random() < 0.05:
            error = timedelta(hours=rng.choice((-8, 8, -24, 24, -12)))
        return self._put(parent, state, parent.at + delay, how, source, site, error)

    def minutes(self, low, high):
        return timedelta(seconds=self.rng.randrange(low * 60, high * 60))


def story(seed: int, *, times: bool = True) -> list[Copy]:
    """The pages of a story; page 0 is the origin and held."""
    s = Spread(seed, times)
    rng, root = s.rng, s.pages[0]
    hubs = [root]
    if rng.random() < 0.8:
        portal = s.take(root, "portal", s.minutes(60, 400), credit=rng.choice(("origin", "parent", "none")))
        wrong = portal.state._replace(title=("own", rng.randrange(10_000)))
        portal.state = wrong
        portal.text, portal.title = shown(s.tale, wrong, portal.site)
        hubs += [portal]
        fed = [portal]
        for _ in range(rng.choice((4, 8, 15, 40))):
            up = rng.choice(fed) if rng.random() < 0.3 else portal
            if up.depth < 6:
                fed.append(s.take(up, "copy", s.minutes(3, 900)))
        hubs += rng.sample(fed, min(3, len(fed)))
    for _ in range(rng.randrange(2, 9)):
        up = rng.choice(hubs)
        if up.depth < 6:
            hubs.append(s.take(up, "plain", s.minutes(20, 3000)))
    if rng.random() < 0.6:
        _network(s, rng.choice(hubs))
    if rng.random() < 0.6:
        for up in rng.sample(hubs, min(len(hubs), 3)):
            for _ in range(rng.randrange(1, 5)):
                if up.depth < 6:
                    up2 = s.take(
                        up,
                        "night",
                        s.minutes(1, 6),
                        credit=rng.choice(("parent", "parent", "copied")),
                        precision=rng.choice(("second", "minute")),
                        error=timedelta(0),
                    )
                    up = up2 if rng.random() < 0.3 else up
    if rng.random() < 0.5:
        later = timedelta(days=rng.randrange(1, 30))
        s.take(
            root,
            "again",
            later,
            credit="origin",
            precision=rng.choice(("day", "minute")),
            error=-later - timedelta(hours=rng.choice((6, 9, 16))),
            site="epaper.s0.example",
        )
    if rng.random() < 0.6:
        for way in rng.sample(("s2t", "s2hk", "s2twp", "naive", "half"), 2):
            turned = [s.take(rng.choice(hubs), "turn", s.minutes(60, 2000), converter=way)]
            for _ in range(rng.randrange(1, 5)):
                up = rng.choice(turned)
                if up.depth < 6:
                    turned.append(
                        s.take(up, "turned", s.minutes(30, 2000), converter=rng.choice((way, way, None)))
                    )
    return _shuffled(s)


def _network(s: Spread, up: Copy) -> None:
    rng = s.rng
    spin = {word: rng.choice(ways) for word, ways in SAME.items() if rng.random() < 0.5}
    foot = (rng.choice(FOOTS),)
    members = []
    for _ in range(rng.choice((3, 6, 12, 25))):
        source = rng.choice(members) if members and rng.random() < 0.7 else up
        if source.depth < 6:
            one = s.take(
                source,
                "spam",
                s.minutes(1, 30),
                foot=foot,
                spin=spin,
                credit=rng.choice(("copied", "none", "none", "origin")),
                precision=rng.choice(("second", "minute", "day")),
            )
            one.network = True
            members.append(one)


def _shuffled(s: Spread) -> list[Copy]:
    rng, pages = s.rng, s.pages
    new = [0, *rng.sample(range(1, len(pages)), len(pages) - 1)]
    for page in pages:
        page.number = new[page.number]
        page.parent = None if page.parent is None else new[page.parent]
        page.children = [new[n] for n in page.children]
    rate = rng.choice((0.0, 0.1, 0.2, 0.3))
    for page in pages[1:] if pages[0].number == 0 else pages:
        page.held = not (page.number and page.children and rng.random() < rate)
    return sorted(pages, key=lambda page: page.number)
