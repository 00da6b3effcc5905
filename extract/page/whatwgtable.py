"""Makes extract/page/whatwg.tsv, the bytes that browsers and Python's codecs read differently, from the index files.

`python -m extract.page.whatwgtable FOLDER > extract/page/whatwg.tsv` reads index-gb18030.txt, index-big5.txt and
index-jis0208.txt of the Encoding Standard, lines of pointer, code point and character.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

# two-byte encodings, Python's codec for each, and the index that browsers read it by
_ENCODINGS = (
    ("gb18030", "index-gb18030.txt"),
    ("big5hkscs", "index-big5.txt"),
    ("euc-jp", "index-jis0208.txt"),
)
# the standard's own four: a letter and a combining accent each
_COMPOSED = {1133: "\u00ca\u0304", 1135: "\u00ca\u030c", 1164: "\u00ea\u0304", 1166: "\u00ea\u030c"}


def build(folder: Path) -> str:
    """The text of extract/page/whatwg.tsv: codec, bytes and character where Python's codec reads nothing or another."""
    lines = []
    for codec, name in _ENCODINGS:
        for pair, character in _published(codec, folder / name):
            if _read(pair, codec) != character:
                lines.append(f"{codec}\t{pair.hex()}\t{character}")
    return "\n".join(lines) + "\n"


def _published(codec: str, path: Path) -> Iterator[tuple[bytes, str]]:
    """Every two-byte sequence of an encoding with its character."""
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if line.startswith("#") or len(fields) < 2:
            continue
        pointer = int(fields[0])
        pair = _bytes(codec, pointer)
        if pair is not None:
            yield pair, chr(int(fields[1], 16))
    if codec == "big5hkscs":
        for pointer, composed in _COMPOSED.items():
            yield bytes(_bytes(codec, pointer) or b""), composed


def _bytes(codec: str, pointer: int) -> bytes | None:
    """The two bytes of a pointer; None for those that only other encodings reach."""
    if codec == "gb18030":
        lead, trail = divmod(pointer, 190)
        return bytes((lead + 0x81, trail + (0x40 if trail < 0x3F else 0x41)))
    if codec == "big5hkscs":
        lead, trail = divmod(pointer, 157)
        return bytes((lead + 0x81, trail + (0x40 if trail < 0x3F else 0x62)))
    lead, trail = divmod(pointer, 94)
    return bytes((lead + 0xA1, trail + 0xA1)) if lead < 94 else None


def _read(pair: bytes, codec: str) -> str | None:
    try:
        return pair.decode(codec)
    except UnicodeDecodeError:
        return None


if __name__ == "__main__":
    sys.stdout.write(build(Path(sys.argv[1])))
