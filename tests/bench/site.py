"""The site of the crawl bench, in a process of its own: prints its address and serves until it is ended."""

import sys
import threading

from crawler.sample.static import StaticSite

if __name__ == "__main__":
    with StaticSite(*map(int, sys.argv[1:])) as site:
        print(site.url, flush=True)
        threading.Event().wait()
