"""Kinds of pages that archives meet: invented text in the markup of forums, blogs, papers, agencies and portals."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from extract.article import Article
from extract.page.page import Page
from extract.read import read

PAGES = Path(__file__).with_name("templates")
KINDS = sorted(path.stem for path in PAGES.glob("*.json"))


def plain(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def found_and_wanted(kind: str, *, with_families: bool) -> tuple[Article, dict[str, Any], list[str]]:
    """What is read of a page, what it says, and the lines read that are no optional ones."""
    want = json.loads((PAGES / f"{kind}.json").read_text(encoding="utf-8"))
    found = read(Page(want["url"], (PAGES / f"{kind}.html").read_bytes()), with_families=with_families)
    spare = {plain(line) for line in want.get("optional", ())}
    return found, want, [line for line in map(plain, found.text.split("\n")) if line not in spare]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_the_kind_is_read_as_it_stands(kind: str) -> None:
    found, want, lines = found_and_wanted(kind, with_families=True)

    assert plain(found.title) == plain(want["title"])
    assert lines == [plain(line) for line in want["text"]]
    if "published_at" in want:
        assert (found.published_at or "").startswith(str(want["published_at"]))
    for name in ("source", "byline", "editor"):
        if name in want:
            said, told = plain(getattr(found, name)), plain(want[name])
            assert told in said if told else not said, name


@pytest.mark.parametrize("kind", ["discuz", "phpwind", "founder_epaper", "weixin"])
def test_a_known_program_s_page_is_read_by_general_rules_too(kind: str) -> None:
    _, want, lines = found_and_wanted(kind, with_families=False)

    assert lines == [plain(line) for line in want["text"]]
