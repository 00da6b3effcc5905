"""An article on several pages is one row, whatever its further pages print again."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from archive.place import Place
from tests.archive.archives import AT, Book, exchange, page, response, rows, run

FIRST = "http://spread.example/3.html"
SECOND = "http://spread.example/3_2.html"


class Spread(Book):
    """A site that spreads articles over pages."""

    def place(self, url: str, on: date) -> Place:
        is_further = url == SECOND
        role = "continuation" if is_further else "article"
        return replace(super().place(url, on), role=role, first_url=FIRST if is_further else None)


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST)])
def test_a_lead_that_page_two_prints_again_is_stored_once(tmp_path: Path, order: tuple[str, str]) -> None:
    lead, *rest = page(3).decode().partition("<p>")[2].split("</p>")[:3]
    last = "河堤上新栽的三百棵柳树由小学生认养，树牌上写着他们的名字和栽种那一天的天气。"
    again = (
        page(3).decode().replace(rest[0].removeprefix("<p>"), f"　　{last}").replace(rest[1], "<p>　　完。")
    )
    bodies = {FIRST: page(3), SECOND: again.encode()}
    with run(tmp_path, book=Spread()) as live:
        for minute, url in enumerate(order):
            live.take(exchange(url, response(bodies[url]), minutes=minute))
        live.finish(ending="finished", ended_at=AT + timedelta(hours=1))

    ((url, text),) = rows(tmp_path, "SELECT url, text FROM articles")

    assert url == FIRST
    assert str(text).count(lead.strip("　")) == 1
    assert last in str(text)
