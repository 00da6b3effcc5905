"""Other tools' WARC files, however odd: every readable response is a capture that is shown, exported and proved."""

import base64
import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import product
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
import zstandard

from archive.out.cdxj import write_cdxj
from archive.record import replay
from archive.view.store import Store
from tests.archive.archives import page
from tests.archive.odd_files import Left, left
from tests.archive.raw_records import DATE, Raw, request, response

ODD = Path(__file__).parent / "odd_warcs"
INFO = Raw("warcinfo", None, b"software: x\r\n", "urn:uuid:0", content_type="application/warc-fields")


def page_record(n: int, **more: object) -> Raw:
    """A response with article `n`."""
    plain = Raw("response", f"http://h.example/{n}.html", response(page(n)), f"urn:uuid:{n}")
    return replace(plain, **more)  # type: ignore[arg-type]


def written(path: Path, *found: Raw, packed: bool = True) -> Path:
    """A file of these records behind a warcinfo."""
    path.write_bytes(b"".join(one.packed() if packed else one.plain() for one in (INFO, *found)))
    return path


def taken(folder: Path, *found: Raw, packed: bool = True, name: str = "a.warc") -> Left:
    """What is left by an archive that took these records in."""
    return left(folder / "archive", written(folder / (name + ".gz" * packed), *found, packed=packed))


def sha1(body: bytes) -> str:
    return f"sha1:{base64.b32encode(hashlib.sha1(body).digest()).decode()}"


# -- the given files: name, captures, articles, states of the ledger, what may be lost
GIVEN = [
    ("header-cr-cr-lf.warc.gz", 3, 3, ["new"] * 3, 0),
    ("same-id.warc.gz", 3, 3, ["new"] * 3, 0),
    ("lf.warc", 2, 2, ["new"] * 2, 0),
    ("one-crlf.warc.gz", 2, 2, ["new"] * 2, 0),
    ("payload-digest-decoded.warc.gz", 1, 1, ["new"], 0),
    ("no-id.warc.gz", 2, 2, ["new"] * 2, 0),
    ("https-then-http.warc.gz", 2, 1, ["new", "same"], 0),
    ("revisit-of-revisit.warc.gz", 3, 1, ["new", "same", "same"], 0),
    ("not-modified-bare.warc.gz", 2, 1, ["new", "same"], 0),
    ("get-post-head.warc.gz", 3, 1, ["new"], 0),
    ("gbk-uri-collide.warc.gz", 2, 2, ["new"] * 2, 0),
    ("revisit-sha256.warc.gz", 2, 1, ["new", "same"], 0),
    ("segmented.warc.gz", 1, 1, ["new"], 0),
    ("date-without-zone.warc.gz", 1, 1, ["new"], 0),
    ("message-http.warc.gz", 2, 1, ["new", "same"], 0),
    ("zst-inside.wacz", 2, 2, ["new"] * 2, 0),
    ("length-short.warc.gz", 3, 3, ["new"] * 3, 3),
    ("iri.warc.gz", 2, 1, ["new", "same"], 0),
]


@pytest.mark.parametrize(
    ("name", "captures", "articles", "states", "losses"), GIVEN, ids=[row[0] for row in GIVEN]
)
def test_a_given_file(
    name: str, captures: int, articles: int, states: list[str], losses: int, tmp_path: Path
) -> None:
    found = left(tmp_path / "archive", ODD / name)

    assert (found.captures, found.articles, found.states) == (captures, articles, states)
    assert len(found.tally.damages) == losses
    assert found.wrong == ()


@pytest.mark.parametrize("name", ["lf.warc", "one-crlf.warc.gz", "date-without-zone.warc.gz"])
def test_what_is_odd_is_noted(name: str, tmp_path: Path) -> None:
    assert left(tmp_path / "archive", ODD / name).tally.notes


def test_a_file_named_after_a_broken_one_is_read(tmp_path: Path) -> None:
    broken = tmp_path / "broken.warc.gz"
    broken.write_bytes(page_record(1).packed()[:200])
    found = left(tmp_path / "archive", broken, written(tmp_path / "b.warc.gz", page_record(2)))

    assert found.ask("SELECT url FROM captures") == [("http://h.example/2.html",)]
    assert len(found.tally.damages) == 1


def test_segments_are_joined_to_the_whole_text(tmp_path: Path) -> None:
    found = left(tmp_path / "archive", ODD / "segmented.warc.gz")

    assert found.ask("SELECT length(text) FROM articles") == [(225,)]


def test_an_index_keeps_answers_to_other_methods_from_the_page_s_place(tmp_path: Path) -> None:
    found = left(tmp_path / "archive", ODD / "get-post-head.warc.gz")
    index = BytesIO()
    with Store(found.folder / "archive.db", read_only=True) as store:
        write_cdxj(index, store)

    lines = [line.split(" ", 2) for line in index.getvalue().decode().splitlines()]
    told = sorted((json.loads(line[2]).get("method", "GET"), "__wb_method" in line[0]) for line in lines)
    assert told == [("GET", False), ("HEAD", True), ("POST", True)]


# -- siblings of the kinds

ENDS = {
    "none": b"",
    "one LF": b"\n",
    "CRLF": b"\r\n",
    "LF LF": b"\n\n",
    "three CRLF": b"\r\n" * 3,
    "five LF": b"\n" * 5,
    "CR CR LF twice": b"\r\r\n" * 2,
}


PACKED = pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])


@PACKED
def test_any_end_of_a_record(packed: bool, tmp_path: Path) -> None:
    found = taken(tmp_path, *(page_record(n, end=end) for n, end in enumerate(ENDS.values())), packed=packed)

    assert (found.articles, found.wrong, found.tally.damages) == (len(ENDS), (), [])
    assert found.tally.notes


@PACKED
def test_lengths_that_are_off_by_a_few(packed: bool, tmp_path: Path) -> None:
    offs = [-30, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 7, 30]
    plain = [page_record(n) for n in range(len(offs))]
    odd = [replace(one, length=len(one.block) + off) for one, off in zip(plain, offs, strict=True)]
    good = [page_record(n) for n in range(50, 50 + len(offs))]
    found = taken(tmp_path, *(one for pair in zip(odd, good, strict=True) for one in pair), packed=packed)

    assert (found.articles, found.wrong) == (2 * len(offs), ())
    # in members of their own: too short by any, too long by more than a record's end; else HTTP proves the end
    assert len(found.tally.damages) == (9 if packed else 0)
    proven = [note for note in found.tally.notes.values() if "as its content proves" in note.what]
    assert sum(note.times for note in proven) == (0 if packed else 9)


@PACKED
def test_blank_lines_in_headers(packed: bool, tmp_path: Path) -> None:
    ways = list(product([b"\n", b"\r\n", b"\r\r\n"], [b"", b"\r", b"\r\r"]))
    odd = (
        page_record(n, fields=(blank, "WARC-IP-Address: 192.0.2.1"), line_end=line_end)
        for n, (line_end, blank) in enumerate(ways)
    )
    found = taken(tmp_path, *odd, packed=packed)

    assert (found.articles, found.wrong, found.tally.damages) == (9, (), [])


DIGESTS: dict[str, Callable[[int, bytes], str]] = {
    "decoded body": lambda n, raw: sha1(page(n)),
    "whole block": lambda n, raw: sha1(raw),
    "as transferred": lambda n, raw: sha1(raw.partition(b"\r\n\r\n")[2]),
    "sha256 in hex": lambda n, raw: f"sha256:{hashlib.sha256(page(n)).hexdigest()}",
    "sha1 in hex": lambda n, raw: f"sha1:{hashlib.sha1(page(n)).hexdigest()}",
    "md5": lambda n, raw: f"md5:{hashlib.md5(page(n)).hexdigest()}",
    "nothing known": lambda n, raw: "sha1:" + "A" * 31 + "B",
    "an algorithm of its own": lambda n, raw: f"xyzzy:{n}",
}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
IDENTICAL = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"


def coded(n: int, coding: str) -> bytes:
    """Article `n` as a compressed or a chunked response."""
    if coding == "gzip":
        return response(gzip.compress(page(n), mtime=0), "Content-Encoding: gzip")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(page(n)), page(n))


@pytest.mark.parametrize("coding", ["gzip", "chunked"])
def test_digests_over_other_bytes_and_their_revisits(coding: str, tmp_path: Path) -> None:
    found = []
    for n, digest in enumerate(DIGESTS.values()):
        raw = coded(n, coding)
        stated = f"WARC-Payload-Digest: {digest(n, raw)}"
        first = page_record(n, block=raw, fields=(stated,))
        later = Raw(
            "revisit", first.url, HEAD, f"urn:uuid:9{n}", "2020-03-10T00:39:53Z", fields=(IDENTICAL, stated)
        )
        found += [first, later]
    kept = taken(tmp_path, *found)

    assert (kept.articles, kept.wrong, kept.tally.damages) == (len(DIGESTS), (), [])
    assert kept.states == ["new", "same"] * len(DIGESTS)


def test_the_reading_room_is_told_what_does_not_agree(tmp_path: Path) -> None:
    found = taken(tmp_path, page_record(1, fields=("WARC-Payload-Digest: sha1:" + "A" * 32,)))
    with Store(found.folder / "archive.db", read_only=True) as store:
        told = replay.held(store.conn, found.folder / "warc", 1).record.faults

    assert [fault[:42] for fault in told] == ["the payload is not that of its WARC-Payloa"]


def test_a_plain_file_that_was_changed_is_not_shown_though_its_digests_lied_before(tmp_path: Path) -> None:
    """Our own digest decides, whatever the file says of itself."""
    file = written(tmp_path / "a.warc", page_record(1), packed=False)
    left(tmp_path / "archive", file)
    file.write_bytes(file.read_bytes().replace("志愿者".encode(), "志愿人".encode(), 1))
    with (
        Store(tmp_path / "archive" / "archive.db", read_only=True) as store,
        pytest.raises(Exception, match="not the payload that was ingested"),
    ):
        replay.held(store.conn, tmp_path / "archive" / "warc", 1)


@PACKED
def test_one_name_for_all_and_the_same_body(packed: bool, tmp_path: Path) -> None:
    """Names, blocks and dates alike: three addresses are three records; the same record twice is one."""
    same = [page_record(1, name="urn:uuid:one", url=f"http://{host}.example/") for host in "abc"]
    found = taken(tmp_path, *same, same[0], packed=packed)

    assert (found.captures, found.wrong) == (3, ())
    assert found.tally.checked.sum() == "4 responses read = 3 captures + 1 held already"


def test_a_forged_donor_does_not_shadow_the_true_file(tmp_path: Path) -> None:
    true = page_record(1, fields=(f"WARC-Payload-Digest: {sha1(page(1))}",))
    forged = replace(true, block=response(page(2)), fields=())
    profile = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    lines = (profile, f"WARC-Refers-To: <{true.name}>", *true.fields)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    again = Raw("revisit", true.url, head, "urn:uuid:7", "2020-03-10T00:39:53Z", fields=lines)
    first = written(tmp_path / "forged.warc.gz", forged)
    found = left(tmp_path / "archive", first, written(tmp_path / "true.warc.gz", true, again))

    assert (found.captures, found.wrong) == (3, ())
    assert found.ask("SELECT revisit_of FROM captures ORDER BY id") == [(None,), (None,), (2,)]


def test_records_without_name_or_digest_that_say_the_same_of_themselves(tmp_path: Path) -> None:
    nameless = [page_record(n, name=None, url="http://h.example/") for n in (1, 2, 1)]
    blocks = [
        response(page(1)),
        response(page(1).replace("小组".encode(), "小队".encode())),
        response(page(1)),
    ]
    found = taken(tmp_path, *(replace(one, block=block) for one, block in zip(nameless, blocks, strict=True)))

    assert (found.captures, found.wrong) == (2, ())


DATES = {
    "2020-02-10T00:39:53": "2020-02-10T00:39:53.000000Z",
    "2020-02-10T00:39": "2020-02-10T00:39:00.000000Z",
    "2020-02-10 00:39:53": "2020-02-10T00:39:53.000000Z",
    "20200210003953": "2020-02-10T00:39:53.000000Z",
    "2020-02-10T08:39:53+0800": "2020-02-10T00:39:53.000000Z",
    "2020-02-10T00:39:53,5Z": "2020-02-10T00:39:53.500000Z",
    "2020-02-10T00:39:53.123456789123Z": "2020-02-10T00:39:53.123456Z",
    "2009-03-65T08:43:19-0800": "2009-03-06T16:43:19.000000Z",
    "2009-12-350T08:43:19-0800": "2009-12-16T16:43:19.000000Z",
    "2016-12-31T23:59:60Z": "2017-01-01T00:00:00.000000Z",
    "Mon, 10 Feb 2020 00:39:53 GMT": "2020-02-10T00:39:53.000000Z",
    "2020-02-10t00:39:53z": "2020-02-10T00:39:53.000000Z",
}


def test_dates_as_tools_write_them(tmp_path: Path) -> None:
    found = taken(tmp_path, *(page_record(n, date=date) for n, date in enumerate(DATES)))

    assert found.ask("SELECT captured_at FROM captures ORDER BY id") == [(date,) for date in DATES.values()]
    assert (found.wrong, found.tally.damages) == ((), [])


def test_a_date_that_is_none_is_named(tmp_path: Path) -> None:
    dates = ["2009-03-31T25:00:00Z", "2009-02-99T00:00:00Z", "0000-00-00", "soon", None]
    found = taken(tmp_path, page_record(9), *(page_record(n, date=date) for n, date in enumerate(dates)))

    assert (found.captures, found.wrong, len(found.tally.damages)) == (1, (), 5)
    assert found.tally.checked.sum() == "6 responses read = 1 captures + 5 unreadable"


ADDRESSES = {
    "http://h.example/武汉.html": "http://h.example/%E6%AD%A6%E6%B1%89.html",
    "http://h.example/%e6%ad%a6%e6%b1%89.html": "http://h.example/%E6%AD%A6%E6%B1%89.html",
    "<http://h.example/武汉.html>": "http://h.example/%E6%AD%A6%E6%B1%89.html",
    "HTTP://H.Example:80/武汉.html": "http://h.example/%E6%AD%A6%E6%B1%89.html",
    "http://中文.example/a b": "http://xn--fiq228c.example/a%20b",
    "http://%E4%B8%AD%E6%96%87.example/a%20b": "http://xn--fiq228c.example/a%20b",
    "https://h.example:443": "https://h.example/",
    "http://h.example/%7Ea/b|c[1]?d={e}": "http://h.example/~a/b%7Cc%5B1%5D?d=%7Be%7D",
    "http://h.example/%41%2f%": "http://h.example/A%2F%25",
    "http://h.example/?q=\u202eabc": "http://h.example/?q=%E2%80%AEabc",
}


def test_one_address_for_one_page(tmp_path: Path) -> None:
    found = taken(tmp_path, *(page_record(n, url=url) for n, url in enumerate(ADDRESSES)))

    assert found.ask("SELECT url FROM captures ORDER BY id") == [(url,) for url in ADDRESSES.values()]
    assert found.wrong == ()


def test_raw_bytes_in_addresses_stay_apart(tmp_path: Path) -> None:
    words = [f"http://h.example/{word}" for word in ("北京", "江山")]
    raw = [
        f"WARC-Target-URI: {word}".encode(encoding)
        for encoding in ("gb18030", "big5", "euc-kr")
        for word in words
    ]
    found = taken(tmp_path, *(page_record(n, url=None, fields=(line,)) for n, line in enumerate(raw)))

    assert (found.captures, found.articles, found.wrong) == (6, 6, ())
    assert not [url for (url,) in found.ask("SELECT url FROM captures") if "\ufffd" in str(url)]


def test_what_a_response_calls_itself(tmp_path: Path) -> None:
    kinds = ["message/http", "application/http", None, "Application/HTTP;msgtype=response", "text/plain"]
    found = taken(tmp_path, *(page_record(n, content_type=kind) for n, kind in enumerate(kinds)))

    assert (found.articles, found.wrong) == (5, ())


def test_what_is_no_http_is_counted(tmp_path: Path) -> None:
    dns = Raw(
        "response",
        "dns:h.example",
        b"20200210\r\nh.example. 1 IN A 192.0.2.1",
        "urn:uuid:8",
        content_type="text/dns",
    )
    found = taken(tmp_path, page_record(1), dns)

    assert found.tally.checked.sum() == "2 responses read = 1 captures + 1 not HTTP"


@pytest.mark.parametrize("method", ["HEAD", "post"])
def test_what_was_answered_to_other_methods_is_no_look(method: str, tmp_path: Path) -> None:
    other = page_record(2, url="http://h.example/1.html", date="2020-02-11T00:39:53Z")
    found = taken(tmp_path, page_record(1), request("GET", "urn:uuid:1", "http://h.example/1.html"), other,
                  request(method, "urn:uuid:2", "http://h.example/1.html", "2020-02-11T00:39:53Z"))  # fmt: skip

    assert found.ask("SELECT method FROM captures ORDER BY id") == [("GET",), (method.upper(),)]
    assert (found.articles, found.states, found.wrong) == (1, ["new"], ())


def revisit(
    n: int, month: int, *lines: str, profile: str = "identical-payload-digest", head: bytes | None = None
) -> Raw:
    """A revisit of the page at address 1."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" if head is None else head
    fields = (f"WARC-Profile: http://netpreserve.org/warc/1.1/revisit/{profile}", *lines)
    return Raw(
        "revisit",
        "http://h.example/1.html",
        block,
        f"urn:uuid:{n}",
        f"2020-{month:02}-10T00:39:53Z",
        fields=fields,
    )


def test_a_long_chain_of_revisits_leads_to_the_first(tmp_path: Path) -> None:
    chain = [revisit(n, n, f"WARC-Refers-To: <urn:uuid:{n - 1}>") for n in range(3, 8)]
    found = taken(tmp_path, page_record(2, url="http://h.example/1.html"), *chain)

    assert found.ask("SELECT DISTINCT revisit_of FROM captures WHERE id > 1") == [(1,)]
    assert (found.states, found.wrong) == (["new"] + ["same"] * 5, ())


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b""])
@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("WARC-Refers-To: <urn:uuid:1>",),
        ("WARC-Refers-To-Target-URI: http://h.example/1.html", f"WARC-Refers-To-Date: {DATE}"),
    ],
)
def test_not_modified_whatever_its_head_says(head: bytes, lines: tuple[str, ...], tmp_path: Path) -> None:
    later = revisit(3, 4, *lines, profile="server-not-modified", head=head)
    found = taken(tmp_path, page_record(1), later)

    assert found.ask("SELECT revisit_of, status FROM captures WHERE id = 2") == [(1, 304)]
    assert (found.states, found.wrong) == (["new", "same"], ())


def segment(n: int, block: bytes, *lines: str) -> Raw:
    fields = (f"WARC-Segment-Number: {n}", "WARC-Segment-Origin-ID: <urn:uuid:1>", *lines)
    return Raw("continuation", "http://h.example/1.html", block, f"urn:uuid:{n + 50}", fields=fields)


@PACKED
def test_a_response_in_five_segments(packed: bool, tmp_path: Path) -> None:
    whole = response(page(1))
    cuts = [whole[at : at + len(whole) // 4] for at in range(0, len(whole), len(whole) // 4)]
    total = f"WARC-Segment-Total-Length: {len(whole)}"
    rest = [segment(n, cut, *((total,) if n == len(cuts) else ())) for n, cut in enumerate(cuts[1:], 2)]
    first = page_record(
        1, block=cuts[0], fields=("WARC-Segment-Number: 1", f"WARC-Payload-Digest: {sha1(page(1))}")
    )
    found = taken(tmp_path, first, *rest, page_record(2), packed=packed)

    assert (found.articles, found.wrong, found.tally.damages) == (2, (), [])
    assert found.ask("SELECT sha256 FROM captures WHERE id = 1") == [(hashlib.sha256(page(1)).hexdigest(),)]


def test_a_segment_that_lacks_is_named_and_the_rest_is_cut(tmp_path: Path) -> None:
    whole = response(page(1))
    first = page_record(1, block=whole[:300], fields=("WARC-Segment-Number: 1",))
    third = segment(3, whole[600:], f"WARC-Segment-Total-Length: {len(whole)}")
    found = taken(tmp_path, first, third, page_record(2))

    assert found.ask("SELECT truncated FROM captures ORDER BY id") == [("length",), (None,)]
    assert (len(found.tally.damages), found.wrong) == (2, ())


def zstd_file(path: Path, *before: bytes) -> Path:
    """A .warc.zst whose records are frames, behind skippable frames that hold `before`."""
    skipped = [b"\x50\x2a\x4d\x18" + len(one).to_bytes(4, "little") + one for one in before]
    pack = zstandard.ZstdCompressor().compress
    frames = [pack(one.plain()) for one in (INFO, page_record(1), page_record(2))]
    path.write_bytes(b"".join(skipped) + frames[0] + b"".join(skipped) + b"".join(frames[1:]))
    return path


@pytest.mark.parametrize("before", [(b"",), (b"a" * 70_000, b"b")])
def test_zstd_behind_frames_that_are_passed_over(before: tuple[bytes, ...], tmp_path: Path) -> None:
    found = left(tmp_path / "archive", zstd_file(tmp_path / "a.warc.zst", *before))

    assert (found.articles, found.wrong, found.tally.damages) == (2, (), [])


@pytest.mark.parametrize("method", [ZIP_STORED, ZIP_DEFLATED])
@pytest.mark.parametrize("copying", [False, True])
def test_packages_in_packages(method: int, copying: bool, tmp_path: Path) -> None:
    inner, outer = tmp_path / "inner.wacz", tmp_path / "outer.wacz"
    with ZipFile(inner, "w", method) as package:
        package.writestr("archive/a.warc.gz", INFO.packed() + page_record(3).packed())
        package.writestr("archive/whole.warc.gz", gzip.compress(INFO.plain() + page_record(4).plain()))
    with ZipFile(outer, "w", method) as package:
        package.write(inner, "inner.wacz")
        package.write(zstd_file(tmp_path / "b.warc.zst", b"x"), "archive/B.WARC.ZST")
        package.writestr(
            "archive/c.arc.gz", gzip.compress(b"filedesc://c.arc 0.0.0.0 20200210 text/plain 0\n")
        )
    found = left(tmp_path / "archive", outer, copying=copying)

    assert (found.articles, found.wrong) == (4, ())
    assert [damage.reason for damage in found.tally.damages] == [
        "'archive/c.arc.gz' in it is an ARC file, older than WARC, and not read"
    ]


def test_a_list_of_packages(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.wacz", "w") as package:
        package.writestr("archive/a.warc.gz", INFO.packed() + page_record(3).packed())
    named = [
        {"path": path} for path in ("a.wacz", "lost.wacz", "https://far.example/b.wacz", "../../etc/x.wacz")
    ]
    listed = tmp_path / "multi.json"
    listed.write_text(json.dumps({"profile": "multi-wacz-package", "resources": named}))
    found = left(tmp_path / "archive", listed)

    assert (found.articles, found.wrong, len(found.tally.damages)) == (1, (), 3)
