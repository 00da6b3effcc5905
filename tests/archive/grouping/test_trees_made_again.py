"""Trees of stories that merge, part or lose a page: the same as if every page had come as it is now."""

import sqlite3
import tomllib
from pathlib import Path

import pytest

from archive.grouping import descents
from archive.grouping.lineage import spread
from tests.shelf import Shelf

pytestmark = pytest.mark.slow

QUERIES = Path(descents.__file__).parents[1] / "browse" / "queries.toml"

OTHER = (
    "县图书馆新馆下月试开放，读者可以凭身份证借书。\n馆长说，书架之间留出了轮椅通道，儿童阅览室设在一楼东侧。"
)
SENTENCES = [f"第{n}个镇的水渠本月{n}日开工，{n + 30}户居民在年内用上自来水。" for n in range(1, 25)]


def of_members(conn: sqlite3.Connection) -> list[list[tuple[object, ...]]]:
    """Every row that follows from the members; a story's number is left out, and is that of its articles."""
    apart = conn.execute(
        "SELECT 1 FROM descents AS d JOIN placed USING (article_id) WHERE d.story_id <> placed.story_id"
    )
    assert apart.fetchall() == []
    names = "article_id, origin_id, parent_id, certainty, runner_up_id, not_held, beyond_id, credited, cost, evidence"
    return [
        conn.execute(f"SELECT {names} FROM descents ORDER BY 1").fetchall(),
        conn.execute("SELECT * FROM departures ORDER BY 1, 2, 3, 4, 5, 6").fetchall(),
    ]


def parents(conn: sqlite3.Connection) -> dict[int, int | None]:
    return dict(conn.execute("SELECT article_id, parent_id FROM descents"))


def put_at(made: Shelf, hour: int, text: str) -> int:
    at = f"2020-02-10T{hour:02}:00:00+08:00"
    return made.put(
        text, "水渠开工", site=f"h{hour}.example", published_at=at, published_precision="minute"
    )  # fmt: skip


def origins(conn: sqlite3.Connection) -> dict[int, int]:
    """The origin that each article's departures are counted from."""
    return dict(conn.execute("SELECT article_id, origin_id FROM descents"))


@pytest.mark.parametrize("large", [3, 64])
def test_trees_follow_stories_that_merge_and_part(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descents, "LARGE", large)
    made = Shelf()
    halves = "".join(SENTENCES[:12]), "".join(SENTENCES[12:])
    for hour in range(8, 18):
        put_at(made, hour, halves[hour % 2] + "（转）" * (hour // 4) * (hour % 3))
        descents.catch_up(made.conn)
    assert {len(one) for one in made.together()} == {5}
    apart = origins(made.conn)
    assert apart.keys() == {*range(1, 11)}
    assert [len({apart[n] for n in range(first, 11, 2)}) for first in (1, 2)] == [1, 1]

    whole = put_at(made, 6, "".join(SENTENCES))
    descents.catch_up(made.conn)
    assert {len(one) for one in made.together()} == {11}
    assert origins(made.conn) == dict.fromkeys(range(1, 12), 11)
    assert of_members(made.conn) == put_again(made)

    made.conn.execute("UPDATE articles SET text = ? WHERE id = ?", [OTHER, whole])
    made.stories.replace(whole, "".join(SENTENCES))
    descents.catch_up(made.conn)
    assert {len(one) for one in made.together()} == {1, 5}
    assert origins(made.conn) == apart
    assert of_members(made.conn) == put_again(made)


def put_again(made: Shelf) -> list[list[tuple[object, ...]]]:
    again = Shelf()
    names = ("text", "title", "site", "published_at", "published_precision")
    for row in made.conn.execute(f"SELECT {', '.join(names)} FROM articles ORDER BY id"):
        again.put(row[0], row[1], **dict(zip(names[2:], row[2:], strict=True)))
    descents.catch_up(again.conn)
    return of_members(again.conn)


@pytest.mark.parametrize("becomes", [OTHER, "".join(SENTENCES[3:])])
@pytest.mark.parametrize("large", [3, 64])
def test_the_copies_of_a_page_that_changed_or_left_are_taken_from_another(
    large: int, becomes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(descents, "LARGE", large)
    made = Shelf()
    whole = "".join(SENTENCES)
    changed = whole.replace("第9个镇", "第九座城").replace("第4个镇", "城北的村")
    for hour, text in enumerate(
        [whole, whole, changed, whole, changed + "（转）", changed + "（完）", whole], 6
    ):
        put_at(made, hour, text)
        descents.catch_up(made.conn)
    assert parents(made.conn)[5] == parents(made.conn)[6] == 3
    made.conn.execute("UPDATE articles SET text = ? WHERE id = 3", [becomes])
    made.stories.replace(3, changed)
    descents.catch_up(made.conn)

    assert parents(made.conn)[6] == 5
    assert of_members(made.conn) == put_again(made)


def test_of_copies_of_one_minute_the_one_taken_from_prints_a_change_first() -> None:
    made = Shelf()
    at = {"published_at": "2020-02-10T08:39:00+08:00", "published_precision": "minute"}
    copy = "".join(SENTENCES).replace("第9个镇", "第九座城")
    mirror = made.put(
        copy.replace("居民", "居民（图）"), "水渠开工", site="mirror.example", source="城市网", **at
    )
    city = made.put(copy, "水渠开工", site="city.example", **at)
    made.put("".join(SENTENCES), "水渠开工", site="paper.example", published_at="2020-02-10T05:00:00+08:00")
    descents.catch_up(made.conn)
    assert parents(made.conn)[mirror] == city

    (one,) = spread(made.conn, "九座城")
    assert [(holder.article, holder.taken_from) for holder in one.holders] == [(city, None), (mirror, city)]
    sql = tomllib.loads(QUERIES.read_text("utf-8"))["first_to_change"]["sql"]
    first = {row[2]: row[5] for row in made.conn.execute(sql)}
    assert {site for words, site in first.items() if "九座城" in words} == {"city.example"}


@pytest.mark.parametrize("article", [1, 3])
@pytest.mark.parametrize("large", [3, 64])
def test_a_changed_headline_alone_is_weighed_anew(
    article: int, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(descents, "LARGE", large)
    made = Shelf()
    text = "".join(SENTENCES)
    for hour in range(6, 12):
        put_at(made, hour, text + "（转）" * (hour > 7))
    descents.catch_up(made.conn)
    made.conn.execute("UPDATE articles SET title = '各镇水渠今年全部开工' WHERE id = ?", [article])
    made.stories.replace(
        article, made.conn.execute("SELECT text FROM articles WHERE id = ?", [article]).fetchone()[0]
    )
    descents.catch_up(made.conn)

    retitled = made.conn.execute(
        "SELECT article_id FROM departures WHERE kind = 'title' ORDER BY 1"
    ).fetchall()
    assert retitled == ([(3,)] if article == 3 else [(n,) for n in range(2, 7)])
    assert of_members(made.conn) == put_again(made)
