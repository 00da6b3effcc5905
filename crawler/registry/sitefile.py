"""A site file read strictly: one TOML file, every key, pattern and template checked."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from crawler.registry.site import Cms, Listing, Paging, Site
from crawler.registry.strict import SiteFileError, filled, suggestion

SHIPPED = Path(__file__).parents[1] / "sites"
CMS_FILE = Path(__file__).parent / "cms.toml"
READING_FAMILIES = Path(str(files("extract.page"))) / "families"


Families = Mapping[str, Mapping[str, Any]]


@cache  # a crawl asks four times, a third of a second each
def shipped() -> tuple[Site, ...]:
    return tuple(_read_folder(SHIPPED))


def _read_folder(folder: Path) -> Iterator[Site]:
    families = tomllib.loads(CMS_FILE.read_text(encoding="utf-8"))
    for path in sorted(folder.glob("*.toml")):
        yield read_site(path, families)


def read_site(path: Path, families: Families) -> Site:
    """The site that a file describes.

    Raises:
        SiteFileError: no TOML, an unknown or missing key, a value of the wrong type, a bad pattern.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteFileError(f"{path}: {error}") from error
    site: Site = filled(Site, table, str(path))
    if path.stem != site.host:
        raise SiteFileError(f"{path}: host is {site.host!r}, the file's name says {path.stem!r}")
    if site.expected and (len(site.expected) != 2 or site.expected[0] > site.expected[1]):
        raise SiteFileError(f"{path}: expected is {list(site.expected)}, wanted [least, most]")
    if site.hours and (len(site.hours) != 2 or not all(0 <= hour <= 24 for hour in site.hours)):
        raise SiteFileError(
            f"{path}: hours is {list(site.hours)}, wanted [from, to], hours of the day in Beijing"
        )
    for pattern in site.continuations:
        if "page" not in pattern.groupindex:
            raise SiteFileError(f"{path}: continuations: {pattern.pattern!r} has no group (?P<page>…)")
    _check_templates(site, path)
    return _with_family(site, families, str(path))


def _check_templates(site: Site, path: Path) -> None:
    for dated in site.dated:
        try:
            if dated.url.format(date=date(2020, 2, 10), edition="{edition}") == dated.url:
                raise SiteFileError(f"{path}: dated: {dated.url!r} has no {{date:%Y-%m/%d}} or the like")
        except (KeyError, IndexError, ValueError) as error:
            raise SiteFileError(f"{path}: dated: {dated.url!r}: {error!r}, wanted only {{date:…}}") from error
    wanted = [(listing.paging, "page") for listing in site.listings]
    wanted += [(spec.paging, "token" if spec.token else "page") for spec in site.json]
    wanted += [(search.url + (search.body or ""), "query") for search in site.search]
    for search in site.search:
        try:
            "".encode(search.charset)
        except LookupError as error:
            raise SiteFileError(f"{path}: search: {error}") from error
    for template, name in wanted:
        if template is not None and f"{{{name}}}" not in template:
            raise SiteFileError(f"{path}: {template!r} has no {{{name}}}")


def _with_family(site: Site, families: Families, where: str) -> Site:
    markup = [path.stem for path in READING_FAMILIES.glob("*.toml")]
    for key, name, known in (
        ("family", site.family, sorted({*families, *markup})),
        ("addresses", site.addresses, sorted(families)),
    ):
        if name is not None and name not in known:
            raise SiteFileError(f"{where}: {key} is {name!r}{suggestion(name, known)}")
    system = site.addresses or site.family or ""
    cms: Cms = filled(Cms, families.get(system, {}), f"{CMS_FILE.name}: {system}")
    site = replace(
        site,
        articles=site.articles or cms.articles,
        continuations=site.continuations or cms.continuations,
        listings=tuple(_paged(listing, cms.paging) for listing in site.listings),
    )
    if not site.articles and (site.listings or site.sitemaps or site.feeds or site.dated):
        raise SiteFileError(
            f"{where}: articles is missing, and family {site.family!r} has no article addresses"
        )
    return site


def _paged(listing: Listing, paging: Paging | None) -> Listing:
    if (
        listing.paging
        or listing.next
        or listing.next_text
        or paging is None
        or not paging.match.search(listing.url)
    ):
        return listing
    return replace(listing, paging=paging.match.sub(paging.page, listing.url), first=paging.first)
