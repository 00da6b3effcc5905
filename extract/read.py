"""One page read into one article: the steps, in order."""

from dataclasses import replace

from extract import body, byline, origin, published, titles
from extract.article import Article, Hints, Note
from extract.body import Body
from extract.lines import Line, Sheet
from extract.page import Page
from extract.script import fold, script_of

EXTRACTOR = "zhuanzai 1"
"""Changes whenever what `read` answers for some page changes."""


def read(page: Page, hints: Hints | None = None) -> Article:
    """What a page says, by the site's hints where they match and by general rules elsewhere; never raises."""
    hints = hints or Hints()
    if hints.charset and not page.hinted_charset:
        page = replace(page, hinted_charset=hints.charset)
    notes: list[Note] = []
    if page.tree is None:
        return _unreadable(page)
    sheet = Sheet(page.tree)
    found = body.find(sheet)
    start = _start(sheet, found)
    title, title_line = titles.find(page.tree, sheet, start, hints.site_names)
    head = _head(sheet, found, title_line, start)
    foot = _foot(sheet, found)
    kept = [n for n in found.kept if n > title_line or n >= start]
    lines = body.texts(sheet, _without_head(sheet, kept, title, start))
    moment = published.plausible(_moments(page, head, foot), page.fetched_at)
    paper = origin.paper("\n".join([line.text for line in [*head, *foot]] + lines[:2] + lines[-2:]))
    text = "\n".join(lines)
    return Article(
        url=page.url,
        title=title,
        text=text,
        source=_source(page, head, foot, body.texts(sheet, found.kept), [line.text for line in foot]),
        byline=byline.shown(head) or byline.shown(foot) or byline.in_text(lines),
        editor=byline.editors(foot)
        or byline.editors(head)
        or byline.editors([li for li in sheet.lines[start:]]),
        published_at=moment.iso() if moment else None,
        published_precision=moment.precision if moment else None,
        paper_date=paper.date if paper else None,
        paper_page=paper.page if paper else None,
        script=script_of(text),
        charset=page.charset.name,
        low_trust=hints.low_trust,
        extractor=EXTRACTOR,
        notes=tuple(notes),
    )


def _unreadable(page: Page) -> Article:
    return Article(
        url=page.url,
        charset=page.charset.name,
        kind="unreadable",
        extractor=EXTRACTOR,
        notes=(Note("body", "no HTML"),),
    )


def _start(sheet: Sheet, found: Body) -> int:
    """The number of the first line of prose in the body."""
    prose = (n for n in found.kept if body.weigh(sheet.lines[n]) >= 30)
    return next(prose, found.kept[0] if found.kept else 0)


def _head(sheet: Sheet, found: Body, title_line: int, start: int) -> list[Line]:
    """Lines between headline and text, then a few above the headline."""
    top = title_line if title_line >= 0 else max(0, start - 12)
    below = sheet.lines[top + 1 : start] if title_line >= 0 else sheet.lines[top:start]
    above = sheet.lines[max(0, top - 6) : top] if title_line >= 0 else []
    return [line for line in [*below[:40], *above] if not line.furniture]


def _foot(sheet: Sheet, found: Body) -> list[Line]:
    """The last lines of the text and those that follow it."""
    if not found.kept:
        return []
    last = found.kept[-1]
    first = found.kept[-3:][0]
    return sheet.lines[first : last + 21]


def _without_head(sheet: Sheet, kept: list[int], title: str | None, start: int) -> list[int]:
    """The body's lines without the headline and the line of date and source that stand on top of it."""
    folded = fold(title or "")
    out = []
    for number in kept:
        line = sheet.lines[number]
        if number < start and (
            published.is_info(line) or (len(line.text) >= 6 and fold(line.text) in folded)
        ):
            continue
        if number - kept[0] < 6 and folded and fold(line.text) == folded:
            continue
        out.append(number)
    return out


def _moments(page: Page, head: list[Line], foot: list[Line]):
    seen_at = page.fetched_at
    stated = published.in_meta(page.tree, page.text)
    shown = published.shown(head, seen_at)
    if shown:
        return [published.refined(shown, stated)]
    return [stated, published.shown([f for f in foot if len(f.text) < 60], None), published.in_url(page.url)]


def _source(page: Page, head: list[Line], foot: list[Line], lines: list[str], after: list[str]) -> str | None:
    shown = origin.shown(head)
    if shown and not origin.is_own(shown):
        return shown
    credited = origin.in_text(lines + after[3:8])
    if credited:
        return credited
    return (
        origin.shown(foot)
        or origin.in_meta(page.tree)
        or next((s for l in lines[:2] if (s := origin.of_dateline(l))), None)
        or shown
    )
