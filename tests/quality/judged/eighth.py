"""An invented text, by sentences of words that can be said otherwise, and the edits that editors make in it.

Shares of edits are those counted on the grouping bench, spread over the way from the first text to a copy.
"""

import random
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from opencc import OpenCC

_READ = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
WORDS: dict[str, list[str]] = {name: words.split() for name, words in _READ["words"].items()}
NAMES, MORE, WHO, PEOPLE, PLACE, THING, ACT, LINK, TAIL = WORDS.values()
SAME: dict[str, tuple[str, ...]] = {word: tuple(ways.split()) for word, ways in _READ["same"].items()}
"""What editors put for a word."""
LEADS = ("【导读】", "核心提示：", "本网讯 ", "快讯：", "摘要：")
ENDS = (
    "（责任编辑：{}）",
    "声明：本文仅代表作者观点，与本网无关。",
    "更多精彩请关注{}公众号。",
    "编辑：{}",
    "（完）",
    "相关阅读：{}",
    "版权归原作者所有，如有侵权请联系删除。",
    "原标题：{}",
)
COMMON_SWAP = "今天"


class Page(NamedTuple):
    """What a page prints, as edits of the first text; equal values print equal words."""

    kept: tuple[int, ...]
    said: frozenset[tuple[int, int, str]] = frozenset()
    title: tuple[str, int] = ("", 0)
    added: frozenset[tuple[str, int, str]] = frozenset()
    breaks: frozenset[int] = frozenset()
    narrow: bool = False
    ways: tuple[str, ...] = ()
    spoilt: frozenset[tuple[int, int]] = frozenset()


class Host(NamedTuple):
    """A site: how much it edits, its hand, its converter, clock and credit habits."""

    site: str
    name: str
    known: bool
    zeal: float
    hub: float
    narrow: bool
    converter: str | None
    clock: str
    credit: str
    ends: tuple[str, ...]


class Story:
    """The first text: sentences as lists of words."""

    def __init__(self, rng: random.Random) -> None:
        """Write it."""
        many = max(3, min(45, int(rng.lognormvariate(2.2, 0.65))))
        self.sentences = [sentence(rng) for _ in range(many)]
        self.breaks = frozenset(i for i in range(many - 1) if rng.random() < 0.55)
        self.headline = f"{rng.choice(PLACE)}{rng.choice(THING)}{rng.choice(ACT)} {rng.choice(TAIL)}"
        self.titles = [f"{rng.choice(PLACE)}：{rng.choice(THING)}{rng.choice(ACT)}" for _ in range(6)]
        self.pieces = [i for i, s in enumerate(self.sentences) for w in s if w in SAME]


def sentence(rng: random.Random) -> list[str]:
    """Words of one sentence; the median is 42 characters."""
    want = rng.lognormvariate(3.74, 0.55)
    out = [rng.choice(LINK), "，"] if rng.random() < 0.35 else []
    while sum(map(len, out)) < want - 6:
        kind = rng.randrange(6)
        if kind == 0:
            out += [
                rng.choice(WHO),
                rng.choice(PEOPLE),
                "表示",
                "，",
                rng.choice(PLACE),
                rng.choice(THING),
                "必须",
                rng.choice(ACT),
            ]
        elif kind == 1:
            out += [
                "目前",
                rng.choice(PLACE),
                "共有",
                f"{rng.randrange(3, 9800)}",
                "处",
                rng.choice(THING),
                rng.choice(ACT),
            ]
        elif kind == 2:
            out += [
                "记者",
                "从",
                rng.choice(WHO),
                "获悉",
                "，",
                "今天",
                rng.choice(THING),
                "陆续",
                rng.choice(ACT),
            ]
        elif kind == 3:
            out += [
                rng.choice(THING),
                "投资",
                "超过",
                f"{rng.randrange(2, 990)}.{rng.randrange(10)}亿元",
                "，",
                "同比增长",
                f"{rng.randrange(1, 60)}.{rng.randrange(10)}%",
            ]
        elif kind == 4:
            out += [
                "有关部门",
                "开展",
                rng.choice(THING),
                "检查",
                "，",
                "群众",
                f"{rng.randrange(20, 9000)}人次参加",
            ]
        else:
            out += [
                rng.choice(PEOPLE),
                "介绍",
                "，",
                rng.choice(PLACE),
                "大约",
                f"{rng.randrange(2, 99)}天后",
                rng.choice(ACT),
            ]
        out += ["，"]
        if rng.random() < 0.4:
            out += [rng.choice(TAIL), "，"]
    out[-1] = rng.choice("。。。。。。。。。！？；")
    out[-1] = "。" if out[-1] == "；" else out[-1]
    return out


# -- converters -------------------------------------------------------------------------------------------------------

_CC = {name: OpenCC(name) for name in ("s2t", "s2hk", "s2twp", "t2s")}
DAMAGE = {
    "naive": str.maketrans("后里面发制系表云松谷范干台", "後裡麵髮製繫錶雲鬆穀範乾臺"),
    "half": str.maketrans(
        "国门车长东书马鸟鱼龙开对这来学时会们为说从无现", "國門車長東書馬鳥魚龍開對這來學時會們為說從無現"
    ),
}


@lru_cache(maxsize=50_000)
def _convert(text: str, way: str) -> str:
    if way == "naive":
        return str(_CC["s2t"].convert(text)).translate(DAMAGE["naive"])
    if way == "half":
        return text.translate(DAMAGE["half"])
    return str(_CC[way].convert(text))


# -- words of a page --------------------------------------------------------------------------------------------------


def shown(story: Story, state: Page, site: str) -> tuple[str, str]:
    """Text and headline of a page."""
    said = {(i, j): word for i, j, word in state.said}
    parts = [end for kind, _, end in sorted(state.added) if kind == "lead"]
    body = "".join(parts)
    spoilt = dict(state.spoilt)
    for n, i in enumerate(state.kept):
        words = [said.get((i, j), word) for j, word in enumerate(story.sentences[i])]
        text = "".join(words)
        if (i, -1) in said:
            text = text[: int(said[i, -1])] + "……"
        for way in state.ways:
            text = _convert(text, way)
        if i in spoilt:
            at = spoilt[i] % max(len(text) - 1, 1)
            text = text[:at] + "?" + text[at + 1 :]
        body += text + ("\n" if i in state.breaks and n < len(state.kept) - 1 else "")
    for kind, _, end in sorted(state.added, key=lambda a: a[1]):
        if kind == "end":
            for way in state.ways:
                end = _convert(end, way)
            body += "\n" + end
    kind, n = state.title
    title = story.headline
    if kind == "short":
        title = story.headline.split()[n]
    elif kind == "new":
        title = story.titles[n]
    elif kind == "own":
        title = f"{story.titles[n % 6]}（{n}）"
    for way in state.ways:
        title = _convert(title, way)
    if state.narrow:
        body = body.replace("，", ",").replace("：", ":").replace("（", "(").replace("）", ")")
    if state.ways and state.ways[-1] != "t2s":
        body = body.replace("“", "「").replace("”", "」")
    return body, title


def seen_ways(story: Story, ways: tuple[str, ...]) -> tuple[str, ...]:
    """The conversions that can be seen: none where the text came back as it was."""
    for sentence in story.sentences:
        was = now = "".join(sentence)
        for way in ways:
            now = _convert(now, way)
        if was != now:
            return ways
    return ()


# -- edits ------------------------------------------------------------------------------------------------------------

RATES = {
    "tail": 0.17,
    "head": 0.06,
    "middle": 0.20,
    "swap": 0.32,
    "date": 0.12,
    "trunc": 0.02,
    "short": 0.09,
    "new": 0.10,
    "own": 0.05,
    "lead": 0.09,
    "end": 0.25,
    "drop": 0.6,
    "all": 0.07,
    "none": 0.05,
    "break": 0.18,
    "spoil": 0.03,
    "back": 0.5,
}
"""How often an editor of middling zeal does each."""


def edited(rng: random.Random, story: Story, state: Page, host: Host) -> Page:
    """The page that a host makes of another."""
    z = host.zeal

    def does(what: str) -> bool:
        return rng.random() < min(RATES[what] * z, 0.9)

    kept = list(state.kept)
    if len(kept) > 2 and does("tail"):
        kept = kept[: max(len(kept) - min(int(rng.expovariate(0.45)) + 1, len(kept) * 2 // 3), 1)]
    if len(kept) > 3 and does("head"):
        kept = kept[1:]
    while len(kept) > 4 and does("middle"):
        at, many = rng.randrange(1, len(kept) - 1), rng.choice((1, 1, 1, 2, 2, 3))
        kept = kept[:at] + kept[min(at + many, len(kept) - 1) :]
    said = {(i, j): w for i, j, w in state.said}
    places = [
        (i, j) for i in kept for j, w in enumerate(story.sentences[i]) if w in SAME and w != COMMON_SWAP
    ]
    while places and does("swap"):
        i, j = rng.choice(places)
        said[i, j] = rng.choice(SAME[story.sentences[i][j]])
    while does("swap") and rng.random() < 0.35:
        figures = [
            (i, j) for i in kept for j, w in enumerate(story.sentences[i]) if w[:1].isdigit() and w.isdigit()
        ]
        if figures:
            i, j = rng.choice(figures)
            said[i, j] = str(rng.randrange(3, 9800))
    if does("date"):
        for i in kept:
            for j, w in enumerate(story.sentences[i]):
                if w == COMMON_SWAP and (i, j) not in said:
                    said[i, j] = "11月3日"
    if does("trunc") and len(kept) > 3:
        i = kept[-1]
        said[i, -1] = str(rng.randrange(6, 14))
    title = state.title
    if does("own"):
        title = ("own", rng.randrange(10_000))
    elif does("new"):
        title = ("new", rng.randrange(6))
    elif title == ("", 0) and does("short"):
        title = ("short", rng.choice((0, 0, 0, 1)))
    added = {a for a in sorted(state.added) if rng.random() > RATES["drop"]}
    if does("lead"):
        added |= {("lead", 0, rng.choice(LEADS))}
    if rng.random() < RATES["end"] * min(z, 1.5) and host.ends:
        added |= {("end", 1 + len(added), rng.choice(host.ends))}
    breaks = set(state.breaks)
    if does("all"):
        breaks = set(range(len(story.sentences)))
    elif does("none"):
        breaks = set()
    elif does("break"):
        breaks ^= {rng.choice(kept)}
    ways = state.ways
    if host.converter and (not ways or ways[-1] == "t2s"):
        ways = (*ways, host.converter)
    elif not host.converter and ways and ways[-1] != "t2s" and rng.random() < 0.8:
        ways = seen_ways(story, (*ways, "t2s"))
    spoilt = set(state.spoilt)
    if does("spoil"):
        i = rng.choice(kept)
        spoilt = {s for s in spoilt if s[0] != i} | {(i, rng.randrange(30))}
    keeps = set(kept)
    return Page(
        tuple(kept),
        frozenset(
            (i, j, w)
            for (i, j), w in said.items()
            if i in keeps and w != (story.sentences[i][j] if j >= 0 else "")
        ),
        title,
        frozenset(added),
        frozenset(b for b in breaks if b in keeps),
        host.narrow or (state.narrow and rng.random() < 0.8),
        ways,
        frozenset(s for s in spoilt if s[0] in keeps),
    )
