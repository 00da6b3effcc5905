"""`python -m tests.month [--schedule HOURS] [--kill]`: a month of December 2024, and its table."""

import argparse
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.sample import Network
from tests.month.rehearsal import DAILY, Rehearsal

FIRST, LAST = date(2024, 12, 2), date(2024, 12, 31)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedule", default=DAILY, help="ZHUANZAI_RECHECK_HOURS")
    parser.add_argument("--kill", action="store_true", help="kill -9 in every third day's runs")
    parser.add_argument("--days", type=int, default=(LAST - FIRST).days + 1)
    parser.add_argument("--keep", type=Path, help="leave the archive in this folder")
    options = parser.parse_args()
    with TemporaryDirectory() as temporary, Network(today=FIRST, log_bytes=False) as network:
        rehearsal = Rehearsal(network, options.keep or Path(temporary) / "archive", options.schedule)
        print(
            "day         requests  articles  304  payload bytes  record bytes  new  codes  ledger",
            flush=True,
        )
        last = FIRST + timedelta(days=options.days - 1)
        for n in range(options.days + 3):  # three more days on which nothing happens
            on = FIRST + timedelta(days=n)
            day = rehearsal.day(on, network_day=min(on, last), kill=options.kill and n % 3 == 1)
            events = ", ".join(f"{state} {url.rpartition('/')[2]}" for state, url in day.ledger[:6])
            more = f" and {len(day.ledger) - 6} more" if len(day.ledger) > 6 else ""
            print(
                f"{on}  {day.requests:8}  {day.article_requests:8}  {day.not_modified:3}  {day.payload_bytes:13,}"
                f"  {day.record_bytes:12,}  {day.new:3}  {'/'.join(map(str, day.codes)):5}  {events}{more}",
                flush=True,
            )
        states = Counter(dict(rehearsal.rows("SELECT state, count(*) FROM sightings GROUP BY state")))
        print("ledger:", ", ".join(f"{state} {n}" for state, n in states.most_common()))


if __name__ == "__main__":
    main()
