"""How servers are asked for files: how long one waits, which are asked no more, and which answers are no file."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from archive.remote.errors import errors_of_a_disk, is_silence

CONNECT_S, WEB_S, BUCKET_S = 10, 60, 20
"""Seconds until a connection stands, and without a byte on it. A web server is asked twice, a bucket ten times."""
SILENCES = 3
"""Files of one server for which nothing came; the others of it are not asked for."""
FORGOTTEN_S = 600
"""Seconds after which a silent server is asked again."""
_NO_FILE = "its server answers {} {}, without a file"
_NOT_ASKED = "not asked for: its server was silent for {} files before it"

_silent: dict[str, tuple[int, float]] = {}
"""The files for which a server was silent, one after the other, and when the last was."""


@contextmanager
def answering(address: str) -> Iterator[None]:
    """Turn the errors of asking for a file into OSErrors. A server that was silent several times is not asked."""
    server = "/".join(address.split("/")[:3])
    times, last = _silent.get(server, (0, 0.0))
    if times >= SILENCES and monotonic() - last < FORGOTTEN_S:
        raise OSError(errno.ETIMEDOUT, _NOT_ASKED.format(times))
    try:
        with errors_of_a_disk():
            yield
    except OSError as error:
        if is_silence(error):
            _silent[server] = _silent.get(server, (0, 0.0))[0] + 1, monotonic()
        raise
    _silent.pop(server, None)


def options_for(address: str) -> dict[str, Any]:
    """The options of the file system of an address; fsspec's own configuration goes before them.

    Web servers are asked for the bytes of the file as they are: one that calls a .warc.gz `Content-Encoding: gzip`
    would have it unpacked on the way, to its first member alone. A transfer may last, as long as bytes come.
    """
    if address.startswith(("http://", "https://")):
        import aiohttp

        lasting = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=WEB_S)
        return {
            "client_kwargs": {"auto_decompress": False, "timeout": lasting, "raise_for_status": _refused},
            "headers": {"Accept-Encoding": "identity"},
        }
    if address.startswith(("s3://", "s3a://")):
        from fsspec.config import conf

        own = conf.get("s3", {}).get("config_kwargs", {})
        asking = {
            "connect_timeout": CONNECT_S,
            "read_timeout": BUCKET_S,
            "retries": {"total_max_attempts": 2},
        }
        return {"config_kwargs": {**asking, **own}}
    return {}


async def _refused(answer: Any) -> None:
    """Raise for an answer that is neither a file nor an error: a redirection without an address, an empty one."""
    if answer.status < 400 and answer.status not in (200, 203, 206):
        import aiohttp

        raise aiohttp.ClientResponseError(
            answer.request_info,
            answer.history,
            status=answer.status,
            message=_NO_FILE.format(answer.status, answer.reason),
        )
