"""The fifth generator's newsrooms: their tiers, habits and sentences, and what a text is between them."""

import itertools
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import opencc

from tests.quality.later import WORDS

CST = timezone(timedelta(hours=8))
_cc = {}


def conv(how, text):
    if how not in _cc:
        _cc[how] = opencc.OpenCC(how)
    return _cc[how].convert(text)


PLACES = WORDS["fifth"]["places"]
ORGS = WORDS["fifth"]["orgs"]
SURN = WORDS["fifth"]["surn"]
GIV = WORDS["fifth"]["giv"]
NOUN = WORDS["fifth"]["noun"]
VERB = WORDS["fifth"]["verb"]
EFF = WORDS["fifth"]["eff"]
WHEN = WORDS["fifth"]["when"]
ADV = WORDS["fifth"]["adv"]
SAYS = ["说", "表示", "介绍说", "告诉记者", "坦言", "回忆道"]
OP = WORDS["fifth"]["op"]
ROLES = ["村民", "居民", "干部", "教师", "店主"]
WORKS = ["项目", "工程", "工作"]
JOINED = ["参加了", "见证了", "报名参与"]
SPEAKERS = ["负责人", "有关人士", "工作人员"]
MOVES = ["增长", "下降"]
SENSES = ["普遍感受", "真实写照", "又一变化"]
SYN = {
    "日前": "近日",
    "表示": "说",
    "方便": "便利",
    "明显": "显著",
    "居民": "市民",
    "解决": "化解",
    "全面": "全部",
    "启动": "开启",
    "整治": "治理",
    "称赞": "好评",
    "孩子们": "学童",
    "顺利": "如期",
    "难题": "问题",
    "沿线": "两岸",
    "今年上半年": "上半年",
    "告诉记者": "告诉本报记者",
    "正式": "",
    "大家": "所有人",
    "已经": "已",
    "投入资金": "投资",
    "附近": "周边",
    "村民": "乡亲",
    "改造": "改建",
    "陆续": "相继",
}
TYPO = dict(
    zip(
        "在的做以再那已戴账像州园候梁练副须涨漫坐象",
        "再地作已在哪己带帐象洲圆侯粱炼付需胀慢座像",
        strict=False,
    )
)
BROKEN = {
    "台": "臺",
    "里": "裡",
    "后": "後",
    "干": "乾",
    "面": "麵",
    "发": "髮",
    "只": "隻",
    "松": "鬆",
    "系": "係",
    "谷": "穀",
}


@dataclass
class Page:
    number: int
    parent: int | None
    held: bool
    site: str
    name: str
    known: bool
    source: str | None = None
    credited: int | None = None
    shown_at: datetime | None = None
    precision: str = "minute"
    ops: frozenset = frozenset()
    title: str = ""
    text: str = ""
    children: list = field(default_factory=list)
    second: int | None = None
    acts: tuple = ()
    at = property(lambda s: s.shown_at)


@dataclass
class Copy:
    """The state of a text: paragraphs of sentence numbers, each sentence with the edits made to it."""

    paras: list
    var: dict
    title: str
    width: str = "full"
    script: str = "s"
    half: int = 0
    joined: bool = False
    foot: tuple = ()
    head: tuple = ()
    odd: frozenset = frozenset()

    def clone(self):
        return Copy(
            [list(p) for p in self.paras],
            {k: dict(v) for k, v in self.var.items()},
            self.title,
            self.width,
            self.script,
            self.half,
            self.joined,
            self.foot,
            self.head,
            self.odd,
        )


class Room:
    """One newsroom: its tier, its habits, its people."""

    def __init__(self, r, i, seed, h):
        self.tier = r.choices(
            ["agency", "portal", "province", "city", "county", "commerce", "wechat", "gov"],
            [1, 3, 3, 3, 4, 3, 4, 2],
        )[0]
        place = r.choice(PLACES)
        self.name = {
            "agency": f"{place}通讯社",
            "portal": f"{place}网",
            "province": f"{place}新闻网",
            "city": f"{place}日报网",
            "county": f"{place}融媒",
            "commerce": f"{place}财经",
            "wechat": f"{place}发布",
            "gov": f"{place}政府网",
        }[self.tier] + (str(i) if r.random() < 0.2 else "")
        self.site = {"wechat": f"mp{i}.weixin-{seed}.cn"}.get(self.tier, f"{self.tier}{i}.n{seed}.cn")
        self.known = r.random() < h.known
        self.foot = ()
        x = r.random()
        duty = r.choice(SURN) + r.choice(GIV)
        if x < h.foot:
            self.foot = (
                r.choice(
                    [
                        f"责编：{duty}",
                        f"责任编辑：{duty}",
                        f"（责编：{duty}、{r.choice(SURN)}{r.choice(GIV)}）",
                        f"编辑：{duty} 审核：{r.choice(SURN)}{r.choice(GIV)}",
                        "免责声明：本文转自其他媒体，不代表本站观点。",
                        "返回首页 打印本页",
                        f"来源：{place}网",
                    ]
                ),
            )
        self.head = (
            (r.choice([f"{self.name}讯", "原标题见文末", f"点击上方蓝字关注{self.name}"]),)
            if r.random() < h.head
            else ()
        )
        self.script = r.choices(["s", "t", "half"], [1 - h.trad, h.trad * 0.7, h.trad * 0.3])[0]
        self.how = r.choice(["s2t", "s2tw", "s2hk", "s2twp"])
        self.width = "half" if r.random() < h.half else ("full" if r.random() < 0.3 else None)
        self.quote = r.random() < 0.08
        self.join = r.random() < h.join
        self.split = r.random() < h.split
        self.full = r.random() < h.full
        self.lag = r.choice([0.1, 0.5, 1, 3, 8, 20])
        self.clock = r.choices(["minute", "day", "second", None], h.clock)[0]
        self.wrong = r.choice([-8, 8, 24, -24]) if r.random() < h.wrong else 0
        self.repub = r.random() < h.repub
        self.cred = r.choices(["parent", "origin", "grand", "none", "false"], h.credit)[0]
        self.pull = r.paretovariate(1.1)


@dataclass
class Habit:
    size: tuple = (12, 40)
    edits: float = 1.6
    lost: float = 0.15
    known: float = 0.5
    foot: float = 0.35
    head: float = 0.1
    trad: float = 0.15
    half: float = 0.12
    join: float = 0.08
    split: float = 0.08
    full: float = 0.08
    clock: tuple = (6, 3, 1, 1)
    wrong: float = 0.05
    repub: float = 0.12
    credit: tuple = (4, 3, 2, 3, 0.6)
    contam: float = 0.04
    revert: float = 0.04
    recrawl: float = 0.05
    retitle: float = 0.35
    chain: float = 1.0
    sents: tuple = (8, 32)
    quiet: float = 0.35
    origin: float = 2.0


HABITS = {
    "plain": Habit(),
    "chains": Habit(chain=6.0, origin=0.5),
    "bush": Habit(chain=0.2, origin=5),
    "county": Habit(edits=2.6, foot=0.6, join=0.2, clock=(2, 6, 0, 3), wrong=0.1),
    "wechat": Habit(foot=0.7, head=0.4, split=0.3, retitle=0.7, credit=(3, 2, 3, 3, 1.5)),
    "reprint late": Habit(repub=0.4, wrong=0.1, clock=(7, 2, 1, 0)),
    "converters": Habit(trad=0.45, half=0.3),
    "gaps": Habit(lost=0.35, edits=2.0),
    "mixers": Habit(contam=0.15, revert=0.12, recrawl=0.15),
    "brief": Habit(sents=(4, 9), edits=1.3),
    "faithful": Habit(edits=0.7, quiet=0.65, credit=(6, 2, 1, 3, 0.3)),
    "cutters": Habit(full=0.25, edits=2.2),
}


def sentence(r):
    p, o, n, v = r.choice(PLACES), r.choice(ORGS), r.choice(NOUN), r.choice(VERB)
    who = r.choice(SURN) + r.choice(GIV)
    k = r.randrange(9)
    if k == 0:
        return f"{r.choice(WHEN)}，{p}{o}{r.choice(ADV)}{v}{n}，{r.choice(EFF)}。"
    if k == 1:
        return f"“{r.choice(OP)}，{r.choice(OP)}。”{p}{r.choice(ROLES)}{who}{r.choice(SAYS)}。"
    if k == 2:
        cost = f"据了解，{n}{v}{r.choice(WORKS)}总投资{r.randrange(12, 9800)}万元，"
        return cost + f"涉及{r.randrange(2, 60)}个村，计划{r.randrange(2, 24)}个月完成。"
    if k == 3:
        return f"{who}{r.choice(SAYS)}，{r.choice(OP)}，{r.choice(OP)}。"
    if k == 4:
        return f"在{p}，{r.randrange(20, 900)}多户人家{r.choice(JOINED)}{n}{v}，{r.choice(EFF)}。"
    if k == 5:
        return f"记者在{p}看到，{n}已经{r.choice(ADV)}{v}，{r.choice(EFF)}，{r.choice(OP)}。"
    if k == 6:
        count = f"统计显示，{r.choice(WHEN)}{p}共{v}{n}{r.randrange(3, 400)}处，"
        return count + f"同比{r.choice(MOVES)}{r.randrange(10, 99) / 10}%。"
    if k == 7:
        return f"{o}{r.choice(SPEAKERS)}{who}{r.choice(SAYS)}，下一步将围绕{n}{r.choice(ADV)}{v}，{r.choice(EFF)}。"
    return f"{r.choice(EFF)}，{r.choice(OP)}，这是{p}{v}{n}以来的{r.choice(SENSES)}。"


def headline(r):
    return r.choice(
        [
            f"{r.choice(PLACES)}{r.choice(ADV)}{r.choice(VERB)}{r.choice(NOUN)}",
            f"{r.choice(PLACES)}：{r.choice(NOUN)}{r.choice(VERB)}记",
            f"{r.choice(NOUN)}{r.choice(EFF)}",
        ]
    )


class Story:
    def __init__(self, seed, h):
        self.r = random.Random(f"five-{seed}")
        r = self.r
        n = r.randint(*h.sents)
        self.sents = [sentence(r) for _ in range(n)]
        self.sents[0] = (
            f"本报{r.choice(PLACES)}{r.randrange(1, 12)}月{r.randrange(1, 28)}日电"
            f"（记者 {r.choice(SURN)}{r.choice(GIV)}）" + self.sents[0]
        )
        if r.random() < 0.5:
            self.sents[r.randrange(1, n)] = (
                f"图为{r.choice(PLACES)}{r.choice(NOUN)}{r.choice(VERB)}现场。{r.choice(SURN)}{r.choice(GIV)} 摄"
            )
        self.extra = {}
        self.paras = []
        i = 0
        while i < n:
            k = r.choices([1, 2, 3, 4], [5, 4, 2, 1])[0]
            self.paras.append(list(range(i, min(i + k, n))))
            i += k
        self.breaks = {p[0] for p in self.paras}
        self.title = headline(r)
        self.n = n

    def raw(self, sid):
        return self.sents[sid] if sid < self.n else self.extra[sid]

    def text_of(self, c, sid):
        t = self.raw(sid)
        for a, b in c.var.get(sid, {}).items():
            t = t.replace(a, b, 1)
        return t

    def render(self, c, how):
        paras = ["".join(self.text_of(c, x) for x in p) for p in c.paras if p]
        if c.joined:
            paras = ["".join(paras)]
        title = c.title
        if c.script == "t":
            paras = [conv(how, p) for p in paras]
            title = conv(how, title)
        if c.script == "half":
            k = (len(paras) + 1) // 2
            paras = [conv(how, p) if i < k else p for i, p in enumerate(paras)]
        out = []
        for p in paras:
            for a, b in BROKEN.items():
                if a in c.odd:
                    p = p.replace(a, b)
            if c.width == "half":
                p = p.replace("，", ",").replace("（", "(").replace("）", ")").replace("：", ":")
            if c.width == "quote":
                p = p.replace("“", "「").replace("”", "」")
            out.append(p)
        return "\n".join([*c.head, *out, *c.foot]), title

    def ops(self, c):
        kept = [x for p in c.paras for x in p]
        have = set(kept)
        o = set()
        o |= {("cut", x) for x in range(self.n) if x not in have}
        o |= {("add", self.extra[x]) for x in kept if x >= self.n}
        for x, edits in c.var.items():
            if x in have:
                o |= {("rep", x, a, b) for a, b in edits.items()}
        orig = [x for x in kept if x < self.n]
        for a, b in itertools.pairwise(orig):
            if a > b:
                o.add(("move", max(a, b)))
        if c.joined:
            o.add(("break", "none"))
        else:
            first = {p[0] for p in c.paras if p}
            for x in orig[1:]:
                if (x in first) != (x in self.breaks) and (x - 1) in have:
                    o.add(("break", x))
        if c.title != self.title:
            o.add(("title", c.title))
        if c.width != "full":
            o.add(("width", c.width))
        if c.script != "s":
            o.add(("script", c.script))
        o |= {("glyph", g) for g in c.odd if any(g in self.text_of(c, x) for x in kept)}
        o |= {("add", t) for t in c.foot + c.head}
        return frozenset(o)
