"""The preloaded library: built with the C compiler, armed in a forked child, the child's end told."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")


class Kind(IntEnum):
    """What happens at the chosen change; the numbers are those of faults.c."""

    COUNT = 0
    KILL_BEFORE = 1
    KILL_HALFWAY = 2
    KILL_AFTER = 3
    FULL = 4
    BROKEN = 5
    SHORT = 6
    POWER = 7
    POWER_LOG = 8


KILLS = (Kind.KILL_BEFORE, Kind.KILL_HALFWAY, Kind.KILL_AFTER)
CUTS = (Kind.POWER, Kind.POWER_LOG)


@dataclass(frozen=True)
class End:
    """How a child ended. `signal` is 9 for one that was killed; `told` is what it reported while it lived."""

    signal: int
    code: int
    told: bytes
    changes: int


def build(folder: Path) -> Path | None:
    """The library, or None where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    library = folder / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"], check=True)
    return library


def forked(scenario: Callable[[Callable[[bytes], None]], int], at: int, kind: Kind, part: str) -> End:
    """Run `scenario` in a child that meets a fault at the `at`-th change of a file whose path holds `part`.

    The scenario gets a function by which it reports; what it returns is the child's exit code.
    """
    loaded = ctypes.CDLL(None)
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        code = 99
        try:
            loaded.faults_arm(ctypes.c_long(at), int(kind), part.encode())
            code = scenario(lambda word: void(os.write(writer, word)))
            os.write(writer, b"#%d" % loaded.faults_seen())
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        told = file.read()
    _, status = os.waitpid(pid, 0)
    told, _, changes = told.partition(b"#")
    killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1
    return End(killed, code, told, int(changes or 0))


def void(_: object) -> None:
    """Nothing."""
