"""A picture measured: format, size in pixels, and a hash that survives scaling and another compression.

Pillow and ImageHash come with the extra `pictures`; without them nothing is known of a picture.
"""

import io
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 40_000_000
"""Of a picture that is unpacked; larger ones keep their size and get no hash."""
_SMALLEST = 64
"""Pixels on a side below which a picture looks like any other."""
_PLAIN = range(4, 61)
"""Bits set in the hash of a picture that shows something; 64 in all."""
SAME = 6
"""Bits of 64 in which the hashes of one picture differ at most, scaled and compressed again."""
_SIGNS = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBPVP", "image/webp"),
    (4, b"ftypavi", "image/avif"),
    (0, b"BM", "image/bmp"),
    (0, b"\x00\x00\x01\x00", "image/x-icon"),
)
"""Where a picture has which bytes. Source: MIME Sniffing, 6.1."""
_MARKUP = re.compile(
    rb"[\t\n\x0c\r ]*(?:\xef\xbb\xbf[\t\n\x0c\r ]*)?<"
    rb"(?:!doctype html|html|head|body|script|iframe|h1|div|font|table|a|title|b|br|p|meta)[\s>]",
    re.IGNORECASE,
)
"""How a page begins. Source: MIME Sniffing, 7.1; an SVG begins otherwise."""
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF", "ICO")


@dataclass(frozen=True, slots=True)
class Picture:
    """`phash` is 16 hex digits, the difference hash; None where the picture is too small, too large or plain."""

    kind: str
    width: int
    height: int
    phash: str | None = None


def measured(body: bytes) -> Picture | None:
    """The measures of a picture; None where the bytes are no picture, or the extra is missing. Never raises."""
    try:
        from PIL import Image  # with the first picture: pages need none
    except ImportError:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(body), formats=_FORMATS) as image:
                width, height = image.size
                found = Picture((image.format or "").lower(), width, height)
                if min(width, height) < _SMALLEST or width * height > MOST_PIXELS:
                    return found
                image.draft("L", (256, 256))  # a JPEG is unpacked small
                return Picture(found.kind, width, height, _hash(image))
        except Exception:  # noqa: BLE001 - decoders fail on hostile bytes in every way there is
            return None


def media_type(body: bytes, declared: str) -> str | None:
    """The media type of a picture, read from its bytes, not from its header; None for bytes that are no picture, such
    as an error page."""
    recognised = next((name for at, sign, name in _SIGNS if body[at : at + len(sign)] == sign), None)
    if recognised or not declared.startswith("image/") or not body or _MARKUP.match(body[:1000]):
        return recognised
    return declared


def distance(one: str, other: str) -> int:
    """Bits in which two hashes differ: up to SAME is the same picture."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _hash(image: "Image.Image") -> str | None:
    import imagehash

    try:
        found = str(imagehash.dhash(image.convert("L")))
    except Exception:  # noqa: BLE001 - as above: the size is known, the pixels are broken
        return None
    return found if int(found, 16).bit_count() in _PLAIN else None
