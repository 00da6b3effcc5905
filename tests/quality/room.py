"""Every page and export of the reading room over the demo's archive: whether all answer 200, and how long they take.

    python -m tests.quality.room [--archive data/archive.db]

Without an archive the demo is run first, into a temporary folder. All that the room's pages link to is asked for, every
table and query as page, JSON and CSV, and the same of the other Datasette (ZHUANZAI_TEST_DATASETTE).
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import datasette

from archive.browse import conventions
from tests.archive.browse.conftest import Room
from tests.archive.browse.test_links import walk
from tests.quality.elsewhere import OTHER, ROOT, run_elsewhere

TABLE = "Reading room: every address over the demo's archive"


def addresses() -> list[str]:
    """Datasette's own pages of every table and query, in every form."""
    tables = [name for name, table in conventions.tables().items() if table.get("allow", True)]
    names = [*tables, *conventions.queries()]
    return [f"/archive/{name}{form}?q=武漢" for name in names for form in ("", ".json", ".csv")]


def asked(database: Path) -> int:
    """Ask for all, print the table; how many did not answer 200."""
    room = Room(database)
    began = time.process_time()
    found = walk(room, 5000)
    found |= {address: room.get(address).status_code for address in addresses()}
    spent_ms = 1000 * (time.process_time() - began) / len(found)
    room.close()
    kinds = Counter(
        address.removeprefix("/archive/-/").partition("?")[0].partition("/")[0] for address in found
    )
    wrong = {address: status for address, status in found.items() if status != 200}
    shown = ", ".join(f"{kind or 'datasette'} {count}" for kind, count in kinds.most_common())
    sys.stdout.write(f"Datasette {datasette.__version__}: {len(found)} addresses ({shown}),")
    sys.stdout.write(f" {spent_ms:.0f} ms of a processor each, {len(wrong)} not 200\n")
    for address, status in wrong.items():
        sys.stdout.write(f"  {status} {address}\n")
    sys.stdout.flush()
    return len(wrong)


def main() -> int:
    """The exit code: 3 where an address did not answer 200."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--archive", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.archive is None:
            command = [sys.executable, "-m", "scrapy", "demo", "-s", f"ARCHIVE_DIR={folder}/data"]
            subprocess.run(
                command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        database = chosen.archive or Path(folder) / "data" / "archive.db"
        wrong = asked(database)
        elsewhere = run_elsewhere("tests.quality.room", "--archive", str(database)) if OTHER else 0
    return 3 if wrong or elsewhere else 0


if __name__ == "__main__":
    sys.exit(main())
