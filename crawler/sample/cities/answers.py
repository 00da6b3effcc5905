"""The answers at every address of the invented cities on a day."""

from collections.abc import Iterator
from datetime import date

from crawler.sample.answer import Answer, SampleRequest, missing, redirect
from crawler.sample.cities.town import Street, towns


class Cities:
    """All invented cities on a day."""

    def __init__(self, today: date) -> None:
        self.streets = {town.host: street for town in towns() if (street := Street(town, today)).is_shown}
        self._places = {at: maker for street in self.streets.values() for at, maker in street.places.items()}
        self._hosts = {at.partition("/")[0] for at in self._places}

    def knows(self, host: str) -> bool:
        """Whether a host is one of the cities'."""
        return host in self._hosts or any(
            host == f"www.{known}" or f"www.{host}" == known for known in self._hosts
        )

    def answer(self, asked: SampleRequest) -> Answer:
        """The answer to a request for an address."""
        if asked.host not in self._hosts:
            other = asked.host.removeprefix("www.") if asked.host.startswith("www.") else f"www.{asked.host}"
            return redirect(f"http://{other}{asked.target}")
        target = asked.target
        maker = self._places.get(asked.host + target)
        if maker is None:  # a query that only tracks the click is ignored
            maker = (
                self._places.get(asked.host + target.partition("?")[0])
                if "?" in target and ".php" not in target
                else None
            )
        if maker is None and asked.path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow:\n", content_type="text/plain")
        return maker(asked) if maker else missing()

    def reached(self, host: str) -> Iterator[str]:
        """The articles of a site that links lead to."""
        yield from self.streets[host].articles
