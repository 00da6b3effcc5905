"""The date of publication in the parts for machines: meta tags, attributes of the time, script data, the address."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from lxml.etree import _Element as Element

from extract.fields import months
from extract.page import dates
from extract.page.dates import Moment
from extract.page.line import Line, tidy
from extract.page.page import LONGEST_TEXT, Page

META_DATES = (
    "article:published_time", "pubdate", "publishdate", "publish_date", "published_at", "apub:time",
    "og:release_date", "og:published_time", "og:time", "datepublished", "firstpublishedtime",
    "weibo:article:create_at", "weibo: article:create_at", "dc.date", "publish-date", "publishtime", "pubtime",
    "date", "createdate", "sailthru.date", "dc.date.issued", "article:create_at", "_pubtime",
    "bytedance:published_time", "release_date", "dateupdate", "og:pubdate", "og:article:published_time",
    "article:published", "parsely-pub-date", "cxenseparse:recs:publishtime", "pub_date", "publish_time", "published",
    "dcterms.created", "dcterms.date", "citation_publication_date", "publication_date", "dcterms.issued",
)  # fmt: skip
_META_RANK = {name: rank for rank, name in enumerate(META_DATES)}
_PUBLISHED = re.compile(r"publi|dtstamp|pubdate|pub-date|entry-date|post-date|timeago|issued", re.I)
# keys of script data by letters of each: most pages hold few of these
_KEYS = {
    "lis": (
        "datePublished", "publishTime", "publish_time", "publishDate", "publish_date", "publishedAt", "published_at",
        "gmtPublish", "publishdate", "publishtime", "Publishdate", "PublishTime",
    ),
    "Dat": ("pubDate", "PubDate"), "wsTim": ("newsTime",), "ptim": ("ptime",), "ubtim": ("pubtime",),
    "ubTim": ("pubTime", "PubTime"),
    "b_tim": ("pub_time",), "e_tim": ("create_time", "release_time"), "y_tim": ("display_time",),
    "eTim": ("createTime", "oriCreateTime", "CreateTime", "releaseTime"),
}  # fmt: skip
_WECHAT_KEYS = {"ar ct": "var ct", "ow.ct": "window.ct"}
_SUB_INFO_KEY = "subInfo"
# a pattern that begins with letters is searched as fast as one word: four searches instead of thirteen
_LETTERS = (
    re.compile("ub(?=(lis|Dat))"),
    re.compile("im(?:(?<=(wsTim|ubTim|ubtim|[bey]_tim))|(?<=(ptim|eTim)))"),
    re.compile(r"ct(?<=(ar ct|ow\.ct))"),
    re.compile(f"I(?<=bI)nfo(?<=({_SUB_INFO_KEY}))"),
)
_PLACES = {told: [(key, key.index(told)) for key in keys] for told, keys in _KEYS.items()}
"""The keys, and where each has its letters."""
_VALUE = re.compile(
    r"""["']?\s{0,4}[:=]\s{0,4}(?:JsDecode\(\s?|decodeURIComponent\(\s?)?["']?(?P<value>[^"',;{}<>()]{8,40})"""
)
_WECHAT_TIME = re.compile(r"""\s{0,4}=\s{0,4}["'](?P<value>1\d{9})["']""")
# the data of an article by 今日头条: subInfo: { isOriginal: false, source: '人民日报', time: '2023-04-18 09:26:00' }
_SUB_INFO = re.compile(r"""subInfo["']?\s?:\s?\{[^{}]{0,300}?\btime["']?\s?:\s?["'](?P<value>[^"']{8,30})""")
_ATTRIBUTES = (
    "datetime",
    "title",
    "data-time",
    "data-timestamp",
    "data-date",
    "data-val",
    "content",
    "data-utime",
)
_URL_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/_]?(?P<m>0[1-9]|1[0-2])[-/_]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d{1,5}(?:\D|$))"
    r"|/(?P<y2>(?:19|20)\d\d)[-/](?P<m2>1[0-2]|[1-9])[-/](?P<d2>3[01]|[12]\d|[1-9])/"
)
# /12/0112/10/: the year in two digits, as the portals of 1998 to 2020 wrote it
_SHORT_URL_DATE = re.compile(r"/(?P<y>[0-4]\d|9\d)/(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])/")
# /2012/new/jan/12/: the month by its name
_NAMED_URL_DATE = re.compile(
    r"/(?P<y>(?:19|20)\d\d)/(?:\w{1,12}/)?(?P<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/(?P<d>\d{1,2})/",
    re.I,
)
_TAG = re.compile("<[^<>]{0,200}>|&nbsp;")


def in_meta(page: Page) -> Moment | None:
    """The date in meta tags, itemprop, time elements or script data."""
    stated: dict[str, str] = {}
    for name, content in page.meta:
        if name in _META_RANK:
            stated.setdefault(name, content)
    for name in sorted(stated, key=lambda name: _META_RANK[name]):
        if moment := _clocked(dates.machine(stated[name])):
            return moment
    if page.finder is None:
        return None
    for element in islice(filter(_tells_time, page.finder.told.timing), 3):
        if moment := next(iter(_of_element(element)), None):
            return moment
    return in_script(page.text)


def month(page: Page) -> Moment | None:
    """The month that a meta tag states where none states a day."""
    moments = (months.stated(content) for name, content in page.meta if name in _META_RANK)
    return next((moment for moment in moments if moment), None)


def in_script(text: str) -> Moment | None:
    """The first date that the page's script data states under a key for it."""
    text = text[:LONGEST_TEXT]
    letters: dict[str, list[int]] = {}
    for form in _LETTERS:
        for spot in form.finditer(text):
            group = spot.lastindex or 0
            letters.setdefault(spot[group], []).append(spot.start(group))
    found: list[tuple[int, Moment]] = []
    for key, spots, before in (
        (key, letters[told], before)
        for told, keys in _PLACES.items()
        if told in letters
        for key, before in keys
    ):
        for at in islice((at - before for at in spots if text.startswith(key, at - before)), 5):
            match = _VALUE.match(text, at + len(key))
            if match and (moment := _clocked(dates.machine(match["value"]))):
                found.append((at, moment))
                break
    for told, key in _WECHAT_KEYS.items():
        at = text.find(key) if told in letters else -1
        if (
            at >= 0
            and (match := _WECHAT_TIME.match(text, at + len(key)))
            and (moment := dates.machine(match["value"]))
        ):
            found.append((at, moment))
    at = text.find(_SUB_INFO_KEY) if _SUB_INFO_KEY in letters else -1
    if (
        at >= 0
        and (match := _SUB_INFO.match(text, at))
        and (moment := _clocked(dates.machine(match["value"])))
    ):
        found.append((at, moment))
    return min(found, key=lambda entry: entry[0])[1] if found else None


def in_attributes(line: Line) -> Moment | None:
    """The date in an attribute of an element of a line: <abbr title="2012-01-12T08:45:00Z">3小時前</abbr>."""
    for piece in line.pieces[:20]:
        for element in (piece.element, *islice(piece.element.iterancestors(), 1)):
            if element.tag in ("a", "img", "body", "html"):
                continue
            if (moment := next(iter(_of_element(element)), None)) and moment.precision != "day":
                return moment
    return None


def in_url(url: str) -> Moment | None:
    """The day in the address: /20200210/, /2020-02/10/, t20200210_, /12/0112/."""
    match = _URL_DATE.search(url)
    if match:
        year, month, day = match["y"] or match["y2"], match["m"] or match["m2"], match["d"] or match["d2"]
        return dates.first(f"{year}-{month}-{day}")
    if named := _NAMED_URL_DATE.search(url):
        return dates.first(f"{named['d']} {named['m'].title()} {named['y']}")
    match = _SHORT_URL_DATE.search(url)
    if match is None:
        return None
    century = "19" if match["y"][0] == "9" else "20"
    return dates.first(f"{century}{match['y']}-{match['m']}-{match['d']}")


def _of_element(element: Element) -> Iterator[Moment]:
    """The dates in the attributes of an element for dates; the date in its text only if no attribute holds one."""
    own = dict(element.items())
    for name in _ATTRIBUTES if own else ():
        value = own.get(name)
        if value and len(value) < 60 and (moment := _clocked(dates.machine(value))):
            yield moment
    if _tells_time(element) and element.text and (moment := _clocked(dates.machine(element.text))):
        yield moment


def _tells_time(element: Element) -> bool:
    return (
        element.get("itemprop") == "datePublished"
        or element.get("pubdate") is not None
        or (element.tag in ("time", "abbr") and _PUBLISHED.search(element.get("class", "")) is not None)
    )


def _clocked(moment: Moment | None) -> Moment | None:
    """The moment, a day only where a machine wrote midnight."""
    if (
        moment
        and moment.precision != "day"
        and (moment.when.hour, moment.when.minute, moment.when.second) == (0, 0, 0)
    ):
        return replace(moment, precision="day")
    return moment


def writes_day_first(page: Page) -> bool:
    """Whether the page is of a country that writes 12/11/2011 for the twelfth of November: Hong Kong, Macau, Malaysia,
    Singapore, Britain, Australia, by its host or its own language."""
    if any(_DAY_FIRST_HOST.match(url) for url in (page.url, page.canonical_url or "")):
        return True
    language = (page.tree.get("lang") or "").lower() if page.tree is not None else ""
    return language.endswith(("-hk", "-mo", "-sg", "-my"))


def is_of_taiwan(page: Page) -> bool:
    """Whether the page is of Taiwan by its host, or by its own language."""
    if any(_TAIWAN.match(url) for url in (page.url, page.canonical_url or "")):
        return True
    return page.tree is not None and (page.tree.get("lang") or "").lower().endswith("-tw")


_TAIWAN = re.compile(r"https?://[^/?#:]{1,200}\.tw(?:[/?#:]|$)", re.I)
_DAY_FIRST_HOST = re.compile(r"https?://[^/?#:]{1,200}\.(?:hk|mo|sg|my|uk|au|nz|eu|fr|de)(?:[/?#:]|$)", re.I)


def in_comment(page: Page, name: str) -> str:
    """What a Founder 方正 newspaper's page writes of its article in a comment: <!--enpproperty <title>…; `name` is
    title, subtitle or introtitle (kicker). Empty if it writes none."""
    comment = page.properties
    begin, end = comment.find(f"<{name}>"), comment.find(f"</{name}>")
    return tidy(_TAG.sub(" ", comment[begin + len(name) + 2 : end])) if 0 <= begin < end else ""
