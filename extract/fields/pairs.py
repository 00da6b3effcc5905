"""The medium and the person beside the time, without labels: 青岚日报 林大为 · 2023-04-18."""

import re
from collections.abc import Sequence

from extract.fields import names, origin
from extract.page import dates
from extract.page.line import Line, tidy

_NEITHER = re.compile(
    r"(?:发布|發布|发表|發表|刊登|更新)[于於在]?|(?:星期|周|週)[一二三四五六日天]|[·•|｜/／—–-]+"
)
# 百家号/雾岭茶讯, 企鹅号 - 江城小记, 大鱼号作者：江城小记, 雾岭茶讯（头条号）
_ACCOUNT = re.compile(
    rf"(?:{names.PLATFORMS})\s?+(?:作者\s?+)?+[:：/／·•|｜—–“《@-]\s?+(?P<name>[^\s:：/／|｜“”《》]{{2,20}}+)"
)
_BEFORE_PLATFORM = re.compile(
    rf"(?:^|(?<=\s))(?P<name>[一-鿿A-Za-z][^\s:：/／|｜()（）]{{1,19}}+)(?:\s?[(（](?:{names.PLATFORMS})[)）]|\s(?:{names.PLATFORMS})(?=\s|$))"
)
_PLATFORM = re.compile(rf"(?:{names.PLATFORMS})")
_OF_PLATFORM = re.compile(
    "今日头条|百家号|百度|搜狐|网易订阅|网易号|企鹅号|天天快报|快报|一点资讯|大鱼号|UC头条|凤凰号|东方头条|趣头条|看点|澎湃号"
)
"""Where accounts publish, by the end of <title>."""
_NO_ACCOUNT = re.compile(
    "原创|[\\d:：]|阅读|评论|关注|来源|作者|编辑|分享|举报|更新|发布|收藏|点赞|转载|刚刚|昨天|今天|前$|认证|已订阅|频道|首页|正文"
)
# 由 林大为, 林大为 撰写, 文/林大为: words that say that a name beside a time is an author's
_WROTE = re.compile(
    r"(?:^|\s)(?:由|文[/／]|撰文)\s?(?=\S)|(?<=\S)\s{0,2}(?:撰[写寫文]|[报報][道导導]|[发發]表)(?=\s|$)"
)
_PLACES = re.compile(".{2}[市县區区镇村乡鄉省州山江河湖岛港]")
_COMPOUND = re.compile(
    "(?:欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯)[一-鿿]{1,2}"
)
_FIELD = re.compile(r"[:：]\s{0,2}\S+")
LONGEST = 60
"""Characters of a line of this kind."""


def beside_time(lines: Sequence[Line]) -> tuple[str, str] | None:
    """The medium and the person in the line of the time, or alone in a line next to a line of a time alone."""
    for number, line in enumerate(lines):
        moments = dates.find(line.spaced) if len(line.text) <= LONGEST and not line.unseen else []
        if len(moments) != 1:
            continue
        words = _words(line.spaced[: moments[0].start] + " " + line.spaced[moments[0].end :])
        if found := _pair(words):
            return found
        near = lines[max(0, number - 1) : number + 2] if not words else ()
        for other in near:
            is_alone = other is not line and len(other.text) <= 20 and not (other.unseen or other.furniture)
            if is_alone and (found := _pair(_words(other.spaced))):
                return found
    return None


def account(lines: Sequence[Line], title: str) -> str | None:
    """The account that publishes on a platform: behind the platform's name, or on a platform beside the time or the
    word 原创 (its own work), whatever it is called."""
    short = [line for line in lines if len(line.text) <= LONGEST and not line.unseen]
    for line in short:
        match = _ACCOUNT.search(line.spaced) or _BEFORE_PLATFORM.search(line.spaced)
        if match and (name := origin.cleaned(match["name"])):
            return name
    is_platform = _OF_PLATFORM.search(title[-16:]) is not None
    for number, line in enumerate(short):
        pieces = [text for piece in line.pieces if (text := tidy(piece.text))]
        is_own = "原创" in pieces or any(_PLATFORM.fullmatch(text) for text in pieces)
        if not (is_own or is_platform) or not (is_own or dates.find(line.spaced)):
            continue
        alone = [text for text in pieces if 2 <= len(text) <= 16 and not _is_no_account(text)]
        if (
            not alone
            and number
            and not _is_no_account(short[number - 1].text)
            and len(short[number - 1].text) <= 16
        ):
            alone = [short[number - 1].text]
        if len(alone) == 1:
            return origin.cleaned(alone[0])
    return None


def _is_no_account(text: str) -> bool:
    return bool(_NO_ACCOUNT.search(text) or _PLATFORM.fullmatch(text) or dates.find(text))


def _pair(words: Sequence[str]) -> tuple[str, str] | None:
    """The pair of two words, if the first is no channel: 社会新闻."""
    found = names.pair(words)
    return found if found and origin.is_medium(found[0]) else None


def person(lines: Sequence[Line]) -> str | None:
    """The one person among the words of the line of the time: 2023-04-18 09:26 林大为 来源：青岚日报, 林大为 撰写 |
    2023-04-18. A name of two characters only right beside the time and no link, or where a word says who wrote."""
    for line in lines:
        moments = dates.find(line.spaced) if len(line.text) <= 80 and not line.unseen else []
        if len(moments) != 1 or "。" in line.text:
            continue
        sides = [line.spaced[: moments[0].start].strip(), line.spaced[moments[0].end :].strip()]
        wrote = any(_WROTE.search(side) for side in sides)
        said = [_words((_WROTE if wrote else _FIELD).sub(" ", side)) for side in sides]
        beside = {word for words in (said[0][-1:], said[1][:1]) for word in words}
        beside -= {tidy(piece.text) for piece in line.pieces if piece.linked}
        people = [word for word in said[0] + said[1] if _is_author(word, is_beside=wrote or word in beside)]
        if len(people) == 1:
            return people[0]
    return None


def _is_author(word: str, *, is_beside: bool) -> bool:
    """Whether a word is a full name and no place; one of two characters only beside the time."""
    if _PLACES.fullmatch(word):
        return False
    is_full = names.is_plain_name(word) or _COMPOUND.fullmatch(word) is not None
    return is_full or (is_beside and names.is_short_name(word))


def _words(text: str) -> list[str]:
    return _NEITHER.sub(" ", text).split()


def alone(lines: Sequence[Line], meta: Sequence[tuple[str, str]]) -> str | None:
    """The one full name that is a whole line around the headline; a shorter one or a link's only if the page's
    author tag says it too."""
    authors = {content.strip() for name, content in meta if name in ("author", "article:author", "byl")}
    found = {
        tidy(line.text)
        for line in lines
        if not (line.unseen or line.furniture) and 2 <= len(line.text) <= 5 and _is_alone(line, authors)
    }
    return names.printed(found.pop()) if len(found) == 1 else None


def below_headline(lines: Sequence[Line], heading: int, start: int) -> str | None:
    """The person whose name alone is right below the headline: 叶青, 高 峰; no channel: 田径."""
    below = range(heading + 1, min(heading + 4, start)) if heading >= 0 else range(0)
    line = next((lines[n] for n in below if not lines[n].unseen), None)
    if line is None or line.is_link or line.furniture or not 2 <= len(line.text) <= 5:
        return None
    name = "".join(line.text.split())
    is_name = names.is_plain_name(line.text) or (names.is_short_name(name) and len(line.text) <= 3)
    return name if is_name else None


def _is_alone(line: Line, authors: set[str]) -> bool:
    if names.is_person(line.text) and line.text in authors:
        return True
    return (
        names.is_plain_name(line.text) and not line.is_link and line.block.tag not in ("h1", "h2", "td", "li")
    )
