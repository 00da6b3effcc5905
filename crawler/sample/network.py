"""The sample network: a forward proxy on loopback that answers as a dozen news sites would."""

import secrets
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from crawler.sample.answer import Answer, SampleRequest, Sending, sending
from crawler.sample.certificates import Authority
from crawler.sample.cities.answers import Cities
from crawler.sample.printing import Printing
from crawler.sample.routes import Routes
from crawler.sample.server import Server
from crawler.sample.world import World

PROOF = "http://proof.sample.invalid/"
"""Asked through the proxy, it answers what this one running network alone knows."""
DEFAULT_DAY = date(2024, 12, 2)
"""The last day of the fixed articles."""


@dataclass(frozen=True, slots=True)
class LoggedExchange:
    """A request and its answer as they crossed the wire, inside TLS. `at` is UTC, when the answer was ready.

    `request` and `response` are empty when the network was told not to keep bytes.
    """

    method: str
    scheme: str
    host: str
    path: str
    status: int
    request: bytes
    response: bytes
    at: datetime

    @property
    def url(self) -> str:
        """The address asked for; `path` includes a query."""
        return f"{self.scheme}://{self.host}{self.path}"


class Network:
    """Runs from entering to leaving a `with` block.

    `today` is the day it is on all hosts and may be set at any time; `crawl_delay_s` stands in the robots.txt of
    people.com.cn (really 120). `retry_after_s` is what the busy page asks for. `slow` adds the page that takes a
    byte a second, `calm` leaves out every page in trouble. `cities` adds the invented cities. The first
    `archives_busy` requests to a web archive are turned away (429, 503). The log keeps the last `log_entries`
    exchanges, with their bytes unless `log_bytes` is off.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        today: date = DEFAULT_DAY,
        crawl_delay_s: int = 0,
        retry_after_s: int = 0,
        slow: bool = False,
        calm: bool = False,
        archives_busy: int = 0,
        log_bytes: bool = True,
        log_entries: int = 20_000,
        cities: bool = False,
    ) -> None:
        self._wanted_port = port
        self._manner = {"crawl_delay_s": crawl_delay_s, "retry_after_s": retry_after_s}
        self._has_cities = cities
        self._log_bytes, self._archives_busy = log_bytes, archives_busy
        self._slow, self._calm = slow, calm
        self._turned_away: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._asked_before: Counter[str] = Counter()
        self._log: deque[LoggedExchange] = deque(maxlen=log_entries)
        self._server: Server | None = None
        self.secret = secrets.token_hex(16)
        """The answer at the address PROOF."""
        self.meddle: Callable[[SampleRequest, Answer], Answer] = lambda asked, answer: answer
        """A function that may change every answer; tests use it for redesigned, blocked or broken sites."""
        self.today = today

    @property
    def today(self) -> date:
        """The present day of the network."""
        return self.routes.world.today

    @today.setter
    def today(self, day: date) -> None:
        cities = Cities(day) if self._has_cities else None
        routes = Routes(World.on(day, slow=self._slow, calm=self._calm, **self._manner), cities)
        with self._lock:
            self.routes = routes
            """The answers at each address today."""

    @property
    def now(self) -> datetime:
        """The time on the hosts' clocks."""
        return self.routes.world.now

    @property
    def expected(self) -> tuple[Printing, ...]:
        """Every article page of the day as printed, oldest first: the expected content of an archive."""
        return self.routes.world.printings

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address with an answer today, troubles included."""
        return self.routes.addresses()

    @property
    def log(self) -> list[LoggedExchange]:
        """The exchanges so far, oldest first."""
        with self._lock:
            return list(self._log)

    @property
    def port(self) -> int:
        """The proxy's port on 127.0.0.1. Raises RuntimeError outside the `with` block."""
        if self._server is None:
            raise RuntimeError("the sample network is not running: use it in a with block")
        return self._server.port

    @property
    def proxy_url(self) -> str:
        """The value for http_proxy and https_proxy."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def authority(self) -> bytes:
        """PEM certificate of the authority behind the hosts' certificates, for clients that verify."""
        return self._authority.pem

    def page(self, url: str) -> Answer:
        """The answer at an address today, without the wire and without an entry in the log."""
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return self.routes.answer(SampleRequest("GET", parts.scheme, parts.netloc, target, {}, b"", before=1))

    def forget(self) -> None:
        """Empties the log."""
        with self._lock:
            self._log.clear()

    def __enter__(self) -> "Network":
        self._folder = tempfile.TemporaryDirectory(prefix="zhuanzai-sample-")
        self._authority = Authority(Path(self._folder.name))
        self._server = Server(self._wanted_port, self._answer, self._authority)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.stop()
            self._server = None
        self._folder.cleanup()

    def _answer(self, asked: SampleRequest) -> Sending:
        if asked.host == urlsplit(PROOF).hostname:
            return sending(
                Answer(self.secret.encode(), content_type="text/plain"), asked, self.routes.world.now
            )
        address = asked.host + asked.target
        with self._lock:
            routes = self.routes
            asked = replace(asked, before=self._asked_before[address])
            self._asked_before[address] += 1
        answer = self._turned(routes, asked) or routes.answer(asked)
        made = sending(self.meddle(asked, answer), asked, routes.world.now)
        with self._lock:
            self._log.append(self._entry(asked, made))
        return made

    def _turned(self, routes: Routes, asked: SampleRequest) -> Answer | None:
        """A web archive's refusal, while there are any left."""
        refusal = routes.busy(asked.host)
        if refusal is None or asked.path == "/robots.txt":
            return None
        with self._lock:
            self._turned_away[asked.host] += 1
            return refusal if self._turned_away[asked.host] <= self._archives_busy else None

    def _entry(self, asked: SampleRequest, made: Sending) -> LoggedExchange:
        request, response = (asked.raw, made.data) if self._log_bytes else (b"", b"")
        return LoggedExchange(
            asked.method,
            asked.scheme,
            asked.host,
            asked.target,
            made.status,
            request,
            response,
            datetime.now(UTC),
        )
