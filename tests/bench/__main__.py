"""Every bench, one table after the other: `make bench`; exit code 1 where a ratio is over its ceiling."""

import sys

from tests.house.tables import run

if __name__ == "__main__":
    wanted, sys.argv = sys.argv[1:], sys.argv[:1]
    sys.exit(run("tests.bench", wanted))
