"""Trees of small stories, by hand, and properties that hold for any."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import combinations

import networkx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extract.lineage.circles import least_costly
from extract.lineage.departures import Departure
from extract.lineage.descent import Descent
from extract.lineage.evidence import Edge, clock
from extract.lineage.tree import tree
from extract.lineage.witness import SourceCredit, Witness

AT = datetime(2020, 2, 10, 6, 0, tzinfo=timezone(timedelta(hours=8)))
LENGTH = 1000
REPLACED = Departure("replaced", 200, 204, 11)
INSERTED = Departure("added", 400, 400, 12)
RETITLED = Departure("title", 0, 0, 13)
CUT = Departure("cut", 300, 340, 0)


def page(
    article: int, *facts: Departure, hours: int | None = None, source: str = "", **more: object
) -> Witness:
    """A page of a story on a host of its own, so many hours after the origin."""
    at = None if hours is None else AT + timedelta(hours=hours)
    return Witness(
        article,
        f"www.site{article}.example",
        frozenset(facts),
        "hans",
        at,
        "minute",
        SourceCredit(source),
        is_origin=article == 1,
        **more,
    )


def descents(*pages: Witness) -> dict[int, Descent]:
    """The descent of each page by its number."""
    return {descent.article: descent for descent in tree(pages, LENGTH)}


def parents(*pages: Witness) -> dict[int, int | None]:
    """The parent of each page by its number."""
    return {article: descent.parent for article, descent in descents(*pages).items()}


def test_a_copy_that_shares_a_rare_departure_comes_from_the_page_that_made_it() -> None:
    found = parents(page(1, hours=0), page(2, REPLACED, hours=2), page(3, REPLACED, CUT, hours=5))

    assert found == {1: None, 2: 1, 3: 2}


def test_without_times_the_page_with_fewer_departures_is_the_earlier() -> None:
    assert parents(page(1), page(3, REPLACED, CUT), page(2, REPLACED)) == {1: None, 2: 1, 3: 2}


def test_a_cut_sentence_does_not_come_back() -> None:
    found = parents(page(1, hours=0), page(2, CUT, REPLACED, hours=1), page(3, REPLACED, hours=9))

    assert found[3] != 2


def test_a_copy_equal_to_three_earlier_ones_is_undecided() -> None:
    found = descents(page(1, hours=0), page(2, hours=1), page(3, hours=2), page(4, hours=3))[4]

    assert found.undecided
    assert found.certainty < 0.5
    assert {found.parent, *found.alike} == {1, 2, 3}


def test_a_likely_parent_may_be_undecided_all_the_same() -> None:
    split = Departure("split", 500, 500, 0)

    found = descents(page(1, hours=0), page(2, split, hours=1), page(3, split, CUT, hours=2))[3]

    assert found.parent == 2
    assert found.undecided
    assert found.certainty > 0.6


def test_one_word_put_at_many_places_is_the_work_of_one_hand() -> None:
    dated = [Departure("replaced", place, place + 2, 77) for place in (20, 150, 430, 610, 880)]
    one, other = [[Departure("cut", at, at + 40, 0) for at in places] for places in ((90, 500), (300, 700))]

    found = parents(page(1, hours=0), page(2, *dated, *one, hours=1), page(3, *dated, *other, hours=4))

    assert found[3] == 1


def test_a_full_hour_may_stand_for_all_of_it() -> None:
    parent = page(2, hours=3)
    late = replace(parent, at=AT + timedelta(hours=3, minutes=25))

    assert clock(late, page(3, hours=3)) < clock(
        late, replace(parent, at=AT + timedelta(hours=2, minutes=59))
    )


def test_a_credit_decides_between_equal_parents() -> None:
    found = descents(
        page(1, hours=0), page(2, hours=1), page(3, hours=2), page(4, hours=3, source="转自www.site3.example")
    )[4]

    assert found.parent == 3
    assert not found.undecided


def test_an_edge_against_the_clock_by_days_is_excluded() -> None:
    found = parents(page(1, hours=0), page(2, REPLACED, hours=200), page(3, REPLACED, CUT, hours=5))

    assert found[3] != 2


def test_two_copies_that_share_what_no_held_page_has_get_a_parent_that_is_not_held() -> None:
    found = descents(
        page(1, hours=0),
        page(2, REPLACED, INSERTED, RETITLED, CUT, hours=3),
        page(3, REPLACED, INSERTED, RETITLED, Departure("replaced", 700, 703, 14), hours=4),
    )

    assert [(found[n].parent, found[n].not_held, found[n].beyond) for n in (2, 3)] == [(None, 1, 1)] * 2


def test_a_page_with_just_the_shared_departures_is_the_parent_itself() -> None:
    found = descents(
        page(1, hours=0),
        page(4, REPLACED, INSERTED, RETITLED, hours=1),
        page(2, REPLACED, INSERTED, RETITLED, CUT, hours=3),
        page(3, REPLACED, INSERTED, RETITLED, Departure("replaced", 700, 703, 14), hours=4),
    )

    assert [(found[n].parent, found[n].not_held) for n in (2, 3)] == [(4, None)] * 2


SHARED = (REPLACED, INSERTED)
OWN = (Departure("cut", 520, 560, 0), Departure("replaced", 700, 703, 14), Departure("moved", 800, 830, 0))


@pytest.mark.parametrize(
    "one", [Departure("line", 0, 0, 21), Departure("marks", 0, 0, 22), Departure("added", 0, 0, 23), None]
)
def test_no_page_is_missed_where_one_copy_can_have_been_made_from_the_other(one: Departure | None) -> None:
    first = [one] if one else []
    found = descents(
        page(1, hours=0), page(2, *SHARED, *first, hours=3), page(3, *SHARED, OWN[0], OWN[1], hours=4)
    )

    assert {found[n].not_held for n in (2, 3)} == {None}


@pytest.mark.parametrize("one, other", [*combinations(OWN, 2)])
def test_a_page_is_missed_where_each_copy_has_what_the_other_cannot_have_undone(
    one: Departure, other: Departure
) -> None:
    found = descents(page(1, hours=0), page(2, *SHARED, one, hours=3), page(3, *SHARED, other, hours=4))

    assert {found[n].not_held for n in (2, 3)} == {1}


@pytest.mark.parametrize("letters, copies, is_missed", [(2, 2, False), (2, 6, True), (4, 2, True)])
def test_one_word_proves_no_page_for_two_copies_but_for_six_and_a_phrase_does(
    letters: int, copies: int, is_missed: bool
) -> None:
    word = Departure("replaced", 200, 200 + letters, 11)
    own = [Departure("replaced", 700 + 20 * n, 706 + 20 * n, n) for n in range(copies)]
    found = descents(page(1, hours=0), *(page(2 + n, word, own[n], hours=3 + n) for n in range(copies)))

    assert {found[n].not_held for n in range(2, 2 + copies)} == {1 if is_missed else None}


def test_the_other_scripts_characters_come_by_a_page_in_the_other_script() -> None:
    broken = Departure("glyph", 100, 101, ord("麵"))
    found = parents(page(1), page(2, broken), page(3))
    turned = parents(page(1), page(2, broken), replace(page(3), script="hant"))

    assert (found[2], turned[2]) == (1, 3)


def test_where_sites_convert_for_themselves_a_shared_trifle_outweighs_the_script() -> None:
    joined = Departure("joined", 500, 500, 0)
    hant = [
        page(number, Departure("replaced", 20 * number, 20 * number + 4, number), hours=number)
        for number in range(4, 12)
    ]
    pages = [page(1, hours=0), page(2, joined, hours=1), page(3, hours=2), *hant, page(12, joined, hours=20)]

    found = parents(*(replace(one, script="hant") if one.article > 2 else one for one in pages))

    assert found[12] == 2


def test_a_converter_does_not_undo_a_word_changed_by_hand() -> None:
    typed = Departure("replaced", 700, 701, 5)
    marks = Departure("marks", 0, 0, 1)
    pages = [page(1, hours=0), page(2, marks, hours=1), page(3, marks, typed, hours=2)]

    found = parents(*pages, replace(page(4, marks, hours=9), script="hant"))

    assert found[4] == 2


@pytest.mark.parametrize("kind", ["split", "joined", "glyph", "marks", "line"])
def test_what_sites_and_converters_do_by_themselves_proves_no_page(kind: str) -> None:
    shared = [Departure(kind, n, n, n) for n in (100, 200, 300)]
    found = descents(page(1, hours=0), page(2, *shared, OWN[0], hours=3), page(3, *shared, OWN[1], hours=4))

    assert {found[n].not_held for n in (2, 3)} == {None}


def test_a_held_page_that_can_be_the_parent_of_both_is_not_passed_over_for_its_clock() -> None:
    found = descents(
        page(1, hours=0),
        page(4, *SHARED, Departure("line", 0, 0, 21), hours=400),
        page(2, *SHARED, OWN[0], hours=3),
        page(3, *SHARED, OWN[1], hours=4),
    )

    assert {one.not_held for one in found.values()} == {None}


def test_pages_without_times_and_equal_texts_make_no_circle() -> None:
    found = parents(page(1), *(page(n, REPLACED, INSERTED) for n in range(2, 8)))

    assert all(leads_home(found, article) for article in found)


def leads_home(found: dict[int, int | None], article: int) -> bool:
    """Whether a page's parents lead to the origin within so many steps."""
    at: int | None = article
    for _ in found:
        if at == 1:
            return True
        at = found[at] if at is not None else None
        if at is None:
            return True
    return False


FACTS = st.frozensets(
    st.sampled_from(
        [REPLACED, INSERTED, RETITLED, CUT, *(Departure("cut", n, n + 30, 0) for n in (500, 530, 970))]
    ),
    max_size=5,
)
STORIES = st.lists(st.tuples(FACTS, st.none() | st.integers(0, 90)), min_size=1, max_size=9)


@given(STORIES)
def test_every_page_of_any_story_leads_back_to_the_origin(
    made: list[tuple[frozenset[Departure], int | None]],
) -> None:
    pages = [page(1, hours=0), *(page(n, *facts, hours=hours) for n, (facts, hours) in enumerate(made, 2))]
    found = {one.article: one.parent if one.parent is not None else one.beyond for one in tree(pages, LENGTH)}

    assert set(found) == {one.article for one in pages}
    assert all(leads_home(found, article) for article in found)


@given(STORIES, st.randoms(use_true_random=False))
def test_the_order_of_the_pages_changes_nothing(
    made: list[tuple[frozenset[Departure], int | None]], rng: object
) -> None:
    pages = [page(1, hours=0), *(page(n, *facts, hours=hours) for n, (facts, hours) in enumerate(made, 2))]
    other = list(pages)
    rng.shuffle(other)

    assert sorted(tree(pages, LENGTH), key=lambda one: one.article) == sorted(
        tree(other, LENGTH), key=lambda one: one.article
    )


def test_a_headline_cut_short_from_the_parents_is_cheap() -> None:
    long, short = Departure("title", 0, 0, 7), Departure("title", 0, 0, 8)
    first = page(2, long, REPLACED, hours=1, title="桥下的泵站完工")
    found = parents(
        page(1, hours=0, title="图纸公布"), first, page(3, short, REPLACED, hours=3, title="泵站完工")
    )

    assert found == {1: None, 2: 1, 3: 2}


def test_a_credit_to_the_paper_does_not_tell_equal_copies_apart() -> None:
    found = descents(
        page(1, hours=0, source="江声日报"),
        page(2, hours=1),
        page(3, hours=2, source="江声日报"),
    )

    assert found[3].undecided


def test_a_clock_that_the_text_contradicts_is_set_aside() -> None:
    """A page of 2020 that prints 2019 is still the parent of those that print what it alone added and replaced."""
    found = parents(
        page(1, hours=0),
        page(2, REPLACED, INSERTED, hours=9000),
        page(3, REPLACED, INSERTED, CUT, hours=5),
        page(4, REPLACED, INSERTED, RETITLED, hours=7),
    )

    assert found == {1: None, 2: 1, 3: 2, 4: 2}


def test_the_parent_is_found_among_many_that_share_as_much() -> None:
    """In a large story 80 copies share what page 2 made; page 90 shares one departure more with page 50 alone."""
    siblings = [page(n, REPLACED, INSERTED, Departure("cut", n, n + 1, 0)) for n in range(3, 83)]
    child = page(90, REPLACED, INSERTED, Departure("cut", 50, 51, 0), RETITLED)
    found = parents(page(1), page(2, REPLACED, INSERTED), *siblings, child)

    assert found[90] == 50
    assert {found[n] for n in range(3, 83)} == {2}


# circles within circles, on which networkx's own spanning arborescence ends in an error
@example(
    [
        [0, 1, 2, 1, 3, 3, 0, 0, 4],
        [0, 0, 0, 5, 1, 1, 0, 0, 2],
        [0, 1, 0, 5, 0, 3, 0, 0, 3],
        [1, 1, 2, 0, 4, 5, 0, 0, 5],
        [1, 4, 4, 4, 0, 4, 0, 0, 5],
        [4, 4, 0, 2, 1, 0, 0, 0, 0],
    ]
)
@given(st.lists(st.lists(st.integers(0, 40), min_size=9, max_size=9), min_size=2, max_size=9))
def test_no_other_tree_of_the_same_edges_costs_less(costs: list[list[int]]) -> None:
    pages = range(1, len(costs) + 1)
    options = {
        child: sorted(
            (
                Edge(parent, child, costs[child - 1][parent - 1] + 0.5 * (not parent), 0, 0, False)
                for parent in (0, *pages)
                if parent != child
            ),
            key=lambda edge: (edge.cost, edge.parent),
        )
        for child in pages
    }
    graph = networkx.DiGraph()
    for child, edges in options.items():
        graph.add_weighted_edges_from((edge.parent, child, edge.cost) for edge in edges)

    found = least_costly(options, 0)

    least = networkx.minimum_spanning_arborescence(graph).size("weight")
    made = networkx.DiGraph((edge.parent, child) for child, edge in found.items())
    assert sum(edge.cost for edge in found.values()) == least
    assert networkx.is_arborescence(made)


def test_a_page_that_only_its_own_copies_resemble_more_is_certain() -> None:
    new = Departure("replaced", 600, 604, 15)
    found = descents(page(1), page(2, REPLACED), page(3, REPLACED, new), page(4, REPLACED, new, CUT))

    assert [found[n].parent for n in (2, 3, 4)] == [1, 2, 3]
    assert not found[3].undecided


@pytest.mark.parametrize("liars", [0, 3])
def test_a_credit_tells_equal_copies_apart_only_where_credits_are_true(liars: int) -> None:
    changed = [Departure("replaced", 100 + 50 * n, 104 + 50 * n, n) for n in range(2 * liars)]
    false = [
        other
        for n in range(liars)
        for other in (
            page(10 + 2 * n, changed[2 * n], changed[2 * n + 1], hours=4),
            page(11 + 2 * n, changed[2 * n], changed[2 * n + 1], CUT, hours=5, source="www.site2.example"),
        )
    ]
    found = descents(
        page(1, hours=0),
        page(2, hours=1),
        page(3, hours=2),
        page(4, hours=3, source="www.site3.example"),
        *false,
    )

    assert found[4].undecided == bool(liars)
