"""The stories of a lake, beside those of the archive, on the articles of the bench of copies.

python -m tests.quality.lake [BENCH.jsonl]
"""

import argparse
import random
import shutil
import sys
import time
from collections.abc import Hashable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from extract.article import Article
from tests.archive.lake.made import built, homes, put_reading
from tests.quality.copies import BENCH, Doc, ours, read_bench, score

TABLE = "lake: stories grouped in bulk, beside those of the archive that sees articles one by one"


def grouped(docs: Sequence[Doc], files: int, partitions: int, place: str) -> dict[int, Hashable]:
    """The stories that a lake makes of articles in some files, read in one build."""
    readings = [
        put_reading(
            place,
            f"{n}.warc.gz",
            [
                Article(f"http://site{doc.id % 40}.example/{doc.id}", title=doc.title, text=doc.text)
                for doc in docs[n::files]
            ],
        )
        for n in range(files)
    ]
    built(place, readings, partitions)
    return {int(url.rpartition("/")[2]): story for url, story in homes(place).items()}


def main() -> int:
    """Print F1 of both, and 1 where the lake's is further than .003 from the archive's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", nargs="?", type=Path, default=BENCH)
    path = parser.parse_args().bench
    if not path.exists():
        print(f"lake: {path} is not here; nothing measured", file=sys.stderr)
        return 0
    docs = read_bench(path)
    begun = time.process_time()
    online = score(docs, ours(docs))
    print(f"online    F1 {online.f1:.4f}  B³ {online.b3:.4f}  CPU {time.process_time() - begun:.1f} s")
    worst = 0.0
    for name, given, files, partitions in (
        ("as listed", docs, 1, 0),
        ("shuffled", random.Random(7).sample(docs, len(docs)), 5, 3),
    ):
        with TemporaryDirectory() as place:
            begun = time.process_time()
            found = score(docs, grouped(given, files, partitions, place))
            shutil.rmtree(place, ignore_errors=True)
        print(
            f"lake, {name}: F1 {found.f1:.4f}  P {found.precision:.4f} R {found.recall:.4f}  B³ {found.b3:.4f}"
            f"  joined {found.joined:.4f}  follow-ups {found.followups}  round-ups {found.roundups}"
            f"  CPU {time.process_time() - begun:.1f} s"
        )
        worst = max(worst, online.f1 - found.f1)
    return int(worst > 0.003)


if __name__ == "__main__":
    sys.exit(main())
