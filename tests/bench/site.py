"""The site of the crawl bench, in a process of its own: prints its address and serves until it is ended.

python -m tests.bench.site PAGES BYTES
python -m tests.bench.site PAGES known|unknown COPIES
"""

import sys
import threading

from crawler.sample.static import StaticSite
from tests.bench.corpus import RealSite


def made(pages: int, of: str, copies: int = 1) -> StaticSite:
    """A site of invented pages of a size in bytes, or of real pages that a family knows or does not know."""
    return StaticSite(pages, int(of)) if of.isdigit() else RealSite(pages, copies, known=of == "known")


if __name__ == "__main__":
    with made(int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:])) as site:
        site.prepare()  # else the first contender waits for pages to be made
        print(site.url, flush=True)
        threading.Event().wait()
