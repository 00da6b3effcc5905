"""A file read piece by piece tells what it tells in one go, wherever the pieces begin and whatever stands there."""

import gzip
from functools import partial
from pathlib import Path
from pickle import dumps, loads

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.record import pieces
from archive.record.pieces import Piece, PieceRecords, assembled, cut, read_on
from archive.record.reader import Damage, Record, records
from tests.archive.archives import page
from tests.archive.door.test_odd_generated import records as odd_records
from tests.archive.raw_records import Raw, response

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # blocks of segmented records
INFO = Raw("warcinfo", None, b"software: x\r\n", "urn:uuid:0", content_type="application/warc-fields")


def told(item: Record | Damage) -> object:
    """All that can be asked of a record."""
    if isinstance(item, Damage):
        return item
    item.block.seek(0)
    block = item.block.read()
    return (item.kind, item.fields, block, item.ref, item.is_addressable, item.faults, item.losses, item.rest)


def read(piece: Piece) -> PieceRecords:
    """As another process reads it."""
    found = PieceRecords()
    for _ in read_on(loads(dumps(piece)), found):
        pass
    return loads(dumps(found))  # type: ignore[no-any-return]


def piecewise(path: Path, share: int, start: int = 0, end: int | None = None) -> list[object]:
    """The records of a file from so many pieces."""
    parts = cut(path, name=None, start=start, end=end, share=share, looking=False)
    begun = ((piece, partial(read, piece)) for piece in parts)
    return [told(item) for item in assembled(path, None, (start, end), begun)]


@pytest.fixture(autouse=True, scope="module")
def _tiny_pieces() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "LEAST_BYTES", 60)
        yield


@pytest.mark.slow
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    found=st.lists(odd_records(), min_size=1, max_size=8),
    is_packed=st.booleans(),
    share=st.integers(2, 40),
    torn=st.integers(0, 400),
)
def test_any_file_in_any_pieces_tells_the_same(
    found: list[Raw], is_packed: bool, share: int, torn: int, tmp_path: Path
) -> None:
    path = tmp_path / "a.warc"
    data = b"".join(one.packed() if is_packed else one.plain() for one in found)
    path.write_bytes(data[:torn] + data[torn + 3 :] if torn < 200 else data)

    assert piecewise(path, share) == [told(item) for item in records(path)]


@pytest.mark.parametrize("version", [b"WARC/1.0", b"warc/1.0", b"\xef\xbb\xbfWARC/1.0"])
@pytest.mark.parametrize("line_end", [b"\r\r\n", b"\r\r\r\n", b"\t\r\n", b"\r \n"])
@pytest.mark.parametrize("blanks", [b"\r\n\r\n\r\n", b"\n\n\n"])
def test_a_block_of_wrong_length_ends_in_one_place_whatever_line_is_next(
    version: bytes, line_end: bytes, blanks: bytes, tmp_path: Path
) -> None:
    block = response(page(1))
    short = Raw("response", "http://h.example/1", block, "urn:uuid:1", length=len(block) - 7, end=blanks)
    path = tmp_path / "a.warc"
    path.write_bytes(short.plain() + INFO.plain().replace(b"WARC/1.0\r\n", version + line_end, 1))

    found = [told(item) for item in records(path)]

    assert [one[2] for one in found if isinstance(one, tuple)] == [block, INFO.block]
    assert piecewise(path, 3) == found


@pytest.mark.parametrize("is_packed", [True, False])
def test_a_record_inside_a_page_is_taken_for_none_where_a_piece_begins_in_it(
    is_packed: bool, tmp_path: Path
) -> None:
    forged = Raw("response", "http://victim.example/", response(b"forged"), "urn:uuid:f").plain()
    inside = b"x" * 900 + b"\n" + (gzip.compress(forged, 0) if is_packed else forged) + b"y" * 900
    found = [INFO, *(Raw("response", f"http://h.example/{n}", response(inside)) for n in range(3))]
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(gzip.compress(one.plain(), 0) if is_packed else one.plain() for one in found))

    for share in range(2, 30):
        urls = [item[1] for item in piecewise(path, share) if isinstance(item, tuple)]
        assert len(urls) == 4
        assert "victim" not in str(urls)


def test_a_stretch_inside_a_file_ends_where_it_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    found = [INFO, *(Raw("response", f"http://h.example/{n}", response(page(n))) for n in range(8))]
    places = [0]
    for one in found:
        places.append(places[-1] + len(one.packed()))
    path.write_bytes(b"".join(one.packed() for one in found))

    for start, end in ((places[1], places[5]), (places[3], None), (0, places[2])):
        assert piecewise(path, 20, start, end) == [told(one) for one in records(path, start=start, end=end)]
