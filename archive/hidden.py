"""Modules that a library loads where they are installed, and does without where they are not."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def hidden(*names: str) -> Iterator[None]:
    """While it lasts these modules are as if not installed, except those that were loaded before."""
    none: dict[str, Any] = {name: None for name in names if name not in sys.modules}
    sys.modules.update(none)
    try:
        yield
    finally:
        for name in none:
            del sys.modules[name]
