"""Invented stories whose way is known: an origin, copies of copies, edits, converters, clocks, credits, lost pages.

The text is made of invented sentences. A story is a pure function of its seed.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from extract.script.fold import traditional


def _words(listed: str) -> list[str]:
    return listed.split()


BEIJING = timezone(timedelta(hours=8))
_PLACES = _words("""
    临江 安阳 新桥 东岭 青河 石门 南湖 北屯 西渡 云台 平川 龙泉 白沙 清溪 古城 红旗 长岗 沙洲 大坪 金塘""")
_WHO = _words(
    "市水利局 县文化馆 省图书馆 铁路工务段 港务集团 农业合作社 气象台 职业学院 社区医院 博物馆 渔业公司 林场"
)
_DID = _words("公布了 完成了 启动了 检修了 扩建了 推迟了 验收了 关闭了 改造了 清点了 登记了 采购了")
_WHAT = _words(
    "三号泵站 旧城墙 阅览室 货运支线 集装箱码头 育秧大棚 雷达站 实训车间 发热门诊 陶器展厅 冷库 苗圃"
)
_HOW = _words(
    "历时四个月 预算减少一成 由居民代表监督 采用了新的图纸 比原计划早了九天 未影响周边交通 资料将向公众开放"
)
_SAID = _words("负责人说 一位退休工人告诉记者 公告指出 当地居民认为 统计显示 专家组在报告里写道 档案里记着")
_WIDE = str.maketrans("，：；", ",:;")
_BOTCH = {"發": "髮", "為": "爲", "閉": "閉", "廳": "廰", "個": "箇"}


def sentence(rng: random.Random) -> str:
    """An invented sentence."""
    number = rng.randint(12, 980)
    return (
        f"{rng.choice(_SAID)}，{rng.choice(_PLACES)}{rng.choice(_WHO)}{rng.choice(_DID)}{rng.choice(_PLACES)}的{rng.choice(_WHAT)}，"
        f"涉及{number}户，{rng.choice(_HOW)}。"
    )


@dataclass
class Page:
    """One page of a transmission; `parent` is the true one, held or not."""

    number: int
    site: str
    name: str
    title: str
    paragraphs: list[list[str]]
    parent: int | None
    hant: bool = False
    narrow: bool = False
    at: datetime | None = None
    precision: str = "minute"
    source: str | None = None
    held: bool = True
    edits: int = 0
    children: list[int] = field(default_factory=list)
    botched: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text as the page prints it."""
        text = "\n".join("".join(sentences) for sentences in self.paragraphs if sentences)
        if self.narrow:
            text = text.translate(_WIDE)
        if self.hant:
            text = traditional(text)
            for right, wrong in self.botched.items():
                text = text.replace(right, wrong)
        return text


def story(seed: int, *, times: bool = True) -> list[Page]:
    """The pages of a story, the origin first; those not held are marked. `times` False prints no time at all."""
    rng = random.Random(seed)
    origin = Page(
        0,
        "paper.example",
        "江声日报",
        sentence(rng)[:18],
        _paragraphs(rng),
        None,
        source="江声日报",
        at=datetime(2020, 2, 10, 5, rng.randint(0, 59), tzinfo=BEIJING),
    )
    pages = [origin]
    true_at = {0: origin.at}
    for number in range(1, rng.randint(6, 40)):
        candidates = [p for p in pages if _depth(pages, p) < 6]
        parent = origin if rng.random() < 0.4 else rng.choice(candidates)
        page = _copied(rng, parent, number)
        after = timedelta(minutes=rng.lognormvariate(4.5, 1.2))
        true_at[number] = true_at[parent.number] + after
        _stamp(rng, page, true_at[number])
        _credit(rng, page, parent)
        parent.children.append(number)
        pages.append(page)
    for page in pages[1:]:
        if page.children and page.edits and rng.random() < 0.3:
            page.held = False
    if not times:
        for page in pages:
            page.at = None
    return pages


def _paragraphs(rng: random.Random) -> list[list[str]]:
    return [[sentence(rng) for _ in range(rng.randint(1, 4))] for _ in range(rng.randint(3, 9))]


def _depth(pages: list[Page], page: Page) -> int:
    depth = 0
    while page.parent is not None:
        page = pages[page.parent]
        depth += 1
    return depth


def _copied(rng: random.Random, parent: Page, number: int) -> Page:
    page = Page(
        number,
        f"www.site{number}.example",
        f"{rng.choice(_PLACES)}{number}网",
        parent.title,
        [list(paragraph) for paragraph in parent.paragraphs],
        parent.number,
        hant=parent.hant,
        narrow=parent.narrow,
        botched=dict(parent.botched),
    )
    for chance, edit in _EDITS:
        if rng.random() < chance:
            edit(rng, page)
            page.edits += 1
    return page


def _cut_end(rng: random.Random, page: Page) -> None:
    for _ in range(rng.randint(1, 3)):
        if sum(map(len, page.paragraphs)) > 4 and page.paragraphs[-1]:
            page.paragraphs[-1].pop()
            if not page.paragraphs[-1]:
                page.paragraphs.pop()


def _cut_inside(rng: random.Random, page: Page) -> None:
    long = [paragraph for paragraph in page.paragraphs if len(paragraph) > 1]
    if long:
        paragraph = rng.choice(long)
        paragraph.pop(rng.randrange(len(paragraph)))


def _add_inside(rng: random.Random, page: Page) -> None:
    paragraph = rng.choice(page.paragraphs)
    paragraph.insert(rng.randint(0, len(paragraph)), sentence(rng))


def _add_line(rng: random.Random, page: Page) -> None:
    page.paragraphs.append([f"{page.name}编辑整理，转载请注明{page.name}。"])


def _replace(rng: random.Random, page: Page) -> None:
    paragraph = rng.choice(page.paragraphs)
    if paragraph:
        at = rng.randrange(len(paragraph))
        for was in rng.sample(_DID + _WHO + _WHAT, len(_DID) + len(_WHO) + len(_WHAT)):
            if was in paragraph[at]:
                pool = next(pool for pool in (_DID, _WHO, _WHAT) if was in pool)
                paragraph[at] = paragraph[at].replace(was, rng.choice([w for w in pool if w != was]), 1)
                return


def _retitle(rng: random.Random, page: Page) -> None:
    page.title = rng.choice(
        [sentence(rng)[:16], page.title[: max(8, len(page.title) - 5)], f"快讯：{page.title}"]
    )


def _convert(rng: random.Random, page: Page) -> None:
    page.hant = not page.hant
    page.botched = {right: _BOTCH[right] for right in rng.sample(sorted(_BOTCH), rng.randint(0, 2))}


def _narrow(rng: random.Random, page: Page) -> None:
    page.narrow = not page.narrow


def _reflow(rng: random.Random, page: Page) -> None:
    at = rng.randrange(len(page.paragraphs))
    if len(page.paragraphs[at]) > 1:
        middle = rng.randint(1, len(page.paragraphs[at]) - 1)
        page.paragraphs[at : at + 1] = [page.paragraphs[at][:middle], page.paragraphs[at][middle:]]
    elif at + 1 < len(page.paragraphs):
        page.paragraphs[at : at + 2] = [page.paragraphs[at] + page.paragraphs[at + 1]]


_EDITS = (
    (0.35, _cut_end),
    (0.3, _cut_inside),
    (0.15, _add_inside),
    (0.20, _add_line),
    (0.35, _replace),
    (0.3, _retitle),
    (0.08, _convert),
    (0.08, _narrow),
    (0.15, _reflow),
)


def _stamp(rng: random.Random, page: Page, at: datetime) -> None:
    page.at = at.replace(second=0, microsecond=0)
    luck = rng.random()
    if luck < 0.12:
        page.at = None
    elif luck < 0.35:
        page.at, page.precision = at.replace(hour=0, minute=0, second=0, microsecond=0), "day"
    elif luck < 0.40:
        page.at += timedelta(hours=rng.choice([-8, -30, 20, 400]))


def _credit(rng: random.Random, page: Page, parent: Page) -> None:
    luck = rng.random()
    if luck < 0.35:
        page.source = parent.name
    elif luck < 0.75:
        page.source = parent.source
    elif luck < 0.85:
        page.source = "江声日报"
    elif luck < 0.88:
        page.source = f"{rng.choice(_PLACES)}周刊"
