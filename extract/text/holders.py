"""The elements that hold the lines of a page, and the weight of each with all its lines."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

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
        self.first: list[int] = []
        """For each element the number of its first weighed line."""
        self.numbers: dict[Element, int] = {}
        """The place of each element in `elements`."""
        self._above: list[int] = []
        prose: dict[Element, float] = {}
        links: dict[Element, float] = {}
        for number, line in enumerate(sheet.lines):
            if weight := weigh(line):
                block = line.block
                if block not in self.numbers:
                    self._add(block, number)
                sums = prose if weight > 0 else links
                sums[block] = sums.get(block, 0.0) + weight
        self.elements = list(self.numbers)
        self.prose, self.links = self._sums(prose), self._sums(links)
        """What each holds of prose and, negative, of links."""

    def _add(self, block: Element, number: int) -> None:
        """Adds an element and what holds it, all of which begin with the line of that number."""
        numbers = self.numbers
        new = []
        at: Element | None = block
        while at is not None and at not in numbers:
            new.append(at)
            at = at.getparent()
        above = numbers[at] if at is not None else -1
        for element in reversed(new):
            self._above.append(above)
            above = numbers[element] = len(numbers)
        self.first += [number] * len(new)

    def _sums(self, own: Mapping[Element, float], bars: Collection[int] = ()) -> list[float]:
        """The weight of each element with all its lines; the lines of a bar count for the bar alone."""
        sums = [0.0] * len(self.elements)
        for element, weight in own.items():
            sums[self.numbers[element]] = weight
        for number in range(len(sums) - 1, 0, -1):  # the first is the root
            if (weight := sums[number]) and number not in bars:
                sums[self._above[number]] += weight
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
        names, elements = self.sheet.names, self.elements
        return frozenset(
            [
                number
                for number, prose in enumerate(self.prose)  # a bar without prose takes none from the others
                if prose and everything[number] < most and named(names(elements[number])) == "furniture"
            ]
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
            if not bars or not self._is_inside(block, bars):
                above += weight
        return left

    def _is_inside(self, block: Element, bars: Collection[int]) -> bool:
        number = self.numbers[block]
        while number >= 0 and number not in bars:
            number = self._above[number]
        return number >= 0

    @cached_property
    def _sizes(self) -> list[int]:
        """How many elements each holds, with itself: they follow it."""
        sizes = [1] * len(self._above)
        for number in range(len(sizes) - 1, 0, -1):
            sizes[self._above[number]] += sizes[number]
        return sizes

    def _inside(self, number: int) -> Iterator[int]:
        """The elements right inside one."""
        end, inner = number + self._sizes[number], number + 1
        while inner < end:
            yield inner
            inner += self._sizes[inner]

    def _narrowed(self, totals: Sequence[float], *, by_name: bool) -> Element | None:
        """The innermost element that keeps nine tenths of the most weight; less, where its name says body."""
        best = max(range(len(totals)), key=totals.__getitem__, default=-1)
        if best < 0 or totals[best] <= 0:
            return None
        while inner := [number for number in self._inside(best) if totals[number] > 0]:
            child = max(inner, key=totals.__getitem__)
            is_body = by_name and named(self.sheet.names(self.elements[child])) == "body"
            if totals[child] < (NARROWED_BY_NAME if is_body else NARROWED) * totals[best]:
                break
            best = child
        return self.elements[best]
