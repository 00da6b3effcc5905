"""An address where no scheduler is, but another program, or none that can be called: one line, and no waiting."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from socket import create_server
from threading import Thread

import pytest

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

from archive.cluster import workers as module
from archive.cluster.workers import LostClusterError, Workers
from archive.errors import WrongUse

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


@pytest.fixture
def another() -> Iterator[Callable[[bytes], str]]:
    """Starts a program that takes calls and is no scheduler; what it says first is given. Returns its address."""
    with ExitStack() as held:

        def start(words: bytes) -> str:
            listening = held.enter_context(create_server(("127.0.0.1", 0)))

            def answer() -> None:
                with suppress(OSError):  # the test has ended
                    caller = held.enter_context(listening.accept()[0])
                    caller.sendall(words)

            Thread(target=answer, daemon=True).start()
            return f"tcp://127.0.0.1:{listening.getsockname()[1]}"

        yield start


def test_another_program_that_is_silent_is_no_scheduler(
    another: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SILENT_S", 0.1)
    address = another(b"")

    with (
        pytest.raises(LostClusterError, match=f"--cluster {address}: no scheduler answers there"),
        Workers(address),
    ):
        pass


@pytest.mark.parametrize("words", [b"SSH-2.0-OpenSSH_9.0\r\n", bytes(64)])
def test_another_program_is_no_scheduler(another: Callable[[bytes], str], words: bytes) -> None:
    address = another(words)

    with pytest.raises(WrongUse, match=f"--cluster {address}: no Dask scheduler is there"), Workers(address):
        pass


@pytest.mark.parametrize("address", ["tcp://127.0.0.1", "tcp://127.0.0.1:http", "tls://127.0.0.1:9"])
def test_an_address_that_dask_cannot_call(address: str) -> None:
    with pytest.raises(WrongUse, match=f"--cluster {address}: no Dask scheduler is there"), Workers(address):
        pass
