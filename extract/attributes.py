"""Markup that libxml2 reads badly, mended: thousands of attributes, an early end, too much of it, deep nesting."""

import re

MOST = 500
"""Attributes that a tag keeps; the most seen on a real page is 41. libxml2 2.14 walks over all attributes of a tag for
each new one: 40,000 of them take it six seconds."""
SUSPICIOUS = 15 * MOST
"""Attributes of a page from which each tag is looked at; one real page in 25 has more than ten times MOST."""
SIGNS = b"=HTML"
"""Bytes of a page that tell of tags with many attributes, and of end tags in capitals."""
_LONG_TAG = re.compile(rb"<[a-zA-Z][^<>]{%d}" % (4 * MOST))
# a comment's beginning, or a tag; named where no markup is inside its element
_PIECE = re.compile(
    rb"""<!--|<(?=[a-zA-Z])(?:((?i:script|style|textarea|title|xmp|noscript))\b)?(?:[^"'>]++|"[^"]*+"|'[^']*+')*+"""
)
_ATTRIBUTE = re.compile(rb"""[^\s"'>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]++)?)?+""")
_BETWEEN = (b" ", b"\t", b"\n", b"\r", b"\f", b"\v", b'"', b"'", b"/", b"=")
_PAGE_ENDS = re.compile(rb"</(?:html|body)\s*>", re.I)
_SILENCES = {"<script": "</script", "<style": "</style", "<!--": "-->"}
_OPENS_SILENCE = re.compile(r"<(?:script|style)\b|<!--", re.I)
# a tag ends before the next begins: what is never closed must not be searched for again from every "<"
_STRUCTURE = re.compile(r"<(/?)(p|div|li|tr|h[1-6]|br|article|section|blockquote)\b[^<>]*>", re.I)
_KEPT_FLAT = re.compile(r"<(?!/?(?:br|title|script|style|meta|a)\b)/?[a-zA-Z][^<>]*>", re.I)


def bearable(markup: bytes, signs: bytes | None = None) -> bytes:
    """The markup with no more than MOST attributes on a tag.

    `signs` are the SIGNS of it or of a longer markup, in their order: they are fewer to be looked through.
    """
    if (markup if signs is None else signs).count(b"=") < SUSPICIOUS and not _holds_a_long_tag(markup):
        return markup
    kept: list[bytes] = []
    from_, at = 0, 0
    while piece := _PIECE.search(markup, at):
        start, at = piece.span()
        if at - start > 2 * MOST and (cut := _cut(markup, start, at)) < at:
            kept.append(markup[from_:cut])
            from_ = at
        if name := piece[1]:
            at = _closing(markup, name.lower(), at)
        elif at - start == len(b"<!--") and piece[0] == b"<!--":
            at = _behind(markup, b"-->", at)
    return b"".join((*kept, markup[from_:])) if kept else markup


def unclosed(markup: bytes, signs: bytes | None = None) -> bytes:
    """The markup without early end tags of the page: libxml2 2.14 drops everything after the first one.

    `signs` as for bearable().
    """
    last = markup.rfind(b"<")
    ends = (b"</html>", b"</HTML>") if signs is None or b"HTML" in signs else (b"</html>",)
    # from behind: Python looks for words of this length so in half the time
    if any(markup.rfind(end, 0, last) >= 0 for end in ends):
        return _PAGE_ENDS.sub(b"", markup)
    return markup


def without_silent(text: str) -> str:
    """The markup without scripts, styles and comments; one that is never closed stays, and others of its kind."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters outside ASCII change their length
        return text
    kept, start = [], 0
    closed = dict.fromkeys(_SILENCES, True)
    for match in _OPENS_SILENCE.finditer(lower):
        kind = match[0]
        if match.start() < start or not closed[kind]:
            continue
        end = lower.find(_SILENCES[kind], match.end())
        closed[kind] = end >= 0
        if end >= 0:
            kept.append(text[start : match.start()])
            start = lower.find(">", end) + 1 or len(text)
    return "".join((*kept, text[start:]))


def flattened(text: str) -> str:
    """The page's text with line breaks for its blocks, for pages nested too deep to parse."""
    return _KEPT_FLAT.sub("", _STRUCTURE.sub("<br>", text))


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
