"""Pictures that a page carries inside itself, as data: addresses: shortened for the parser, put back to be shown."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from lxml.etree import _Element as Element

from extract.picture import media_type

LONG = 10_000
"""Characters from which a data: address is taken out of a long page before it is parsed."""
LONGEST_SHOWN = 11_200_000
"""Characters of one data: address that are shown: 8 MiB in base64."""
MOST_SHOWN = 32_000_000
"""Characters of all of them on a page."""
_CARRIED = re.compile(
    r"""[dD][aA][tT][aA]:(?:(?<=["'(].....)[^,"'<>()&\s]{0,200},[^"'<>)&]*+|[^,"'<>()&\s]{0,200},[^\s"'<>)&]*+)"""
)
# a colon is looked for fast, "d" in either case is not
_BEHIND_DATA = re.compile(r":(?<=[dD][aA][tT][aA]:)")
_PLACE = re.compile(r"data:zhuanzai-at/(\d{1,9})-(\d{1,9}),")
_HEAD = re.compile(r"data:([^,]{0,200}),", re.I)
_LONG_VALUE = re.compile(r"""=\s*(?:"[^"<>]{10000,}"|'[^'<>]{10000,}')""")
_CHOICES = re.compile(r"""\s{0,50}["']\s{0,50}[^\s"'<>,]{1,2000}\s{1,50}[\d.]{1,8}[wx]\s{0,50},""")
"""How a picture's srcset begins."""
CHOICES_KEPT = 4000
"""Characters of a long srcset; its choice of a picture reads no more."""
_GONE = re.compile(r"(?:blob|cid|file|content):", re.I)
"""Addresses of what only the reader's or the author's own machine held."""
_WHITE = re.compile(r"[\t\n\r\f ]+")


def shortened(text: str) -> str:
    """The text with the place of each long data: address in its stead."""
    kept: list[str] = []
    from_ = at = 0
    while colon := _BEHIND_DATA.search(text, at):
        start, at = colon.start() - len("data"), colon.end()
        if (found := _CARRIED.match(text, start)) is None:
            continue
        at = found.end()
        if at - start >= LONG:
            kept.append(f"{text[from_:start]}data:zhuanzai-at/{start}-{at - start},")
            from_ = at
    return "".join((*kept, text[from_:])) if kept else text


def with_short_values(text: str) -> str:
    """The text with long attributes emptied, but for the beginning of a picture's srcset."""

    def cut(found: re.Match[str]) -> str:
        value = found[0][1:]
        return f"={value[:CHOICES_KEPT]}{value[-1]}" if _CHOICES.match(value) else '=""'

    return _LONG_VALUE.sub(cut, text)


class Inside:
    """The pictures that came inside one page, whose whole text is `text`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._left = MOST_SHOWN

    def put_back(self, root: Element) -> None:
        """Put the long data: addresses back in their places. Addresses that are too long to be shown stay out."""
        for element in root.iter():
            if not isinstance(element.tag, str):
                continue
            for name, value in element.attrib.items():
                if "data:zhuanzai-at/" in value:
                    element.set(name, _PLACE.sub(self._whole, value))
            if element.tag == "style" and "data:zhuanzai-at/" in (element.text or ""):
                element.text = _PLACE.sub(self._whole, element.text or "")

    def named(self, address: str) -> str | None:
        """What a picture's address says that came inside the page: its type and size; None for other addresses."""
        if _GONE.match(address):
            return address[:200]
        place = _PLACE.match(address)
        start, length = self._span(place) if place else (0, len(address))
        head = _HEAD.match(self._text, start, start + length) if place else _HEAD.match(address)
        if head is None or head.end() - head.start() == length:
            return None  # no address, or one without a byte
        return f"data: {head[1].partition(';')[0] or 'text/plain'}, {length:,} characters"

    def _whole(self, place: re.Match[str]) -> str:
        start, length = self._span(place)
        if not length or length > min(LONGEST_SHOWN, self._left):
            return place[0]
        self._left -= length
        return self._text[start : start + length]

    def _span(self, place: re.Match[str]) -> tuple[int, int]:
        """The place of an address in the text; its length is 0 if there is none, because a page may contain such a
        mark itself."""
        start, length = int(place[1]), int(place[2])
        found = _CARRIED.match(self._text, start)
        return (start, length) if found is not None and found.end() - start == length else (0, 0)


def shown(address: str) -> str | None:
    """The data: address of a picture, with the type that its bytes have; None where they are no picture's."""
    head = _HEAD.match(address)
    if head is None or _PLACE.match(address) or len(address) > LONGEST_SHOWN:
        return None
    kind, *how = (word.strip().lower() for word in head[1].split(";"))
    carried = address[head.end() :]
    if "base64" in how:
        plain = _WHITE.sub("", unquote_to_bytes(carried).decode("latin-1") if "%" in carried else carried)
        try:
            body = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except (binascii.Error, ValueError):
            return None
    else:
        body = unquote_to_bytes(carried)
        plain = base64.b64encode(body).decode("ascii")
    found = media_type(body, kind)
    is_plain = found is not None and all(letter.isalnum() or letter in "/+-." for letter in found)
    return f"data:{found};base64,{plain}" if is_plain else None


def left_out_of_css(text: str) -> int:
    """How many data: addresses a style lacks that were too long to be put back."""
    return len(_PLACE.findall(text))
