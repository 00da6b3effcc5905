"""How much of an invented host is found from its name: by us, by a breadth-first crawl; of hosts not met before too.

    python -m tests.bench.finding [--hosts a,b]

found is articles that links reach and that were fetched; asked is requests in the server's log, robots.txt left out.
The breadth-first crawl follows every link of the host in its order until it has asked 1.3 × articles + 60 times.
newspaper4k builds a source of the host's front page and downloads the articles that it finds, as many as that.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import ProxyHandler, build_opener

from lxml import html
from rich.console import Console
from rich.table import Table

from crawler.sample import Network
from crawler.sample.answer import SampleRequest, Sending
from crawler.sample.cities.answers import Cities
from crawler.sample.server import Server
from tests.quality import unmet

TABLE = "Articles found from a host's name alone"
NEWSPAPER = """\
import sys, newspaper
paper = newspaper.build(sys.argv[1], memorize_articles=False, number_threads=1)
for article in paper.articles[: int(sys.argv[2])]:
    article.download()
"""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", help="of the invented cities, all without it")
    chosen = parser.parse_args()
    contenders: dict[str, Callable[[str, str, int], None]] = {
        "ours": ours,
        "breadth first": breadth_first,
    }
    if find_spec("newspaper"):
        contenders["newspaper4k"] = newspaper
    else:
        print("newspaper4k is not here: `make bench` brings it")
    with Network(cities=True, log_bytes=False) as net:
        cities: Cities = net.routes.cities  # type: ignore[assignment] # asked for
        hosts = chosen.hosts.split(",") if chosen.hosts else [*cities.streets]
        wanted = {
            host: {urlsplit(url)._replace(scheme="").geturl() for url in cities.reached(host)}
            for host in hosts
            if host in cities.streets
        }

        def asked_of_cities() -> list[str]:
            return [f"//{entry.host}{entry.path}" for entry in net.log]

        _print("Invented cities", wanted, contenders, net.proxy_url, net.forget, asked_of_cities)
    unmet_hosts = {
        host: {f"//{host}{piece.url}" for piece in site.pieces}
        for host, site in unmet.HOSTS.items()
        if not chosen.hosts or host in hosts
    }
    asked: list[str] = []

    def answering(request: SampleRequest) -> Sending:
        asked.append(f"//{request.host}{request.target}")
        return unmet.answer(request)

    server = Server(0, answering)
    try:
        title = "Hosts that the finder was not made from"
        _print(title, unmet_hosts, contenders, f"http://127.0.0.1:{server.port}", asked.clear, lambda: asked)
    finally:
        server.stop()


def _print(
    title: str,
    wanted: dict[str, set[str]],
    contenders: dict[str, Callable[[str, str, int], None]],
    proxy: str,
    forget: Callable[[], None],
    log: Callable[[], list[str]],
) -> None:
    """Print the table of one web: `wanted` holds each host's articles, `log` gives what was asked since `forget`."""
    table = Table(
        "host",
        "articles",
        *(f"{name} {word}" for name in contenders for word in ("found", "asked")),
        title=title,
    )
    totals = [0] * (1 + 2 * len(contenders))
    for host, articles in wanted.items():
        row = [len(articles)]
        for crawl in contenders.values():
            forget()
            crawl(host, proxy, int(1.3 * len(articles)) + 60)
            asked = [url for url in log() if not url.endswith("/robots.txt")]
            met = {re.sub(r"\?(?:cre|listid)=.*", "", url) for url in asked}
            row += [len(articles & met), len(asked)]
        totals = [total + n for total, n in zip(totals, row, strict=True)]
        table.add_row(host, *map(str, row))
    table.add_row("all", *map(str, totals))
    if wanted:
        Console().print(table)


def ours(host: str, proxy: str, budget: int) -> None:
    """`scrapy crawl mirrors -a site=HOST` into an empty archive."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "ARCHIVE_DIR": folder, "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "ZHUANZAI_MIN_FREE_BYTES": 0
        }  # fmt: skip
        given = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        command = [sys.executable, "-m", "scrapy", "crawl", "mirrors", "-a", f"site={host}", *given]
        environment = os.environ | {"http_proxy": proxy, "https_proxy": proxy}
        subprocess.run(
            command, capture_output=True, check=False, env=environment, cwd=Path(__file__).parents[2]
        )


def breadth_first(host: str, proxy: str, budget: int) -> None:
    """Every link of a host in the order in which it is met."""
    opener = build_opener(ProxyHandler({"http": proxy}))
    waiting, met = deque([f"http://{host}/"]), {f"http://{host}/"}
    base = host.removeprefix("www.")
    for _ in range(budget):
        if not waiting:
            return
        url = waiting.popleft()
        try:
            with opener.open(url, timeout=10) as answer:
                body, url = answer.read(), answer.geturl()
        except (HTTPError, URLError, OSError):
            continue
        root = html.fromstring(body) if b"<" in body else None
        for href in root.xpath("//@href | //@src") if root is not None else ():
            link = urljoin(url, str(href)).partition("#")[0]
            if link not in met and (urlsplit(link).hostname or "").endswith(base):
                met.add(link)
                waiting.append(link)


def newspaper(host: str, proxy: str, budget: int) -> None:
    """newspaper4k's own way of building a source, and the articles that it finds."""
    command = [sys.executable, "-c", NEWSPAPER, f"http://{host}/", str(budget)]
    environment = os.environ | {"http_proxy": proxy, "https_proxy": proxy}
    subprocess.run(command, capture_output=True, check=False, env=environment)


if __name__ == "__main__":
    main()
