"""Crawls with and without the look of pages, interleaved: what stylesheets that pages share cost a page.

    python -m tests.bench.looks [--pages 300] [--rounds 3]

Every page links the same three stylesheets, which import a fourth and show a background; every twentieth shows a
picture of its own. CPU is user and system time of the crawl and of the processes that it started; the ratio to the
crawl without is taken within a round.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.table import Table

from crawler.sample.answer import Answer, SampleRequest, Sending, sending
from crawler.sample.looks import picture
from crawler.sample.static import _NOW, LISTED, StaticSite

MOST = 1.15
"""CPU of a crawl with the look of articles against one without."""
TABLE = "The look of pages, over one local site"
SITE_FILE = """\
host = "127.0.0.1"
name = "bench"
articles = ['/article/\\d+\\.html$']
listings = [{listings}]
"""
_SHEETS = {
    "/css/base.css": "@import url(reset.css); body { background: url(/pic/paper.png) }",
    "/css/reset.css": "p { line-height: 1.8 }" * 200,
    "/css/site.css": ".item1 { color: #222 }" * 400,
    "/css/print.css": "h1 { font-size: 20px }" * 50,
}


class DressedSite(StaticSite):
    """The static site, its pages with shared stylesheets, some with a picture."""

    def body(self, number: int) -> bytes:
        """An article's bytes with links to the stylesheets, and every twentieth with a picture in its text."""
        links = b'<link rel="stylesheet" href="/css/%b.css">'
        page = (
            super()
            .body(number)
            .replace(
                b"</head>", b"".join(links % name for name in (b"base", b"site", b"print")) + b"</head>", 1
            )
        )
        if number % 20:
            return page
        at = page.find(b"</p>", page.find(b"%06d" % number)) + 4
        return page[:at] + b'<p><img src="/pic/%06d.png"></p>' % number + page[at:]

    def _answer(self, asked: SampleRequest) -> Sending:
        if asked.path in _SHEETS:
            return sending(Answer(_SHEETS[asked.path].encode(), content_type="text/css"), asked, _NOW)
        if re.fullmatch(r"/pic/\w+\.png", asked.path):
            return sending(Answer(picture(asked.path, 480, 320), content_type="image/png"), asked, _NOW)
        return super()._answer(asked)


def crawled(site: DressedSite, sites: Path, wanted: str) -> tuple[float, int, int]:
    """CPU seconds, articles and requisites of a crawl."""
    import sqlite3

    with tempfile.TemporaryDirectory() as out:
        settings = {
            "ARCHIVE_DIR": out, "ZHUANZAI_SITES_DIR": sites, "ZHUANZAI_PRIVATE_ADDRESSES": True,
            "ZHUANZAI_PORTS": site.url.rsplit(":", 1)[1].strip("/"), "DOWNLOAD_DELAY": 0,
            "AUTOTHROTTLE_ENABLED": False, "ZHUANZAI_EXPLORE_PAGES": 0, "ZHUANZAI_MIN_FREE_BYTES": 0,
            "LOG_LEVEL": "ERROR", "ZHUANZAI_REQUISITES": wanted,
        }  # fmt: skip
        command = [sys.executable, "-m", "scrapy", "crawl", "mirrors", "-a", "site=127.0.0.1"]
        command += [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, env=os.environ)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        with closing(sqlite3.connect(Path(out) / "archive.db")) as conn:
            (articles,) = conn.execute("SELECT count(*) FROM articles").fetchone()
            (looks,) = conn.execute(
                "SELECT count(*) FROM captures WHERE url LIKE '%.css' OR url LIKE '%.png'"
            ).fetchone()
    if articles != site.pages:
        raise SystemExit(f"{wanted}: {articles} articles of {site.pages}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, articles, looks


def main() -> int:
    """Print the table; 1 where the look costs more than its ceiling."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found: dict[str, list[tuple[float, int, int]]] = {"none": [], "article": []}
    with DressedSite(options.pages) as site, tempfile.TemporaryDirectory() as folder:
        count = -(-options.pages // LISTED)
        lists = ", ".join(f'{{ url = "{site.url}list/{number}.html" }}' for number in range(count))
        (Path(folder) / "127.0.0.1.toml").write_text(SITE_FILE.format(listings=lists), "utf-8")
        crawled(site, Path(folder), "none")  # the site prints each page once
        for _ in range(options.rounds):
            for wanted in found:
                found[wanted].append(crawled(site, Path(folder), wanted))
    ratio = statistics.median(
        dressed[0] / bare[0] for bare, dressed in zip(found["none"], found["article"], strict=True)
    )
    table = Table(title=f"{options.pages} pages, {options.rounds} rounds, medians")
    for column in ("requisites", "articles", "asked for the look", "CPU ms/page"):
        table.add_column(column, justify="right")
    for wanted, runs in found.items():
        cpu = statistics.median(run[0] for run in runs)
        table.add_row(wanted, str(runs[0][1]), str(runs[0][2]), f"{1000 * cpu / options.pages:.1f}")
    Console().print(table)
    print(f"article / none: {ratio:.3f}, wanted {MOST} at most")
    return int(ratio > MOST)


if __name__ == "__main__":
    sys.exit(main())
