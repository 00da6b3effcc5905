"""The word lists of phrases.toml, compiled: what a line of a page is besides text of the article."""

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib import resources

_TABLE = tomllib.loads(resources.files("extract").joinpath("phrases.toml").read_text(encoding="utf-8"))


def _whole(kind: str) -> re.Pattern[str]:
    """The patterns of a kind that must match a whole line, as one."""
    return re.compile("|".join(f"(?:{e['pattern']})" for e in _TABLE[kind] if not e.get("anywhere")), re.I)


_END = _whole("end")
_DROP = _whole("drop")
_FURNITURE = _whole("furniture")
_FURNITURE_ANYWHERE = re.compile(
    "|".join(e["pattern"] for e in _TABLE["furniture"] if e.get("anywhere")), re.I
)
_WORDS = {kind: frozenset(words.split()) for kind, words in _TABLE["names"].items() if kind != "seen"}
_SEPARATORS = re.compile(r"[^a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain(text: str) -> str:
    """Half-width forms and lower case, as the patterns are written."""
    return unicodedata.normalize("NFKC", text).lower().strip()


def ends_article(line: str) -> bool:
    """Whether the article is over at this line (相关新闻, related news; 免责声明, disclaimer)."""
    return _END.fullmatch(plain(line)) is not None


def is_dropped(line: str) -> bool:
    """Whether the line is none of the article's text (责任编辑, 原标题, pagers, widgets)."""
    return _DROP.fullmatch(plain(line)) is not None


def is_furniture(line: str) -> bool:
    """Whether the line belongs to the site's frame (licence numbers, breadcrumbs, house rules)."""
    folded = plain(line)
    return _FURNITURE_ANYWHERE.search(folded) is not None or _FURNITURE.fullmatch(folded) is not None


@lru_cache(maxsize=20_000)
def named(names: str) -> str:
    """What an element's class and id say it holds: `body`, `furniture` or nothing."""
    whole = names.lower().split()
    words = {*whole, *_SEPARATORS.split(_CAMEL.sub(" ", names).lower())}
    if words & _WORDS["furniture"]:
        return "furniture"
    return "body" if words & _WORDS["body"] else ""
