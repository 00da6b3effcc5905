"""A measurement whose figures do not hold fails the run of all measurements."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.bench import crawl, reading
from tests.house.tables import run
from tests.quality import lineage


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package with a table that holds, one that fails, one that exits, and a module without a table."""
    folder = tmp_path / "invented_tables"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "good.py").write_text('TABLE = "good"\ndef main(): return None\n')
    (folder / "poor.py").write_text('TABLE = "poor"\ndef main(): return 1\n')
    (folder / "left.py").write_text('TABLE = "left"\ndef main(): raise SystemExit(3)\n')
    (folder / "room.py").write_text("def main(): return 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield_name = "invented_tables"
    for name in [name for name in sys.modules if name.startswith(yield_name)]:
        monkeypatch.delitem(sys.modules, name)
    return yield_name


def test_tables_that_fail_are_named_and_the_others_printed(
    package: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(package)

    said = capsys.readouterr()
    assert code == 1
    assert said.out.split() == ["good", "left", "poor"]
    assert said.err.strip() == "figures that do not hold: left, poor"


def test_a_table_that_is_named_is_run_alone(package: str) -> None:
    assert run(package, ["good"]) == 0
    assert run(package, ["poor"]) == 1


def test_a_table_that_there_is_not_is_refused(package: str) -> None:
    assert run(package, ["god"]) == 2


def test_a_tree_no_better_than_a_plain_rule_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    floors = {"right": 0.85, "said so": 0.8}
    monkeypatch.setattr(lineage, "AHEAD", 0.1)
    ours = Counter({"right": 90, "decidable": 100, "said so": 70, "undecidable": 100})
    plain = Counter({"right": 85, "decidable": 100})

    assert lineage.below({"zhuanzai": ours, "earliest": plain}, floors) == [
        "said so 0.700 < 0.8",
        "right 0.900, the best plain rule 0.850",
    ]


def test_a_reader_over_its_share_of_the_peers_cpu_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BUDGETS", {"known": 0.25, "unknown": 0.5})

    assert reading.over({"known": [(1.0, 0.1), (1.0, 0.3), (1.0, 0.4)], "unknown": [(1.0, 0.5)]}) == [
        "known: 0.30 of trafilatura with metadata's CPU, wanted 0.25 at most"
    ]


def test_a_crawl_over_its_ceiling_is_told() -> None:
    ratios = {"bare": [1.0], "whole": [2.4, 4.1, 4.2], "glue": [15.0]}

    assert crawl.over(ratios, {"whole": 4.0}, {"bare": 190, "whole": 151}, "made") == [
        "made, whole: 4.10 x bare, wanted 4.0 at most",
        "made, whole: peak 151 MB, wanted 150 at most",
    ]
