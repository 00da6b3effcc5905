"""A lake is a function of its files: whatever their order, the builds they came in, and where a build was killed."""

import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import Any

import pytest

pytest.importorskip("fsspec", reason="the extra `cluster` is not installed")
pytest.importorskip("pyarrow", reason="the extra `cluster` is not installed")

import numpy as np
import pyarrow as pa

from archive.cluster.workers import HERE, Workers
from archive.errors import Busy, ExitCode, WrongUse
from archive.grouping.texts import Text
from archive.lake import build, components, grams
from archive.lake.build import Build, in_groups
from archive.lake.readings import WarcReading
from archive.lake.storage import Storage
from extract.article import Article
from tests.archive.lake.made import built, contents, copies, copies_of, homes, put_reading, sentences

ROOT = Path(__file__).parents[3]
FILES = {
    "a": [*copies_of("flood", 3), *copies_of("harvest", 1)],
    "b": [*copies_of("flood", 6)[3:], *copies_of("exam", 2, day="2026-03-02")],
    "c": [*copies_of("exam", 4, day="2026-03-02")[2:], *copies_of("railway", 2, day="2026-02-27")],
}
"""Articles of three files: a story in two of them, each time."""


def put(place: Path, names: Iterable[str]) -> list[WarcReading]:
    return [put_reading(str(place), name, FILES[name], with_captures=True) for name in names]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake of all three files, built at once."""
    place = tmp_path_factory.mktemp("whole")
    built(str(place), put(place, "abc"))
    return place


def test_copies_in_several_files_are_one_story(whole: Path) -> None:
    stories: dict[int, set[str]] = {}
    for url, story in homes(str(whole)).items():
        stories.setdefault(story, set()).add(url)

    assert sorted(map(len, stories.values())) == [1, 2, 4, 6]
    assert {len({url.rpartition("/")[2] for url in urls}) for urls in stories.values()} == {1}


def test_a_copy_says_what_it_kept(whole: Path) -> None:
    flood = {row["site"]: row for row in copies(str(whole)) if row["url"].endswith("flood.html")}

    assert flood["site0.example"]["relation"] == "origin"
    assert flood["site1.example"]["relation"] == "copy"
    assert flood["site2.example"]["relation"] == "abridged"
    assert 0.3 < flood["site2.example"]["kept"] < 0.7


def test_every_partition_is_by_day_of_publication(whole: Path) -> None:
    days = {path.parent.name for path in (whole / "copies").rglob("*.parquet")}

    assert days == {"day=2026-02-27", "day=2026-03-01", "day=2026-03-02"}


def test_the_order_of_arrival_leaves_no_trace(whole: Path, tmp_path: Path) -> None:
    for name in "bca":
        built(str(tmp_path), put(tmp_path, name))

    assert contents(str(tmp_path)) == contents(str(whole))


@pytest.mark.parametrize("partitions", [2, 7])
def test_the_number_of_partitions_leaves_no_trace(whole: Path, tmp_path: Path, partitions: int) -> None:
    built(str(tmp_path), put(tmp_path, "abc"), partitions)

    assert contents(str(tmp_path)) == contents(str(whole))


def test_pairs_counted_a_few_at_a_time_are_the_same(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (grams, components):
        monkeypatch.setattr(module, "PAIRS_AT_ONCE", 2)
    built(str(tmp_path), put(tmp_path, "abc"))

    assert contents(str(tmp_path)) == contents(str(whole))


@pytest.mark.parametrize(
    ("one", "other"), [("而也用就生成也是", "上定以不而生年是"), ("地是他能主分成人", "我了法在也就到我")]
)
def test_grams_of_one_hash_have_two_numbers(one: str, other: str) -> None:
    """An archive's hash of 32 bits is the same for both; among many millions of texts that is no rarity."""
    texts = [Text(1, None, words) for words in (one, other, one)]

    first, second, again = (grams.numbers(text) for text in texts)

    assert texts[0].sampled == texts[1].sampled
    assert set(first).isdisjoint(second)
    assert first == again
    assert grams.hashes(np.array(first + second)).tolist() == sorted(
        {*texts[0].sampled, texts[0].whole, texts[1].whole}
    )


def test_ranges_of_grams_have_about_as_many_rows_each(tmp_path: Path) -> None:
    """Every text keeps its smallest grams: the lowest tenth of all hashes holds more than half of the rows."""
    place = Storage(str(tmp_path))
    low = [450_000_000 * n for n in range(60_000)]
    high = [(1 << 48) - 6_000_000_000 * n for n in range(1, 40_001)]
    for day in "ab":
        place.write(f"{day}.parquet", pa.table({"gram": sorted([*low, *high])}))

    spans = grams.even_ranges(place, ("a.parquet", "b.parquet"), 20)

    rows = [sum(start <= gram < end for gram in (*low, *high)) for start, end in spans]
    assert (len(rows), sum(rows), spans[0][0], spans[-1][1]) == (20, 100_000, 0, 1 << 48)
    assert all(4_900 <= number <= 5_100 for number in rows)


@pytest.mark.parametrize("number", [1, 3])
def test_a_lake_without_grams_has_one_range(tmp_path: Path, number: int) -> None:
    place = Storage(str(tmp_path))
    place.write("a.parquet", pa.table({"gram": pa.array([], pa.int64())}))

    assert grams.even_ranges(place, ("a.parquet",), number) == [(0, 1 << 48)]
    assert grams.even_ranges(place, (), number) == [(0, 1 << 48)]


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ([], []),
        ([10, 10, 10], ["abc"]),
        ([15, 15, 1], ["ab", "c"]),
        ([16, 15, 15], ["a", "bc"]),
        ([99, 1, 1], ["a", "bc"]),
        ([1, 99, 1], ["a", "b", "c"]),
        ([0, 0, 30], ["abc"]),
    ],
)
def test_days_are_dealt_out_by_their_number_of_articles(sizes: list[int], groups: list[str]) -> None:
    assert ["".join(days) for days in in_groups([*"abc"][: len(sizes)], sizes, 30)] == groups


def test_files_in_the_lake_are_not_added_twice(whole: Path, tmp_path: Path) -> None:
    readings = put(tmp_path, "abc")
    built(str(tmp_path), readings)
    again = built(str(tmp_path), readings)

    assert again.files == 0
    assert contents(str(tmp_path)) == contents(str(whole))
    assert not (tmp_path / "_work").exists()


class Killed(BaseException):
    """Stands for the end of the process."""


class Mortal(Workers):
    """Workers that die with everything after some tasks."""

    def __init__(self, tasks: int) -> None:
        super().__init__(HERE)
        self._left = tasks

    def each(
        self, do: Callable[[Any], Any], items: Iterable[Any], name: Callable[[Any], str] = str
    ) -> Iterator[tuple[Any, Any]]:
        for item in items:
            if not self._left:
                raise Killed
            self._left -= 1
            yield item, do(item)


def test_a_build_killed_anywhere_shows_nothing_and_goes_on(whole: Path, tmp_path: Path) -> None:
    for tasks in (0, 2, 6, 11, 17, 25):
        place = tmp_path / str(tasks)
        readings = put(place, "abc")
        try:
            Build(Storage(str(place)), Mortal(tasks), 2).run(readings)
        except Killed:
            assert {name.split("/")[0] for name in contents(str(place))} == {"_work"}
            built(str(place), readings, 2)

        assert contents(str(place)) == contents(str(whole)), tasks


def test_a_build_that_chooses_its_parts_goes_on_with_the_same_ones(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "ARTICLES_A_TASK", 4)
    monkeypatch.setattr(build, "GRAMS_A_TASK", 200)
    tasks = 0
    killed = True
    while killed:
        place = tmp_path / str(tasks)
        readings = put(place, "abc")
        killed = False
        try:
            Build(Storage(str(place)), Mortal(tasks)).run(readings)
        except Killed:
            killed = True
            built(str(place), readings)

        assert contents(str(place)) == contents(str(whole)), tasks
        tasks += 2

    assert tasks > 25, "there were too few parts"


def test_a_commit_killed_anywhere_is_completed(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = Storage.move
    left = 0

    def moved(self: Storage, source: str, target: str) -> None:
        nonlocal left
        if not left:
            raise Killed
        left -= 1
        move(self, source, target)

    for moves in (0, 1, 7):
        place = tmp_path / str(moves)
        readings = put(place, "abc")
        left = moves
        monkeypatch.setattr(Storage, "move", moved)
        with pytest.raises(Killed):
            built(str(place), readings)
        monkeypatch.setattr(Storage, "move", move)

        built(str(place), readings)

        after = contents(str(place))
        assert {name: held for name, held in after.items() if not name.startswith("_work/")} == contents(
            str(whole)
        )


def test_what_a_killed_build_of_other_files_left_is_not_used(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(Killed):
        Build(Storage(str(tmp_path)), Mortal(9), 2).run(put(tmp_path, "ab"))

    built(str(tmp_path), put(tmp_path, "abc"))

    assert contents(str(tmp_path)) == contents(str(whole))


def test_the_latest_reading_of_an_address_counts_and_moves_to_its_day(tmp_path: Path) -> None:
    url = "http://site.example/1.html"
    early = Article(url, title="旧", text="\n".join(sentences("old", 6)), published_at="2026-03-01")
    late = Article(url, title="新", text="\n".join(sentences("new", 6)), published_at="2026-03-05")
    found = []
    for order in ("el", "le"):
        place = str(tmp_path / order)
        for name in order:
            article, at = (early, "2026-03-01T01:00:00Z") if name == "e" else (late, "2026-03-06T01:00:00Z")
            built(place, [put_reading(place, name, [article], at)])
        found.append(contents(place))

    assert found[0] == found[1]
    assert {name.split("/")[1] for name in found[0] if name.startswith("articles/")} == {"day=2026-03-05"}
    assert {name.split("/")[1] for name in found[0] if name.startswith("grams/")} == {"day=2026-03-05"}


def test_what_everybody_prints_ties_nobody(tmp_path: Path) -> None:
    line = "".join(sentences("imprint", 3))
    place = str(tmp_path)
    pages = [
        Article(f"http://s{n}.example/{n}", title=None, text="\n".join([*sentences(n, 3), line]))
        for n in range(30)
    ]

    built(place, [put_reading(place, "a", pages)])

    assert len(set(homes(place).values())) == 30


def test_a_lake_made_in_another_way_is_refused(whole: Path, tmp_path: Path) -> None:
    built(str(tmp_path), put(tmp_path, "a"))
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"fold": 3', '"fold": 1'))

    with pytest.raises(WrongUse, match=r"built by format 2, .*, fold 1; here is format 2, .*, fold 3"):
        built(str(tmp_path), [])
    assert not (tmp_path / "_work").exists()


def test_two_builds_of_one_folder_at_once_are_refused(whole: Path, tmp_path: Path) -> None:
    place = Storage(str(tmp_path))
    place.prepare()
    with place.held(), pytest.raises(Busy, match="another build of this lake is under way") as met:
        built(str(tmp_path), put(tmp_path, "abc"))
    assert met.value.exit_code == ExitCode.TRY_LATER

    built(str(tmp_path), put(tmp_path, "abc"))
    assert contents(str(tmp_path)) == contents(str(whole))


class Interrupted(Workers):
    """Workers beside which another build of the same lake begins."""

    def each(
        self, do: Callable[[Any], Any], items: Iterable[Any], name: Callable[[Any], str] = str
    ) -> Iterator[tuple[Any, Any]]:
        for item, result in super().each(do, items, name):
            with Storage("memory://lake").held():
                yield item, result


def test_of_two_builds_of_one_bucket_the_later_has_it_and_the_earlier_shows_nothing() -> None:
    place = Storage("memory://lake")
    reading = put_reading(place.address, "a", FILES["a"])

    with pytest.raises(Busy, match="another build of this lake began after this one"):
        Build(place, Interrupted(HERE)).run([reading])

    assert {name.split("/")[0] for name in place.names()} == {"_work"}
    built(place.address, [reading])
    assert len(homes(place.address)) == 4
    built(place.address, [reading])
    assert [name for name in place.names() if "_work" in name] == []


@pytest.mark.slow
def test_a_build_under_dask_is_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

    with socket() as another:
        with suppress(OSError):  # it is taken already
            another.bind(("127.0.0.1", 8787))  # Dask's own port: another cluster of this machine may have it
            another.listen()
        built(str(tmp_path), put(tmp_path, "abc"), 3, "local:2")

    assert contents(str(tmp_path)) == contents(str(whole))


KILLED = """
import os, signal, sys
from archive.lake.storage import Storage
from tests.archive.lake.made import built
from tests.archive.lake.test_build import put
from pathlib import Path

left = int(sys.argv[2])

def counted(name):
    whole = getattr(Storage, name)
    def call(self, *given):
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(self, *given)
    setattr(Storage, name, call)

readings = put(Path(sys.argv[1]), "abc")
for name in ("put", "move", "remove", "has"):
    counted(name)
built(sys.argv[1], readings, 2)
"""


@pytest.mark.slow
def test_builds_killed_again_and_again_end_with_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    deaths = 0
    for steps in [*random.Random(1).sample(range(4, 44), 3), 10_000]:
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(tmp_path), str(steps)],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        deaths += done.returncode == -signal.SIGKILL
        assert done.returncode in (0, -signal.SIGKILL), done.stderr

    assert deaths >= 2
    after = contents(str(tmp_path))
    assert {name: held for name, held in after.items() if not name.startswith("_work/")} == contents(
        str(whole)
    )
