"""Other processes at work: waiting for what they write, as Linux tells of it, and what they do between two looks."""

import builtins
import ctypes
import io
import os
import select
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

_LINUX = ctypes.CDLL(None, use_errno=True)
# inotify(7): modified, closed after writing, moved, created, deleted
_LOOKS = ((os, "stat"), (os, "listdir"), (os, "scandir"), (os, "open"), (io, "open"), (builtins, "open"))
_CHANGES = 0x2 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200


def until(has_come: Callable[[], bool], pid: int, *folders: Path) -> bool:
    """Wait for a moment that shows itself in these folders; False where the process ends before it.

    Whether it has come is asked at once, and after each change: a folder is watched before it is looked into.
    """
    changes, end = _LINUX.inotify_init(), os.pidfd_open(pid)
    try:
        while True:
            for folder in folders:
                _watch(changes, folder)
            if has_come():
                return True
            ready, _, _ = select.select([changes, end], [], [])
            if end in ready:
                return False
            os.read(changes, 1 << 16)
    finally:
        os.close(changes)
        os.close(end)


def text_of(path: Path) -> str:
    """What a file holds, nothing where there is none: asked once, as its writer may delete it at any moment."""
    with suppress(FileNotFoundError):
        return path.read_text("utf-8", "replace")
    return ""


def bytes_in(folder: Path) -> int:
    """The size of a folder's files together; what is gone by now has none."""
    size = 0
    with suppress(FileNotFoundError):  # of the folder
        for path in folder.iterdir():
            with suppress(FileNotFoundError):
                size += path.stat().st_size
    return size


@contextmanager
def after_look(n: int, folder: Path, act: Callable[[], object]) -> Iterator[None]:
    """Within this, `act` happens between the n-th look of Python code into the folder and what is done after it."""
    place, looks = str(folder), iter(range(1, n + 1))
    with ExitStack() as held:

        def counted(look: Callable[..., Any]) -> Callable[..., Any]:
            def looked(*words: Any, **named: Any) -> Any:
                found = look(*words, **named)
                if words and str(words[0]).startswith(place) and next(looks, None) == n:
                    held.close()
                    act()
                return found

            return looked

        for module, name in _LOOKS:
            held.enter_context(patch.object(module, name, counted(getattr(module, name))))
        yield


def _watch(changes: int, folder: Path) -> None:
    """Watch a folder and those below it; one that is watched already stays so."""
    for path, _, _ in os.walk(folder):
        _LINUX.inotify_add_watch(changes, os.fsencode(path), _CHANGES)
