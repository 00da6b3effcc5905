"""An archived article as a work that can be cited: its authors, publication, printed page and snapshot."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from archive.kinds import SiteKind
from archive.search.names import Named
from archive.view.names import media_in
from extract.article import is_month

_ROLE = re.compile(
    r"(?P<before>[一-鿿]{0,12}?)(?:特约|特約|见习|見習|实习|實習|首席|全媒体|全媒體){0,3}"
    r"(?:记者|記者|通讯员|通訊員|评论员|評論員|特派员|特派員|撰稿人|实习生|實習生|作者)[:：]?"
)
_BRACKETS = re.compile(r"[()（）\[\]【】〔〕]")
_BETWEEN = re.compile(r"[、,，;；&＆|｜/／]|(?<![A-Za-z])\s+|\s+(?![A-Za-z])")
_NO_NAME = re.compile(
    r"\d|[日电電讯訊]$|^[文图圖摄攝]$|(?:报道|報道|報導|摄影|攝影|综合|綜合|整理|编辑|編輯|供图|供圖)$"
    r"|^(?:央视|央視|央广|央廣|新华|新華|人民|中新|中青|光明|澎湃|界面|环球|環球|财新|財新)$"
    r"|^发自|^發自|^本[报報刊网網台社]|(?:报|報|社|网|網|台|臺|电视|新闻|編輯部|编辑部)$"
)
_PERSON = re.compile(r"[一-鿿]{2,4}|[一-鿿]{1,8}(?:[·•・][一-鿿]{1,8}){1,3}|[A-Z][\w.'-]+(?: [A-Z][\w.'-]*)*")
_OF_MEDIUM = re.compile(
    # of 張三記者 李四記者 the first is a person: another role ends the name behind it
    r"\s*(?P<medium>[一-鿿A-Z0-9]{2,12}?)(?:特约|特約|见习|見習|实习|實習|首席|全媒体|全媒體){0,3}(?:记者|記者)[:：]?\s*"
    r"(?![一-鿿]{0,6}(?:报道|報道|報導|摄影|攝影|综合|綜合|整理|编辑|編輯|供图|供圖)|发自|發自)"
    r"(?:(?!记者|記者)[一-鿿]){2,4}(?![一-鿿]{0,3}(?:记者|記者))"
)
_PEN_NAME = re.compile(r"(?:(?!记者|記者|编辑|編輯|通讯员|通訊員|评论员|評論員)[一-鿿A-Za-z0-9_]){2,8}")
"""A byline that is one word and names no role: 八卦大相公, kingname."""
_PAPER = re.compile("(?:报|報|版)$")
_BROADCASTER = re.compile("(?:[台臺]|广播|廣播|电视|電視|央视网|央視網|央广网|央廣網|国际在线|國際在線)$")

Medium = Literal["newspaper", "broadcaster", "website"]
"""What carries an article: a newspaper in print or on its site, a broadcaster's site, another site."""
_OWN_NEWS: tuple[SiteKind, ...] = ("central", "province", "city", "press")
"""Kinds of sites that may be a newspaper or a broadcaster; a ministry, a portal or a converter is a site."""


class Published(NamedTuple):
    """The day of publication, or the month if the page prints no day; its string is ISO 8601: 2023-04-18, 2023-04."""

    year: int
    month: int
    day: int | None

    @classmethod
    def of(cls, day: date) -> "Published":
        """A whole day."""
        return cls(day.year, day.month, day.day)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")


@dataclass(frozen=True, slots=True)
class Work:
    """The parts of a reference to an article; empty or None if its page does not state them.

    `publication` is the newspaper if the newspaper and its page are known (`page` then has a number), else the site.
    `source` is the medium that the page names. `snapshot` is the capture's address in this archive; `proof` is the
    capture's time and digest. `medium` decides as what the styles cite the article.
    """

    number: int
    title: str
    authors: tuple[str, ...]
    publication: str
    medium: Medium
    source: str | None
    published: Published | None
    page: int | None
    language: str
    url: str
    seen: date
    snapshot: str
    proof: str

    @classmethod
    def of(
        cls, article: Mapping[str, Any], capture: Mapping[str, Any], site: Named | None, snapshot: str
    ) -> "Work":
        """The work of an article's row and its capture's row; `site` is None if no site file names the site."""
        moment = str(capture["archived_at"] or capture["captured_at"])
        name = site.own if site else str(article["site"])
        paper = _paper(article["source"], name) if article["paper_page"] else None
        printed = _day(article["paper_date"]) if paper else None
        return cls(
            number=article["id"],
            title=" ".join(str(article["title"] or article["url"]).split()),
            authors=people(article["byline"] or ""),
            publication=paper or name,
            medium="newspaper" if paper else medium_of(name, site.kind if site else None),
            source=article["source"],
            published=printed or _day(article["published_at"]),
            page=article["paper_page"] if paper else None,
            language="zh-TW" if article["script"] == "hant" else "zh-CN",
            url=article["url"],
            seen=date.fromisoformat(moment[:10]),
            snapshot=snapshot,
            proof=f"Archived {moment[:19]}Z, {_digest(capture)}",
        )

    @property
    def responsible(self) -> tuple[str, ...]:
        """The names at the head of a reference: the authors, else the source, else the publication."""
        return self.authors or ((self.source,) if self.source else (self.publication,))


def medium_of(name: str, kind: SiteKind | None) -> Medium:
    """The medium of a site, by its kind and by what it calls itself: 澳門日報, 央视网, 民政部."""
    if kind not in _OWN_NEWS:
        return "website"
    return "newspaper" if _PAPER.search(name) else "broadcaster" if _BROADCASTER.search(name) else "website"


def people(byline: str) -> tuple[str, ...]:
    """The names in a byline, without their roles: two in 本报记者 林知夏 周屿, none in 本报评论员."""
    parts = _BETWEEN.split(_BRACKETS.sub(" ", _without_roles(_BRACKETS.sub(" ", byline))))
    whole: list[str] = []
    waiting = ""
    for part in filter(None, (part.strip() for part in parts)):
        if len(part) == 1 and "\u4e00" <= part <= "\u9fff" and not _NO_NAME.search(part):
            waiting, part = ("", waiting + part) if waiting else (part, "")  # 耿  磊 is one
        if part and _PERSON.fullmatch(part) and not _NO_NAME.search(part):
            whole.append(part)
    if not whole and _PEN_NAME.fullmatch(byline.strip()) and not _NO_NAME.search(byline.strip()):
        whole = [byline.strip()]
    return tuple(dict.fromkeys(whole))


def _without_roles(byline: str) -> str:
    """The byline without roles, and without a medium that a role belongs to: 余毅菁 for 南都记者 余毅菁."""
    if of_medium := _OF_MEDIUM.match(byline):
        byline = byline[of_medium.end("medium") :]
    return _ROLE.sub(_kept, byline)


def _kept(role: re.Match[str]) -> str:
    """The replacement of a role in a byline: a name before the role is kept (张三记者), the role is not."""
    before = role["before"]
    is_name = _PERSON.fullmatch(before) and len(before) <= 3 and not _NO_NAME.search(before)
    return f" {before} " if is_name else " "


def _paper(source: str | None, site: str) -> str | None:
    """The newspaper in a source line (人民网－人民日报), else the site if it is a newspaper, else None."""
    named = [name for name in media_in(source or "") if _PAPER.search(name)]
    return named[-1] if named else site if _PAPER.search(site) else None


def _day(value: str | None) -> Published | None:
    """The day of an ISO 8601 time, or the month that stands for it; None if it is neither."""
    value = value or ""
    is_a_month = is_month(value)
    try:
        day = date.fromisoformat(f"{value}-01" if is_a_month else value[:10])
    except ValueError:
        return None
    return Published(day.year, day.month, None if is_a_month else day.day)


def _digest(capture: Mapping[str, Any]) -> str:
    return f"sha256:{capture['sha256']}" if capture["sha256"] else capture["payload_digest"] or "no digest"
