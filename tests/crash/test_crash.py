"""A bounded number of kills, power cuts, full disks, tears and flips; `make crash` meets hundreds."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.faults import build

REPO = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler to build the library that kills")
def test_no_kill_and_no_refusing_disk_leaves_an_archive_unsound(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.crash", "--points", "6", "--cuts", "4", "--disk", "9"]
    environment = os.environ | {"ZHUANZAI_CRASH_READY": "1", "LD_PRELOAD": str(build(tmp_path))}

    done = subprocess.run(
        [*command, "--wounds", "2", "--poison", "1", "--large", "0"],
        cwd=REPO,
        env=environment,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 unsound" in done.stdout
