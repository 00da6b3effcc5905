"""The cost of each stage of a build: processor time, rows and memory, measured in the workers."""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from archive.door.apart import current, worked_s

_KIB = 1 if sys.platform == "darwin" else 1024


@dataclass(slots=True)
class Cost:
    """The cost of one stage: the number of tasks, their total processor time, rows, and the peak memory of a worker."""

    stage: str
    tasks: int = 0
    cpu_s: float = 0.0
    memory_bytes: int = 0
    rows: int = 0

    def add(self, measured: "Measured") -> None:
        """Add the cost of one task."""
        self.tasks += 1
        self.cpu_s += measured.cpu_s
        self.memory_bytes = max(self.memory_bytes, measured.memory_bytes)
        self.rows += measured.result if isinstance(measured.result, int) else 0


@dataclass(frozen=True, slots=True)
class Measured:
    """The result of a task, its processor time and its worker's peak memory."""

    result: Any
    cpu_s: float
    memory_bytes: int


def measured(do: Callable[[Any], Any], item: Any) -> Measured:
    """Do a task, and measure its processor time and peak memory."""
    begun = time.process_time() + _apart_s()
    result = do(item)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB
    used = time.process_time() + _apart_s() - begun
    return Measured(
        result, max(used, 0.0), memory
    )  # less than nothing where the process that reads is a new one


def _apart_s() -> float:
    """The processor time of the process that reads pages for this one; 0 where this one reads them."""
    apart = current()
    return worked_s(apart.pid) if apart is not None and apart.pid else 0.0
