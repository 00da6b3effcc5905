"""A second generator of transmissions with other habits than `transmissions`: another text, other edits, other clocks.

Chances of edits follow what was measured on 1,314 copies of the grouping bench (furniture .6, ends cut .43, sentences
inside cut .47, words replaced .46, headline .49, dateline cut .23, punctuation .35, paragraphs joined .18), shared out
over two hands. A story is a pure function of its seed and of the habits of its newsrooms.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from extract.script.fold import fold
from tests.quality.transmissions import BEIJING, Page


@dataclass(frozen=True, slots=True)
class Habits:
    """How the newsrooms of a story work: shares of copies, 0 to 1."""

    clocks: str = "mixed"
    """`mixed`, `minute`, `day` or `none`."""
    restored: float = 0.0
    """Copies whose editor set a place right again after the origin."""
    mirrored: float = 0.05
    """Copies that credit a page that was taken from them, or from the same page."""
    burst: float = 0.1
    """Copies followed by others of the same text within minutes."""
    chain: float = 0.0
    """Copies taken from the very last one."""
    converted: float = 0.1
    edited: float = 1.0
    """Factor on the chances of all edits."""
    lost: float = 0.2


ALL = {
    "measured": Habits(),
    "restoring": Habits(restored=0.25),
    "mirrored": Habits(mirrored=0.4),
    "days": Habits(clocks="day"),
    "clockless": Habits(clocks="none"),
    "bursts": Habits(burst=0.5, edited=0.7),
    "converters": Habits(chain=0.5, converted=0.45),
    "light": Habits(edited=0.4, clocks="minute"),
}
"""Newsrooms by what sets them apart."""


def _words(listed: str) -> list[str]:
    return listed.split()


_TOWNS = _words("柳河 双桥 赤水 盐池 望江 兴隆 黄岩 凤台 碧溪 梅岭 松江 鹿泉 银滩 石堡 玉泉")
_OFFICES = _words(
    "民政局 城管队 教育局 农技站 疾控中心 消防站 供电所 自来水厂 园林处 档案馆 法院 税务所 邮局"
)
_SUBJECTS = _words(
    "菜市场 小学食堂 公交枢纽 老年食堂 滨河步道 露天泳池 夜校课程 旧货集市 屋顶花园 社区球场 水塔"
)
_VERBS = _words("修缮 招标 搬迁 试运行 改名 延期开放 提前完工 重新评估 暂停收费 补种树木")
_TIMES = _words("上周二 本月初 雨季之前 春节之后 昨晚 入冬以来 今年九月 三天之内 月底 两年前")
_TURNS = (
    "{time}，{town}{office}对{subject}进行{verb}，投入{n}万元。",
    "据{office}介绍，{subject}的{verb}由{town}的{m}名工人承担！",
    "{town}居民老{name}说：“{subject}{verb}以后，我每天走{m}步去看看。”",
    "{verb}{subject}是{town}{time}定下的第{m}项工程，{office}派{m}人驻守；余下{n}件物资存在{town}仓库，清单已经公示，{time}再核对一次。",
    "记者在{subject}看到，{n}把椅子摆成{m}排。",
    "{office}的值班表写着：{time}，{name}某、{other}某到{subject}{verb}，历时{m}小时，用去水泥{n}袋。",
)
_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_WORDS = (_TOWNS, _OFFICES, _SUBJECTS, _VERBS, _TIMES)
FURNITURE = (
    "责任编辑：李小梅",
    "上一篇：河道清淤全面启动",
    "下一篇：图书角征集旧书",
    "分享到：微博 微信 空间",
    "打印本页 关闭窗口",
    "字号：大 中 小",
    "当前位置：首页>>要闻>>正文",
    "本网所有稿件，未经许可不得转载",
    "转载稿件不代表本网观点，如有异议请联系我们",
    "违法和不良信息举报电话：０１０-１２３４５６７８",
    "网站地图 | 联系我们 | 关于我们",
    "扫一扫加入公众号",
    "编辑：阿明",
    "（完）",
)
"""Lines that sites of any kind set around a text: two pages that share one share nothing."""
MARKS = frozenset(crc32(fold(line).encode()) for line in FURNITURE)
"""What a departure of such a line is marked with."""
_WIDTHS = str.maketrans("，！；：", ",!;:")
_BOTCHED = {"後": "后", "裡": "裏", "臺": "台", "園": "園", "餘": "余", "週": "周", "檔": "档"}


def story(seed: int, habits: Habits) -> list[Page]:
    """The pages of a story, the origin first; those not held are marked."""
    rng = random.Random(f"newsrooms {seed}")
    at = datetime(2021, 11, 3, rng.randint(6, 20), rng.randint(0, 59), tzinfo=BEIJING)
    origin = Page(
        0, "news.morning.example", "晨钟报", _line(rng)[:22], _text(rng), None, at=at, source="晨钟报"
    )
    pages, true_at, depth, quick = [origin], [at], [0], False
    for number in range(1, rng.randint(8, 45)):
        if quick:
            above = pages[-1].parent or 0
        elif number > 1 and rng.random() < habits.chain and depth[-1] < 6:
            above = number - 1
        else:
            above = _above(rng, depth)
        page = _taken(rng, pages[above], number)
        if not (quick and rng.random() < 0.8):
            _edited(rng, page, origin, habits)
        delay = rng.expovariate(1 / 20) if quick else rng.paretovariate(0.9) * 12
        true_at.append(true_at[above] + timedelta(minutes=min(delay, 9000)))
        depth.append(depth[above] + 1)
        pages[above].children.append(number)
        pages.append(page)
        _dated(rng, page, true_at[number], habits.clocks)
        _credited(rng, page, pages, habits)
        quick = rng.random() < habits.burst
    for page in pages[1:]:
        page.held = not (page.children and rng.random() < habits.lost)
    if habits.clocks == "none":
        origin.at = None
    return pages


def _above(rng: random.Random, depth: list[int]) -> int:
    """The parent's number: early pages feed more, as portals do."""
    while True:
        number = int(len(depth) * rng.random() ** 2.2)
        if depth[number] < 6:
            return number


def _line(rng: random.Random) -> str:
    return rng.choice(_TURNS).format(
        time=rng.choice(_TIMES), town=rng.choice(_TOWNS), office=rng.choice(_OFFICES), subject=rng.choice(_SUBJECTS),
        verb=rng.choice(_VERBS), n=rng.randint(20, 4000), m=rng.randint(2, 90), name=rng.choice(_NAMES),
        other=rng.choice(_NAMES),
    )  # fmt: skip


def _text(rng: random.Random) -> list[list[str]]:
    made = [[_line(rng) for _ in range(rng.choice((1, 1, 2, 3, 5)))] for _ in range(rng.randint(4, 12))]
    made[0].insert(0, f"晨钟报{rng.choice(_TOWNS)}11月3日电（记者{rng.choice(_NAMES)}某）")
    return made


def _taken(rng: random.Random, parent: Page, number: int) -> Page:
    """A copy before its editor touched it; the furniture of the page it was taken from mostly stays behind."""
    around = {*FURNITURE}
    kept = [[s for s in p if s not in around or rng.random() < 0.15] for p in parent.paragraphs]
    return Page(
        number,
        f"{rng.choice('news www gov m')}.{chr(97 + number % 26)}{number}.example",
        f"{rng.choice(_TOWNS)}在线{number}",
        parent.title,
        [paragraph for paragraph in kept if paragraph],
        parent.number,
        hant=parent.hant,
        narrow=parent.narrow,
        botched=dict(parent.botched),
    )


# -- the hand of an editor --------------------------------------------------------------------------------------------


def _edited(rng: random.Random, page: Page, origin: Page, habits: Habits) -> None:
    for chance, edit in _HANDS:
        if rng.random() < chance * habits.edited:
            edit(rng, page)
            page.edits += 1
    if rng.random() < habits.converted:
        page.hant = not page.hant
        page.botched = {right: _BOTCHED[right] for right in rng.sample(sorted(_BOTCHED), rng.randint(0, 3))}
    if rng.random() < habits.restored:
        _restored(rng, page, origin)
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        page.paragraphs.insert(rng.choice((0, len(page.paragraphs))), [rng.choice(FURNITURE)])


def _without_dateline(rng: random.Random, page: Page) -> None:
    first = page.paragraphs[0]
    if len(first) > 1 and "日电" in first[0]:
        first.pop(0)


def _shorter(rng: random.Random, page: Page) -> None:
    """The last paragraphs or sentences cut."""
    if rng.random() < 0.5 and len(page.paragraphs) > 3:
        del page.paragraphs[-rng.randint(1, 2) :]
    elif len(page.paragraphs[-1]) > 1:
        page.paragraphs[-1].pop()


def _holed(rng: random.Random, page: Page) -> None:
    """One to three sentences on end cut inside, or a paragraph."""
    at = rng.randrange(len(page.paragraphs))
    if len(page.paragraphs) > 3 and (rng.random() < 0.3 or len(page.paragraphs[at]) == 1):
        page.paragraphs.pop(at)
    elif len(page.paragraphs[at]) > 1:
        first = rng.randrange(len(page.paragraphs[at]))
        del page.paragraphs[at][first : first + rng.randint(1, 3)]
        if not page.paragraphs[at]:
            page.paragraphs.pop(at)


def _filled(rng: random.Random, page: Page) -> None:
    paragraph = rng.choice(page.paragraphs)
    at = rng.randint(0, len(paragraph))
    paragraph[at:at] = [_line(rng) for _ in range(rng.choice((1, 1, 2)))]


def _reworded(rng: random.Random, page: Page) -> None:
    """One to three words replaced; now and then a character mistyped."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        paragraph = rng.choice(page.paragraphs)
        at = rng.randrange(len(paragraph))
        line = paragraph[at]
        if rng.random() < 0.3 and len(line) > 12:
            place = rng.randrange(2, len(line) - 2)
            paragraph[at] = f"{line[:place]}{rng.choice('的了和在有人这中大为')}{line[place + 1 :]}"
            continue
        known = [(pool, word) for pool in _WORDS for word in pool if word in line]
        if known:
            pool, word = rng.choice(known)
            paragraph[at] = line.replace(word, rng.choice([w for w in pool if w != word]), 1)


def _headed(rng: random.Random, page: Page) -> None:
    title = page.title
    page.title = rng.choice(
        [
            f"转发：{title}",
            f"重磅！{title}",
            title[: max(7, len(title) - rng.randint(2, 8))],
            _line(rng)[:20],
            _line(rng)[5:21],
        ]
    )


def _joined(rng: random.Random, page: Page) -> None:
    at = rng.randrange(len(page.paragraphs))
    page.paragraphs[at : at + 2] = [[s for paragraph in page.paragraphs[at : at + 2] for s in paragraph]]


def _respaced(rng: random.Random, page: Page) -> None:
    page.narrow = not page.narrow


def _swapped(rng: random.Random, page: Page) -> None:
    """Two neighbouring paragraphs change places."""
    if len(page.paragraphs) > 2:
        at = rng.randrange(len(page.paragraphs) - 1)
        page.paragraphs[at], page.paragraphs[at + 1] = page.paragraphs[at + 1], page.paragraphs[at]


_HANDS = (
    (0.12, _without_dateline),
    (0.22, _shorter),
    (0.24, _holed),
    (0.12, _filled),
    (0.23, _reworded),
    (0.25, _headed),
    (0.1, _joined),
    (0.12, _respaced),
    (0.02, _swapped),
)


def _restored(rng: random.Random, page: Page, origin: Page) -> None:
    """One paragraph set right again after the origin."""
    whole = rng.choice(origin.paragraphs)
    for n, paragraph in enumerate(page.paragraphs):
        if paragraph != whole and {*paragraph} & {*whole}:
            page.paragraphs[n] = list(whole)
            return


# -- clock and credit -------------------------------------------------------------------------------------------------


def _dated(rng: random.Random, page: Page, at: datetime, clocks: str) -> None:
    page.at = at.replace(second=0, microsecond=0)
    luck = rng.random()
    if clocks == "none" or (clocks == "mixed" and luck < 0.15):
        page.at = None
    elif clocks == "day" or (clocks == "mixed" and luck < 0.4):
        page.at, page.precision = page.at.replace(hour=0, minute=0), "day"
    elif luck > 0.96:
        page.at += timedelta(hours=rng.choice((-8, 8, 24, -72)))


def _credited(rng: random.Random, page: Page, pages: list[Page], habits: Habits) -> None:
    parent = pages[page.parent or 0]
    luck = rng.random()
    if luck < habits.mirrored:
        page.source = rng.choice(pages).name
    elif luck < 0.35 + habits.mirrored / 2:
        page.source = parent.name
    elif luck < 0.65 + habits.mirrored / 2:
        page.source = parent.source
    elif luck < 0.85:
        page.source = "晨钟报"
    elif luck < 0.9:
        page.source = f"{rng.choice(_TOWNS)}晚报"
