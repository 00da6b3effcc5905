"""Grouping copies into stories: ours in two orders of arrival, and the usual methods beside it.

    python -m tests.quality.copies [BENCH.jsonl]

BENCH.jsonl holds one article a line (id, cluster, kind, title, text) and lies in the shared folder. Ours takes the
articles one at a time, as they arrive: as stored articles, and as HTML pages in WARC files through `scrapy ingest`.
The thresholds are cross-validated: the clusters are dealt into two halves, for each half the shift of all thresholds
that serves it best is chosen, and the other half is scored with it.
MinHash: 128 permutations, 32 bands of 4 rows, 5-character shingles, best Jaccard threshold of six, chosen on the
very articles it is scored on. SimHash: 64 bits over 4-character shingles, Hamming distance 3 at most.
"""

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import blake2b
from html import escape
from io import BytesIO
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from rensa import RMinHash, RMinHashLSH
from rich.console import Console
from rich.table import Table
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extract.compare import likeness
from extract.script.fold import fold
from tests.shelf import Shelf

TABLE = "copies: pairs of articles in one story, B-cubed, and what must stay apart"
BENCH = Path(__file__).parents[3] / "shared" / "copies" / "bench.jsonl"
SHIFTS = (-0.10, -0.05, 0.0, 0.05, 0.10)
JACCARDS = (0.2, 0.3, 0.35, 0.4, 0.5, 0.6)
LEAST = {"F1": 0.995, "B³ F1": 0.997, "joined": 0.995}
"""Floors of ours, a little under the figures of docs/decisions/copies.md: an order of arrival moves a pair or two."""
Groups = dict[int, Hashable]


@dataclass(frozen=True, slots=True)
class Doc:
    """An article of the bench with its true cluster."""

    id: int
    cluster: int
    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """What a grouping got right. `joined` is the share of copies in one story with their base."""

    precision: float
    recall: float
    b3_precision: float
    b3_recall: float
    joined: float
    followups: int
    roundups: int

    @property
    def f1(self) -> float:
        """Of pairs."""
        return _harmonic(self.precision, self.recall)

    @property
    def b3(self) -> float:
        """B-cubed F1."""
        return _harmonic(self.b3_precision, self.b3_recall)


def main() -> int:
    """Print the table; 1 where ours is under a floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", nargs="?", type=Path, default=BENCH)
    path = parser.parse_args().bench
    if not path.exists():
        print(f"copies: {path} is not here; nothing measured", file=sys.stderr)
        return 0
    docs = read_bench(path)
    table = Table("method", "P", "R", "F1", "B³ F1", "joined", "follow-ups", "round-ups", "docs/s")
    poor = []
    for name, method in _methods().items():
        begun = time.perf_counter()
        found = score(docs, method(docs))
        _row(table, name, found, len(docs) / (time.perf_counter() - begun))
        if name.startswith("ours"):
            poor += [f"{name}: {said}" for said in under(found)]
    for name, measured in cross_validated(docs).items():
        _row(table, name, measured, None)
    Console(width=120).print(table)
    for line in poor:
        print(line, file=sys.stderr)
    return 1 if poor else 0


def read_bench(path: Path) -> list[Doc]:
    """The articles of the bench."""
    return [Doc(**json.loads(line)) for line in path.read_text("utf-8").splitlines() if line.strip()]


def under(found: Score) -> list[str]:
    """The figures that are under their floors, each with the floor."""
    measured = {"F1": found.f1, "B³ F1": found.b3, "joined": found.joined}
    return [
        f"{name} {measured[name]:.4f} < {least}" for name, least in LEAST.items() if measured[name] < least
    ]


def _methods() -> dict[str, Callable[[Sequence[Doc]], Groups]]:
    return {
        "ours, as listed": ours,
        "ours, shuffled": lambda docs: ours(_shuffled(docs)),
        "ours, ingested as listed": ingested,
        "ours, ingested shuffled": lambda docs: ingested(_shuffled(docs)),
        "MinHash, raw text": lambda docs: minhash(docs, lambda text: text),
        "MinHash, folded": lambda docs: minhash(docs, fold),
        "SimHash, folded": simhash,
    }


def score(docs: Sequence[Doc], groups: Groups) -> Score:
    """The figures of shared/tools/score_copies.py; an article without a group stands alone."""
    found = {doc.id: groups.get(doc.id, ("alone", doc.id)) for doc in docs}
    clusters = Counter(doc.cluster for doc in docs)
    stories = Counter(found.values())
    cells = Counter((doc.cluster, found[doc.id]) for doc in docs)
    right = sum(map(_pairs, cells.values()))
    kinds: dict[Hashable, set[int]] = defaultdict(set)
    for doc in docs:
        kinds[found[doc.id]].add(doc.cluster)
    bases = {doc.cluster: found[doc.id] for doc in docs if doc.kind == "base"}
    copies = [
        found[doc.id] == bases[doc.cluster] for doc in docs if doc.kind == "copy" and doc.cluster in bases
    ]
    cell = [cells[doc.cluster, found[doc.id]] for doc in docs]
    merged = Counter(doc.kind for doc in docs if len(kinds[found[doc.id]]) > 1)
    return Score(
        precision=right / max(sum(map(_pairs, stories.values())), 1),
        recall=right / max(sum(map(_pairs, clusters.values())), 1),
        b3_precision=sum(n / stories[found[doc.id]] for n, doc in zip(cell, docs, strict=True)) / len(docs),
        b3_recall=sum(n / clusters[doc.cluster] for n, doc in zip(cell, docs, strict=True)) / len(docs),
        joined=sum(copies) / max(len(copies), 1),
        followups=merged["followup"],
        roundups=merged["roundup"],
    )


def ours(docs: Iterable[Doc]) -> Groups:
    """The stories that the archive makes of articles that arrive one by one."""
    shelf = Shelf()
    shelf.conn.execute("BEGIN")
    ids = {shelf.put(doc.text, doc.title): doc.id for doc in docs}
    return {ids[article]: story for article, story in shelf.homes().items()}


def ingested(docs: Sequence[Doc]) -> Groups:
    """The stories of the same articles as HTML pages in a WARC file that `scrapy ingest` takes."""
    with TemporaryDirectory() as folder:
        warc, archive = Path(folder, "pages.warc.gz"), Path(folder, "archive")
        _write_pages(docs, warc)
        command = [sys.executable, "-m", "scrapy", "ingest", "-s", f"ARCHIVE_DIR={archive}", str(warc)]
        subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[2])
        with closing(sqlite3.connect(archive / "archive.db")) as conn:
            rows = conn.execute(
                "SELECT a.url, m.story_id FROM carriers AS m JOIN articles AS a ON a.id = m.article_id"
            ).fetchall()
    return {int(url.rpartition("/")[2]): story for url, story in rows}


def _write_pages(docs: Iterable[Doc], warc: Path) -> None:
    with warc.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for doc in docs:
            lines = "".join(f"<p>{escape(line)}</p>\n" for line in doc.text.split("\n"))
            page = (
                f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(doc.title)}</title></head>'
                f'<body><h1>{escape(doc.title)}</h1><div class="content">{lines}</div></body></html>'
            )
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], "HTTP/1.1")
            url = f"http://site{doc.id % 40}.example/{doc.id}"
            record = writer.create_warc_record(
                url, "response", payload=BytesIO(page.encode()), http_headers=headers
            )
            writer.write_record(record)


def _shuffled(docs: Sequence[Doc]) -> Sequence[Doc]:
    return random.Random(7).sample(docs, len(docs))


def cross_validated(docs: Sequence[Doc]) -> dict[str, Score]:
    """Each half of the clusters scored with the thresholds that serve the other half best."""
    groups = {shift: _shifted(docs, shift) for shift in SHIFTS}
    clusters = sorted({doc.cluster for doc in docs})
    first = set(random.Random(1).sample(clusters, len(clusters) // 2))
    halves = [[doc for doc in docs if (doc.cluster in first) == wanted] for wanted in (True, False)]
    result = {}
    for name, chosen_on, scored_on in (("A", 1, 0), ("B", 0, 1)):
        best = max(SHIFTS, key=lambda shift: (score(halves[chosen_on], groups[shift]).f1, -abs(shift)))
        result[f"ours, half {name} at {best:+.2f}"] = score(halves[scored_on], groups[best])
    return result


def _shifted(docs: Sequence[Doc], shift: float) -> Groups:
    """Ours with every threshold of shares moved by so much."""
    kept = likeness.LIMITS, likeness.HEADLINE_LIMITS
    try:
        likeness.LIMITS, likeness.HEADLINE_LIMITS = (  # type: ignore[assignment] # fewer or more limits are all the same
            tuple(
                replace(limits, grams=limits.grams + shift, letters=limits.letters + shift)
                for limits in table
            )
            for table in kept
        )
        return ours(docs)
    finally:
        likeness.LIMITS, likeness.HEADLINE_LIMITS = kept


def minhash(docs: Sequence[Doc], prepared: Callable[[str], str]) -> Groups:
    """Components of the pairs that share a band and reach the threshold, at its best."""
    index = RMinHashLSH(threshold=0.35, num_perm=128, num_bands=32)
    signatures = {}
    near: list[tuple[int, int, float]] = []
    for doc in docs:
        text = prepared(doc.text)
        signature = RMinHash(num_perm=128, seed=42)
        signature.update([text[at : at + 5] for at in range(max(len(text) - 4, 1))])
        near += [(doc.id, other, signature.jaccard(signatures[other])) for other in index.query(signature)]
        index.insert(doc.id, signature)
        signatures[doc.id] = signature
    grouped = [
        _components(docs, [(a, b) for a, b, jaccard in near if jaccard >= least]) for least in JACCARDS
    ]
    return max(grouped, key=lambda groups: score(docs, groups).f1)


def simhash(docs: Sequence[Doc]) -> Groups:
    """Components of the pairs whose 64 bits differ in three places at most; four bands find them all."""
    bands: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for doc in docs:
        bits = _simhash(fold(doc.text))
        for band in range(4):
            bands[band, bits >> 16 * band & 0xFFFF].append((doc.id, bits))
    near = (
        (one, other)
        for group in bands.values()
        for (one, bits), (other, other_bits) in combinations(group, 2)
        if (bits ^ other_bits).bit_count() <= 3
    )
    return _components(docs, near)


def _simhash(text: str) -> int:
    weights = [0] * 64
    for at in range(max(len(text) - 3, 1)):
        value = int.from_bytes(blake2b(text[at : at + 4].encode(), digest_size=8).digest())
        for bit in range(64):
            weights[bit] += 1 if value >> bit & 1 else -1
    return sum(1 << bit for bit in range(64) if weights[bit] > 0)


def _components(docs: Iterable[Doc], pairs: Iterable[tuple[int, int]]) -> Groups:
    parents = {doc.id: doc.id for doc in docs}

    def root(doc: int) -> int:
        while parents[doc] != doc:
            parents[doc] = parents[parents[doc]]
            doc = parents[doc]
        return doc

    for one, other in pairs:
        parents[root(one)] = root(other)
    return {doc: root(doc) for doc in parents}


def _pairs(n: int) -> int:
    return n * (n - 1) // 2


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def _row(table: Table, name: str, found: Score, per_second: float | None) -> None:
    shares = (found.precision, found.recall, found.f1, found.b3, found.joined)
    speed = f"{per_second:,.0f}" if per_second else ""
    table.add_row(
        name, *(f"{share:.4f}" for share in shares), str(found.followups), str(found.roundups), speed
    )


if __name__ == "__main__":
    main()
