"""Pages not held that a credit names, and the chance that two copies made the same by themselves."""

from dataclasses import replace

import pytest

from extract.lineage.chance import Chance
from extract.lineage.departures import Departure
from extract.lineage.evidence import Weights
from extract.lineage.tree import tree
from extract.lineage.witness import SourceCredit, Witness
from extract.lineage.words import evidence_of
from tests.extract.lineage.test_tree import CUT, INSERTED, REPLACED, descents, page

DAHE = SourceCredit("大河網", frozenset({"dahe.cn"}))
OTHER = Departure("replaced", 700, 703, 14)
WORD = Departure("replaced", 200, 202, 11)


def from_dahe(article: int, *facts: Departure, **more: object) -> Witness:
    """A copy that names a host of which no page is held."""
    return replace(page(article, *facts, **more), credit=DAHE)


def test_a_credit_to_a_host_that_is_not_held_says_whose_page_is_missed() -> None:
    pages = [page(1, hours=0), page(2, CUT, hours=2), from_dahe(3, REPLACED, hours=5)]
    found = descents(*pages)
    evidence = evidence_of(found[3], {one.article: one for one in pages}, Weights(pages, 1000), {})

    assert [(found[n].parent, found[n].not_held, found[n].beyond) for n in (2, 3)] == [
        (1, None, None),
        (None, 1, 1),
    ]
    assert found[3].runner_up == 1
    assert (evidence["credit"], evidence["not_held"]) == ("names it", 1)


def test_copies_that_name_one_host_were_taken_from_one_page_of_it() -> None:
    found = descents(
        page(1, hours=0), from_dahe(2, REPLACED, CUT, hours=3), from_dahe(3, REPLACED, OTHER, hours=4)
    )

    assert [found[n].not_held for n in (2, 3)] == [1, 1]


def test_a_copy_that_repeats_its_parents_credit_stays_with_its_parent() -> None:
    found = descents(
        page(1, hours=0),
        from_dahe(2, REPLACED, INSERTED, hours=3),
        from_dahe(3, REPLACED, INSERTED, CUT, hours=6),
    )

    assert [(found[n].parent, found[n].not_held) for n in (2, 3)] == [(None, 1), (2, None)]


@pytest.mark.parametrize("site", ["dahe.cn", "www.dahe.cn", "cn"])
def test_no_page_is_missed_of_a_host_that_is_held_or_of_a_wider_domain(site: str) -> None:
    held = replace(page(2, CUT, hours=2), site=site)

    assert descents(page(1, hours=0), held, from_dahe(3, REPLACED, hours=5))[3].not_held is None


@pytest.mark.parametrize("said", [SourceCredit("大河網"), SourceCredit()])
def test_a_name_of_no_known_host_says_of_no_page_that_it_is_missed(said: SourceCredit) -> None:
    copy = replace(page(2, REPLACED, hours=5), credit=said)

    assert descents(page(1, hours=0), copy)[2].not_held is None


def test_no_page_is_missed_for_the_origins_own_credit() -> None:
    origin = replace(page(1, hours=0), credit=DAHE)

    assert descents(origin, from_dahe(2, REPLACED, hours=5))[2].not_held is None


def test_no_credit_is_believed_in_a_story_whose_credits_name_others_than_the_parents() -> None:
    """Page 5 + n credits page 2, and has what page 3 changed."""
    wrong = SourceCredit("二网", frozenset({"www.site2.example"}))
    liars = [
        replace(
            page(5 + n, REPLACED, INSERTED, Departure("replaced", 500 + n, 509 + n, n), hours=9 + n),
            credit=wrong,
        )
        for n in range(3)
    ]
    pages = [page(1, hours=0), page(2, CUT, hours=1), page(3, REPLACED, INSERTED, hours=2)]

    assert descents(*pages, from_dahe(4, OTHER, hours=5))[4].not_held == 1
    assert descents(*pages, *liars, from_dahe(4, OTHER, hours=5))[4].not_held is None


def test_one_credit_in_three_that_names_the_parent_is_enough_to_believe_another() -> None:
    """Pages 5, 6 and 7 have what page 3 changed; one names its site, the others that of page 2."""
    two, three = (SourceCredit(f"{n}网", frozenset({f"www.site{n}.example"})) for n in (2, 3))
    copies = [
        replace(
            page(5 + n, REPLACED, INSERTED, Departure("replaced", 500 + n, 509 + n, n), hours=9 + n),
            credit=said,
        )
        for n, said in enumerate((three, two, two))
    ]
    pages = [page(1, hours=0), page(2, CUT, hours=1), page(3, REPLACED, INSERTED, hours=2)]

    assert descents(*pages, *copies, from_dahe(4, OTHER, hours=5))[4].not_held == 1


@pytest.mark.parametrize(
    "named, printed, is_missed",
    [("大河", "", True), ("", "", False), ("大河", "大河", False)],
)
def test_a_word_binds_two_copies_that_name_one_source_of_which_no_page_is_held(
    named: str, printed: str, is_missed: bool
) -> None:
    """`printed` is the source that the page above them prints."""
    found = descents(
        replace(page(1, hours=0), credit=SourceCredit(printed)),
        replace(page(2, WORD, CUT, hours=3), credit=SourceCredit(named)),
        replace(page(3, WORD, OTHER, hours=4), credit=SourceCredit(named)),
    )

    assert [found[n].not_held for n in (2, 3)] == [1 if is_missed else None] * 2


def test_pages_that_name_themselves_make_no_credit_less_believed() -> None:
    own = [
        replace(one, credit=SourceCredit(f"網{one.article}", frozenset({one.site})))
        for one in (page(2 + n, Departure("replaced", 500 + n, 509 + n, n), hours=2 + n) for n in range(4))
    ]

    assert descents(page(1, hours=0), *own, from_dahe(9, OTHER, hours=9))[9].not_held == 1


def test_the_order_of_the_pages_changes_no_number_of_a_page_not_held() -> None:
    other = SourceCredit("映象網", frozenset({"hnr.cn"}))
    pages = [
        page(1, hours=0), from_dahe(2, REPLACED, hours=3), replace(page(3, CUT, hours=4), credit=other),
        from_dahe(4, OTHER, hours=5),
    ]  # fmt: skip
    numbers = [{one.article: one.not_held for one in tree(order, 1000)} for order in (pages, pages[::-1])]

    assert numbers == [{1: None, 2: 1, 3: 2, 4: 1}] * 2


@pytest.mark.parametrize("others, least, most", [(0, 5.0, 6.0), (3, 0.5, 0.6)])
def test_a_word_that_others_put_by_themselves_binds_no_two_copies(
    others: int, least: float, most: float
) -> None:
    pages = {n: page(n, *([WORD] if n > 1 else [])) for n in range(1, 4 + others)}
    chance = Chance(pages, {n: 1 for n in pages if n > 1}, Weights([*pages.values()], 1000))

    assert least < chance.against([WORD], (2, 3)).cost < most


def test_a_wrong_character_of_a_converter_counts_once_however_many_places_it_has() -> None:
    broken = [Departure("replaced", at, at + 1, 77) for at in (80, 320, 390)]
    pages = {1: page(1), 2: page(2, *broken), 3: page(3, *broken)}
    chance = Chance(pages, {2: 1, 3: 1}, Weights([*pages.values()], 1000))

    assert chance.against(broken, (2, 3)).cost == pytest.approx(4.5)  # what one costs


def test_two_changes_beside_each_other_were_made_by_one_hand() -> None:
    shared = [Departure("replaced", 343, 344, 7), Departure("moved", 344, 357, 0)]
    pages = {1: page(1), 2: page(2, *shared), 3: page(3, *shared)}
    chance = Chance(pages, {2: 1, 3: 1}, Weights([*pages.values()], 1000))

    assert chance.against(shared, (2, 3)) == (pytest.approx(7.0), 1)  # what the dearer of them costs


def test_paragraphs_parted_at_many_places_are_one_habit_and_bind_nothing_by_themselves() -> None:
    parted = [Departure("split", at, at, 0) for at in (80, 320, 390)]
    pages = {1: page(1), 2: page(2, *parted), 3: page(3, *parted)}
    chance = Chance(pages, {2: 1, 3: 1}, Weights([*pages.values()], 1000))

    assert chance.against(parted, (2, 3)) == (pytest.approx(4.0), 0)


@pytest.mark.parametrize("said, is_missed", [("", True), ("www.site2.example", False)])
def test_a_copy_that_names_its_brother_may_have_put_a_word_back(said: str, is_missed: bool) -> None:
    """Page 2 has one word that page 3 lacks: alone that parts them, beside a credit it does not."""
    credit = SourceCredit(said, frozenset({said} - {""}))
    found = descents(
        page(1, hours=0),
        page(2, REPLACED, INSERTED, OTHER, hours=3),
        replace(page(3, REPLACED, INSERTED, CUT, hours=4), credit=credit),
    )

    assert [found[n].not_held is not None for n in (2, 3)] == [is_missed] * 2


@pytest.mark.parametrize("start, is_missed", [(447, False), (440, True)])
def test_a_few_characters_cut_beside_a_longer_cut_part_no_two_copies(start: int, is_missed: bool) -> None:
    """Page 2 lacks three characters before what both copies cut, or some way before it."""
    longer = Departure("cut", 450, 500, 0)
    found = descents(
        page(1, hours=0),
        page(2, REPLACED, INSERTED, longer, Departure("cut", start, start + 3, 0), hours=3),
        page(3, REPLACED, INSERTED, longer, OTHER, hours=4),
    )

    assert [found[n].not_held is not None for n in (2, 3)] == [is_missed] * 2


def test_a_copy_that_changed_nothing_prints_the_credit_of_the_page_it_copied() -> None:
    found = descents(
        page(1, hours=0), page(2, REPLACED, INSERTED, hours=2), from_dahe(3, REPLACED, INSERTED, hours=5)
    )

    assert (found[3].parent, found[3].not_held) == (2, None)


def test_copies_of_two_held_pages_that_credit_one_host_were_not_taken_from_it() -> None:
    """It is rather where the held pages come from."""
    first, second = [REPLACED, INSERTED], [CUT, OTHER]
    found = descents(
        page(1, hours=0),
        page(2, *first, hours=2),
        page(3, *second, hours=3),
        from_dahe(4, *first, Departure("replaced", 500, 504, 1), hours=5),
        from_dahe(5, *second, Departure("replaced", 600, 604, 2), hours=6),
    )

    assert [(found[n].parent, found[n].not_held) for n in (4, 5)] == [(2, None), (3, None)]
