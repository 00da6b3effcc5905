"""One page read into one article: the steps, in order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml import html

from extract import (
    body,
    byline,
    converter,
    embedded,
    families,
    hinted,
    kind,
    origin,
    published,
    titles,
)
from extract.article import Article, Hints, Note
from extract.body import Body
from extract.dates import Moment
from extract.lines import Line, Sheet
from extract.page import Page
from extract.script import fold, script_of

EXTRACTOR = "zhuanzai 1"
"""Changes whenever what `read` answers for some page changes."""

# UTF-8 read as Latin-1, and what is left of bytes that did not decode
_MOJIBAKE = re.compile("锟斤拷|烫烫烫|(?:ï¼|ã€|ä¸|å›|çš„){2,}|(?:[ÃÂâ][\x80-\xbf]){3,}")
# UTF-8 read as GBK: 鐨 is half of 的, 锛 of a comma
_HALVES = frozenset("锛銆鐨勫浠鏄涓鏈鍦浜鍙鍚鍒鍏鍜鎴鎵鎬鏃鏁鐢绗鍥鍩涔鍔鎺琛")


@dataclass(frozen=True, slots=True)
class Scene:
    """A page taken apart: its lines, the hints that fit it, its text, and the lines around headline and end."""

    page: Page
    root: html.HtmlElement
    sheet: Sheet
    hints: Hints
    body: Body
    heading: titles.Heading
    start: int
    """Number of the first line of prose."""
    head: Sequence[Line]
    foot: Sequence[Line]
    embedded: bool
    """Whether the text comes from the page's script data."""


def read(page: Page, hints: Hints | None = None, *, with_families: bool = True) -> Article:
    """What a page says, by the site's hints where they match, the family's next, general rules elsewhere.

    Never raises: a page that cannot be read comes back as `kind` unreadable, a lost field as a note.
    `with_families=False` measures the general rules alone.
    """
    hints = hints or Hints()
    if hints.charset and not page.hinted_charset:
        page = replace(page, hinted_charset=hints.charset)
    if page.tree is None:
        return _unreadable(page)
    article = _article(page, page.tree, hints, with_families=with_families)
    if hints.low_trust or converter.readings(article.text) >= converter.FEWEST:
        article = _of_converter(page, article, hints, with_families=with_families)
    return replace(article, charset=page.charset.name, notes=(*_charset_notes(page), *article.notes))


def _article(page: Page, root: html.HtmlElement, hints: Hints, *, with_families: bool) -> Article:
    """The steps, each with what the page gave before."""
    notes: list[Note] = []
    scene = _scene(page, root, hints, notes, with_families=with_families)
    lines = _text(scene, notes)
    text = "\n".join(lines)
    moment = _moment(scene)
    paper = _paper(scene, lines)
    editor = _editor(scene)
    kicker, subtitle = (_single(root, getattr(scene.hints, level)) for level in ("kicker", "subtitle"))
    what, shows = kind.of(page, scene.sheet, scene.body, scene.heading.text)
    if what != "article":
        notes.append(Note(what, shows))
    elif not text:
        notes.append(Note("body", "no text found"))
    return Article(
        url=page.url,
        title=scene.heading.text,
        kicker=kicker,
        subtitle=subtitle,
        text=text,
        source=_source(scene) or (paper.name if paper else None),
        byline=_byline(scene, lines, editor),
        editor=editor,
        published_at=moment.iso() if moment else None,
        published_precision=moment.precision if moment else None,
        paper_date=paper.date if paper else None,
        paper_page=paper.page if paper else None,
        original_title=titles.original([line.text for line in [*scene.head, *_near(scene), *scene.foot]]),
        script=script_of(text) or script_of(scene.heading.text or ""),
        kind=what,
        extractor=EXTRACTOR,
        notes=tuple(notes),
    )


def _of_converter(page: Page, found: Article, hints: Hints, *, with_families: bool) -> Article:
    """The article of a page that a spam converter made, read again without the converter's marks."""
    marks = converter.readings(found.text)
    low_trust = hints.low_trust or f"machine-converted: {marks} readings in brackets"
    plain = replace(page, body=converter.without_readings(page.text).encode(), hinted_charset="utf-8")
    article = (
        _article(plain, plain.tree, hints, with_families=with_families) if plain.tree is not None else found
    )
    clean = converter.cleaned(article.text)
    removed = f"{marks} readings, {clean.doubled} doubled marks, {clean.emoji} emoji removed"
    notes = (
        article.notes
        if not marks + clean.doubled + clean.emoji
        else (*article.notes, Note("low-trust", removed))
    )
    return replace(article, text=clean.text, low_trust=low_trust, notes=notes)


def _unreadable(page: Page) -> Article:
    notes = (*_charset_notes(page), Note("body", "no markup to read"))
    return Article(
        url=page.url, charset=page.charset.name, kind="unreadable", extractor=EXTRACTOR, notes=notes
    )


def _charset_notes(page: Page) -> list[Note]:
    """What a reader must know of the decoding: a label that lied, characters lost, damage done before us."""
    charset = page.charset
    notes = []
    if charset.reason == "bytes" and charset.declared:
        notes.append(Note("charset", f"labelled {charset.declared}, read as {charset.name}"))
    if charset.replaced:
        notes.append(Note("replaced", f"{charset.replaced} characters did not decode as {charset.name}"))
    return notes


def _scene(
    page: Page, root: html.HtmlElement, hints: Hints, notes: list[Note], *, with_families: bool
) -> Scene:
    sheet = Sheet(root)
    if sheet.cut:
        notes.append(Note("large", "only the beginning of the page was read"))
    notes.extend(_missed(root, hints))
    hints, found = _hinted(page, sheet, hints, with_families=with_families)
    if found.weight < body.ENOUGH:
        anywhere = body.find(sheet, titles.plainly_shown(page, sheet))
        # a photo page's empty text is its text; something else on the page must be plainly an article
        if anywhere.weight > max(3 * found.weight, 0 if found.container is None else 2 * body.ENOUGH):
            found = anywhere
    if found.weight < body.ENOUGH and len(found.kept) < 3:
        found = body.second(sheet, found)
    if found.weight < body.ENOUGH and (copy := embedded.fragment(page.text)) is not None:
        sheet, found = _of_copy(sheet, found, copy, notes)
    found = body.agreed(sheet, found)
    start = _start(sheet, found)
    heading = _heading(page, root, sheet, hints, start)
    if (
        heading.line > start
    ):  # the heading stands below a line of prose: a teaser above it is none of the text
        start = next(
            (n for n in found.kept if n > heading.line and body.weigh(sheet.lines[n]) >= body.PROSE), start
        )
    head, foot = _head(sheet, heading.line, start), _foot(sheet, found)
    embedded_text = any(note.kind == "embedded" for note in notes)
    return Scene(page, root, sheet, hints, found, heading, start, head, foot, embedded_text)


def _hinted(page: Page, sheet: Sheet, hints: Hints, *, with_families: bool) -> tuple[Hints, Body]:
    """The hints of the site and of the family whose text is found on the page, and that text."""
    layouts = families.likely(page.marks, page.url, hints.family) if with_families else []
    found = body.hinted_body(sheet, hints)
    if found.kept:
        for layout in layouts:
            if layout.family == hints.family:
                return families.merged(hints, layout.hints), found
        return hints, found
    best, best_hints = found, hints
    for layout in layouts:
        merged = families.merged(hints, layout.hints)
        candidate = body.hinted_body(sheet, replace(merged, body=layout.hints.body))
        if candidate.weight >= body.ENOUGH or (candidate.kept and not best.kept):
            return merged, candidate
        if best.container is None and candidate.container is not None:
            best, best_hints = candidate, merged
        elif not best_hints.date and not layout.hints.body:
            best_hints = merged
    return best_hints, best


def _of_copy(sheet: Sheet, found: Body, copy: html.HtmlElement, notes: list[Note]) -> tuple[Sheet, Body]:
    """The text that a page without visible text carries in its scripts, laid out below the page's own lines."""
    other = Sheet(copy)
    inside = body.trimmed(other, copy)
    if inside.weight <= 2 * found.weight:
        return sheet, found
    notes.append(Note("embedded", "text taken from the page's script data"))
    offset = len(sheet.lines)
    sheet.lines.extend(other.lines)
    kept = tuple(n + offset for n in inside.kept)
    return sheet, replace(inside, kept=kept, first=offset, last=len(sheet.lines), dropped=())


def _start(sheet: Sheet, found: Body) -> int:
    """The number of the first line of prose in the body."""
    prose = (n for n in found.kept if body.weigh(sheet.lines[n]) >= body.PROSE)
    return next(prose, found.kept[0] if found.kept else 0)


def _heading(page: Page, root: html.HtmlElement, sheet: Sheet, hints: Hints, start: int) -> titles.Heading:
    if told := _single(root, hints.title):
        return titles.Heading(told, titles.line_of(sheet, told, start))
    return titles.find(page, sheet, start, hints.site_names)


def _missed(root: html.HtmlElement, site: Hints) -> list[Note]:
    """Notes on what every article has and the site's own selectors did not find."""
    wanted = {"title": site.title, "body": site.body, "date": site.date}
    return [
        Note("missed", f"{name}: {', '.join(selectors)}")
        for name, selectors in wanted.items()
        if selectors and not hinted.elements(root, selectors)
    ]


def _single(root: html.HtmlElement, selectors: Sequence[str]) -> str | None:
    """What the selectors find, in one line."""
    found = hinted.texts(root, selectors) if selectors else []
    return re.sub(r"\s{2,}", " ", found[0]) if found else None


def _head(sheet: Sheet, title_line: int, start: int) -> list[Line]:
    """Lines between headline and text, then a few above the headline."""
    if title_line < 0:
        return [line for line in sheet.lines[max(0, start - 12) : start] if not line.furniture]
    below = sheet.lines[title_line + 1 : start][:40]
    above = sheet.lines[max(0, title_line - 6) : title_line]
    return [line for line in [*below, *above] if not line.furniture]


def _foot(sheet: Sheet, found: Body) -> list[Line]:
    """The last lines of the text and those that follow it."""
    if not found.kept:
        return []
    return sheet.lines[found.kept[-3:][0] : found.kept[-1] + 21]


def _near(scene: Scene) -> list[Line]:
    """The container's first lines, those that are no text included."""
    return scene.sheet.lines[scene.body.first : min(scene.body.last, scene.start + 3)]


def _text(scene: Scene, notes: list[Note]) -> list[str]:
    """The lines of the text, once, without what stands above it."""
    folded = fold(scene.heading.text or "")
    shown: list[Line] = []
    for place, number in enumerate(scene.body.kept):
        line = scene.sheet.lines[number]
        own = fold(line.text)
        if number == scene.heading.line or (place < 6 and folded and own == folded):
            continue
        if number < scene.start:
            if published.is_info(line) or (len(line.text) >= 6 and own in folded):
                continue
            if 0 <= number < scene.heading.line:
                continue
        shown.append(line)
    out = body.with_rows(shown)
    if scene.body.copies:
        notes.append(Note("doubled", f"{scene.body.copies} paragraphs stand twice"))
    lost = sum(line.count("\ufffd") for line in out)
    if lost:
        notes.append(Note("replaced-in-text", f"{lost} U+FFFD in the text"))
    if damaged := _damage(out):
        notes.append(Note("mojibake", damaged))
    return out


def _damage(lines: Sequence[str]) -> str | None:
    """A piece of the text that was decoded wrongly before it was published."""
    if found := _MOJIBAKE.search("\n".join(lines)):
        return found[0][:20]
    broken = (
        line for line in lines if sum(character in _HALVES for character in line) > 0.1 * len(line) > 0.5
    )
    return next((line[:20] for line in broken), None)


def _moment(scene: Scene) -> Moment | None:
    page, seen_at = scene.page, scene.page.fetched_at
    told = (published.in_text(text, seen_at) for text in hinted.texts(scene.root, scene.hints.date))
    shown = next((moment for moment in told if moment), None) or published.shown(scene.head, seen_at)
    if shown and shown.precision != "day" and published.plausible([shown], seen_at):
        return shown
    stated = published.in_meta(page)
    if shown:
        return published.plausible([published.refined(shown, stated), stated], seen_at)
    return published.plausible([stated, published.labelled(scene.foot), published.in_url(page.url)], seen_at)


def _source(scene: Scene) -> str | None:
    """The source told by hint, head or meta; a template's own-work phrase yields to what the text says."""
    told = origin.told(hinted.texts(scene.root, scene.hints.source)) or origin.shown(
        scene.head, scene.hints.site_names
    )
    if told and not origin.is_own(told):
        return told
    kept = body.texts(scene.sheet, scene.body.kept)
    edges = (
        body.texts(
            scene.sheet, [n for n in scene.body.dropped if n <= scene.start or n > scene.body.kept[-1]]
        )
        if scene.body.kept
        else []
    )
    return (
        origin.in_text(kept, edges)
        or origin.shown([line for line in scene.foot if len(line.text) < 60])
        or origin.in_meta(scene.page)
        or next((name for line in kept[:2] if (name := origin.of_dateline(line))), None)
        or (origin.in_script(scene.page.text) if scene.embedded else None)
        or told
    )


def _byline(scene: Scene, lines: list[str], editor: str | None) -> str | None:
    told = byline.told(hinted.texts(scene.root, scene.hints.byline))
    short = [line for line in scene.foot if len(line.text) < 80]
    shown = byline.shown(scene.head) or byline.shown(short)
    edges = [scene.sheet.lines[n].text for n in scene.body.dropped if n > scene.start]
    credited = None if told else byline.in_text([*lines, *edges])
    if shown and shown == editor:  # a template that prints its editor as the author
        return credited or shown
    return told or shown or credited


def _editor(scene: Scene) -> str | None:
    told = byline.editors(hinted.texts(scene.root, scene.hints.editor))
    if told:
        return told
    lines = scene.sheet.lines
    inside = [lines[n] for n in scene.body.dropped if n > scene.start]
    end = scene.body.kept[-1] if scene.body.kept else 0
    after = [line for line in lines[end + 21 : end + 60] if not line.unseen]
    return (
        byline.editors(scene.foot)
        or byline.editors(inside)
        or byline.editors(scene.head)
        or byline.editors(after)
    )


def _paper(scene: Scene, lines: list[str]) -> origin.Paper | None:
    """Issue and page, from the hinted place, else from the lines around the text."""
    told = hinted.texts(scene.root, scene.hints.paper)
    around = [line.text for line in [*scene.head, *scene.foot] if len(line.text) < 120]
    edges = [line if len(line) < 120 else line[-60:] for line in [*lines[:2], *lines[-2:]]]
    return origin.paper("\n".join(told)) or origin.paper("\n".join([*around, *edges]))
