"""Runs the sample network by hand: python -m crawler.sample --port 8899."""

import argparse
import contextlib
import threading
from datetime import date

from crawler.sample.network import DEFAULT_DAY, Network
from crawler.sample.static import StaticSite


def main() -> None:
    """Serve the sample network until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m crawler.sample", description=__doc__)
    parser.add_argument("--port", type=int, default=8899, help="port on 127.0.0.1 (0: a free one)")
    parser.add_argument(
        "--today", type=date.fromisoformat, default=DEFAULT_DAY, help="the day it is, YYYY-MM-DD"
    )
    parser.add_argument("--crawl-delay", type=int, default=0, help="seconds, in people.com.cn's robots.txt")
    parser.add_argument("--calm", action="store_true", help="leave out every page in trouble")
    parser.add_argument("--slow", action="store_true", help="serve the page that takes a byte a second")
    parser.add_argument(
        "--static", type=int, metavar="PAGES", help="serve this many 150 kB pages instead, no proxy"
    )
    chosen = parser.parse_args()
    if chosen.static:
        with StaticSite(chosen.static, port=chosen.port) as site:
            print(site.url, flush=True)
            _wait()
        return
    with Network(
        chosen.port,
        today=chosen.today,
        crawl_delay_s=chosen.crawl_delay,
        slow=chosen.slow,
        calm=chosen.calm,
        log_bytes=False,
    ) as net:
        print(f"http_proxy={net.proxy_url} https_proxy={net.proxy_url}", flush=True)
        print(f"{len(net.expected)} article pages on {net.today}; interrupt to stop", flush=True)
        _wait()
        print(f"{len(net.log)} requests answered")


def _wait() -> None:
    with contextlib.suppress(KeyboardInterrupt):  # the way to stop it by hand
        threading.Event().wait()


if __name__ == "__main__":
    main()
