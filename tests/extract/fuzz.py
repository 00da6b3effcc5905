"""Reads pages broken at random, and says what raised and what took long.

    python -m tests.extract.fuzz [--inputs 100000] [--seed 1] [--slow-ms 500]

Every input is one of the pages of tests/sites with bytes cut, doubled, swapped or overwritten, tags repeated, or pieces
of other pages put in, read once by site file and once by general rules alone. The same seed gives the same inputs.
Exit code 1 if anything raised or a reading took longer than --slow-ms of CPU.
"""

import argparse
import random
import sys
import time
import traceback
from datetime import date
from pathlib import Path

from crawler.registry.book import SiteFiles
from extract.page.page import Page
from extract.read import read

PAGES = sorted((Path(__file__).parents[1] / "sites").glob("*/*/page.html"))
TOKENS = (
    b"<div>", b"</div>", b"<p>", b"<table><tr><td>", b"</table>", b"<!--", b"-->", b"<script>", b"</script>",
    b"<title>", b"<textarea class=content>", b"<noscript>", b"<a href=x>", b"<br>", b"\x00", b"\xff\xfe", b"(wang)",
    b"\xef\xbf\xbe", b"&#xD800;", b"<!--enpcontent-->", b'<div id="ozoom">', b'<meta charset="utf-16">',
    b'<meta charset="big5">', b"<h1>", b"</h1>", b"<svg>", "来源：".encode(), "责任编辑：".encode("gb18030"),
    "2020年2月30日 25:61".encode(), "《人民日报》（".encode(),
)  # fmt: skip


def broken(chance: random.Random, pages: list[bytes]) -> bytes:
    """A page with up to twelve wounds."""
    body = bytearray(chance.choice(pages))
    for _ in range(chance.randrange(1, 13)):
        at = chance.randrange(len(body) + 1)
        wound = chance.randrange(5)
        if wound == 0:
            del body[at : at + chance.randrange(400)]
        elif wound == 1:
            body[at : at + chance.randrange(9)] = chance.randbytes(4)
        elif wound == 2:
            body[at:at] = chance.choice(TOKENS) * chance.choice((1, 1, 2, 60))
        elif wound == 3:
            body[at:at] = body[at : at + chance.randrange(2_000)]
        else:
            body[at:at] = scrap(chance, pages)
    return bytes(body)


def scrap(chance: random.Random, pages: list[bytes]) -> bytes:
    """A piece of another page."""
    other = chance.choice(pages)
    at = chance.randrange(len(other) + 1)
    return other[at : at + chance.randrange(1_500)]


def main() -> None:
    """Read the inputs and print the tally."""
    parser = argparse.ArgumentParser(prog="python -m tests.extract.fuzz")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow-ms", type=float, default=500)
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    pages = [path.read_bytes() for path in PAGES]
    hints = [site.hints(date(2026, 1, 1)) for site in SiteFiles.load()]
    raised = slow = 0
    slowest = 0.0
    for number in range(chosen.inputs):
        body = broken(chance, pages)
        start = time.process_time()
        try:
            read(Page("http://a.example/", body), chance.choice(hints))
            read(Page("http://a.example/", body), with_families=False)
        except Exception:  # noqa: BLE001  that nothing raises is what is looked for
            raised += 1
            Path(f"fuzz-{chosen.seed}-{number}.html").write_bytes(body)
            traceback.print_exc()
        spent = 1000 * (time.process_time() - start)
        slow += spent > chosen.slow_ms
        slowest = max(slowest, spent)
    print(
        f"{chosen.inputs} inputs, {raised} raised, {slow} slower than {chosen.slow_ms:g} ms, slowest {slowest:.0f} ms"
    )
    sys.exit(1 if raised or slow else 0)


if __name__ == "__main__":
    main()
