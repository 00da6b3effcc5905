"""Property tests judge values, never the clock: speed belongs to `make bench`."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.starter import Starter

settings.register_profile("zhuanzai", deadline=None)
settings.load_profile("zhuanzai")


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter]:
    """Starts `scrapy` commands quickly."""
    with Starter() as ready:
        yield ready
