"""Datasette over an invented archive."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette  # here: loaded behind our plug-in, it knows none of its routes

from tests.archive.browse.invention import build, invented


class Room:
    """Datasette over some databases, asked without a server."""

    def __init__(self, *databases: Path, **settings: Any) -> None:
        self.datasette = Datasette([str(path) for path in databases], **settings)
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(self.datasette.invoke_startup())

    def get(self, path: str, **more: Any) -> Any:
        """The response to a GET; redirects are not followed."""
        return self.loop.run_until_complete(self.datasette.client.get(path, **more))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the archive's database answers; pages of queries have another address in each line of Datasette."""
        asked = self.datasette.get_database("archive").execute(sql)
        return [tuple(row) for row in self.loop.run_until_complete(asked).rows]

    def close(self) -> None:
        if self.datasette.executor:
            self.datasette.executor.shutdown(wait=True)
        self.loop.close()


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented archive's database; not to be changed."""
    return build(tmp_path_factory.mktemp("room") / "data", invented())


@pytest.fixture(scope="session")
def room(database: Path) -> Iterator[Room]:
    """Datasette over the invented archive."""
    opened = Room(database)
    yield opened
    opened.close()
