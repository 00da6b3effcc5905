"""Characters of no width and soft hyphens join words."""

import pytest

from extract.page.line import spaced, tidy
from extract.page.page import Page
from extract.read import read


@pytest.mark.parametrize(
    "joiner", ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u202c"]
)
def test_what_has_no_width_parts_no_word(joiner: str) -> None:
    assert tidy(f"人民{joiner}日报") == "人民日报"
    assert spaced([f"来源：人民{joiner}{joiner}日报"]) == "来源：人民日报"


@pytest.mark.parametrize("blank", [" ", "\u3000", "\xa0", "\u2003", "\u2028", "\n", "\t"])
def test_what_has_width_parts_words(blank: str) -> None:
    assert tidy(f"人民{blank}日报") == "人民 日报"


@pytest.mark.parametrize("joiner", ["\u200b", "\u202e", "\u2060\u200d", "\ufeff" * 3_000])
def test_a_paragraph_of_nothing_that_is_seen_ends_no_reading(joiner: str) -> None:
    text = "".join(f"<p>第{n}支医疗队二月八日抵达武汉，抗击疫情取得进展。</p>" for n in range(8))
    content = f"<h1>医疗队抵达武汉</h1><div id=content>{text}<p>{joiner}</p></div>"
    markup = f"<html><title>医疗队</title><body>{content}</body></html>"

    article = read(Page("http://www.example.cn/2020/0208/c1-2.html", markup.encode()))

    assert article.text.count("医疗队二月八日") == 8
