"""What the words of a link say where it leads to no article: on in a list, to another day, to the site itself."""

import re

from crawler.exploring.outline import NEVER, Seen

NEXT = re.compile(
    r"^\W*(?:下一?[页頁]|后一?[页頁]|後一?[頁页]|次[页頁]|翻下页|next(?: page)?|older(?: posts| entries)?|较早|更早|"
    r"下页>>|后页>>|>|>>|›|»|→)"
    r"[\W\d]*$",
    re.IGNORECASE,
)
LAST = re.compile(r"^\W*(?:末[页頁]|尾[页頁]|最后一?[页頁]|最後一?[頁页]|last)\W*$", re.IGNORECASE)
ISSUE_BEFORE = re.compile(r"^\W*(?:上一期|上期|前一期|前期|前一天|前一日|上一天)\W*$")
MARKED_NEXT = re.compile(r"(?i)(?:^|[\s_-]|page)next(?:[\s_-]|page|$)|下一[页頁]|下[页頁]")
NO_PAGER = re.compile("(?i)swiper|slide|slick|carousel|banner|prev")
NUMBER = re.compile(r"^\W*(?:第\s*)?(\d{1,4})(?:\s*[页頁])?\W*$")
DAY_ALONE = re.compile(r"^\W*(?:(?:19|20)\d\d\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\W*$")
BEFORE_AFTER = re.compile("^(?:上一|下一|前一|后一|上篇|下篇)")


def is_marked_next(link: Seen) -> bool:
    """Whether a link without words is called the next page's: by its class, its icon's, a label."""
    return bool(MARKED_NEXT.search(link.marks)) and not NO_PAGER.search(link.marks)


def is_step(link: Seen) -> bool:
    """Whether a link's words are those of a pager, or of a row of days, and no headline."""
    said = (NUMBER, NEXT, LAST, ISSUE_BEFORE, DAY_ALONE)
    return any(pattern.match(link.text) for pattern in said) or is_marked_next(link)


def is_notice(link: Seen) -> bool:
    """Whether a link leads to what a site says of itself, or to a door for members."""
    return len(link.text) <= 14 and link.day is None and bool(NEVER.search(link.text))
