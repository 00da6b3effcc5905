"""A text in several boxes, joined: the lead above the text, and a second half in a container like the first."""

import re
from collections.abc import Sequence
from dataclasses import replace

from lxml.etree import _Element as Element

from extract.page import dates
from extract.page.line import Line
from extract.page.lines import Sheet
from extract.text.asides import UNDER_A_PICTURE
from extract.text.body import SENTENCE, Body, kind, may_be_text, trimmed, weigh
from extract.text.phrases import begins_comments, ends_article, holds_a_caption, holds_comments, named

FARTHEST_LEAD = 20
"""Lines between the headline and the text in which a lead is looked for."""
SHORTEST_LEAD = 12
"""Folded characters from which a lead is not said again by chance."""
LONGEST_LEAD = 3
"""Paragraphs; what is more is another text."""
MOST_LINKS_BETWEEN = 5
"""Links between two parts of one text: a gallery's; more are a list, and what follows is another text."""
_ABSTRACT = re.compile(r"[【\[]?(?:内容)?(?:摘要|提要|导读|導讀|核心提示|编者按|編者按)[】\]]?\s?[:：]")
_LEAD_NAME = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|standfirst|chapo|sapo|daoyu|daodu|leadin)(?:$|[\s_-])", re.I
)
_HEADINGS = ("h1", "h2", "h3")
_ENDS = "。！？!?”」』…）)：:"


def whole(sheet: Sheet, body: Body, heading: int, headline: int = -1) -> Body:
    """The body with its lead and its further parts, if it is below a headline.

    `heading` is the last line above the text with a date, else the headline's. Above it a lead stands only in an
    element named for one.
    """
    if not body.kept or body.container is None or body.container is sheet.root:
        return body
    body = _without_a_lead_said_again(sheet, body, heading)
    said = "".join([sheet.lines[n].folded for n in body.kept])
    rest = _rest(sheet, body, said, headline)
    said += "".join([sheet.lines[n].folded for n in rest])
    lead = _lead(sheet, body, heading, said) if heading >= 0 else []
    lead = lead or _named_lead(sheet, range(headline + 1, heading) if headline >= 0 else range(0), said)
    if not lead and not rest:
        return body
    kept = (*lead, *body.kept, *rest)
    weight = body.weight + sum(weigh(sheet.lines[n]) for n in (*lead, *rest) if weigh(sheet.lines[n]) > 0)
    return replace(body, kept=kept, last=max(body.last, kept[-1] + 1), weight=weight)


def _without_a_lead_said_again(sheet: Sheet, body: Body, heading: int) -> Body:
    """The body without its first sentence, if that sentence has an element of its own and a later line repeats it."""
    below = [n for n in body.kept if n > heading and weigh(sheet.lines[n]) >= SENTENCE]
    if len(below) < 2 or heading < 0:
        return body
    first, *others = (sheet.lines[n] for n in below)
    said = first.folded
    if len(said) < SHORTEST_LEAD:
        return body
    own, next_one = first.block, others[0].block
    if own.getparent() is next_one.getparent() and own.get("class") == next_one.get("class"):
        return body
    if not any(said in line.folded for line in others):
        return body
    kept = tuple(n for n in body.kept if n != below[0])
    return replace(body, kept=kept, weight=body.weight - weigh(first))


def _lead(sheet: Sheet, body: Body, heading: int, said: str) -> list[int]:
    """The sentences between headline and text that the text does not say again."""
    between = range(max(heading + 1, body.kept[0] - FARTHEST_LEAD), body.kept[0])
    if sum(sheet.lines[n].is_link for n in between) > MOST_LINKS_BETWEEN:
        return []
    found = [n for n in between if n not in body.dropped and _is_sentence(sheet, sheet.lines[n])]
    if len(found) > LONGEST_LEAD:
        return []
    return [
        n for n in found if sheet.lines[n].folded not in said and not dates.find(sheet.lines[n].text[:30])
    ]


def _named_lead(sheet: Sheet, numbers: range, said: str) -> list[int]:
    """The sentences between headline and dateline in an element named for a lead, which the text does not say."""
    return [
        n
        for n in numbers
        if sheet.nearest(sheet.lines[n].block, _names_lead) is not None
        and _is_sentence(sheet, sheet.lines[n])
        and sheet.lines[n].folded not in said
    ][:LONGEST_LEAD]


def _names_lead(names: str) -> bool:
    return _LEAD_NAME.search(names) is not None


def _is_sentence(sheet: Sheet, line: Line) -> bool:
    """Whether a line is prose in a place that is named for nothing else."""
    if line.linked or weigh(line) < SENTENCE or not may_be_text(line) or line.text[-1] not in _ENDS:
        return False
    if UNDER_A_PICTURE.match(line.text) or _ABSTRACT.match(line.text):
        return False
    path = [sheet.names(element) for element in sheet.path(line.block)[:5]]
    return not any(
        named(name) == "furniture" or holds_comments(name) or holds_a_caption(name) for name in path
    )


def _rest(sheet: Sheet, body: Body, said: str, headline: int) -> list[int]:
    """The lines of the next element with the container's own id, or of its one twin by class, that goes on with it."""
    place = body.container
    twin = _twin(sheet, body, place) if place is not None else None
    if twin is None:
        return _beside(sheet, body, said)
    other = trimmed(sheet, twin)
    between = sheet.lines[body.kept[-1] + 1 : other.first]
    above = sheet.lines[
        body.kept[-1] + 1 : other.kept[0] + 1 if other.kept else 0
    ]  # with the part's first line
    if sum(line.is_link for line in above) > MOST_LINKS_BETWEEN or not other.kept:
        return []
    if headline >= 0 and _begins_like(sheet.lines[headline], sheet.lines[other.first : other.kept[0] + 1]):
        return []
    if any(ends_article(line.text) or begins_comments(line.text) for line in above) or any(
        map(_is_entry, between)
    ):
        return []
    return [n for n in other.kept if n > body.kept[-1] and sheet.lines[n].folded not in said]


def _begins_like(headline: Line, lines: Sequence[Line]) -> bool:
    """Whether the first lines of a part hold a heading set as the headline is: another article of the same page."""
    tag = headline.block.tag
    return tag in _HEADINGS and any(line.block.tag == tag for line in lines)


def _beside(sheet: Sheet, body: Body, said: str) -> list[int]:
    """The paragraphs below a text of one paragraph that are set like it, a box between them, or below a text that is
    only the caption of a picture."""
    lines = sheet.lines
    last = body.kept[-1]
    block = lines[last].block
    place = block if body.container is None else body.container
    alone = place is block or sheet.inside(place) == (last, last + 1)
    if not alone or any(lines[n].block is not block for n in body.kept):
        return []
    start = lines[last]
    if len(body.kept) == 1 and _stands_at_picture(sheet, block):
        start = next(
            (line for line in lines[last + 1 : last + FARTHEST_LEAD] if _goes_on(sheet, start, line)), start
        )
    if start is lines[last] and block.tag != "p":
        return []
    way, parent = kind(start), start.block.getparent()
    found: list[int] = []
    for number in range(last + 1, sheet.inside(parent)[1] if parent is not None else 0):
        line = lines[number]
        if kind(line) != way:
            continue
        above = lines[number - 1]
        if (above.is_link and above.block.getparent() is parent) or _is_entry(line):
            break
        if ends_article(line.text) or begins_comments(line.text):
            break
        if _is_sentence(sheet, line) and line.folded not in said:
            found.append(number)
    return found


def _goes_on(sheet: Sheet, caption: Line, line: Line) -> bool:
    """Whether a line tells what a caption tells: it uses a fifth of its pairs of characters."""
    pairs = {caption.folded[place : place + 2] for place in range(len(caption.folded) - 1)}
    return _is_sentence(sheet, line) and 5 * sum(pair in line.folded for pair in pairs) >= len(pairs)


def _stands_at_picture(sheet: Sheet, block: Element) -> bool:
    """Whether a block holds a picture, or stands below one that has no words."""
    above = block.getprevious()
    if next(block.iter("img"), None) is not None:
        return True
    if above is None or not isinstance(above.tag, str) or next(above.iter("img"), None) is None:
        return False
    first, last = sheet.inside(above)
    return first == last


def _twin(sheet: Sheet, body: Body, place: Element) -> Element | None:
    """The element after the body that has the container's id; else its class, if one alone has."""
    own_id, own_class = place.get("id"), place.get("class")
    if not own_id and not own_class:
        return None
    name, own = ("id", own_id) if own_id else ("class", own_class)
    alike: dict[Element, bool] = {}
    seen: set[Element] = set()
    for line in sheet.lines[body.last :]:
        at: Element | None = line.block
        while at is not None and at not in seen:  # what holds one that is known is known
            if at is place:
                return None  # the container goes on
            seen.add(at)
            if at.get(name) == own:
                if name == "id":
                    return at
                if at.tag == place.tag:
                    alike[at] = True
            at = at.getparent()
    return next(iter(alike)) if len(alike) == 1 else None


def _is_entry(line: Line) -> bool:
    """Whether a line belongs to another piece: it prints a day, or a post's number in a thread."""
    return len(line.text) < 60 and bool(dates.find(line.text))
