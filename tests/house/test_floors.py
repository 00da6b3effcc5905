"""What is measured may not fall: coverage, and what grouping gets right."""

import subprocess
from pathlib import Path

from tests.house.faces import REPO
from tests.house.floors import FLOOR, highest_ever
from tests.quality.copies import Score, under


def test_the_floor_of_coverage_was_never_higher() -> None:
    found = FLOOR.search((REPO / "pyproject.toml").read_text("utf-8"))
    ever = highest_ever(REPO, "pyproject.toml")

    assert found is not None
    assert ever is None or float(found[1]) >= ever


def test_a_floor_that_was_lowered_is_seen(tmp_path: Path) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@a.example"]
    subprocess.run([*git, "init", "-q"], cwd=tmp_path, check=True)
    for floor in ("88", "91.5", "90"):
        (tmp_path / "pyproject.toml").write_text(f"[tool.coverage.report]\nfail_under = {floor} # measured\n")
        subprocess.run([*git, "add", "."], cwd=tmp_path, check=True)
        subprocess.run([*git, "commit", "-qm", floor], cwd=tmp_path, check=True)

    assert highest_ever(tmp_path, "pyproject.toml") == 91.5


def test_a_folder_without_git_has_no_history(tmp_path: Path) -> None:
    assert highest_ever(tmp_path / "none", "pyproject.toml") is None


def test_grouping_under_its_floors_is_told() -> None:
    good = Score(precision=1, recall=1, b3_precision=1, b3_recall=1, joined=1, followups=0, roundups=0)
    poor = Score(precision=1, recall=0.98, b3_precision=1, b3_recall=1, joined=0.99, followups=0, roundups=0)

    assert under(good) == []
    assert under(poor) == ["F1 0.9899 < 0.995", "joined 0.9900 < 0.995"]
