"""The names of sites and columns: in a title element, in a host, in the elements named for them."""

import re
from collections.abc import Sequence
from functools import lru_cache

from extract.page import dates
from extract.page.address import parted
from extract.page.line import Line
from extract.script.fold import fold

SEPARATOR = re.compile(
    r"(?:(?<!\s)\s++)?(?:-{2,}|_+|——|[|｜丨»>]|(?<=\s)[-–—·](?=\s)|(?<=\s)[-–](?=\S)|[-–—](?=[^-–—\d]{2,14}$))\s*"
)
# What the last part of a <title> ends in when it names a site or channel
SITE = re.compile(
    r"(?:网|網|网站|報|报|日报|晚报|新闻|新聞|频道|頻道|中心|在线|在線|门户|客户端|电视台|電視台|廣播電台|通讯社|通訊社|财经|財經|体育|體育|"
    r"娱乐|娛樂|科技|军事|国际|國際|国内|社会|社會|时政|时事|要闻|要聞|评论|評論|观点|文化|教育|理论|首页|首頁|資訊|资讯|政府|委员会|局|厅|部|"
    r"大学|学校|中学|杂志|周刊|平台|百科|论坛|社区|博客|书屋|书城|书院|小说|全文阅读|媒体|号|站|news|\.com|\.cn|\.net|daily|times|paper|post|weekly|today|online|社|台|专栏|專欄|正文|详情|cna)$",
    re.I,
)
_MORE = re.compile(r"手机版|手機版|触屏版|行動版|mobile|官方网站|官网|powered by|主办\)$|首页$|首頁$", re.I)
_COMPANY = re.compile(r"[一-鿿]{2,14}有限公司(?:\s[A-Za-z .&-]{2,30})?")
_GREETING = re.compile(
    "(?:谢谢|感谢)[您你]?(?:的)?(?:访问|光临)|欢迎[您你]?(?:访问|光临|来到|進入|进入)|歡迎(?:光臨|來到)"
)
_EPAPER = re.compile(
    r"[一-鿿]{2,12}\s?[·•—-]{0,2}\s?(?:多媒体|多媒體)?(?:数字报刊?|數字報刊?|数码报|电子报|電子報|电子版|電子版|数字版)(?:刊)?(?:平台|系统|阅读)?"
)
LONG = 10
"""Characters from which a heading with a date right below it names no site."""
_PERIODICAL = re.compile(
    "《?[一-鿿]{2,10}(?:[季月旬]刊|半月刊|双月刊|雙月刊|[校院会會社][刊讯訊]|手机报|手機報|客户端|融媒)》?"
)
_LEADING = re.compile(r"\s?[»｜|:：]\s?|\s-\s|(?<=[网網坛壇区區社报報])-(?=\S{8})")
# 标题-茅台酒,公款消费,人大代表: the page's keywords behind its title
_KEYWORDS = re.compile(r"\s?[-_]\s?[^-_,，|]{1,14}(?:[,，|]\s?[^-_,，|]{1,14}){2,}[,，|]?\s?$")
PAGE = re.compile(r"\s?[(（]页\s?\d{1,3}[)）]")
"""The page of several that a <title> names."""
_SIGN = re.compile(
    r"\s?[_|｜丨»]+\s?|\s-+\s?|-{2,}|\s[–—·]\s|(?<=[一-鿿”》！？!?…）)】])[-–](?=[一-鿿A-Za-z])"
)
_BARS = frozenset("|｜丨»")
_LAST_WORD = re.compile(
    r"\s[一-鿿]{1,8}(?:新闻网|新聞網|日[报報][网網社]?|晚[报報]网?|网站|網站|官网|新闻中心|电视台)$"
)
_HAN = re.compile("[一-鿿]")
SHORTEST = 8
"""Characters of a headline that only a <title> holds."""
_ELEMENT = re.compile(
    r"(?:site|blog)[-_]?(?:title|description|name|tagline|desc)(?![A-Za-z])|tagline|slogan", re.I
)


@lru_cache(maxsize=1_000)
def is_site(part: str, host: str) -> bool:
    """Whether a part of a <title> names a site or a channel; pages of one site share these."""
    if len(part) <= 30 and host and host in part.lower():
        return True
    return (len(part) <= 16 and SITE.search(part) is not None) or (
        len(part) <= 30 and _MORE.search(part) is not None
    )


@lru_cache(maxsize=100)
def strip_site(title: str, site_names: Sequence[str] = (), host: str = "") -> str:
    """A <title> without its trailing site and channel names: 标题--频道--人民网, 标题_新浪新闻, 标题 - 中国日报网.

    `host` is the word that the site's address is known by: what holds it names the site.
    """
    names = {fold(name) for name in site_names}
    title = PAGE.sub("", title)
    cut_at = ""
    while True:
        if keywords := _KEYWORDS.search(title):
            title, cut_at = title[: keywords.start()].strip(), ""
        cuts = list(SEPARATOR.finditer(title))
        if not cuts:
            break
        last, head = title[cuts[-1].end() :].strip(), title[: cuts[-1].start()].strip()
        known = not last or fold(last) in names or is_site(last, host)
        # before the site, behind the same sign, stands its channel
        is_channel = len(last) <= 6 and cuts[-1][0].strip() == cut_at
        if not head or not (known or is_channel):
            break
        title, cut_at = head, cuts[-1][0].strip()
    cuts = list(_LEADING.finditer(title))
    if cuts and (rest := title[cuts[0].end() :].strip()) and not is_site(rest, host):
        first = title[: cuts[0].start()].strip()
        if fold(first) in names or (len(fold(rest)) >= 8 and is_site(first, host)):
            title = rest
    return title.strip()


def host_word(url: str) -> str:
    """The word of a host that names its owner: udn in mag.udn.com; empty if the word is too short to prove anything."""
    labels = (parted(url).hostname or "").split(".")
    labels = [label for label in labels if label not in ("www", "com", "net", "org", "gov", "cn", "hk", "tw")]
    return labels[-1] if labels and len(labels[-1]) >= 3 and not labels[-1].isdigit() else ""


def names_only_site(stated: str, host: str) -> bool:
    """Whether all parts of a <title> name the site and its columns: 青岚新闻网-社会新闻, 青岚广播有限公司,
    青岚晚报·多媒体数字报刊平台."""
    parts = [part for part in SEPARATOR.split(stated) if part.strip()]
    if _GREETING.match(stated):
        return True
    if len(parts) == 1:
        return any(form.fullmatch(stated.strip()) for form in (_COMPANY, _EPAPER, _PERIODICAL))
    return bool(parts) and all(is_site(part, host) for part in parts)


def before_names(title: str) -> str:
    """What a <title> says before the first sign with columns, keywords and sites behind it. For pages that show no
    headline, whose <title> is all there is: 标题-微博|卫生系统-每日甘肃-甘肃."""
    for sign in _SIGN.finditer(title):
        head, rest = title[: sign.start()].strip(), title[sign.end() :].strip()
        if not _HAN.search(head) and len(fold(rest)) >= SHORTEST and _HAN.search(rest):
            return before_names(rest)
        column = len(fold(_SIGN.split(rest, maxsplit=1)[0]))  # 人民日报国际论坛丨标题 begins with one
        if len(fold(head)) >= SHORTEST and (column <= len(fold(head)) + 2 or sign[0].strip() not in _BARS):
            return head
    return _LAST_WORD.sub("", title) if len(fold(title)) >= 2 * SHORTEST else title


def shortest(main: str, stated: Sequence[str]) -> str:
    """The shortest of the titles in the head of the page that the first begins with: og:title has no keywords."""
    begun = [title for title in stated if len(fold(title)) >= SHORTEST and main.startswith(title)]
    return min(begun, key=len, default=main)


def is_in_named_element(line: Line) -> bool:
    """Whether a line is inside an element whose name says site name or motto: site-description."""
    near = (line.block, line.block.getparent())
    return any(
        _ELEMENT.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        for element in near
        if element is not None
    )


def is_told(title: str, below: Sequence[Line], text: Sequence[Line]) -> bool:
    """Whether a headline that ends like a site's name is one: the text tells it (合唱团登上省城舞台), or it is long and
    has its date in the lines below it."""
    folded = fold(title)
    words = {folded[place : place + 2] for place in range(len(folded) - 1)}
    said = "".join([line.folded for line in text])
    is_dated = len(folded) >= LONG and any(dates.find(line.text) for line in below)
    return is_dated or (len(words) >= 7 and 3 * sum(word in said for word in words) >= len(words))
