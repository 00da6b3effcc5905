"""Texts that share grams: the pairs of similar texts, found from the index of all grams, one range at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa

from archive.grouping.postings import COMMON
from archive.grouping.texts import PASSAGE, STORED_ROWS, Text
from archive.lake.storage import Storage
from extract.compare.fingerprint import GRAM, SMALLEST

STRONG = 0.7
"""Share of the smaller sample from which two texts count as one story before any proof. Misprints lower the share to
about this, and different words in one template lower it further."""
FEW = COMMON
"""Up to so many texts of one gram are all paired with each other; of more texts, each is paired with the first text
and with the text before it."""
FILES_ASKED, GRAMS_ASKED = 16, 1_000_000
"""The files, and the grams, by which all grams are divided; fewer of either where a lake has no more."""
PAIRS_AT_ONCE = 400_000
"""Pairs that are counted at once, which bounds a worker's memory: some 100 bytes each."""
MOST_SAMPLED = SMALLEST + STORED_ROWS
MORE_BITS = 16
"""Bits of a gram's number beside those of an archive. By 32 bits alone a gram of 10^8 articles would be printed by
thirty others by chance, so that every gram would be taken for a common one."""
GRAM_END = 1 << (32 + MORE_BITS)
PAIR_END = 1 << 62
PAIRS = pa.schema(
    [(name, pa.int64()) for name in ("key", "one", "other", "shared")] + [("smaller", pa.int32())]
)
Ints = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class GramRange:
    """A range of grams of all texts: the sorted files with the grams, and the file of clusters found before, if any."""

    lake: str
    files: tuple[str, ...]
    low: int
    high: int
    out: str
    clusters: str = ""


@dataclass(frozen=True, slots=True)
class PairRange:
    """A range of pairs: the files with their counts, and the least share of the smaller sample that is kept."""

    lake: str
    files: tuple[str, ...]
    low: int
    high: int
    out: str
    least: float


def ranges(end: int, number: int) -> list[tuple[int, int]]:
    """The numbers below `end` divided into `number` ranges of about equal size."""
    edges = [end * n // number for n in range(number + 1)]
    return list(pairwise(edges))


def numbers(text: Text) -> list[int]:
    """The numbers of a text's grams, sorted: each has the archive's hash in its upper bits, and more bits below."""
    if not text.folded:
        return []
    folded, places = text.folded, text.imprint.grams.places
    grams = {_number(value, folded[places[value] : places[value] + GRAM]) for value in text.sampled}
    return sorted({*grams, _number(text.whole, folded)})


def _number(value: int, characters: str) -> int:
    # the archive's hash is of UTF-32: of other bytes the same function gives other bits
    more = crc32(characters.encode("utf-16-le", "surrogatepass")) & ((1 << MORE_BITS) - 1)
    return value << MORE_BITS | more


def hashes(numbers: Ints) -> Ints:
    """The archive's hashes of some grams, by their numbers; sorted, each once."""
    return np.unique(numbers >> MORE_BITS)


def even_ranges(storage: Storage, files: tuple[str, ...], number: int) -> list[tuple[int, int]]:
    """All grams divided into `number` ranges with about as many rows each, by the grams of a few files.

    Every text keeps its smallest grams, so that ranges of equal width would put many times the rows into the first.
    """
    seen, held = [np.empty(0, np.int64)], 0
    for file in files[:: max(len(files) // FILES_ASKED, 1)]:
        seen.append(storage.read(file, ["gram"])["gram"].to_numpy())
        held += len(seen[-1])
        if held >= GRAMS_ASKED:
            break
    grams = np.sort(np.concatenate(seen))
    inner = grams[[len(grams) * n // number for n in range(1, number)]].tolist() if held else []
    edges = [0, *dict.fromkeys(edge for edge in inner if edge), GRAM_END]
    return list(pairwise(edges))


def pair_texts(task: GramRange) -> int:
    """Count the grams of a range that two texts share, or two clusters of texts. Returns the number of gram rows.

    With clusters, the common grams of the range are written too.
    """
    storage = Storage(task.lake)
    if storage.has(task.out):
        return 0
    grams, texts, sampled = _index(storage, task)
    if task.clusters:
        texts, sampled = _by_cluster(storage, task.clusters, texts, sampled)
    grams, texts, sampled = _each_once(grams, texts, sampled)
    starts, sizes = _runs(grams)
    if task.clusters:
        common = grams[starts[sizes > COMMON]]
        storage.write(f"{task.out}.common", pa.table({"gram": common}))
    storage.write(task.out, _summed(_counts(texts, sampled, starts, sizes, has_stars=not task.clusters)))
    return len(grams)


def sum_pairs(task: PairRange) -> int:
    """Add the counts from all ranges of grams for a range of pairs; pairs that share enough are kept."""
    storage = Storage(task.lake)
    if storage.has(task.out):
        return 0
    keys = {"key": (task.low, task.high - 1)}
    tables = [storage.read_where(file, PAIRS.names, keys) for file in task.files]
    summed = _added(tables)
    shared, smaller = summed["shared"].to_numpy(), summed["smaller"].to_numpy()
    share = shared / np.maximum(np.minimum(smaller, MOST_SAMPLED), 1)
    enough = (share >= task.least) & ((shared >= 2) | (share >= STRONG))
    kept = summed.filter(pa.array(enough)).append_column("share", pa.array(share[enough]))
    storage.write(task.out, kept.select(["one", "other", "share"]))
    return len(summed)


def least_of(*, strong: bool) -> float:
    """The least share of a pair: STRONG for surely similar texts, PASSAGE for texts that share a passage."""
    return STRONG if strong else PASSAGE


def _index(storage: Storage, task: GramRange) -> tuple[Ints, Ints, Ints]:
    names = ("gram", "folded_id", "sampled")
    tables = [storage.read_where(file, names, {"gram": (task.low, task.high - 1)}) for file in task.files]
    nothing = np.empty(0, np.int64)  # no text of the lake may have a gram
    grams, texts, sampled = (
        np.concatenate([nothing, *(table[name].to_numpy().astype(np.int64) for table in tables)])
        for name in names
    )
    return grams, texts, sampled


def _by_cluster(storage: Storage, file: str, texts: Ints, sampled: Ints) -> tuple[Ints, Ints]:
    """The cluster of each text, and the sample sizes; a text without a cluster is its own cluster."""
    table = storage.read(file)
    known = table["text"].to_numpy()
    if not len(known):
        return texts, sampled
    at = np.minimum(np.searchsorted(known, texts), len(known) - 1)
    is_known = known[at] == texts
    return np.where(is_known, table["cluster"].to_numpy()[at], texts), sampled


def _each_once(grams: Ints, texts: Ints, sampled: Ints) -> tuple[Ints, Ints, Ints]:
    """Each pair of gram and text once, with the smallest sample, sorted by gram and text."""
    order = np.lexsort((sampled, texts, grams))
    grams, texts, sampled = grams[order], texts[order], sampled[order]
    is_first = np.ones(len(grams), bool)
    is_first[1:] = (grams[1:] != grams[:-1]) | (texts[1:] != texts[:-1])
    return grams[is_first], texts[is_first], sampled[is_first]


def _runs(values: Ints) -> tuple[Ints, Ints]:
    """The start of each value among sorted values, and the number of its occurrences."""
    if not len(values):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    return starts, np.diff(np.concatenate([starts, [len(values)]]))


def _counts(texts: Ints, sampled: Ints, starts: Ints, sizes: Ints, *, has_stars: bool) -> Iterator[pa.Table]:
    """The counted pairs of some runs at a time. `has_stars` says whether runs of more than FEW texts have pairs."""
    pairs = np.where(sizes <= FEW, sizes * (sizes - 1) // 2, 2 * sizes - 3 if has_stars else 0)
    edges = np.flatnonzero(np.diff(np.cumsum(pairs) // PAIRS_AT_ONCE)) + 1
    for first, last in pairwise([0, *edges.tolist(), len(starts)]):
        begins, lengths = starts[first:last], sizes[first:last]
        small = [_all_pairs(begins[lengths == n], n) for n in range(2, FEW + 1)]
        large = [_star(int(begins[n]), int(lengths[n])) for n in np.flatnonzero(lengths > FEW) if has_stars]
        places = np.concatenate([np.empty((0, 2), np.int64), *small, *large])
        yield _counted(texts[places[:, 0]], texts[places[:, 1]], *_both(sampled, places))


def _summed(parts: Iterable[pa.Table]) -> pa.Table:
    """The sum of counted pairs, added up whenever as many have come as are counted at once."""
    held: list[pa.Table] = []
    for part in parts:
        held.append(part)
        if sum(map(len, held[1:])) > PAIRS_AT_ONCE:
            held = [_added(held)]
    return _added(held)


def _added(tables: list[pa.Table]) -> pa.Table:
    columns = [np.concatenate([table[name].to_numpy() for table in tables]) for name in PAIRS.names[1:]]
    return _counted(columns[0], columns[1], columns[2], columns[3])


def _all_pairs(starts: Ints, size: int) -> Ints:
    one, other = np.triu_indices(size, 1)
    return np.stack([(starts[:, None] + one).ravel(), (starts[:, None] + other).ravel()], axis=1)


def _star(start: int, size: int) -> Ints:
    """Pairs of a run: the first with each later one, and each later one with the next."""
    later = np.arange(start + 1, start + size)
    first = np.stack([np.full(len(later), start), later], axis=1)
    return np.concatenate([first, np.stack([later[:-1], later[1:]], axis=1)])


def _both(sampled: Ints, places: Ints) -> tuple[Ints, Ints]:
    return np.ones(len(places), np.int64), np.minimum(sampled[places[:, 0]], sampled[places[:, 1]])


def _counted(one: Ints, other: Ints, shared: Ints, smaller: Ints) -> pa.Table:
    """Each pair once, with the sum of its shared grams and the smallest sample."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    keys = mixed(low, high)
    order = np.lexsort((high, low, keys))
    low, high, keys, shared, smaller = (column[order] for column in (low, high, keys, shared, smaller))
    is_first = np.ones(len(low), bool)
    is_first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    starts = np.flatnonzero(is_first)
    if len(starts):
        shared, smaller = np.add.reduceat(shared, starts), np.minimum.reduceat(smaller, starts)
    columns = [keys[starts], low[starts], high[starts], shared, smaller.astype(np.int32)]
    return pa.table([pa.array(column) for column in columns], schema=PAIRS)


def mixed(one: Ints, other: Ints) -> Ints:
    """A hash below 2^62 of two numbers, evenly spread; it divides pairs among tasks."""
    value = one.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    value ^= other.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    value ^= value >> np.uint64(29)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    return (value >> np.uint64(2)).astype(np.int64)
