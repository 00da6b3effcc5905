"""The page that the archive was first asked for: a mirror in badly converted Traditional characters, 2020-02-10."""

from pathlib import Path

import pytest

from archive.grouping import descents
from extract.compare.changes import Side, compare
from extract.script.fold import simplified
from tests.shelf import Shelf

SEED = Path(__file__).parents[4] / "shared" / "seeds" / "jiaozuo_mirror_2020.txt"


@pytest.fixture(scope="module")
def mirror() -> str:
    if not SEED.exists():
        pytest.skip(f"{SEED} is not here")
    body = SEED.read_text("utf-8").split("來源:人民日報\n", 1)[1].split("文章編輯", 1)[0]
    return "\n".join(line.strip() for line in body.split("\n") if line.strip())


def spam_form(text: str) -> str:
    """As the converter network prints it: readings in brackets, doubled punctuation."""
    return text.replace("建", "建(jiàn)").replace("層", "層(céng)").replace("。", ",。")


def test_mirror_spam_copy_and_original_are_one_story(mirror: str) -> None:
    shelf = Shelf()
    for text in (mirror, spam_form(mirror), simplified(mirror)):
        shelf.put(text, "16个省对口支援湖北")

    assert shelf.together() == {frozenset({1, 2, 3})}
    shares = shelf.conn.execute("SELECT kept, added FROM members").fetchall()
    assert shares == [(1.0, 0.0)] * 3


def test_the_mirror_changed_no_word_and_its_converter_eighteen_characters(mirror: str) -> None:
    changes = compare(Side(simplified(mirror)), Side(mirror))

    assert (changes.spans, changes.kept, changes.added) == ((), 1.0, 0.0)
    assert changes.damage.fingerprint == {"制→製": 12, "面→麵": 3, "只→隻": 1, "汇→彙": 1, "系→係": 1}


def test_the_spam_copy_changed_no_word_either(mirror: str) -> None:
    changes = compare(Side(simplified(mirror)), Side(spam_form(mirror)))

    assert (changes.spans, changes.kept, changes.added) == ((), 1.0, 0.0)
    assert changes.damage.readings == mirror.count("建") + mirror.count("層")
    assert changes.damage.doubled > 10


@pytest.mark.parametrize("is_of_the_mirror", [True, False])
def test_the_spam_form_descends_from_the_mirror_only_where_it_has_its_converter_s_errors(
    mirror: str, is_of_the_mirror: bool
) -> None:
    title = "16个省对口支援湖北"
    made = Shelf()
    texts = (
        ("paper.people.com.cn", simplified(mirror), "2020-02-10T05:00:00+08:00"),
        ("www.jzrb.com", mirror, "2020-02-10T08:39:00+08:00"),
        (
            "spam.example",
            spam_form(mirror if is_of_the_mirror else simplified(mirror)),
            "2020-02-11T10:00:00+08:00",
        ),
    )
    for site, text, at in texts:
        made.put(text, title, site=site, published_at=at, published_precision="minute", source="人民日报")
    descents.catch_up(made.conn)

    parents = dict(made.conn.execute("SELECT article_id, parent_id FROM descents"))
    assert parents == {1: None, 2: 1, 3: 2 if is_of_the_mirror else 1}
    shown = made.conn.execute("SELECT words FROM departures WHERE article_id = 2").fetchall()
    assert {words for (words,) in shown} == {"制→製", "面→麵", "只→隻", "汇→彙", "系→係"}
    assert len(shown) == 5  # a character that a converter breaks everywhere is one fact


def test_without_the_original_the_spam_form_of_the_next_day_descends_from_the_mirror(mirror: str) -> None:
    """The mirror credits the paper, the spam form nobody."""
    made = Shelf()
    for text, at, source in (
        (spam_form(mirror), "2020-02-11T10:00:00+08:00", None),
        (mirror, "2020-02-10T08:39:00+08:00", "人民日报"),
    ):
        made.put(text, "16个省对口支援湖北", published_at=at, published_precision="minute", source=source)
    descents.catch_up(made.conn)

    assert dict(made.conn.execute("SELECT article_id, parent_id FROM descents")) == {1: 2, 2: None}


def test_a_cut_paragraph_and_an_added_sentence_are_told(mirror: str) -> None:
    paragraphs = mirror.split("\n")
    copy = "\n".join([paragraphs[0], *paragraphs[2:-1], paragraphs[-1] + "本網將持續關注。"])

    spans = compare(Side(simplified(mirror)), Side(copy)).spans

    assert [(span.kind, span.unit) for span in spans] == [("cut", "paragraph"), ("added", "sentence")]
    assert spans[0].was == simplified(paragraphs[1])
    assert spans[1].now == "本網將持續關注。"
