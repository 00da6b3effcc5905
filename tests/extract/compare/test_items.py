import pytest

from extract.compare.items import items


def test_a_round_up_has_its_numbered_items() -> None:
    text = "今日要闻\n1、春运启动\n铁路加开列车。\n2、夏粮丰收\n收购过半。\n3、大雪将至"

    assert items(text) == [(4, 15), (15, 24), (24, 29)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "春运启动\n铁路加开列车。",
        "1、春运启动\n2、夏粮丰收",
        "2020年的第一天\n10月到11月降水偏少\n3名专家说",
    ],
)
def test_an_article_has_none(text: str) -> None:
    assert items(text) == []


@pytest.mark.parametrize("mark", ["{}.", "（{}）", "{}、 ", "{}) "])
def test_numbers_may_be_set_in_several_ways(mark: str) -> None:
    text = "\n".join(mark.format(n) + "标题" for n in (1, 2, 3, 4))

    assert len(items(text)) == 4


@pytest.mark.parametrize("marks", ["一、二、三、".replace("、", "、"), "①②③", "●●●", "■■■"])
def test_so_may_ordinals_and_bullets(marks: str) -> None:
    signs = marks.split("、")[:3] if "、" in marks else list(marks)
    text = "\n".join(sign + ("、" if "、" in marks else "") + "标题" for sign in signs)

    assert len(items(text)) == 3
