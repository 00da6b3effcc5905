"""The headline as the page shows it, without what the site adds to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.fields.labels import is_labelled
from extract.page import dates
from extract.page.lines import Line, Sheet, tidy
from extract.page.page import Page
from extract.script.fold import fold
from extract.text.phrases import is_frame

_SEPARATOR = re.compile(
    r"\s*(?:-{2,}|_+|——|[|｜丨»>]|(?<=\s)[-–—·](?=\s)|(?<=\s)[-–](?=\S)|[-–—](?=[^-–—\d]{2,14}$))\s*"
)
# What the last part of a <title> ends in when it names a site or channel
_SITE = re.compile(
    r"(?:网|網|网站|報|报|日报|晚报|新闻|新聞|频道|頻道|中心|在线|在線|门户|客户端|电视台|電視台|廣播電台|通讯社|通訊社|财经|財經|体育|體育|"
    r"娱乐|娛樂|科技|军事|国际|國際|国内|社会|社會|时政|时事|要闻|要聞|评论|評論|观点|文化|教育|理论|首页|首頁|資訊|资讯|政府|委员会|局|厅|部|"
    r"大学|学校|中学|杂志|周刊|平台|百科|论坛|社区|博客|媒体|号|站|news|\.com|\.cn|\.net|daily|times|paper|post|weekly|today|online|社|台|专栏|專欄|正文|详情|cna)$",
    re.I,
)
_META_TITLES = frozenset(("og:title", "twitter:title", "articletitle", "title", "headline"))
_HEADING = {"h1": 1.5, "h2": 1.3, "h3": 1.2, "h4": 1.1, "h5": 1.05, "h6": 1.02}
_ORIGINAL = re.compile(
    r"[(（\[【]?\s*(?:本文)?(?:原标题|原標題|原题|原題|原文标题)(?:为|是)?\s*[:：]\s*(?P<title>.{2,120}?)\s*[)）\]】]?\s*$"
)
_PRINT_TITLE = re.compile(r"\s*(?:\[图\]|\[视频\]|\[组图\]|\(图\)|（图）|\[影\])\s*$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A headline and the number of the line that shows it; -1 where only the head of the page states it."""

    text: str | None
    line: int


def find(page: Page, sheet: Sheet, before: int, site_names: Sequence[str] = ()) -> Heading:
    """The headline: the line above the text that says what <title> says; `before` is the text's first line."""
    stated = [text for raw in _stated(page) if (text := tidy(raw))]
    main = strip_site(stated[0], site_names) if stated else ""
    shown = _shown(sheet, before)
    ranked = [(_agreement(text, stated, main) * weight, -number, text) for text, number, weight in shown]
    score, negative, text = max(ranked, default=(0.0, 1, ""))
    best = Heading(text, -negative) if score > 0 else Heading(main or None, -1)
    if _is_no_headline(best, main, site_names):
        return _nearest(shown, before, best)
    return best


def plainly_shown(page: Page, sheet: Sheet) -> int:
    """The number of the first line that says just what <title> says; -1 if none does. For finding the text below."""
    stated = next((text for raw in _stated(page) if (text := tidy(raw))), "")
    whole = fold(stated)
    wanted = {whole, fold(strip_site(stated))} - {""}
    part = -1
    for number, line in enumerate(sheet.lines):
        if not 6 <= len(line.text) <= 120 or line.is_link or line.unseen:
            continue
        folded = fold(line.text)
        if folded in wanted:
            return number
        if part < 0 and len(folded) >= 8 and folded in whole and 3 * len(folded) >= len(whole):
            part = number
    return part


def stated(page: Page) -> str:
    """What <title> calls the page, without what the site adds."""
    return strip_site(next((text for raw in _stated(page) if (text := tidy(raw))), ""))


def line_of(sheet: Sheet, title: str, before: int) -> int:
    """The number of the line that shows a known headline; -1 if none does. A line near the text is preferred."""
    folded = fold(title)
    numbers = [
        n
        for text, n, _ in _shown(sheet, before)
        if folded and (fold(text) == folded or fold(text) in folded[:60])
    ]
    good = [n for n in numbers if len(fold(sheet.lines[n].text)) >= min(6, len(folded))]
    return good[-1] if good else -1


def strip_site(title: str, site_names: Sequence[str] = ()) -> str:
    """A <title> without its trailing site and channel names: 标题--频道--人民网, 标题_新浪新闻, 标题 - 中国日报网."""
    names = {fold(name) for name in site_names}
    cut_at = ""
    while cuts := list(_SEPARATOR.finditer(title)):
        last, head = title[cuts[-1].end() :].strip(), title[: cuts[-1].start()].strip()
        known = not last or fold(last) in names or (len(last) <= 16 and _SITE.search(last))
        # before the site, behind the same sign, stands its channel
        is_channel = len(last) <= 6 and cuts[-1][0].strip() == cut_at
        if not head or not (known or is_channel):
            break
        title, cut_at = head, cuts[-1][0].strip()
    return title.strip()


def original(lines: Sequence[str]) -> str | None:
    """The headline that a copy says the text had before: （原标题：…）."""
    for line in lines:
        if match := _ORIGINAL.match(line):
            return match["title"].strip(" 《》") or None
    return None


def _stated(page: Page) -> list[str]:
    """What the head calls the page: <title> and the titles of meta tags."""
    title = next(page.tree.iter("title"), None) if page.tree is not None else None
    found = [title.text] if title is not None and title.text else []
    found += [content for name, content in page.meta if name in _META_TITLES][:8]
    return [text[:500] for text in found]


def _shown(sheet: Sheet, before: int) -> list[tuple[str, int, float]]:
    """Lines that may be the headline, with their number and how likely their element makes it.

    A headline broken by <br> is one: its lines are joined with a blank.
    """
    found = []
    number = 0
    lines = sheet.lines
    while number < min(before + 12, len(lines)):
        line = lines[number]
        last = number
        while last + 1 < len(lines) and last < number + 3 and _goes_on(line, lines[last + 1]):
            last += 1
        if line.linked <= len(line.text) * 0.5:
            weight = _HEADING.get(str(line.block.tag), 1.0) * (0.5 if line.unseen else 1.0)
            weight *= 1.0 if number < before else 0.8
            joined = " ".join(part.text for part in lines[number : last + 1])
            texts = (joined,) if line.block.tag in _HEADING else (line.text, joined)[: 1 + (last > number)]
            found += [(text, number, weight) for text in texts if len(text) <= 160]
        number = last + 1 if line.block.tag in _HEADING else number + 1
    return found


def _goes_on(line: Line, further: Line) -> bool:
    """Whether a headline goes on behind a <br>: no date or source stands there."""
    if further.block is not line.block or len(further.text) > 60:
        return False
    return not (dates.find(further.text) or is_labelled("source", further.text))


def _agreement(text: str, stated: Sequence[str], main: str) -> float:
    """How far a line is what the head calls the page, 0 to 1."""
    folded = fold(text)
    if len(folded) < 2:
        return 0.0
    best = 0.0
    for title in (main, *stated):
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


def _is_no_headline(best: Heading, main: str, site_names: Sequence[str]) -> bool:
    """Whether what was found names the site or a channel (新闻动态) and no article."""
    folded = fold(best.text or "")
    is_shown = best.line >= 0 and fold(main) == folded
    if (len(folded) <= 4 and not is_shown) or folded in {fold(name) for name in site_names}:
        return True
    return len(folded) <= 16 and fold(main) == folded and (best.line < 0 or _SITE.search(main) is not None)


def _nearest(shown: Sequence[tuple[str, int, float]], before: int, otherwise: Heading) -> Heading:
    """The last heading above the text that reads like a headline, else the line above the one with the date."""
    above = [
        (text, number, weight)
        for text, number, weight in shown
        if number < before
        and 6 <= len(text) <= 80
        and not is_frame(text)
        and fold(text) != fold(otherwise.text or "")
    ]
    headings = [
        Heading(text, number)
        for text, number, weight in above
        if (len(text) >= 8 and weight > 1.0) or weight >= _HEADING["h2"]
    ]
    if headings:
        return headings[-1]
    dated = next((number for text, number, _ in reversed(above) if dates.find(text)), -1)
    return next(
        (Heading(text, number) for text, number, _ in reversed(above) if number == dated - 1), otherwise
    )
