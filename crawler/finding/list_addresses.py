"""The addresses of a site's lists, to ask a web archive for."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.finding.arguments import Days
from crawler.finding.links import Link
from crawler.registry.site import Site
from crawler.registry.urls import RefusedAddress, normalised


@dataclass(frozen=True, slots=True)
class ListAddress:
    """The address of a list, or of all lists whose addresses begin with it (`match` prefix)."""

    url: str
    match: str

    def includes(self, url: str) -> bool:
        """Whether an address belongs to this list. http and https count as the same."""
        return without_scheme(url) == without_scheme(self.url) or (
            self.match == "prefix" and without_scheme(url).startswith(without_scheme(self.url))
        )


def list_addresses(site: Site, days: Days) -> tuple[ListAddress, ...]:
    """A site's lists with their further pages, and the folders of the days."""
    found = [list_at(listing.url) for listing in site.listings]
    if days.since and days.until:
        found += [
            list_at(url)
            for dated in site.dated
            for day in days
            for edition in dated.editions or ("",)
            if (url := dated.on(day, edition))
        ]
    return tuple(dict.fromkeys(found))


def list_at(url: str) -> ListAddress:
    """The list at an address: the address itself with a query, if its pages are called &page=2; else its folder, but
    never a whole host."""
    if "?" in url:
        return ListAddress(url, "prefix")
    folder = url.rpartition("/")[0] + "/"
    return ListAddress(folder, "prefix") if urlsplit(folder).path != "/" else ListAddress(url, "exact")


def inner(link: Link, site: Site) -> Link:
    """The article that a search's own redirect leads to (link.php?targetpage=http://…), else the link as it is."""
    target = link.url.partition("targetpage=")[2]
    if not target.startswith(("http:", "https:")):
        return link
    try:
        return Link(normalised(target.partition("&")[0], ports=frozenset()), link.title, link.published_on)
    except RefusedAddress:
        return link


def without_scheme(url: str) -> str:
    return url.partition(":")[2]
