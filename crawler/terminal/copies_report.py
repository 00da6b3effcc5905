"""What `scrapy crawl copies` prints at its end: what was tried, and what was found."""

from collections import Counter

from archive.grouping.relatives import Kin, SoughtArticle
from archive.view.ledger import Try
from crawler.terminal.columns import table

HEADS = ("way", "site", "asked", "candidates", "fetched", "found")


def report(wanted: SoughtArticle, tries: list[Try], family: list[Kin], run_id: str) -> str:
    """What a person reads at the end."""
    rows = [
        (one.way, one.site, *map(str, (one.asked, one.candidates, one.fetched, one.found))) for one in tries
    ]
    others = [member for member in family if member.url != wanted.url]
    new = Counter(member.run_id == run_id for member in others)[True]
    copies = [
        (
            member.relation,
            "-" if member.kept is None else f"{member.kept:.0%}",
            member.via,
            "new" if member.run_id == run_id else "held",
            member.url,
        )
        for member in family
    ]
    lines = [f"Copies of 《{wanted.title}》 {wanted.url}", "", table([HEADS, *rows]), ""]
    if copies:
        lines += [table([("relation", "keeps", "via", "", "url"), *copies]), ""]
    lines.append(f"{new} new of {len(others)} copies and relatives" if others else "nothing found")
    return "\n".join(lines)
