"""A new site file and its first test case, made from one article. A person completes them."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.errors import WrongUse
from crawler.registry.book import SiteFiles
from crawler.registry.sitefile import CMS_FILE
from extract.page.families import likely
from extract.page.page import Page

EXPECTED = """\
# Type in what the page says, never what the code reads. Remove the lines of what the page does not print.
kind = "article"
title = ""
kicker = ""
subtitle = ""
text = [
    "",
]
source = ""
byline = ""
editor = ""
published_at = "" # 2020-02-10T08:39:53+08:00
published_precision = "" # second, minute, day
paper_date = ""
paper_page = 0
original_title = ""
script = "" # hans, hant
charset = ""
"""


def site_text(host: str, url: str, page: Page) -> str:
    """A site file for the host of an article."""
    address = urlsplit(url)
    family = _markup_family(page)
    system = _address_family(url)
    lines = [f'host = "{host}"', f'name = "{_site_name(page)}" # as it calls itself in titles and 来源']
    if address.hostname not in (host, f"www.{host}", host.removeprefix("www.")):
        lines.append(f'hosts = ["*.{host.removeprefix("www.")}"]')
    lines.append('region = "" # central, portal, ministry, province, city, hongkong, macau, taiwan, overseas')
    if family or system:
        lines.append(f'family = "{family or system}"')
    if family and system and family != system:
        lines.append(f'addresses = "{system}"')
    lines += ['confidence = "L" # H: real pages or two sources, M: one source, L: inference', 'source = ""']
    if system is None:
        lines.append(f"articles = ['{pattern_of(url)}']")
    lines += [f'listings = ["{address.scheme}://{address.hostname}/"]', "expected = [1, 500]"]
    return "\n".join(lines) + "\n"


def case_files(url: str, page: Page) -> Mapping[str, bytes]:
    """The files of a test case: the page as fetched, where it came from, and empty expectations."""
    lines = [f'url = "{url}"']
    if page.content_type:
        lines.append(f'content_type = "{page.content_type}"')
    lines.append('shows = ""')
    return {
        "page.html": page.body,
        "page.toml": ("\n".join(lines) + "\n").encode(),
        "expected.toml": EXPECTED.encode(),
    }


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, none of which may exist.

    Raises:
        WrongUse: one exists already, or the folder cannot be written.
    """
    for name in files:
        if (folder / name).exists():
            raise WrongUse(f"{folder / name} exists already; remove it first or choose another name")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise WrongUse(f"{folder}: {error.strerror}") from error


def pattern_of(url: str) -> str:
    """A pattern for addresses like this one: numbers and hexadecimal names become patterns, the rest is kept."""
    address = urlsplit(url)
    path = address.path + (f"?{address.query}" if address.query else "")
    parts = re.split(r"([0-9a-f]{16,}|\d+)", path)
    return "".join(_part(part) for part in parts) + "$"


def _part(text: str) -> str:
    if re.fullmatch(r"\d{1,8}", text):
        return rf"\d{{{len(text)}}}" if len(text) in (2, 4, 6, 8) else r"\d+"
    if re.fullmatch(r"\d+", text):
        return r"\d+"
    if re.fullmatch(r"[0-9a-f]{16,}", text):
        return f"[0-9a-f]{{{len(text)}}}"
    return re.sub(r"\\([/_=-])", r"\1", re.escape(text))


def _address_family(url: str) -> str | None:
    families: dict[str, Any] = tomllib.loads(CMS_FILE.read_text(encoding="utf-8"))
    fits = [
        name for name, table in families.items() if any(re.search(p, url) for p in table.get("articles", ()))
    ]
    return fits[0] if fits else None


def _markup_family(page: Page) -> str | None:
    """The layout family most of whose marks are on the page."""
    found = sorted(likely(page.marks, page.url), key=lambda layout: -len(layout.marks & page.marks))
    return found[0].family if found else None


def _site_name(page: Page) -> str:
    """The words behind the last separator of the title: usually the site's name."""
    title = page.tree.findtext(".//title") if page.tree is not None else None
    return re.split(r"[-_|—–]+", " ".join((title or "").split()))[-1].strip().replace('"', "")


def check_host(host: str, url: str, sites: SiteFiles) -> None:
    """Refuse a host that has a file, and an address of another host.

    Raises:
        WrongUse: such a host or address, or no host name; the message names it.
    """
    if not re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", host):
        raise WrongUse(f"{host!r} is no host name in lower case")
    if host in sites.sites:
        raise WrongUse(f"{host} has a site file already")
    own = urlsplit(url).hostname or ""
    if own != host and not f".{own}".endswith(f".{host.removeprefix('www.')}"):
        raise WrongUse(f"{url} is on {own}, not on {host}")
