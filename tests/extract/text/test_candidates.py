"""Which of a page's places holds the article, by what speaks for each."""

import pytest

from extract.page.page import Page
from extract.read import read

LINES = [
    "清河市水务局本周公布了新一轮管网改造计划，城北十二条老街将在雨季前换上新管。",
    "施工分三段进行，每段不超过二十天，沿街商户可以照常开门，只是早晚高峰要绕行。",
    "水务局工程科的高工程师说，旧管是三十年前铺下的，接口锈蚀，近两年报修次数翻了一番。",
]
OTHER = "明河一名员工在公司年会抽到一张迟到券，凭券上班可以迟到一小时，他把这件事写上了微博，引来许多人转发。"
TITLE = "清河换新水管 十二条老街雨季前完工"
HEAD = f"<title>{TITLE}_清河新闻网</title>"
TOP = f"<h1>{TITLE}</h1><div>2023-04-18 09:26 来源：清河日报</div>"


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def text(markup: str) -> list[str]:
    return read(
        Page("http://a.example/1.html", f"<html><head>{HEAD}</head><body>{markup}".encode())
    ).text.split("\n")


@pytest.mark.parametrize(
    "entry",
    [
        "<li><h4><a href='/{n}'>另一条新闻的标题{n}</a></h4><div>{other}</div></li>",
        "<div class='x'><a href='/{n}'>另一条新闻的标题{n}</a><p>{other}</p></div>",
        "<div><b>另一条新闻的标题{n}</b><p>{other}...</p><a href='/{n}'>详细</a></div>",
    ],
)
def test_a_short_article_beside_a_large_box_of_teasers(entry: str) -> None:
    box = "".join(entry.format(n=n, other=OTHER) for n in range(8))

    assert (
        text(f"{TOP}<div class='a'>{paragraphs(LINES[:2])}</div><div class='b'><h3>最热门</h3>{box}</div>")
        == LINES[:2]
    )
    assert (
        text(f"<div class='b'><h3>最热门</h3>{box}</div>{TOP}<div class='a'>{paragraphs(LINES[:2])}</div>")
        == LINES[:2]
    )


@pytest.mark.parametrize("name", ["commentlist", "pinglun", "reply-list"])
def test_comments_heavier_than_the_text_whose_place_tells_so(name: str) -> None:
    comments = "".join(f"<li><b>小白{n}</b><p>{OTHER}</p></li>" for n in range(9))

    assert (
        text(f"{TOP}<div class='entry'>{paragraphs(LINES)}<ol class='{name}'>{comments}</ol></div>") == LINES
    )


@pytest.mark.parametrize("between", ["<br>", "<br> <br>", "</p><p>"])
def test_a_text_inside_one_link(between: str) -> None:
    link = f"<a href='/t.html'><p>{between.join([*LINES, OTHER])}</p></a>"

    assert text(f"{TOP}<div>{link}</div>") == [*LINES, OTHER]


def test_a_card_of_a_list_stays_a_link() -> None:
    card = f"<a href='/t.html'><h4>另一条新闻的标题</h4><p>{OTHER}</p></a>"

    assert text(f"{TOP}<div>{paragraphs(LINES)}</div><div>{card}{card}</div>") == LINES


def test_a_picture_story_under_a_hundred_characters_among_many_links_is_an_article() -> None:
    links = "".join(f"<li><a href='/{n}'>这里是第{n}条其他新闻的标题</a></li>" for n in range(120))
    line = "清河市昨天给城北老街换上新管，工人冒雨铺设，十二条老街将在雨季前完工，图为施工现场。"
    found = read(
        Page(
            "http://a.example/1.html",
            f"<html><head>{HEAD}</head><body><ul>{links}</ul><h1>{TITLE}</h1>"
            f"<div>2023-04-18 09:26</div><div><img src='a.jpg'></div><p>{line}</p><ul>{links}</ul>".encode(),
        )
    )

    assert (found.kind, found.text) == ("article", line)


@pytest.mark.parametrize("name", ["id='endText'", "id='zw' class='zw'"])
def test_a_body_in_two_elements_of_one_id(name: str) -> None:
    gallery = "<div class='g'><a href='/p'>查看图集</a></div>"
    body = f"<div {name}>{paragraphs(LINES[:1])}</div>{gallery}<div {name}>{paragraphs([*LINES[1:], OTHER])}</div>"

    assert text(f"{TOP}{body}") == [*LINES, OTHER]


@pytest.mark.parametrize(
    "box", ["<div class='lead'><p>{}</p></div>", "<p class='summary'>{}</p>", "<div><b>{}</b></div>"]
)
def test_a_lead_in_a_box_of_its_own(box: str) -> None:
    photo = "<div class='photo'><img src='a.jpg'></div>"
    body = f"<div class='content'>{paragraphs([*LINES[1:], OTHER])}</div>"

    assert text(f"<div>{TOP}{box.format(LINES[0])}{photo}{body}</div>") == [*LINES, OTHER]
    assert text(f"<div>{TOP}{box.format(LINES[1])}{photo}{body}</div>") == [*LINES[1:], OTHER]


def test_answers_to_choose_from_are_no_text() -> None:
    answers = "".join(
        f"<tr><td><input type='radio' name='q'></td><td>他们说，答案{n}，也许对。</td></tr>" for n in range(4)
    )
    poll = f"<table><tr><td>你怎么看换管这件事，会影响你家吗？</td></tr>{answers}</table>"

    assert text(f"{TOP}<div class='content'>{paragraphs([*LINES, OTHER])}{poll}</div>") == [*LINES, OTHER]
