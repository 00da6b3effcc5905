"""An old number of a story leads to the story that it is part of by now."""

from collections.abc import Iterator

import pytest

from archive.grouping.membership import Membership
from archive.grouping.numbers import story_now
from archive.grouping.relatives import article_of
from tests.shelf import Shelf

TEXTS = (
    "护林员在保护区拍到三只白鹭的雏鸟，这是当地十二年来头一次记录到白鹭筑巢。",
    "百年粮仓改成了小剧场，首演一票难求，演员都是镇上的居民和退休的教师。",
    "渔民在休渔期学起了直播卖货的手艺，头一个月就卖出了两千多斤海带。",
    "植物园的郁金香进入盛花期，周末人最多，园方加开了三个入口。",
)


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """Four stories; 3 was merged into 2, then 2 into 1."""
    shelf = Shelf()
    for text in TEXTS:
        shelf.put(text, text[:9])
    members = Membership(shelf.conn)
    for gone, story in ((3, 2), (2, 1)):
        members.merge(gone, story, gone)
        members.settle(story)
    yield shelf
    shelf.conn.close()


@pytest.mark.parametrize(("number", "now"), [(1, 1), (2, 1), (3, 1), (4, 4), (5, None)])
def test_each_number_leads_to_its_story_of_today(shelf: Shelf, number: int, now: int | None) -> None:
    assert story_now(shelf.conn, number) == now


def test_a_story_that_ended_is_none(shelf: Shelf) -> None:
    members = Membership(shelf.conn)
    members.remove(4)
    members.end(4, 4)

    assert story_now(shelf.conn, 4) is None


def test_the_article_of_a_story_merged_twice_is_found(shelf: Shelf) -> None:
    found = [article_of(shelf.conn, number) for number in (1, 2, 3)]

    assert found[0] is not None
    assert found[1] == found[0]
    assert found[2] == found[0]
