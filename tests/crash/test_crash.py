"""A bounded number of kills, full disks, tears and flips; `make crash` meets hundreds."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler to build the library that kills")
def test_no_kill_and_no_refusing_disk_leaves_an_archive_unsound() -> None:
    command = [sys.executable, "-m", "tests.crash", "--points", "9", "--disk", "9", "--wounds", "6"]
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}

    done = subprocess.run(
        command, cwd=REPO, env=environment, capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 unsound" in done.stdout
