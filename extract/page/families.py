"""The content systems of Chinese news sites: the marks of their pages, and the places of the fields."""

import re
import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib import resources
from typing import Any

from extract.article import Hints

_LISTS = frozenset(f.name for f in fields(Hints)) - {"family", "charset", "low_trust"}
_SELECTORS = _LISTS - {"site_names"}
_NAME = re.compile(r"[#.][\w-]+")
_KEYS = _LISTS | {"marks", "seen", "address"}


@dataclass(frozen=True, slots=True)
class FamilyLayout:
    """One generation of a family's template. `marks` are ids (#ozoom), classes (.TRS_Editor), names of meta tags
    (@articletitle) and tags of its markup, any of which makes it likely; `address` is found in its URLs and is enough
    alone; `hints` are the selectors of its fields."""

    family: str
    marks: frozenset[str]
    address: re.Pattern[str] | None
    hints: Hints


class FamilyFileError(ValueError):
    """A family file with a key that is not understood."""


@cache
def layouts() -> tuple[FamilyLayout, ...]:
    """All layouts, families in order of their names, layouts as their file lists them.

    Raises:
        FamilyFileError: an unknown key.
    """
    folder = resources.files("extract.page").joinpath("families")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(
        layout for file in files for layout in read_layouts(file.name, file.read_text(encoding="utf-8"))
    )


def likely(marks: frozenset[str], url: str, wanted: str | None = None) -> list[FamilyLayout]:
    """The layouts whose marks are on the page (Page.marks); layouts of the wanted family come first."""
    found = [layout for layout in layouts() if layout.marks & marks]
    found += [
        known for known in layouts() if known not in found and known.address and known.address.search(url)
    ]
    return sorted(found, key=lambda layout: layout.family != wanted)


def merged(site: Hints, layout: Hints) -> Hints:
    """A site's hints, with the layout's tried after each."""
    return replace(site, **{name: getattr(site, name) + getattr(layout, name) for name in _LISTS})


def selects(hints: Hints) -> bool:
    """Whether hints name any place of a field; without, the page's ids and classes need not be known."""
    return any(getattr(hints, name) for name in _SELECTORS)


def possible(hints: Hints, marks: frozenset[str]) -> Hints:
    """The hints without selectors that name an id or a class the page does not have: the others need no search."""
    left: dict[str, Any] = {
        name: tuple(selector for selector in getattr(hints, name) if _needed(selector) <= marks)
        for name in _SELECTORS
    }
    return replace(hints, **left)


@cache
def _needed(selector: str) -> frozenset[str]:
    """The ids and classes that a selector needs to find anything.

    Those within `:not()` and in attributes do not count.
    """
    plain = re.sub(r":[\w-]+\([^)]{0,200}\)|\[[^\]]{0,200}\]", "", selector)
    return frozenset() if "," in plain else frozenset(_NAME.findall(plain))


def read_layouts(name: str, text: str) -> list[FamilyLayout]:
    family = name.removesuffix(".toml")
    read = []
    for table in tomllib.loads(text)["layout"]:
        unknown = set(table) - _KEYS
        if unknown:
            raise FamilyFileError(
                f"extract/page/families/{name}: {', '.join(sorted(unknown))}: not a key of a layout"
            )
        listed: dict[str, Any] = {key: tuple(table[key]) for key in _LISTS & set(table)}
        hints = replace(Hints(family=family), **listed)
        address = re.compile(table["address"]) if "address" in table else None
        read.append(FamilyLayout(family, frozenset(table["marks"]), address, hints))
    return read
