import pytest

from extract.article import Hints
from extract.page import families
from extract.page.finder import _compiled


def test_every_family_file_is_understood() -> None:
    assert {layout.family for layout in families.layouts()} == {
        "baidu", "enorth", "forums", "founder", "government", "people", "portals", "powereasy", "trs", "wiki", "xinhua",
    }  # fmt: skip


def test_every_selector_of_every_family_compiles() -> None:
    for layout in families.layouts():
        for name in (
            "title",
            "kicker",
            "subtitle",
            "body",
            "date",
            "source",
            "byline",
            "editor",
            "paper",
            "remove",
        ):
            for selector in getattr(layout.hints, name):
                _compiled(selector)


def test_an_unknown_key_names_file_and_key() -> None:
    with pytest.raises(families.FamilyFileError, match=r"families/x.toml: boddy"):
        families.read_layouts("x.toml", '[[layout]]\nmarks = ["#a"]\nboddy = ["#a"]\n')


def test_the_family_a_site_names_comes_first() -> None:
    found = families.likely(frozenset(["#pubtime_baidu", ".TRS_Editor"]), "http://a.example/", "trs")

    assert [layout.family for layout in found] == ["trs", "baidu"]


def test_site_hints_are_tried_before_the_family_s() -> None:
    both = families.merged(Hints(title=("#site",)), Hints(title=("#family",), body=("#b",)))

    assert both.title == ("#site", "#family")
    assert both.body == ("#b",)


def test_selectors_that_cannot_match_are_dropped() -> None:
    hints = Hints(body=("#a .b", "#a .c", "div", "#a:not(.z)", "#x, #a"))

    assert families.possible(hints, frozenset(["#a", ".b"])).body == ("#a .b", "div", "#a:not(.z)", "#x, #a")
