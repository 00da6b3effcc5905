import pytest

from extract.page.finder import Finder, says_less, value
from extract.page.lines import Sheet
from extract.page.page import Page

MARKUP = """<html><head><meta name="PubDate" content=" 2023-09-04 "></head><body>
<div id="main" class="left main"><h1 class="t">题</h1><p class="t">段</p><div class="t x"><span>甲</span></div></div>
<div class="t">外</div><h1 id="4g_title">号</h1><script class="t">var a;</script></body></html>"""


@pytest.fixture
def finder() -> Finder:
    tree = Page("http://a.example/", MARKUP.encode()).tree
    assert tree is not None
    return Finder(tree)


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("h1", ["题", "号"]),
        (".t", ["题", "段", "甲", "外", ""]),
        ("h1.t", ["题"]),
        ("#main .t", ["题", "段", "甲"]),
        ("div.main.left p.t", ["段"]),
        (".t.x span", ["甲"]),
        ("#4g_title", ["号"]),
        ('[id="4g_title"]', ["号"]),
        ("#main > p", ["段"]),
        ("meta[name=PubDate]", ["2023-09-04"]),
        ("#none .t", []),
        ("p.none", []),
    ],
)
def test_selectors(finder: Finder, selector: str, found: list[str]) -> None:
    assert [value(element) for element in finder.elements([selector])] == found


def test_the_first_selector_with_text_wins(finder: Finder) -> None:
    assert finder.texts(["#none", "script", "#main h1", "p"]) == ["题"]


@pytest.mark.parametrize(
    ("characters", "is_less"), [(6, False), (7, True)]
)  # 题 段 甲, each counted with what may part it from the next
def test_a_place_says_less_than_a_number_of_characters(
    finder: Finder, characters: int, is_less: bool
) -> None:
    assert says_less(finder.elements(["#main"])[0], characters) is is_less


@pytest.mark.parametrize("empty", [1, 63, 64, 65, 200])
def test_text_behind_any_number_of_empty_elements_is_text(empty: int) -> None:
    markup = f"<body><div id=a>{'<i></i>' * empty}</div><div id=b>{'<i></i>' * empty}字</div></body>"
    finder = Page("", markup.encode()).finder
    assert finder is not None

    assert finder.with_text(["#a"]) is None
    assert value(finder.with_text(["#a", "#b"])) == "字"  # type: ignore[arg-type] # a failure where None


def test_only_what_stands_inside_is_removed_from_a_place(finder: Finder) -> None:
    main = finder.elements(["#main"])[0]

    assert [value(element) for element in finder.inside(main, [".t", "#main"])] == ["题", "段", "甲"]


@pytest.mark.parametrize("times", [1, 60])
def test_a_name_is_a_whole_word_of_a_class_however_often_it_stands(times: int) -> None:
    row = '<p class="nr-x">a</p><p class="xnr">b</p><p class="q\n nr">c</p><p class="nr nr">d</p><p id="nr">e</p>'
    finder = Page("", f"<body>{row * times}</body>".encode()).finder
    assert finder is not None

    assert [value(element) for element in finder.elements([".nr"])] == ["c", "d"] * times
    assert {value(one) for one in finder.bearing({".nr", "#nr", ".no"}) or ()} == {"c", "d", "e"}


def test_marks_name_ids_and_classes(finder: Finder) -> None:
    assert {"#main", ".left", ".x", "#4g_title"} <= finder.marks


def test_an_element_less_than_a_block_holds_the_lines_with_its_text() -> None:
    page = Page(
        "", '<body><div>甲<span><i id="e">乙</i><p>丙</p></span><b id="none"></b></div></body>'.encode()
    )
    assert page.tree is not None and page.finder is not None
    sheet = Sheet(page.tree)
    inside = {
        name: [sheet.inside(one) for one in page.finder.elements([name])] for name in ("#e", "span", "#none")
    }

    assert [line.text for line in sheet.lines] == ["甲乙", "丙"]
    assert inside == {"#e": [(0, 1)], "span": [(1, 2)], "#none": [(0, 0)]}

    sheet.part(page.finder.elements(["#e"]))

    assert [line.text for line in sheet.lines] == ["甲", "乙", "丙"]
    assert [sheet.inside(one) for one in page.finder.elements(["#e"])] == [(1, 2)]
