"""What `scrapy lineage` prints: counts, delays and widths; and what it refuses."""

import argparse

import pytest
from scrapy.settings import Settings

from archive.errors import WrongUse
from archive.grouping.lineage import Descendant, Holder, Spread
from crawler.commands.lineage import (
    Command,
    _counted,
    _later,
    _print_spread,
    _refuse_what_would_be_passed_over,
    drawn,
)
from crawler.terminal.columns import table, wide


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
        (0, "certainty 0.50; undecided by text and credit]"),
        (1, "undecided: by text and credit 1 other page is as likely; shares 1 departure (cut 饺子)"),
        (2, "undecided: by text and credit 2 other pages are as likely; shares 2 departures (cut 饺子)"),
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
    assert said == ["the first to cut it", "made anew", "from 1", "from a page not held"]
    _print_spread([Spread(1, "replaced", 4, "饺子", holders, "馄饨")], "饺子", as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("story 1: replaced 馄饨 → 饺子: 4 copies")
    assert lines[1].endswith("the first to print it")


def deep(depth: int) -> Descendant:
    """A story in which each copy was taken from the one before it."""
    below: list[Descendant] = []
    for n in range(depth, 0, -1):
        site = f"copies.department-{n}.municipal-information-office.some-city.gov.example"
        evidence = {
            "shared": {"count": 1, "rarest": [{"kind": "added", "words": "一处很长的增改，别处没有"}]}
        }
        page = Descendant(
            n, None, site, "", "", "", "2020-02-10T00:00:00+08:00", None, 0.9, 1, evidence, below, "day"
        )
        below = [page]
    return below[0]


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("depth", [2, 60])
def test_a_tree_is_as_wide_as_the_terminal(columns: int, depth: int) -> None:
    lines = drawn(deep(depth), columns).split("\n")

    assert max(map(wide, lines)) <= columns
    shown = "".join(line.strip() for line in lines)
    for n in range(1, depth + 1):
        assert f"department-{n}.municipal" in shown
    assert shown.count("2020-02-10") == depth and "T00:00" not in shown


def test_a_tree_in_a_file_has_a_line_a_page() -> None:
    assert len(drawn(deep(60)).split("\n")) == 60


@pytest.mark.parametrize("columns", [60, 80])
def test_a_table_too_wide_goes_on_in_the_next_line(columns: int) -> None:
    rows = [("from", "to", "copies"), ("新华网地方频道" * 9, "b." * 60 + "example", "12")]
    lines = table(rows, columns).split("\n")

    assert max(map(wide, lines)) <= columns
    assert "".join(line[: line.find("  ")] for line in lines[1:]).count("新") == 9


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 min later"),
        (-5, "5 min earlier"),
        (2879, "2879 min later"),
        (5652120, "3925.1 days later"),
        (-4320, "3.0 days earlier"),
    ],
)
def test_a_delay_is_told(minutes: int, said: str) -> None:
    assert _later(minutes) == said


@pytest.mark.parametrize(
    "given",
    [
        ["1", "--sites"],
        ["1", "--parquet", "x"],
        ["--change", "饺子", "--form", "csv"],
        ["--sites", "--change", "饺子"],
        ["1", "--json", "--form", "dot"],
        ["--sites", "--parquet", "x", "--json"],
        ["1", "--site", "a.example"],
    ],
)
def test_what_would_be_passed_over_is_refused(given: list[str]) -> None:
    parser = argparse.ArgumentParser()
    command = Command()
    command.settings = Settings()
    command.add_options(parser)
    opts, args = parser.parse_known_args(given)
    with pytest.raises(WrongUse):
        _refuse_what_would_be_passed_over(args, opts)
