"""Four nights with hosts that nobody's servers should be like: ledger, alarms, coverage and exit codes of each."""

import pytest

from tests.month.nights import NEWS, Nights, spent, wanted_new, wanted_news
from tests.month.strange import HOSTS, OTHER_NAMES
from tests.starter import Starter

pytestmark = pytest.mark.timeout(900)  # the four nights go by before the first test


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, starter: Starter) -> Nights:
    return spent(tmp_path_factory.mktemp("nights"), starter, HOSTS, OTHER_NAMES)


@pytest.mark.parametrize("host", HOSTS)
def test_the_ledger_tells_each_edit_and_loss_and_no_other(nights: Nights, host: str) -> None:
    # what is tried again is told again
    assert sorted(set(nights.number_and_night(host, *NEWS))) == wanted_news(HOSTS[host])


@pytest.mark.parametrize("host", HOSTS)
def test_each_article_is_held_once_from_the_first_night_it_could_be_had(nights: Nights, host: str) -> None:
    assert nights.number_and_night(host, "new") == wanted_new(host, HOSTS[host])


@pytest.mark.parametrize("host", HOSTS)
def test_alarms_ring_on_their_nights_and_on_no_other(nights: Nights, host: str) -> None:
    assert nights.alarms.get(host, {}) == {kind: list(on) for kind, on in HOSTS[host].alarms.items()}


def test_no_other_host_has_articles_or_alarms(nights: Nights) -> None:
    assert {site for site, *_ in nights.sightings} == set(HOSTS)
    assert not nights.alarms.keys() & set(OTHER_NAMES)


def test_every_run_ends_by_itself_and_says_by_its_code_whether_to_look(nights: Nights) -> None:
    assert nights.endings == {"finished"}
    assert [day.codes for day in nights.days] == [(0, 0), (3, 3), (3, 3), (3, 3)]


def test_a_rebuilt_view_tells_the_same_of_every_night(nights: Nights) -> None:
    assert all(as_crawled == as_rebuilt for as_crawled, as_rebuilt in nights.told)
