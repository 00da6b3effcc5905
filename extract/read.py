"""One page read into one article: the steps, in order."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from lxml.etree import _Element as Element

from extract import doubt, kind, scene
from extract.article import Article, Hints, Note, is_own
from extract.fields import (
    byline,
    editors,
    months,
    names,
    origin,
    pairs,
    published,
    signature,
    stated,
    subtitles,
)
from extract.fields.paper import Paper, printed
from extract.page import dates
from extract.page.line import Line
from extract.page.page import LONGEST_TEXT, Page
from extract.scene import Scene
from extract.script import mojibake
from extract.script.fold import fold, script_of
from extract.text import cells, converter, evidence, phrases

EXTRACTOR = "zhuanzai 3"
"""Changes whenever what `read` answers for some page changes."""

_TROUBLES = {
    "large": f"more than {LONGEST_TEXT:,} characters: read up to there",
    "deep": "tags nested too deep to parse: read as lines without structure",
}
_PATH = re.compile("[>＞»›→]")
_CHINESE = re.compile("[一-鿿]{4}")
CRUMBS_IN = 200
"""Lines above the text in which its path is looked for."""


def read(page: Page, hints: Hints | None = None, *, with_families: bool = True) -> Article:
    """The article of a page: read by the site's hints, then the family's hints, then general rules.

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
    of_page = _page_notes(page)
    return replace(article, notes=(*of_page, *article.notes)) if of_page else article


def _article(page: Page, root: Element, hints: Hints, *, with_families: bool) -> Article:
    """The steps of reading; each uses the results of the steps before."""
    notes: list[Note] = []
    seen = scene.of(page, root, hints, notes, with_families=with_families)
    lines = _text(seen, notes)
    text = "\n".join(lines)
    moment = _moment(seen, notes)
    if moment and moment.precision == "day":
        moment = published.clocked_without_year(seen.head, moment) or moment
    paper = _paper(seen, lines)
    moment = moment or (dates.first(paper.date) if paper else None)
    editor = _editor(seen)
    shown = origin.shown(seen.head)
    is_headed = _is_headed(seen, shown)
    what, shows = kind.of(
        page, seen.sheet, seen.body, seen.heading.text, dated=moment is not None, headed=is_headed
    )
    if what != "article":
        notes = [*(note for note in notes if note.kind not in ("doubled", "another")), Note(what, shows)]
    elif not text:
        notes.append(Note("body", "no text found"))
    confidence, doubts = doubt.of(seen, lines) if what == "article" else (0.0, [])
    notes.extend(doubts)
    script = script_of(text) or script_of(seen.heading.text or "")
    made = partial(
        Article,
        url=page.url,
        title=seen.heading.text,
        script=script,
        charset=page.charset.name,
        kind=what,
        confidence=confidence,
        extractor=EXTRACTOR,
    )
    if what == "listing":  # date and names over a list are those of its first entry
        return made(text=text, notes=tuple(notes))
    source = _source(seen, shown) or (paper.name if paper else None)
    if source and not shown and (crumb := _crumb_of(seen, source)):
        notes.append(Note("source", f"from a breadcrumb: {crumb}"))
    author = _byline(seen, lines, editor)
    author = None if author and source and fold(author) == fold(source) else author  # the medium in its place
    return made(
        text=signature.without_credits(text, lines, source, author, editor) or text,
        notes=tuple(notes),
        kicker=seen.finder.single(seen.hints.kicker) or stated.in_comment(page, "introtitle") or None,
        subtitle=seen.finder.single(seen.hints.subtitle)
        or stated.in_comment(page, "subtitle")
        or subtitles.subtitle(seen.sheet, seen.heading),
        source=source,
        source_url=origin.address(page, seen.beside, seen.finder.elements(seen.hints.source), source),
        claims=_claims(seen, source, paper),
        byline=author,
        editor=editor,
        published_at=moment.iso() if moment else None,
        published_precision=moment.precision if moment else None,
        paper_date=paper.date if paper else None,
        paper_page=paper.page if paper else None,
        original_title=subtitles.original([line.text for line in [*seen.head, *seen.left_out, *seen.foot]]),
    )


def _is_headed(seen: Scene, shown: str | None) -> bool:
    """Whether the headline is above the text, with a source or with words of the text itself.

    Lists do not have this.
    """
    if not 0 <= seen.heading.line < seen.start:
        return False
    lines = seen.sheet.lines
    return shown is not None or evidence.uses_words_of(
        seen.heading.text or "", [lines[n] for n in seen.body.kept]
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
        (*article.notes, Note("low-trust", removed)) if marks or clean.text != article.text else article.notes
    )
    charset = page.charset.name
    return replace(article, text=clean.text, charset=charset, low_trust=low_trust, notes=notes)


def _unreadable(page: Page) -> Article:
    notes = (*_page_notes(page), Note("body", "no markup to read"))
    charset = page.charset.name
    return Article(url=page.url, charset=charset, kind="unreadable", extractor=EXTRACTOR, notes=notes)


def _page_notes(page: Page) -> list[Note]:
    """Notes on the whole page: a wrong charset label, lost characters, an incomplete tree."""
    charset = page.charset
    notes = [Note(trouble, _TROUBLES[trouble]) for trouble in page.troubles]
    if charset.reason == "bytes" and charset.declared:
        notes.append(Note("charset", f"labelled {charset.declared}, read as {charset.name}"))
    if charset.replaced:
        notes.append(Note("replaced", f"{charset.replaced} characters did not decode as {charset.name}"))
    return notes


def _text(seen: Scene, notes: list[Note]) -> list[str]:
    """The lines of the text without headline, date and source above it; notes on damaged lines are added."""
    title = fold(seen.heading.text or "")
    shown = [
        line
        for place, number in enumerate(seen.body.kept)
        if not _is_above(line := seen.sheet.lines[number], number, place, seen, title)
    ]
    out = cells.with_rows(shown)
    for number in range(max(0, len(out) - 2), len(out)):
        if (end := editors.at_end(out[number])) > 0:  # what is read as the editor is none of the text
            out[number] = out[number][:end].rstrip()
        out[number] = out[number][: phrases.end_of_prose(out[number])]
    if seen.body.copies:
        notes.append(Note("doubled", f"{seen.body.copies} paragraphs stand twice"))
    if seen.body.further >= 0 and _CHINESE.search(further := seen.sheet.lines[seen.body.further].text):
        notes.append(Note("another", f"the page goes on with another: {further[:60]}"))
    if lost := sum([line.count("\ufffd") for line in out]):
        notes.append(Note("replaced-in-text", f"{lost} U+FFFD in the text"))
    if damaged := mojibake.found_in(out):
        notes.append(Note("mojibake", damaged))
    return out


def _is_above(line: Line, number: int, place: int, seen: Scene, title: str) -> bool:
    """Whether a line of the body is the headline, or is above the text and holds date and source."""
    if number == seen.heading.line:
        return True
    if number >= seen.start and place >= 6:
        return False
    if title and line.folded == title:
        return True
    if number >= seen.start:
        return False
    return (
        number < seen.heading.line
        or len(line.text) == 1  # a box's letters one below another
        or published.is_info(line)
        or phrases.is_clock(line.text)
        or _names_poster(line, number, seen)
        or (len(line.text) >= 6 and line.folded in title)
        or (len(line.text) <= 30 and not line.stops and byline.shown([line]) is not None)
        or (len(line.text) <= 16 and bool(names.signed(line.text)))
        or (
            not line.stops
            and any(published.is_info(seen.sheet.lines[n]) for n in range(number + 1, seen.start))
        )
    )


def _names_poster(line: Line, number: int, seen: Scene) -> bool:
    """Whether a line under the headline is the account that posts, with the clock of the post below: 新京报网."""
    below = seen.sheet.lines[number + 1 : number + 2]
    return len(line.text) <= 16 and not line.stops and bool(below) and phrases.is_clock(below[0].text)


def _moment(seen: Scene, notes: list[Note]) -> dates.Moment | None:
    """The hinted date, else the date shown, else the date in meta tags, foot or address.

    The year is never taken from the fetch if a year is printed."""
    page, seen_at = seen.page, seen.page.fetched_at
    in_url = stated.in_url(page.url)
    hinted = (published.in_text(text, seen_at) for text in seen.finder.texts(seen.hints.date))
    day = in_url.when.date() if in_url else None
    first = [line for n in seen.body.kept[:4] if published.is_info(line := seen.sheet.lines[n])]
    shown = next((moment for moment in hinted if moment), None) or next(
        (
            moment
            for lines in (seen.head, first)
            if (moment := published.shown(lines, seen_at, day, of_republic=stated.is_of_taiwan(page)))
        ),
        None,
    )
    in_meta = None if shown and shown.precision != "day" and not shown.guessed else stated.in_meta(page)
    if shown:
        shown, doubt = published.in_order(shown, [in_meta, in_url], day_first=stated.writes_day_first(page))
        if doubt:
            notes.append(Note("date", doubt))
        shown, doubt = published.of_the_year(shown, [in_meta, in_url])
        if doubt:
            notes.append(Note("date", doubt))
        return published.plausible([published.refined(shown, in_meta), in_meta], seen_at)
    signed = pairs.signed(seen.own_below)
    under = published.shown([signed], seen_at) if signed else None
    found = published.plausible(
        [in_meta, published.labelled(seen.foot), under, published.of_dateline(seen.kept)], seen_at
    )
    if found:
        return (found.precision == "day" and published.clocked(seen.foot, found)) or found
    if found := published.plausible([published.below_fields(seen.after)], seen_at):
        return found
    if in_url and (below := published.signed_below(seen.below)) and below.when.date() == in_url.when.date():
        return published.plausible([below], seen_at)
    if found := published.plausible([in_url], seen_at):
        notes.append(Note("date", "from the address only"))
    under_text = (published.signed([line.text]) for line in seen.below[:2])
    last = [*(seen.sheet.lines[n] for n in seen.body.kept[-2:]), *seen.below]
    return (
        found
        or published.plausible([published.signed_below(last), *under_text], seen_at)
        or published.plausible(_months(seen), seen_at)
    )


def _months(seen: Scene) -> Iterator[dates.Moment | None]:
    """The months that a page without a day prints: in the hinted place, around the headline, in meta tags, as the
    text's signature."""
    yield from map(months.in_text, seen.finder.texts(seen.hints.date))
    yield months.of_lines(seen.head)
    yield stated.month(seen.page)
    yield months.signed(seen.kept)
    yield from (months.signed([line.text]) for line in seen.below[:2])


def _source(seen: Scene, shown: str | None) -> str | None:
    """The source 来源: from the hint, the head (`shown`), the text, the foot, meta tags or datelines, in this order.

    A template's phrase for own work comes last."""
    labelled = origin.hinted(seen.finder.texts(seen.hints.source)) or shown
    if labelled and origin.is_empty(labelled):
        labelled = None
    if labelled and not is_own(labelled):
        return labelled
    kept, site_names = seen.kept, seen.hints.site_names
    own, columns = origin.own_names(seen.page, site_names), origin.columns(seen.page)
    return (
        origin.of_this(seen.own_foot)
        or origin.in_text(kept, [line.text for line in seen.left_out])
        or origin.shown(
            [line for line in seen.own_foot if len(line.text) < 60 and not line.text.startswith("※")]
        )
        or signature.in_text(kept)
        or signature.in_text([line.text for line in seen.left_out])
        or signature.in_text([line.text for line in seen.own_below[:1]])
        or (None if labelled else pairs.account(seen.head, seen.page.stated_title or ""))
        or (None if labelled else pairs.with_person(seen.head) or pairs.behind_address(seen.head))
        or (None if labelled else pairs.unlabelled(seen.head, site_names, columns))
        or (pair[0] if not labelled and (pair := pairs.beside_time(seen.head)) else None)
        or (None if labelled else origin.credited(seen.head, own))
        or (None if labelled else pairs.called_in_text(seen.head, kept))
        or origin.in_meta(seen.page)
        or ((signed := pairs.signed(seen.own_below)) and pairs.unlabelled([signed], site_names, columns))
        or origin.in_dateline(kept[:2], own)
        or (seen.data.source if seen.data else None)
        or (origin.in_script(seen.page.text) if seen.from_script else None)
        or signature.in_data(seen.page.text, seen.heading.text)
        or labelled
    )


def _crumb_of(seen: Scene, source: str) -> str:
    """The path that also contains a source without a label: 首页 > 青岚在线 > 时政; empty if no path does."""
    if seen.finder.texts(seen.hints.source):
        return ""
    lines = seen.sheet.lines[: max(seen.start, 0)][:CRUMBS_IN]
    paths = (line.text for line in lines if len(line.text) <= 120 and _PATH.search(line.text))
    return next((path[:60] for path in paths if source in map(str.strip, _PATH.split(path))), "")


def _claims(seen: Scene, source: str | None, paper: Paper | None) -> tuple[str, ...]:
    """All media that the page names as its source; 本报 (this paper) names no medium, least of all in a copy."""
    credit = origin.in_text(seen.kept, [line.text for line in seen.left_out])
    datelines = (origin.of_dateline(line) for line in seen.kept[:2])
    named = (source, paper.name if paper else None, credit, *datelines)
    return tuple(dict.fromkeys(name for name in named if name))


def _byline(seen: Scene, lines: list[str], editor: str | None) -> str | None:
    """The author from the hint, else shown above or below the text, else credited in the text."""
    if hinted := byline.hinted(seen.finder.texts(seen.hints.byline)):
        return hinted
    above = shown = byline.shown(seen.head)
    if not shown:  # below the text a name beside a date is a reader's who comments
        below = [line for line in seen.own_foot if len(line.text) < 80 and not published.is_anothers(line)]
        shown = byline.shown(below)
    in_lead = signature.in_lead(lines) if shown and not above else None
    # another work's author stands below
    if shown and shown != editor and (in_lead is None or in_lead in shown):
        return shown
    # a template that prints its editor as the author yields to the text
    return (
        signature.author_in_text(lines, [line.text for line in seen.left_out])
        or shown
        or signature.standing_alone(lines)
        or byline.beside_time(seen.head)
        or (pair[1] if (pair := pairs.beside_time(seen.head)) else None)
        or pairs.person(seen.head)
        or pairs.alone(seen.head, seen.page.meta)
        or pairs.below_headline(seen.sheet.lines, seen.heading.line, seen.start)
        or (seen.data.byline if seen.data else None)
        or (signature.author_in_script(seen.page.text) if seen.from_script else None)
    )


def _editor(seen: Scene) -> str | None:
    """The editor from the hint, else from the lines nearest the end of the text."""
    hinted = editors.named(seen.finder.texts(seen.hints.editor))
    if not hinted and seen.from_script and (stated_one := editors.in_script(seen.page.text)):
        return stated_one
    places = (seen.foot, seen.left_out, seen.head, seen.further)
    found = hinted or next((names for lines in places if (names := editors.named(lines))), None)
    return found or (seen.data.editor or None if seen.data else None)


def _paper(seen: Scene, lines: list[str]) -> Paper | None:
    """Issue and page, from the hinted place, else from the lines around the text."""
    above = seen.sheet.lines[max(0, seen.heading.line - 3) : max(0, seen.heading.line)]
    places = (
        seen.finder.texts(seen.hints.paper),
        [
            *(line.text for line in [*seen.head, *seen.foot] if len(line.text) < 120),
            *(line if len(line) < 120 else line[-60:] for line in [*lines[:2], *lines[-2:]]),
        ],
        [line.text for line in above if len(line.text) < 50],
    )
    return next((paper for place in places if (paper := printed("\n".join(place)))), None)
