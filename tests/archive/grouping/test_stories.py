import itertools
import json
from collections.abc import Iterator

import pytest

from archive.grouping import membership
from archive.grouping.stories import Stories
from tests.shelf import Shelf

# Invented.
BRIDGE = (
    "清河大桥昨天正式通车。这座跨越清河的大桥全长两千一百米，双向六车道，历时三年零四个月建成。\n"
    "市交通局负责人介绍，大桥采用双塔斜拉结构，主跨四百二十米，是全省同类桥梁中跨度最大的一座。\n"
    "通车以后，从老城区到新区的车程由四十分钟缩短到八分钟，沿线十二个村镇的居民出行更加方便。\n"
    "住在河东的王大爷清早就来到桥头，他说等了大半辈子，终于不用再排队等渡船了。"
)
BRIDGE_HANT = (
    "清河大橋昨天正式通車。這座跨越清河的大橋全長兩千一百米，雙向六車道，歷時三年零四個月建成。\n"
    "市交通局負責人介紹，大橋採用雙塔斜拉結構，主跨四百二十米，是全省同類橋樑中跨度最大的一座。\n"
    "通車以後，從老城區到新區的車程由四十分鐘縮短到八分鐘，沿線十二個村鎮的居民出行更加方便。\n"
    "住在河東的王大爺清早就來到橋頭，他說等了大半輩子，終於不用再排隊等渡船了。"
)
LIBRARY = (
    "县图书馆新馆下月起试开放。新馆藏书三十万册，设有儿童阅览室、古籍室和二十四小时自助书房。\n"
    "馆长说，试开放期间读者凭身份证即可入馆，借书免押金，周一闭馆整理，节假日照常开放到晚上九点。\n"
    "图书馆旁边的公园同时改造完工，新添了一条两公里的步道和三处亭子，供附近居民早晚散步。"
)
HARVEST = (
    "全省夏粮收购进入高峰，到昨天为止已经收购小麦四百六十万吨，比去年同期多收三十多万吨。\n"
    "粮食部门在主产县增设了二百多个收购点，农户用手机就能预约，当天售粮当天拿到货款。\n"
    "气象台预计未来一周以晴好天气为主，有利于晾晒入库，提醒各地注意防火。"
)
SCHOOL = (
    "山区三所小学装上了新的供暖设备，孩子们今年冬天不用再生煤炉，教室里温度保持在二十度以上。\n"
    "校长算了一笔账，改用空气能以后，每学期的取暖费用能省下近一半，老师也不必天不亮就来生火。"
)
DISCLAIMER = "特别声明：以上内容仅代表作者本人观点，不代表本网立场，如有版权问题请于三十日内与本网联系处理。"
SHORT_NEWS = (
    "春耕开始了，农机站的师傅们忙着检修拖拉机。",
    "老街的茶馆重新开张，门口排起了长队。",
    "两名少年在河边捡到钱包，交给了失主。",
    "环城路今晚起夜间封闭施工，请绕行。",
    "市乒乓球赛昨天落幕，退休教师组最热闹。",
    "植物园的郁金香进入盛花期，周末人最多。",
    "新开的公交线路把医院和车站连了起来。",
    "渔民在休渔期学起了直播卖货的手艺。",
    "百年粮仓改成了小剧场，首演一票难求。",
    "科技馆添了地震体验屋，孩子们玩得认真。",
    "护林员在保护区拍到三只白鹭的雏鸟。",
    "社区食堂推出了给老人的软食套餐。",
)


def bulletin(day: int, new: int, total: int, cured: int, watched: int) -> str:
    return (
        f"{day}日零时至二十四时，全市新增确诊病例{new}例，累计确诊病例{total}例，累计治愈出院{cured}例。"
        f"现有密切接触者{watched}人正在接受医学观察，当日解除医学观察{watched - total}人，追踪到{watched + cured}人。"
    )


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.conn.close()


def test_the_index_keeps_the_hashes_that_older_archives_have() -> None:
    shelf = Shelf()

    shelf.put("机制建立之后才可以")

    hashes = [row[0] for row in shelf.conn.execute("SELECT hash FROM postings ORDER BY hash")]
    assert hashes == [-1741761474, -1514291337, 287945270]


def test_an_article_alone_is_the_origin_of_its_own_story(shelf: Shelf) -> None:
    article = shelf.put(BRIDGE, "大桥通车", published_at="2020-02-10T08:39:53+08:00")

    assert shelf.relations(article) == [(1, "origin")]
    assert shelf.conn.execute(
        "SELECT title, origin_article_id, first_published_at, copies, origin_reasons FROM stories"
    ).fetchall() == [("大桥通车", 1, "2020-02-10T08:39:53+08:00", 1, '["alone"]')]


def test_a_copy_in_the_other_script_joins(shelf: Shelf) -> None:
    shelf.put(BRIDGE, published_at="2020-02-09")
    copy = shelf.put(BRIDGE_HANT, published_at="2020-02-10")

    rows = shelf.conn.execute("SELECT * FROM members WHERE article_id = ?", [copy]).fetchall()

    assert rows == [(1, copy, "copy", 1.0, 1.0, 0.0, "none")]


def test_a_cut_copy_is_abridged_and_says_how_much_it_keeps(shelf: Shelf) -> None:
    shelf.put(BRIDGE, published_at="2020-02-09")
    shelf.put("\n".join(BRIDGE.split("\n")[:2]), published_at="2020-02-10")

    relation, kept, added = shelf.conn.execute(
        "SELECT relation, kept, added FROM members WHERE article_id = 2"
    ).fetchone()

    assert (relation, added) == ("abridged", 0.0)
    assert 0.5 < kept < 0.56


def test_other_news_stays_apart(shelf: Shelf) -> None:
    shelf.put(BRIDGE)
    shelf.put(LIBRARY)

    assert shelf.together() == {frozenset({1}), frozenset({2})}


def test_issues_of_a_bulletin_stay_apart_and_keep_their_copies(shelf: Shelf) -> None:
    issues = [bulletin(day, 31 + day, 746 + 7 * day, 71 + 3 * day, 5290 - 11 * day) for day in range(1, 29)]
    for issue in [*issues, *("转发：" + issue for issue in issues)]:
        shelf.put(issue)

    assert shelf.together() == {frozenset({n, n + 28}) for n in range(1, 29)}


def test_an_origin_that_comes_last_makes_two_stories_one(shelf: Shelf) -> None:
    lines = BRIDGE.split("\n")
    shelf.put("\n".join(lines[:2]), "大桥通车")
    shelf.put("\n".join(lines[2:]), "大桥通车")
    apart = shelf.together()
    shelf.put(BRIDGE, "大桥通车")

    assert apart == {frozenset({1}), frozenset({2})}
    assert shelf.together() == {frozenset({1, 2, 3})}
    assert shelf.story(3) == 1
    assert shelf.events() == [("merged", 2, 1, 3)]


def test_the_number_of_a_merged_story_is_never_used_again(shelf: Shelf) -> None:
    lines = BRIDGE.split("\n")
    for text in ("\n".join(lines[:2]), "\n".join(lines[2:]), BRIDGE, LIBRARY):
        shelf.put(text, "大桥通车")

    assert shelf.story(4) == 3


ROUNDUP = f"今日要闻\n1、大桥通车\n{BRIDGE}\n2、新馆开放\n{LIBRARY}\n3、夏粮收购\n{HARVEST}"


@pytest.mark.parametrize("texts", list(itertools.permutations([ROUNDUP, BRIDGE, LIBRARY, HARVEST])))
def test_a_round_up_belongs_to_none_and_is_linked_to_each(shelf: Shelf, texts: tuple[str, ...]) -> None:
    ids = {text: shelf.put(text, "要闻" if text == ROUNDUP else text[:10]) for text in texts}

    assert shelf.together() == {frozenset({ids[text]}) for text in (BRIDGE, LIBRARY, HARVEST)}
    assert sorted(shelf.relations(ids[ROUNDUP])) == sorted(
        (shelf.story(ids[text]), "roundup") for text in (BRIDGE, LIBRARY, HARVEST)
    )


def test_a_round_up_seen_first_gives_up_its_story(shelf: Shelf) -> None:
    shelf.put(ROUNDUP, "要闻")
    shelf.put(BRIDGE, "大桥通车")

    assert shelf.relations(1) == [(2, "roundup")]
    assert shelf.events() == [("ended", 1, None, 1)]


def test_a_round_up_without_numbers_is_known_by_two_stories_of_their_own(shelf: Shelf) -> None:
    first, second = f"本报讯 {BRIDGE}", f"新华社清河2月9日电 {LIBRARY}"
    shelf.put(first, "清河大桥正式通车")
    shelf.put(second, "县图书馆新馆试开放")
    shelf.put(f"{first}\n{second}\n{SCHOOL}", "一周见闻")

    assert shelf.together() == {frozenset({1}), frozenset({2})}
    assert shelf.relations(3) == [(1, "roundup"), (2, "roundup")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_headlines_that_say_nothing_of_one_another_tell_a_round_up(order: tuple[int, ...]) -> None:
    shelf = Shelf()
    pages = [
        (f"{BRIDGE}\n{LIBRARY}\n{SCHOOL}", "早读"),
        (BRIDGE, "清河大桥昨天正式通车"),
        (LIBRARY, "县图书馆新馆下月试开放"),
    ]
    ids = {n: shelf.put(*pages[n]) for n in order}

    assert shelf.together() == {frozenset({ids[1]}), frozenset({ids[2]})}
    assert sorted(shelf.relations(ids[0])) == sorted((shelf.story(ids[n]), "roundup") for n in (1, 2))
    shelf.conn.close()


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 0, 3, 1), (3, 0, 1, 2), (2, 3, 0, 1)])
def test_a_copy_of_a_round_up_is_one_too(order: tuple[int, ...]) -> None:
    shelf = Shelf()
    roundup = f"{BRIDGE}\n{LIBRARY}\n{SCHOOL}"
    pages = [
        (roundup, "早读"),
        (f"转载\n{roundup}", "要闻"),
        (BRIDGE, "清河大桥昨天正式通车"),
        (LIBRARY, "县图书馆新馆下月试开放"),
    ]
    ids = {n: shelf.put(*pages[n]) for n in order}

    assert shelf.together() == {frozenset({ids[2]}), frozenset({ids[3]})}
    assert [relation for n in (0, 1) for _, relation in shelf.relations(ids[n])] == ["roundup"] * 4
    shelf.conn.close()


def test_two_cuts_of_one_article_are_no_round_up(shelf: Shelf) -> None:
    lines = BRIDGE.split("\n")
    shelf.put("\n".join(lines[:2]), "国内新闻")
    shelf.put("\n".join(lines[2:]), "清河大桥通车，居民出行更方便")
    shelf.put(BRIDGE, "清河大桥昨天正式通车")

    assert shelf.together() == {frozenset({1, 2, 3})}


def test_a_copy_of_a_page_that_prints_its_old_headline_is_no_round_up(shelf: Shelf) -> None:
    shelf.put(BRIDGE, "清河大桥昨天正式通车")
    shelf.put("\n".join(BRIDGE.split("\n")[:2]), "清河大桥昨天正式通车")
    shelf.put(f"原标题：清河大桥昨天正式通车\n{BRIDGE}\n{SCHOOL}", "老百姓盼来了好日子")

    assert shelf.together() == {frozenset({1, 2, 3})}


def test_a_follow_up_has_its_own_story_and_a_link(shelf: Shelf) -> None:
    shelf.put(BRIDGE)
    shelf.put(f"{LIBRARY}\n{HARVEST}\n" + "\n".join(BRIDGE.split("\n")[1:3]))

    assert shelf.relations(2) == [(1, "followup"), (2, "origin")]


def test_of_two_that_share_a_passage_the_later_is_the_follow_up(shelf: Shelf) -> None:
    later = f"{LIBRARY}\n{HARVEST}\n" + "\n".join(BRIDGE.split("\n")[1:3])
    shelf.put(later, published_at="2020-02-12T09:00:00+08:00")
    shelf.put(BRIDGE, published_at="2020-02-10")

    assert shelf.relations(1) == [(2, "followup"), (1, "origin")]
    assert shelf.relations(2) == [(2, "origin")]


def test_a_section_that_another_article_quotes_makes_no_round_up(shelf: Shelf) -> None:
    lines = [*BRIDGE.split("\n"), *LIBRARY.split("\n")]
    plan = "全县民生实事清单公布如下。\n" + "\n".join(
        f"{n}、{line}" for n, line in zip("一二三四五", lines, strict=False)
    )
    shelf.put(plan, "今年办好五件民生实事")
    shelf.put("本报讯 " + plan, "今年办好五件民生实事")
    shelf.put(lines[1], "记者手记")

    assert shelf.story(1) == shelf.story(2)


def test_what_links_keep_of_the_origin_is_told(shelf: Shelf) -> None:
    shelf.put(BRIDGE, "大桥通车")
    shelf.put(ROUNDUP, "要闻")

    kept, added = shelf.conn.execute("SELECT kept, added FROM members WHERE relation = 'roundup'").fetchone()

    assert kept == 1.0
    assert 0.5 < added < 0.7


def test_a_disclaimer_holds_no_story_together(shelf: Shelf) -> None:
    for text in SHORT_NEWS:
        shelf.put(f"{text}\n{DISCLAIMER}")

    assert shelf.together() == {frozenset({n}) for n in range(1, len(SHORT_NEWS) + 1)}


def test_a_disclaimer_many_times_as_long_as_the_news_holds_no_story_together(shelf: Shelf) -> None:
    chrome = (
        DISCLAIMER
        + "相关阅读：全市召开重点项目推进会议，市领导走访慰问困难群众，森林防火工作部署到位，春季造林任务提前完成。"
    )
    for text in SHORT_NEWS:
        shelf.put(f"{text}\n{chrome}", text[:12])

    assert shelf.together() == {frozenset({n}) for n in range(1, len(SHORT_NEWS) + 1)}


def test_untitled_items_within_ten_times_as_much_of_their_sites_lines_stay_apart(shelf: Shelf) -> None:
    for text in SHORT_NEWS:
        shelf.put(f"{HARVEST}\n{text}\n{SCHOOL}\n{DISCLAIMER}")

    assert shelf.together() == {frozenset({n}) for n in range(1, len(SHORT_NEWS) + 1)}


def test_untitled_copies_on_many_sites_each_with_a_line_of_its_own_are_one_story(shelf: Shelf) -> None:
    for number, line in enumerate(SHORT_NEWS):
        shelf.put(f"{BRIDGE}\n{line}", site=f"{number}.example")

    assert shelf.together() == {frozenset(range(1, len(SHORT_NEWS) + 1))}


def test_a_flash_made_of_common_phrases_finds_its_copy_alone(shelf: Shelf) -> None:
    for city in ("北京", "上海", "广州", "深圳", "郑州", "武汉", "成都", "杭州", "南京", "西安"):
        shelf.put(f"{city}机场因大雾取消航班3班，延误航班50班，旅客请留意机场通知。", "公告")
    shelf.put("【快訊】鄭州機場因大霧取消航班3班，延誤航班50班，旅客請留意機場通知。", "转载")
    shelf.put("郑州机场因大雾取消航班3班，延误航班5班，旅客请留意机场通知。", "公告")

    others = {frozenset({n}) for n in (1, 2, 3, 4, 6, 7, 8, 9, 10, 12)}
    assert shelf.together() == {frozenset({5, 11}), *others}


def test_a_disclaimer_keeps_no_copy_away(shelf: Shelf) -> None:
    for text in SHORT_NEWS:
        shelf.put(f"{text}\n{DISCLAIMER}")
    shelf.put(BRIDGE)
    shelf.put(BRIDGE.split("\n")[0] + "\n" + DISCLAIMER)

    assert shelf.story(len(SHORT_NEWS) + 2) == shelf.story(len(SHORT_NEWS) + 1)


@pytest.mark.slow
def test_the_order_of_arrival_changes_no_group(shelf: Shelf) -> None:
    lines = BRIDGE.split("\n")
    texts = [BRIDGE, BRIDGE_HANT, "\n".join(lines[:2]), "\n".join(lines[1:]), LIBRARY]

    for order in itertools.permutations(range(5)):
        other = Shelf()
        ids = {n: other.put(texts[n]) for n in order}
        assert other.together() == {frozenset(ids[n] for n in range(4)), frozenset({ids[4]})}
        other.conn.close()


def test_the_same_articles_in_the_same_order_give_the_same_tables(shelf: Shelf) -> None:
    other = Shelf()
    for text in (ROUNDUP, BRIDGE, *SHORT_NEWS, LIBRARY, BRIDGE_HANT, HARVEST, BRIDGE.split("\n")[0]):
        for one in (shelf, other):
            one.put(f"{text}\n{DISCLAIMER}", text[:8])

    assert shelf.dump() == other.dump()


@pytest.mark.parametrize("text", ["", "。", "新华社", "啊" * 300_000, "图为大桥夜景。"])
def test_a_text_that_says_nothing_is_alone(shelf: Shelf, text: str) -> None:
    shelf.put(BRIDGE)
    article = shelf.put(text)

    assert shelf.relations(article) == [(2, "origin")]


def test_two_texts_that_say_nothing_are_not_one_story(shelf: Shelf) -> None:
    shelf.put("")
    shelf.put("")

    assert shelf.together() == {frozenset({1}), frozenset({2})}


def test_captions_are_one_story_only_where_they_are_equal(shelf: Shelf) -> None:
    for text in (
        "图为清河大桥通车仪式现场，市民在桥头合影留念。记者刘佳摄",
        "圖為清河大橋通車儀式現場，市民在橋頭合影留念。記者劉佳攝",
        "图为清河大桥夜景，市民在桥头散步。记者刘佳摄",
    ):
        shelf.put(text)

    assert shelf.together() == {frozenset({1, 2}), frozenset({3})}


def test_an_article_whose_text_changed_leaves_its_story(shelf: Shelf) -> None:
    shelf.put(BRIDGE, "大桥通车")
    shelf.put(BRIDGE_HANT, "大橋通車")
    shelf.conn.execute("UPDATE articles SET text = ? WHERE id = 1", [LIBRARY])

    shelf.stories.replace(1, BRIDGE)

    assert shelf.together() == {frozenset({1}), frozenset({2})}
    assert shelf.relations(2) == [(1, "origin")]
    assert shelf.story(1) == 2


def test_copies_stay_together_when_the_article_they_hung_on_changes(shelf: Shelf) -> None:
    lines = BRIDGE.split("\n")
    for text in (BRIDGE, BRIDGE_HANT, "\n".join(lines[:3]), "\n".join(lines[1:])):
        shelf.put(text)
    shelf.conn.execute("UPDATE articles SET text = ? WHERE id = 1", [LIBRARY])

    Stories(shelf.conn).replace(1, BRIDGE)

    assert shelf.together() == {frozenset({1}), frozenset({2, 3, 4})}


def test_a_copy_finds_its_story_after_the_text_it_was_found_by_is_gone(shelf: Shelf) -> None:
    shelf.put(BRIDGE)
    shelf.put(BRIDGE_HANT)
    shelf.conn.execute("UPDATE articles SET text = ? WHERE id = 1", [LIBRARY])
    Stories(shelf.conn).replace(1, BRIDGE)

    copy = shelf.put(BRIDGE)

    assert shelf.story(copy) == shelf.story(2)


def test_a_changed_source_alone_moves_nobody(shelf: Shelf) -> None:
    shelf.put(BRIDGE, site="www.jzrb.com")
    shelf.put(BRIDGE_HANT, site="paper.people.com.cn")
    shelf.conn.execute("UPDATE articles SET source = '人民日报' WHERE id = 1")

    Stories(shelf.conn).replace(1, BRIDGE)

    assert shelf.relations(2) == [(1, "origin")]
    assert shelf.conn.execute("SELECT claim FROM members WHERE article_id = 1").fetchone() == ("credited",)


def test_the_publisher_that_the_others_name_is_the_origin(shelf: Shelf) -> None:
    shelf.put(
        BRIDGE, "大桥", site="www.jzrb.com", source="人民日报", published_at="2020-02-10T08:39:53+08:00"
    )
    shelf.put(BRIDGE, "大桥", site="news.youth.cn", source="新华社", published_at="2020-02-10T09:00:00+08:00")
    shelf.put(BRIDGE, "大桥通车", site="b.example", published_at="2020-02-10T06:00:00+08:00")
    shelf.put(BRIDGE, "大桥", site="www.dahe.cn", source="人民日报", published_at="2020-02-10T10:00:00+08:00")
    shelf.put(
        BRIDGE,
        "大桥通车",
        site="paper.people.com.cn",
        source="人民日报",
        published_at="2020-02-10",
        paper_date="2020-02-10",
    )

    title, origin, first, copies, source, reasons = shelf.conn.execute(
        "SELECT title, origin_article_id, first_published_at, copies, origin_source, origin_reasons FROM stories"
    ).fetchone()

    assert (title, origin, first, copies, source) == ("大桥通车", 5, "2020-02-10", 5, "人民日报")
    assert json.loads(reasons)[:2] == [
        "publisher: 3 of 5 name 人民日报, and paper.people.com.cn is its own site",
        "paper: printed 2020-02-10",
    ]
    assert shelf.conn.execute("SELECT article_id, claim FROM members ORDER BY article_id").fetchall() == [
        (1, "credited"), (2, "other"), (3, "none"), (4, "credited"), (5, "credited"),
    ]  # fmt: skip


def test_a_host_that_is_no_evidence_is_never_the_origin_of_others(shelf: Shelf) -> None:
    shelf.put(BRIDGE, published_at="2020-02-01", low_trust="machine-converted")
    shelf.put(BRIDGE_HANT, published_at="2020-02-10")

    assert shelf.relations(2) == [(1, "origin")]


@pytest.mark.slow
def test_a_story_of_many_copies_counts_each_once(shelf: Shelf) -> None:
    for n in range(150):
        shelf.put(
            f"{BRIDGE}\n编号{n}", published_at=f"2020-02-10T08:{59 - n % 60:02}:{59 - n // 60:02}+08:00"
        )

    copies, first = shelf.conn.execute("SELECT copies, first_published_at FROM stories").fetchone()

    assert (copies, first) == (150, "2020-02-10T08:00:58+08:00")
    assert shelf.conn.execute("SELECT count(*) FROM members WHERE relation = 'origin'").fetchone() == (1,)
    assert shelf.conn.execute("SELECT count(*) FROM members").fetchone() == (150,)


def test_counts_tell_articles_from_stories(shelf: Shelf) -> None:
    first, second = {"published_at": "2020-02-09T08:00:00+08:00"}, {"published_at": "2020-02-10"}
    shelf.put(BRIDGE, "大桥通车", site="a.example", source="清河日报", **first)
    shelf.put(BRIDGE_HANT, "大橋通車", site="b.example", source="清河日报", **first)
    shelf.put(BRIDGE, "大桥通车", site="b.example", source="新华社", **second)
    shelf.put(LIBRARY, "新馆开放", site="b.example", **second)
    shelf.put(HARVEST, "夏粮收购", site="c.example", **second)
    shelf.put(ROUNDUP, "要闻", site="c.example", **second)

    def counts(view: str) -> list[tuple[object, ...]]:
        return shelf.conn.execute(f"SELECT * FROM {view} ORDER BY 1").fetchall()

    assert counts("site_counts") == [("a.example", 1, 1, 1), ("b.example", 3, 2, 1), ("c.example", 2, 1, 1)]
    assert counts("source_counts") == [
        (None, None, 3, 2, 0),
        ("新华社", "新華社", 1, 1, 0),
        ("清河日报", "清河日報", 2, 1, 2),
    ]
    assert counts("day_counts") == [("2020-02-09", 2, 1, 1), ("2020-02-10", 4, 3, 2)]


def test_one_wrong_clock_does_not_take_a_large_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the origin and a newcomer alone no third day would say which of the two clocks is wrong."""
    monkeypatch.setattr(membership, "LARGE", 4)
    made = Shelf()
    days = ["2020-02-07", "2020-02-08", "2020-02-09", "2020-02-10", "2020-02-11", "2011-01-01"]
    for day in days:
        made.put(BRIDGE, "大桥通车", published_at=f"{day}T08:00:00+08:00", source="人民日报")

    assert made.conn.execute("SELECT copies, origin_article_id FROM stories").fetchall() == [(6, 1)]
