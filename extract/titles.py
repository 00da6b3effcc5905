"""The headline as the page shows it, without what the site adds to it."""

import re
from collections.abc import Sequence

from lxml import html

from extract.lines import Sheet, tidy
from extract.script import fold

_SEPARATOR = re.compile(r"\s*(?:--+|__+|——|[_|｜丨»>]|(?<=\s)[-–—·](?=\s)|[-–—](?=[^-–—\d]{2,14}$))\s*")
# What the last part of a <title> ends in when it names a site or channel
_SITE = re.compile(
    r"(?:网|網|网站|報|报|日报|晚报|新闻|新聞|频道|頻道|中心|在线|在線|门户|客户端|电视台|廣播電台|通讯社|通訊社|财经|財經|体育|娱乐|"
    r"科技|军事|国际|国内|社会|时政|时事|要闻|评论|观点|文化|教育|理论|首页|資訊|资讯|政府|委员会|局|厅|部|大学|学校|中学|"
    r"杂志|周刊|平台|百科|论坛|社区|博客|媒体|号|站|news|\.com|\.cn|\.net|daily|times|社|台|专栏|專欄|探索者|CNA)$",
    re.I,
)


def find(
    root: html.HtmlElement, sheet: Sheet, before: int, site_names: Sequence[str] = ()
) -> tuple[str | None, int]:
    """The headline and the number of its line (-1 if no line shows it). `before` is the body's first line."""
    stated = [tidy(text) for text in _stated(root) if tidy(text)]
    headings = _headings(sheet, before)
    main = strip_site(stated[0], site_names) if stated else ""
    best, number, rank = "", -1, 0.0
    for text, line, weight in headings:
        score = _agreement(text, stated, main) * weight
        if score > rank:
            best, number, rank = text, line, score
    if best:
        return best, number
    if main and fold(main) not in {fold(name) for name in site_names}:
        return main, -1
    nearest = [(text, line) for text, line, weight in headings if weight >= 1.2 and len(text) >= 6]
    return nearest[-1] if nearest else (main or None, -1)


def strip_site(title: str, site_names: Sequence[str] = ()) -> str:
    """A <title> without its trailing site and channel names."""
    names = {fold(name) for name in site_names}
    while True:
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts:
            return title.strip()
        last = title[cuts[-1].end() :].strip()
        head = title[: cuts[-1].start()].strip()
        known = fold(last) in names or (len(last) <= 16 and _SITE.search(last)) or not last
        if not head or not known:
            return title.strip()
        title = head


def _stated(root: html.HtmlElement) -> list[str]:
    """What the head calls the page: <title> and the titles of meta tags."""
    found = [text for text in root.xpath("//title[1]//text()") if text.strip()][:1]
    wanted = ("og:title", "twitter:title", "articletitle", "title", "headline")
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name in wanted and meta.get("content"):
            found.append(meta.get("content") or "")
    return found


def _headings(sheet: Sheet, before: int) -> list[tuple[str, int, float]]:
    """Lines that may be the headline, with their number and how likely their element makes it."""
    found = []
    number = 0
    while number < min(before + 12, len(sheet.lines)):
        line = sheet.lines[number]
        texts = [line.text]
        last = number
        while (
            last + 1 < len(sheet.lines)
            and sheet.lines[last + 1].block is line.block
            and line.block.tag in _HEADING
        ):
            last += 1
            texts.append(sheet.lines[last].text)
        text = " ".join(texts)
        if len(text) <= 120 and line.linked <= len(line.text) * 0.5:
            weight = _HEADING.get(str(line.block.tag), 1.0) * (0.5 if line.unseen else 1.0)
            found.append((text, number, weight))
        number = last + 1
    return found


_HEADING = {"h1": 1.5, "h2": 1.3, "h3": 1.2, "h4": 1.1, "h5": 1.05}


def _agreement(text: str, stated: list[str], main: str) -> float:
    """How far a line is what the head calls the page, 0 to 1."""
    folded = fold(text)
    if len(folded) < 2:
        return 0.0
    best = 0.0
    for title in [main, *stated]:
        other = fold(title)
        if not other:
            continue
        if folded == other:
            return 1.0
        if folded in other:
            share = len(folded) / len(fold(main) or other)
            best = max(best, min(1.0, share) if share >= 0.5 else 0.0)
        elif len(other) >= 6 and other in folded and len(other) / len(folded) > 0.5:
            best = max(best, 0.9)
    return best
