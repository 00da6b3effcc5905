"""Lines among the text that are set in another way than its paragraphs and use none of its words: an advertisement's,
the site's own, those of another page's box."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import add

from lxml.etree import _Element as Element

from extract.page.line import Line
from extract.page.lines import Sheet
from extract.text.body import PROSE, SENTENCE, Body, weigh
from extract.text.phrases import sells, site_words

OWN = 0.25
"""Share of the prose from which lines set in one way are the text's own."""
TITLED = 3
"""How many times as many of the headline's words another way has, from which the heavier is not the text's."""
SHARED = 0.08
"""Share of a run's pairs of characters up to which it uses none of the text's words."""
FEWEST_PAIRS = 8
"""Pairs of characters of a run below which it proves nothing."""
FEWEST_WORDS = 25
"""Pairs of a text below which it is too short to tell what is none of it: an announcement above a list."""
SHORTEST_FOREIGN = 20
"""Letters of a run without Chinese from which it is none of a Chinese text."""
MOST_HEADINGS = 4
"""Headings set as the headline is that are looked at."""
DEEPEST = 8
"""Elements between a line and the text's place by which it is told how the line is set."""
_FLOATS = re.compile(r"float\s{0,3}:\s{0,3}(?:left|right)", re.I)
_WHITES = ("#fff", "#ffffff", "white", "ffffff")
_WHITE = re.compile(
    r"(?<![-\w])color\s{0,3}:\s{0,3}(?:#fff(?:fff)?|white|rgb\(255, ?255, ?255\))(?!\w)", re.I
)
_HEADINGS = frozenset(("h1", "h2", "h3"))
_CELLS = ("td", "th", "li")
_QUOTES = "blockquote"
_INLINE = frozenset(("font", "span", "b", "strong", "big"))
_SIDES = ("left", "right")
_HANZI = re.compile("[一-鿿]{2,}")
_Way = tuple[object, ...]
"""How a line is set: tags, and whether it floats."""


def of(sheet: Sheet, body: Body, title: str, heading: int = -1) -> list[list[int]]:
    """The runs of neighbouring lines that are strangers to the text; `title` is the headline in the fold, `heading` the
    number of its line."""
    if body.container is None:
        return []
    known, ways, around = sheet.lines, dict[Element, _Way](), dict[Element | None, _Way]()
    lines: dict[_Way, list[int]] = {}
    kept = [n for n in body.kept if n != heading]
    blocks = {known[n].block for n in kept}
    for number in kept:
        block = known[number].block
        if block not in ways:
            ways[block] = _way(sheet, _around(sheet, block, blocks), body.container, around)
        lines.setdefault(ways[block], []).append(number)
    if len(lines) < 2:  # most
        return []
    own = _own(sheet, lines, _pairs([title]))
    strange = {number for way, numbers in lines.items() if way not in own for number in numbers}
    if not strange or len(strange) == len(kept):
        return []
    rest = [n for n in kept if n not in strange]
    runs: list[list[int]] = []
    for before, number in pairwise((-1, *kept)):
        if number not in strange:
            continue
        alike = number < rest[0] or (before >= 0 and ways[known[before].block] == ways[known[number].block])
        if before in strange and alike:
            runs[-1].append(number)
        else:
            runs.append([number])
    runs = [run for run in runs if _may_be_strange(sheet, run, rest)]
    words = _pairs([title, *(known[n].folded for n in rest)]) if runs else frozenset[str]()
    return [run for run in runs if _is_strange(sheet, run, words, _pairs([title]), rest)]


def _own(sheet: Sheet, lines: Mapping[_Way, Sequence[int]], title: frozenset[str]) -> set[_Way]:
    """The ways in which the text is set: the heaviest with words of the headline, and others with much prose that uses
    its words."""
    prose = {way: weight for way, numbers in lines.items() if (weight := _prose(sheet, numbers))}
    if not prose:
        return set(lines)
    # a pair of the headline is looked for in what the lines say; all their pairs cost many times that
    said = {way: "\n".join([sheet.lines[n].folded for n in lines[way]]) for way in prose}
    headed = {way: sum(pair in said[way] for pair in title) for way in prose}
    main = max(
        (way for way in prose if TITLED * headed[way] >= max(headed.values())), key=lambda way: prose[way]
    )
    least = OWN * sum(prose.values())
    others = [way for way, weight in prose.items() if weight >= least and not way[-1] and way != main]
    if not others:
        return {main}
    known = _pairs([said[main]]) | title
    words = {way: _pairs([said[way]]) for way in others}
    return {main} | {way for way in others if words[way] and not _is_apart(words[way], known)}


def _prose(sheet: Sheet, numbers: Sequence[int]) -> float:
    return sum(weight for n in numbers if (weight := weigh(sheet.lines[n])) >= SENTENCE)


def first_article(sheet: Sheet, body: Body, heading: int) -> Body:
    """The text up to a heading that is set as the headline is and begins a box of its own, if what stands below uses
    none of the words above: the next article of the same page."""
    if heading < 0 or not body.kept:
        return body
    above_text = sheet.lines[heading : max(heading, body.kept[0]) + 2]  # the headline may stand twice
    said = sheet.lines[heading].folded
    tags = {line.block.tag for line in above_text if line.folded == said} & _HEADINGS
    alike = [n for n in body.kept if n > heading and sheet.lines[n].block.tag in tags]
    for number in alike[:MOST_HEADINGS]:
        place = body.kept.index(number)
        above, below = body.kept[:place], body.kept[place:]
        box = sheet.lines[number].block.getparent()
        if box is None or not above or sheet.inside(box)[0] <= above[-1]:
            continue
        if min(_prose(sheet, above), _prose(sheet, below)) < PROSE:
            continue
        words, others = (_pairs(sheet.lines[n].folded for n in part) for part in (above, below))
        if _is_apart(others, words):
            weight = body.weight - sum(max(0.0, weigh(sheet.lines[n])) for n in below)
            return replace(body, kept=above, weight=weight, further=number)
    return body


def without_boxes(sheet: Sheet, body: Body, title: str, heading: int = -1) -> tuple[Body, list[int]]:
    """The text without the strangers that float beside it or sell something, and the other strangers' lines."""
    gone: set[int] = set()
    left: list[int] = []
    for run in of(sheet, body, title, heading):
        if _stands_beside(sheet, run, body.container) or _is_advertisement(sheet, run):
            gone.update(run)
        else:
            left += run
    if not gone:
        return body, left
    kept = tuple(n for n in body.kept if n not in gone)
    dropped = tuple(sorted({*body.dropped, *gone}))
    weight = body.weight - sum(max(0.0, weigh(sheet.lines[n])) for n in gone)
    return replace(body, kept=kept, weight=weight, dropped=dropped), left


def blank_white(sheet: Sheet, numbers: Iterable[int]) -> None:
    """Takes what is printed white behind or between the words of these lines out of them: a watermark for copiers."""
    for number in numbers:
        line = sheet.lines[number]
        if len(line.pieces) < 2:  # most
            continue
        shown = [piece for piece in line.pieces if not _is_white(piece.element)]
        if shown and len(shown) < len(line.pieces) and any(piece.text.strip() for piece in shown):
            line.pieces = shown
            line.forget()


def _is_white(element: Element) -> bool:
    """Whether an element says that its words are white, and nothing of what is behind them."""
    if element.tag == "font" and (element.get("color") or "").strip().lower() in _WHITES:
        return True
    style = element.get("style") or ""
    return "background" not in style and _WHITE.search(style) is not None


def _way(sheet: Sheet, block: Element, container: Element, around: dict[Element | None, _Way]) -> _Way:
    """How a line is set: the tags from its block up to the text's place, and whether one of them floats.

    `around` keeps what is around the blocks: it is the same for most lines."""
    if block is container:
        return (False,)
    parent = block.getparent()
    if parent not in around:
        path = sheet.path(block)[1:DEEPEST]
        inside = path[: path.index(container) if container in path else len(path)]
        around[parent] = (*(one.tag for one in inside), any(map(_floats, inside)))
    *tags, floats = around[parent]
    return (block.tag, *tags, floats or _floats(block))


def _around(sheet: Sheet, block: Element, blocks: Collection[Element]) -> Element:
    """A line's block; for a paragraph beside loose words what holds both: <td>the first<p>the second<p>the third."""
    if block.tag != "p":
        return block
    around = next((one for one in sheet.path(block)[1:DEEPEST] if one.tag not in _INLINE), block)
    return around if around in blocks else block


def _pairs(texts: Iterable[str]) -> frozenset[str]:
    """The pairs of neighbouring Chinese characters of some texts in the fold."""
    pairs: set[str] = set()
    for text in texts:
        for piece in _HANZI.findall(text.replace(" ", "")):  # 公 司 表 示
            pairs.update(map(add, piece, piece[1:]))
    return frozenset(pairs)


def _is_apart(pairs: frozenset[str], words: frozenset[str]) -> bool:
    """Whether pairs of characters are hardly any of a text's; the fewer of either are the measure."""
    return len(words) >= FEWEST_WORDS and len(pairs & words) < SHARED * min(len(pairs), len(words))


def _may_be_strange(sheet: Sheet, run: Sequence[int], rest: Sequence[int]) -> bool:
    """Whether a run of lines says something. A table's cells below the text's first line do not; verses and songs among
    its paragraphs use words of their own, and so do the parts of an enumeration, which semicolons end, wherever it
    stands."""
    lines = [sheet.lines[n] for n in run]
    above, among = run[-1] < rest[0], rest[0] < run[0] < rest[-1]
    if not above and not any(_is_said(line) for line in lines):
        return False
    if among and any(element.tag == _QUOTES for element in sheet.path(lines[0].block)[:DEEPEST]):
        return False
    return not any(line.text.endswith("；") for line in lines)


def _is_strange(
    sheet: Sheet, run: Sequence[int], words: frozenset[str], title: frozenset[str], rest: Sequence[int]
) -> bool:
    """Whether a run of lines uses none of the text's words."""
    lines = [sheet.lines[n] for n in run]
    above, among = run[-1] < rest[0], rest[0] < run[0] < rest[-1]
    pairs = _pairs(line.folded for line in lines)
    size = sum(len(line.text) for line in lines)
    if 10 * len(pairs) < size:  # another language
        return not among and not above and bool(words) and size >= SHORTEST_FOREIGN
    return len(pairs) >= FEWEST_PAIRS and len(pairs & title) < 2 and _is_apart(pairs, words)


def _is_said(line: Line) -> bool:
    """Whether a line has stops; in a table or list, whether it ends with one."""
    return line.stops > 0 and (line.block.tag not in _CELLS or line.text[-1] in "。！？”")


def _stands_beside(sheet: Sheet, run: Sequence[int], container: Element | None) -> bool:
    """Whether all lines of a run stand in one element that floats beside the text and holds nothing else of it."""
    for place in sheet.path(sheet.lines[run[0]].block)[:DEEPEST]:
        if place is container:
            return False
        if _floats(place):
            first, last = sheet.inside(place)
            return first <= run[0] and run[-1] < last
    return False


def _floats(element: Element) -> bool:
    """Whether an element floats: a table with a side to stand on, or one whose style says so."""
    if element.tag == "table" and (element.get("align") or "").lower() in _SIDES:
        return True
    return _FLOATS.search(element.get("style") or "") is not None


def _is_advertisement(sheet: Sheet, run: Sequence[int]) -> bool:
    """Whether a run of lines sells something, or is what sites say of themselves."""
    text = "".join([sheet.lines[n].text for n in run])
    return sells(text) or len(site_words(text)) >= 3
