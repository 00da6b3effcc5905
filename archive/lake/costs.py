"""What each stage of a build costs: processor time, rows and memory, measured where the work is done."""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_KIB = 1 if sys.platform == "darwin" else 1024


@dataclass(slots=True)
class Cost:
    """One stage: its tasks, their processor time together, and the most memory that a worker has used by its end."""

    stage: str
    tasks: int = 0
    cpu_s: float = 0.0
    memory_bytes: int = 0
    rows: int = 0

    def add(self, measured: "Measured") -> None:
        """Count one task."""
        self.tasks += 1
        self.cpu_s += measured.cpu_s
        self.memory_bytes = max(self.memory_bytes, measured.memory_bytes)
        self.rows += measured.result if isinstance(measured.result, int) else 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What a task gave, and what it took."""

    result: Any
    cpu_s: float
    memory_bytes: int


def measured(do: Callable[[Any], Any], item: Any) -> Measured:
    """Do a task and measure it."""
    begun = time.process_time()
    result = do(item)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB
    return Measured(result, time.process_time() - begun, memory)
