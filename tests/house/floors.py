"""Floors of figures: the greatest that a figure ever had in git's history, so that none is lowered in passing."""

import re
import subprocess
from pathlib import Path

FLOOR = re.compile(r"^fail_under = ([\d.]+) # measured", re.M)


def highest_ever(repo: Path, file: str, pattern: re.Pattern[str] = FLOOR) -> float | None:
    """The highest value that a pattern's group had in any version of a file; None without a history."""
    asked = ["git", "log", "-p", "--format=", "--", file]
    try:
        done = subprocess.run(asked, cwd=repo, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):  # no git, or a source archive
        return None
    added = [line[1:] for line in done.stdout.splitlines() if line.startswith("+")]
    return max((float(found[1]) for line in added if (found := pattern.match(line))), default=None)
