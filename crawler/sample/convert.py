"""Conversion of an article into Traditional script: a correct one, a careless one, and the noise of a spam site."""

import re
from collections.abc import Callable
from functools import lru_cache

from opencc import OpenCC

# The wrong choices of careless converters for merged Simplified characters: 機製 for 機制, 局麵 for 局面.
WRONG = str.maketrans({"制": "製", "汇": "彙", "面": "麵", "只": "隻", "系": "係", "征": "徵", "丑": "醜"})
PINYIN = {
    "網": "wǎng", "報": "bào", "建": "jiàn", "層": "céng", "醫": "yī", "療": "liáo", "隊": "duì", "護": "hù",
    "車": "chē", "區": "qū", "員": "yuán", "時": "shí", "線": "xiàn", "長": "cháng", "歲": "suì", "開": "kāi",
}  # fmt: skip
EMOJI = ("😊", "👍", "🌟")


@lru_cache(maxsize=4096)
def traditional(text: str, table: str = "s2hk") -> str:
    """Simplified to Traditional by an OpenCC table: `s2hk` for Hong Kong and Macau, `s2tw` for Big5 pages."""
    return str(_converter(table).convert(text))


def botched(text: str) -> str:
    """Simplified to careless Traditional: by single characters, with the wrong choice where two are possible."""
    return traditional(text.translate(WRONG), "s2t")


def noisy(text: str, seed: int) -> str:
    """A converted paragraph with a spam page's noise: pinyin in brackets, doubled punctuation, an emoji, spans.

    The result is HTML. The same text and seed give the same noise.
    """
    text = re.sub("[" + "".join(PINYIN) + "]", _Every(3, seed, _with_pinyin), text)
    text = re.sub("，", _Every(4, seed, lambda mark: mark + ","), text)
    text = re.sub("。", _Every(3, seed, lambda mark: "," + mark), text)
    middle = text.find("，", len(text) // 2)
    if middle > 0:
        span = f'<span id="{_random_id(seed)}"></span>'
        emoji = EMOJI[seed % len(EMOJI)] if seed % 2 else ""
        text = text[: middle + 1] + span + emoji + text[middle + 1 :]
    return text


class _Every:
    """Replaces every n-th match, starting at a match that the seed chooses."""

    def __init__(self, step: int, seed: int, change: Callable[[str], str]) -> None:
        self._step, self._count, self._change = step, seed % step, change

    def __call__(self, match: re.Match[str]) -> str:
        self._count += 1
        return self._change(match[0]) if self._count % self._step == 0 else match[0]


def _with_pinyin(character: str) -> str:
    return f"{character}({PINYIN[character]})"


def _random_id(seed: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return "".join(letters[(seed * 7919 + n * 31 + 17) % 26] for n in range(5))


@lru_cache(maxsize=8)
def _converter(table: str) -> OpenCC:
    return OpenCC(table)
