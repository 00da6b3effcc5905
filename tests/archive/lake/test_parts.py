"""A day of many articles is in several parts, with the same rows as one part, whatever came in which order."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fsspec", reason="the extra `cluster` is not installed")
pytest.importorskip("pyarrow", reason="the extra `cluster` is not installed")

from archive.errors import WrongUse
from archive.lake import readings, schema
from archive.lake.schema import Part, parts_in, parts_of_day
from archive.lake.storage import Storage
from extract.article import Article
from tests.archive.lake.made import built, contents, copies_of, homes, put_reading

NO_TEXT = [Article(f"http://pictures{n}.example/1.html", title="图集", text="") for n in range(3)]
SAME = copies_of("drought", 4, day="2026-03-01")
FILES = {
    "a": [*copies_of("flood", 4), *copies_of("harvest", 1), *NO_TEXT[:1]],
    "b": [*copies_of("flood", 8)[4:], *SAME[:2], *copies_of("exam", 2, day="2026-03-02")],
    "c": [*copies_of("exam", 4, day="2026-03-02")[2:], *SAME[2:], *NO_TEXT, *copies_of("bridge", 3)],
}


def put(place: Path, name: str) -> Any:
    return put_reading(str(place), name, FILES[name], with_captures=True)


def rows(place: Path) -> dict[str, list[str]]:
    """The rows of each table, in one order, each with its day."""
    storage = Storage(str(place))
    return {
        table: sorted(
            json.dumps([name.split("/")[1], row])
            for name in storage.names(f"{table}/*/*.parquet")
            for row in storage.read(name).to_pylist()
        )
        for table in schema.TABLES
    }


@pytest.fixture(scope="module")
def one_part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake of all files, each day in one part."""
    place = tmp_path_factory.mktemp("one")
    built(str(place), [put(place, name) for name in "abc"])
    return place


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake of all files in small parts, built at once."""
    place = tmp_path_factory.mktemp("parted")
    with pytest.MonkeyPatch.context() as patch:
        make_small(patch)
        built(str(place), [put(place, name) for name in "abc"])
    return place


def make_small(patch: pytest.MonkeyPatch) -> None:
    """Parts of about four rows, of files that were read two articles at a time."""
    patch.setattr(readings, "A_RUN", 2)
    patch.setattr(schema, "ARTICLES_A_PART", 4)
    patch.setattr(schema, "CAPTURES_A_PART", 4)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)


def test_parts_have_the_rows_of_the_day(one_part: Path, parted: Path) -> None:
    assert rows(parted) == rows(one_part)
    names = contents(str(parted))
    assert {part.day: part.parts for part in parts_in(names, "articles")} == {
        "2026-03-01": 4,
        "2026-03-02": 1,
        schema.NO_DAY: 1,
    }
    assert {part.parts for part in parts_in(names, "captures")} == {8}


@pytest.mark.usefixtures("small_parts")
def test_the_order_of_arrival_leaves_no_trace_in_parts(parted: Path, tmp_path: Path) -> None:
    for name in "cab":
        built(str(tmp_path), [put(tmp_path, name)])

    assert contents(str(tmp_path)) == contents(str(parted))


def test_everything_of_an_article_is_in_the_part_of_its_number(parted: Path) -> None:
    storage = Storage(str(parted))
    parts = [part for part in parts_in(contents(str(parted)), "articles") if part.parts > 1]

    assert len(parts) == 3, "the fourth has no row, and so no file"
    for part in parts:
        found = {table: storage.read(part.file(table)) for table in ("articles", "texts", "copies")}
        low, high = part.bounds
        assert all(low <= number <= high for number in found["articles"]["folded_id"].to_pylist())
        assert set(found["texts"]["text_id"].to_pylist()) == set(found["articles"]["text_id"].to_pylist())
        assert set(found["copies"]["article"].to_pylist()) == set(found["articles"]["article"].to_pylist())


def test_a_lake_of_one_part_a_day_gets_parts_by_the_next_build(
    parted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older programs made one, whatever its size; days that the next build does not concern are divided, too."""
    built(str(tmp_path), [put(tmp_path, name) for name in "ab"])
    assert json.loads((tmp_path / "manifest.json").read_text())["format"] == 2
    make_small(monkeypatch)

    built(str(tmp_path), [put(tmp_path, "c")])

    assert contents(str(tmp_path)) == contents(str(parted))
    assert json.loads((tmp_path / "manifest.json").read_text())["format"] == 3


@pytest.mark.usefixtures("small_parts")
def test_a_day_that_loses_articles_loses_parts(tmp_path: Path) -> None:
    """Read again, they say another day."""
    moved = [
        Article(one.url, title=one.title, text=one.text, published_at="2026-04-0" + str(n))
        for n, one in enumerate(copies_of("flood", 9)[1:], 1)
    ]
    built(str(tmp_path), [put_reading(str(tmp_path), "a", copies_of("flood", 9))])
    before = parts_in(contents(str(tmp_path)), "articles")

    built(str(tmp_path), [put_reading(str(tmp_path), "b", moved, "2026-05-01T00:00:00Z")])

    assert {part.parts for part in before if part.day == "2026-03-01"} == {4}
    after = contents(str(tmp_path))
    assert [part for part in parts_in(after, "articles") if part.day == "2026-03-01"] == [Part("2026-03-01")]
    assert [part.day for part in parts_in(after, "copies")] == ["2026-03-01"] + [
        f"2026-04-0{n}" for n in range(1, 9)
    ]
    assert len(set(homes(str(tmp_path)).values())) == 1


def test_days_without_a_text_are_in_the_lake_and_take_in_more(tmp_path: Path) -> None:
    """No row of grams: the second build looked for the day's file of them."""
    built(str(tmp_path), [put_reading(str(tmp_path), "a", NO_TEXT[:1])])
    built(str(tmp_path), [put_reading(str(tmp_path), "b", [*NO_TEXT[1:], *copies_of("flood", 2)])])

    assert sorted(homes(str(tmp_path))) == [
        "http://pictures0.example/1.html",
        "http://pictures1.example/1.html",
        "http://pictures2.example/1.html",
        "http://site0.example/flood.html",
        "http://site1.example/flood.html",
    ]


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (0, ["part-0"]),
        (10, ["part-0"]),
        (11, ["part-0-of-2", "part-1-of-2"]),
        (21, ["part-0-of-4", "part-1-of-4", "part-2-of-4", "part-3-of-4"]),
    ],
)
def test_parts_are_named_by_their_number_and_hold_every_number_once(rows: int, names: list[str]) -> None:
    parts = parts_of_day("2026-03-01", rows, 10)

    files = [part.file("texts") for part in parts]
    assert files == [f"texts/day=2026-03-01/{name}.parquet" for name in names]
    assert parts_in([*files, "grams/day=2026-03-01/part-0.parquet"], "texts") == parts
    edges = [edge for part in parts for edge in part.bounds]
    assert (edges[0], edges[-1]) == (0, (1 << 63) - 1)
    assert [low - high for high, low in zip(edges[1:-1:2], edges[2::2], strict=True)] == [1] * (
        len(names) - 1
    )


def test_an_older_program_refuses_a_lake_in_parts(
    parted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it would say: its own version is 2, and it knows no other."""
    shutil.copytree(parted, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(schema, "IN_PARTS", -1)

    with pytest.raises(WrongUse, match=r"built by format 3, .*; here is format 2, "):
        built(str(tmp_path), [put(tmp_path, "b")])
