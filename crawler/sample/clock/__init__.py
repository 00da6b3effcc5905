"""The clock of whoever lives in the sample network: PYTHONPATH gets FOLDER, and VARIABLE how far ahead it goes."""

from pathlib import Path

FOLDER = Path(__file__).parent
VARIABLE = "MONTH_AHEAD_S"
"""As in sitecustomize.py, which Python loads before anything else can be."""
