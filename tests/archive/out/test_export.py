"""What leaves the archive is what it holds: rows in four formats, records byte for byte."""

import csv
import gzip
import hashlib
import importlib.util
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.errors import Damaged, WrongUse
from archive.grouping.membership import Membership
from archive.out.atomic import whole
from archive.out.cdxj import key, write_cdxj
from archive.out.export import COLUMNS, WRITERS, Selection, rows
from archive.out.wacz import About, Packed, write_wacz
from archive.record.reader import Record, records
from archive.search.articles import Filter
from archive.view.store import Store
from tests.archive.archives import contents, crawl, exchange, ingest, own_warcs, page, response
from tests.archive.foreign_files import warc

ABOUT = About("题目", "what it is", datetime(2026, 11, 22, 5, 0, 0, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three articles, one of them twice (a story of two, the second a revisit), a redirect, a failure."""
    moved = response(b"", "Location: http://a.example/2.html", status="302 Found")
    crawl(
        tmp_path,
        exchange("http://a.example/1.html", response(page(1))),
        exchange("http://b.example/1.html", response(page(1)), minutes=1),
        exchange("http://a.example/old.html", moved, minutes=2),
        exchange("http://a.example/2.html", response(page(2)), minutes=3),
        exchange("http://c.example/3.html", response(page(3)), minutes=4),
        exchange("http://dead.example/", None, minutes=5, failure="dns", request=b""),
    )
    with Store(tmp_path / "archive.db", read_only=True) as opened:
        yield opened


def written(kind: str, store: Store, wanted: Selection) -> bytes:
    out = io.BytesIO()
    WRITERS[kind](rows(store, wanted, list(COLUMNS)), list(COLUMNS), out)
    return out.getvalue()


def package(store: Store, path: Path, wanted: Selection) -> Packed:
    with whole(path) as file:
        return write_wacz(file, store, store.path.parent / "warc", wanted, ABOUT)


def index_lines(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return gzip.decompress(archive.read("indexes/index.cdx.gz")).decode().splitlines()


def test_rows_are_the_same_in_every_format(store: Store) -> None:
    wanted = Selection(Filter())
    lines = [json.loads(line) for line in written("jsonl", store, wanted).splitlines()]
    listed = json.loads(written("json", store, wanted))
    table = list(csv.DictReader(io.StringIO(written("csv", store, wanted).decode("utf-8-sig"))))

    assert [row["url"] for row in lines] == [
        "http://a.example/1.html",
        "http://b.example/1.html",
        "http://a.example/2.html",
        "http://c.example/3.html",
    ]
    assert listed == lines
    assert [row["text"] for row in table] == [row["text"] for row in lines]
    assert [row["relation"] for row in lines] == ["origin", "copy", "origin", "origin"]
    assert lines[1]["story_id"] == lines[0]["story_id"]
    assert lines[1]["sha256"] == hashlib.sha256(page(1)).hexdigest()


@pytest.mark.parametrize(
    ("wanted", "urls"),
    [
        (Selection(Filter(site="a.example")), ["http://a.example/1.html", "http://a.example/2.html"]),
        (Selection(Filter(since=date(2020, 2, 3))), ["http://a.example/2.html", "http://c.example/3.html"]),
        (Selection(Filter(until=date(2020, 2, 2))), ["http://a.example/1.html", "http://b.example/1.html"]),
        (Selection(Filter(words="民主巷")), ["http://a.example/2.html"]),
        (Selection(Filter(), story=1), ["http://a.example/1.html", "http://b.example/1.html"]),
        (Selection(Filter(relation="copy"), story=1), ["http://b.example/1.html"]),
    ],
)
def test_a_filter_chooses(store: Store, wanted: Selection, urls: list[str]) -> None:
    assert [row["url"] for row in rows(store, wanted, ["url"])] == urls


def test_a_story_that_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(WrongUse, match="story 99: the archive has no such story"):
        list(rows(store, Selection(Filter(), story=99), ["url"]))


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is not None, reason="pyarrow is installed")
def test_parquet_without_its_extra_says_what_to_install(store: Store) -> None:
    with pytest.raises(WrongUse, match=r"zhuanzai\[parquet\]"):
        written("parquet", store, Selection(Filter()))


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed")
def test_parquet_holds_the_rows(store: Store) -> None:
    from pyarrow import parquet

    table = parquet.read_table(io.BytesIO(written("parquet", store, Selection(Filter()))))

    assert table.to_pylist() == json.loads(written("json", store, Selection(Filter())))


def test_no_rows_are_an_empty_table(store: Store) -> None:
    wanted = Selection(Filter(site="none.example"))

    assert written("json", store, wanted) == b"[]\n"
    assert written("jsonl", store, wanted) == b""
    assert written("csv", store, wanted).decode("utf-8-sig").startswith("id,url,site,title")


def test_everything_leaves_in_the_files_as_they_are(store: Store, tmp_path: Path) -> None:
    packed = package(store, tmp_path / "all.wacz", Selection(Filter()))

    (file,) = own_warcs(tmp_path)
    with zipfile.ZipFile(tmp_path / "all.wacz") as archive:
        assert archive.read(f"archive/{file.name}") == file.read_bytes()
        assert archive.getinfo(f"archive/{file.name}").compress_type == zipfile.ZIP_STORED
    assert (packed.captures, packed.pages, packed.missing) == (5, 4, ())


def test_a_story_leaves_with_requests_what_revisits_repeat_and_the_warcinfo(
    store: Store, tmp_path: Path
) -> None:
    packed = package(store, tmp_path / "story.wacz", Selection(Filter(site="b.example")))

    with zipfile.ZipFile(tmp_path / "story.wacz") as archive:
        copies = archive.read("archive/copies.warc.gz")
        pages = archive.read("pages/pages.jsonl").decode().splitlines()
    told = [
        (record.rec_type, record.rec_headers["WARC-Target-URI"])
        for record in ArchiveIterator(io.BytesIO(copies))
    ]
    assert told == [
        ("warcinfo", None),
        ("response", "http://a.example/1.html"),
        ("request", "http://a.example/1.html"),
        ("metadata", "http://a.example/1.html"),
        ("revisit", "http://b.example/1.html"),
        ("request", "http://b.example/1.html"),
        ("metadata", "http://b.example/1.html"),
    ]
    assert packed.captures == 2
    assert json.loads(pages[1]) == {
        "id": "2",
        "url": "http://b.example/1.html",
        "ts": "2020-02-10T00:40:53Z",
        "title": "解放街第1组修好8盏路灯",
    }


def test_a_redirect_leaves_with_the_article_it_leads_to(store: Store, tmp_path: Path) -> None:
    package(store, tmp_path / "a.wacz", Selection(Filter(words="民主巷")))

    urls = [json.loads(line.split(" ", 2)[2])["url"] for line in index_lines(tmp_path / "a.wacz")]
    assert urls == ["http://a.example/2.html", "http://a.example/old.html"]


def test_the_index_leads_to_the_records(store: Store, tmp_path: Path) -> None:
    package(store, tmp_path / "some.wacz", Selection(Filter(site="a.example")))

    with zipfile.ZipFile(tmp_path / "some.wacz") as archive:
        (tmp_path / "copies.warc.gz").write_bytes(archive.read("archive/copies.warc.gz"))
    found = {
        item.ref.offset: item for item in records(tmp_path / "copies.warc.gz") if isinstance(item, Record)
    }
    for line in index_lines(tmp_path / "some.wacz"):
        entry = json.loads(line.split(" ", 2)[2])
        record = found[int(entry["offset"])]
        assert (record.url, record.ref.length) == (entry["url"], int(entry["length"]))


def test_every_member_is_listed_with_its_digest(store: Store, tmp_path: Path) -> None:
    package(store, tmp_path / "a.wacz", Selection(Filter()))

    with zipfile.ZipFile(tmp_path / "a.wacz") as archive:
        raw = archive.read("datapackage.json")
        said = json.loads(raw)
        listed = {item["path"]: (item["hash"], item["bytes"]) for item in said["resources"]}
        members = set(archive.namelist()) - {"datapackage.json", "datapackage-digest.json"}
        digest = json.loads(archive.read("datapackage-digest.json"))
        held = {
            name: (f"sha256:{hashlib.sha256(archive.read(name)).hexdigest()}", len(archive.read(name)))
            for name in members
        }
    assert listed == held
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}"}
    assert (said["wacz_version"], said["title"], said["created"]) == ("1.1.1", "题目", "2026-11-22T05:00:00Z")


def test_records_of_plain_foreign_files_leave_packed(tmp_path: Path) -> None:
    ingest(tmp_path, warc(tmp_path / "a.warc", {"http://f.example/1.html": page(31)}, packed=False))
    with Store(tmp_path / "archive.db", read_only=True) as store:
        packed = package(store, tmp_path / "a.wacz", Selection(Filter()))

    with zipfile.ZipFile(tmp_path / "a.wacz") as archive:
        copies = archive.read("archive/copies.warc.gz")
    bodies = [record.content_stream().read() for record in ArchiveIterator(io.BytesIO(copies))]
    assert page(31) in bodies
    assert packed.captures == 1


def test_an_exported_wacz_comes_back_by_ingest(store: Store, tmp_path: Path) -> None:
    package(store, tmp_path / "all.wacz", Selection(Filter()))
    ingest(tmp_path / "other", tmp_path / "all.wacz")

    ours, theirs = (contents(folder / "archive.db") for folder in (tmp_path, tmp_path / "other"))
    assert [row[2:10] for row in theirs["articles"]] == [row[2:10] for row in ours["articles"]]
    assert theirs["members"] == ours["members"]


def test_a_damaged_record_is_left_out_and_named(store: Store, tmp_path: Path) -> None:
    (file,) = own_warcs(tmp_path)
    ((offset,),) = store.conn.execute(
        "SELECT warc_offset FROM captures WHERE url = 'http://c.example/3.html'"
    )
    raw = bytearray(file.read_bytes())
    raw[offset + 200] ^= 1
    file.write_bytes(raw)

    packed = package(store, tmp_path / "a.wacz", Selection(Filter(words="冬季检修")))

    assert (packed.captures, packed.pages) == (4, 3)
    assert len(packed.missing) == 1
    assert f"{file} at byte {offset}" in packed.missing[0]
    with pytest.raises(Damaged, match=f"no record can be read, .* at byte {offset}"):
        package(store, tmp_path / "b.wacz", Selection(Filter(site="c.example")))
    assert not list(tmp_path.glob("b.wacz*"))


def test_a_wacz_of_nothing_is_refused_and_leaves_no_file(store: Store, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="no capture is wanted"):
        package(store, tmp_path / "a.wacz", Selection(Filter(site="none.example")))

    assert not list(tmp_path.glob("a.wacz*"))


def test_the_index_is_sorted_by_bytes_and_names_revisits(store: Store) -> None:
    out = io.BytesIO()

    assert write_cdxj(out, store) == 5
    lines = out.getvalue().splitlines()
    assert lines == sorted(lines)
    first, *_, last = (line.decode() for line in lines)
    assert first.startswith(
        'example,a)/1.html 20200210003953 {"url": "http://a.example/1.html", "mime": "text/html"'
    )
    assert '"mime": "warc/revisit"' in next(line.decode() for line in lines if b"example,b)" in line)
    assert last.startswith("example,c)/3.html")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://www2.Example.COM:80/A/./b/../c//d/?b=2&a=1&a", "com,example)/a/c/d?a&a=1&b=2"),
        ("https://example.com", "com,example)/"),
        ("https://example.com/?", "com,example)/"),
        ("http://ex.com/a%2520b/%E6%AD%A6?q=武 汉", "com,ex)/a%20b/%e6%ad%a6?q=%e6%ad%a6%20%e6%b1%89"),
        ("http://1.2.3.4:8080/x/", "4,3,2,1:8080)/x"),
        ("http://例子.中国/a#frag", "xn--fiqs8s,xn--fsqu00a)/a"),
        ("http://e.com/a?sid=0123456789abcdef0123456789abcdef&z=1", "com,e)/a?z=1"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_addresses_are_put_in_order_as_replay_tools_do(url: str, wanted: str) -> None:
    assert key(url) == wanted


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"before")

    with pytest.raises(RuntimeError), whole(tmp_path / "a.csv") as file:
        file.write(b"half")
        raise RuntimeError

    assert (tmp_path / "a.csv").read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_file_in_no_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises((WrongUse, Damaged), match=r"none/a\.csv"), whole(tmp_path / "none" / "a.csv"):
        pass


def test_a_story_is_exported_by_a_number_it_had_before_two_merges(tmp_path: Path, store: Store) -> None:
    shutil.copy(store.path, tmp_path / "merged.db")
    with Store(tmp_path / "merged.db") as merged, merged.commit():
        members = Membership(merged.conn)
        for gone, story in ((3, 2), (2, 1)):
            members.merge(gone, story, gone + 1)
            members.settle(story)

        now, old = (
            list(rows(merged, Selection(Filter(), story=number), ["url", "story_id"])) for number in (1, 3)
        )

    assert [row["url"][:16] for row in now] == [
        "http://a.example",
        "http://b.example",
        "http://a.example",
        "http://c.example",
    ]
    assert old == now
