"""What a picture's bytes say, and what hostile ones do not."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image

from extract.picture import Picture, distance, measured, media_type


def photo(seed: int, size: tuple[int, int] = (320, 240)) -> "Image.Image":
    noise = random.Random(seed)
    small = Image.new("RGB", (8, 6))
    small.putdata([(noise.randrange(256), noise.randrange(256), noise.randrange(256)) for _ in range(48)])
    return small.resize(size, Image.Resampling.BICUBIC)


def saved(image: "Image.Image", kind: str, **how: int) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def test_size_and_kind() -> None:
    found = measured(saved(photo(1), "PNG"))

    assert found is not None
    assert (found.kind, found.width, found.height) == ("png", 320, 240)


def test_a_picture_scaled_and_packed_otherwise_looks_the_same() -> None:
    first = measured(saved(photo(1), "PNG"))
    again = measured(saved(photo(1).resize((640, 480)), "JPEG", quality=60))
    other = measured(saved(photo(2), "PNG"))

    assert first and again and other
    assert first.phash and again.phash and other.phash
    assert distance(first.phash, again.phash) <= 6
    assert distance(first.phash, other.phash) > 12


def test_small_and_plain_pictures_look_like_none() -> None:
    assert measured(saved(Image.new("RGB", (300, 300), "red"), "PNG")) == Picture("png", 300, 300, None)
    assert measured(saved(photo(1, (20, 20)), "PNG")) == Picture("png", 20, 20, None)


def bomb() -> bytes:
    """A PNG of 50,000 by 50,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff", b"<svg onload='alert(1)'/>", b"%!PS-Adobe\n",
     b"\x00" * 1000, b"RIFF\xff\xff\xff\xffWEBPVP8 "],
)  # fmt: skip
def test_what_is_no_picture_says_nothing(body: bytes) -> None:
    assert measured(body) is None


def test_a_bomb_is_not_unpacked() -> None:
    found = measured(bomb())

    assert found is None or found.phash is None


def test_half_a_picture_keeps_its_size() -> None:
    whole = saved(photo(1), "JPEG")
    found = measured(whole[: len(whole) // 2])

    assert found is not None
    assert (found.width, found.height) == (320, 240)


@pytest.mark.parametrize(
    ("body", "declared", "wanted"),
    [
        (b"\xff\xd8\xff\xe0", "text/html", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8L", "image/jpeg", "image/webp"),
        (b"\x00\x00\x00\x1cftypavif", "", "image/avif"),
        (b"GIF89a\x01", "", "image/gif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "image/svg+xml"),
        (b"<?xml version='1.0'?><svg/>", "image/svg+xml", "image/svg+xml"),
        (b"<svg/>", "text/plain", None),
        (b"II*\x00", "image/tiff", "image/tiff"),
        (b"", "image/png", None),
        (b"\n <HTML><body>404", "image/png", None),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "image/jpeg", None),
        (b"body { color: red }", "text/css", None),
    ],
)
def test_the_type_is_that_of_the_bytes(body: bytes, declared: str, wanted: str | None) -> None:
    assert media_type(body, declared) == wanted
