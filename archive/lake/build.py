"""The build of a lake: read files, write days, group texts that share grams, and make all results visible at once."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import Any, TypeVar

import numpy as np

from archive.cluster.workers import Workers
from archive.errors import WrongUse
from archive.lake import schema
from archive.lake.components import write_clusters, write_neighbourhoods
from archive.lake.costs import Cost, Measured, measured
from archive.lake.days import STAGED, Day, captured, winners, write_day
from archive.lake.endings import Ending, end_part
from archive.lake.grams import (
    PAIR_END,
    GramRange,
    PairRange,
    even_ranges,
    least_of,
    pair_texts,
    ranges,
    sum_pairs,
)
from archive.lake.manifest import MADE_ANEW, Manifest, checked, commit, complete, held_by
from archive.lake.neighbours import DealtParts, Neighbourhoods, deal_out, group
from archive.lake.readings import Said, WarcReading, read_source
from archive.lake.storage import Storage

GRAMS_A_TASK = 1_000_000
ARTICLES_A_TASK = 20_000
NOTHING = ("", 0)
"""Digest and rows of a partition that is no more."""
WRITTEN_TOGETHER = ("articles", "texts", "grams")
_BUILD = "_work/build.json"
_WORK = 4
"""The version of the files below `_work`; what a build of another version left is not used."""

Item = TypeVar("Item")


@dataclass(slots=True)
class Built:
    """The result of a build. `unread` and `damages` are lines to print."""

    files: int = 0
    known: int = 0
    said: Said = field(default_factory=Said)
    unread: list[str] = field(default_factory=list)
    damages: list[str] = field(default_factory=list)
    damaged: int = 0
    manifest: Manifest = field(default_factory=Manifest)
    written: int = 0
    parted: int = 0
    """The number of articles in neighbourhoods that were too large and were split."""
    costs: list[Cost] = field(default_factory=list)


class Build:
    """One build of a lake; a build may add to a lake that exists."""

    def __init__(self, storage: Storage, workers: Workers, partitions: int = 0) -> None:
        """`partitions` is the number of parts of grams, pairs and neighbourhoods; 0 means a number by their size."""
        self._storage = storage
        self._workers = workers
        self._partitions = partitions
        self._built = Built()
        self._is_ours: Callable[[], None]
        self._there: dict[str, int] = {}
        """The sizes of the partitions that were there when the build began."""

    def run(self, readings: Iterable[WarcReading], like: str = "") -> Built:
        """Read the files that are not in the lake yet, and group all articles. Nothing is visible before the end.

        Raises WrongUse if the lake was made in another way, Busy if another build is under way, and the errors of
        workers and storage.
        """
        self._storage.prepare()
        with self._storage.held() as self._is_ours:
            try:
                return self._run(readings, like)
            finally:
                self._storage.tidy()

    def _run(self, readings: Iterable[WarcReading], like: str) -> Built:
        built, storage = self._built, self._storage
        complete(storage)
        held = held_by(storage)
        self._there = checked(storage, held)
        manifest = held or Manifest(like=like)
        now = Manifest(like=like)
        if manifest.made_by != now.made_by:
            raise WrongUse(
                f"{storage.shown}: built by {manifest.made_by}; here is {now.made_by}: build into another place"
            )
        wanted = [reading for reading in readings if reading.source.key not in manifest.sources]
        new = self._read(wanted)
        built.files = len(new)
        built.manifest = manifest
        if new:
            self._begin(manifest, new)
            self._add(manifest, new)
        return built

    def _read(self, wanted: list[WarcReading]) -> dict[str, WarcReading]:
        """Read the wanted files. Returns the readings that succeeded, by folder."""
        new = {}
        for reading, said in self._each("read", read_source, wanted, lambda reading: reading.source.address):
            if said.unread:
                self._built.unread.append(said.unread)
                continue
            new[reading.folder] = reading
            self._count(reading, said)
        self._built.unread.sort()
        return dict(sorted(new.items()))

    def _count(self, reading: WarcReading, said: Said) -> None:
        whole, built = self._built.said, self._built
        whole.responses += said.responses
        whole.passed.update(said.passed)
        whole.pages += said.pages
        whole.articles += said.articles
        whole.without.update(said.without)
        built.damages += said.damages
        built.damaged += said.damaged

    def _begin(self, manifest: Manifest, new: dict[str, WarcReading]) -> None:
        """Remove the remains of an unfinished build of other files; remains of the same files are used."""
        key = sha256(
            json.dumps([_WORK, list(new), sorted(manifest.sources), self._partitions]).encode()
        ).hexdigest()
        if self._storage.has(_BUILD) and self._storage.get(_BUILD).decode() == key:
            return
        for name in ("staged", "days", "losers.parquet", *_STEPS):
            self._storage.remove(f"_work/{name}")
        self._storage.put(_BUILD, key.encode())

    def _add(self, manifest: Manifest, new: dict[str, WarcReading]) -> None:
        storage = self._storage
        said = {folder: Said.load(storage.get(f"{folder}/said.json")) for folder in new}
        changed = self._write_days(manifest, said)
        tables = Tables({**manifest.partitions, **changed}, frozenset(changed))
        parts = tables.parts("articles")
        if parts:  # files may hold no article at all
            neighbourhoods, groups = self._group(tables)
            ended = dict(chain.from_iterable(self._end(tables, parts, neighbourhoods, groups)))
            sizes = {
                name: size for table in MADE_ANEW for name, size in storage.sizes(f"{STAGED}/{table}").items()
            }
            for name, held in ended.items():
                is_there = self._there.get(name, 0) == sizes.get(f"{STAGED}/{name}", 0)
                if manifest.partitions.get(name) != held or not is_there:
                    changed[name] = held
            left = (name for name in manifest.partitions if name.startswith(MADE_ANEW))
            changed |= {name: NOTHING for name in left if name not in ended}
        partitions = {**manifest.partitions, **changed}
        gone = [name for name, (_, rows) in partitions.items() if not rows]
        anew = {reading.source.address for reading in new.values()}
        sources = {key: told for key, told in manifest.sources.items() if told["address"] not in anew}
        for folder, reading in new.items():
            sources[reading.source.key] = _told(reading, said[folder])
        after = replace(
            manifest,
            sources=sources,
            partitions={name: held for name, held in sorted(partitions.items()) if name not in gone},
        )
        moved = [name for name in changed if name not in gone]
        self._built.manifest, self._built.written = after, len(moved)
        self._is_ours()
        commit(storage, STAGED, after, moved, gone)

    def _write_days(self, manifest: Manifest, said: dict[str, Said]) -> dict[str, tuple[str, int]]:
        """Write the partitions of the days in the readings: captures, articles, texts, grams.

        A day that the lake has in fewer parts than it should is written anew, too: older programs made no parts.
        """
        storage = self._storage
        held = manifest.parts("articles")
        found = winners(storage, list(said), held)
        for day in schema.of_wrong_parts(held, found.articles, schema.ARTICLES_A_PART):
            found.touched.setdefault(day, set())
        taken = {folder: set(one.captured) for folder, one in said.items()}
        captures = manifest.rows_by_day("captures") | captured(storage, said, manifest.parts("captures"))
        wrong = schema.of_wrong_parts(manifest.parts("captures"), captures, schema.CAPTURES_A_PART)
        touched = {
            day: {folder for folder in said if day in taken[folder]} for day in wrong.union(*taken.values())
        }
        tasks = [
            *self._days(manifest, "articles", found.touched, found.articles, schema.ARTICLES_A_PART),
            *self._days(manifest, "captures", touched, captures, schema.CAPTURES_A_PART),
        ]
        changed: dict[str, tuple[str, int]] = {}
        for task in tasks:
            changed |= dict.fromkeys(task.files, NOTHING)
        for _, result in self._each(
            "days", write_day, tasks, lambda task: f"{task.table} of {task.part.day}"
        ):
            changed |= result
        return changed

    def _days(
        self, manifest: Manifest, table: str, touched: dict[str, set[str]], rows: Counter[str], most: int
    ) -> Iterator[Day]:
        """The parts of the days to be written, each with the day's files that the lake has."""
        held: dict[str, list[schema.Part]] = {}
        for part in manifest.parts(table):
            held.setdefault(part.day, []).append(part)
        written = WRITTEN_TOGETHER if table == "articles" else (table,)
        for day, folders in sorted(touched.items()):
            parts = tuple(held.get(day, ()))
            files = {part.file(one) for part in parts for one in written} & manifest.partitions.keys()
            for part in schema.parts_of_day(day, rows[day], most):
                yield Day(self._storage.address, table, part, tuple(sorted(folders)), parts, frozenset(files))

    def _group(self, tables: "Tables") -> tuple[str, list[str]]:
        """Group the articles. Returns the file of neighbourhoods, and the files of their stories."""
        storage, lake = self._storage, self._storage.address
        files = tables.places("grams")
        number = self._number(sum(tables.sizes("grams")), GRAMS_A_TASK)
        spans = even_ranges(storage, files, number)
        strong = self._pairs("strong", files, spans, "")
        clusters, neighbourhoods = "_work/clusters.parquet", "_work/neighbourhoods.parquet"
        for _ in self._each("clusters", partial(_clusters, storage, strong), [clusters], str):
            pass
        near = self._pairs("near", files, spans, clusters)
        articles = tables.places("articles")
        parts = partial(_neighbourhoods, storage, articles, clusters, near)
        for _, parted in self._each("neighbourhoods", parts, [neighbourhoods], str):
            self._built.parted = parted
        pairs = list(zip(articles, tables.places("texts"), strict=True))
        dealt = [
            DealtParts(lake, tuple(some), neighbourhoods, f"_work/dealt/{n:06}.parquet")
            for n, some in enumerate(in_groups(pairs, tables.sizes("articles"), ARTICLES_A_TASK))
        ]
        members = sum(n for _, n in self._each("deal", deal_out, dealt, lambda task: task.out))
        common = tuple(f"_work/near-grams/{n:05}.parquet.common" for n in range(len(spans)))
        tasks = [
            Neighbourhoods(
                lake, tuple(task.out for task in dealt), common, low, high, f"_work/groups/{n:05}.parquet"
            )
            for n, (low, high) in enumerate(ranges(PAIR_END, self._number(members, ARTICLES_A_TASK)))
        ]
        for _ in self._each("group", group, tasks, lambda task: task.out):
            pass
        return neighbourhoods, [task.out for task in tasks]

    def _pairs(
        self, step: str, files: tuple[str, ...], spans: list[tuple[int, int]], clusters: str
    ) -> list[str]:
        """Find the pairs of texts, or of clusters, that share enough grams. Returns the files of the pairs."""
        lake = self._storage.address
        counts = [
            GramRange(lake, files, low, high, f"_work/{step}-grams/{n:05}.parquet", clusters)
            for n, (low, high) in enumerate(spans)
        ]
        for _ in self._each(f"{step} grams", pair_texts, counts, lambda task: task.out):
            pass
        least = least_of(strong=not clusters)
        sums = [
            PairRange(
                lake, tuple(task.out for task in counts), low, high, f"_work/{step}/{n:05}.parquet", least
            )
            for n, (low, high) in enumerate(ranges(PAIR_END, len(spans)))
        ]
        for _ in self._each(f"{step} pairs", sum_pairs, sums, lambda task: task.out):
            pass
        return [task.out for task in sums]

    def _end(
        self, tables: "Tables", parts: list[schema.Part], neighbourhoods: str, groups: list[str]
    ) -> Iterator[Iterable[tuple[str, tuple[str, int]]]]:
        tasks = [
            Ending(
                self._storage.address,
                part,
                tuple(groups),
                tables.place(part.file("articles")),
                neighbourhoods,
            )
            for part in schema.whole_days(parts)
        ]
        for _, result in self._each("stories", end_part, tasks, lambda task: task.part.file("stories")):
            yield result.items()

    def _number(self, rows: int, a_task: int) -> int:
        return self._partitions or max(1, -(-rows // a_task))

    def _each(
        self, stage: str, do: Callable[[Any], Any], items: Iterable[Any], name: Callable[[Any], str]
    ) -> Iterator[tuple[Any, Any]]:
        """Each item with its result in a stage; the stage's cost is counted."""
        cost = Cost(stage)
        self._built.costs.append(cost)
        for item, found in self._workers.each(partial(measured, do), items, name):
            assert isinstance(found, Measured)
            cost.add(found)
            yield item, found.result


_STEPS = (
    "strong-grams", "strong", "clusters.parquet", "near-grams", "near", "neighbourhoods.parquet", "dealt", "groups",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tables:
    """The partitions as a build has them; those in `staged` are not in their places yet."""

    partitions: dict[str, tuple[str, int]]
    staged: frozenset[str]

    def parts(self, table: str) -> list[schema.Part]:
        """The parts of a table that have rows."""
        return schema.parts_in((name for name, (_, rows) in self.partitions.items() if rows), table)

    def place(self, name: str) -> str:
        """Where a partition lies; nowhere if it has no rows."""
        if not self.partitions.get(name, NOTHING)[1]:
            return ""
        return f"{STAGED}/{name}" if name in self.staged else name

    def places(self, table: str) -> tuple[str, ...]:
        """Where the parts of a table lie that have rows."""
        return tuple(self.place(part.file(table)) for part in self.parts(table))

    def sizes(self, table: str) -> list[int]:
        """The number of rows of each of them."""
        return [self.partitions[part.file(table)][1] for part in self.parts(table)]


def in_groups(items: list[Item], sizes: list[int], most: int) -> list[list[Item]]:
    """Items one after the other, in groups of at most `most` articles; a larger one is a group of its own."""
    groups: list[list[Item]] = []
    left = 0
    for item, size in zip(items, sizes, strict=True):
        if not groups or size > left:
            groups.append([])
            left = most
        groups[-1].append(item)
        left -= size
    return groups


def _clusters(storage: Storage, files: list[str], out: str) -> int:
    if not storage.has(out):
        write_clusters(storage, files, out)
    return 0


def _neighbourhoods(
    storage: Storage, articles: tuple[str, ...], clusters: str, near: list[str], out: str
) -> int:
    """Write the neighbourhoods. Returns the number of articles in neighbourhoods that were split."""
    finished = f"{out}.json"
    if not storage.has(finished):
        texts = []
        for file in articles:
            table = storage.read(file, ["folded_id", "length"])
            texts.append(table["folded_id"].to_numpy()[table["length"].to_numpy() > 0])
        _, parted = write_neighbourhoods(storage, np.concatenate(texts), clusters, near, out)
        storage.put(finished, str(parted).encode())
    return int(storage.get(finished))


def _told(reading: WarcReading, said: Said) -> dict[str, Any]:
    """The manifest's entry for a source."""
    return {
        "address": reading.source.address,
        "size": reading.source.size,
        "responses": said.responses,
        "passed": dict(sorted(said.passed.items())),
        "pages": said.pages,
        "articles": said.articles,
        "damages": said.damaged,
    }
