"""The article's text: the element of the page that holds it, and the lines of this element that are the article."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from lxml.etree import _Element as Element

from extract.page import dates
from extract.page.line import Line
from extract.page.lines import Sheet
from extract.text import another, asides, cells, doubled, teasers
from extract.text.phrases import (
    bars_readers,
    begins_comments,
    begins_post,
    begins_rules,
    ends_article,
    holds_a_caption,
    holds_a_picture,
    holds_comments,
    is_contact,
    is_dropped,
    is_edge,
    is_frame,
    is_numbered,
    signs_off,
)

_CJK = re.compile("[\u3400-\u9fff]")
# (作者曾任职于…): what is told of the author stands below the notices of rights
_OF_AUTHOR = re.compile("[(（【\\[]?(?:本文)?作者(?:曾|现|現|系|為|为|是|简介|簡介|介绍|單位|单位|[:：])")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
PROSE = 30.0
"""Weight from which a line alone is taken for a paragraph."""
SENTENCE = 12.0
"""Weight from which a line is a sentence, be it short."""
LINES_OF_A_PICTURE = 2
"""Lines of an element that holds one picture with its caption and credit."""
MOST_ASIDES = 3
"""Boxes of related articles among the paragraphs of one text."""
ENOUGH = 60.0
"""Weight of the text below which a hinted container is doubted and the whole page is looked at."""


@dataclass(frozen=True, slots=True)
class Body:
    """The text found: the numbers of its lines on the sheet, the element that holds them with its range of lines,
    their weight, and the lines of the element that were left out."""

    kept: tuple[int, ...] = ()
    container: Element | None = None
    first: int = 0
    last: int = 0
    weight: float = 0.0
    dropped: tuple[int, ...] = ()
    copies: int = 0
    """Lines of a second copy of the text that were left out."""
    further: int = -1
    """The line at which another article begins, where the text ends; -1 if none does."""


NOTHING = Body()


def weigh(line: Line) -> float:
    """The weight of a line as evidence for article text, in characters; negative for links and furniture."""
    if line.weight is None:
        line.weight = _weighed(line)
    return line.weight


def _weighed(line: Line) -> float:
    length = len(line.text)
    if line.unseen or line.furniture:
        return 0.0
    free = length - line.linked
    if line.linked and line.linked > line.bare:
        return -8.0 - 0.3 * line.linked
    if is_frame(line.text):
        return -20.0
    if free < 12:
        return -4.0
    if length <= 60 and not _CJK.search(line.text):  # By Zhao Mingyuan, April 18, 2023
        return 2.0
    return float(min(free, 60 * line.stops)) if line.stops else 2.0


def trimmed(sheet: Sheet, container: Element, removed: Sequence[Element] = ()) -> Body:
    """The lines of a container that are the article's; those in the removed elements inside it are not."""
    first, last = sheet.inside(container)
    gone = {number for element in removed for number in range(*sheet.inside(element))}
    lines = sheet.lines
    unseen = all(line.unseen for line in lines[first:last])  # shown by a script, if everything is hidden
    numbers = [n for n in range(first, last) if n not in gone and (unseen or not lines[n].unseen)]
    numbers = _without_polls(sheet, container, _without_comments(sheet, container, numbers))
    numbers = _without_readers(sheet, numbers)
    numbers, container = _without_teasers(sheet, container, _without_dated_links(sheet, numbers))
    first, last = sheet.inside(container)
    copied = doubled.second_copy([lines[n].folded for n in numbers])
    numbers = [n for place, n in enumerate(numbers) if place not in copied]
    weights = {n: max(0.0, weigh(lines[n])) for n in numbers}
    weights |= {n: 0.0 for n, weight in weights.items() if weight and ends_article(lines[n].text)}
    total = left = sum(weights.values())
    kept: list[int] = []
    ending: range | None = None
    asides = MOST_ASIDES
    further = -1
    asked = bool(copied)  # the first that may head another article is looked at, no later one
    for number in numbers:
        line = lines[number]
        if (left < 0.3 * total or not total) and ends_article(line.text):
            if asides and _stands_aside(sheet, kept, number, last):
                asides -= 1
                continue
            break
        if kept and signs_off(line.text):
            ending = _teasers_at_end(sheet, numbers) if ending is None else ending
            if ending.start <= number < ending.stop:
                break
        if kept and total - left >= SENTENCE and begins_post(line.text):
            kept = _without_panel(sheet, kept)
            break
        if total - left >= max(PROSE, 0.6 * left) and begins_rules(line.text):
            break
        if kept and total - left >= SENTENCE and another.begins_floors(lines, numbers, number):
            break
        if (
            total - left >= PROSE
            and begins_comments(line.text)
            and (total - left >= 2 * PROSE or kind(line) != kind(lines[kept[-1]]))
            and not _goes_on(sheet, kept, number, last)
        ):
            break
        if not asked and kept and total - left >= PROSE and another.may_begin(lines, number):
            asked = True
            if _is_another(sheet, kept, number, numbers):
                further = number
                break
        left -= weights[number]
        if (
            (not line.is_link or _is_linked_prose(line))
            and not is_dropped(line.text)
            and not (weights[number] <= 0 and is_frame(line.text))
        ) or (
            is_contact(line.text)
            and kept
            and (
                (kind(line) == kind(lines[kept[-1]]) and _goes_on(sheet, kept, number, last))
                or (is_numbered(line.text) and any(kind(line) == kind(lines[n]) for n in kept))
            )
        ):
            kept.append(number)
    kept = cells.with_linked(sheet, kept, numbers)
    kept = _without_edges(sheet, _without_captions(sheet, container, kept))
    kept = _without_lists_of_links(sheet, kept, last)
    chosen = set(kept)
    dropped = tuple(n for n in range(first, last) if n not in chosen)
    return Body(
        tuple(kept), container, first, last, sum(weights[n] for n in kept), dropped, len(copied), further
    )


def _teasers_at_end(sheet: Sheet, numbers: Sequence[int]) -> range:
    """The last lines of the text, if all prose after them, and there is some, belongs to linked titles."""
    lines = sheet.lines
    prose = [n for n in numbers if weigh(lines[n]) >= SENTENCE]
    own = next((n for n in reversed(prose) if not teasers.is_one(lines[n - 1], lines[n])), 0)
    return range(own, prose[-1] if prose else 0)


def _without_comments(sheet: Sheet, container: Element, numbers: list[int]) -> list[int]:
    """The lines outside elements that are named as comments; all lines if no text would remain."""
    known: dict[Element, bool] = {}
    left = []
    for number in numbers:
        place = sheet.nearest(sheet.lines[number].block, holds_comments)
        if place is not None and place not in known:
            known[place] = place is not container and container in sheet.path(place)
        if place is None or not known[place]:
            left.append(number)
    if len(left) == len(numbers):
        return numbers
    return left if any(weigh(sheet.lines[n]) >= SENTENCE for n in left) else numbers


def _without_teasers(sheet: Sheet, container: Element, numbers: list[int]) -> tuple[list[int], Element]:
    """The lines outside lists of summaries, and the innermost element that holds them; all lines, if there is no list
    or no sentence beside it."""
    listed = teasers.in_lists(sheet, numbers)
    left = [n for n in numbers if n not in listed]
    prose = [n for n in left if _is_own_prose(sheet.lines[n])] if listed else []
    if not prose:
        return numbers, container
    paths = [sheet.path(sheet.lines[n].block) for n in prose]
    around = next((one for one in paths[0] if all(one in path for path in paths[1:])), container)
    if container not in sheet.path(around):
        return left, container
    first, last = sheet.inside(around)
    return [n for n in left if first <= n < last], around


def _without_dated_links(sheet: Sheet, numbers: list[int]) -> list[int]:
    """The lines without lists of dated links, and those above the first list alone, if no text goes on below it."""
    listed = teasers.dated(sheet, numbers)
    left = [n for n in numbers if n not in listed] if listed else numbers
    if not listed or not any(_is_own_prose(sheet.lines[n]) for n in left):
        return numbers
    first = min(listed)
    above = [n for n in left if n < first]
    ends = any(_is_own_prose(sheet.lines[n]) for n in above)
    return above if ends and not _goes_on(sheet, above, first, left[-1] + 1) else left


def _without_readers(sheet: Sheet, numbers: list[int]) -> list[int]:
    """The lines without what readers wrote below the text, however their entries are named."""
    if not (gone := written_by_readers(sheet, numbers)):
        return numbers
    above = [n for n in numbers if n < gone.start]
    return (
        [n for n in numbers if n not in gone]
        if _goes_on(sheet, above, gone.stop - 1, numbers[-1] + 1)
        else above
    )


def written_by_readers(sheet: Sheet, numbers: Sequence[int]) -> range:
    """The lines of what readers wrote below the first of these lines that weigh as much as a paragraph."""
    whole = 0.0
    for place, number in enumerate(numbers):
        whole += weight if (weight := weigh(sheet.lines[number])) >= SENTENCE else 0.0
        if whole >= PROSE:
            return asides.of_readers(sheet, numbers[place + 1 :])
    return range(0)


def _is_own_prose(line: Line) -> bool:
    """Whether a line is a sentence and no notice."""
    return weigh(line) >= SENTENCE and not is_edge(line.text) and not ends_article(line.text)


def _without_polls(sheet: Sheet, container: Element, numbers: list[int]) -> list[int]:
    """The lines outside polls; all lines if these are most of the text."""
    if not (gone := asides.polls(sheet, container)):
        return numbers
    left = [n for n in numbers if n not in gone]
    whole = sum(max(0.0, weigh(sheet.lines[n])) for n in numbers)
    return left if 2 * sum(max(0.0, weigh(sheet.lines[n])) for n in left) >= whole else numbers


def _without_panel(sheet: Sheet, kept: list[int]) -> list[int]:
    """The kept lines up to the last sentence and similar lines after it, without the next poster's name and rank."""
    prose = [n for n in kept if weigh(sheet.lines[n]) >= SENTENCE]
    kin = {kind(sheet.lines[n]) for n in prose}
    last = next((n for n in reversed(kept) if n in prose or kind(sheet.lines[n]) in kin), -1)
    return [n for n in kept if n <= last]


def _is_another(sheet: Sheet, kept: Sequence[int], number: int, numbers: Sequence[int]) -> bool:
    """Whether another article begins at a line: with its own source, or one alone, as several are the entries of one
    text."""
    if another.is_sourced(sheet.lines, number):
        return True
    if _goes_on(sheet, kept, number, numbers[-1] + 1):
        return False
    return another.is_labelled(sheet.lines[number]) or not any(
        another.begins(sheet.lines, n) for n in numbers if n > number
    )


def _goes_on(sheet: Sheet, kept: Sequence[int], number: int, last: int) -> bool:
    """Whether a line is a heading within the text: the prose before it and after it is in the same element."""
    lines = sheet.lines
    before = next((n for n in reversed(kept) if weigh(lines[n]) >= PROSE), None)
    after = next((n for n in range(number + 1, last) if weigh(lines[n]) >= PROSE), None)
    return before is not None and after is not None and kind(lines[before]) == kind(lines[after])


def _stands_aside(sheet: Sheet, kept: Sequence[int], number: int, last: int) -> bool:
    """Whether a line that else ends an article heads a box beside the text: paragraphs go on behind it as before."""
    before = next((n for n in reversed(kept) if weigh(sheet.lines[n]) >= PROSE), None)
    if before is None or kind(sheet.lines[before]) == kind(sheet.lines[number]):
        return False
    return _goes_on(sheet, kept, number, last)


def sentences(sheet: Sheet, body: Body) -> float:
    """The weight of the lines that are sentences."""
    return sum(weight for n in body.kept if (weight := weigh(sheet.lines[n])) >= SENTENCE)


def _is_linked_prose(line: Line) -> bool:
    """Whether a link is a paragraph of the text all the same."""
    return len(line.text) >= 40 and line.text.endswith(("。", "！", "？", "”")) and line.stops >= 2


def may_be_text(line: Line) -> bool:
    """Whether a line is neither hidden nor a link nor a notice."""
    hidden = line.unseen or line.furniture or line.is_link
    return not (hidden or is_dropped(line.text) or is_frame(line.text) or is_edge(line.text))


def texts(sheet: Sheet, numbers: Sequence[int]) -> list[str]:
    """The texts of some lines."""
    return [sheet.lines[number].text for number in numbers]


def _without_edges(sheet: Sheet, kept: list[int]) -> list[int]:
    """The kept lines without notices before the first paragraph and after the last one."""
    first = next(
        (n for n in kept if _is_plain_prose(sheet.lines[n]) and not _is_named_caption(sheet, sheet.lines[n])),
        None,
    )
    if first is None:
        return kept
    kept = [n for n in kept if not _is_named_caption(sheet, sheet.lines[n])]
    backwards = (n for n in reversed(kept) if _is_plain_prose(sheet.lines[n]))
    end = next(backwards)
    last = next((n for n in chain([end], backwards) if not _OF_AUTHOR.match(sheet.lines[n].text)), end)
    return [
        n
        for n in kept
        if first <= n <= last or _is_figure(sheet.lines[n]) or not _is_notice(sheet.lines[n].text)
    ]


def _without_captions(sheet: Sheet, container: Element, kept: list[int]) -> list[int]:
    """The kept lines without captions; all lines where these are most of the text: picture news."""
    found = set(asides.captions(sheet, kept, container))
    prose = {n: weight for n in kept if (weight := weigh(sheet.lines[n])) >= SENTENCE} if found else {}
    own = [weight for n, weight in prose.items() if n not in found]
    is_text = len(own) >= 2 and sum(own) >= 2 * (sum(prose.values()) - sum(own))
    return [n for n in kept if n not in found] if is_text else kept


def _is_named_caption(sheet: Sheet, line: Line) -> bool:
    """Whether a line is in an element named for captions, or credits a picture in one named for pictures."""
    block, above = line.block, line.block.getparent()
    if block.tag == "figcaption" or len(line.text) > asides.LONGEST:
        return block.tag != "figcaption" and holds_a_caption(sheet.names(block))
    near = [sheet.names(block)]
    if above is not None and (span := sheet.inside(above))[1] - span[0] <= LINES_OF_A_PICTURE:
        near.append(sheet.names(above))
    return any(map(holds_a_caption, near)) or (
        any(map(holds_a_picture, near)) and asides.UNDER_A_PICTURE.match(line.text) is not None
    )


def _is_figure(line: Line) -> bool:
    """Whether a line is a number in the cell of a table."""
    return line.text.isdigit() and cells.of_line(line) is not None


def _is_plain_prose(line: Line) -> bool:
    return weigh(line) >= SENTENCE and not _is_notice(line.text)


def _is_notice(text: str) -> bool:
    """Whether a line at the text's edge is the site's: a notice, or that the rest is for subscribers."""
    return is_edge(text) or bars_readers(text)


def _without_lists_of_links(sheet: Sheet, kept: list[int], last: int) -> list[int]:
    """The kept lines without the headings of lists of links, and without anything after a list at the end."""
    lines = sheet.lines
    prose = [n for n in kept if weigh(lines[n]) >= SENTENCE]
    end = prose[-1] if prose else -1
    begin = prose[0] if prose else 0
    first_link = next((n for n in range(end + 1, last) if lines[n].is_link), last)
    out = []
    for number in kept:
        is_short = weigh(lines[number]) <= 2 and not lines[number].text.endswith(
            ("。", "？", "！", "?", "!", "”")
        )
        followed = number + 1 < last and lines[number + 1].is_link
        heads_a_list = (
            number + 2 >= last
            or lines[number + 2].is_link
            or ends_article(lines[number].text)
            or (number < begin and lines[number].block.tag in _HEADINGS)
        )
        if is_short and dates.find(lines[number].text):  # a notice's day, its attachments linked below
            out.append(number)
            continue
        if is_short and followed and heads_a_list:
            continue
        if is_short and number > end >= 0 and first_link < min(number + 2, last):
            continue
        out.append(number)
    return out


def kind(line: Line) -> tuple[object, object]:
    """What lines set in the same way have in common: the tag and the element around."""
    return line.block.tag, line.block.getparent()
