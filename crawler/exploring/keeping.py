"""A learned site file made a person's file, with test cases from pages that the archive holds."""

import re
from collections.abc import Iterator
from pathlib import Path

from archive.capture import Ref
from archive.errors import Damaged, WrongUse
from archive.record.exchanges import http_block
from archive.record.http import parse
from archive.record.reader import read
from archive.view.holdings import longest_pages
from archive.view.store import DATABASE, Store
from extract.page.page import Page

MOST_CASES = 2
LOOKED_AT = 50
_OURS = re.compile(
    r"^(?:# Written by the crawler|# `scrapy newsite HOST`|learned = |gone = |unfinished = |source = ).*\n",
    re.MULTILINE,
)


def text_for_keeping(learned: Path) -> str:
    """A learned file as a person's: without the lines that are the crawler's own, with those a person fills in.

    Raises:
        WrongUse: no such file.
    """
    try:
        text = learned.read_text(encoding="utf-8")
    except OSError as error:
        raise WrongUse(f"{learned}: {error.strerror}; nothing was learned of this host") from error
    regions = "central, portal, ministry, province, city, hongkong, macau, taiwan, overseas"
    asked = f'region = "" # {regions}\nsource = "exploration"\n'
    return re.sub(r"^(name = .*\n)", rf"\g<1>{asked}", _OURS.sub("", text), count=1, flags=re.MULTILINE)


def page_held(folder: Path, url: str, ref: Ref) -> Page | None:
    """A page as the record holds it; None where it is lost or damaged, which `scrapy verify` names."""
    try:
        message = parse(http_block(read(folder / "warc", ref)))
    except (Damaged, OSError):
        return None
    kind = next((value for name, value in message.headers if name.lower() == "content-type"), None)
    return Page(url, message.body, kind)


def pages_held(folder: Path, host: str) -> Iterator[Page]:
    """Pages of a site's articles as the record holds them, the longest first."""
    with Store(folder / DATABASE, read_only=True, any_release=True) as store:
        held = longest_pages(store.conn, host, LOOKED_AT)
    found = 0
    for url, ref in held:
        page = page_held(folder, url, ref)
        if page is None:
            continue
        yield page
        found += 1
        if found >= MOST_CASES:
            return
