"""The rows of descents: kept up to date as articles come, change and leave; the same after a rebuild."""

import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from archive.grouping import descents
from archive.grouping.lineage import changes_of, spread, spread_of, tree_of, walked
from archive.grouping.network import Asked, ways
from archive.grouping.network import descents as every_descent
from archive.out.network import write_descents, write_ways
from archive.out.trees import FORMS
from crawler.commands.lineage import drawn
from extract.script.fold import fold
from tests.archive.archives import ingest, rows
from tests.archive.foreign_files import warc
from tests.shelf import Shelf

pytestmark = pytest.mark.slow

TEXT = "\n".join(
    [
        "市水利局昨天公布了新桥三号泵站的图纸，涉及一百二十户居民，预算减少一成。负责人说，工程比原计划早了九天。",
        "一位退休工人告诉记者，旧城墙下的排水沟今年已经清理过两次，雨天不再积水。统计显示，去年同期积水十四处。",
        "专家组在报告里写道，图纸采用了新的标准，闸门由两道改为三道。资料将在县文化馆阅览室向公众开放到月底。",
    ]
)


def shelf(mapped: descents.Mapped | None = None) -> tuple[Shelf, list[int]]:
    """An origin, a copy that replaces a word, and a copy of that copy that cuts a sentence."""
    made = Shelf()
    changed = TEXT.replace("退休工人", "老年居民")
    ids = [
        made.put(
            TEXT,
            "泵站图纸公布",
            site="paper.example",
            published_at="2020-02-10T06:00:00+08:00",
            published_precision="minute",
        ),
        made.put(
            changed,
            "泵站图纸公布",
            site="city.example",
            published_at="2020-02-10T08:00:00+08:00",
            published_precision="minute",
        ),
        made.put(
            changed.replace("统计显示，去年同期积水十四处。", ""),
            "泵站图纸公布",
            site="county.example",
            published_at="2020-02-10T09:30:00+08:00",
            published_precision="minute",
        ),
    ]
    descents.catch_up(made.conn, mapped)
    return made, ids


def found(conn: sqlite3.Connection) -> list[tuple[int, int | None]]:
    """Article and parent, by article."""
    return conn.execute("SELECT article_id, parent_id FROM descents ORDER BY 1").fetchall()


def test_a_copy_of_a_copy_is_found_by_the_word_that_it_repeats() -> None:
    made, (origin, city, county) = shelf()

    assert found(made.conn) == [(origin, None), (city, origin), (county, city)]


def test_a_credit_to_a_host_that_nobody_archived_is_a_page_not_held_with_its_name() -> None:
    made, (origin, city, county) = shelf()
    taken = made.put(
        TEXT.replace("三道", "四道"), "泵站图纸公布", site="town.example", source="大河网",
        published_at="2020-02-10T10:00:00+08:00", published_precision="minute",
    )  # fmt: skip
    descents.catch_up(made.conn)
    rows = made.conn.execute(
        "SELECT parent_id, not_held, beyond_id, credited FROM descents WHERE article_id = ?", [taken]
    ).fetchall()
    root = tree_of(made.conn, 1)

    assert found(made.conn)[:3] == [(origin, None), (city, origin), (county, city)]
    assert rows == [(None, 1, origin, 1)]
    assert root is not None
    assert [page.source for page, *_ in walked(root) if page.article is None] == ["大河网"]
    assert "(a page not held) 大河网" in drawn(root)


@pytest.mark.parametrize("answers", [2, 1, 0])
def test_a_tree_that_other_processes_help_with_is_the_same(answers: int) -> None:
    here, _ = shelf()
    rows = [here.conn.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4, 5").fetchall() for name in TABLES]
    asked = []

    def mapped(work: Callable[..., Any], arguments: Iterable[tuple[Any, ...] | None]) -> Iterator[Any]:
        for some in arguments:
            asked.append(work.__name__)
            is_answered = some is not None and answers > (work.__name__ == "tree")
            yield work(*some) if is_answered else None

    there, _ = shelf(mapped)

    assert asked == ["departures_of", "tree"]
    assert rows == [
        there.conn.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4, 5").fetchall() for name in TABLES
    ]


TABLES = ("descents", "departures")


def test_an_article_alone_has_no_row() -> None:
    made = Shelf()
    made.put(TEXT, "泵站图纸公布")
    descents.catch_up(made.conn)

    assert found(made.conn) == []


def test_the_tree_does_not_depend_on_when_it_is_made() -> None:
    at_once, _ = shelf()
    each = Shelf()
    for row in at_once.conn.execute(
        "SELECT text, title, site, published_at, published_precision FROM articles ORDER BY id"
    ):
        text, title, *rest = row
        each.put(text, title, **dict(zip(("site", "published_at", "published_precision"), rest, strict=True)))
        descents.catch_up(each.conn)

    assert (
        each.conn.execute("SELECT * FROM descents ORDER BY 1").fetchall()
        == at_once.conn.execute("SELECT * FROM descents ORDER BY 1").fetchall()
    )


@pytest.mark.parametrize(("batch", "settled"), [(1, True), (50, True), (130, True), (1, False), (70, False)])
def test_a_large_storys_tree_does_not_depend_on_the_batches_it_came_in(batch: int, settled: bool) -> None:
    made = Shelf()
    told = TEXT.split("。")
    for n in range(150):
        cut = [one for at, one in enumerate(told) if at == 0 or at % 7 != n % 11]
        text = "。".join(cut).replace("老", "老" * (1 + n % 3))
        made.put(
            text, "泵站图纸公布", site=f"s{n}.example", published_at=f"2020-02-10T06:{n % 60:02}:00+08:00"
        )
        if n % batch == batch - 1:
            descents.catch_up(made.conn, settled=settled)
            assert made.conn.execute("SELECT count(*) FROM descents").fetchone()[0] in (0, n + 1)
    noted = [(1, descents.DOUBLED)] if not settled else []
    if batch in (1, 50):
        assert made.conn.execute("SELECT * FROM untraced").fetchall() == noted
    descents.catch_up(made.conn)
    rows = made.conn.execute("SELECT * FROM descents ORDER BY 1").fetchall()

    assert made.conn.execute("SELECT * FROM untraced").fetchall() == []
    assert len(rows) == 150
    assert rows == large_at_once(made)


@pytest.mark.parametrize("batch", [1, 50, 151])
def test_the_origin_of_a_large_story_may_come_last(batch: int) -> None:
    made = Shelf()
    told = TEXT.split("。")
    for n in range(150):
        text = "。".join(one for at, one in enumerate(told) if at == 0 or at % 7 != n % 7)
        made.put(
            text,
            "泵站图纸公布",
            site=f"s{n}.example",
            published_at=f"2020-02-10T06:{n % 60:02}:00+08:00",
            published_precision="minute",
        )
        if n % batch == batch - 1:
            descents.catch_up(made.conn)
    last = made.put(
        TEXT,
        "泵站图纸公布",
        site="paper.example",
        published_at="2020-02-10T05:00:00+08:00",
        published_precision="minute",
    )
    descents.catch_up(made.conn)
    rows = made.conn.execute("SELECT * FROM descents ORDER BY 1").fetchall()

    assert made.conn.execute("SELECT origin_article_id FROM stories").fetchall() == [(last,)]
    assert len(rows) == 151
    assert [article for article, parent in found(made.conn) if parent is None] == [last]
    assert rows == large_at_once(made)


def large_at_once(made: Shelf) -> list[tuple[object, ...]]:
    """The same articles' rows where all trees are made at the end."""
    names = ("text", "title", "site", "published_at", "published_precision")
    again = Shelf()
    for row in made.conn.execute(f"SELECT {', '.join(names)} FROM articles ORDER BY id"):
        text, title, site, published_at, precision = row
        again.put(text, title, site=site, published_at=published_at, published_precision=precision)
    descents.catch_up(again.conn)
    return again.conn.execute("SELECT * FROM descents ORDER BY 1").fetchall()


def test_a_changed_text_is_weighed_anew() -> None:
    made, (origin, city, county) = shelf()
    before = made.conn.execute("SELECT text FROM articles WHERE id = ?", [county]).fetchone()[0]
    made.conn.execute("UPDATE articles SET text = ? WHERE id = ?", [TEXT.replace("九天", "十天"), county])
    made.stories.replace(county, before)
    descents.catch_up(made.conn)

    assert found(made.conn) == [(origin, None), (city, origin), (county, origin)]


def test_the_tree_is_read_back_and_written_in_every_form() -> None:
    made, (origin, city, county) = shelf()
    root = tree_of(made.conn, 1)

    assert root is not None
    assert [(page.article, parent and parent.article, depth) for page, parent, depth in walked(root)] == [
        (origin, None, 0),
        (city, origin, 1),
        (county, city, 2),
    ]
    assert "city.example" in FORMS["dot"](root)
    assert FORMS["csv"](root).count("\n") == 4
    assert "\r" not in FORMS["csv"](root)
    assert FORMS["graphml"](root).count("<edge ") == 2
    assert FORMS["gexf"](root).count("<edge ") == 2


def test_a_change_is_followed_through_its_copies_in_either_script() -> None:
    made, (_, city, county) = shelf()
    (one,) = spread(made.conn, "老年居民")

    assert (one.kind, [(holder.article, holder.taken_from) for holder in one.holders]) == (
        "replaced",
        [(city, None), (county, city)],
    )
    assert spread(made.conn, "老年居民") == spread(made.conn, "老年居民")


LONG = (
    "这家饭馆开在旧城墙外的十字路口已经三十多年，冬天门口总是排着长队，店主说最早只卖面条和烧饼，后来才添上羊肉汤与韭菜"
    "饺子，价钱一直没有变过。"
)
FURTHER = "邻居们把这里当作客厅。"
FULL = (
    TEXT
    + "\n施工期间，东门大街每天夜里十点到早上五点禁止车辆通行，公共汽车改走环城北路，学校门口另设站牌。"
    + "\n县医院急诊科的入口也会移到西侧，救护车仍从正门进出，指路牌由社区志愿者在周末以前全部挂好，夜间有灯光照明。"
)


def long_change(
    origin: str, copy: str, headlines: tuple[str, str] = ("泵站图纸公布", "泵站图纸公布")
) -> Shelf:
    made = Shelf()
    made.put(origin, headlines[0], site="paper.example", published_at="2020-02-10T06:00:00+08:00")
    made.put(copy, headlines[1], site="city.example", published_at="2020-02-10T08:00:00+08:00")
    descents.catch_up(made.conn)
    return made


@pytest.mark.parametrize("phrase", ["饺子", "羊肉湯與韭菜餃子", "没有变过。邻居们", "当作客厅"])
@pytest.mark.parametrize("kind", ["cut", "added"])
def test_a_change_is_found_by_words_from_anywhere_in_it(kind: str, phrase: str) -> None:
    first, rest = FULL.split("\n", 1)
    texts = [f"{first}\n{LONG}{FURTHER}{rest}", FULL]
    made = long_change(*(texts if kind == "cut" else texts[::-1]))
    found = spread(made.conn, phrase)
    wanted = {"没有变过。邻居们": {LONG, FURTHER}, "当作客厅": {FURTHER}}.get(phrase, {LONG})
    assert {(one.kind, fold(one.words)) for one in found} == {(kind, fold(words)) for words in wanted}
    assert [[holder.article for holder in one.holders] for one in found] == [[2]] * len(wanted)
    assert spread(made.conn, "工程比原计划") == []


def test_a_copy_that_came_before_its_origin_keeps_its_changes() -> None:
    made = long_change(TEXT.replace("退休工人", "老年居民"), f"{TEXT}\n{LONG}{FURTHER}" * 2)
    assert made.conn.execute("SELECT origin_article_id FROM stories").fetchall() == [(2,)]
    assert [[holder.article for holder in one.holders] for one in spread(made.conn, "老年居民")] == [[1]]


def test_a_long_headline_and_a_long_line_are_found_by_their_last_words() -> None:
    headline = (
        "本市水利部门昨天公布了新桥三号泵站与旧城墙排水沟的全部图纸并请居民在月底以前到阅览室提出意见和建议"
    )
    made = long_change(FULL, f"{FULL}\n{LONG[:-1]}", ("泵站图纸公布", headline))
    assert [(one.kind, one.words) for one in spread(made.conn, "意见和建议")] == [("title", headline)]
    assert [(one.kind, one.words) for one in spread(made.conn, "没有变过")] == [("line", LONG[:-1])]
    key = next(one.key for one in changes_of(made.conn, 2) if one.kind == "line")
    shown = spread_of(made.conn, key)
    assert shown is not None and shown.words == LONG[:-1]


def test_each_of_many_changes_is_listed() -> None:
    made = Shelf()
    long = "".join(f"第{n}个镇的水渠本月{n}日开工并在年内完成。" for n in range(90))
    made.put(long, "水渠开工", published_at="2020-02-10T06:00:00+08:00", published_precision="minute")
    copy = made.put(
        long[: long.index("第20个")],
        "水渠开工",
        published_at="2020-02-10T09:00:00+08:00",
        published_precision="minute",
    )
    descents.catch_up(made.conn)

    assert [change.kind for change in changes_of(made.conn, copy)] == ["cut"] * 70


def test_ways_between_hosts_count_what_is_certain() -> None:
    made, _ = shelf()

    assert [(way.from_site, way.to_site, way.copies, way.median_delay_hours) for way in ways(made.conn)] == [
        ("city.example", "county.example", 1, 1.5),
        ("paper.example", "city.example", 1, 2.0),
    ]


@pytest.mark.parametrize("article", [0, 1])
def test_a_delay_is_counted_between_times_of_day_alone(article: int) -> None:
    made, ids = shelf()
    made.conn.execute(
        "UPDATE articles SET published_at = '2020-02-10T00:00:00+08:00', published_precision = 'day' WHERE id = ?",
        [ids[article]],
    )

    delays = {way.to_site: way.median_delay_hours for way in ways(made.conn)}
    assert delays == {"city.example": None, "county.example": 1.5 if article == 0 else None}


def test_a_changed_origin_has_its_copies_weighed_anew() -> None:
    made, (origin, city, _) = shelf()
    made.conn.execute("UPDATE articles SET text = text || '（完）' WHERE id = ?", [origin])
    made.stories.replace(origin, TEXT)
    descents.catch_up(made.conn)
    facts = made.conn.execute(
        "SELECT kind FROM departures WHERE article_id = ? ORDER BY 1", [city]
    ).fetchall()

    assert facts == [("cut",), ("replaced",)]


def test_ways_and_descents_are_read_back_from_parquet() -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    made, (origin, city, county) = shelf()
    files = BytesIO(), BytesIO()

    assert write_descents(every_descent(made.conn), files[0]) == 3
    assert write_ways(ways(made.conn), files[1]) == 2
    rows = parquet.read_table(BytesIO(files[0].getvalue())).to_pylist()
    assert [(row["article_id"], row["parent_id"], row["parent_site"]) for row in rows] == [
        (origin, None, None),
        (city, origin, "paper.example"),
        (county, city, "city.example"),
    ]
    assert parquet.read_table(BytesIO(files[1].getvalue())).column("copies").to_pylist() == [1, 1]


def test_ways_can_be_asked_of_a_host_or_a_script() -> None:
    made, _ = shelf()

    assert [way.to_site for way in ways(made.conn, Asked(hosts={"county.example"}))] == ["county.example"]
    assert ways(made.conn, Asked(script="hant")) == []


def shuffled(seed: int, paragraphs: int, pages: int) -> dict[str, bytes]:
    """Pages of the same paragraphs, in another order each."""
    chance = random.Random(seed)
    found = ["".join(chance.choice("春夏秋冬东南西北风花雪月") for _ in range(30)) for _ in range(paragraphs)]
    made = {}
    for n in range(pages):
        chance.shuffle(mixed := found[:])
        body = "".join(f"<p>{paragraph}。</p>" for paragraph in mixed)
        head = f"<title>全国各地医疗队驰援武汉{n}</title></head><body><h1>全国各地医疗队驰援武汉{n}</h1>"
        made[f"http://h{n}.example/{n}.html"] = (
            f"<html><head>{head}<div>2020-02-08 08:39 来源：人民日报</div><div class=content>{body}</div></body></html>"
        ).encode()
    return made


@pytest.mark.parametrize(("seed", "paragraphs", "pages"), [(40935, 40, 6), (80592, 80, 9), (150470, 150, 6)])
def test_pages_whose_paragraphs_were_shuffled_end_no_run(
    seed: int, paragraphs: int, pages: int, tmp_path: Path
) -> None:
    file = warc(tmp_path / "a.warc.gz", shuffled(seed, paragraphs, pages))

    tally = ingest(tmp_path / "archive", file)

    assert tally.damages == []
    assert rows(tmp_path / "archive", "SELECT count(*) FROM articles") == [(pages,)]
