"""A page taken apart: its lines, the hints that fit it, its text, and the lines around headline and end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lxml.etree import _Element as Element

from extract import around, scripted, strangers
from extract.article import Hints, Note
from extract.fields import published, subtitles, titles
from extract.fields.labels import is_labelled
from extract.page import families
from extract.page.finder import Finder, says_less
from extract.page.line import Line
from extract.page.lines import BLOCKS, MOST_TEXT_NODES, Sheet
from extract.page.page import Page
from extract.script.fold import fold
from extract.text import another, body, candidates, embedded, evidence, joining, opinion
from extract.text.body import Body
from extract.text.candidates import Clues
from extract.text.evidence import Judged
from extract.text.phrases import part_notices

_SUMMARIES = ("description", "og:description")
SHORTEST_HEAD = 6
"""Characters up to which what only <title> says may be the site's name, though the text uses half of it."""
LINES_OF_A_HEAD = 12
"""Lines above the text in which a headline is looked for by its words."""


@dataclass(frozen=True)
class Scene:
    """The parts of a page that fields are read from. `start` is the number of the first line of prose; `heading.line`
    is -1 if no line shows the headline; `head` runs from headline to text, `foot` from the text's last lines on."""

    page: Page
    finder: Finder
    sheet: Sheet
    hints: Hints
    body: Body
    heading: titles.Heading
    start: int
    head: Sequence[Line]
    foot: Sequence[Line]
    own_foot: Sequence[Line]
    """The foot without the lists of other articles."""
    from_script: bool
    """Whether the text comes from the page's script data."""
    second: bool
    """Whether trafilatura alone found it."""
    judged: Sequence[Judged]
    """The places that were looked at, the likeliest first."""
    data: scripted.ScriptData | None = None
    """What scripts state of the article, where the page shows no headline or no text."""
    strangers: Sequence[int] = ()
    """Lines among the text that are set apart and use none of its words."""

    @cached_property
    def kept(self) -> list[str]:
        """The text's lines as the page has them."""
        return body.texts(self.sheet, self.body.kept)

    @cached_property
    def left_out(self) -> list[Line]:
        """Lines beside the beginning and end of the text, in its element, that are no part of the text."""
        dropped = self.body.dropped
        above = [n for n in dropped if n <= self.start][-around.LINES :]
        below = [n for n in dropped if n > self.start][-around.LINES :]
        return [self.sheet.lines[n] for n in [*above, *below]]

    @property
    def below(self) -> Sequence[Line]:
        """The three lines after the text."""
        end = self.body.kept[-1] if self.body.kept else 0
        return self.sheet.lines[end + 1 : end + 4]

    @property
    def after(self) -> Sequence[Line]:
        """The six lines after the text's last sentence."""
        lines = self.sheet.lines
        end = max((n for n in self.body.kept if body.weigh(lines[n]) >= body.SENTENCE), default=0)
        return lines[end + 1 : end + 7]

    @property
    def beside(self) -> list[Line]:
        """The lines around the text, and its first two."""
        first = [self.sheet.lines[n] for n in self.body.kept[:2]]
        return list(dict.fromkeys([*self.head, *first, *self.left_out, *self.own_foot]))

    @property
    def own_below(self) -> Sequence[Line]:
        """The lines of `below` that are no entries of a list of other articles."""
        own = frozenset(self.own_foot)
        return [line for line in self.below if line in own]

    @property
    def further(self) -> Sequence[Line]:
        """Lines some way after the text, where side boxes name the editor."""
        end = self.body.kept[-1] if self.body.kept else 0
        return [line for line in self.sheet.lines[end + 21 : end + around.LINES] if not line.unseen]


def of(page: Page, root: Element, site: Hints, notes: list[Note], *, with_families: bool) -> Scene:
    """The scene of a page, read by the site's hints, else a family's, else by weight and names."""
    finder = page.finder or Finder(root)
    notes.extend(_missed(finder, site))
    if families.selects(site):
        site = families.possible(site, page.marks)
    hints, container = _layout(page, finder, site, with_families=with_families)
    veiled = finder.bearing(page.hiding.names & page.marks)
    page.hiding.marked = veiled.union(finder.told.styled) if veiled is not None else None
    sheet, found = _laid_out(page, finder, hints, container)
    judged: list[Judged] = []
    if found.weight >= body.ENOUGH:
        clues = _clues(page, sheet)
        weights = candidates.weights_of(sheet, clues.heading)
        judged = evidence.ranked(sheet, clues, weights, [found], found)
    if not judged or evidence.is_unrelated(judged[0]):
        if not sheet.whole and container is not None:
            sheet, found = _in_whole(page, finder, hints, container)
        judged = _chosen(page, sheet, found)
        found = judged[0].body if judged else found
    by_second = found.weight < body.SENTENCE and len(found.kept) < 3
    if by_second:
        other = candidates.second(sheet, found)
        by_second, found = other is not found, other
    if sheet.cut:
        notes.append(Note("long", f"more than {MOST_TEXT_NODES:,} pieces of text: read up to there"))
    from_script = False
    if found.weight < body.ENOUGH and (copy := embedded.fragment(page.text)) is not None:
        from_script, found = _of_script(sheet, found, copy)
    if from_script:
        by_second = False
        notes.append(Note("embedded", "text taken from the page's script data"))
    start = _first_prose(sheet, found, 0)
    heading = subtitles.without_second(sheet, _heading(page, finder, sheet, hints, start))
    found = opinion.agreed(sheet, found, _cut_anyway(sheet, found, heading, start))
    heading, found = _first_post(sheet, heading, found)
    heading, data = _by_its_words(page, sheet, heading, found, start, from_script=from_script)
    if found.kept and heading.line > found.kept[-1]:  # a line of the footer
        heading = replace(heading, line=-1)
    strange: list[int] = []
    if not from_script:
        found = joining.whole(sheet, found, _last_above(sheet, heading.line, start), heading.line)
        found = strangers.first_article(sheet, found, heading.line)
        strangers.blank_white(sheet, found.kept)
        found, strange = strangers.without_boxes(sheet, found, fold(heading.text or ""), heading.line)
        start = _first_prose(sheet, found, 0)
    if heading.line >= start:  # prose above the headline is a teaser
        start = _first_prose(sheet, found, heading.line + 1) or start
    if heading.line >= start:  # nothing but a date, or nothing at all, stands below it
        start = min(heading.line + 6, len(sheet.lines))
    head, foot = around.head(sheet, heading.line, start), around.foot(sheet, found)
    own_foot = around.without_lists(foot, sheet.lines[found.kept[-1]] if found.kept else None)
    of_page = page, finder, sheet, hints, found, heading, start
    return Scene(*of_page, head, foot, own_foot, from_script, by_second, judged, data, strange)


def _missed(finder: Finder, site: Hints) -> list[Note]:
    """Notes on the fields of every article that the site's own selectors did not find."""
    wanted = {"title": site.title, "body": site.body, "date": site.date}
    return [
        Note("missed", f"{name}: {', '.join(selectors)}")
        for name, selectors in wanted.items()
        if selectors and not finder.elements(selectors)
    ]


def _layout(page: Page, finder: Finder, site: Hints, *, with_families: bool) -> tuple[Hints, Element | None]:
    """The hints of the site and of the family that fits, and the element they say holds the text.

    An element without text counts only if none has any: a photo page.
    """
    layouts = families.likely(page.marks, page.url, site.family) if with_families else []
    hints, empty = site, next(iter(finder.elements(site.body)), None)
    if (container := finder.with_text(site.body)) is not None:
        own = next((layout for layout in layouts if layout.family == site.family), None)
        return (families.merged(site, families.possible(own.hints, page.marks)) if own else site), container
    for layout in layouts:
        own_hints = families.possible(layout.hints, page.marks)
        merged = families.merged(site, own_hints)
        if (container := finder.with_text(own_hints.body)) is not None:
            return merged, container
        place = next(iter(finder.elements(own_hints.body)), None) if empty is None else None
        if place is not None or (hints is site and not layout.hints.body):
            hints, empty = merged, empty if place is None else place
    return hints, empty


def _laid_out(page: Page, finder: Finder, hints: Hints, container: Element | None) -> tuple[Sheet, Body]:
    """The page's lines and the text in the container; lines far below it only where it holds no text."""
    if container is None:
        sheet = Sheet(finder.root, page=page)
        part_notices(sheet)
        return sheet, body.NOTHING
    if container.tag in BLOCKS and says_less(container, body.ENOUGH):  # no text weighs more than its length
        return _in_whole(page, finder, hints, container)
    hinted = finder.with_text(hints.title)
    # where title, date and editor have their places, nothing outside what holds them is looked at
    place = _shared(hinted, container) if hinted is not None and hints.date and hints.editor else None
    above = _above(hinted, container)
    sheet = Sheet(finder.root, container, since=above, within=place, page=page)
    removed = finder.inside(container, hints.remove)
    sheet.part(removed)
    part_notices(sheet)
    found = body.trimmed(sheet, container, removed)
    if found.weight >= body.ENOUGH or sheet.whole:
        return sheet, found
    return _in_whole(page, finder, hints, container)


def _in_whole(page: Page, finder: Finder, hints: Hints, container: Element) -> tuple[Sheet, Body]:
    """All the page's lines, and the text in the container."""
    removed = finder.inside(container, hints.remove)
    sheet = Sheet(finder.root, page=page)
    sheet.part(removed)
    part_notices(sheet)
    return sheet, body.trimmed(sheet, container, removed)


def _shared(one: Element, other: Element) -> Element:
    """The innermost element that holds both."""
    above = {one, *one.iterancestors()}
    return next(element for element in (other, *other.iterancestors()) if element in above)


def _above(title: Element | None, container: Element) -> Element | None:
    """The element of the headline, if it ends before the text begins."""
    if title is None:
        return None
    holders = {title, *title.iterancestors()}
    before = (
        elder
        for holder in (container, *container.iterancestors())
        for elder in holder.itersiblings(preceding=True)
    )
    return title if any(elder in holders for elder in before) else None


def _chosen(page: Page, sheet: Sheet, hinted: Body) -> list[Judged]:
    """The places that may hold the text, the likeliest first; a hinted place with text yields only to far more."""
    judged = judged_places(page, sheet, hinted)
    if judged and judged[0].body.weight < body.ENOUGH:  # verses, one sentence, or a list of links
        judged.sort(
            key=lambda one: (
                one.features["teasers"] > 0.5,
                -body.sentences(sheet, one.body),
                len(one.body.kept) < 3,
            )
        )
    # a photo page's empty text is its text: what replaces it must be plainly an article
    if hinted.container is not None and judged:
        enough = max(3 * hinted.weight, 2 * body.ENOUGH) if hinted.weight < body.ENOUGH else 0.0
        judged = [one for one in judged if one.body is hinted or one.body.weight > enough]
    return judged


def judged_places(page: Page, sheet: Sheet, hinted: Body = body.NOTHING) -> list[Judged]:
    """The places that the readers propose, the most likely first; `hinted` is the place that a hint names."""
    clues = _clues(page, sheet)
    weights = candidates.weights_of(sheet, clues.heading)
    bodies = [
        one
        for one in candidates.proposed(sheet, clues, weights, hinted)
        if one is hinted or not all(published.is_info(sheet.lines[n]) for n in one.kept)
    ]
    return evidence.ranked(sheet, clues, weights, bodies, hinted)


def _clues(page: Page, sheet: Sheet) -> Clues:
    """The clues to the text in the title, the description and the lines with dates."""
    heading = titles.plainly_shown(page, sheet)
    near = range(heading + 1, min(heading + 13, len(sheet.lines))) if heading >= 0 else range(0)
    dated = [n for n in near if published.is_info(sheet.lines[n])]
    if dated:  # those below a paragraph are of comments
        end = next(
            (n for n in range(dated[0], near.stop) if body.weigh(sheet.lines[n]) >= body.PROSE), near.stop
        )
        dated = [n for n in dated if n < end] or dated[:1]
    title = titles.stated(page)
    summary = next((content for name, content in page.meta if name in _SUMMARIES), "")
    return Clues(heading, tuple(dated), candidates.words(title), candidates.pieces(summary, title))


def _of_script(sheet: Sheet, found: Body, copy: Element) -> tuple[bool, Body]:
    """The text that a page without visible text carries in its scripts, laid out below the page's own lines."""
    other = Sheet(copy)
    inside = body.trimmed(other, copy)
    if inside.weight <= 2 * found.weight:
        return False, found
    offset = len(sheet.lines)
    sheet.lines.extend(other.lines)
    kept = tuple(n + offset for n in inside.kept)
    return True, replace(inside, kept=kept, first=offset, last=len(sheet.lines), dropped=())


def _first_prose(sheet: Sheet, found: Body, after: int) -> int:
    """The number of the body's first line of prose after a line: a sentence, else a line that is no date; 0 if there
    is none."""
    lines = sheet.lines
    numbers = [n for n in found.kept if n >= after]
    for least in (body.PROSE, body.SENTENCE):
        for number in numbers:
            if body.weigh(lines[number]) >= least and not published.is_dateline(lines[number]):
                return number
    others = (n for n in numbers if not published.is_dateline(lines[n]))
    return next((n for n in others if not published.is_info(lines[n])), 0)


def _cut_anyway(sheet: Sheet, found: Body, heading: titles.Heading, start: int) -> frozenset[int]:
    """The lines above the text that are cut from it whoever else leaves them out: the headline, what stands above it or
    above a date, and what it says too. A date is none: it is read before it is cut."""
    above = [n for n in found.kept if n < start] if heading.line < start else []
    if not above:  # most
        return frozenset()
    title = fold(heading.text or "")
    lines, infos = sheet.lines, [n for n in range(above[0], start) if published.is_info(sheet.lines[n])]
    last = infos[-1] if infos else -1
    return frozenset(
        n
        for n in above
        if n not in infos
        and (
            n <= heading.line
            or (n < last and not lines[n].stops)
            or (len(lines[n].text) >= 6 and lines[n].folded in title)
        )
    )


def _last_above(sheet: Sheet, heading: int, start: int) -> int:
    """The last line with a date between headline and text, else the headline's; -1 where neither is above the text."""
    if not 0 <= heading < start:
        return -1
    dated = (n for n in range(start - 1, heading, -1) if published.is_info(sheet.lines[n]))
    return next(dated, heading)


def _heading(page: Page, finder: Finder, sheet: Sheet, hints: Hints, start: int) -> titles.Heading:
    if hinted := titles.untagged(finder.single(hints.title) or ""):
        element = finder.with_text(hints.title)
        first, last = sheet.inside(element) if element is not None else (0, 0)
        if titles.holds_more(hinted) and (boxed := titles.in_box(sheet, first, last)):
            return boxed
        return titles.Heading(hinted, first if last else titles.line_of(sheet, hinted, start))
    return titles.find(page, sheet, start, hints.site_names)


def _by_its_words(
    page: Page, sheet: Sheet, heading: titles.Heading, found: Body, start: int, *, from_script: bool
) -> tuple[titles.Heading, scripted.ScriptData | None]:
    """The headline whose words the text uses, where the one found has none of them and no place on the page: a line
    right above the text, or what a script states. And the script's further fields."""
    lines = body.texts(sheet, found.kept)
    is_shown = heading.line >= 0 and fold(heading.text or "") in fold(titles.stated(page))
    # the town in a site's short name stands in every text
    least = 0.6 if len(heading.text or "") <= SHORTEST_HEAD else scripted.LEAST_USED / 2
    said = "" if is_shown else "".join([sheet.lines[n].folded for n in found.kept])
    if not lines or is_shown or scripted.used(heading.text or "", said) >= least:
        return heading, scripted.of(page.text, lines, heading.text or "") if from_script else None
    above = range(start - 1, max(-1, start - 1 - LINES_OF_A_HEAD), -1)
    heads = (
        (scripted.used(text, said) * (1.3 if subtitles.is_emphasised(sheet.lines[n]) else 1.0), n, text)
        for n in above
        if (text := _may_head(sheet.lines[n]))
    )
    share, line, text = max(heads, default=(0.0, -1, ""))
    unused = heading.line >= 0 and not scripted.used(heading.text or "", said)
    if share >= scripted.LEAST_USED / (2 if unused else 1):
        return titles.Heading(text, line), None
    data = scripted.of(page.text, lines)
    return (titles.Heading(data.title, -1), data) if data else (heading, None)


def _may_head(line: Line) -> str:
    """The text of a line that may be a headline: no link, no notice, no second line, without date, label and stop."""
    is_head = body.may_be_text(line) and 6 <= len(line.text) <= 60 and line.text[-1] not in "。；，：:)）】"
    is_head = is_head and line.text[0] not in "—-◎□■●" and not subtitles.is_named(line)
    return (
        line.text if is_head and not published.is_info(line) and not is_labelled("byline", line.text) else ""
    )


def _first_post(sheet: Sheet, heading: titles.Heading, found: Body) -> tuple[titles.Heading, Body]:
    """The headline and the text of the first of several posts, where the headline found names the site."""
    posts = another.first_posts(sheet.lines, heading.line) if heading.line >= 0 else None
    if posts is None:
        return heading, found
    first, second = posts
    kept = tuple(n for n in found.kept if first < n < second)
    if not any(body.weigh(sheet.lines[n]) >= body.SENTENCE for n in kept):
        return heading, found
    further = second if found.kept[-1] >= second else found.further
    return titles.Heading(sheet.lines[first].text, first), replace(found, kept=kept, further=further)
