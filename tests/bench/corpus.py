"""Any number of pages made of the real ones of the shared folders: the same markup, other texts.

A text of its own comes from a page by an exchange of its Chinese characters for others, which no gram survives; a
further copy of a text by putting its second half before its first and its number behind its title. Labels of one or two
characters, dates and markup stay. The same number gives the same bytes in every run.
"""

import json
import random
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from crawler.sample.static import StaticSite
from extract.page import families
from extract.page.page import Page

SHARED = Path(__file__).parents[3] / "shared"
FOLDERS = ("pages", "pages2")
LEAST = 12  # characters of a stretch of text that is exchanged; labels and menus are shorter
EXCHANGED = 600
"""The commonest characters, which stand for one another: in every charset of China."""
_STRETCH = re.compile(rf">([^<>]{{{LEAST},}})<")
_HAN = re.compile("[\u4e00-\u9fff]")
_PARAGRAPH = re.compile(r"<p\b[^>]*>.*?</p\s*>", re.IGNORECASE | re.DOTALL)
_TITLE_END = re.compile(r"</(title|h1)\s*>", re.IGNORECASE)
_CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}


def is_here() -> bool:
    """Whether the shared folders are."""
    return all((SHARED / folder / "index.jsonl").is_file() for folder in FOLDERS)


class Corpus:
    """Pages by number; `copies` of each text, which come far apart."""

    def __init__(self, pages: int, copies: int, *, known: bool | None = None) -> None:
        """`known` takes only pages that a family knows, or only the others.

        Raises FileNotFoundError where the shared folders are not here.
        """
        self.pages = pages
        self._texts = max(pages // copies, 1)
        self._found = [
            (text, charset)
            for text, charset in _real()
            if known is None or bool(families.likely(Page("", text.encode()).marks, "")) == known
        ]
        self._exchanged = _commonest([text for text, _ in self._found])

    def body(self, number: int) -> bytes:
        """A page's bytes."""
        source, copy = number % self._texts, number // self._texts
        turn, base = divmod(source, len(self._found))
        text, charset = self._found[base]
        text = (
            _STRETCH.sub(lambda found: f">{found[1].translate(self._table(turn))}<", text) if turn else text
        )
        if copy:
            text = _TITLE_END.sub(lambda found: f"{copy:03d}{found[0]}", _swapped(text, copy))
        return text.encode(charset, "xmlcharrefreplace")

    @lru_cache(maxsize=64)  # noqa: B019 - a corpus lives as long as its process
    def _table(self, turn: int) -> dict[int, str]:
        """What stands for each character in the texts of one turn."""
        others = list(self._exchanged)
        random.Random(turn).shuffle(others)
        return {ord(one): other for one, other in zip(self._exchanged, others, strict=True)}


class RealSite(StaticSite):
    """A local site of such pages."""

    def __init__(self, pages: int, copies: int, *, known: bool | None = None) -> None:
        super().__init__(pages)
        self._corpus = Corpus(pages, copies, known=known)

    def body(self, number: int) -> bytes:
        """An article's bytes before compression."""
        return self._corpus.body(number)


def _swapped(text: str, copy: int) -> str:
    """A page with its paragraphs in another order."""
    found = [match[0] for match in _PARAGRAPH.finditer(text)]
    at = len(found) * copy // (copy + 1)
    order = iter([*found[at:], *found[:at]])
    return _PARAGRAPH.sub(lambda _: next(order), text)


def _real() -> list[tuple[str, str]]:
    """The articles of the shared folders: text and charset of each."""
    found = [
        _decoded((SHARED / folder / f"{page['id']}.html").read_bytes(), page)
        for folder in FOLDERS
        for line in (SHARED / folder / "index.jsonl").read_text("utf-8").splitlines()
        if (page := json.loads(line)).get("kind") == "article" and page.get("encoding") != "?"
    ]
    random.Random(0).shuffle(found)
    return found


def _decoded(body: bytes, told: dict[str, Any]) -> tuple[str, str]:
    named = str(told.get("encoding") or "utf-8").lower()
    charset = _CHARSETS.get(named, named)
    return body.decode(charset, "replace"), charset


def _commonest(texts: list[str]) -> list[str]:
    counts: dict[str, int] = {}
    for character in _HAN.findall("".join(texts)):
        counts[character] = counts.get(character, 0) + 1
    return sorted(counts, key=lambda one: (-counts[one], one))[:EXCHANGED]
