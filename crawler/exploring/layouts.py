"""Where a site's pages keep their fields: places learned from several pages, and whether they are still kept there."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml.etree import _Element as Element

from archive.run.folder import Archive
from archive.view.holdings import newest_notes
from crawler.registry.site import Site
from extract.article import Article, Hints
from extract.page.families import likely
from extract.page.page import Page
from extract.read import read

MOST_PAGES = 5  # of a site that are compared
LEAST_PAGES = 4
NAME = re.compile(r"[A-Za-z][A-Za-z_-]{1,40}")
"""A class or id that may be a template's; one with a number is an article's own."""
FIELDS = ("title", "date", "source", "body")


@dataclass(slots=True)
class Samples:
    """Pages of a site that read as articles, no content system known by their markup."""

    _pages: list[tuple[Page, Article]] = field(default_factory=list)
    is_of_family: bool = False

    def add(self, page: Page, article: Article) -> None:
        """Take a page, until there are enough."""
        if self.is_of_family or len(self._pages) >= MOST_PAGES:
            return
        if likely(page.marks, page.url):
            self.is_of_family = True
            self._pages.clear()
        else:
            self._pages.append((page, article))

    def layout(self, site_names: tuple[str, ...]) -> Mapping[str, str]:
        """A selector for each field that has a place of its own; none where pages would be read otherwise by them."""
        if len(self._pages) < LEAST_PAGES:
            return {}
        found = {name: css for name in FIELDS if (css := self._place(name))}
        if "body" not in found or "title" not in found:
            return {}
        plain = [_said(page, Hints(site_names=site_names)) for page, _ in self._pages]
        hints = Hints(site_names=site_names, **{name: (css,) for name, css in found.items()})  # type: ignore[arg-type]
        by_places = [_said(page, hints) for page, _ in self._pages]
        return found if by_places == plain else {}

    @property
    def pages(self) -> int:
        """How many pages were compared."""
        return len(self._pages)

    def _place(self, name: str) -> str | None:
        """The selector that finds a field's element first on every page."""
        counts: Counter[str] = Counter()
        for page, article in self._pages:
            counts.update(list(dict.fromkeys(_selectors(page, article, name))))
        finders = [(page.finder, _fits(article, name)) for page, article in self._pages]
        for css, count in counts.items():
            if count == len(self._pages) and all(
                finder is not None and (elements := finder.elements((css,))) and fits(_folded(elements[0]))
                for finder, fits in finders
            ):
                return css
        return None


def _said(page: Page, hints: Hints) -> Article:
    """The article of a page without confidence and notes: both depend on whether the places are given."""
    return replace(read(page, hints), confidence=0.0, notes=())


def _selectors(page: Page, article: Article, name: str) -> Iterator[str]:
    """How the elements that hold a field's value may be called, the innermost first."""
    fits = _fits(article, name)
    holding = (
        [element for element in page.tree.iter() if fits(_folded(element))] if page.tree is not None else []
    )
    for element in reversed(holding):
        own = list(_names(element))
        yield from own
        above = next((names[0] for up in element.iterancestors() if (names := list(_names(up)))), None)
        if not own and above and isinstance(element.tag, str):
            yield f"{above} {element.tag}"
        if not own and element.tag in ("h1", "time"):
            yield str(element.tag)


def _names(element: Element) -> Iterator[str]:
    """Selectors of one element: its id, its classes."""
    if not isinstance(element.tag, str):
        return
    if NAME.fullmatch(element.get("id") or ""):
        yield f"#{element.get('id')}"
    for name in (element.get("class") or "").split():
        if NAME.fullmatch(name):
            yield f"{element.tag}.{name}"


def _fits(article: Article, name: str) -> Callable[[str], bool]:
    """Whether an element's text, white space left out, is a field's and little else."""
    text = "".join(article.text.split())
    first = "".join(article.text.split("\n")[0].split())
    title = "".join((article.title or "").split())
    source = "".join((article.source or "").split())
    day = (article.published_at or "")[:10].split("-")
    match name:
        case "title":
            return lambda found: bool(title) and found == title
        case "source":
            return lambda found: bool(source) and source in found and len(found) <= len(source) + 60
        case "date":
            pattern = _day(day) if len(day) == 3 else None
            return lambda found: pattern is not None and len(found) <= 80 and bool(pattern.search(found))
        case _:
            return lambda found: (
                bool(text) and first in found and len(text) <= len(found) <= 1.1 * len(text) + 20
            )


def _day(parts: list[str]) -> re.Pattern[str]:
    """A day as pages print it: 2024-12-01, 2024年12月1日."""
    year, month, day = (part.lstrip("0") for part in parts)
    return re.compile(rf"{year}\D{{1,2}}0?{month}\D{{1,2}}0?{day}(?:\D|$|\d{{1,2}}:)")


def _folded(element: Element) -> str:
    return "".join("".join(element.itertext()).split()) if isinstance(element.tag, str) else ""


# --------------------------------------------------------------- one run's pages

READ_PAGES = 4  # that were read in this run, none of which has a field in its place
BEFORE = 12  # articles that the archive holds, some of which had it there
CHECKED = ("title", "body")


@dataclass(slots=True)
class _Seen:
    """Pages of one site in this run, and of how many a field was missed."""

    pages: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    samples: Samples = field(default_factory=Samples)


@dataclass(slots=True)
class Fields:
    """The fields that a run found or missed, for every site."""

    _seen: dict[str, _Seen] = field(default_factory=dict)

    def saw(self, site: Site, page: Page, article: Article, *, is_explored: bool) -> None:
        """Note an article's page; pages of sites under exploration, or that changed, may teach where fields are."""
        seen = self._seen.setdefault(site.host, _Seen())
        missed = list(_missed(site, page, article))
        seen.pages += 1
        seen.missed.update(missed)
        if is_explored or missed:
            seen.samples.add(page, article)

    def samples(self, host: str) -> Samples:
        """The pages of a site from which a layout may be learned."""
        return self._seen.setdefault(host, _Seen()).samples

    def gone(self, site: Site, archive: Archive) -> str | None:
        """The field that no page of this run keeps where earlier pages kept it; None where all is as it was."""
        seen = self._seen.get(site.host)
        if seen is None or seen.pages < READ_PAGES:
            return None
        names = [name for name in CHECKED if seen.missed[name] == seen.pages]
        if site.learned is None:
            names = [name for name in names if _was_there(archive, site.host, name, seen.pages)]
        return f"fields-gone {names[0]} of {seen.pages} pages read" if names else None

    def hosts(self) -> tuple[str, ...]:
        """The sites of which pages were seen."""
        return tuple(self._seen)


def _missed(site: Site, page: Page, article: Article) -> Iterator[str]:
    """The fields that have a place in the site's file, and are not there."""
    if site.learned is None:
        yield from (note.detail.partition(":")[0] for note in article.notes if note.kind == "missed")
        return
    for name in CHECKED:
        selectors = [css for layout in site.layouts for css in getattr(layout, name)]
        if selectors and page.finder is not None and not page.finder.elements(selectors):
            yield name


def _was_there(archive: Archive, host: str, name: str, pages: int) -> bool:
    """Whether most of the articles held before this run's had a field where the file of a person says."""
    if not archive.database.is_file():
        return False
    with archive.reading(any_release=True) as store:
        held = newest_notes(store.conn, host, BEFORE, pages)
    kept = [not any(_says_missed(note, name) for note in json.loads(notes)) for notes in held]
    return bool(kept) and sum(kept) * 2 > len(kept)


def _says_missed(note: dict[str, str], name: str) -> bool:
    return note.get("kind") == "missed" and note.get("detail", "").startswith(f"{name}:")
