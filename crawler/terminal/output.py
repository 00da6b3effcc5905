"""Output for any terminal and any pipe: characters are escaped if needed, and a closed pipe (`| head`) is no error."""

import codecs
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        raise SystemExit(READ_NO_MORE) from None
