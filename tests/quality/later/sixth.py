"""The sixth generator: desks that cut, rewrite and convert at rates measured on 420 real copies against their text.

A copy of a copy does a share of what those copies did, each desk its own.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from opencc import OpenCC

from tests.quality.later import WORDS

#: Shares of real copies against their first text (420 pairs): one hop does a share of it.
MEASURED = {
    "tail": 0.467,
    "head": 0.233,
    "middle": 0.193,
    "line in front": 0.419,
    "line behind": 0.51,
    "line within": 0.2,
    "word": 0.493,
    "half width": 0.305,
    "corner quotes": 0.057,
    "merged": 0.09,
    "parted": 0.057,
    "title cut": 0.117,
    "title longer": 0.226,
    "title other": 0.133,
}
NAMES = WORDS["sixth"]["names"]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗范云余谷"
GIVEN = WORDS["sixth"]["given"]
ROLES = WORDS["sixth"]["roles"]
NOUNS = WORDS["sixth"]["nouns"]
VERBS = WORDS["sixth"]["verbs"]
ADVERBS = WORDS["sixth"]["adverbs"]
PLACES = WORDS["sixth"]["places"]
OPENERS = WORDS["sixth"]["openers"]
SWAPS = {
    "日前": "近日",
    "目前": "眼下",
    "据了解": "据悉",
    "据介绍": "据透露",
    "此前": "早前",
    "全部": "悉数",
    "陆续": "相继",
    "及时": "迅速",
    "困难": "难题",
    "群众": "民众",
    "干部": "官员",
    "发放": "派发",
    "公布": "发布",
    "记者看到": "记者发现",
    "居民": "市民",
}
IN_FRONT = (
    "{host}讯",
    "来源：{credit} 时间：{day}",
    "【导读】{noun}{verb}引关注",
    "{host}{day}电",
    "核心提示：{noun}{verb}一事有新进展。",
)
BEHIND = (
    "责任编辑：{name}",
    "（{host} {name}）",
    "声明：本文仅代表作者观点，与{host}无关。",
    "上一篇：{noun}{verb}工作启动",
    "更多{noun}资讯请关注{host}",
    "编辑：{name} 校对：{other}",
)
WITHIN = (
    "相关链接：{noun}{verb}始末",
    "图为{place}的{noun}。",
    "{host}记者{name}此前曾报道{noun}{verb}一事。",
    "有网友评论说，{noun}早该{verb}了。",
)
REGIONS = {"mainland": "", "taiwan": "s2twp", "hongkong": "s2hk"}


@cache
def converter(name: str) -> OpenCC:
    """Return one of OpenCC's conversions."""
    return OpenCC(name)


BOTCHED = str.maketrans(
    "后里发面干台系制只云复准松冲范余谷斗征表卷", "後裡髮麵乾臺係製隻雲複準鬆衝範餘穀鬥徵錶捲"
)
"""A converter that knows one traditional form for each character, mostly the wrong one."""
NARROW = str.maketrans("，。：；（）", ",.:;()")
CORNERS = str.maketrans("“”", "「」")
FIRST_ADDED = 10_000
"""Numbers of sentences from here on are of lines that a desk added; the last digit tells where."""
Body = list[list[tuple[int, str]]]


@dataclass
class Page:
    """One page of a story as printed, and what is true of it."""

    number: int
    site: str
    name: str
    known: bool
    region: str
    parent: int | None
    depth: int
    title: str
    paragraphs: tuple[tuple[tuple[int, str], ...], ...]
    """Of each paragraph the sentences with their numbers, which all copies keep."""
    time: float
    shown_at: datetime | None = None
    precision: str = "day"
    source: str = ""
    held: bool = True
    children: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text as a page gives it, a paragraph a line."""
        return "\n".join("".join(said for _, said in p) for p in self.paragraphs)


def clause(rng: random.Random) -> str:
    """Return a clause of invented words, as long as real ones are (median 11)."""
    kind = rng.random()
    if kind < 0.2:
        return rng.choice(OPENERS)
    said = rng.choice(ADVERBS) + rng.choice(VERBS) + rng.choice(NOUNS)
    if kind < 0.6:
        said = rng.choice(PLACES) + rng.choice(("的", "一带", "")) + rng.choice(NOUNS) + said
    if rng.random() < 0.35:
        said += str(rng.choice((rng.randrange(2, 99), rng.randrange(100, 9900)))) + rng.choice(
            ["人次", "亩", "万元", "公里", "户", "吨", "处"]
        )
    if rng.random() < 0.15:
        said = rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(("说", "表示", "介绍")) + said
    return said


def sentence(rng: random.Random) -> str:
    """Return a sentence of one to eight clauses."""
    count = rng.choices((1, 2, 3, 4, 5, 6, 8), (20, 28, 20, 14, 8, 6, 4))[0]
    said = "，".join(clause(rng) for _ in range(count))
    if rng.random() < 0.12:
        said = f"{rng.choice(SURNAMES)}{rng.choice(GIVEN)}{rng.choice(ROLES)}说：“{said}”"
    return said + "。"


def origin(rng: random.Random, desk: "Desk") -> Page:
    """Return an invented report."""
    unit, paragraphs = 0, []
    for _ in range(rng.choices((3, 4, 5, 7, 9, 11, 13), (10, 15, 22, 22, 15, 10, 6))[0]):
        said = []
        for _ in range(rng.choices((1, 2, 3, 4, 5), (34, 26, 18, 14, 8))[0]):
            said.append((unit, sentence(rng)))
            unit += 1
        paragraphs.append(tuple(said))
    place = rng.choice(NAMES)
    title = f"{place}{_deed(rng)} {rng.choice(NOUNS)}{rng.choice(VERBS)}{rng.choice(NOUNS)}"
    first = f"本报{place}讯（记者 {_person(rng)}）日前，{paragraphs[0][0][1]}"
    paragraphs[0] = ((0, first), *paragraphs[0][1:])
    return Page(0, desk.site, desk.name, True, "mainland", None, 0, title, tuple(paragraphs), 0.0)


def _deed(rng: random.Random) -> str:
    return rng.choice(ADVERBS) + rng.choice(VERBS) + rng.choice(NOUNS)


def _person(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


class Desk:
    """A host with its ways: region, the page it mostly takes from, how it edits and dates."""

    def __init__(self, rng: random.Random, number: int) -> None:
        """Draw the ways of a desk."""
        word = rng.choice(("lan", "qing", "hai", "shan", "dong", "xin"))
        self.site = f"{rng.choice(('news', 'www', 'city', 'm'))}.{word}{number}.example"
        kind = rng.choice(("在线", "新闻网", "日报", "都市网", "论坛", "头条"))
        self.name = f"{rng.choice(NAMES)[:2]}{kind}{number}"
        self.known = number % 2 == 0
        self.region = rng.choices(tuple(REGIONS), (70, 17, 13))[0]
        self.bad_converter = rng.random() < 0.3
        self.half_width = rng.random() < MEASURED["half width"] / 2
        self.busy = rng.choice((0.25, 0.5, 0.5, 0.8, 1.0))
        self.precision = rng.choices(("minute", "day", "none"), (52, 33, 15))[0]
        self.is_wrong = rng.random() < 0.06
        self.credits = rng.choices(("source", "grandfather", "none", "false"), (48, 18, 28, 6))[0]
        self.feed: str | None = None


class Press:
    """All desks of an invented country, and the stories they print."""

    def __init__(self, seed: int, desks: int = 60) -> None:
        """Draw the desks; most have one they mostly take from."""
        rng = random.Random(seed * 7919 + 6)
        self.seed = seed
        self.desks = [Desk(rng, number) for number in range(desks)]
        for number, desk in enumerate(self.desks[1:], 1):
            if rng.random() < 0.7:
                desk.feed = rng.choice(self.desks[: max(1, number // 2)]).site

    def story(self, number: int, size: int, *, times: bool = True) -> list[Page]:
        """Print one story: `size` pages, some of which nobody holds; the first is the origin."""
        rng = random.Random(self.seed * 1_000_003 + number)
        pages = [origin(rng, self.desks[0])]
        day = datetime(2020, rng.randrange(1, 13), rng.randrange(1, 28), rng.randrange(6, 23), tzinfo=UTC)
        _date(rng, pages[0], self.desks[0], day, times=times)
        for desk in rng.sample(self.desks[1:], min(size, len(self.desks) - 1)):
            source = _chosen(rng, pages, desk)
            page = self._copied(rng, pages, desk, source)
            _date(rng, page, desk, day, times=times)
            source.children.append(page.number)
            pages.append(page)
        for page in pages[1:]:
            page.held = rng.random() > (0.3 if page.children else 0.04)
        return pages

    def _copied(self, rng: random.Random, pages: list[Page], desk: Desk, source: Page) -> Page:
        """Return what a desk makes of the page it took."""
        shares = {edit: share * desk.busy for edit, share in MEASURED.items()}
        done = {edit for edit, share in shares.items() if rng.random() < share}
        words = {
            "host": desk.name,
            "name": _person(rng),
            "other": _person(rng),
            "noun": rng.choice(NOUNS),
            "verb": rng.choice(VERBS),
            "place": rng.choice(PLACES),
            "day": f"{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日",
            "credit": "",
        }
        body = [list(paragraph) for paragraph in source.paragraphs]
        if rng.random() < 0.6:  # the furniture of the page it was taken from is left behind
            body = [[part for part in paragraph if not _is_furniture(part[0])] for paragraph in body]
        body = _abridged(rng, [paragraph for paragraph in body if paragraph], done)
        body = _dressed(rng, body, done, words, FIRST_ADDED + 20 * len(pages))
        title = _retitled(rng, source.title, done, words)
        body = [[(unit, _house(desk, source, said)) for unit, said in paragraph] for paragraph in body]
        if "corner quotes" in done or desk.region == "taiwan":
            body = [[(unit, said.translate(CORNERS)) for unit, said in paragraph] for paragraph in body]
        above = pages[source.parent] if source.parent is not None else source
        credit = {"none": "", "source": source.name, "grandfather": above.name}
        return Page(
            len(pages),
            desk.site,
            desk.name,
            desk.known,
            desk.region,
            source.number,
            source.depth + 1,
            _house(desk, source, title),
            tuple(tuple(paragraph) for paragraph in body),
            source.time + rng.expovariate(1 / rng.choice((1.5, 8, 40))),
            source=credit[desk.credits] if desk.credits in credit else rng.choice(self.desks).name,
        )


def _chosen(rng: random.Random, pages: list[Page], desk: Desk) -> Page:
    """Return the page a desk took: its feed, the origin, or one that many take."""
    shallow = [page for page in pages if page.depth < 6]
    feeds = [page for page in shallow if page.site == desk.feed]
    if feeds and rng.random() < 0.75:
        return feeds[0]
    if rng.random() < 0.3:
        return pages[0]
    return rng.choices(shallow, [1 + 2 * len(page.children) + page.depth for page in shallow])[0]


def _is_furniture(unit: int) -> bool:
    return unit >= FIRST_ADDED and unit % 20 < 10


def _abridged(rng: random.Random, body: Body, done: set[str]) -> Body:
    """Return a text with its tail, head or middle cut, and words replaced."""
    count = sum(map(len, body))
    if "tail" in done and count > 4:
        for _ in range(min(rng.choice((1, 1, 1, 2, 2, 3, 4, 6)), count // 2)):
            body[-1].pop()
            body = [paragraph for paragraph in body if paragraph]
    if "head" in done:
        unit, said = body[0][0]
        if "讯（" in said and rng.random() < 0.6:
            body[0][0] = (unit, said.split("）", 1)[-1])
        elif len(body) > 2:
            body[0].pop(0)
            body = [paragraph for paragraph in body if paragraph]
    if "middle" in done and len(body) > 3:
        for _ in range(rng.choice((1, 1, 2))):
            paragraph = rng.choice(body[1:-1] or body)
            paragraph.pop(rng.randrange(len(paragraph)))
            body = [paragraph for paragraph in body if paragraph]
    if "word" in done:
        for _ in range(rng.choice((1, 1, 2, 3, 5))):
            paragraph = rng.choice(body)
            at = rng.randrange(len(paragraph))
            paragraph[at] = (paragraph[at][0], reworded(rng, paragraph[at][1]))
    return body


def _dressed(rng: random.Random, body: Body, done: set[str], words: dict[str, str], unit: int) -> Body:
    """Return a text with lines of the site's own and other paragraphs."""
    if "line within" in done:
        body.insert(rng.randrange(1, len(body) + 1), [(unit + 10, rng.choice(WITHIN).format(**words))])
    if "merged" in done:
        body = [[part for paragraph in body[n : n + 2] for part in paragraph] for n in range(0, len(body), 2)]
    if "parted" in done:
        body = [[part] for paragraph in body for part in paragraph]
    if "line in front" in done:
        body.insert(0, [(unit, rng.choice(IN_FRONT).format(**words))])
    if "line behind" in done:
        for n in range(rng.choice((1, 1, 2))):
            body.append([(unit + 1 + n, rng.choice(BEHIND).format(**words))])
    return body


def _retitled(rng: random.Random, title: str, done: set[str], words: dict[str, str]) -> str:
    if "title other" in done:
        return f"{rng.choice(NAMES)}{rng.choice(NOUNS)}{rng.choice(VERBS)}：{rng.choice(NOUNS)}{_deed(rng)}"
    if "title cut" in done:
        return title.split(" ")[0] if " " in title else title[: max(6, len(title) * 2 // 3)]
    if "title longer" in done:
        forms = ("{title}_{host}", "转发：{title}", "{title}（图）", "{place}：{title}")
        return rng.choice(forms).format(title=title, **words)
    return title


def _house(desk: Desk, source: Page, said: str) -> str:
    """Return a sentence in a desk's script and widths."""
    if desk.region == "mainland" and source.region != "mainland":
        said = converter("t2s").convert(said)
    elif desk.region != "mainland" and source.region == "mainland":
        said = said.translate(BOTCHED) if desk.bad_converter else said
        said = converter(REGIONS[desk.region]).convert(said)
    return said.translate(NARROW) if desk.half_width else said


def _date(rng: random.Random, page: Page, desk: Desk, day: datetime, *, times: bool) -> None:
    """Give a page the clock it shows: rounded, missing or wrong."""
    at = day + timedelta(hours=page.time)
    if page.number and desk.is_wrong:
        at += timedelta(hours=rng.choice((-30, -9, -8, 8, 24, 72, 24 * 365)))
    if times and desk.precision != "none":
        page.precision = desk.precision
        page.shown_at = at.replace(second=0, microsecond=0)
        if desk.precision == "day":
            page.shown_at = page.shown_at.replace(hour=0, minute=0)


def reworded(rng: random.Random, said: str) -> str:
    """Return a sentence with one word or number replaced, or one character lost or wrong."""
    known = [w for w in SWAPS if w in said]
    kind = rng.random()
    if known and kind < 0.4:
        word = rng.choice(known)
        return said.replace(word, SWAPS[word], 1)
    at = rng.randrange(max(1, len(said) - 1))
    if kind < 0.6:
        return said[:at] + said[at + 1 :]
    if kind < 0.8:
        return said[:at] + rng.choice("的了一是在有和大中上为个国我以要他时来用们") + said[at + 1 :]
    digits = [i for i, c in enumerate(said) if c.isdigit()]
    if digits:
        at = rng.choice(digits)
        return said[:at] + rng.choice("123456789") + said[at + 1 :]
    return said[:at] + rng.choice(NOUNS) + said[at:]
