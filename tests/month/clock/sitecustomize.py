"""The sample network's clock for programs of the shell: PYTHONPATH gets this folder, MONTH_AHEAD_S the seconds."""

import runpy
from pathlib import Path

CLOCK = Path(__file__).parents[3] / "crawler" / "sample" / "clock" / "sitecustomize.py"

runpy.run_path(str(CLOCK))
