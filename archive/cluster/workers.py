"""One interface to three kinds of workers: a running Dask cluster, local processes, or this process alone."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from archive import __version__
from archive.errors import ArchiveError, Damaged, ExitCode, WrongUse

HERE = "here"
"""The address for work in this process alone."""
WAIT_S = 10
"""The number of seconds to wait for a cluster."""
SILENT_S = 60
"""The number of seconds to wait for words of a program that has taken the call."""
RENEW_S = 5.0
"""Seconds between two looks whether processes of a local cluster are lacking."""
STARTS = 3
"""How often a local cluster is started, and the workers of any are asked for their version, where a worker dies."""
AHEAD = 3
"""Tasks given out for each worker: none idles, and few results wait."""
MOST_DEATHS = 1000
"""Workers that one task may outlive. Machines that are taken away are no fault of a task."""
_DEATHS = (RuntimeError, OSError, TimeoutError)
"""What Dask raises where a worker dies before it has a task."""
_LOGGERS = ("distributed", "distributed.client")
"""What Dask says of a connection that breaks off is a traceback; this program says it in one line."""
_LOCAL = re.compile(r"local(?::(\d+))?")
_REMOTE = re.compile(r"(?:tcp|tls|ucx|ws)://.+")

Item = TypeVar("Item")
Result = TypeVar("Result")


class LostClusterError(ArchiveError):
    """The cluster cannot be reached, or was lost during the work; finished results are kept."""

    exit_code = ExitCode.TRY_LATER


class Workers:
    """Calls a function for many items: on a running cluster (`tcp://…`), in N new processes (`local:N`), or `here`."""

    def __init__(self, address: str, memory_bytes: int = 0) -> None:
        """`memory_bytes` of each worker of `local`; 0 lets Dask choose. Raises WrongUse for another address."""
        self.address = address
        self.number = 1
        self._memory_bytes = memory_bytes
        self._client: Any = None
        self._cluster: Any = None
        self._held = ExitStack()
        local = _LOCAL.fullmatch(address)
        self._local = int(local[1] or 0) if local else None
        if local and local[1] == "0":
            raise WrongUse(f"--cluster {address}: a number of processes, 1 or more")
        if address != HERE and local is None and not _REMOTE.fullmatch(address):
            raise WrongUse(f"--cluster {address}: tcp://HOST:PORT of a scheduler, local:N, or {HERE}")

    def __enter__(self) -> Self:
        if self.address != HERE:
            self._connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def each(
        self, do: Callable[[Item], Result], items: Iterable[Item], name: Callable[[Item], str] = str
    ) -> Iterator[tuple[Item, Result]]:
        """Each item with the result of `do`, in the order of completion; `name` gives an item's name in messages.

        Raises LostClusterError where the cluster is lost, Damaged where an item kills every worker, and the errors of
        `do`.
        """
        if self._client is None:
            yield from ((item, do(item)) for item in items)
            return
        yield from self._spread(do, items, name)

    def begin(self, do: Callable[[Item], Result], item: Item, name: str) -> Callable[[], Result]:
        """Start one call; the returned function waits for its result and raises as each() does."""
        if self._client is None:
            return partial(do, item)
        future = self._submitted(do, item)
        return partial(self._result, future, name)

    def _submitted(self, do: Callable[[Item], Result], item: Item) -> Any:
        return self._client.submit(_agreeing, version(), do, item, pure=False)

    def _result(self, future: Any, name: str) -> Any:
        with self._explained(name):
            return future.result()

    @contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        """A cluster's own errors as errors of one line."""
        from distributed import CancelledError, KilledWorker
        from distributed.comm.core import CommClosedError

        try:
            yield
        except KilledWorker as error:
            raise Damaged(f"{name}: killed every worker that took it") from error
        except (CancelledError, CommClosedError, TimeoutError) as error:
            raise self._lost() from error

    def _spread(
        self, do: Callable[[Item], Result], items: Iterable[Item], name: Callable[[Item], str]
    ) -> Iterator[tuple[Item, Result]]:
        import distributed

        left = iter(items)
        given = {self._submitted(do, item): item for item in islice(left, self._ahead)}
        done: Any = distributed.as_completed(given)  # type: ignore[no-untyped-call]
        try:
            for future in done:
                item = given.pop(future)
                yield item, self._result(future, name(item))
                for following in islice(left, 1):
                    submitted = self._submitted(do, following)
                    given[submitted] = following
                    done.add(submitted)
        finally:
            for future in given:
                future.release()
        if given:  # its futures ended with the connection
            raise self._lost()

    @property
    def _ahead(self) -> int:
        return max(AHEAD * self.number, 2)

    def _lost(self) -> LostClusterError:
        return LostClusterError(
            f"--cluster {self.address}: the cluster went away; what was done is kept, run again to complete it"
        )

    def _connect(self) -> None:
        try:
            import dask
            import distributed
        except ImportError as error:
            raise WrongUse(
                f"--cluster {self.address}: Dask is not installed; pip install 'zhuanzai[cluster]'"
            ) from error
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._held.enter_context(
            dask.config.set(
                {
                    "distributed.scheduler.allowed-failures": MOST_DEATHS,
                    "distributed.worker.daemon": False,  # pages are read in a process apart
                    "distributed.comm.timeouts.connect": f"{WAIT_S}s",
                }
            )
        )
        target: Any = self.address
        if self._local is not None:
            target = self._cluster = self._held.enter_context(self._started(self._local))
            self._held.enter_context(_renewed(self._cluster))

        class Client(distributed.Client):
            def start(
                self, **how: Any
            ) -> None:  # Dask waits without end for one that takes a call and is silent
                super().start(callback_timeout=SILENT_S, **how)  # type: ignore[no-untyped-call]

        try:
            client = self._held.enter_context(Client(target, timeout=WAIT_S))  # type: ignore[no-untyped-call]
        except (OSError, TimeoutError) as error:
            self._held.close()
            raise LostClusterError(f"--cluster {self.address}: no scheduler answers there") from error
        except (
            Exception
        ) as error:  # whatever the bytes of another program, or an address that is none, lead to
            self._held.close()
            raise WrongUse(
                f"--cluster {self.address}: no Dask scheduler is there ({type(error).__name__}: {error})"
            ) from error
        self._client = client
        self._agree()

    def _started(self, number: int) -> Any:
        """A cluster of `number` new processes, or as many as Dask chooses if 0."""
        import distributed

        def start() -> Any:
            return distributed.LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=number or None,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",  # the default port may be taken by another run; never to the outside
                memory_limit=self._memory_bytes or "auto",
                silence_logs=50,  # of workers that die Dask says much, and this program what matters
            )

        try:
            return _tried(start)
        except _DEATHS as error:
            raise LostClusterError(
                f"--cluster {self.address}: its processes did not start ({error})"
            ) from error

    def _versions(self) -> dict[str, str]:
        """The version of each worker; workers that are being started again are waited for.

        The scheduler still counts workers that were just killed, and none of them answers.
        """
        found: dict[str, str] = {}
        for _ in range(STARTS):
            try:
                self._client.wait_for_workers(1, timeout=WAIT_S)
            except TimeoutError:
                return found
            found = self._client.run(version)
            if found:
                break
        return found

    @property
    def scheduler(self) -> str:
        """The address under which other programs reach the cluster."""
        return str(self._client.scheduler.address)

    def processes(self) -> list[int]:
        """The ids of the running processes of a local cluster."""
        nannies = self._cluster.workers.values() if self._cluster is not None else ()
        return [nanny.pid for nanny in nannies if nanny.pid]

    def _agree(self) -> None:
        """Raises WrongUse where a worker is of another version, LostClusterError if there is none."""
        try:
            versions = _tried(self._versions)
        except _DEATHS as error:
            self._held.close()
            raise LostClusterError(
                f"--cluster {self.address}: its workers do not answer ({error})"
            ) from error
        except Exception as error:  # whatever a worker raises that has no zhuanzai, or another Python
            self._held.close()
            raise WrongUse(
                f"--cluster {self.address}: its workers cannot run zhuanzai {__version__}"
                f" ({type(error).__name__}: {error})"
            ) from error
        if not versions:
            self._held.close()
            raise LostClusterError(f"--cluster {self.address}: the scheduler has no workers")
        others = sorted({f"{said} at {where}" for where, said in versions.items() if said != version()})
        if others:
            self._held.close()
            raise WrongUse(
                f"--cluster {self.address}: workers of another version: {others[0]}; here {version()}"
            )
        self.number = max(sum(self._client.nthreads().values()), 1)


@contextmanager
def _renewed(cluster: Any) -> Iterator[None]:
    """Keep a local cluster at its number of processes: Dask gives one up that is killed while it starts."""
    number, ended = len(cluster.worker_spec), Event()

    def renew() -> None:
        for name, nanny in list(cluster.workers.items()):
            if nanny.status.name in ("closed", "failed"):
                cluster.workers.pop(name)
        cluster.scale(number)

    def watch() -> None:
        while not ended.wait(RENEW_S):
            cluster.loop.add_callback(renew)

    watching = Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def _tried(do: Callable[[], Result]) -> Result:
    """The result of `do`, tried again where a worker dies in it."""
    for _ in range(STARTS - 1):
        with suppress(*_DEATHS):
            return do()
    return do()


def _agreeing(wanted: str, do: Callable[[Item], Result], item: Item) -> Result:
    """The result of `do` on a worker; workers that came later were not asked for their version."""
    found = version()
    if found != wanted:
        raise WrongUse(f"a worker of another version came to the cluster: {found}; here {wanted}")
    return do(item)


def version() -> str:
    """The versions that decide how a page is read and grouped: zhuanzai, extractor, table of scripts, code, Python."""
    import sys

    from extract.read import EXTRACTOR
    from extract.script.fold import FOLD_VERSION

    return (
        f"{__version__}, {EXTRACTOR}, fold {FOLD_VERSION}, code {_code()},"
        f" Python {sys.version_info[0]}.{sys.version_info[1]}"
    )


@cache
def _code() -> str:
    """A digest of the files of the code: between two releases all copies of it have one number.

    What Python and archive.patterns keep beside the modules differs with what each process loaded.
    """
    import archive
    import extract

    digest = sha256()
    for package in (archive, extract):
        folder = Path(package.__path__[0])
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
