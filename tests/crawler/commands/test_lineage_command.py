"""`scrapy lineage` counts one thing in the singular."""

import pytest

from archive.grouping.lineage import Descendant, Holder, Spread
from crawler.commands.lineage import _counted, _print_spread, drawn


@pytest.mark.parametrize(("count", "said"), [(0, "0 ways"), (1, "1 way"), (2, "2 ways"), (11, "11 ways")])
def test_ways_are_counted(count: int, said: str) -> None:
    assert _counted(count, "way") == said


@pytest.mark.parametrize(("count", "said"), [(1, "1 copy\n"), (2, "2 copies\n")])
def test_copies_of_a_change_are_counted(count: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    holders = tuple(
        Holder(number, "a.example", "http://a.example/", "", "", None, None) for number in range(count)
    )
    _print_spread([Spread(1, "cut", 4, "饺子", holders)], "饺子", as_json=False)
    assert capsys.readouterr().out.startswith(f"story 1: cut 饺子: {said}")


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "certainty 0.50; undecided]"),
        (1, "undecided: 1 other page is as likely; shares 1 departure (cut 饺子)"),
        (2, "undecided: 2 other pages are as likely; shares 2 departures (cut 饺子)"),
    ],
)
def test_pages_and_departures_are_counted(count: int, said: str) -> None:
    evidence = {
        "undecided": True,
        "other_parents": count,
        "shared": {"count": count, "rarest": [{"kind": "cut", "words": "饺子"}]},
    }
    copy = Descendant(2, None, "b.example", "", "", "", "", None, 0.5, None, evidence)
    origin = Descendant(1, None, "a.example", "", "", "", "", None, 1.0, None, {}, [copy])
    assert said in drawn(origin)


def test_the_way_of_a_change_is_told_of_each_copy(capsys: pytest.CaptureFixture[str]) -> None:
    parents = [(None, None), (None, None), (1, None), (None, 2)]
    holders = tuple(
        Holder(number, "a.example", "http://a.example/", "", "", *parent)
        for number, parent in enumerate(parents, 1)
    )
    _print_spread([Spread(1, "cut", 4, "饺子", holders)], "饺子", as_json=False)
    said = [line.split("  ")[-1] for line in capsys.readouterr().out.splitlines()[1:]]
    assert said == ["the first to print it", "made anew", "from 1", "from a page not held"]
