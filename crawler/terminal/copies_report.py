"""The report at the end of `scrapy crawl copies`: the ways that were tried, and the copies that were found."""

from collections import Counter

from archive.grouping.relatives import Kin, SoughtArticle
from archive.view.ledger import Try
from crawler.terminal.columns import table
from crawler.terminal.words import localised, localised_row

HEADS = ("way", "site", "asked", "candidates", "fetched", "found")


def report(wanted: SoughtArticle, tries: list[Try], family: list[Kin], run_id: str) -> str:
    """The report as text: a table of the ways tried, a table of the story's articles, and the sum."""
    rows = [
        (one.way, one.site, *map(str, (one.asked, one.candidates, one.fetched, one.found))) for one in tries
    ]
    others = [member for member in family if member.url != wanted.url]
    new = Counter(member.run_id == run_id for member in others)[True]
    copies = [
        (
            localised(member.relation),
            "-" if member.kept is None else f"{member.kept:.0%}",
            member.via,
            localised("new" if member.run_id == run_id else "held"),
            member.url,
        )
        for member in family
    ]
    lines = [
        localised(f"Copies of 《{wanted.title}》 {wanted.url}"),
        "",
        table([localised_row(HEADS), *rows]),
        "",
    ]
    if copies:
        lines += [table([localised_row(("relation", "keeps", "via", "", "url")), *copies]), ""]
    lines.append(localised(f"{new} new of {len(others)} copies and relatives" if others else "nothing found"))
    return "\n".join(lines)
