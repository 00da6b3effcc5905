"""Files of other tools: every page enters once, by the same door, whatever the tool and the state of the file."""

import gzip
import os
import re
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
import zstandard
from warcio.warcwriter import WARCWriter

from archive.capture import Ref
from archive.care.verify import Verifier
from archive.door.ingest import Door
from archive.door.workers import Readers
from archive.errors import WrongUse
from archive.record.digests import payload_in
from archive.record.exchanges import http_block
from archive.record.foreign import check, parts
from archive.record.reader import Record, read, records
from archive.record.replay import held
from archive.view.store import Store
from crawler.registry.book import SiteFiles
from tests.archive.archives import Book, contents, crawl, exchange, ingest, own_warcs, page, response, rows
from tests.archive.foreign_files import DATE, http, wacz, warc
from tests.small_server import SmallServer

PAGES = {f"http://f.example/{n}.html": page(n) for n in range(20, 26)}
TITLES = [
    f"{street}第{n}组"
    for n, street in enumerate(("长江路", "解放街", "民主巷", "和平里", "建设村", "团结桥"), 20)
]


def titles(folder: Path) -> list[str]:
    return [
        str(title).partition("修好")[0] for (title,) in rows(folder, "SELECT title FROM articles ORDER BY id")
    ]


def records_stand(folder: Path) -> bool:
    """Whether each capture's record is found, digests checked, where its row says."""
    refs = rows(folder, "SELECT warc_file, warc_offset, warc_length, record_id FROM captures")
    return all(read(folder / "warc", Ref(*ref)) is not None for ref in refs)  # type: ignore[arg-type]


@pytest.mark.parametrize("packed", [True, False])
def test_every_page_of_a_warc_enters(tmp_path: Path, packed: bool) -> None:
    file = warc(tmp_path / ("a.warc.gz" if packed else "a.warc"), PAGES, packed=packed)

    tally = ingest(tmp_path / "archive", file)

    assert titles(tmp_path / "archive") == TITLES
    assert rows(tmp_path / "archive", "SELECT DISTINCT via, warc_file FROM captures") == [
        ("import", str(file))
    ]
    assert tally.exchanges == 6
    assert tally.damages == []
    assert records_stand(tmp_path / "archive")


def test_what_is_there_already_adds_nothing(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", PAGES)
    ingest(tmp_path / "archive", file)
    before = contents(tmp_path / "archive" / "archive.db")
    other_name = shutil.copy(file, tmp_path / "b.warc.gz")

    ingest(tmp_path / "archive", file, run_id="20200212T000000Z-00000001")
    tally = ingest(tmp_path / "archive", Path(other_name), run_id="20200212T000000Z-00000002")

    assert contents(tmp_path / "archive" / "archive.db") == before
    assert tally.known == 6
    assert len(own_warcs(tmp_path / "archive")) == 1


def test_a_file_that_grew_is_read_from_where_it_was(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", dict(list(PAGES.items())[:2]))
    ingest(tmp_path / "archive", file)
    warc(file, dict(list(PAGES.items())[2:]), appending=True)

    tally = ingest(tmp_path / "archive", file, run_id="20200212T000000Z-00000001")

    assert titles(tmp_path / "archive") == TITLES
    assert tally.exchanges == 4
    assert tally.passed_bytes > 0


def test_a_file_that_was_replaced_is_read_from_its_start_and_named(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", dict(list(PAGES.items())[:3]))
    ingest(tmp_path / "archive", file)
    warc(file, dict(list(PAGES.items())[3:]))

    tally = ingest(tmp_path / "archive", file, run_id="20200212T000000Z-00000001")

    assert titles(tmp_path / "archive") == TITLES
    assert "what was ingested before is gone" in tally.damages[0].reason


def test_a_copy_stands_under_warc_and_is_made_once(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", PAGES)
    folder = tmp_path / "archive"

    ingest(folder, file, copying=True)
    ingest(folder, file, copying=True, run_id="20200212T000000Z-00000001")
    file.unlink()

    (copy,) = (folder / "warc").glob("import-*")
    assert copy.name.endswith("-a.warc.gz")
    assert rows(folder, "SELECT DISTINCT warc_file FROM captures") == [(copy.name,)]
    assert rows(folder, "SELECT count(*) FROM captures") == [(6,)]
    assert records_stand(folder)


def test_a_torn_file_is_read_to_its_last_whole_record(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", PAGES)
    os.truncate(file, file.stat().st_size - 40)

    tally = ingest(tmp_path / "archive", file)

    assert titles(tmp_path / "archive") == TITLES[:5]
    (damage,) = tally.damages
    assert "ends within its gzip member" in damage.reason


def test_a_record_hidden_in_a_torn_page_is_not_believed(tmp_path: Path) -> None:
    inner = warc(tmp_path / "inner.warc.gz", {"http://bank.example/": page(90)}).read_bytes()
    plain = warc(tmp_path / "plain.warc", {"http://evil.example/b": inner}, packed=False).read_bytes()
    file = warc(tmp_path / "a.warc.gz", {"http://evil.example/a": page(1)})
    with file.open("ab") as out:
        out.write(
            gzip.compress(plain[plain.index(b"WARC/1.0", 9) :], 0)
        )  # uncompressed: what it holds stands there
    os.truncate(file, file.read_bytes().index(inner) + len(inner) + 3)

    tally = ingest(tmp_path / "archive", file)

    assert rows(tmp_path / "archive", "SELECT url FROM captures") == [("http://evil.example/a",)]
    assert any("passed over" in damage.reason for damage in tally.damages)


def test_records_behind_a_broken_place_enter_when_they_are_trusted(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", PAGES)
    raw = bytearray(file.read_bytes())
    starts = [item.ref.offset for item in records(file) if isinstance(item, Record)]
    for broken in (2, 4):
        raw[starts[broken] + 100] ^= 0x10
    file.write_bytes(raw)

    ingest(tmp_path / "careful", file)
    tally = ingest(tmp_path / "trusting", file, is_trusted=True)

    assert titles(tmp_path / "careful") == [TITLES[0], *TITLES[4:]]
    assert titles(tmp_path / "trusting") == [TITLES[0], TITLES[2], *TITLES[4:]]
    assert len(tally.damages) == 2


@pytest.mark.parametrize("deflating", [False, True])
def test_every_page_of_a_wacz_enters(tmp_path: Path, deflating: bool) -> None:
    one = warc(tmp_path / "one.warc.gz", dict(list(PAGES.items())[:3]))
    two = warc(tmp_path / "two.warc.gz", dict(list(PAGES.items())[3:]))
    file = wacz(tmp_path / "a.wacz", one, two, deflating=deflating)
    one.unlink()
    two.unlink()

    ingest(tmp_path / "archive", file)
    ingest(tmp_path / "archive", file, run_id="20200212T000000Z-00000001")

    assert titles(tmp_path / "archive") == TITLES
    assert records_stand(tmp_path / "archive")
    names = {str(name) for (name,) in rows(tmp_path / "archive", "SELECT DISTINCT warc_file FROM captures")}
    assert (names == {str(file)}) is not deflating


def test_a_file_compressed_as_a_whole_is_unpacked_into_the_archive(tmp_path: Path) -> None:
    plain = warc(tmp_path / "a.warc", PAGES, packed=False)
    file = tmp_path / "whole.warc.gz"
    file.write_bytes(gzip.compress(plain.read_bytes()))

    ingest(tmp_path / "archive", file)

    assert titles(tmp_path / "archive") == TITLES
    assert records_stand(tmp_path / "archive")


@pytest.mark.parametrize("with_dictionary", [False, True])
def test_a_zstd_file_is_unpacked_into_the_archive(tmp_path: Path, with_dictionary: bool) -> None:
    plain = warc(tmp_path / "a.warc", PAGES, packed=False).read_bytes()
    dictionary = zstandard.ZstdCompressionDict(plain[:4000]) if with_dictionary else None
    packer = zstandard.ZstdCompressor(dict_data=dictionary)
    start = b""
    if dictionary:
        raw = zstandard.ZstdCompressor().compress(plain[:4000])
        start = b"\x5d\x2a\x4d\x18" + len(raw).to_bytes(4, "little") + raw
    half = plain.index(b"WARC/1.0", len(plain) // 2)
    file = tmp_path / "a.warc.zst"
    file.write_bytes(start + packer.compress(plain[:half]) + packer.compress(plain[half:]))

    ingest(tmp_path / "archive", file)

    assert titles(tmp_path / "archive") == TITLES


@pytest.mark.parametrize("kind", ["zst", "gz"])
def test_what_is_unpacked_is_read_to_where_it_breaks(tmp_path: Path, kind: str) -> None:
    plain = warc(tmp_path / "a.warc", PAGES, packed=False).read_bytes()
    middle = [found.start() for found in re.finditer(rb"WARC/1\.0", plain)][4]
    pack = {"zst": zstandard.ZstdCompressor().compress, "gz": lambda raw: gzip.compress(raw, mtime=0)}[kind]
    file = tmp_path / f"a.warc.{kind}"
    file.write_bytes(
        pack(plain[:middle]) + pack(plain[middle:])[:40]
    )  # not a byte of the fifth record is whole

    tally = ingest(tmp_path / "archive", file)

    assert titles(tmp_path / "archive") == TITLES[:3]
    assert "ends within what was compressed" in tally.damages[-1].reason


@pytest.mark.parametrize("copying", [False, True])
def test_a_wacz_without_its_directory_is_read_as_far_as_it_goes(tmp_path: Path, copying: bool) -> None:
    one = warc(tmp_path / "one.warc.gz", dict(list(PAGES.items())[:3]))
    two = warc(tmp_path / "two.warc.gz", dict(list(PAGES.items())[3:]))
    file = wacz(tmp_path / "a.wacz", one, two)
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.index(b"PK\x01\x02") - 50])

    check(file)
    tally = ingest(tmp_path / "archive", file, copying=copying)

    assert titles(tmp_path / "archive") == TITLES[:5]
    assert records_stand(tmp_path / "archive")
    assert "directory is lost" in tally.damages[0].reason


def test_a_record_that_shares_its_member_is_named_and_left_out(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", dict(list(PAGES.items())[:2]))
    shared = warc(tmp_path / "b.warc", dict(list(PAGES.items())[2:4]), packed=False)
    with file.open("ab") as out:
        out.write(gzip.compress(shared.read_bytes(), mtime=0))

    tally = ingest(tmp_path / "archive", file)

    assert titles(tmp_path / "archive") == TITLES[:2]
    assert records_stand(tmp_path / "archive")
    assert [damage.reason[:27] for damage in tally.damages] == ["one of several records in a"] * 2


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").touch()

    check(tmp_path / "a.warc.gz")
    tally = ingest(tmp_path / "archive", tmp_path / "a.warc.gz")

    assert (tally.exchanges, tally.damages) == (0, [])


def test_a_page_kept_as_a_resource_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for url, kind in (
            ("http://f.example/1.html", "text/html; charset=utf-8"),
            ("urn:note:1", "text/plain"),
        ):
            writer.write_record(
                writer.create_warc_record(url, "resource", payload=BytesIO(page(20)), warc_content_type=kind)
            )

    ingest(tmp_path / "archive", file)

    (row,) = rows(
        tmp_path / "archive",
        "SELECT url, status, mime, warc_file, warc_offset, warc_length, record_id FROM captures",
    )
    assert row[:3] == ("http://f.example/1.html", 200, "text/html")
    assert titles(tmp_path / "archive") == TITLES[:1]
    assert http_block(read(tmp_path, Ref(*row[3:]))).read().endswith(page(20))  # type: ignore[arg-type]


def test_a_revisit_of_another_tool_has_the_page_it_repeats(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", {"http://f.example/1.html": page(20)})
    with file.open("ab") as out:
        writer = WARCWriter(out, gzip=True)
        record = writer.create_revisit_record(
            "http://g.example/1.html",
            "sha1:" + "A" * 32,
            "http://f.example/1.html",
            DATE,
            http_headers=http(),
        )
        writer.write_record(record)

    ingest(tmp_path / "archive", file)

    assert titles(tmp_path / "archive") == [TITLES[0], TITLES[0]]
    assert rows(tmp_path / "archive", "SELECT id, revisit_of FROM captures") == [(1, None), (2, 1)]


def revisit(url: str, block: bytes, *lines: str) -> bytes:
    """A revisit record of identical payload; `lines` say of what."""
    head = [
        "WARC/1.0",
        "WARC-Type: revisit",
        f"WARC-Record-ID: <urn:uuid:{url}>",
        "WARC-Date: 2020-02-11T08:39:53+08:00",
        f"WARC-Target-URI: {url}",
        "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
        *lines,
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


@pytest.mark.parametrize("block", [HEAD, b""])
def test_a_revisit_that_names_its_digest_alone_or_keeps_no_head(tmp_path: Path, block: bytes) -> None:
    file = warc(tmp_path / "a.warc", {"http://f.example/1.html": page(20)}, packed=False)
    digest = payload_in(page(20)).sha1
    with file.open("ab") as out:
        out.write(revisit("http://g.example/1.html", block, f"WARC-Payload-Digest: {digest}"))

    ingest(tmp_path / "archive", file)

    assert rows(tmp_path / "archive", "SELECT status, revisit_of, captured_at FROM captures") == [
        (200, None, "2020-02-10T00:39:53.000000Z"),
        (200, 1, "2020-02-11T00:39:53.000000Z"),
    ]
    assert titles(tmp_path / "archive") == [TITLES[0], TITLES[0]]


def test_a_revisit_that_came_before_what_it_repeats_is_quarantined_and_verified(tmp_path: Path) -> None:
    (tmp_path / "r.warc").write_bytes(
        revisit("http://g.example/1.html", HEAD, f"WARC-Payload-Digest: {payload_in(page(20)).sha1}")
    )
    ingest(tmp_path / "archive", tmp_path / "r.warc")
    first = warc(tmp_path / "a.warc.gz", {"http://f.example/1.html": page(20)})
    ingest(tmp_path / "archive", first, run_id="20200212T000000Z-00000001")

    assert rows(tmp_path / "archive", "SELECT capture_id, reason FROM quarantine") == [(1, "no-original")]
    with Store(tmp_path / "archive" / "archive.db", read_only=True) as store, Readers(Book()) as readers:
        door = Door(store, tmp_path / "archive" / "warc", Book())
        assert list(Verifier(store, door, tmp_path / "archive" / "warc", readers).findings()) == []


def test_records_without_a_name_enter_once_each(tmp_path: Path) -> None:
    file = tmp_path / "a.warc"
    lines = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2020-02-10T00:39:{0}Z\r\nWARC-Target-URI: {1}\r\n"
    with file.open("wb") as out:
        for n, (url, body) in enumerate(PAGES.items()):
            block = response(body)
            head = (
                lines.format(10 + n, url)
                + f"Content-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
            )
            out.write(head.encode() + block + b"\r\n\r\n")

    ingest(tmp_path / "archive", file)
    ingest(
        tmp_path / "archive", Path(shutil.copy(file, tmp_path / "b.warc")), run_id="20200212T000000Z-00000001"
    )

    assert titles(tmp_path / "archive") == TITLES


def test_other_responses_are_captures_without_articles(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    kinds = {"http://f.example/a.png": "image/png", "http://f.example/a.css": "text/css"}
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for url, kind in kinds.items():
            head = http("200 OK", ("Content-Type", kind))
            record = writer.create_warc_record(
                url, "response", payload=BytesIO(b"\x89PNG....."), http_headers=head
            )
            writer.write_record(record)

    ingest(tmp_path / "archive", file)

    assert rows(tmp_path / "archive", "SELECT url, mime FROM captures ORDER BY id") == list(kinds.items())
    assert rows(tmp_path / "archive", "SELECT count(*) FROM articles") == [(0,)]
    assert rows(tmp_path / "archive", "SELECT count(*) FROM quarantine") == [(0,)]


def test_a_crawl_never_repeats_from_a_file_that_may_go_away(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", {"http://f.example/1.html": page(20)})
    ingest(tmp_path / "archive", file)

    crawl(
        tmp_path / "archive",
        exchange("http://g.example/1.html", response(page(20))),
        run_id="20200212T000000Z-01010101",
    )

    assert rows(tmp_path / "archive", "SELECT revisit_of FROM captures") == [(None,), (None,)]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.warc.gz", None, "no such file"),
        ("page.html", b"<html></html>", "neither a WARC nor a WACZ"),
        (
            "text.gz",
            gzip.compress(b"hello, this is no archive at all\n", mtime=0),
            "neither a WARC nor a WACZ",
        ),
        ("old.arc", b"filedesc://old.arc 0.0.0.0 20010101000000 text/plain 76\n", "an ARC file"),
        ("old.arc.gz", gzip.compress(b"filedesc://old.arc 0.0.0.0 20010101", mtime=0), "an ARC file"),
        ("broken.wacz", b"PK\x03\x04rubbish", "not a WACZ file that can be read"),
    ],
)
def test_what_is_no_archive_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(WrongUse, match=said) as refusal:
        check(tmp_path / name)

    assert name in str(refusal.value)


def test_a_zip_without_warcs_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="without a WARC"):
        check(wacz(tmp_path / "a.wacz"))
    with pytest.raises(WrongUse, match="a folder"):
        check(tmp_path)


def test_parts_of_a_plain_file_are_the_file(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", PAGES)

    (part,) = parts(file, tmp_path)

    assert (part.file, part.start, part.end) == (str(file), 0, file.stat().st_size)


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
def test_what_wget_wrote_enters(tmp_path: Path) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = page(int(self.path.strip("/").removesuffix(".html")))
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = SmallServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    urls = [f"http://127.0.0.1:{server.server_port}/{n}.html" for n in (20, 21, 22)]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    subprocess.run(
        ["wget", "-q", "--warc-file=fetched", "--delete-after", *urls],
        cwd=tmp_path,
        env=environment,
        check=True,
    )
    server.shutdown()
    server.server_close()

    tally = ingest(tmp_path / "archive", tmp_path / "fetched.warc.gz")

    assert tally.damages == []
    assert titles(tmp_path / "archive") == TITLES[:3]
    assert records_stand(tmp_path / "archive")


def test_a_page_whose_address_ends_like_a_file_is_read(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", {"http://f.example/20.txt": page(20)})
    ingest(tmp_path / "archive", file, book=SiteFiles.load())

    assert titles(tmp_path / "archive") == TITLES[:1]


def test_a_bug_in_reading_costs_the_reading_and_not_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("夜")

    monkeypatch.setattr("archive.door.pages.read", broken)
    ingest(tmp_path / "archive", warc(tmp_path / "a.warc.gz", {"http://f.example/20.html": page(20)}))

    assert rows(tmp_path / "archive", "SELECT reason, detail FROM quarantine") == [
        ("error", "KeyError: '夜'")
    ]
    assert rows(tmp_path / "archive", "SELECT count(*) FROM captures") == [(1,)]


def test_a_resource_is_shown_as_the_page_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        record = writer.create_warc_record(
            "http://f.example/1.html", "resource", payload=BytesIO(page(20)), warc_content_type="text/html"
        )
        writer.write_record(record)
    ingest(tmp_path / "archive", file)

    with Store(tmp_path / "archive" / "archive.db", read_only=True) as store:
        seen = held(store.conn, tmp_path / "archive" / "warc", 1)

    assert seen.message is not None
    assert seen.message.body == page(20)


def test_two_long_texts_of_one_address_are_compared_by_passages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []

    def ratio(one: str, other: str) -> float:
        compared.append(len(one))
        return 90.0

    monkeypatch.setattr("archive.door.capture_rows.partial_ratio", ratio)
    first, second = ("".join(f"{n}号院的第{n * step}块砖换过了。" for n in range(300)) for step in (3, 7))

    crawl(
        tmp_path,
        exchange("http://a.example/1.html", response(page(1, said=first))),
        exchange("http://a.example/1.html", response(page(2, said=second)), minutes=9),
    )

    assert compared == [200] * 10
    assert rows(tmp_path, "SELECT title FROM articles") == [("民主巷第2组修好11盏路灯",)]
