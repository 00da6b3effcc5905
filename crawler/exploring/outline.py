"""The outline of a page for finding articles: links with the text around them, feeds, ways on."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal
from urllib.parse import urlsplit

from lxml import etree
from lxml.etree import _Element as Element

from crawler.exploring.addresses import WORDS
from crawler.finding.links import ONCLICK, day_in, in_charset, leading, target
from crawler.registry.shard import domain_of
from crawler.registry.tracking import cut_from
from crawler.registry.urls import RefusedAddress, normalised
from crawler.scripts.called import GOES
from crawler.scripts.embedded import ENTRY, WRITTEN, functions_of, roots
from crawler.scripts.forms import SAYS_NEXT, goes_on_by_post
from crawler.scripts.keys import CHINESE
from extract.page.address import base_of
from extract.page.page import Page

Wall = Literal["empty", "shell", "parking", "login", "elsewhere"]
"""Why a front page leads nowhere."""

WORDLESS = 8  # Chinese characters that a headline has at least
WALLS: dict[Wall, str] = {
    "empty": "its front page is empty",
    "shell": "its front page is a script without links; `renders = true` in a site file draws it",
    "parking": "its front page says that the domain is parked or the site is not there",
    "login": "its front page asks for a log-in",
    "elsewhere": "its front page sends on to another site",
}
PART = "part"
"""The mark of an address whose page is shown as a part of this one."""
MOST_LINKS = 12_000  # of one page; a page with ten thousand channels is still looked at
ENTRIES = (
    "li", "tr", "dl", "dd", "dt", "p", "div", "article", "section", "td", "blockquote", "figure", "h2", "h3",
    "h4", "h5", "span",
)  # fmt: skip
MOST_BESIDE = 3  # different links of one entry: its picture, its headline, "more"
NEAR = 24  # characters between a link and the day beside it
LONGEST_ENTRY = 600  # characters
NAVIGATION = re.compile(
    r"(?i)\b(?:nav\w*|menu\w*|channel\w*|column\w*|lanmu|daohang|head\w*|top\w*|sub\w*nav)\b"
)
PARKED = re.compile(
    r"域名(?:出售|转让|轉讓|已过期|停放|购买|正在出售)|此域名|该域名|domain (?:is |may be )?for sale|buy this domain|"
    r"parked (?:free|domain)|sedoparking|网站(?:建设中|正在建设|已关闭|暂停|未备案)|"
    r"没有找到站点|Welcome to nginx|IIS Windows",
    re.IGNORECASE,
)
SAYS_NOTHING = re.compile(
    r"^\W*(?:(?:阅读|閱讀|查看|浏览|点击|點擊)?(?:全文|详细|詳細|详情|詳情|更多|原文|内容|正文)|继续阅读|繼續閱讀|more|"
    r"read more)?\W*$",
    re.IGNORECASE,
)
"""A link's words that name no article: its headline stands beside it."""
LIBRARY = re.compile(
    r"(?i)jquery|zepto|bootstrap|swiper|slide|vue(?:\.|-)|react|angular|polyfill|lodash|echarts|layui|layer|wdate|ueditor|"
    r"share|\bstats?\b|tongji|analytic|cnzz|hm\.js|baidu|gtag|hits?\b|count(?:er)?\b|weixin|wx|jweixin|video|player|login|comment|weather|"
    r"captcha|ad[sv]?[_./-]|html5|respond|ie[6-9]|css|scroll|tab|menu|nav|date|calendar|min\.js"
)
SURELY_LIBRARY = re.compile(
    r"(?i)jquery|zepto|bootstrap|swiper|react|angular|polyfill|lodash|echarts|layui|analytic|cnzz|hm\.js|baidu|gtag|jweixin|"
    r"\bstats?\b|tongji|captcha|html5|respond|\bvue(?:\.|-)"
)
FEW = 4  # links, below which a page may have its menu in a script
FEED_NAME = re.compile(r"(?:rss|atom|feed)[^/]{0,60}$|/feed/?$|\.opml$")
FEED_FOLDER = re.compile(r"(?:^|/)(?:rss|feed)s?/")
MOST_SCRIPTS = 4  # of one page
CALLS = re.compile(r"\w\s{0,4}\(\s{0,4}[\"']?\w")
NEVER = re.compile(WORDS["channels"]["never"])


@dataclass(frozen=True, slots=True)
class Seen:
    """A link as a page prints it. `day` is printed beside it; `in_row`: the link has a list entry of its own."""

    url: str
    text: str
    day: date | None = None
    in_row: bool = False
    in_navigation: bool = False
    cut: str = ""
    marks: str = ""
    """What a link without words is called: classes, rel, labels of it and its icon."""
    is_entry: bool = False
    """Whether the site itself says that this is an entry of its articles: a sitemap, a feed, data about the page."""

    @property
    def chinese(self) -> int:
        """How many Chinese characters the link's text has; of an entry without words, as many as a headline's."""
        return len(CHINESE.findall(self.text)) or (WORDLESS if self.is_entry and not self.text else 0)

    @property
    def is_headlined(self) -> bool:
        """Whether a link looks like a link to an article: it is marked as a headline, or it is alone in a row that
        prints a day."""
        return self.is_entry or (self.in_row and self.day is not None and self.chinese >= WORDLESS)


@dataclass(frozen=True)
class Outline:
    """One page, looked at for its links. `today` gives the year to days without one."""

    page: Page
    today: date

    @cached_property
    def links(self) -> tuple[Seen, ...]:
        """The page's links in order, each address once, with the longest text it is linked by."""
        found: dict[str, Seen] = {}
        for seen in self._links():
            before = found.get(seen.url)
            if (
                before is None
                or (len(seen.text) > len(before.text) and not before.day)
                or (seen.day and not before.day)
            ):
                found[seen.url] = seen if before is None or seen.text else before
            if len(found) >= MOST_LINKS:
                break
        return tuple(found.values())

    @cached_property
    def base(self) -> str:
        """The base of relative addresses."""
        root = self.page.tree
        return base_of(root, self.page.url) if root is not None else self.page.url

    @cached_property
    def title(self) -> str:
        """The title of the page."""
        text = self.page.tree.findtext(".//title") if self.page.tree is not None else None
        return " ".join((text or "").split())

    @cached_property
    def feeds(self) -> tuple[str, ...]:
        """RSS and Atom feeds that the page names, comments' ones left out."""
        if self.page.tree is None:
            return ()
        named = [
            link.get("href")
            for link in self.page.tree.iter("link")
            if re.search(r"rss|atom|feed\+json", link.get("type") or "", re.IGNORECASE) and link.get("href")
        ]
        linked = [href for anchor in self.page.tree.iter("a") if _says_feed(href := anchor.get("href") or "")]
        found = (self.address(href) for href in [*named, *linked] if not re.search("(?i)comment", href or ""))
        return tuple(
            dict.fromkeys(url for url in found if url and not url.endswith((".html", ".htm", ".shtml")))
        )

    @cached_property
    def script(self) -> str:
        """The text of the page's own scripts."""
        if self.page.tree is None:
            return ""
        return "\n".join(script.text or "" for script in self.page.tree.iter("script"))

    @property
    def has_open_calls(self) -> bool:
        """Whether a link to the next page calls a function that the page itself does not hold."""
        return self.page.tree is not None and any(
            CALLS.search(f"{element.get('onclick') or ''};{element.get('href') or ''}")
            and element.get(WRITTEN) is None
            and SAYS_NEXT.match(" ".join("".join(element.itertext()).split()))
            for element in self.page.tree.iter("a", "span", "button", "li", "div")
            if element.get("onclick") or (element.get("href") or "").startswith("javascript:")
        )

    @property
    def goes_on_by_post(self) -> bool:
        """Whether the next page of this list can be reached only by POST."""
        return self.page.tree is not None and goes_on_by_post(self.page.tree, self.script)

    @cached_property
    def sent_on(self) -> tuple[str, ...]:
        """Where the page's scripts send its readers on: location = 'index.html'."""
        found = (
            self.address(match[1])
            for match in ONCLICK.finditer(self.script)
            if not self.script[match.end() :].lstrip().startswith("+")
        )
        root = self.page.tree
        made = (
            root is not None
            and GOES.search(self.script)
            and functions_of(root, self.page.url).went(self.script, "")
        )
        return tuple(dict.fromkeys(url for url in [*found, self.address(made or None)] if url))

    @cached_property
    def words(self) -> str:
        """The text that a reader sees, white space folded."""
        if self.page.tree is None:
            return ""
        texts = _VISIBLE(self.page.tree)
        return " ".join(" ".join(str(text) for text in texts).split())

    @cached_property
    def scripts(self) -> tuple[str, ...]:
        """Scripts of the page's own host that are no library. They may write a list, or name the address of one."""
        if self.page.tree is None:
            return ()
        sources = (script.get("src") or "" for script in self.page.tree.iter("script"))
        own = urlsplit(self.page.url).netloc
        is_bare = sum(1 for _ in self.links) < FEW
        known = SURELY_LIBRARY if is_bare else LIBRARY  # a page without links may have its menu in one
        found = (self.address(source) for source in sources if source and not known.search(source))
        return tuple(dict.fromkeys(url for url in found if url and urlsplit(url).netloc == own))[
            :MOST_SCRIPTS
        ]

    @cached_property
    def digest(self) -> str:
        """A digest that differs between pages: of the words and link targets, else of the scripts."""
        links = "\n".join(sorted(link.url for link in self.links)[:500])
        links = links or " ".join((*self.scripts, self.script))
        return hashlib.sha1(f"{self.words[:5000]}\n{links}".encode(), usedforsecurity=False).hexdigest()

    def address(self, href: str | None) -> str | None:
        """A link's address in its one form; None for an address that is never asked."""
        if not href or href.startswith("#"):
            return None
        try:
            return normalised(in_charset(href, self.page), self.base, ports=frozenset())
        except (RefusedAddress, ValueError):
            return None

    def data_address(self, href: str | None) -> str | None:
        """The address of data that the page names, with all its parameters; None for one that is never asked."""
        try:
            return normalised(href, self.base, ports=frozenset(), is_for_data=True) if href else None
        except (RefusedAddress, ValueError):
            return None

    def wall(self, host: str, *, articles: int, is_own: bool = False) -> Wall | None:
        """Why this front page of a host leads nowhere; None where it may lead on. `is_own` says that the page's host is
        another one of the same site: www.xinhuanet.com of www.news.cn."""
        if is_own:
            host = urlsplit(self.page.url).hostname or host
        elif domain_of(urlsplit(self.page.url).hostname or "") != domain_of(host):
            return "elsewhere"
        if articles:
            return None
        if PARKED.search(self.words) and len(self.words) < 2_000:
            return "parking"
        here = [
            link for link in self.links if domain_of(urlsplit(link.url).hostname or "") == domain_of(host)
        ]
        if self._asks_password and len(here) < 12:
            return "login"
        if here:
            return None
        return "shell" if self.script.strip() or _has_script(self.page.tree) else "empty"

    @property
    def _asks_password(self) -> bool:
        return self.page.tree is not None and any(
            (field.get("type") or "").lower() == "password" for field in self.page.tree.iter("input")
        )

    def _links(self) -> Iterator[Seen]:
        for element in (element for root in roots(self.page) for element in leading(root)):
            tag = str(element.tag)
            href = target(element)
            url = self.address(href)
            if url is None or href is None:
                continue
            text = _label(element)
            if tag in ("a", "area"):
                day, in_row, headline = self._beside(element)
                text = headline if headline and SAYS_NOTHING.match(text) else text
            else:
                day, in_row = day_in(text, self.today), tag in ("li", "tr")
            is_next = element.get("rel") == "next" and element.get(WRITTEN) is not None
            marks = "next" if is_next else "" if CHINESE.search(text) else _marks(element)
            marks = PART if not text and tag in ("iframe", "frame", "div", "ul", "section") else marks
            is_entry = not text and element.get(ENTRY) is not None
            yield Seen(url, text, day, in_row, _in_navigation(element), cut_from(href), marks, is_entry)

    def _beside(self, anchor: Element) -> tuple[date | None, bool, str]:
        """The day printed in or beside a link, whether the link has an entry of its own, and the entry's headline."""
        entry: Element | None = None
        for above in anchor.iterancestors(*ENTRIES):
            hrefs = {link.get("href") for link in _some(above.iter("a"), 8)}
            if len(hrefs - {None}) > MOST_BESIDE:
                break
            entry = above
            text = "".join(above.itertext())
            if len(text) > LONGEST_ENTRY:
                break
            if day := day_in(text, self.today):
                return day, True, _headline(above)
        day = day_in("".join(anchor.itertext()), self.today) or self._day_around(anchor)
        return day, entry is not None, _headline(entry) if entry is not None else ""

    def _day_around(self, anchor: Element) -> date | None:
        """The day in the text right before a link or right behind it: links in running text, parted by <br>."""
        before, above = anchor.getprevious(), anchor.getparent()
        text = (above.text if above is not None else "") if before is None else before.tail
        return day_in((text or "")[-NEAR:], self.today) or day_in((anchor.tail or "")[:NEAR], self.today)


_VISIBLE = etree.XPath("//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]")


def _has_script(root: Element | None) -> bool:
    return root is not None and next(root.iter("script"), None) is not None


def _some(elements: Iterator[Element], most: int) -> Iterator[Element]:
    for _, element in zip(range(most), elements, strict=False):
        yield element


def _label(element: Element) -> str:
    said = element.get("value") if element.tag == "input" else None
    text = " ".join((said or "".join(element.itertext())).split())
    named = " ".join((element.get("title") or "").split())
    if not text or (named and text.rstrip(".…·") and named.startswith(text.rstrip(".…·"))):
        text = named or text
    if not text:
        text = next((" ".join((image.get("alt") or "").split()) for image in element.iter("img")), "")
    return text[:300]


def _says_feed(href: str) -> bool:
    """Whether a link's address is called like a feed's: feed.xml, /feed/, and what lies in a folder of feeds."""
    path = href.partition("?")[0].lower()
    return bool(FEED_NAME.search(path)) or (path.endswith(".xml") and bool(FEED_FOLDER.search(path)))


def _headline(entry: Element) -> str:
    """The headline of a list entry, printed outside its links; empty if no element is marked as a headline."""
    for element in entry.iter("h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "dt"):
        text = " ".join("".join(element.itertext()).split())
        if len(CHINESE.findall(text)) >= 4:
            return text[:300]
    return ""


def _marks(element: Element) -> str:
    names = ("class", "rel", "title", "aria-label", "id")
    parts = [element, *_some(element.iter("i", "img", "span", "svg", "em"), 3)]
    return " ".join(value for part in parts for name in names if (value := part.get(name)))


def _in_navigation(element: Element) -> bool:
    for above in _some(element.iterancestors(), 5):
        if above.tag == "nav" or NAVIGATION.search(f"{above.get('class') or ''} {above.get('id') or ''}"):
            return True
    return False
