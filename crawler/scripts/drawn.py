"""Pagers that a library draws: laypage.render({…}), $('#p').pagination({…}). No link is on the page, only a call."""

import re
from dataclasses import dataclass

from lxml.etree import _Element as Element

from crawler.scripts.joined import Meanings, joined

# laypage, jquery.pagination.js, jqPaginator, twbsPagination, kkpager, Page({num, elem, callback}), createPage()
DRAWN = re.compile(
    r"\blaypage\b(?:\.render)?\s{0,4}\(|\.(?:pagination|jqPaginator|twbsPagination|createPage|paging|pagenation|paginator?|jPages)\(\s{0,4}[{\d]"
    r"|\bkkpager\.\w{1,40}\(|\bnew\s{1,4}(?:Page|Pager|Paging|Pagination)\(|(?<![\w$.])(?:Page|Pager|Paging)\(\s{0,4}\{",
    re.IGNORECASE,
)
GOES_TO = re.compile(
    r"(?:location(?:\.href)?\s{0,9}=|location\.(?:assign|replace)\(|\breturn|\w{0,12}(?:href|url|link)\w{0,12}[\"']?\s{0,9}[:=])\s{0,9}$",
    re.IGNORECASE,
)
GIVEN = re.compile(r"\(([\w$,\s]{1,60})\)\s{0,9}(?:=>|\{)")
# link_to: '/list.php?p=__id__' counts from 0; href: '?page={{number}}' from 1
NAMED = re.compile(r"[\"']([^\"'\s<>]{0,150}(?:__id__|\{\{number\}\}|\{page\})[^\"'\s<>]{0,60})[\"']")
PLACE = re.compile(r"__id__|\{\{number\}\}|\{page\}")
BEGUN = re.compile(r"\{page=\d+\}")
PAGES = re.compile(
    r"(?<![\w$])[\"']?(?:pages|total_?pages?|page_?counts?|page_?total|num)[\"']?\s{0,4}:\s{0,4}[\"']?(\d{1,5})(?!\w)",
    re.IGNORECASE,
)
ENTRIES = re.compile(
    r"\.\w{5,20}\(\s{0,4}(\d{1,7})\s{0,4},|(?<![\w$])[\"']?(?:count|total|total_?data|total_?(?:count|records?))[\"']?\s{0,4}:\s{0,4}[\"']?(\d{1,7})(?!\w)",
    re.IGNORECASE,
)
SIZE = re.compile(
    r"(?<![\w$])[\"']?(?:limit|page_?size|show_?data|(?:items_)?per_?page|rows)[\"']?\s{0,4}:\s{0,4}[\"']?(\d{1,4})(?!\w)",
    re.IGNORECASE,
)
LONGEST_CALL = 2_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """The address with `{page}` to which a drawn pager leads, the number of page 2 there, and how many pages it says
    there are."""

    template: str
    second: int = 2
    pages: int | None = None


def drawn(script: str, root: Element | None) -> Drawn | None:
    """The pager that a page's scripts draw; None for none."""
    for call in DRAWN.finditer(script):
        text = script[call.start() : call.start() + LONGEST_CALL]
        names = Meanings(script, root)
        for given in GIVEN.finditer(text):
            names.forget(one.strip() for one in given[1].split(","))
        for address, start, _ in joined(text, names):
            if "{page" in address and GOES_TO.search(text, max(0, start - 60), start):
                return Drawn(BEGUN.sub("{page}", address), 2, _pages(text))
        if named := NAMED.search(text):
            return Drawn(PLACE.sub("{page}", named[1]), 1 if "__id__" in named[1] else 2, _pages(text))
    return None


def _pages(text: str) -> int | None:
    """How many pages a call says that there are."""
    said = PAGES.search(text)
    entries, size = ENTRIES.search(text), SIZE.search(text)
    if entries and size and int(size[1]):
        return -(-int(entries[1] or entries[2]) // int(size[1]))
    return int(said[1]) if said else None
