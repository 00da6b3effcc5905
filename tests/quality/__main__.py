"""Every table of quality, one after the other: `make quality`; exit code 1 where a figure is under its floor."""

import sys

from tests.house.tables import run

if __name__ == "__main__":
    wanted, sys.argv = sys.argv[1:], sys.argv[:1]
    sys.exit(run("tests.quality", wanted))
