"""Every saved page under tests/sites reads as the person who saved it says it does, absences included."""

import tomllib
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.site import SiteFiles
from extract.page import Page
from extract.read import read

HERE = Path(__file__).parent
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
    hints = sites().place(page.url, datetime(2026, 1, 1).date()).hints

    article = asdict(read(page, hints))

    if article["kind"] == "article":
        assert article["text"].split("\n") == expected.get("text", [""])
    assert {name: article[name] for name in FIELDS} == {name: expected.get(name) for name in FIELDS}
    assert sorted({note["kind"] for note in article["notes"]}) == sorted(expected.get("notes", []))
