"""Pages of one article become one text, each line once, with the fields that only a further page prints."""

from extract.article import Article
from extract.pages import joined, joined_text

LEAD = "青岚县的干部和村民花了三年时间，把一条四十公里长的水渠修到了岭上。"
SECOND = "第一年冬天，工地上只有六台机器，九个村的人轮流上山，一锹一锹把石头清走。"
LAST = "县里的下一步打算，是把末级渠系再延伸九公里，让岭上的村子也用上渠水。"


def test_a_lead_that_the_second_page_prints_again_stands_once() -> None:
    assert joined_text([f"{LEAD}\n{SECOND}", f"{LEAD}\n{LAST}"]) == f"{LEAD}\n{SECOND}\n{LAST}"


def test_the_same_lead_in_the_other_script_stands_once() -> None:
    again = "青嵐縣的幹部和村民花了三年時間，把一條四十公里長的水渠修到了嶺上。"

    assert joined_text([LEAD, f"{again}\n{LAST}"]) == f"{LEAD}\n{LAST}"


def test_a_short_line_may_be_said_on_each_page() -> None:
    assert joined_text([f"主持人：\n{LEAD}", f"主持人：\n{LAST}"]) == f"主持人：\n{LEAD}\n主持人：\n{LAST}"


def test_what_one_page_itself_says_twice_is_kept() -> None:
    assert joined_text([f"{LEAD}\n{LEAD}"]) == f"{LEAD}\n{LEAD}"


def test_the_first_page_has_its_fields_and_what_only_the_last_prints() -> None:
    first = Article(
        url="http://a.example/1.html", title="渠水通了三年", text=LEAD, source="青岚日报", extractor="x"
    )
    last = Article(
        url="http://a.example/1_2.html",
        title="第二页",
        text=LAST,
        source="别的",
        editor="常小方",
        extractor="x",
    )

    whole = joined(first, last, [LEAD, LAST])

    assert (whole.url, whole.title, whole.text) == (first.url, first.title, f"{LEAD}\n{LAST}")
    assert (whole.source, whole.editor, whole.script) == ("青岚日报", "常小方", "hans")
