"""The build of a lake: read files, write days, group texts that share grams, and make all results visible at once."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import Any

import numpy as np

from archive.cluster.workers import Workers
from archive.errors import WrongUse
from archive.lake import schema
from archive.lake.components import write_clusters, write_neighbourhoods
from archive.lake.costs import Cost, Measured, measured
from archive.lake.days import STAGED, Day, winners, write_day
from archive.lake.endings import Ending, end_day
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
from archive.lake.neighbours import DealtDays, Neighbourhoods, deal_out, group
from archive.lake.readings import Said, WarcReading, read_source
from archive.lake.storage import Storage

GRAMS_A_TASK = 1_000_000
ARTICLES_A_TASK = 20_000
_BUILD = "_work/build.json"
_WORK = 3
"""The version of the files below `_work`; what a build of another version left is not used."""


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
            return self._run(readings, like)

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
        partitions = dict(manifest.partitions)
        changed = self._write_days(manifest, said)
        partitions.update(changed)
        staged = frozenset(schema.days_of(list(changed), "articles"))
        days = sorted({*manifest.days("articles"), *staged})
        if days:  # files may hold no article at all
            neighbourhoods, groups = self._group(days, staged, partitions)
            ended = list(self._end(days, staged, neighbourhoods, groups))
            sizes = {
                name: size for table in MADE_ANEW for name, size in storage.sizes(f"{STAGED}/{table}").items()
            }
            for name, held in chain.from_iterable(made.items() for made in ended):
                is_there = self._there.get(name, 0) == sizes.get(f"{STAGED}/{name}", 0)
                if manifest.partitions.get(name) != held or not is_there:
                    changed[name] = held
        partitions.update(changed)
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
        """Write the partitions of the days in the readings: captures, articles, texts, grams."""
        storage, lake = self._storage, self._storage.address
        touched = winners(storage, list(said), manifest.days("articles"))
        tasks = [
            Day(lake, "articles", day, tuple(sorted(folders)), day in manifest.days("articles"))
            for day, folders in sorted(touched.items())
        ]
        for day in sorted({day for one in said.values() for day in one.captured}):
            folders = tuple(folder for folder, one in said.items() if day in one.captured)
            tasks.append(Day(lake, "captures", day, folders, day in manifest.days("captures")))
        changed: dict[str, tuple[str, int]] = {}
        for _, result in self._each("days", write_day, tasks, lambda task: f"{task.table} of {task.day}"):
            changed |= result
        return changed

    def _group(
        self, days: list[str], staged: frozenset[str], partitions: dict[str, tuple[str, int]]
    ) -> tuple[str, list[str]]:
        """Group the articles. Returns the file of neighbourhoods, and the files of their stories."""
        storage, lake = self._storage, self._storage.address
        files = tuple(_place("grams", day, staged) for day in days)
        rows = sum(partitions[schema.file_of("grams", day)][1] for day in days)
        number = self._number(rows, GRAMS_A_TASK)
        spans = even_ranges(storage, files, number)
        strong = self._pairs("strong", files, spans, "")
        clusters, neighbourhoods = "_work/clusters.parquet", "_work/neighbourhoods.parquet"
        for _ in self._each("clusters", partial(_clusters, storage, strong), [clusters], str):
            pass
        near = self._pairs("near", files, spans, clusters)
        articles = [_place("articles", day, staged) for day in days]
        parts = partial(_neighbourhoods, storage, articles, clusters, near)
        for _, parted in self._each("neighbourhoods", parts, [neighbourhoods], str):
            self._built.parted = parted
        sizes = [partitions[schema.file_of("articles", day)][1] for day in days]
        dealt = [
            DealtDays(lake, tuple(some), staged, neighbourhoods, f"_work/dealt/{n:06}.parquet")
            for n, some in enumerate(in_groups(days, sizes, ARTICLES_A_TASK))
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
        self, days: list[str], staged: frozenset[str], neighbourhoods: str, groups: list[str]
    ) -> Iterator[dict[str, tuple[str, int]]]:
        tasks = [
            Ending(self._storage.address, day, tuple(groups), _place("articles", day, staged), neighbourhoods)
            for day in days
        ]
        for _, result in self._each("stories", end_day, tasks, lambda task: task.day):
            yield result

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


def _place(table: str, day: str, staged: frozenset[str]) -> str:
    file = schema.file_of(table, day)
    return f"{STAGED}/{file}" if day in staged else file


def in_groups(days: list[str], sizes: list[int], most: int) -> list[list[str]]:
    """Days one after the other, in groups of at most `most` articles; a larger day is a group of its own."""
    groups: list[list[str]] = []
    left = 0
    for day, size in zip(days, sizes, strict=True):
        if not groups or size > left:
            groups.append([])
            left = most
        groups[-1].append(day)
        left -= size
    return groups


def _clusters(storage: Storage, files: list[str], out: str) -> int:
    if not storage.has(out):
        write_clusters(storage, files, out)
    return 0


def _neighbourhoods(storage: Storage, articles: list[str], clusters: str, near: list[str], out: str) -> int:
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
