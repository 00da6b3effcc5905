"""Coverage of printed issues as a table: the items that each page printed, and those held, by the way they came."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from itertools import groupby

from rich.console import Console
from rich.table import Table

from archive.errors import WrongUse
from archive.view import paper_issues as issues
from archive.view.paper_issues import PageCoverage, ways_told
from crawler.finding.arguments import Days, days
from crawler.terminal.words import is_chinese, localised, localised_row

HEADS = ("date", "page 版", "name", "printed", "held", "%", "by", "missing")
MOST_TITLES = 3  # titles of missing items in a page's line, at most


def span(text: str, today: date) -> Days:
    """The days in a text: 2020-02, 2020-02-10, or two of these with .. between them.

    Raises:
        WrongUse: the text names no days.
    """
    first, dots, last = text.partition("..")
    try:
        found = days(first, last if dots else first, today)
    except WrongUse as error:  # which says since= and until=, as a spider's arguments are called
        raise WrongUse(f"--coverage {text}: {str(error).partition(': ')[2]}") from error
    if found.since is None or found.until is None:
        raise WrongUse(
            f"--coverage {text}: wanted a day, a month, or two with .. between: 2020-02-08..2020-02-12"
        )
    return found


def is_whole(pages: Sequence[PageCoverage], asked: Days) -> bool:
    """Whether every requested day has a listed issue, and no printed item is missing."""
    known = {page.date for page in pages if page.is_listed}
    return all(day.isoformat() in known for day in asked) and issues.is_whole(pages)


def show(console: Console, pages: Sequence[PageCoverage], asked: Days) -> None:
    """Print a line for each page, a line for each day without an issue, and the sum."""
    table = Table(*localised_row(HEADS), title=localised("Coverage"))
    by_day = {day: tuple(group) for day, group in groupby(pages, key=lambda page: page.date)}
    for day in asked:
        for page in by_day.get(day.isoformat(), ()):
            table.add_row(*_cells(page))
        if day.isoformat() not in by_day:
            table.add_row(day.isoformat(), "", "", "?", "0", "", "", localised("no layout page held"))
    console.print(table)
    printed, held = sum(page.printed for page in pages), sum(page.held for page in pages)
    days_known = len({page.date for page in pages if page.is_listed})
    days_asked = len(list(asked))
    parts = [f"{days_known} of {days_asked} days asked for are listed ({days_known / days_asked:.0%})"]
    if printed:
        parts.append(
            f"of these {held} of {printed} items are held ({held / printed:.1%}): {ways_told(pages)}"
        )
    console.print("，".join(map(localised, parts)) if is_chinese() else ", ".join(parts))


def as_json(pages: Sequence[PageCoverage]) -> str:
    """The pages as JSON Lines, one line for each page."""
    return "\n".join(
        json.dumps({**asdict(page), "ways": dict(page.ways), "held": page.held}, ensure_ascii=False)
        for page in pages
    )


def _cells(page: PageCoverage) -> tuple[str, ...]:
    number = f"{page.number:02}" if page.number is not None else "?"
    if not page.is_listed:
        return page.date, number, page.name or "", "?", "0", "", "", localised("layout page not held")
    missing = "、".join(page.missing[:MOST_TITLES]) + ("…" if len(page.missing) > MOST_TITLES else "")
    share = f"{page.held / page.printed:.0%}" if page.printed else "100%"
    ways = ", ".join(f"{way} {count}" for way, count in page.ways)
    return page.date, number, page.name or "", str(page.printed), str(page.held), share, ways, missing
