"""Characters of no width and soft hyphens join words."""

import re

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


@pytest.mark.parametrize("joiner", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad"])
def test_every_field_is_read_as_if_they_were_not_there(joiner: str) -> None:
    paragraphs = [
        "青岚市水务局近日启动河道清淤工程，计划用三个月时间清理城区七条主要河流。",
        "记者在现场看到，六台挖掘机正在作业，工人们冒着小雨铺设临时道路。",
        "附近的居民说，现在看到政府下决心治理，大家心里都很高兴。",
    ]
    words = (
        f"<title>青岚市启动清淤工程_青岚网</title></head><body><h1>青岚市启动清淤工程</h1>"
        f"<div>2023-04-18 09:26 来源：人民日报 作者：林大为</div>"
        f"{''.join(f'<p>{paragraph}</p>' for paragraph in paragraphs)}<p>（责任编辑：范辉）</p></body></html>"
    )
    # between any two Chinese characters of the page
    joined = re.sub("(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", joiner, words)

    article = read(Page("http://www.example.cn/1.html", f"<html><head><meta charset=utf-8>{joined}".encode()))

    assert article.title == "青岚市启动清淤工程"
    assert (article.published_at, article.source, article.byline, article.editor) == (
        "2023-04-18T09:26:00+08:00",
        "人民日报",
        "林大为",
        "范辉",
    )
    assert article.text.split("\n") == paragraphs
