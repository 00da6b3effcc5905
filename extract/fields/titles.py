"""The headline as the page shows it, without the names that the site adds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.fields.labels import is_labelled
from extract.fields.names import credit
from extract.fields.sitenames import (
    PAGE,
    SEPARATOR,
    SHORTEST,
    SITE,
    before_names,
    host_word,
    is_in_named_element,
    is_site,
    is_told,
    names_only_site,
    shortest,
    strip_site,
)
from extract.fields.stated import in_comment
from extract.page import dates
from extract.page.line import Line, tidy
from extract.page.lines import Sheet
from extract.page.page import Page
from extract.script.fold import fold
from extract.text.phrases import is_dropped, is_frame

_META_TITLES = frozenset(("og:title", "twitter:title", "articletitle", "title", "headline"))
_PLAIN = 0.94
"""How far a line agrees that is the whole of what stands on one side of a separator of the <title>."""
_HEADING = {"h1": 1.5, "h2": 1.3, "h3": 1.2, "h4": 1.1, "h5": 1.05, "h6": 1.02}
# what decorates a headline: 》春節全家出遊, ★★★★☆, 【16:15】, (页 1)
_ORNAMENT = re.compile(
    r"^(?:[\s>》〉»›●■◆◇★☆※◎▲△□•·]+|-{1,3}\s)(?=\w|[「《“【\[])|\s{0,3}(?<![★☆])[★☆]{2,}+$|\s{0,3}(?<![*＊=])[*＊=]{4,}+$|\s?[(（]https?://[^()（）\s]{3,200}[)）]$|\s{0,3}[【\[(（]\d{1,2}[:：]\d\d[】\])）]$"
)
_SIGNS = frozenset(" 　>》〉»›●■◆◇★☆※◎▲△□•·】])）-*＊=")
"""What an ornament begins or ends with."""
_BRACKET = re.compile(r"[\[【［『]")
_SORT = re.compile(r"^(?:\s?[\[【［『][^\[\]【】［］『』]{1,12}[\]】］』]\s?){1,3}|\s-\s?\[[^\[\]]{1,8}\]$")
_LABEL = re.compile(r"^\s?\*?\s?(?:帖子|文章|新闻)?(?:主题|主題|标\s*题|標\s*題)\s?[:：]\s?(?=.{4})")
FAR_ABOVE = 12
"""Lines between a heading with a list and the text from which it heads the list alone: Blog统计."""
_CRUMB = re.compile(r"[>＞»›〉→]")
_DAY = re.compile(r"[\[【(（]?(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?[\]】)）]?")
_PAPER_PAGE = re.compile(r"第?\s?[A-Z]?\d{1,3}\s?版")
_CHANNEL = re.compile(
    "(?:动态|動態|中心|频道|頻道|列表|首页|首頁|栏目|公告|通知|专题|專題|博客|相册|留言|目录|正文)$"
)
_TITLE_NAME = re.compile(
    r"(?:^|[\s_-])(?:post|entry|article|news|topic|blog|diary|log)[-_]?title(?:$|[\s_-])", re.I
)
_TAG = re.compile(  # of type and line alone: other markup is what the headline is about, or an attack to be shown
    r"</?(?:b|strong|i|em|u|font|span|div|big|small|center|nobr|wbr|br|p|su[bp])(?:\s[^<>]{0,60})?/?>", re.I
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A headline and the number of the line that shows it; -1 where only the head of the page states it."""

    text: str | None
    line: int


def find(page: Page, sheet: Sheet, before: int, site_names: Sequence[str] = ()) -> Heading:
    """The headline: the line above the text that agrees with <title>; `before` is the text's first line."""
    stated = [text for raw in _stated(page) if (text := tidy(raw))]
    names = (*site_names, *(content for name, content in page.meta if name == "og:site_name"))
    main = strip_site(stated[0], names, host_word(page.url)) if stated else ""
    shown = _shown(sheet, before)
    titles = [fold(title) for title in (main, *stated)]
    parts = [_ends(title) for title in stated]
    begins = _begins(stated[0]) if stated else frozenset()
    wholes = begins.union(titles)
    first = max((number for text, number, _ in shown if number < before and fold(text) in begins), default=-1)
    ranked = []
    for text, number, weight in shown:
        likeness = _agreement(text, titles, parts, heading=weight > 1.0)
        if number < first and fold(text) not in wholes:  # the blog's name above the post's headline
            likeness *= 0.7
        if likeness >= _PLAIN or number < before:  # what only resembles it below the text names the site
            ranked.append((likeness * weight, len(fold(text)) if likeness >= _PLAIN else 0, -number, text))
    score, _, negative, text = max(ranked, default=(0.0, 0, 1, ""))
    is_shown = score > 0
    best = Heading(text, -negative) if is_shown else Heading(before_names(shortest(main, stated)) or None, -1)
    is_below = best.line >= before > 0 and stated[:1] == [best.text]  # as no headline of the text does
    is_of_site = is_below or (bool(stated) and names_only_site(stated[0], host_word(page.url)))
    named = best.text or ""
    if is_of_site and (best.line < 0 or fold(named) == fold(main) or names_only_site(named, "")):
        return _nearest(sheet, shown, before, best, is_of_site=True)
    if not is_shown and stated and main != stated[0] and _is_of_article(best):
        return best  # <title> says it before the site's name
    if _is_no_headline(best, main, names) and not _is_plain(sheet, best, stated[0] if stated else ""):
        below, told = sheet.lines[best.line + 1 :][:3], sheet.lines[before : before + 20]
        if best.line < 0 or not is_told(named, below, told):
            return _nearest(sheet, shown, before, best)
    return _completed(sheet, best, main)


def _is_of_article(unshown: Heading) -> bool:
    """Whether words that only <title> has are a headline: long enough, no site's name and no page of a newspaper."""
    named = unshown.text or ""
    return len(fold(named)) >= SHORTEST and not (_names_site(unshown) or _PAPER_PAGE.match(named))


def in_box(sheet: Sheet, first: int, last: int) -> Heading | None:
    """The headline in a box that holds time and source too: its first line that is neither."""
    for number in range(first, min(last, first + 6)):
        text = _undecorated(sheet.lines[number].text)
        if len(fold(text)) >= 4 and not _tells_more(sheet.lines[number].spaced):
            return Heading(text, number)
    return None


def holds_more(text: str) -> bool:
    """Whether the text of a headline's place holds a date or a source beside it."""
    return _tells_more(text)


def plainly_shown(page: Page, sheet: Sheet) -> int:
    """The number of the first line that says just what <title> says; -1 if none does. For finding the text below."""
    stated = next((text for raw in _stated(page) if (text := tidy(raw))), "")
    whole = fold(stated)
    wanted = {whole, fold(strip_site(stated))} - {""}
    part = -1
    for number, line in enumerate(sheet.lines):
        if line.is_link or line.unseen or not 2 <= len(text := line.text) <= 120:
            continue
        first = fold(text[0])
        if first and first not in whole:  # most lines: they need not be folded
            continue
        if len(text) < 6 and line.block.tag not in _HEADING:
            continue
        folded = line.folded
        if folded in wanted:
            return number
        if part < 0 and len(folded) >= 8 and folded in whole and 3 * len(folded) >= len(whole):
            part = number
    return part


def stated(page: Page) -> str:
    """The page's <title> without the names that the site adds."""
    return strip_site(next((text for raw in _stated(page) if (text := tidy(raw))), ""))


def line_of(sheet: Sheet, title: str, before: int) -> int:
    """The number of the line that shows a known headline; -1 if none does. A line near the text is preferred."""
    folded = fold(title)
    shown = [(n, fold(text)) for text, n, _ in _shown(sheet, before)] if folded else []
    whole = [n for n, text in shown if text == folded]
    # a part of it below the text signs the text: 青溪市人民政府办公室
    part = [n for n, text in shown if n < before and text in folded[:60]]
    for numbers in ([n for n in whole if n < before], whole, part):
        if good := [n for n in numbers if len(sheet.lines[n].folded) >= min(6, len(folded))]:
            return good[-1]
    return -1


def _stated(page: Page) -> list[str]:
    """The titles in the head of the page: <title> and the titles of meta tags."""
    found = [one for one in (in_comment(page, "title"), page.stated_title) if one]
    found += [content for name, content in page.meta if name in _META_TITLES][:8]
    return [untagged(text[:500]) for text in found]


def untagged(text: str) -> str:
    """A stated title without the tags that its attribute holds: 标题&lt;div&gt;——副题&lt;/div&gt;."""
    return _TAG.sub("", text) if "<" in text else text


def _shown(sheet: Sheet, before: int) -> list[tuple[str, int, float]]:
    """Lines that may be the headline, with their number and how likely their element makes it; lines of one headline
    broken by <br> joined with a blank. Each also without the sort of thread that some print beside it: [时事] 标题."""
    found = []
    number = 0
    lines = sheet.lines
    end = min(before + 12, len(lines))
    while number < end:
        line, last = lines[number], number
        # a blog's headline is a link to its own page
        is_heading = line.block.tag in _HEADING
        if not is_heading and (line.linked > len(line.text) * 0.5 or len(line.text) > 160):
            number += 1
            continue
        while last + 1 < len(lines) and last < number + 3 and _goes_on(line, lines[last + 1]):
            last += 1
        is_path = line.linked and _CRUMB.search(line.text) is not None
        if not (is_path or _DAY.fullmatch(line.text)):
            weight = _HEADING.get(str(line.block.tag), 1.0) * (0.5 if line.unseen else 1.0)
            weight *= (1.0 if number < before else 0.8) * (0.9 if line.is_link else 1.0)
            joined = " ".join([part.text for part in lines[number : last + 1]])
            texts = (joined,) if is_heading else (line.text, joined)[: 1 + (last > number)]
            bare = [_undecorated(text) for text in texts if len(text) <= 160 and text.count("。") < 2]
            sorts = [_SORT.sub("", text) for text in bare if _BRACKET.search(text)]
            bare += [other for other in sorts if other not in bare and len(other) >= 6]
            found += [(text, number, weight) for text in bare]
        number = last + 1 if is_heading else number + 1
    return [one for one in found if "原" not in one[0][:4] or not is_dropped(one[0])]


def _undecorated(text: str) -> str:
    """A headline without signs before it, stars, clock, and the date and source that share its line."""
    for _ in range(2):
        if text[:1] in _SIGNS or text[-1:] in _SIGNS:
            text = _ORNAMENT.sub("", text)
        if "题" in text[:16] or "題" in text[:16]:
            text = _LABEL.sub("", text)
    if (found := dates.find(text)) and found[0].start >= 6 and _tells_more(text[found[0].start :]):
        cut = text[: found[0].start].rstrip(" 　,，|｜/-([（【")
        return cut if len(fold(cut)) >= 6 and text[found[0].end :][:1] not in "的之" else text
    return text


def _tells_more(text: str) -> bool:
    """Whether a line holds more than a headline: a whole date with a clock or a label, or a source."""
    if is_labelled("source", text) or is_labelled("byline", text):
        return True
    found = dates.find(text)
    return any(m.precision != "day" or len(text) - (m.end - m.start) < 10 for m in found) or (
        bool(found) and is_labelled("date", text)
    )


def _goes_on(line: Line, further: Line) -> bool:
    """Whether the headline continues after a <br>: the next line is no date and no source."""
    if further.block is not line.block or len(further.text) > 60:
        return False
    return not (dates.find(further.text) or is_labelled("source", further.text))


def _begins(title: str) -> frozenset[str]:
    """The words of a <title> before each separator, in the fold, without those that name a site."""
    title = PAGE.sub("", title)
    heads = (title[: cut.start()].strip() for cut in list(SEPARATOR.finditer(title))[:6])
    return frozenset(fold(head) for head in heads if len(fold(head)) >= 4 and not is_site(head, ""))


def _ends(title: str) -> dict[str, float]:
    """The words of a <title> before and after each separator, in the fold, and how much each proves.

    A headline comes before the sites' names (标题 | 频道 | 网站), on some sites after them (网站 » 标题).
    """
    title = PAGE.sub("", title)
    cuts = list(SEPARATOR.finditer(title))[-6:]
    ends = {fold(title[cut.end() :]): _PLAIN for cut in cuts}
    ends.update({fold(title[: cut.start()]): _PLAIN + 0.03 for cut in cuts})
    return ends


def _agreement(
    text: str, titles: Sequence[str], parts: Sequence[dict[str, float]], *, heading: bool
) -> float:
    """How far a line agrees with the titles in the head of the page, 0 to 1.

    `titles` are in the fold, the first without the site's names.
    """
    folded = fold(text)
    if len(folded) < 2:
        return 0.0
    best = 0.0
    for other in filter(None, titles):
        if folded == other:
            return 1.0
        if folded in other:
            share = len(folded) / len(titles[0] or other)
            best = max(best, min(1.0, share) if share >= 0.5 else 0.0)
        elif len(other) >= 6 and other in folded and len(other) / len(folded) > 0.5:
            best = max(best, 0.9)
    long_enough = len(folded) >= 8 or (heading and len(folded) >= 2)
    if long_enough and not (len(text) <= 16 and SITE.search(text) and not heading):
        best = max(best, *(ends.get(folded, 0.0) for ends in parts), 0.0)
    return best


def _is_no_headline(best: Heading, main: str, site_names: Sequence[str]) -> bool:
    """Whether a found headline is the name of the site or of a channel (新闻动态)."""
    folded = fold(best.text or "")
    is_shown = best.line >= 0 and fold(main) == folded
    if (len(folded) <= 4 and not is_shown) or folded in {fold(name) for name in site_names}:
        return True
    return len(folded) <= 16 and fold(main) == folded and (best.line < 0 or SITE.search(main) is not None)


def _is_plain(sheet: Sheet, best: Heading, stated: str) -> bool:
    """Whether a heading is what <title> says before the site's name, though short or ending like a site's name.

    过江札记 | 远方的窗; 新厂年产四十万台 | 财经 | 青岚网.
    """
    text = best.text or ""
    if best.line < 0 or sheet.lines[best.line].block.tag not in _HEADING or len(fold(text)) < 4:
        return False
    if is_in_named_element(sheet.lines[best.line]) or _CHANNEL.search(text):
        return False
    is_first = fold(stated).startswith(fold(text)) and len(SEPARATOR.split(stated)) > 1
    return is_first and (len(fold(text)) >= 8 or not SITE.search(text))


def _completed(sheet: Sheet, best: Heading, main: str) -> Heading:
    """The headline with its second line where <title> says both in one: 力量——热烈祝贺会议开幕."""
    if best.line < 0 or best.text is None or best.line + 1 >= len(sheet.lines):
        return best
    further = sheet.lines[best.line + 1].text
    is_both = fold(best.text) + fold(further) == fold(main) and fold(further) and further.startswith("—")
    return Heading(main, best.line) if is_both else best


def _nearest(
    sheet: Sheet,
    shown: Sequence[tuple[str, int, float]],
    before: int,
    otherwise: Heading,
    *,
    is_of_site: bool = False,
) -> Heading:
    """The last heading above the text that reads like a headline, else the line above the one with the date, else the
    one right above the text."""
    above = [
        (text, number, weight)
        for text, number, weight in shown
        if number < before
        and not is_dropped(text)
        and 4 <= len(text) <= 80
        and not is_frame(text)
        and not _tells_more(text)
        and not sheet.lines[number].is_link
        and fold(text) != fold(otherwise.text or "")
        and not is_in_named_element(sheet.lines[number])
        and credit(text) is None
        and not (names_only_site(text, "") or _PAPER_PAGE.match(text))
    ]
    near = range(min(before, len(sheet.lines)) - 1, max(-1, before - 4), -1)
    if named := next((heading for number in near if (heading := _in_title_element(sheet, number))), None):
        return named
    headings = [
        Heading(text, number)
        for text, number, weight in above
        if ((len(text) >= 8 and weight > 1.0) or (len(text) >= 6 and weight >= _HEADING["h2"]))
        and not (weight < _HEADING["h2"] and _heads_links(sheet, number))
        and not (before - number > FAR_ABOVE and _heads_list(sheet, number))
    ]
    if headings:
        return headings[-1]
    lines = sheet.lines[:before]
    dated = next(
        (n for n in range(len(lines) - 1, -1, -1) if len(lines[n].text) <= 120 and dates.find(lines[n].text)),
        -1,
    )
    for text, number, _ in reversed(above):
        if len(text) >= 6 and number == dated - 1:
            return Heading(text, number)
    last = sheet.lines[max(0, before - 4) : before]
    if (otherwise.text and not (is_of_site or _names_site(otherwise))) or any(
        line.block.tag in _HEADING for line in last
    ):
        return otherwise  # headings that say something else are those of a list's entries
    closest = (
        Heading(text, number)
        for text, number, _ in above
        if number >= before - 4 and not (text[-1] in "。？！?!；：:" or "|" in text or dates.find(text))
    )
    found = next(closest, otherwise)
    return found if found.text else _linked_above(sheet, before)


def _heads_list(sheet: Sheet, number: int) -> bool:
    """Whether a line is the heading of a list: both lines below it are entries."""
    return all(line.block.tag == "li" for line in sheet.lines[number + 1 : number + 3])


def _heads_links(sheet: Sheet, number: int) -> bool:
    """Whether a line is the heading of a list of links: both lines below it are links."""
    return all(line.is_link for line in sheet.lines[number + 1 : number + 3])


def _in_title_element(sheet: Sheet, number: int) -> Heading | None:
    """The headline that an element named for it holds right above the text, though it is a link: div.postTitle."""
    line = sheet.lines[number]
    text = _undecorated(line.text)
    is_named = _TITLE_NAME.search(f"{line.block.get('class') or ''} {line.block.get('id') or ''}") is not None
    return Heading(text, number) if is_named and 6 <= len(text) <= 60 and not _tells_more(text) else None


def _linked_above(sheet: Sheet, before: int) -> Heading:
    """The link right above the text of a page that states no title: a blog's headline leads to its own page."""
    for number in range(before - 1, max(-1, before - 3), -1):
        text = _undecorated(sheet.lines[number].text)
        if sheet.lines[number].is_link and 6 <= len(text) <= 60 and not _tells_more(text):
            return Heading(text, number)
    return Heading(None, -1)


def _names_site(heading: Heading) -> bool:
    """Whether words that only the head of the page holds are no headline: too short, or a site's name."""
    return heading.line < 0 and (
        len(fold(heading.text or "")) <= 4 or SITE.search(heading.text or "") is not None
    )
