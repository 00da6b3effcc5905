"""The seventh generator's hosts: papers, portals, counties, forums, accounts and overseas sites, and their pages.

Each page keeps the edits that were done to it, each as (kind, place, what).
"""

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from tests.quality.later import WORDS
from tests.quality.later.sixth import converter

Edit = tuple[str, object, object]
Body = list[list[tuple[int, str]]]
"""Of each paragraph the sentences, in simplified characters, with their numbers."""
TOWNS = WORDS["seventh"]["towns"]
OFFICES = WORDS["seventh"]["offices"]
DEEDS = WORDS["seventh"]["deeds"]
THINGS = WORDS["seventh"]["things"]
TAILS = (
    "共涉及{n}个村",
    "为期{n}天",
    "投入资金{n}万元",
    "较去年同期增加{n}起",
    "预计{m}月底前完成",
    "覆盖居民{n}户",
    "其中{n}件当场办结",
)
LEADS = (
    "据{town}{office}消息",
    "记者从{town}{office}获悉",
    "{town}{office}有关负责人表示",
    "知情人士介绍",
    "现场工作人员说",
    "公开资料显示",
)
SWAPPED = {
    "获悉": "了解到",
    "表示": "称",
    "介绍": "说",
    "预计": "计划",
    "投入": "花费",
    "通报": "公布",
    "启用": "投用",
    "叫停": "暂停",
    "居民": "住户",
    "清理": "清除",
    "增加": "多出",
    "共涉及": "涉及",
}
"""Words that desks change for one another; several editors may do the same."""
DAMAGE = {
    "后": "後后",
    "里": "裡里",
    "发": "發髮",
    "干": "幹乾",
    "台": "臺台",
    "复": "復複",
    "松": "鬆松",
    "卷": "卷捲",
    "准": "準准",
    "系": "系係",
}
"""Characters with two traditional forms: the wrong one stays a mark of the converter."""


class Kind(NamedTuple):
    """What a kind of host does: its share of hosts, how much it edits, whom it credits, how it dates."""

    share: int
    busy: float
    credits: tuple[int, int, int, int, int]
    """Weights of: the page it took, whom that page credits, the paper, nobody, somebody false."""
    clocks: tuple[int, int, int]
    """Weights of: to the minute, to the day, none."""
    names: str


KINDS = {
    "portal": Kind(5, 0.5, (55, 20, 10, 10, 5), (85, 12, 3), "网"),
    "paper": Kind(4, 0.9, (35, 10, 15, 38, 2), (40, 55, 5), "晚报"),
    "county": Kind(6, 0.5, (45, 15, 20, 15, 5), (40, 50, 10), "政务网"),
    "forum": Kind(3, 1.2, (10, 25, 10, 50, 5), (70, 10, 20), "论坛"),
    "account": Kind(4, 1.3, (15, 25, 15, 35, 10), (55, 35, 10), "号"),
    "overseas": Kind(3, 0.9, (40, 10, 25, 20, 5), (50, 40, 10), "时报"),
}


@dataclass
class Host:
    """A host with its ways."""

    site: str
    name: str
    kind: str
    known: bool
    region: str
    narrow: bool
    wrong: dict[str, str]
    clock: str
    is_off: bool
    feeds: list[str]


@dataclass
class Page:
    """One page of a story as printed, and what is true of it."""

    number: int
    host: Host
    parent: int | None
    depth: int
    title: str
    paragraphs: Body
    time: datetime
    ops: frozenset[Edit] = frozenset()
    region: str = "mainland"
    damage: dict[str, str] = field(default_factory=dict)
    narrow: bool = False
    shown_at: datetime | None = None
    precision: str = "minute"
    source: str | None = None
    held: bool = True
    children: list[int] = field(default_factory=list)

    @property
    def site(self) -> str:
        """The host's address."""
        return self.host.site

    @property
    def name(self) -> str:
        """The host's name."""
        return self.host.name

    @property
    def known(self) -> bool:
        """Whether the archive knows whose the name is."""
        return self.host.known

    @property
    def text(self) -> str:
        """The text as the page prints it."""
        text = "\n".join("".join(said for _, said in paragraph) for paragraph in self.paragraphs)
        return self.printed(text)

    def printed(self, text: str) -> str:
        """Return a text in the script and widths of the page."""
        text = text.translate(str.maketrans(self.damage)) if self.damage else text
        if self.region != "mainland":
            text = converter({"taiwan": "s2twp", "hongkong": "s2hk"}[self.region]).convert(text)
        return text.translate(str.maketrans("，；：（）", ",;:()")) if self.narrow else text


def sentence(rng: random.Random) -> str:
    """Return an invented sentence of two to four clauses."""
    town, office = rng.choice(TOWNS), rng.choice(OFFICES)
    said = rng.choice(LEADS).format(town=town, office=office) + "，"
    said += (
        f"{rng.choice(TOWNS)}{rng.choice(('将', '已', '今起', ''))}{rng.choice(DEEDS)}{rng.choice(THINGS)}"
    )
    for tail in rng.sample(TAILS, rng.choice((0, 1, 1, 2))):
        said += "，" + tail.format(n=rng.randrange(3, 960), m=rng.randrange(2, 13))
    return said + rng.choice(("。", "。", "。", "，后续情况将继续发布。", "，原有系统照常使用。"))


def hosts(rng: random.Random, many: int = 70) -> list[Host]:
    """Return the hosts of a country; the first is the paper that stories start from."""
    kinds = list(KINDS)
    made: list[Host] = []
    for number in range(many):
        kind = rng.choices(kinds, [KINDS[k].share for k in kinds])[0] if number else "paper"
        region = rng.choice(("taiwan", "hongkong")) if kind == "overseas" else "mainland"
        wrong = {}
        if region != "mainland" and rng.random() < 0.5:
            wrong = {c: rng.choice(DAMAGE[c]) for c in rng.sample(sorted(DAMAGE), rng.randint(1, 4))}
        made.append(
            Host(
                f"{rng.choice(('www', 'news', 'm', 'a'))}.h{number}.example",
                f"{rng.choice(TOWNS)}{number}{KINDS[kind].names}",
                kind,
                number == 0 or rng.random() < 0.55,
                region,
                kind in {"forum", "account"} and rng.random() < 0.2,
                wrong,
                rng.choices(("minute", "day", "none"), KINDS[kind].clocks)[0],
                rng.random() < 0.05,
                [rng.choice(made[: max(1, number * 2 // 3)]).site for _ in range(2)] if made else [],
            )
        )
    return made
