"""`python -m tests.crash [--points N]`: kill, fill, tear and flip; a table of how often and what was left.

Exit code 1 where an archive was left that is not as it must be.
"""

import argparse
import logging
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.faults import CUTS, KILLS, End, Kind, build
from tests.crash.large import CAPTURES, large_scenarios
from tests.crash.poison import POISONED
from tests.crash.scenarios import REFUSED, SCENARIOS, Course, Unsound
from tests.crash.wounds import WOUNDS

SHARES = {"crawl": 0.4, "recovery": 0.1, "rebuild": 0.2, "ingest": 0.15, "export": 0.05, "compact": 0.1}
RECORDING = ("crawl", "recovery", "ingest", "compact")
DISKS = {"warc": "/warc/", "database": "archive.db", "log": "archive.db-wal"}
READY = "ZHUANZAI_CRASH_READY"  # set where the library is loaded


@dataclass
class Row:
    """One line of the table."""

    name: str
    met: int = 0
    stopped: int = 0
    unsound: list[str] = field(default_factory=list)

    def add(self, at: object, end: End | None, fault: Unsound | None) -> None:
        self.met += 1
        self.stopped += end is not None and (end.signal == 9 or end.code == REFUSED)
        if fault is not None:
            self.unsound.append(f"{self.name} at {at}: {fault}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.crash", description=__doc__)
    parser.add_argument("--points", type=int, default=300, help="kills, spread over the scenarios")
    parser.add_argument(
        "--cuts", type=int, default=120, help="cuts of the current, spread over what writes records"
    )
    parser.add_argument("--disk", type=int, default=60, help="points at which a disk is full or broken")
    parser.add_argument(
        "--wounds", type=int, default=200, help="torn and flipped bytes, of each kind; 0 is every byte"
    )
    parser.add_argument("--poison", type=int, default=20, help="kills around a page that hangs, of each kind")
    parser.add_argument(
        "--large",
        type=int,
        default=300,
        help="kills over an archive of 2,000 captures, equally often of each act",
    )
    parser.add_argument("--acts", default="rebuild,compact,backup,ingest", help="those that --large kills")
    parser.add_argument("--seed", type=int, default=20200210)
    wanted = parser.parse_args()
    if READY not in os.environ:
        library = build(Path(tempfile.mkdtemp(prefix="crash-library-")))
        if library is None:
            print("no C compiler: nothing was killed")
            return 0
        os.environ |= {READY: "1", "LD_PRELOAD": str(library)}
        os.execv(sys.executable, [sys.executable, "-m", "tests.crash", *sys.argv[1:]])
    with tempfile.TemporaryDirectory(prefix="crash-") as space:
        logging.disable(logging.CRITICAL)
        chance = random.Random(wanted.seed)
        courses = {name: Course(scenario, Path(space) / name) for name, scenario in SCENARIOS.items()}
        rows = [*kills(courses, wanted.points, chance), *cuts(courses, wanted.cuts, chance)]
        rows += disks(courses["crawl"], wanted.disk, chance)
        rows += wounds(Path(space), wanted.wounds, chance)
        rows += poisoned(Path(space) / "poison", wanted.poison, chance)
        if wanted.large:
            rows += over_large(Path(space) / "large", wanted.acts.split(","), wanted.large, chance)
    return told(rows)


def poisoned(space: Path, points: int, chance: random.Random) -> Iterator[Row]:
    """A start on an open WARC with a page that hangs, killed anywhere; a crawl, killed while it reads that page."""
    start, page = POISONED.values()
    yield met(f"kill -9 in {start.name}", Course(start, space / "start"), KILLS, points, chance)
    course, row = Course(page, space / "page"), Row(f"kill -9 in {page.name}")
    for at in range(points):
        meet(course, row, at, Kind.COUNT, None)
    yield row


def over_large(space: Path, acts: list[str], points: int, chance: random.Random) -> Iterator[Row]:
    """Kills over an archive of thousands of captures."""
    scenarios = large_scenarios(space)
    for name in acts:
        course = Course(scenarios[name], space / name)
        yield met(f"kill -9 in {name} of {CAPTURES:,}", course, KILLS, points // len(acts), chance)


def kills(courses: dict[str, Course], points: int, chance: random.Random) -> Iterator[Row]:
    """Each scenario killed at random changes of its files: before, in the middle of and after them."""
    for name, course in courses.items():
        yield met(f"kill -9 in {name}", course, KILLS, round(points * SHARES[name]), chance)


def cuts(courses: dict[str, Course], points: int, chance: random.Random) -> Iterator[Row]:
    """Each scenario that writes records on a machine that loses the current: what was not fsynced is gone."""
    for name in RECORDING:
        yield met(f"power cut in {name}", courses[name], CUTS, points // len(RECORDING), chance)


def met(what: str, course: Course, kinds: Sequence[Kind], number: int, chance: random.Random) -> Row:
    row = Row(f"{what} ({course.changes} changes)")
    wishes = [(at, kind) for at in range(1, course.changes + 1) for kind in kinds]
    for at, kind in sorted(chance.sample(wishes, min(max(1, number), len(wishes)))):
        meet(course, row, at, kind, None)
    return row


def disks(course: Course, points: int, chance: random.Random) -> Iterator[Row]:
    """A crawl whose disk is full from some change on, or fails once, or writes less than it was given."""
    for name, part in DISKS.items():
        changes = course.meet(0, Kind.COUNT, part).changes
        for kind in (Kind.FULL, Kind.BROKEN, Kind.SHORT):
            row = Row(f"{kind.name.lower()}: {name} ({changes} changes)")
            for at in sorted(chance.sample(range(1, changes + 1), min(changes, max(1, points // 9)))):
                meet(course, row, at, kind, part)
            yield row


def wounds(space: Path, number: int, chance: random.Random) -> Iterator[Row]:
    """Torn files and flipped bits."""
    for name, wound in WOUNDS.items():
        row = Row(name)
        for at, fault in wound(space / name, number, chance):
            row.add(at, None, Unsound(fault) if fault else None)
        yield row


def meet(course: Course, row: Row, at: int, kind: Kind, part: str | None) -> None:
    try:
        row.add(f"{at} {kind.name}", course.meet(at, kind, part), None)
    except Unsound as fault:
        row.add(f"{at} {kind.name}", None, fault)
    if row.met % 10 == 0:
        print(f"{row.name}: {row.met} met, {len(row.unsound)} unsound", file=sys.stderr, flush=True)


def told(rows: list[Row]) -> int:
    """Print the table; the exit code."""
    for row in rows:
        print(f"{row.name:45} {row.met:5} met  {row.stopped:5} stopped  {len(row.unsound):3} unsound")
    for row in rows:
        for line in row.unsound[:5]:
            print(line)
    print(f"{sum(row.met for row in rows)} met, {sum(len(row.unsound) for row in rows)} unsound")
    return 1 if any(row.unsound for row in rows) else 0


sys.exit(main())
