"""Every saved page under tests/sites reads as the person who saved it says it does, absences included."""

import json
import tomllib
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.registry.book import SiteFiles
from crawler.registry.scaffold import case_files, write
from extract.page.families import FamilyLayout, layouts, likely
from extract.page.page import Page
from extract.read import read

HERE = Path(__file__).parent
TEMPLATES = HERE.parent / "extract" / "templates"
"""Pages of programs that no shipped site runs; tests/extract/test_templates.py reads them."""
CASES = sorted(folder.parent for folder in HERE.glob("*/*/page.html"))
FIELDS = (
    "kind", "title", "kicker", "subtitle", "source", "byline", "editor", "published_at", "published_precision",
    "paper_date", "paper_page", "original_title", "script", "charset", "low_trust",
)  # fmt: skip


@cache
def sites() -> SiteFiles:
    return SiteFiles.load()


def page_of(case: Path) -> Page:
    told = tomllib.loads((case / "page.toml").read_text(encoding="utf-8"))
    fetched = datetime.fromisoformat(told["fetched_at"]) if "fetched_at" in told else None
    return Page(
        told["url"],
        (case / "page.html").read_bytes(),
        told.get("content_type"),
        fetched,
    )


def expected_of(case: Path) -> dict[str, Any]:
    return tomllib.loads((case / "expected.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_page_reads_as_expected(case: Path) -> None:
    page, expected = page_of(case), expected_of(case)
    hints = sites().place(page.url, date(2026, 1, 1)).hints

    article = asdict(read(page, hints))

    if article["kind"] == "article":
        assert article["text"].split("\n") == expected.get("text", [""])
    assert {name: article[name] for name in FIELDS} == {name: expected.get(name) for name in FIELDS}
    kinds = {note["kind"] for note in article["notes"]}
    assert sorted(kinds) == sorted(expected.get("notes", []))


def blanks(case: Path) -> list[str]:
    """Fields of a case that a scaffold left empty and nobody filled in."""
    told = tomllib.loads((case / "page.toml").read_text(encoding="utf-8")) | expected_of(case)
    if "body" in told.get("notes", []):
        told.pop("text", None)  # a person saw that the page has none
    return sorted(name for name, value in told.items() if value in ("", [""], 0) and value is not False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_person_filled_the_case_in(case: Path) -> None:
    assert blanks(case) == []


def test_a_scaffold_that_nobody_filled_in_is_seen(tmp_path: Path) -> None:
    write(tmp_path, case_files("http://a.example/1.html", Page("http://a.example/1.html", b"<p>")))

    assert {"shows", "title", "text", "paper_page"} <= set(blanks(tmp_path))


def test_a_person_filled_every_shipped_site_in() -> None:
    shipped = SiteFiles.load()

    assert [site.host for site in shipped if not (site.name and site.region and site.source)] == []


def test_every_site_with_articles_has_a_case() -> None:
    shown = {sites().place(page_of(case).url, date(2026, 1, 1)).site for case in CASES}

    assert sorted(site.host for site in sites() if site.articles and site.host not in shown) == []


def test_every_layout_of_every_family_is_found_on_a_case() -> None:
    programs = [
        Page(json.loads(path.read_text("utf-8"))["url"], path.with_suffix(".html").read_bytes())
        for path in TEMPLATES.glob("*.json")
    ]
    shown = {layout for page in (*map(page_of, CASES), *programs) for layout in found_layouts(page)}

    assert [(layout.family, sorted(layout.marks)) for layout in layouts() if layout not in shown] == []


def found_layouts(page: Page) -> list[FamilyLayout]:
    """The layouts whose marks a page carries and whose place for the text is on it."""
    if page.finder is None:
        return []
    likely_ones = likely(page.marks, page.url)
    return [
        layout for layout in likely_ones if not layout.hints.body or page.finder.elements(layout.hints.body)
    ]
