"""The fourth generator's hosts: how each edits, dates and credits, and the sentences they print."""

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from tests.quality.later import WORDS

CN = timezone(timedelta(hours=8))
PLACE = WORDS["fourth"]["place"]
ORG = WORDS["fourth"]["org"]
WHO = WORDS["fourth"]["who"]
VERB = WORDS["fourth"]["verb"]
OBJ = WORDS["fourth"]["obj"]
MORE = WORDS["fourth"]["more"]
TAIL = WORDS["fourth"]["tail"]
GIVEN = ["建国", "小满", "志强", "雨晴", "海涛", "文博"]
SYN = {
    "启动": "开启",
    "推进": "推动",
    "完成": "完结",
    "部署": "安排",
    "开展": "进行",
    "验收": "核验",
    "改造": "整修",
    "发布": "公布",
    "修订": "修改",
    "扩建": "扩容",
    "负责人": "相关负责人",
    "截至目前": "目前",
    "下一步": "接下来",
    "与此同时": "同时",
    "据介绍": "据悉",
    "记者了解到": "了解到",
    "今年以来": "今年",
    "数据显示": "统计显示",
    "此前": "之前",
    "受到": "深受",
    "明显": "显著",
    "有效": "切实",
    "正在": "正",
    "居民": "市民",
    "群众": "百姓",
    "专家": "业内",
    "持续": "不断",
}
S2T = dict(
    zip(
        "发启动进开展验发布订评扩试备灌区续建电桥缮图书务间车冷链仓库园厅检查阴练医养站长员负责种粮户师经济记据数绍为时与这来应对个们国东车门风气后说过还总结构现实达产业资层级约项计划随从质监农乡县镇测极书",
        "發啟動進開展驗發佈訂評擴試備灌區續建電橋繕圖書務間車冷鏈倉庫園廳檢查陰練醫養站長員負責種糧戶師經濟記據數紹為時與這來應對個們國東車門風氣後說過還總結構現實達產業資層級約項計劃隨從質監農鄉縣鎮測極書",
        strict=False,
    )
)
BAD = {
    "发": "髮",
    "后": "后",
    "里": "里",
    "系": "係",
    "制": "製",
    "复": "複",
    "干": "幹",
    "面": "麵",
    "准": "准",
    "云": "云",
    "松": "鬆",
    "谷": "谷",
}
BOILER = [
    "（责任编辑：{n}）",
    "编辑：{n}",
    "声明：本文转载目的在于传递更多信息。",
    "扫描二维码关注{h}公众号",
    "更多精彩内容请下载{h}客户端",
    "版权归原作者所有",
    "【打印】【关闭】",
    "审核：{n} 校对：{n}",
    "原标题：{t}",
]
LEAD = ["{h}讯 ", "{h}消息：", "本网讯（通讯员 {n}）", "{h}{d}日电 ", "近日，", "编者按：以下为详细内容。"]
NAME = WORDS["fourth"]["name"]
# lengths, sentences a paragraph and paragraphs a text follow the shared copies: quartiles 25/40/61, 1/1/2, 4/6/9


@dataclass
class Host:
    name: str
    site: str
    region: str
    level: int
    care: float  # edits a copy, on average
    mix: dict
    drops_tail: float
    boiler: list
    boiler_rate: float
    leads: list
    lead_rate: float
    headline: str
    joins: str
    widths: str
    script: str
    strips: float
    credit: str
    precision: str
    shift: float
    late: float
    favourites: list = field(default_factory=list)


@dataclass
class Page:
    number: int
    parent: int | None
    second: int | None
    host: Host
    depth: int
    title: str
    paras: list
    when: datetime
    script: str
    held: bool = True
    known: bool = True
    shown_at: datetime | None = None
    precision: str = "minute"
    source: str = ""
    named: int | None = None
    children: list = field(default_factory=list)

    @property
    def text(self):
        return "\n".join("".join(s for _, s in p) for p in self.paras if p)

    @property
    def site(self):
        return self.host.site

    @property
    def name(self):
        return self.host.name


def sentence(r):
    aim = min(160, max(9, r.lognormvariate(math.log(40), 0.62)))
    parts = []
    while sum(map(len, parts)) < aim:
        k = r.random()
        if k < 0.3:
            parts.append(
                f"{r.choice(MORE)}，{r.choice(PLACE)}{r.choice('市县区镇乡')}{r.choice(ORG)}{r.choice(VERB)}{r.choice(OBJ)}"
            )
        elif k < 0.55:
            parts.append(f"{r.choice(OBJ)}{r.choice(TAIL)}")
        elif k < 0.75:
            parts.append(
                f"{r.choice(ORG)}{r.choice(WHO)}{r.choice('赵钱孙李吴郑王冯陈卫')}{r.choice(GIVEN)}说"
            )
        elif k < 0.9:
            parts.append(
                f"共{r.choice(VERB)}{r.randint(2, 9800)}{r.choice(['户', '亩', '公里', '万元', '人次', '处', '台'])}"
            )
        else:
            parts.append(f"“{r.choice(OBJ)}{r.choice(TAIL)}”")
    return "，".join(parts) + r.choice("。。。。。。！？")


def original(r):
    n = max(1, min(40, round(r.lognormvariate(math.log(6), 0.65))))
    out = []
    k = 0
    for _ in range(n):
        p = []
        for _ in range(r.choice([1, 1, 1, 1, 2, 2, 3, 4])):
            p.append((k, sentence(r)))
            k += 1
        out.append(p)
    return out


def headline(r):
    return r.choice(
        [
            f"{r.choice(PLACE)}{r.choice(VERB)}{r.choice(OBJ)}",
            f"{r.choice(OBJ)}{r.choice(TAIL)}",
            f"{r.choice(PLACE)}：{r.choice(OBJ)}{r.choice(VERB)} {r.choice(TAIL)}",
        ]
    )


KINDS = WORDS["fourth"]["kinds"]
CITY = {  # what a city's newsrooms are like
    "plain": {},
    "careful": {"care": 0.35},
    "busy": {"care": 3.2},
    "cutters": {"mix": {"cut": 6, "cutpara": 3, "chunk": 1}},
    "rewriters": {"mix": {"syn": 5, "phrase": 5, "number": 1}},
    "sloppy": {"mix": {"typo": 5, "number": 3, "cut": 1}},
    "headliners": {"headlines": ("rewrite", "short", "suffix", "rewrite"), "care": 0.8},
    "rounded": {"precisions": ("day", "hour", "day", "minute")},
    "wrong clocks": {"shifted": 0.3, "late": 0.3},
    "clockless": {"precisions": ("none", "none", "day")},
    "uncredited": {"credits": ("none",)},
    "false credit": {
        "credits": ("false", "near", "origin", "none"),
    },
    "grandfather": {"credits": ("grand", "grand", "origin")},
    "honest": {"credits": ("near",)},
    "converters": {"scripts": ("t", "bad", "s", "t", "", "bad")},
    "lost 15": {"lost": 0.15},
    "lost 30": {"lost": 0.30, "care": 1.8},
    "lost 30 hubs": {"lost": 0.25, "hubs": True, "care": 2.2},
    "boilers": {"boiler": 0.9, "strips": 0.4},
    "merging": {"merge": 0.25},
    "quotes": {"mix": {"chunk": 5, "quote": 3, "cut": 1, "syn": 1}},
    "chain": {"deep": True},
    "star": {"star": True},
    "habits": {"loyal": 0.9},
    "big": {"size": (100, 260)},
    "tiny": {"size": (5, 9)},
}


def newsroom(r, c, i):
    name = (
        f"{r.choice(PLACE)}{r.choice(['日报', '晚报', '新闻网', '在线', '发布', '融媒', '资讯', '网', '人民政府'])}"
        + (f"·{i}" if r.random() < 0.6 else "")
    )
    base = {k: r.gammavariate(0.6, 1) for k in KINDS}
    base["cut"] *= 1.8
    base["syn"] *= 1.2
    base["chunk"] *= 0.3
    base["swap"] *= 0.3
    base["quote"] *= 0.5
    mix = (c.get("mix") and {k: v * r.uniform(0.4, 1.6) for k, v in c["mix"].items()}) or base
    care = c.get("care", 1.1) * r.choice([0.05, 0.4, 0.8, 1.2, 2.2])
    return Host(
        name,
        f"h{i}.example",
        r.choice(PLACE),
        r.choice([0, 1, 1, 2, 2, 2]),
        care,
        mix,
        r.choice([0, 0, 0.1, 0.5]),
        r.sample(BOILER, r.choice([0, 1, 1, 2])),
        c.get("boiler", 0.35),
        r.sample(LEAD, 1),
        r.choice([0, 0, 0.3, 0.8]) * (2 if c.get("boiler") else 1),
        r.choice(c.get("headlines", ("keep", "keep", "keep", "short", "rewrite", "suffix"))),
        r.choice(["", "", "", "all", "none", "some"]),
        r.choice(["", "", "", "half", "full", "quotes"]),
        r.choice(c.get("scripts", ("",) * 9 + ("t",))),
        c.get("strips", 0.75),
        r.choice(c.get("credits", ("near", "near", "origin", "grand", "none", "none", "false"))),
        r.choice(c.get("precisions", ("second", "minute", "minute", "minute", "day", "hour", "none"))),
        r.choice([8, -8, 1]) if r.random() < c.get("shifted", 0.04) else 0,
        c.get("late", 0.05),
    )
