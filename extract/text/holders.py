"""The elements that hold the lines of a page, and the weight of each with all its lines."""

from collections.abc import Collection, Mapping, Sequence

from lxml.etree import _Element as Element

from extract.page.lines import Sheet
from extract.text.body import PROSE, weigh
from extract.text.phrases import holds_comments, named

NARROWED = 0.9
"""Share of the weight that an inner element must hold to be taken in place of the outer one."""
NARROWED_BY_NAME = 0.65
"""The same for one whose name says body."""
SIDE_BAR = 0.6
"""Share of the most weight under which an element named for furniture is a side bar."""


class Holders:
    """The elements with weighed lines, each after the one that holds it, so that sums go up in one pass."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.elements: list[Element] = []
        self.first: list[int] = []
        """For each element the number of its first weighed line."""
        self.numbers: dict[Element, int] = {}
        """The place of each element in `elements`."""
        self._above: list[int] = []
        self._inner: list[list[int]] = []
        prose: dict[Element, float] = {}
        links: dict[Element, float] = {}
        for number, line in enumerate(sheet.lines):
            if weight := weigh(line):
                if line.block not in self.numbers:
                    self._add(line.block, number)
                sums = prose if weight > 0 else links
                sums[line.block] = sums.get(line.block, 0.0) + weight
        self.prose, self.links = self._sums(prose), self._sums(links)
        """What each holds of prose and, negative, of links."""

    def _add(self, block: Element, number: int) -> None:
        """Adds an element and what holds it, all of which begin with the line of that number."""
        new = []
        at: Element | None = block
        while at is not None and at not in self.numbers:
            new.append(at)
            at = at.getparent()
        above = self.numbers[at] if at is not None else -1
        for element in reversed(new):
            own = self.numbers[element] = len(self.elements)
            self.elements.append(element)
            self.first.append(number)
            self._above.append(above)
            self._inner.append([])
            if above >= 0:
                self._inner[above].append(own)
            above = own

    def _sums(self, own: Mapping[Element, float], bars: Collection[int] = ()) -> list[float]:
        """The weight of each element with all its lines; the lines of a bar count for the bar alone."""
        sums = [0.0] * len(self.elements)
        for element, weight in own.items():
            sums[self.numbers[element]] = weight
        above = self._above
        for number in range(len(sums) - 1, -1, -1):
            if above[number] >= 0 and number not in bars:
                sums[above[number]] += sums[number]
        return sums

    def richest(self) -> Element | None:
        """The innermost element that holds nine tenths of the prose, even if it holds many links."""
        return self._narrowed(self.prose, by_name=False)

    def heaviest(self, weights: Sequence[float]) -> Element | None:
        """The innermost element that still has most of the weight of all lines."""
        blocks: dict[Element, float] = {}
        for line, weight in zip(self.sheet.lines, weights, strict=True):
            if weight:
                blocks[line.block] = blocks.get(line.block, 0.0) + weight
        bars = self._side_bars(blocks)
        text = {block: weight for block, weight in self._without_comments(blocks, bars).items() if weight > 0}
        links = {block: weight for block, weight in blocks.items() if weight <= 0}
        both = zip(self._sums(text, bars), self._sums(links), strict=True)
        return self._narrowed([one + other for one, other in both], by_name=True)

    def _side_bars(self, blocks: Mapping[Element, float]) -> frozenset[int]:
        """The elements named for furniture, but for one that holds most of the page."""
        everything = self._sums(blocks)
        most = SIDE_BAR * max(everything, default=0.0)
        names = self.sheet.names
        return frozenset(
            number
            for number, (total, element) in enumerate(zip(everything, self.elements, strict=True))
            if total < most and named(names(element)) == "furniture"
        )

    def _without_comments(
        self, blocks: Mapping[Element, float], bars: Collection[int]
    ) -> dict[Element, float]:
        """The blocks but for readers' comments below enough of text."""
        left = {}
        above = 0.0
        for block, weight in blocks.items():
            if weight <= 0:
                continue
            if above >= 2 * PROSE and self.sheet.nearest(block, holds_comments) is not None:
                continue
            left[block] = weight
            if not bars or not any(self.numbers.get(element) in bars for element in self.sheet.path(block)):
                above += weight
        return left

    def _narrowed(self, totals: Sequence[float], *, by_name: bool) -> Element | None:
        """The innermost element that keeps nine tenths of the most weight; less, where its name says body."""
        best = max(range(len(totals)), key=totals.__getitem__, default=-1)
        if best < 0 or totals[best] <= 0:
            return None
        while inner := [number for number in self._inner[best] if totals[number] > 0]:
            child = max(inner, key=totals.__getitem__)
            is_body = by_name and named(self.sheet.names(self.elements[child])) == "body"
            if totals[child] < (NARROWED_BY_NAME if is_body else NARROWED) * totals[best]:
                break
            best = child
        return self.elements[best]
