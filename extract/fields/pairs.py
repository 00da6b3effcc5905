"""The medium and the person in their elements or beside the time, without labels: 青岚日报 林大为 · 2023-04-18."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise

from lxml.etree import _Element as Element

from extract.fields import names, origin, surnames
from extract.fields.labels import is_labelled, values
from extract.fields.sitenames import names_only_site
from extract.page import dates
from extract.page.line import ElementText, Line, tidy
from extract.script.fold import fold

_NEITHER = re.compile(
    r"(?:发布|發布|发表|發表|刊登|更新)[于於在]?|(?:星期|周|週)[一二三四五六日天]|[·•|｜/／—–□■◎●○-]+"
)
# 百家号/雾岭茶讯, 企鹅号 - 江城小记, 大鱼号作者：江城小记, 雾岭茶讯（头条号）
_ACCOUNT = re.compile(
    rf"(?:{surnames.PLATFORMS})\s?+(?:作者\s?+)?+[:：/／·•|｜—–“《@-]\s?+(?P<name>[^\s:：/／|｜“”《》]{{2,20}}+)"
)
# 澎湃号·政务 > 青岚发布
_BEHIND_CLASS = re.compile(
    r"号\s?+[·•]\s?+[一-鿿]{2,4}+\s{0,2}+[>＞›]\s{0,2}+(?P<name>[^\s:：/／|｜“”《》>]{2,20}+)"
)
_BEFORE_PLATFORM = re.compile(
    rf"(?:^|(?<=\s))(?P<name>[一-鿿A-Za-z][^\s:：/／|｜()（）]{{1,19}}+)(?:\s?[(（](?:{surnames.PLATFORMS})[)）]|\s(?:{surnames.PLATFORMS})(?=\s|$))"
)
_PLATFORM = re.compile(rf"(?:{surnames.PLATFORMS})")
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
_BETWEEN_NAMES = re.compile(r"(?<=[一-鿿])\s?[,，、]\s{0,2}(?=[一-鿿]{2,4}(?:[\s,，、]|$))")
_FIELD = re.compile(r"[:：]\s{0,2}\S+")
_SOURCE_NAME = re.compile(
    r"(?:^|[-_\s])(?:a_|js_|post_|article_|info_|ne_article_|pub_|art_)?(?:source|laiyuan|origin|media|ly|from|copyfrom|provider)(?:$|[-_\s]|baidu|(?-i:[A-Z]))",
    re.I,
)
_REPORTER = re.compile(r"(?:[记記]者|(?<=\s)(?:作者|[编編][辑輯]|[责責][编編])[:：]).*$")
# 人民网[微博]: the link to a medium's account behind its name
_ISSUE_WORDS = re.compile(r"(?:星期|周|週)[一二三四五六日天](?=\s|$)|\s第?\s?[A-Z]?\d{1,3}\s?版.*$")
_OF_ACCOUNT = re.compile(r"(?<=.{2})\s?[\[【(（]?(?:官方)?微博[\]】)）]?$|^微博$")
_PAGE, _NO_DATE = re.compile(r"第?\s?[A-Z]?\d{1,2}\s?版"), re.compile(r"[\d\s:：./年月日-]{4,}")
_FOLLOW = ("", "关注", "關注", "订阅", "訂閱", "+关注")  # the button beside a date
_ANY_TIME = datetime(2020, 6, 1, tzinfo=UTC)  # only whether and where a date without a year stands is asked
_ADDRESS = re.compile(r"(?:https?://|www\.)[\w./-]{4,60}", re.A)
_CRUMBS = tuple(">＞»›〉")
LONGEST = 60
"""Characters of a line of this kind."""


def unlabelled(
    lines: Sequence[Line], site_names: Sequence[str] = (), not_these: Collection[str] = ()
) -> str | None:
    """The source among the lines around the headline in an element named for it, else the bare name beside the
    time or in the next line to it, unless it is the site's own."""
    for line in lines:
        for piece in line.pieces:
            if (
                _is_sources(_names_of(piece.element))
                and (name := origin.cleaned(piece.text))
                and not origin.NOT_MEDIUM.search(name)
                and not _is_crumb(line, piece, lines)
                and not _is_in_label(name, "byline", line)
                and fold(name) not in not_these
            ):
                return name
    beside = (name for line in lines if (name := _beside_time(line)))
    return next(
        (
            name
            for name in (*beside, *_next_to_time(lines))
            if name not in site_names and fold(name) not in not_these and not origin.NO_NAME.search(name)
        ),
        None,
    )


@lru_cache(maxsize=4_000)
def _is_sources(near: str) -> bool:
    """Whether an element is the source's place, by its class and id; elements share few."""
    return _SOURCE_NAME.search(near) is not None


def _is_in_label(name: str, kind: str, line: Line) -> bool:
    """Whether a name is behind a label of the kind: 作者：青岚日报."""
    return is_labelled(kind, line.text) and (
        not (behind := values(kind, line.spaced)) or any(name in value for value in behind)
    )


def _is_crumb(line: Line, piece: ElementText, lines: Sequence[Line]) -> bool:
    """Whether a name is the beginning of a path: ETtoday新聞雲 > 地方."""
    after = line.text.partition(tidy(piece.text))[2].lstrip()
    return after[:1] in _CRUMBS if after else _begins_path(lines, line)


def _begins_path(lines: Sequence[Line], line: Line) -> bool:
    """Whether the line behind one goes on with the sign of a path."""
    number = next(n for n, other in enumerate(lines) if other is line)
    return number + 1 < len(lines) and lines[number + 1].text[:1] in _CRUMBS


def behind_address(lines: Sequence[Line]) -> str | None:
    """The one word behind the site's address and the time, as old portals print the source, whatever its name ends
    in: http://www.qinglan.example 2012年01月12日 17:06 驱动之家."""
    for line in lines:
        text = line.spaced
        if len(text) > 120 or line.unseen or not (address := _ADDRESS.match(text)):
            continue
        found = dates.find(text)
        if len(found) != 1 or found[0].precision == "day":
            continue
        rest = f"{text[address.end() : found[0].start]}  {text[found[0].end :]}"
        parts = [_OF_ACCOUNT.sub("", part.strip()) for part in re.split(r"\s{2,}", rest) if part.strip()]
        if 1 <= len(parts) <= 2 and parts[1:] in ([], [""]) and 3 <= len(parts[0]) <= 12:
            return None if origin.NOT_MEDIUM.search(parts[0]) else origin.cleaned(parts[0])
    return None


def called_in_text(lines: Sequence[Line], text: Sequence[str]) -> str | None:
    """The word in an element of its own beside the time that the text calls a medium: 棱镜, 《棱镜》."""
    for line in lines:
        if len(line.text) > LONGEST or line.unseen or not dates.find(line.spaced):
            continue
        alone = [
            word for piece in line.pieces if not piece.linked and 2 <= len(word := tidy(piece.text)) <= 10
        ]
        for word in alone:
            if sum(f"《{word}》" in one for one in text) > 1:
                return word
    return None


def signed(lines: Sequence[Line]) -> Line | None:
    """The line under a text that names a medium beside the time, or the newspaper's page: 青岚日报 2023-04-18 09:26."""
    for line in lines:
        is_own = not _is_anothers(line) and not line.unseen and len(line.text) <= 50
        if is_own and dates.find(line.text) and (_PAGE.search(line.text) or _beside_time(line)):
            return line
    return None


def _is_anothers(line: Line) -> bool:
    """Whether most of a line is a link; an address (http://www.qinglan.example) and a short name are none."""
    linked = [tidy(piece.text) for piece in line.pieces if piece.linked]
    return line.is_link and any(len(text) > 8 and not text.startswith(("http", "www.")) for text in linked)


def _next_to_time(lines: Sequence[Line]) -> Iterator[str]:
    """The media that a line of its own names, next to a line of a date alone."""
    for one, other in (*pairwise(lines), *pairwise(reversed(lines))):
        if len(one.text) > 30 or _NO_DATE.sub("", one.text) not in _FOLLOW:
            continue
        name = other.text.strip()
        if not 2 <= len(name) <= 16 or not origin.is_medium(name):
            continue
        if not (_begins_path(lines, other) or names_only_site(name, "") or names.pair(name.split())):
            yield origin.cleaned(name) or name


def _names_of(element: Element) -> str:
    """Class and id of an element; for a link, also those of its parents."""
    own = f"{element.get('class') or ''} {element.get('id') or ''}"
    above = element.getparent() if element.tag == "a" else None
    return own if above is None else f"{own} {above.get('class') or ''} {above.get('id') or ''}"


def with_person(lines: Sequence[Line]) -> str | None:
    """The medium beside the time with a person's name behind it: 2012-01-11 15:43 青岚新聞網 張德厚."""
    for line in lines:
        moments = dates.find(line.spaced) if len(line.text) <= 60 else []
        if len(moments) != 1 or line.unseen:
            continue
        words = line.spaced[moments[0].end :].split()
        if len(words) == 2 and origin.is_medium(words[0]) and names.is_plain_name(words[1]):
            return origin.cleaned(words[0])
    return None


def _beside_time(line: Line) -> str | None:
    """A medium's bare name in the line of the time: 2018年12月28日 19:55 新京报, 聯合報 記者陳怡君／宜蘭報導."""
    text = line.spaced
    if len(text) > 120:
        return None
    found = next(iter(dates.find(text)), None) or dates.relative(text, _ANY_TIME)
    if not found:
        return None
    rest = _REPORTER.sub("  ", _ISSUE_WORDS.sub("  ", f"{text[: found.start]}  {text[found.end :]}"))
    parts = [
        _OF_ACCOUNT.sub("", part.strip(" ()（）[]【】|｜·-—–@"))
        for part in re.split(r"\s{2,}|[|｜]|\s·\s", rest)
    ]
    near = [part for part in parts if 2 <= len(part) <= 20 and not origin.NOT_MEDIUM.search(part)]
    media = (
        one for one in near if one[0] == "《" or (origin.MEDIUM.search(one) and not origin.CHANNEL.match(one))
    )
    name = origin.cleaned(next(media, ""))
    return name if name and not re.search("[:：]", name) else None


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
        match = (
            _BEHIND_CLASS.search(line.spaced)
            or _ACCOUNT.search(line.spaced)
            or _BEFORE_PLATFORM.search(line.spaced)
        )
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
            return _with_neighbours(people[0], said)
    return None


def _with_neighbours(name: str, said: Sequence[Sequence[str]]) -> str:
    """The name and the names that stand beside it: 庄严 林泽贵."""
    words = next(words for words in said if name in words)
    first = last = words.index(name)
    while first and names.is_person(words[first - 1]):
        first -= 1
    while last + 1 < len(words) and names.is_person(words[last + 1]):
        last += 1
    return "、".join(words[first : last + 1])


def _is_author(word: str, *, is_beside: bool) -> bool:
    """Whether a word is a full name and no place; one of two characters only beside the time."""
    if _PLACES.fullmatch(word):
        return False
    if "、" in word:
        return all(names.is_plain_name(name) or names.is_short_name(name) for name in word.split("、"))
    is_full = names.is_plain_name(word) or _COMPOUND.fullmatch(word) is not None
    return is_full or (is_beside and names.is_short_name(word))


def _words(text: str) -> list[str]:
    """The words of a text; names that commas join are one word: 周维, 田丰."""
    return _NEITHER.sub(" ", _BETWEEN_NAMES.sub("、", text)).split()


def alone(lines: Sequence[Line], meta: Sequence[tuple[str, str]]) -> str | None:
    """The one full name, or the names, that are a whole line around the headline; a shorter one or a link's only if
    the page's author tag says it too."""
    authors = {content.strip() for name, content in meta if name in ("author", "article:author", "byl")}
    found = {
        tidy(line.text)
        for line in lines
        if not (line.unseen or line.furniture) and 2 <= len(line.text) <= 20 and _is_alone(line, authors)
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
    if names.are_people(line.text.split()) and not line.linked:
        return True
    return (
        names.is_plain_name(line.text) and not line.is_link and line.block.tag not in ("h1", "h2", "td", "li")
    )
