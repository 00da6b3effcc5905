"""What Python makes of patterns when modules are loaded, kept beside the modules as it keeps what it makes of them.

Scrapy's, trafilatura's and our modules compile 1,100 patterns, which is a third of a command's start. Python keeps
compiled modules in `__pycache__` and has no such place for patterns. The rules are those of its own files: one for
each version of Python, where PYTHONPYCACHEPREFIX says, not written under PYTHONDONTWRITEBYTECODE, nor where nobody may
write, trusted as the modules beside it are, and made anew where it is damaged.
"""

import atexit
import marshal
import os
import re
import sys
import zlib
from array import array
from contextlib import suppress
from importlib import import_module
from importlib.util import cache_from_source
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

MOST = 5_000
"""Patterns in the file; beyond them, those that no module has any more are many, and the file begins anew."""
_NOT_KEPT = re.DEBUG | re.LOCALE
_CHECK_BYTES = 4
Key = tuple[str | bytes, int]
"""A pattern and the flags that it is compiled with."""
Made = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]
"""All of a pattern's flags, its code (numbers of 32 bits), and its groups: how many, by name, and their names."""


class Patterns:
    """Compiled patterns and the file that keeps them; see keep()."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = read(path)
        self._new: dict[Key, Made] = {}
        self._last: tuple[object, tuple[Any, ...]] = (None, ())
        # private to Python, the same from 3.11 to 3.13; a later one gives more, and what looks otherwise is not kept
        self._compiler: Any = import_module("re._compiler")
        self._compile, self._sre = self._compiler.compile, self._compiler._sre
        self._made = self._sre.compile

    def stand_in(self) -> None:
        """Answer for Python's own compiler from now on, in this process and those forked from it."""
        self._compiler._sre = SimpleNamespace(**{**vars(self._sre), "compile": self._noted})
        self._compiler.compile = self.compile

    def compile(self, pattern: Any, flags: int = 0) -> Any:
        """The same as Python's own. Raises re.error where the pattern is none."""
        if type(pattern) not in (str, bytes):
            return self._compile(pattern, flags)
        key = (pattern, int(flags))
        if held := self._kept.get(key):
            all_flags, code, *groups = held
            return self._made(pattern, all_flags, array("I", code).tolist(), *groups)
        made = self._compile(pattern, flags)
        of, arguments = self._last
        match arguments:
            case (_, int(all_flags), list(numbers), int(count), dict(named), tuple(names)) if (
                of is made and not all_flags & _NOT_KEPT and _is_loading(sys._getframe())
            ):
                self._new[key] = (int(all_flags), array("I", numbers).tobytes(), count, named, names)
        return made

    def _noted(self, *arguments: Any) -> Any:
        made = self._made(*arguments)
        self._last = (made, arguments)  # of another thread's pattern: it is not kept, this time
        return made

    def save(self) -> None:
        """Add the patterns that were compiled to the file; nothing where it cannot be written."""
        if not self._new or sys.dont_write_bytecode:
            return
        kept = read(self._path) | self._new
        written = self._path.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                written.write_bytes(_packed(kept if len(kept) <= MOST else self._new))
                written.replace(self._path)
            finally:
                written.unlink(missing_ok=True)

    def let_go(self) -> None:
        """Save what is new, and leave the rest to Python's own compiler again."""
        self.save()
        self._kept, self._new = {}, {}
        self._compiler.compile, self._compiler._sre = self._compile, self._sre


_in_use: list[Patterns] = []


def keep() -> None:
    """Take patterns from the file, and add to it those that modules compile while they are loaded; for commands."""
    if not _in_use:
        _in_use.append(Patterns(Path(cache_from_source(__file__)).with_suffix(".patterns")))
        _in_use[0].stand_in()
        atexit.register(save)


def save() -> None:
    """Write what is new to the file; at the end of a process, or by one that is ended without it."""
    for patterns in _in_use:
        patterns.save()


def let_go() -> None:
    """Free the two megabytes that patterns take, once all is loaded; for a process that goes on for long."""
    for patterns in _in_use:
        patterns.let_go()


def read(path: Path) -> dict[Key, Made]:
    """The patterns of a file; none where it is missing, damaged, or of another Python."""
    with suppress(OSError, EOFError, ValueError, TypeError):
        held = path.read_bytes()
        if zlib.crc32(held[_CHECK_BYTES:]).to_bytes(_CHECK_BYTES) == held[:_CHECK_BYTES]:
            python, kept = marshal.loads(held[_CHECK_BYTES:])  # noqa: S302 - as the modules beside it
            return dict(kept) if python == _python() else {}
    return {}


def _packed(kept: dict[Key, Made]) -> bytes:
    held = marshal.dumps((_python(), kept))
    return zlib.crc32(held).to_bytes(_CHECK_BYTES) + held


def _python() -> tuple[str, str]:
    """Whose numbers they are."""
    return sys.version, sys.byteorder


def _is_loading(frame: FrameType | None) -> bool:
    """Whether a module is being loaded: what a command compiles later on comes from its user or from a page."""
    while frame and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    # a program's first code is a module's too, of whoever starts it: Python itself, a runner of tests, a cluster
    by = frame.f_back if frame else None
    return by is not None and by.f_code.co_filename.startswith("<frozen importlib")
