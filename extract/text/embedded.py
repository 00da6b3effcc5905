"""Article text that a page carries as data for its scripts: a textarea, JSON-LD, a script's object."""

import html as entities
import json
import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree
from lxml.etree import _Element as Element

from extract.page.line import tidy

SHORTEST = 80
"""Characters from which a string of a script may be the article."""
_TEXTAREA = re.compile(
    r"""<textarea\b[^<>]{0,300}?(?:class|id|name)=["']?[^"'<>\s]{0,40}(?:content|article|body|detail|news|text)[^<>]{0,300}>"""
    r"|<(?:noscript|noframes)\b[^<>]{0,100}>",
    re.I,
)
"""What holds text that no browser shows as it stands: a script takes it from there, or its reader has no scripts."""
_TEXTAREA_END = re.compile("</(?:textarea|noscript|noframes)", re.I)
_FIELD = re.compile(
    r'"(?:[A-Za-z_]{0,20}(?:[Cc]ontent|[Bb]ody|[Tt]ext|[Hh]tml)|contentDetail|contentList|detail)"'
    r'\s*:\s*"((?:[^"\\]|\\.){80,400000})"'
)
# content:"…" of an object that is no JSON
_BARE = re.compile(  # what it begins with comes first: five times as fast
    r'[abcdhn](?<![\w"].)(?:(?<=c)ontent(?:Html)?|(?<=a)rticleContent|(?<=n)ewsContent|(?<=d)ocContent|(?<=b)ody|(?<=h)tml|(?<=d)etail)'
    r'\s{0,2}:\s{0,2}"((?:[^"\\]|\\.){80,400000})"'
)
_LIST = re.compile(
    r'"(?:contentList|content_list|contents|content|body|articleBody|paragraphs|blocks|sections|texts)"\s{0,9}:\s{0,9}(?=\[)'
)
_PIECES = ("data", "text", "content", "html", "value")
"""Names of the text in one piece of a list of pieces: {"data": "<p>…</p>", "type": "text"}."""
MOST_LISTS = 8
"""Lists of pieces that are looked at in one page."""
_DECODER = json.JSONDecoder(strict=False)
_ESCAPED = re.compile(r"content\s*:\s*'((?:&[a-z#0-9]+;|[^'\\]|\\.){80,400000})'")
_PROSE = re.compile("[，。；：！？、]")


def fragment(text: str) -> Element | None:
    """The longest such text, parsed as a page of its own; None if there is none with Chinese prose."""
    found = [entities.unescape(content) for content in _textareas(text)]
    found += [_unquoted(match[1]) for match in _FIELD.finditer(text)]
    found += [_unquoted(match[1]) for match in _BARE.finditer(text)]
    found += _lists(text)
    found += [_unquoted(entities.unescape(match[1])).strip('"') for match in _ESCAPED.finditer(text)]
    best = max(found, key=lambda candidate: len(_PROSE.findall(candidate)), default="")
    if len(_PROSE.findall(best)) < 4:
        return None
    if "<" not in best:
        best = "".join(f"<p>{entities.escape(line)}</p>" for line in best.split("\n") if tidy(line))
    try:
        return etree.fromstring(
            f"<html><body><div>{best}</div></body></html>", parser=etree.HTMLParser(huge_tree=True)
        )
    except (etree.XMLSyntaxError, ValueError):  # nothing in it, or characters no tree may hold
        return None


def _lists(text: str) -> Iterator[str]:
    """The texts that a script holds as a list of pieces: pictures and films between them are left out."""
    for match in islice(_LIST.finditer(text), MOST_LISTS):
        try:
            pieces, _ = _DECODER.raw_decode(text, match.end())
        except (ValueError, RecursionError):
            continue
        texts = [piece for one in pieces if (piece := _piece(one))]
        if sum(map(len, texts)) >= SHORTEST:
            yield "\n".join(
                piece if "<" in piece else f"<p>{entities.escape(piece, quote=False)}</p>" for piece in texts
            )


def _piece(one: object) -> str:
    """The text of one piece of a list; empty for a picture."""
    if isinstance(one, str):
        return one
    if not isinstance(one, dict):
        return ""
    return next((value for name in _PIECES if isinstance(value := one.get(name), str)), "")


def _textareas(text: str) -> Iterator[str]:
    """The texts of the page's text areas that are named for content."""
    position = 0
    while (start := _TEXTAREA.search(text, position)) and (end := _TEXTAREA_END.search(text, start.end())):
        if end.start() - start.end() >= SHORTEST:
            yield text[start.end() : end.start()]
        position = end.end()


def _unquoted(string: str) -> str:
    """The value of a JSON string; other text unchanged."""
    try:
        return str(json.loads(f'"{string}"', strict=False))
    except ValueError:
        return string.replace("\\u003c", "<").replace("\\u003e", ">").replace('\\"', '"').replace("\\/", "/")
