"""Trees whose pages link the page that they were taken from: what a link proves, and what the text refutes."""

from dataclasses import replace

import pytest

from extract.lineage.departures import Departure
from extract.lineage.evidence import Weights
from extract.lineage.witness import SourceCredit, Witness
from extract.lineage.words import evidence_of
from tests.extract.lineage.test_tree import CUT, INSERTED, REPLACED, descents, page

OTHER = Departure("replaced", 700, 704, 14)
DAHE = SourceCredit("大河網", frozenset({"dahe.cn"}))


def linking(to: int, one: Witness) -> Witness:
    """The page with a link to another page of the story in its source line."""
    return replace(one, linked=to)


def test_of_two_copies_that_print_the_same_the_linked_one_is_the_parent() -> None:
    """Page 3 is nearer in time; without the link the two are undecided."""
    pages = [page(1, hours=0), page(2, REPLACED, hours=2), page(3, REPLACED, hours=4)]
    copy = page(4, REPLACED, CUT, hours=5)

    without, found = descents(*pages, copy)[4], descents(*pages, linking(2, copy))[4]

    assert without.undecided
    assert (found.parent, found.undecided, found.runner_up) == (2, False, 3)
    assert found.certainty > 0.9


def test_a_link_outweighs_a_credit_by_name() -> None:
    pages = [page(1, hours=0), page(2, REPLACED, hours=2), page(3, REPLACED, hours=4)]
    named = SourceCredit("三网", frozenset({"www.site3.example"}))

    assert descents(*pages, linking(2, replace(page(4, REPLACED, hours=5), credit=named)))[4].parent == 2


def test_the_origin_is_the_parent_of_a_copy_that_links_it() -> None:
    found = descents(page(1, hours=0), page(2, hours=1), page(3, hours=2), linking(1, page(4, hours=3)))[4]

    assert (found.parent, found.undecided) == (1, False)


@pytest.mark.parametrize("repeated", [False, True])
def test_a_linked_grandfather_loses_against_the_text(repeated: bool) -> None:
    """Page 4 has both changes of page 3, which page 3 made."""
    father = page(3, REPLACED, INSERTED, OTHER, hours=4)
    pages = [page(1, hours=0), page(2, REPLACED, hours=2), linking(2, father) if repeated else father]

    assert descents(*pages, linking(2, page(4, REPLACED, INSERTED, OTHER, hours=6)))[4].parent == 3


def test_a_link_to_a_page_of_a_later_week_is_not_believed() -> None:
    late = page(2, REPLACED, hours=24 * 7)

    assert descents(page(1, hours=0), late, linking(2, page(3, REPLACED, hours=5)))[3].parent == 1


def test_no_page_is_missed_where_the_linked_one_is_held() -> None:
    """The name is that of a host without a page; the link says where it was read."""
    copy = replace(page(3, REPLACED, CUT, hours=5), credit=DAHE)
    pages = [page(1, hours=0), page(2, REPLACED, hours=2)]

    assert descents(*pages, copy)[3].not_held == 1
    assert (descents(*pages, linking(2, copy))[3].parent, descents(*pages, linking(2, copy))[3].not_held) == (
        2,
        None,
    )


def test_the_evidence_says_that_the_page_links_its_parent() -> None:
    pages = [page(1, hours=0), page(2, REPLACED, hours=2), linking(2, page(3, REPLACED, CUT, hours=5))]
    evidence = evidence_of(descents(*pages)[3], {one.article: one for one in pages}, Weights(pages, 1000), {})

    assert evidence["credit"] == "links to it"


def test_the_linked_page_of_a_story_of_many_is_among_those_weighed() -> None:
    """Seventy copies print the same; the linked one is neither the first nor among the latest."""
    same = [page(n, REPLACED, hours=n) for n in range(2, 72)]

    found = descents(page(1, hours=0), *same, linking(30, page(72, REPLACED, hours=100)))[72]

    assert (found.parent, found.undecided) == (30, False)
