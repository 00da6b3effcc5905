"""Reading takes work in proportion to the page: counted in calls, not in time."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from extract.page.page import Page
from extract.read import read

pytestmark = pytest.mark.slow

SIZE = 150
BLOCKS: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda n: f"<p>青岚市水务局近日启动第{n}条河道清淤工程，计划用三个月时间。</p>",
    "boxes": lambda n: (
        f"<div class=c{n % 7}><div>青岚市水务局近日启动第{n}条河道清淤工程，计划三月。</div></div>"
    ),
    "entries": lambda n: f"<ul><li><a href=/{n}>青岚市水务局启动第{n}条河道</a> 2012-03-04</li></ul>",
    "posts": lambda n: f"<div class=post><div>{n}楼</div><p>第{n}条河道要清淤，希望不要半途而废。</p></div>",
    "comments": lambda n: f"<div class=comment><p>支持楼主，我家就住在河边{n}号，早该治理。</p></div>",
    "rows": lambda n: f"<table><tr><th>河道{n}</th><td>长{n}公里，宽三米。</td></tr></table>",
    "words": lambda n: f"<div>词{n}</div>",
    "notices": lambda n: (
        f"<p>青岚市水务局近日启动第{n}条河道清淤工程，沿岸居民叫好。<span>青岚网版权所有{n}</span></p>"
    ),
    "breaks": lambda n: f"<span>青岚市水务局，第{n}条</span><br>",
    "articles": lambda n: (
        f"<div><p>青岚市水务局近日启动第{n}条河道清淤工程，计划用三个月时间，沿岸居民叫好。</p>"
        f"<h2>第{n}条河道动工了</h2><p>2011-08-29 18:00</p><h3>相关新闻：第{n}条河</h3></div>"
    ),
    "choices": lambda n: f"<form><input type=radio>选择第{n}条河道</form>",
}


def calls(blocks: Callable[[int], str], numbers: range) -> int:
    """Calls of functions, Python's and built-in ones, while a page of the blocks of these numbers is read."""
    body = "".join(map(blocks, numbers))
    title = "青岚市启动七条河道清淤工程"
    page = Page(
        "http://a.example/", f"<html><title>{title}</title><body><h1>{title}</h1>{body}</body>".encode()
    )
    made = 0

    def note(_frame: FrameType, event: str, _told: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        read(page)
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize("kind", BLOCKS)
def test_twice_the_blocks_are_no_more_than_two_and_a_half_times_the_work(kind: str) -> None:
    calls(BLOCKS[kind], range(10))  # what is loaded and compiled once is nobody's work
    once = calls(BLOCKS[kind], range(1_000, 1_000 + SIZE))
    twice = calls(
        BLOCKS[kind], range(2_000, 2_000 + 2 * SIZE)
    )  # answers about known lines are kept: no line again

    assert twice <= 2.5 * once
