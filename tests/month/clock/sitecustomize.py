"""The sample network's clock for programs of the shell: PYTHONPATH gets this folder, MONTH_AHEAD_S the seconds."""

import importlib
import sys
from pathlib import Path

# under the name that Python gives it, so that times can be sent to another process
sys.path.insert(0, str(Path(__file__).parents[3] / "crawler" / "sample" / "clock"))
del sys.modules["sitecustomize"]
importlib.import_module("sitecustomize")
