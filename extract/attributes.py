"""Markup that libxml2 reads badly, mended: tags with thousands of attributes, and an early end of the page."""

import re

MOST = 500
"""Attributes that a tag keeps; the most seen on a real page is 41. libxml2 2.14 walks over all attributes of a tag for
each new one: 40,000 of them take it six seconds."""
SUSPICIOUS = 10 * MOST
_LONG_TAG = re.compile(rb"<[a-zA-Z][^<>]{%d}" % (4 * MOST))
_TAG = re.compile(rb"""<[a-zA-Z](?:[^"'>]++|"[^"]*+"|'[^']*+')*+""")
_ATTRIBUTE = re.compile(rb"""[^\s"'>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]++)?)?+""")
_BETWEEN = (b" ", b"\t", b"\n", b"\r", b"\f", b"\v", b'"', b"'", b"/", b"=")
_PAGE_ENDS = re.compile(rb"</(?:html|body)\s*>", re.I)
_OPENS = re.compile(rb"<(?:!--|[a-zA-Z])")
_SILENT = re.compile(rb"<(script|style|textarea|title|xmp|noscript)\b", re.I)


def bearable(markup: bytes) -> bytes:
    """The markup with no more than MOST attributes on a tag."""
    if markup.count(b"=") < SUSPICIOUS and not _holds_a_long_tag(markup):
        return markup
    kept: list[bytes] = []
    from_, at = 0, 0
    while opens := _OPENS.search(markup, at):
        start = opens.start()
        if opens[0] == b"<!--":
            at = _behind(markup, b"-->", opens.end())
            continue
        tag = _TAG.match(markup, start)
        at = tag.end() if tag else opens.end()
        if tag and at - start > 2 * MOST and (cut := _cut(markup, start, at)) < at:
            kept.append(markup[from_:cut])
            from_ = at
        if silent := _SILENT.match(markup, start):
            at = _closing(markup, silent[1].lower(), at)
    return b"".join((*kept, markup[from_:])) if kept else markup


def unclosed(markup: bytes) -> bytes:
    """The markup without early end tags of the page: libxml2 2.14 drops everything after the first one."""
    for end in (b"/html", b"/HTML"):  # five bytes: Python looks for longer words by a slower way
        at = markup.find(end)
        while at >= 0 and markup[at - 1 : at + 6] != b"<%b>" % end:
            at = markup.find(end, at + 1)
        if at >= 0 and markup.find(b"<", at) >= 0:
            return _PAGE_ENDS.sub(b"", markup)
    return markup


def _holds_a_long_tag(markup: bytes) -> bool:
    """Whether a tag is as long as only one with thousands of attributes is.

    From one ">" the last one in reach is looked for; a stretch without any is looked at, once.
    """
    start = 0
    while start < len(markup):
        closed = markup.rfind(b">", start, start + 4 * MOST)
        if closed >= 0:
            start = closed + 1
            continue
        end = markup.find(b">", start)
        at = len(markup) if end < 0 else end + 1
        if at - start > 4 * MOST and _may_be_long_tag(markup[start:at]):
            return True
        start = at
    return False


def _may_be_long_tag(stretch: bytes) -> bool:
    """Whether a stretch without a ">" holds a long tag, and as many signs as stand between MOST attributes."""
    return _LONG_TAG.search(stretch) is not None and sum(map(stretch.count, _BETWEEN)) > MOST


def _cut(markup: bytes, start: int, end: int) -> int:
    """Where the tag's MOST-th attribute ends; `end` where it has no more than these."""
    number = -1  # the tag's own name comes first
    for attribute in _ATTRIBUTE.finditer(markup, start + 1, end):
        number += 1
        if number == MOST:
            return attribute.end()
    return end


def _behind(markup: bytes, mark: bytes, at: int) -> int:
    found = markup.find(mark, at)
    return len(markup) if found < 0 else found + len(mark)


def _closing(markup: bytes, name: bytes, at: int) -> int:
    """Where an element without markup inside is closed; the end of the page where it never is."""
    found = re.compile(b"</" + name, re.I).search(markup, at)
    return found.start() if found else len(markup)
