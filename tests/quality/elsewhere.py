"""The same in another environment: a Datasette of the other line, where one is installed."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = "ZHUANZAI_TEST_DATASETTE"
OTHER = os.environ.get(NAMED)
"""The bin folder of an environment with the other Datasette, zhuanzai's other dependencies and pytest."""


def run_elsewhere(*arguments: str) -> int:
    """The exit code of that environment's `python -m …` in the checkout."""
    environment = {name: value for name, value in os.environ.items() if name != NAMED}
    environment["PYTHONPATH"] = str(ROOT)
    command: Sequence[str] = [str(Path(OTHER or "") / "python"), "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
