"""Wrong lengths in files without gzip members, and what stands behind broken places: read on, and no forgery let in."""

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.archive.archives import page
from tests.archive.odd_files import Left, left
from tests.archive.raw_records import Raw, response

OPEN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
"""A head that does not say how long the body is."""
CHUNKS = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"


def record(n: int, block: bytes | None = None, **more: object) -> Raw:
    """The n-th page's record."""
    made = Raw("response", f"http://h.example/{n}.html", block or response(page(n)), f"urn:uuid:{n}")
    return replace(made, **more)


def chunked(body: bytes) -> bytes:
    """A response in chunks of 300 bytes."""
    parts = (body[at : at + 300] for at in range(0, len(body), 300))
    return CHUNKS + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def digest(block: bytes) -> str:
    """A line with the block's digest."""
    return f"WARC-Block-Digest: sha1:{hashlib.sha1(block).hexdigest()}"


def forging(n: int) -> bytes:
    """A page that holds a whole record of another host, its length up to the page's end."""
    inner = OPEN + page(99)
    forged = Raw("response", "http://bank.example/", inner, "urn:uuid:forged", end=b"").plain()
    return page(n).replace(b"</body></html>", b"</body></html>\r\n\r\n" + forged)


def taken(folder: Path, *parts: bytes, name: str = "a.warc") -> Left:
    """What an archive makes of a file of these parts."""
    (folder / name).write_bytes(b"".join(parts))
    return left(folder / "archive", folder / name)


def urls(made: Left) -> list[object]:
    return [url for (url,) in made.ask("SELECT url FROM captures ORDER BY id")]


OTHERS = record(2).plain() + record(3).plain()
ALL = [f"http://h.example/{n}.html" for n in (1, 2, 3)]
WRONG = {
    "10 short": lambda whole: whole - 10,
    "65 short": lambda whole: whole - 65,
    "500 short": lambda whole: whole - 500,
    "nothing": lambda _: 0,
    "9 long": lambda whole: whole + 9,
    "900 long": lambda whole: whole + 900,
    "beyond the file": lambda whole: whole + 10**7,
}


@pytest.mark.parametrize("block", [response(page(1)), chunked(page(1))], ids=["length", "chunks"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_block_ends_where_http_ends_it(tmp_path: Path, wrong: str, block: bytes) -> None:
    odd = record(1, block, length=WRONG[wrong](len(block))).plain()
    made = taken(tmp_path, odd, OTHERS)

    assert (urls(made), made.articles) == (ALL, 3)
    assert made.wrong == ()
    assert not made.tally.damages
    assert any("as its content proves" in note.what for note in made.tally.notes.values())


@pytest.mark.parametrize("wrong", WRONG)
def test_a_block_ends_where_its_digest_is_right(tmp_path: Path, wrong: str) -> None:
    block = OPEN + forging(1)
    odd = record(1, block, length=WRONG[wrong](len(block)), fields=(digest(block),)).plain()
    made = taken(tmp_path, odd, OTHERS)

    assert urls(made) == ALL
    assert made.wrong == ()


@pytest.mark.parametrize("wrong", ["500 short", "nothing", "900 long"])
def test_a_request_or_warcinfo_ends_at_the_next_record(tmp_path: Path, wrong: str) -> None:
    asked = b"GET /1.html HTTP/1.1\r\nCookie: " + b"a" * 600 + b"\r\n\r\n"
    told = b"software: x\r\n" + b"description: y\r\n" * 40
    request = Raw("request", ALL[0], asked, "urn:uuid:q", content_type="application/http; msgtype=request")
    info = Raw("warcinfo", None, told, "urn:uuid:i", content_type="application/warc-fields")
    odd = [replace(one, length=WRONG[wrong](len(one.block))).plain() for one in (info, request)]
    made = taken(tmp_path, *odd, record(1).plain(), OTHERS)

    assert urls(made) == ALL
    assert made.wrong == ()


@pytest.mark.parametrize("wrong", WRONG)
def test_no_record_in_a_page_is_taken_for_the_next(tmp_path: Path, wrong: str) -> None:
    for number, block in enumerate((response(forging(1)), chunked(forging(1)), OPEN + forging(1))):
        folder = tmp_path / str(number)
        folder.mkdir()
        made = taken(folder, record(1, block, length=WRONG[wrong](len(block))).plain(), OTHERS)

        assert "http://bank.example/" not in urls(made)
        assert made.wrong == ()
        assert len(urls(made)) == 3 or made.tally.damages


@pytest.mark.parametrize("kept", [0, 40, 300, 900, 980, 990, 995])
def test_a_record_that_breaks_off_is_named_and_what_follows_is_read(tmp_path: Path, kept: int) -> None:
    torn = record(1).plain()[: len(record(1).plain()) - 1000 + kept]
    made = taken(tmp_path, record(4).plain(), torn, OTHERS)

    assert urls(made)[-2:] == ALL[1:]
    assert made.wrong == ()
    assert made.tally.damages


@pytest.mark.parametrize("cut", [5, 20, 70, 180])
@pytest.mark.parametrize("kind", ["request", "warcinfo", "metadata"])
def test_a_request_that_breaks_off_takes_no_record_with_it(tmp_path: Path, kind: str, cut: int) -> None:
    asked = b"GET /1.html HTTP/1.1\r\nHost: h.example\r\nCookie: " + b"a" * 200 + b"\r\n\r\n"
    torn = Raw(kind, ALL[0], asked, "urn:uuid:q", content_type="application/warc-fields").plain()[:-cut]
    made = taken(tmp_path, record(1).plain(), torn, OTHERS)

    assert urls(made) == ALL
    assert made.wrong == ()
    assert made.tally.damages


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\r\r\n\r\r\n", b"\r\n", b""])
@pytest.mark.parametrize("block", [OPEN + page(1), response(page(1))], ids=["open", "length"])
def test_records_within_a_block_that_is_too_long_are_read_or_named(
    tmp_path: Path, block: bytes, end: bytes
) -> None:
    others = [record(n).plain() for n in (2, 3, 4)]
    reach = len(block) + len(end) + len(others[0]) + len(others[1]) + 40
    made = taken(tmp_path, record(1, block, end=end, length=reach).plain(), *others)

    assert len(urls(made)) == 4 or made.tally.damages
    assert made.wrong == ()


@pytest.mark.parametrize(
    "block", [OPEN + page(1), response(page(1)), page(1)], ids=["open", "length", "bare"]
)
def test_a_length_that_reaches_to_the_end_of_a_torn_file_is_named(tmp_path: Path, block: bytes) -> None:
    torn = record(2).plain()[:-300]
    made = taken(tmp_path, record(1, block, length=len(block) + 4 + len(torn)).plain(), torn)

    assert made.tally.damages
    assert made.wrong == ()


@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "one gzip member"])
@pytest.mark.parametrize("kind", ["response", "revisit"])
@pytest.mark.parametrize("lost", [0, 3, 300, 5000], ids=["whole", "3 lost", "300 lost", "head torn"])
def test_a_length_that_fits_is_named_where_http_has_another(
    tmp_path: Path, lost: int, kind: str, is_packed: bool
) -> None:
    block = response(page(1))
    kept = block[: max(len(block) - lost, 60)]
    others = [record(n).plain() for n in (2, 3)]
    reach = len(kept) + len(b"".join(others)) - 4
    parts = [record(1, kept, kind=kind, length=reach, end=b"").plain(), *others]
    made = taken(
        tmp_path,
        *([gzip.compress(b"".join(parts))] if is_packed else parts),
        name="a.warc" + ".gz" * is_packed,
    )

    assert len(urls(made)) == 3 or made.tally.damages
    assert made.wrong == ()


@pytest.mark.parametrize(
    "block", [OPEN + page(1), page(1), OPEN + forging(1)], ids=["open", "bare", "forging"]
)
def test_a_digest_finds_the_records_that_a_fitting_length_takes(tmp_path: Path, block: bytes) -> None:
    others = [record(n).plain() for n in (2, 3, 4)]
    reach = len(block) + 4 + len(others[0]) + len(others[1]) - 4
    made = taken(tmp_path, record(1, block, length=reach, fields=(digest(block),)).plain(), *others)

    assert urls(made) == [*ALL, "http://h.example/4.html"]
    assert made.wrong == ()


def test_a_page_that_holds_a_record_stays_one_whatever_its_digest(tmp_path: Path) -> None:
    block = OPEN + forging(1)
    for number, stated in enumerate((block, block + b"x", block[:90])):
        folder = tmp_path / str(number)
        folder.mkdir()
        made = taken(folder, record(1, block, fields=(digest(stated),)).plain(), OTHERS)

        assert urls(made) == ALL
        assert not made.tally.damages
        assert made.wrong == ()


def test_a_page_about_records_is_not_named(tmp_path: Path) -> None:
    made = taken(
        tmp_path, record(1, response(forging(1))).plain(), record(4, OPEN + forging(4)).plain(), OTHERS
    )

    assert not made.tally.damages
    assert made.wrong == ()


@pytest.mark.parametrize("version", [b"WARC/1.0", b"warc/1.0"])
def test_a_record_hidden_behind_many_megabytes_is_named(tmp_path: Path, version: bytes) -> None:
    block = response(page(1) + b"<!--" + b"x" * (9 << 20) + b"-->")
    other = record(2).plain().replace(b"WARC/1.0", version, 1)
    hiding = record(1, block, length=len(block) + 4 + len(other) - 4).plain()
    made = taken(tmp_path, hiding, other, record(3).plain())

    assert made.tally.damages or urls(made) == ALL
    assert made.wrong == ()


@pytest.mark.parametrize(
    ("block", "fields", "is_noted"),
    [
        (response(forging(1)), (), False),
        (OPEN + forging(1), (digest(OPEN + forging(1)),), False),
        (OPEN + forging(1), (), True),
        (page(1) + record(2).plain(), (), True),
    ],
    ids=["HTTP's length", "a digest", "nothing", "no HTTP"],
)
def test_what_may_be_a_record_of_the_file_is_noted(
    tmp_path: Path, block: bytes, fields: tuple[str, ...], is_noted: bool
) -> None:
    made = taken(tmp_path, record(1, block, fields=fields).plain(), record(3).plain())

    assert not made.tally.damages
    assert any("may stand within" in note.what for note in made.tally.notes.values()) == is_noted


@pytest.mark.parametrize("kept", [20, 60, 90, 150])
def test_a_header_that_breaks_off_is_named_and_what_follows_is_read(tmp_path: Path, kept: int) -> None:
    made = taken(tmp_path, record(4).plain(), record(1).plain()[:kept], OTHERS)

    assert urls(made)[-2:] == ALL[1:]
    assert made.wrong == ()
    assert made.tally.damages


@pytest.mark.parametrize("odd", ["garbage", "zeros", "torn", "a bit flipped"])
def test_gzip_members_behind_the_last_broken_place_are_read(tmp_path: Path, odd: str) -> None:
    whole = record(1).packed()
    broken = {
        "garbage": b"x" * 300 + b"\r\n\r\n",
        "zeros": bytes(10) + whole[10:],
        "torn": whole[:-40],
        "a bit flipped": whole[:200] + bytes([whole[200] ^ 64]) + whole[201:],
    }[odd]
    made = taken(
        tmp_path, record(4).packed(), broken, record(2).packed(), record(3).packed(), name="a.warc.gz"
    )

    assert urls(made) == ["http://h.example/4.html", *ALL[1:]]
    assert made.wrong == ()
    assert made.tally.damages


def test_a_member_within_a_broken_page_is_not_believed(tmp_path: Path) -> None:
    forged = gzip.compress(Raw("response", "http://bank.example/", OPEN + page(99), "urn:uuid:f").plain())
    stored = gzip.compress(record(1, OPEN + forged + b"rest of the page" * 9).plain(), compresslevel=0)
    broken = stored[:10] + b"\xff" + stored[11:]
    made = taken(
        tmp_path, record(4).packed(), broken, record(2).packed(), record(3).packed(), name="a.warc.gz"
    )

    assert urls(made) == ["http://h.example/4.html", *ALL[1:]]
    assert made.wrong == ()


def test_zeros_between_records_are_passed(tmp_path: Path) -> None:
    made = taken(tmp_path, record(1).plain(), bytes(5000), OTHERS, bytes(300_000))

    assert urls(made) == ALL
    assert made.wrong == ()
    assert not made.tally.damages


def test_what_follows_garbage_in_a_plain_file_may_be_a_page_and_is_named(tmp_path: Path) -> None:
    made = taken(tmp_path, record(1).plain(), b"x" * 900 + b"\r\n\r\n", OTHERS)

    assert urls(made) == ALL[:1]
    assert len(made.tally.damages) == 3
    assert made.wrong == ()
