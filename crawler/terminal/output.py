"""Output for any terminal and any pipe: characters are escaped if needed, and a closed pipe (`| head`) is no error."""

import codecs
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

ESCAPED = "zhuanzai-escaped"
READ_NO_MORE = 141
"""The exit code of a program whose reader closed the pipe, as in shells: 128 plus SIGPIPE."""


def as_escapes(error: UnicodeError) -> tuple[str, int]:
    r"""An error handler that writes characters an encoding lacks as JSON escapes (\u4eba), so that JSON stays JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def reach_any_terminal() -> None:
    """Let stdout and stderr accept every character, with any encoding of the terminal (Latin-1, POSIX, cp936)."""
    codecs.register_error(ESCAPED, as_escapes)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ESCAPED)


@contextmanager
def quietly() -> Iterator[None]:
    """Raise SystemExit with READ_NO_MORE in place of BrokenPipeError; stdout is flushed at the end."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise _read_no_more() from None


class Terminal(Console):
    """A console of tables that ends as other output does when its reader has closed the pipe."""

    def on_broken_pipe(self) -> None:
        """Raise SystemExit with READ_NO_MORE, where rich raises it with the exit code of a bug."""
        raise _read_no_more()


def _read_no_more() -> SystemExit:
    """The end of a command whose output nobody reads any more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return SystemExit(READ_NO_MORE)
