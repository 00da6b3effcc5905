"""Snippets and highlights: the searched words marked in the publisher's own characters."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.search.folding import fold, offsets, word_pattern
from archive.search.query import Query, Term, terms

_SENTENCE_END = re.compile("[。！？；…][”’」』）)]*\\s*")


@dataclass(frozen=True, slots=True)
class SnippetPart:
    """A stretch of the original text; `hit` is True for a searched word."""

    text: str
    hit: bool


def highlight(text: str, query: Query) -> list[SnippetPart]:
    """The whole text in parts, with the searched words marked; the joined parts are the text."""
    return _pieces(text, _spans(text, terms(query.root), in_title=False), 0, len(text))


def highlight_title(title: str, query: Query) -> list[SnippetPart]:
    """The whole title in parts, with the searched words marked, including words with `title:`."""
    return _pieces(title, _spans(title, terms(query.root), in_title=True), 0, len(title))


def snippet(text: str, query: Query, width: int = 110) -> list[SnippetPart]:
    """About `width` characters of the text on one line, from the place with the most different searched words.

    Without a hit it is the beginning of the text. An ellipsis marks each end that was cut.
    """
    line = text.replace("\n", " ")
    spans = _spans(line, terms(query.root), in_title=False)
    start = _at_sentence(line, _best_start(spans, width), width)
    end = min(len(line), start + width)
    shown = [
        _Span(max(s.start, start), min(s.end, end), s.term) for s in spans if s.start < end and s.end > start
    ]
    pieces = _pieces(line, shown, start, end)
    before = [SnippetPart("…", False)] if start else []
    after = [SnippetPart("…", False)] if end < len(line) else []
    return before + pieces + after


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    term: int


def _spans(text: str, wanted: Iterable[Term], *, in_title: bool) -> list[_Span]:
    """The places of the terms in `text`, in order; spans may overlap."""
    asked = [term for term in wanted if term.field in (None, "title" if in_title else "text")]
    if not asked:
        return []
    folded, places = fold(text), offsets(text)
    found = [
        _Span(places[match.start()], places[match.end() - 1] + 1, number)
        for number, term in enumerate(asked)
        for match in _pattern(term).finditer(folded)
    ]
    return sorted(found, key=lambda span: (span.start, -span.end))


def _pattern(term: Term) -> re.Pattern[str]:
    return re.compile(word_pattern(term.runs, prefix=term.prefix))


def _best_start(spans: list[_Span], width: int) -> int:
    """The start of the window of `width` with the most different terms, and among equals with the most hits."""
    if not spans:
        return 0
    best, best_score = spans[0], (0, 0)
    for first, span in enumerate(
        spans[:200]
    ):  # 200 hits are enough: a text full of hits has no better place further down
        inside = [other for other in spans[first : first + width] if other.end <= span.start + width * 2 // 3]
        score = (len({other.term for other in inside}), len(inside))
        if score > best_score:
            best, best_score = span, score
    return max(0, best.start - width // 3)


def _at_sentence(line: str, start: int, width: int) -> int:
    """The beginning of a sentence shortly after `start`, else `start`."""
    found = _SENTENCE_END.search(line, start, start + width // 4) if start else None
    return found.end() if found else start


def _pieces(text: str, spans: list[_Span], start: int, end: int) -> list[SnippetPart]:
    return [SnippetPart(text[a:b], hit) for a, b, hit in _cuts(spans, start, end) if a < b]


def _cuts(spans: list[_Span], start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    at = start
    for low, high in _merged(spans):
        yield at, low, False
        yield low, high, True
        at = high
    yield at, end, False


def _merged(spans: list[_Span]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for span in spans:
        if joined and span.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], span.end))
        else:
            joined.append((span.start, span.end))
    return joined
