"""Crawlers that share the sites: their archives merged, in either order, are the archive of one crawler."""

import os
from pathlib import Path

import pytest

from crawler.commands.demo import MACAO
from crawler.registry.book import SiteFiles
from crawler.registry.shard import Shard
from crawler.sample import Network
from tests.archive.archives import rows
from tests.main_job.conftest import scrapy
from tests.starter import Starter

pytestmark = pytest.mark.slow
SHARDS = ("1/2", "2/2")
A_SHARD = 2
"""Sites that each crawler has."""
ASKED = {
    # a list is asked again where it was slow to come
    "captures": "SELECT DISTINCT url, site, payload_digest, via FROM captures WHERE status = 200 ORDER BY 1, 3",
    "articles": """SELECT url, site, title, text, source, byline, editor, published_at, script, notes
        FROM articles ORDER BY url""",
    "stories": """SELECT (SELECT url FROM articles WHERE id = origin_article_id), title, copies, first_published_at
        FROM stories ORDER BY 1""",
    "copies": """SELECT a.url, o.url, c.relation, c.similarity, c.kept, c.added, c.claim
        FROM copies AS c JOIN articles AS a ON a.id = c.article_id JOIN stories AS s ON s.id = c.story_id
        JOIN articles AS o ON o.id = s.origin_article_id ORDER BY 1, 2""",
    "descents": """SELECT a.url, p.url, d.certainty FROM descents AS d JOIN articles AS a ON a.id = d.article_id
        LEFT JOIN articles AS p ON p.id = d.parent_id ORDER BY 1""",
    "quarantine": "SELECT url, reason, detail FROM quarantine ORDER BY 1",
    "words": 'SELECT count(*) FROM articles_fts WHERE articles_fts MATCH \'"我 们" OR "中国" OR "国家"\'',
}


def held(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """What an archive holds, without numbers of rows and without the times of fetches."""
    return {name: rows(folder, sql) for name, sql in ASKED.items()}


def test_the_archives_of_two_crawlers_merged_are_that_of_one(starter: Starter, tmp_path: Path) -> None:
    # a host of the network may refuse its first visitor: the crawlers that share the sites have one of their own
    with Network() as network, Network() as shared:
        book = SiteFiles.load()
        hosts = sorted({site.host for url in network.addresses if (site := book.site_of(url))} - {MACAO})
        shares = [[host for host in hosts if Shard.parsed(shard).owns(host)][:A_SHARD] for shard in SHARDS]
        asked = f"site={','.join(host for share in shares for host in share)}"

        def done(there: Network, folder: str, *words: str) -> None:
            ended = scrapy(starter, there, tmp_path / folder, *words)
            assert ended.returncode in (0, 3), ended.stderr

        done(network, "one", "crawl", "mirrors", "-a", asked)
        for shard in SHARDS:
            done(shared, shard[0], "crawl", "mirrors", "-a", asked, "-s", f"ZHUANZAI_SHARD={shard}")
        for order in ("12", "21"):
            sources = [os.fspath(tmp_path / name) for name in order]
            done(shared, "none", "merge", *sources, "--to", os.fspath(tmp_path / order))

    whole = held(tmp_path / "one")
    assert len(shares[0]) == len(shares[1]) == A_SHARD
    assert len(whole["articles"]) > 10
    assert {site for (site,) in rows(tmp_path / "1", "SELECT DISTINCT site FROM articles")} <= {*shares[0]}
    assert {site for (site,) in rows(tmp_path / "2", "SELECT DISTINCT site FROM articles")} <= {*shares[1]}
    for order in ("12", "21"):
        merged = held(tmp_path / order)
        assert {name for name in whole if merged[name] != whole[name]} == set()
    numbers = "SELECT * FROM articles ORDER BY id"
    assert rows(tmp_path / "12", numbers) == rows(tmp_path / "21", numbers)
