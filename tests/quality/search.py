"""10,000 generated queries against a scan of the folded texts, through Datasette as it is installed.

python -m tests.quality.search [--queries 10000] [--texts 600]

And through the other Datasette, where ZHUANZAI_TEST_DATASETTE names an environment that has it.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from opencc import OpenCC

from archive.search import index as search
from archive.search.folding import fold
from archive.view.store import Store
from extract.article import Article
from tests.quality.elsewhere import OTHER, run_elsewhere

if TYPE_CHECKING:
    from datasette.app import Datasette

TABLE = "search: generated Han queries of 1 to 10 characters, in both scripts, against a scan"
# of the commonest in news, in no order that means anything; with pairs that scripts write differently
CHARACTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
    "民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日"
    "那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想"
    "已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几"
    "九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证"
    "武汉疫情医院记者报道医疗护士患者隔离防控口罩湖北感染复工复产云台里后发钟松丑斗谷余"
)
MARKS = "，。、；：？！“”《》（）—… \n"


@dataclass(frozen=True)
class Corpus:
    """Texts, one in two in Traditional characters, and their folded forms."""

    texts: tuple[str, ...]
    folded: tuple[str, ...] = field(default=())

    def scan(self, query: str) -> list[int]:
        """The numbers, from 1, of the texts that hold the query, script and width aside."""
        wanted = fold(query)
        return [number for number, text in enumerate(self.folded, 1) if wanted in text]


def corpus(chance: random.Random, size: int) -> Corpus:
    """Invented texts of 20 to 400 characters in which some characters are far commoner than others, as in real ones."""
    traditional = OpenCC("s2t").convert
    weights = [1 / (rank + 8) for rank in range(len(CHARACTERS))]
    texts = []
    for number in range(size):
        words = []
        while sum(map(len, words)) < chance.randint(20, 400):
            words.append("".join(chance.choices(CHARACTERS, weights, k=chance.randint(2, 12))))
            words.append(
                chance.choice(MARKS) if chance.random() < 0.8 else chance.choice(("COVID-19", "5G", "3.5%"))
            )
        text = "".join(words)
        texts.append(traditional(text) if number % 2 else text)
    return Corpus(tuple(texts), tuple(fold(text) for text in texts))


def queries(chance: random.Random, texts: Corpus, count: int) -> list[str]:
    """Han queries of 1 to 10 characters, half of them in Traditional; three in four are cut out of a text."""
    traditional, simplified = OpenCC("s2t").convert, OpenCC("t2s").convert
    made: list[str] = []
    while len(made) < count:
        length = len(made) % 10 + 1
        if chance.random() < 0.75:
            text = chance.choice(texts.texts)
            at = chance.randrange(max(1, len(text) - length))
            query = text[at : at + length]
        else:
            query = "".join(chance.choices(CHARACTERS, k=length))
        if len(query) == length and all("\u4e00" <= character <= "\u9fff" for character in query):
            made.append(traditional(query) if chance.random() < 0.5 else simplified(query))
    return made


async def ask(server: "Datasette", path: str, **values: str) -> list[int]:
    """The ids that a page of Datasette answers, as JSON."""
    response = await server.client.get(f"{path}?{urlencode(values)}")
    if response.status_code != 200:
        raise ValueError(f"{path} {values}: status {response.status_code}")
    return sorted(row["id"] for row in response.json())


async def compare(texts: Corpus, asked: list[str], database: Path) -> dict[int, list[int]]:
    """For each length of query: asked, with hits, wrong by the search page, wrong by Datasette's _search."""
    from datasette.app import Datasette  # a second, which tests of the queries alone need not pay

    server = Datasette([str(database)], settings={"max_returned_rows": len(texts.texts) + 1})
    await server.invoke_startup()
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for query in asked:
        expected = texts.scan(query)
        by_room = await ask(server, "/archive/-/search.json", q=query)
        by_table = await ask(
            server,
            "/archive/articles.json",
            _search=query,
            _shape="array",
            _size="max",
            _col="id",
            _nofacet="1",
        )
        row = counts[len(query)]
        row[0] += 1
        row[1] += bool(expected)
        row[2] += by_room != expected
        row[3] += by_table != expected
    return counts


def stored(texts: Corpus, database: Path) -> None:
    """An archive of these texts, without captures worth the name."""
    with Store(database) as store, store.commit():
        store.conn.execute(
            "INSERT INTO captures (id, url, site, captured_at, via, original_url)"
            " VALUES (1, 'http://a.example/', 'a.example', '2026-11-22T00:00:00Z', 'live', 'http://a.example/')"
        )
        for number, text in enumerate(texts.texts, 1):
            article = Article(url=f"http://a.example/{number}", text=text, extractor="invented")
            search.index(store.conn, store.add_article(1, "a.example", article), None, text)


def main() -> int:
    """Print the table; the exit code is 3 where any answer was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--texts", type=int, default=600)
    chosen = parser.parse_args()
    chance = random.Random(20200210)
    texts = corpus(chance, chosen.texts)
    asked = queries(chance, texts, chosen.queries)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "archive.db"
        stored(texts, database)
        counts = asyncio.run(compare(texts, asked, database))
    sys.stdout.write(f"Datasette {version('datasette')}, {chosen.texts} texts\n")
    sys.stdout.write("characters   queries   with hits   wrong: search page   wrong: _search\n")
    for length, (total, hits, room, table) in sorted(counts.items()):
        sys.stdout.write(f"{length:10} {total:9} {hits:11} {room:20} {table:16}\n")
    sys.stdout.flush()
    wrong = sum(room + table for _, _, room, table in counts.values())
    sizes = ["--queries", str(chosen.queries), "--texts", str(chosen.texts)]
    elsewhere = run_elsewhere("tests.quality.search", *sizes) if OTHER else 0
    return 3 if wrong or elsewhere else 0


if __name__ == "__main__":
    sys.exit(main())
