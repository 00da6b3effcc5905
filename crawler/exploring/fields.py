"""Whether a site's pages still keep their fields where its file says, in one run."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.run.folder import Archive
from archive.view.holdings import newest_notes
from crawler.exploring.layouts import Samples
from crawler.registry.site import Site
from extract.article import Article
from extract.page.page import Page

LEAST_PAGES = 4  # that were read in this run, none of which has a field in its place
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
    """What was seen of the fields of every site of a run."""

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
        if seen is None or seen.pages < LEAST_PAGES:
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
