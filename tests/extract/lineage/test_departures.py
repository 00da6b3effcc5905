"""A copy's departures from its origin, fact by fact: typed from the texts below."""

import pickle

import pytest

from extract.compare import likeness
from extract.compare.likeness import imprint
from extract.lineage.departures import Departure, departures, departures_of, question
from extract.lineage.typed import prepared

ORIGIN = (
    "市水利局公布了新桥的泵站图纸。预算减少一成，由居民代表监督。\n"
    "负责人说，工程比原计划早了九天。资料将向公众开放。"
)
TITLE = "新桥泵站图纸公布"


@pytest.mark.parametrize(
    ("raw", "places", "paragraphs"),
    [
        ("", [], []),
        ("一，二。\n三 Ａ", [0, 2, 5, 7], [2]),
        ("\n“一”\n\n2.5", [2, 6, 8], [0, 1, 1]),
        ("一㎡，\n二", [0, 1, 1, 4], [3]),  # one character that becomes two
    ],
)
def test_the_place_of_each_folded_character(raw: str, places: list[int], paragraphs: list[int]) -> None:
    typed = prepared(raw, None).typed
    assert [typed.place(number) for number in range(len(typed.text))] == places
    assert typed.paragraphs == paragraphs


def found(copy: str, title: str = TITLE) -> list[tuple[str, str]]:
    """Kind and words of each departure."""
    return [
        (fact.kind, words)
        for fact, words in departures(prepared(ORIGIN, TITLE), prepared(copy, title)).items()
    ]


def test_an_exact_copy_has_none() -> None:
    assert found(ORIGIN) == []


def test_a_cut_sentence_is_one_fact_at_its_place() -> None:
    assert found(ORIGIN.replace("资料将向公众开放。", "")) == [("cut", "资料将向公众开放")]


def test_two_cut_sentences_are_two_facts() -> None:
    copy = "市水利局公布了新桥的泵站图纸。预算减少一成，由居民代表监督。"

    assert found(copy) == [("cut", "负责人说，工程比原计划早了九天"), ("cut", "资料将向公众开放")]


def test_an_added_sentence_and_a_replaced_word() -> None:
    copy = ORIGIN.replace("居民代表", "审计人员").replace("九天。", "九天。当地学生也来参观了工地和展览。")

    assert found(copy) == [("added", "当地学生也来参观了工地和展览"), ("replaced", "审计人员")]


def test_a_short_line_at_the_end_is_what_everybody_adds() -> None:
    assert found(ORIGIN + "\n（完）") == [("line", "完")]


@pytest.mark.parametrize(
    "line", ["分享到：微博 微信 空间 邮箱", "本网所有稿件，未经许可不得转载", "责任编辑：李梅"]
)
@pytest.mark.parametrize("cut", ["", "资料将向公众开放。"])
def test_a_line_by_itself_at_either_end_is_the_sites_own_whatever_is_cut_beside_it(
    line: str, cut: str
) -> None:
    text = ORIGIN.replace(cut, "") if cut else ORIGIN
    kinds = [{kind for kind, _ in found(copy)} for copy in (f"{line}\n{text}", f"{text}\n{line}")]

    assert kinds == [{"line", *(["cut"] if cut else [])}] * 2


def test_a_sentence_added_to_the_last_paragraph_is_an_addition_when_the_end_is_cut() -> None:
    copy = ORIGIN.replace("资料将向公众开放。", "当地学生也来参观了工地和展览。")

    assert ("added", "当地学生也来参观了工地和展览") in found(copy)


def test_another_headline() -> None:
    assert found(ORIGIN, "工程提前完工") == [("title", "工程提前完工")]


def test_a_headline_with_the_words_of_the_other_shore_is_no_other_headline() -> None:
    origin = prepared(ORIGIN, "新桥联系图书馆的网络")
    text = ORIGIN.translate(str.maketrans("桥图纸预减监负责说计划资将众开", "橋圖紙預減監負責說計劃資將眾開"))

    assert not departures(origin, prepared(text, "新橋聯絡圖書館的網路"))
    assert [fact.kind for fact in departures(origin, prepared(text, "新橋聯絡圖書館的電腦"))] == ["title"]


def test_a_word_that_keeps_a_letter_of_the_old_one_is_one_fact() -> None:
    """发放 and 派发 have 发 in common, which stands at the other end."""
    origin = prepared("区里向困难的居民发放了补助。名单已经公布。", TITLE)
    copy = prepared("区里向困难的居民派发了补助。名单已经公布。", TITLE)

    assert [(fact.kind, words) for fact, words in departures(origin, copy).items()] == [("replaced", "派发")]


def test_a_short_sentence_at_another_place_is_moved() -> None:
    origin = prepared(
        "区里向困难的居民发放了补助。名单已经公布。镇上的居民代表监督了全部过程，没有异议。", TITLE
    )
    copy = prepared(
        "区里向困难的居民发放了补助。镇上的居民代表监督了全部过程，没有异议。名单已经公布。", TITLE
    )

    assert [(fact.kind, words) for fact, words in departures(origin, copy).items()] == [
        ("moved", "名单已经公布")
    ]


def test_a_word_of_the_other_shore_beside_a_changed_word_is_no_word_of_the_editors() -> None:
    origin = prepared("服务窗口统一受理了全部申请。名单已经公布。镇上的居民代表监督了过程。", TITLE)
    copy = prepared(
        "服務視窗統一辦理了全部申請。名單已經公布。鎮上的居民代表監督了過程。", "新橋泵站圖紙公布"
    )

    assert [(fact.kind, words) for fact, words in departures(origin, copy).items()] == [
        ("marks", "(两岸用词)"),
        ("replaced", "办"),
    ]


def test_a_parted_paragraph() -> None:
    assert found(ORIGIN.replace("图纸。预算", "图纸。\n预算")) == [("split", "预算减少一成，由居民代")]


def test_two_copies_share_the_same_fact_in_either_script() -> None:
    origin = prepared(ORIGIN, TITLE)
    hans = departures(origin, prepared(ORIGIN.replace("居民代表", "审计人员"), TITLE))
    hant = departures(
        origin,
        prepared(
            "市水利局公布了新橋的泵站圖紙。預算減少一成，由審計人員監督。\n負責人說，工程比原計劃早了九天。資料將向公眾開放。",
            "新橋泵站圖紙公布",
        ),
    )

    assert [fact for fact in hans if fact.kind == "replaced"] == [
        fact for fact in hant if fact.kind == "replaced"
    ]


def test_a_fact_does_not_depend_on_the_rest_of_the_copy() -> None:
    alone = departures(prepared(ORIGIN, TITLE), prepared(ORIGIN.replace("九天", "十天"), TITLE))
    beside = departures(
        prepared(ORIGIN, TITLE),
        prepared(ORIGIN.replace("九天", "十天").replace("资料将向公众开放。", ""), TITLE),
    )

    assert set(alone) < set(beside)
    assert all(isinstance(fact, Departure) for fact in alone)


def test_an_added_sentence_is_one_fact_whatever_is_cut_beside_it() -> None:
    added = ORIGIN.replace("九天。", "九天。当地学生也来参观了工地和展览。")
    cut = added.replace("资料将向公众开放。", "")
    facts = [
        {fact for fact in departures(prepared(ORIGIN, TITLE), prepared(copy, TITLE)) if fact.kind == "added"}
        for copy in (added, cut)
    ]

    assert len(facts[0]) == 1
    assert facts[0] == facts[1]


def test_a_right_conversion_is_no_fact_and_a_wrong_character_is_one() -> None:
    origin = "全县的机制已经建立，头发和发展都写在报告里，图书馆开放。"
    right = "全縣的機制已經建立，頭髮和發展都寫在報告裏，圖書館開放。"
    wrong = right.replace("機制", "機製")

    kinds = [
        [
            (fact.kind, words)
            for fact, words in departures(prepared(origin, "题"), prepared(copy, "题")).items()
        ]
        for copy in (right, wrong)
    ]
    assert kinds == [[], [("glyph", "制→製")]]


def test_readings_set_into_a_text_are_a_habit() -> None:
    assert found(ORIGIN.replace("建", "建(jiàn)").replace("桥", "桥(qiáo)")) == [("marks", "(pīnyīn)")]


def test_words_that_a_converter_changed_are_one_mark() -> None:
    origin = "网络信息公司昨天发布了新的打印机软件，居民表示满意。资料将向公众开放，欢迎参观。"
    taiwan = "網路資訊公司昨天發布了新的印表機軟體，居民表示滿意。資料將向公眾開放，歡迎參觀。"
    back = "网路资讯公司昨天发布了新的印表机软体，居民表示满意。资料将向公众开放，欢迎参观。"

    for copy in (taiwan, back):
        facts = departures(prepared(origin, TITLE), prepared(copy, TITLE))
        assert [(fact.kind, words) for fact, words in facts.items()] == [("marks", "(两岸用词)")]


def test_a_word_changed_beside_a_converters_words_is_a_departure() -> None:
    origin = "网络信息公司昨天发布了新的打印机软件，居民表示满意。资料将向公众开放，欢迎参观。"
    copy = "網路資訊公司昨天發布了新的印表機軟體，居民表示不滿。資料將向公眾開放，歡迎參觀。"

    facts = departures(prepared(origin, TITLE), prepared(copy, TITLE))
    assert {fact.kind for fact in facts} - {"marks"}


LONG = "\n".join(
    f"{place}镇的{thing}{number}日开工。{place}镇的居民说{thing}早该修了。"
    for number, (place, thing) in enumerate(
        [
            ("石桥", "水渠"),
            ("白沙", "码头"),
            ("东岭", "戏台"),
            ("梅城", "书院"),
            ("沙湾", "粮仓"),
            ("金坪", "茶厂"),
            ("望江", "渡口"),
        ],
        11,
    )
)


def facts_of(copy: str) -> list[tuple[str, str]]:
    """Kind and words of each departure from LONG."""
    return [
        (fact.kind, words)
        for fact, words in departures(prepared(LONG, "开工"), prepared(copy, "开工")).items()
    ]


@pytest.mark.parametrize(
    ("copy", "habit"),
    [(LONG.replace("\n", ""), "(不分段)"), (LONG.replace("工。", "工。\n"), "(逐句分段)")],
)
def test_a_habit_of_layout_is_one_fact_whatever_else_is_cut(copy: str, habit: str) -> None:
    rest = copy.removeprefix("石桥镇的水渠11日开工。").lstrip("\n")

    assert facts_of(copy) == [("marks", habit)]
    assert sorted(facts_of(rest)) == [("cut", "石桥镇的水渠11日开工"), ("marks", habit)]


def test_a_few_paragraphs_joined_are_facts_of_their_places() -> None:
    assert [kind for kind, _ in facts_of(LONG.replace("\n", "", 2))] == ["joined"] * 2


def test_a_character_that_a_converter_breaks_everywhere_is_one_fact() -> None:
    assert facts_of(LONG.replace("说", "説")) == [("glyph", "说→説")]


def test_every_sentence_of_a_long_cut_is_a_fact() -> None:
    long = "".join(f"第{n}个镇的水渠本月{n}日开工并在年内完成。" for n in range(60))

    found = departures(prepared(long, "开工"), prepared(long[: long.index("第5个")], "开工"))

    assert [fact.kind for fact in found] == ["cut"] * 55


def test_a_phrase_that_two_sentences_share_by_chance_does_not_make_them_one() -> None:
    old = "负责人说，工程比原计划早了九天。"
    new = "当地学生也来参观了工地和展览，老校长告诉记者，今年以来负责人说工程已到过三次。"

    assert sorted(found(ORIGIN.replace(old, new))) == [("added", new[:-1]), ("cut", old[:-1])]


def test_a_sentence_cut_short_is_the_same_sentence() -> None:
    copy = ORIGIN.replace("预算减少一成，由居民代表监督。", "预算减少一成。")

    assert [kind for kind, _ in found(copy)] == ["cut"]


def test_words_set_before_the_first_sentence_are_the_sites_own() -> None:
    assert found(f"本报讯（记者 王晓明 通讯员 李佳）{ORIGIN}") == [
        ("line", "本报讯（记者 王晓明 通讯员 李佳")
    ]


def test_a_text_converted_in_part_is_one_fact_whichever_part_it_is() -> None:
    first = "市水利局公布了新桥的泵站图纸，预算减少一成，由居民代表监督。负责人说，工程比原计划早了九天。"
    turned = "市水利局公佈了新橋的泵站圖紙，預算減少一成，由居民代表監督。負責人說，工程比原計劃早了九天。"
    rest = "资料将向公众开放，听证会设在区图书馆。与会专家认为，这项试点对邻县也有参考价值，经费问题还须进一步协调。"
    origin = prepared(f"{first}\n{rest}", TITLE)

    assert list(departures(origin, prepared(f"{turned}\n{rest}", TITLE)).values()) == ["(部分转换)"]


def test_letters_between_two_cuts_that_agree_by_chance_part_no_cut() -> None:
    origin = prepared("区里发放了补助。市气象台工作人员萧斌表示，下一步将同步检修全部校车线路。", TITLE)
    copy = prepared("区里发放了补助。\n（于斌）", TITLE)
    kinds = [fact.kind for fact in departures(origin, copy)]

    assert (kinds.count("cut"), kinds.count("line")) == (1, 1)


def test_another_process_gets_the_imprints_that_are_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "_recent", likeness._Recent(200_000))
    copy = ORIGIN.replace("资料将向公众开放。", "记者将继续关注。")
    made = imprint(ORIGIN)
    asked = question((ORIGIN, TITLE), {7: (copy, TITLE)})
    assert asked == ((ORIGIN, TITLE), {7: (copy, TITLE)}, {ORIGIN: made})

    monkeypatch.setattr(likeness, "_recent", likeness._Recent(200_000))  # as in the other process
    told = pickle.loads(pickle.dumps(asked))
    assert list(departures_of(*told)) == [7]
    assert imprint(ORIGIN) is told[2][ORIGIN]
    assert departures_of(*told)[7] == departures(prepared(ORIGIN, TITLE), prepared(copy, TITLE))
