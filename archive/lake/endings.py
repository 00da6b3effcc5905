"""The last step of a build: the stories and copies of each part of a day, with articles alone in their story."""

import json
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from archive.grouping.origins import OriginCandidate, claim, elect
from archive.lake import schema
from archive.lake.days import STAGED
from archive.lake.neighbours import FOUND_COPIES, FOUND_STORIES, copy_row, story_row
from archive.lake.readings import Rows
from archive.lake.storage import Storage

_ASKED = (
    "article", "url", "site", "title", "source", "published_at", "paper_date", "length", "low_trust", "script",
    "captured_at", "folded_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ending:
    """A part of a day whose stories and copies are to be written: the files of groups, and the part's articles."""

    lake: str
    part: schema.Part
    groups: tuple[str, ...]
    articles: str
    neighbourhoods: str


def end_part(task: Ending) -> dict[str, tuple[str, int]]:
    """Write the stories that begin on a day and the copies published on it, of one part.

    Returns the digest and the number of rows of each file.
    """
    storage = Storage(task.lake)
    stories, copies = _alone(storage, task)
    these = {"day": (task.part.day, task.part.day), "folded_id": task.part.bounds}
    result = {}
    for table, alone, of in (("stories", stories, FOUND_STORIES), ("copies", copies, FOUND_COPIES)):
        found = [storage.read_where(f"{file}.{table}", of.names, these) for file in task.groups]
        rows = pa.concat_tables([alone, *found]).select(schema.SCHEMAS[table].names)
        rows = rows.sort_by([(name, "ascending") for name in schema.SORTED[table]])
        file = task.part.file(table)
        digest = storage.write(f"{STAGED}/{file}", rows.replace_schema_metadata(None).combine_chunks())
        result[file] = (digest, len(rows))
    return result


def _alone(storage: Storage, task: Ending) -> tuple[pa.Table, pa.Table]:
    """The stories and copies of articles without neighbours: one story for each article."""
    stories, copies = Rows(FOUND_STORIES), Rows(FOUND_COPIES)
    if task.articles:
        known = storage.read(task.neighbourhoods, ["text"])["text"]
        articles = storage.read(task.articles, _ASKED)
        articles = articles.filter(pc.invert(pc.is_in(articles["folded_id"], known)))
        for batch in articles.to_batches(max_chunksize=500):
            for row in batch.to_pylist():
                finding = elect([OriginCandidate(*(row[name] for name in _ASKED[:9]))])
                number = row["article"]
                reasons = json.dumps(finding.reasons, ensure_ascii=False)
                told = (number, row["title"], number, row["published_at"], 1, finding.publisher, reasons)
                stories.add(story_row(task.part.day, row["folded_id"], told))
                says = claim(row["source"], row["site"], finding.publisher)
                copies.add(copy_row(row, number, "origin", 1.0, 1.0, 0.0, says))
    return stories.table(), copies.table()
