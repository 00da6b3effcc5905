"""The clock of processes in the sample network: FOLDER goes into PYTHONPATH, the seconds ahead into VARIABLE."""

from pathlib import Path

FOLDER = Path(__file__).parent
VARIABLE = "MONTH_AHEAD_S"
"""The same name as in sitecustomize.py, which Python loads first and which therefore cannot import it."""
