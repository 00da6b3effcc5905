"""A picture measured: format, size in pixels, and a hash that survives scaling and another compression.

Pillow and ImageHash come with the extra `pictures`; without them nothing is known of a picture.
"""

import io
import warnings
from dataclasses import dataclass

try:
    from PIL import Image
except ImportError:
    Image = None  # type: ignore[assignment]

MOST_PIXELS = 40_000_000
"""Of a picture that is unpacked; larger ones keep their size and get no hash."""
_SMALLEST = 64
"""Pixels on a side below which a picture looks like any other."""
_PLAIN = range(4, 61)
"""Bits set in the hash of a picture that shows something; 64 in all."""
SAME = 6
"""Bits of 64 in which the hashes of one picture differ at most, scaled and compressed again."""
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
    if Image is None:
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
