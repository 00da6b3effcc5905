"""`python -m tests.month [--faults | --odd]`: a month of cron on the sample network, and its table.

With --faults a second month follows: kill -9 in one run of three, a full disk (so root is needed), a day offline, sites
that changed their markup, a site that blocks. With --odd fourteen odd hosts stand
beside the network. Exit code 1 where a day is not as it must be.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.sample import Network
from tests.month.course import (
    FIRST,
    LAST,
    QUIET,
    Month,
    faults_of_calm,
    faults_of_stormy,
    may_mount,
    small_disk,
)
from tests.month.odd_course import OddMonth, faults, sums
from tests.month.rehearsal import Day, Rehearsal
from tests.starter import Starter

HEAD = (
    "day         asked  articles  304  received bytes  record bytes  database bytes  articles  content rows"
    "  other rows  new  exit  ledger and alarms"
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.month", description=__doc__)
    parser.add_argument(
        "--faults", action="store_true", help="a second month, with faults, compared with the first"
    )
    parser.add_argument(
        "--apart", action="store_true", help="the crawls one by one, not in `scrapy round`: faster"
    )
    parser.add_argument(
        "--odd", action="store_true", help="only: a month with odd hosts beside the sample network"
    )
    parser.add_argument("--days", type=int, default=(LAST - FIRST).days + 1 + QUIET)
    wanted = parser.parse_args()
    if wanted.faults and not may_mount():
        parser.error("--faults fills a disk of its own, which only root can mount")
    if wanted.odd:
        return odd(wanted.days)
    with TemporaryDirectory(prefix="month-") as space, Starter() as starter:
        with Network(today=FIRST, log_bytes=False) as network:
            calm = Month(Rehearsal(network, Path(space) / "calm", starter), [], wanted.apart)
            show(calm.calm(wanted.days))
            found = list(faults_of_calm(calm))
        if wanted.faults:
            with small_disk(Path(space) / "disk") as disk, Network(today=FIRST, log_bytes=False) as network:
                stormy = Month(Rehearsal(network, disk / "archive", starter), [], wanted.apart)
                show(stormy.stormy(wanted.days, disk))
                found += faults_of_stormy(stormy, calm)
    return told(found)


def odd(days: int) -> int:
    """The month with odd hosts."""
    with (
        TemporaryDirectory(prefix="month-") as space,
        Starter() as starter,
        Network(today=FIRST, log_bytes=False) as network,
    ):
        month = OddMonth.of(network, Path(space), starter)
        show(month.go(days))
        print(sums(month))
        return told(list(faults(month)))


def told(found: list[str]) -> int:
    """Print what is not as it must be; the exit code."""
    for text in found:
        print("NOT AS IT MUST BE:", text)
    return 1 if found else 0


def show(days: Iterable[Day]) -> None:
    """Print a line for each day as it ends."""
    print(HEAD, flush=True)
    for day in days:
        content = sum(day.content().values())
        events = [f"{state} {url.rpartition('/')[2]}" for state, url in day.ledger]
        print(
            f"{day.on}  {day.requests:5}  {day.article_requests:8}  {day.not_modified:3}  {day.payload_bytes:14,}"
            f"  {day.record_bytes:12,}  {day.database_bytes:14,}  {day.articles:8}  {content:12}"
            f"  {sum(day.row_counts.values()) - content:10}  {day.new:3}  {'/'.join(map(str, day.codes)):4}"
            f"  {', '.join([*events, *(f'({name})' for name in day.alarms)])}",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
