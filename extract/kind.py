"""Whether a page is an article at all, or a list of links, or a stub left of an article."""

import re
from html import unescape

from lxml import etree

from extract.article import PageKind
from extract.fields.published import is_info
from extract.page.address import joined
from extract.page.line import Line
from extract.page.lines import Sheet
from extract.page.page import Page
from extract.text.body import PROSE, SENTENCE, Body, weigh, written_by_readers

_GONE = re.compile(
    r"(?:新闻|文章|页面|内容|网页|稿件|该文|信息|網頁|頁面|文章)(?:已|已经|已被|不)?(?:被)?(?:删除|刪除|不存在|下线|下架|撤回|过期|失效|移除|屏蔽|走失)"
    r"|(?:您|你)(?:要)?(?:访问|查看|浏览|找|訪問|尋找)的?.{0,6}(?:页面|文章|内容|网页|頁面|網頁).{0,10}(?:不存在|删除|找不到|无法|失败|走失|飞走|出错)"
    r"|(?:页面|頁面|网页|網頁)(?:没有|未|无法|沒有|找不到|不存在)|无法找到(?:该|此|您)|找不到(?:该|此|您|頁|页)|(?:^|\W)404(?!\w)|404\s*(?:错误|錯誤|页|頁|not)|(?:错误|錯誤|error)\s*+(?:[:：]\s*+)?404"
    r"|not\s+found|page\s+not|此页面|链接已失效|的时候发生错误|论坛提示信息|已被发布者删除|违规无法查看|阅读权限|没有权限|无权(?:访问|查看|浏览)|(?:登录|登錄)(?:后|後)(?:才能|可|方可)?(?:查看|访问|浏览|阅读|閱讀)"
)
_REFRESH = re.compile(
    r"<meta[^>]{0,80}http-equiv\s*=\s*[\"']?refresh[\"']?[^>]{0,300}url\s*=\s*[\"']?([^\"'>\s]{0,2000})", re.I
)
_MOVED = re.compile(
    r"(?:window\.|self\.|top\.|document\.)?location(?:\.href|\.replace\()?\s*[=(]\s*[\"']([^\"']{4,300})[\"']"
)


_SAID = etree.XPath("descendant::text()[not(parent::script or parent::style)]")
META_REFRESH, SCRIPT_REDIRECT, NO_TEXT = "meta refresh", "script redirect", "no text"


def words(page: Page) -> str:
    """All words of a page, with its title, without scripts and styles."""
    if page.tree is None:
        return ""
    return "".join(map(str, _SAID(page.tree)))


def says_gone(shows: str) -> bool:
    """Whether the evidence `shows`, that a page is no article, is a sentence of the page that says so."""
    return bool(shows) and _GONE.search(shows.lower()) is not None


def sends_to(page: Page, shows: str) -> str | None:
    """The absolute address to which a page without a text redirects, by the evidence `shows`; else None."""
    pattern = {META_REFRESH: _REFRESH, SCRIPT_REDIRECT: _MOVED}.get(shows)
    found = pattern.search(page.text) if pattern else None
    return joined(page.url, unescape(found[1])) or None if found else None


def of(
    page: Page, sheet: Sheet, found: Body, title: str | None, *, dated: bool, headed: bool
) -> tuple[PageKind, str]:
    """The kind of page (`article`, `listing`, `stub`) and, if it is no article, the evidence.

    `dated`: a date of publication was found; a list of posts has none. `headed`: headline and source are above it.
    """
    text = "".join([sheet.lines[n].text for n in found.kept])
    if len(text) < 400 and (gone := _GONE.search(f"{title or ''} {text[:200]}".lower())):
        return "stub", gone[0]
    if found.weight < 120 and len(page.body) < 8_000:
        if _REFRESH.search(page.text):
            return "stub", META_REFRESH
        if _MOVED.search(page.text) and found.weight < 40:
            return "stub", SCRIPT_REDIRECT
    if shows := _shows_entries(sheet, found):
        return "listing", shows
    if dated and headed and found.weight >= SENTENCE:
        return "article", ""
    if not dated and found.weight < 400 and _is_one_of_many(sheet, found):
        return "listing", "one of many pieces without a date"
    return _listing(sheet, found, text, dated=dated)


def _shows_entries(sheet: Sheet, found: Body) -> str:
    """The evidence that the text is made of entries, each with linked title, date and summary; empty if it is not."""
    lines = sheet.lines
    prose = {n for n in found.kept if weigh(lines[n]) >= PROSE}
    least = max(1.0, 0.4 * len(prose))
    if not prose or not any(line.is_link for line in lines[max(0, min(prose) - 3) : max(prose)]):
        return ""  # most texts
    if sum(any(_is_title(line) for line in lines[max(0, n - 3) : n]) for n in prose) < least:
        return ""  # all lines of the page are looked at only where the text's own are like a list's
    entries = set[int]()
    readers = written_by_readers(sheet, range(found.first, len(lines)))
    for number, line in enumerate(lines):
        if not line.is_link or number in readers:
            continue
        below = range(number + 1, min(number + 4, len(lines)))
        summary = next((n for n in below if weigh(lines[n]) >= PROSE), None)
        if summary is None or not _is_title(line):
            continue
        if any(is_info(other) for other in lines[number + 1 : summary + 3]):
            entries.add(summary)
    if len(entries) < 4 or len(entries & prose) < least:
        return ""
    return f"{len(entries)} entries with title, date and summary"


def _is_title(line: Line) -> bool:
    """Whether a line is the linked title of an entry, not its date, its link to go on or a row of links."""
    if not line.is_link or len(line.text) < 6:
        return False
    if len(line.pieces) > 1 and len({one.element for one in line.pieces if one.element.tag == "a"}) > 1:
        return False
    return not is_info(line)


def _is_one_of_many(sheet: Sheet, found: Body) -> bool:
    """Whether the page holds many times the text that was found, among links: a forum's or a blog's index."""
    pieces = [weight for line in sheet.lines if (weight := weigh(line)) >= PROSE]
    links = sum(line.is_link for line in sheet.lines)
    return len(pieces) >= 10 and sum(pieces) > 4 * found.weight and links >= 20


def _listing(sheet: Sheet, found: Body, text: str, *, dated: bool) -> tuple[PageKind, str]:
    """`listing` where links outweigh the text that was found, or the text is the summaries of a list.

    A dated page that begins with prose and goes on with linked headings is an article.
    """
    if found.weight < 80:
        links = sum(line.is_link and len(line.text) >= 8 for line in sheet.lines)
        if not text or all(is_info(sheet.lines[n]) for n in found.kept):
            return ("listing" if links >= 8 else "stub"), NO_TEXT
        if links >= 20:
            return "listing", f"{links} links, {int(found.weight)} characters of text"
    prose = [n for n in found.kept if weigh(sheet.lines[n]) >= PROSE]
    inside = [line for line in sheet.lines[found.first : found.last] if line.is_link and len(line.text) >= 6]
    if len(prose) < 4 or len(inside) < 0.8 * len(prose):
        return "article", ""
    turns = _turns(sheet, found, prose)
    if sum(turns) < 0.7 * len(prose) or (dated and not turns[0]):
        return "article", ""
    return "listing", f"{len(inside)} links among {len(prose)} summaries"


def _turns(sheet: Sheet, found: Body, prose: list[int]) -> list[bool]:
    """Which paragraphs follow a link, as the summaries of a list follow their titles."""
    return [any(sheet.lines[n].is_link for n in range(max(found.first, p - 2), p)) for p in prose]
