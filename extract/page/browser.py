"""Bytes read as browsers read them: Python's codecs, set right by the Encoding Standard's index files.

Source: the index files of the Encoding Standard, https://encoding.spec.whatwg.org, kept in extract/page/whatwg.tsv as
far as Python's codecs differ.
"""

import codecs
import re
from collections import defaultdict
from importlib import resources

_ASCII_END = 0x80
_LOST = "\ufffd"
# single bytes that browsers read and Python's codec does not
_SINGLE = {"gb18030": {0x80: "€"}, "big5hkscs": {}, "euc-jp": {}}


def _table() -> dict[str, dict[bytes, str]]:
    """Per codec, the two-byte sequences that it reads otherwise or not at all."""
    table: defaultdict[str, dict[bytes, str]] = defaultdict(dict)
    text = resources.files("extract.page").joinpath("whatwg.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        codec, pair, character = line.split("\t")
        table[codec][bytes.fromhex(pair)] = character
    return dict(table)


_PAIRS = _table()
_OTHERWISE = {
    codec: {pair: seen for pair in pairs if _LOST not in (seen := pair.decode(codec, "replace"))}
    for codec, pairs in _PAIRS.items()
}
"""What each codec reads, but as another character."""
# GB 18030 reads its private characters from one sequence each, so that they can be put right in the text
_PRIVATE = {ord(seen): _PAIRS["gb18030"][pair] for pair, seen in _OTHERWISE["gb18030"].items()}
_IS_PRIVATE = re.compile(f"[{''.join(map(chr, _PRIVATE))}]")
# the others are looked for in the bytes before they are decoded
_SOUGHT = {
    codec: re.compile(b"|".join(map(re.escape, sorted(_OTHERWISE[codec]))))
    for codec in ("big5hkscs", "euc-jp")
}


def decoded(body: bytes, codec: str) -> str:
    """The text of bytes in any encoding that Python knows, as browsers read it; wrong bytes become U+FFFD."""
    if codec == "gb18030":
        return _gb18030(body)
    sought = _SOUGHT.get(codec)
    if sought is None:
        return body.decode(codec, "replace")
    parts, start = [], 0
    for match in sought.finditer(body):
        at = match.start()
        if at >= start and _is_aligned(body, start, at, codec):
            parts += [body[start:at].decode(codec, f"browser-{codec}"), _PAIRS[codec][match[0]]]
            start = at + 2
    return "".join((*parts, body[start:].decode(codec, f"browser-{codec}")))


def _gb18030(body: bytes) -> str:
    """GB 18030; most pages are GBK, which Python decodes alike in half the time."""
    try:
        return body.decode("gbk")
    except UnicodeDecodeError:
        text = body.decode("gb18030", "browser-gb18030")
    return text.translate(_PRIVATE) if _IS_PRIVATE.search(text) else text


def _is_aligned(body: bytes, start: int, at: int, codec: str) -> bool:
    """Whether a character begins at a place: the number of lead bytes before it is even, because each pair is a
    character."""
    begin = at
    while begin > start and 0x81 <= body[begin - 1] <= 0xFE:
        begin -= 1
    if codec == "euc-jp":  # three bytes are a character there too, and some bytes are none
        return _ends_whole(body[begin:at])
    return (at - begin) % 2 == 0


def _ends_whole(run: bytes) -> bool:
    """Whether bytes of EUC-JP end with a whole character."""
    at = 0
    while at < len(run):
        if run[at] == 0x8F:
            at += 3
        else:
            at += 2 if run[at] == 0x8E or run[at] >= 0xA1 else 1
    return at == len(run)


def _handler(codec: str) -> None:
    """Registers what happens to bytes that a codec cannot read; the standard's decoder does the same."""
    pairs, single = _PAIRS.get(codec, {}), _SINGLE[codec]

    def mend(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        raw, at = error.object, error.start
        pair = raw[at : at + 2]
        if pair in pairs:
            return pairs[pair], at + 2
        if raw[at] in single:
            return single[raw[at]], at + 1
        return _LOST, at + _lost(raw, at, codec)

    codecs.register_error(f"browser-{codec}", mend)


def _lost(raw: bytes, at: int, codec: str) -> int:
    """The number of bytes that one U+FFFD replaces: an ASCII byte that ends no character is read again."""
    left = raw[at : at + 4]
    if left[0] in (0x80, 0xFF) or len(left) == 1:
        return 1
    if codec == "euc-jp" and left[0] < 0xA1 and left[0] not in (0x8E, 0x8F):
        return 1
    if codec == "gb18030" and 0x30 <= left[1] <= 0x39:
        if len(left) < 4:
            return len(left) if len(left) == 2 or 0x81 <= left[2] <= 0xFE else 1
        return 4 if 0x81 <= left[2] <= 0xFE and 0x30 <= left[3] <= 0x39 else 1
    if codec == "euc-jp" and left[0] == 0x8F and 0xA1 <= left[1] <= 0xFE:
        return 3 if len(left) > 2 and left[2] >= _ASCII_END else min(2, len(left))
    return 1 if left[1] < _ASCII_END else 2


for _codec in _SINGLE:
    _handler(_codec)
