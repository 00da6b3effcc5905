"""The demo stopped at random moments and repeated: each time the next one begins anew, and the last one is whole.

`python -m tests.crash.demo [--kills 10] [--seed 1]`: a kill hits the demo alone or all its processes, as a closed
terminal or a Ctrl-C would. Exit code 1 where a demo refused to begin, or the last one left no sound archive.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

LONGEST_S = 1200
"""For a whole demo on a machine that others use too."""
KILLS: dict[str, Callable[[int], None]] = {
    "SIGKILL to the demo alone": lambda pid: os.kill(pid, signal.SIGKILL),
    "SIGKILL to all of it": lambda pid: os.killpg(pid, signal.SIGKILL),
    "SIGINT to all of it": lambda pid: os.killpg(pid, signal.SIGINT),
    "SIGTERM to the demo alone": lambda pid: os.kill(pid, signal.SIGTERM),
}
COMMANDS = (("status",), ("verify",))


def scrapy(folder: Path, *words: str) -> "subprocess.Popen[str]":
    """A command in a process group of its own."""
    command = [sys.executable, "-m", "scrapy", *words, "-s", f"ARCHIVE_DIR={folder}"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, process_group=0
    )


def main(arguments: Sequence[str]) -> int:
    """Stop, repeat, let the last one end, and look at what it left."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.demo")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--within", type=float, default=60, help="seconds in which a kill falls")
    asked = parser.parse_args(arguments)
    dice = random.Random(asked.seed)
    with TemporaryDirectory(prefix="zhuanzai-demo-") as parent:
        folder = Path(parent) / "demo"
        for number in range(asked.kills):
            if not stopped(folder, number, dice, asked.within):
                return 1
        return whole(folder)


def stopped(folder: Path, number: int, dice: random.Random, within_s: float) -> bool:
    """Stop one demo; whether it was at work until then, or done."""
    name = list(KILLS)[number % len(KILLS)]
    moment = dice.uniform(0.2, within_s)
    demo = scrapy(folder, "demo")
    try:
        demo.wait(moment)
    except subprocess.TimeoutExpired:
        KILLS[name](demo.pid)
    said = read_for(demo, 60)
    has_mark = (folder / "DEMO").exists()
    print(
        f"{number + 1}: {name} after {moment:.1f} s, exit {demo.returncode}, marked: {has_mark}", flush=True
    )
    if demo.returncode in (1, 2, 75):
        print(said)
        return False
    return True


def whole(folder: Path) -> int:
    """Let a demo end, and ask the commands a newcomer would type whether all is well."""
    began = time.monotonic()
    demo = scrapy(folder, "demo")
    said = read_for(demo, LONGEST_S)
    print(f"the last: exit {demo.returncode} after {time.monotonic() - began:.0f} s")
    codes = [demo.returncode]
    for words in COMMANDS:
        asked = scrapy(folder, *words)
        said += read_for(asked, 300)
        print(f"{' '.join(words)}: exit {asked.returncode}")
        codes.append(asked.returncode)
    if any(codes):
        print(said)
    return int(any(codes))


def read_for(process: "subprocess.Popen[str]", seconds: float) -> str:
    """What a process printed until its end; it is killed with all its like where it takes longer."""
    try:
        return process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
