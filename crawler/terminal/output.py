"""What is printed reaches any terminal, and a reader that has seen enough (`| head`) ends a command quietly."""

import codecs
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ESCAPED = "zhuanzai-escaped"
READ_NO_MORE = 141
"""The exit code of a program whose reader went away, as shells have it: 128 and SIGPIPE."""


def as_escapes(error: UnicodeError) -> tuple[str, int]:
    r"""Characters that an encoding lacks as JSON writes them, \u4eba: nothing is lost, and JSON stays JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def reach_any_terminal() -> None:
    """Let stdout and stderr take every character, whatever the terminal's encoding (Latin-1, POSIX, cp936)."""
    codecs.register_error(ESCAPED, as_escapes)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ESCAPED)


@contextmanager
def quietly() -> Iterator[None]:
    """Raises SystemExit (READ_NO_MORE) in place of BrokenPipeError, also for what is still to be written at the end."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        raise SystemExit(READ_NO_MORE) from None
