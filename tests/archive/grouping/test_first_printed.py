"""The first to print a change, and what is known of its time: a day alone is not midnight, and zones differ."""

import io
import json
import tomllib

import networkx
import pytest

from archive.grouping import descents
from archive.grouping.lineage import spread, tree_of, walked
from archive.grouping.network import HostWay, ways
from archive.grouping.network import descents as every_descent
from archive.out.trees import FORMS, WAY_FORMS
from tests.archive.grouping.test_trees_made_again import QUERIES
from tests.shelf import Shelf

TEXT = (
    "市水利局昨天公布了新桥三号泵站的图纸，涉及一百二十户居民，预算减少一成。负责人说，工程比原计划早了九天。\n"
    "一位退休工人告诉记者，旧城墙下的排水沟今年已经清理过两次，雨天不再积水。统计显示，去年同期积水十四处。\n"
    "专家组在报告里写道，图纸采用了新的标准，闸门由两道改为三道。资料将在县文化馆阅览室向公众开放到月底。"
)
CHANGED = TEXT.replace("退休工人", "老年居民")


def story(*copies: tuple[str, str | None, str | None, str | None]) -> Shelf:
    """An origin of six o'clock, and copies with the same change: site, time, precision, source line."""
    made = Shelf()
    made.put(
        TEXT,
        "泵站图纸公布",
        site="paper.example",
        published_at="2020-02-10T06:00:00+08:00",
        published_precision="minute",
    )
    for site, at, precision, source in copies:
        made.put(
            CHANGED,
            "泵站图纸公布",
            site=site,
            published_at=at,
            published_precision=precision,
            source=source,
        )
    descents.catch_up(made.conn)
    return made


FIRST = ("first.example", "2020-02-10T08:30:00+08:00", "minute", None)
DAY = ("day.example", "2020-02-10T00:00:00+08:00", "day", "first.example")
MONTH = ("month.example", "2020-02", "month", "first.example")
ELSEWHERE = ("london.example", "2020-02-10T01:10:00+00:00", "minute", "first.example")
UNDATED = ("undated.example", None, None, "first.example")
EARLY = ("early.example", "2020-02-10T08:25:00+08:00", "minute", "first.example")


@pytest.mark.parametrize("copy", [DAY, MONTH, ELSEWHERE, UNDATED, EARLY])
@pytest.mark.parametrize("is_first_in", [True, False])
def test_no_copy_stands_before_the_page_that_it_was_taken_from(
    copy: tuple[str, str | None, str | None, str | None], is_first_in: bool
) -> None:
    made = story(*([FIRST, copy] if is_first_in else [copy, FIRST]))
    (one,) = spread(made.conn, "老年居民")

    assert [(holder.site, bool(holder.taken_from)) for holder in one.holders] == [
        ("first.example", False),
        (copy[0], True),
    ]
    sql = tomllib.loads(QUERIES.read_text("utf-8"))["first_to_change"]["sql"]
    assert [row[3:] for row in made.conn.execute(sql)] == [(2, "2020-02-10T08:30:00+08:00", "first.example")]


@pytest.mark.parametrize(
    "phrase", ["退休工人", "一位退休工人告诉", "退休", "老年居民", "一位“退休工人”", "告诉记者,舊城牆下"]
)
def test_words_that_were_replaced_are_found_by_what_stood_there(phrase: str) -> None:
    made = story(FIRST)
    found = spread(made.conn, phrase)

    if "舊" in phrase:
        assert found == []  # nobody changed these
        return
    assert [(one.kind, one.was, one.words, len(one.holders)) for one in found] == [
        ("replaced", "退休工人", "老年居民", 1)
    ]


def test_a_copy_of_one_of_several_copies_was_taken_from_elsewhere() -> None:
    made = story(*((f"{n}.example", f"2020-02-10T{n}:00:00+08:00", "minute", "日报") for n in (11, 12, 13)))
    made.conn.execute("UPDATE members SET claim = 'credited' WHERE relation = 'copy'")
    sql = tomllib.loads(QUERIES.read_text("utf-8"))["taken_from_elsewhere"]["sql"]

    undecided = "SELECT min(json_extract(evidence, '$.undecided')) FROM descents WHERE article_id > 2"
    assert made.conn.execute(undecided).fetchone()[0] == 1
    assert {row[0] for row in made.conn.execute(sql)} == {3, 4}


def test_a_page_names_the_other_pages_that_may_be_its_parent() -> None:
    made = story(
        *((f"{n}.example", f"2020-02-1{n}T09:00:00+08:00", "minute", None) for n in (1, 4, 7)), FIRST
    )
    last = made.conn.execute("SELECT parent_id, evidence FROM descents WHERE article_id = 4").fetchone()

    assert {last[0], *json.loads(last[1])["as_likely"]} == {2, 3, 5}


def test_a_large_story_counts_all_copies_with_a_change_and_says_that_there_may_be_more_parents() -> None:
    made = story(
        *(
            (f"{n}.example", f"2020-02-11T{n // 60 + 8:02}:{n % 60:02}:00+08:00", "minute", None)
            for n in range(90)
        )
    )
    root = tree_of(made.conn, 1)
    assert root is not None
    said = [page.evidence for page, parent, _ in walked(root) if parent is not None]

    assert {fact["copies"] for one in said for fact in one["shared"]["rarest"]} == {90}
    assert all(one["or_more"] for one in said if one["other_parents"])
    rows = {row["article_id"]: json.loads(str(row["evidence"])) for row in every_descent(made.conn)}
    assert {fact["copies"] for one in rows.values() if one for fact in one["shared"]["rarest"]} == {90}


def test_a_month_and_a_day_have_no_delay() -> None:
    made = story(FIRST, DAY, MONTH)

    assert {
        way.to_site: way.median_delay_hours for way in ways(made.conn) if way.to_site != "first.example"
    } == {
        "day.example": None,
        "month.example": None,
    }
    view = "SELECT from_site, to_site, copies, credited_percent, median_delay_hours FROM host_ways"
    assert {HostWay(*row) for row in made.conn.execute(view)} == {*ways(made.conn)}
    root = tree_of(made.conn, 1)
    assert root is not None
    table = {line.split(",")[3]: line.split(",")[4:6] for line in FORMS["csv"](root).splitlines()[1:]}
    assert table["day.example"] == ["2020-02-10T00:00:00+08:00", "day"]
    assert 'day.example\\n2020-02-10"' in FORMS["dot"](root)


WAYS = [HostWay("a.example", "b.example", 3, 67, 1.5), HostWay("b.example", "=c.example", 1, 0, None)]


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_the_ways_between_hosts_are_a_graph(form: str) -> None:
    text = WAY_FORMS[form](WAYS)
    file = io.BytesIO(text.encode())
    made = networkx.read_graphml(file) if form == "graphml" else networkx.read_gexf(file)

    edges = {(one, other): values["copies"] for one, other, values in made.edges(data=True)}
    assert edges == {("a.example", "b.example"): 3, ("b.example", "=c.example"): 1}
    assert made.edges["a.example", "b.example"]["median_delay_hours"] == 1.5


def test_the_ways_between_hosts_are_a_table_and_a_drawing() -> None:
    assert WAY_FORMS["csv"](WAYS).splitlines() == [
        "from_site,to_site,copies,credited_percent,median_delay_hours",
        "a.example,b.example,3,67,1.5",
        "b.example,'=c.example,1,0,",
    ]
    assert '  "a.example" -> "b.example" [label=3];' in WAY_FORMS["dot"](WAYS)


def test_a_headline_of_any_characters_is_written_in_each_form() -> None:
    made = story(FIRST)
    made.conn.execute(
        "UPDATE articles SET title = ? WHERE id = 2",
        ['=A1"\x0b\\\ud83d\ude00'.encode("utf-16", "surrogatepass").decode("utf-16")],
    )
    root = tree_of(made.conn, 1)
    assert root is not None

    assert "'=A1" in FORMS["csv"](root)
    for form, read in (("graphml", networkx.read_graphml), ("gexf", networkx.read_gexf)):
        graph = read(io.BytesIO(FORMS[form](root).encode()))
        assert graph.nodes["2"]["title"].startswith('=A1"\ufffd\\')
