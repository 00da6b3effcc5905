"""All tests of the reading room and of search again on the other line of Datasette, where an environment is named."""

import pytest

from tests.quality.elsewhere import NAMED, OTHER, run_elsewhere


@pytest.mark.skipif(
    not OTHER, reason=f"{NAMED} names no bin folder of an environment with the other Datasette"
)
def test_the_other_datasette_passes_the_same_tests() -> None:
    wanted = (
        "tests/archive/browse",
        "tests/archive/search/test_index.py",
        "tests/archive/search/test_articles.py",
    )

    assert run_elsewhere("pytest", "-q", "-p", "no:cacheprovider", *wanted) == 0
