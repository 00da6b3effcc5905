"""Connected components: clusters of nearly equal texts, and neighbourhoods, each of which one worker groups."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from archive.lake.grams import PAIRS_AT_ONCE, Ints, mixed
from archive.lake.storage import Storage

MOST_ARTICLES = 4000
"""Articles of a neighbourhood; in a larger one the weakest pairs are dropped, step by step, to split it."""
STEPS = (0.06, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def edges(storage: Storage, files: list[str], *columns: str) -> "Iterator[np.ndarray[Any, Any]]":
    """Columns of the pairs in some files, one after the other."""
    for name in columns:
        yield np.concatenate([storage.read(file, [name])[name].to_numpy() for file in files])


def _some_pairs(storage: Storage, files: list[str]) -> Iterator[tuple[Ints, Ints]]:
    """The pairs in some files, at least PAIRS_AT_ONCE together but for the last."""
    held: list[tuple[Ints, Ints]] = []
    for file in files:
        table = storage.read(file, ["one", "other"])
        held.append((table["one"].to_numpy(), table["other"].to_numpy()))
        if sum(len(one) for one, _ in held) >= PAIRS_AT_ONCE or file is files[-1]:
            yield np.concatenate([one for one, _ in held]), np.concatenate([other for _, other in held])
            held = []


def write_clusters(storage: Storage, files: list[str], out: str) -> None:
    """Write the cluster of each text with strong pairs; a cluster's number is the smallest number of its texts.

    Some pairs are joined at a time: there are many times as many pairs as texts.
    """
    texts = np.empty(0, np.int64)
    for ends in _some_pairs(storage, files):
        texts = np.unique(np.concatenate([texts, *ends]))
    labels = np.arange(len(texts))
    for one, other in _some_pairs(storage, files):
        ends = labels[np.searchsorted(texts, one)], labels[np.searchsorted(texts, other)]
        labels = components(len(texts), *ends)[labels]
    storage.write(out, pa.table({"text": texts, "cluster": texts[labels]}))


def write_neighbourhoods(
    storage: Storage, texts: Ints, clusters: str, files: list[str], out: str
) -> tuple[int, int]:
    """Write the neighbourhood of each text that has neighbours; `texts` has the text of each article.

    Returns the number of neighbourhoods, and the number of articles in neighbourhoods that were split.
    """
    known, articles = np.unique(texts, return_counts=True)
    table = storage.read(clusters)
    at = np.searchsorted(known, table["text"].to_numpy())
    cluster = known.copy()
    cluster[at] = table["cluster"].to_numpy()
    nodes, node = np.unique(cluster, return_inverse=True)
    weight = np.bincount(node, weights=articles, minlength=len(nodes)).astype(np.int64)
    one, other, share = edges(storage, files, "one", "other", "share")
    ends = np.searchsorted(nodes, one), np.searchsorted(nodes, other)
    labels, parted = bounded(len(nodes), ends[0], ends[1], share, weight)
    size = np.bincount(labels, weights=weight, minlength=len(nodes))
    label = labels[node]
    is_shared = size[label] > 1
    mark = nodes[label[is_shared]]
    storage.write(
        out, pa.table({"text": known[is_shared], "neighbourhood": mixed(mark, np.zeros_like(mark))})
    )
    return int((size > 1).sum()), parted


def bounded(
    number: int, one: Ints, other: Ints, share: "np.ndarray[Any, Any]", weight: Ints
) -> tuple[Ints, int]:
    """Components of at most MOST_ARTICLES, if dropping weak pairs can split the larger ones that far.

    Returns the component of each node, and the number of articles in components that were too large.
    """
    labels = components(number, one, other)
    was_large = np.bincount(labels, weights=weight, minlength=number)[labels] > MOST_ARTICLES
    for least in STEPS:
        is_large = np.bincount(labels, weights=weight, minlength=number)[labels] > MOST_ARTICLES
        if not is_large.any():
            break
        kept = ~is_large[one] | (share >= least)
        one, other, share = one[kept], other[kept], share[kept]
        labels = components(number, one, other)
    return labels, int(weight[was_large].sum())


def components(number: int, one: Ints, other: Ints) -> Ints:
    """The component of each of `number` nodes, named by the component's smallest node."""
    labels = np.arange(number)
    while True:
        low = np.minimum(labels[one], labels[other])
        before = labels.copy()
        for ends in (one, other):
            np.minimum.at(labels, labels[ends], low)
            np.minimum.at(labels, ends, low)
        while (jumped := labels[labels]).tobytes() != labels.tobytes():
            labels = jumped
        if np.array_equal(labels, before):
            return labels
