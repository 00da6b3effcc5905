"""Lakes of made articles: rows as a reading of WARC files leaves them, without the WARC files."""

import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from archive.cluster.workers import HERE, Workers
from archive.lake import schema
from archive.lake.build import Build, Built
from archive.lake.readings import Said, WarcReading, article_row, article_runs, capture_runs, put_rows
from archive.lake.storage import Storage
from archive.place import SiteBook
from archive.remote.addresses import WarcAddress
from extract.article import Article


class NoSites:
    """A book without sites: nothing is read here."""

    def place(self, url: str, on: object) -> Any:
        """Never asked."""
        raise LookupError(url)


SITES: SiteBook = NoSites()
MADE_AT = "2026-03-01T00:00:00Z"
CHARACTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]


def sentences(seed: object, number: int) -> list[str]:
    """Sentences that nobody else has."""
    dice = random.Random(f"sentences {seed}")
    return ["".join(dice.choices(CHARACTERS, k=dice.randint(15, 40))) + "。" for _ in range(number)]


def copies_of(seed: object, number: int, day: str = "2026-03-01", length: int = 12) -> list[Article]:
    """A story's articles at as many sites, an hour after the other; every third lacks its last sentences."""
    told = sentences(seed, length)
    return [
        Article(
            f"http://site{n}.example/{seed}.html",
            title="".join(told[0][:12]),
            text="\n".join(told if n % 3 != 2 else told[: length // 2]),
            published_at=f"{day}T{1 + n % 23:02}:00:00+08:00",  # midnight would be a day alone
            published_precision="second",
        )
        for n in range(number)
    ]


def put_reading(
    place: str,
    name: str,
    articles: Iterable[Article],
    captured_at: str = MADE_AT,
    *,
    with_captures: bool = False,
) -> WarcReading:
    """Leave the rows of a file with these articles in a lake to be; the reading that a build takes up."""
    storage = Storage(place)
    reading = WarcReading(place, WarcAddress(name, 1), SITES)
    said, rows, captures = Said(), article_runs(), capture_runs()
    for article in articles:
        capture = schema.number(name, article.url, captured_at)
        row = article_row(article, article.url.split("/")[2], capture, captured_at)
        rows.add(row)
        if with_captures:
            named = {field: row[field] for field in ("capture", "article", "url", "site", "captured_at")}
            captures.add(
                {**named, "day": captured_at[:10], "warc_file": name, "warc_offset": 0, "warc_length": 1}
            )
        said.articles += 1
    put_rows(storage, reading.folder, said, captures, rows)
    return reading


def built(place: str, readings: Sequence[WarcReading], partitions: int = 0, cluster: str = HERE) -> Built:
    """Build a lake of what was left for it."""
    with Workers(cluster) as workers:
        return Build(Storage(place), workers, partitions).run(readings)


def copies(place: str) -> list[dict[str, Any]]:
    """All rows of copies."""
    storage = Storage(place)
    return [row for name in storage.names("copies/*/*.parquet") for row in storage.read(name).to_pylist()]


def homes(place: str) -> dict[str, int]:
    """The story of each article by its address."""
    return {
        row["url"]: row["story"] for row in copies(place) if row["relation"] in ("origin", "copy", "abridged")
    }


def contents(place: str) -> dict[str, bytes]:
    """Every file of a lake with its bytes."""
    root = Path(place)
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
