"""A page of a site whose file states the charset is decoded and parsed once, as other pages are."""

from datetime import UTC, datetime
from typing import Any

import pytest

from archive.capture import Capture
from archive.door import pages
from archive.place import Place
from archive.record.http import parse
from extract.article import Hints
from extract.page import page

TEXT = "3月12日清晨，放水员拧开三号闸门，渠水顺着新衬砌的水泥槽流进麦田，这条渠通水正好三年。"
MARKUP = f"<html><body><h1>渠水通了三年</h1><div>{f'<p>{TEXT}</p>' * 3}</div></body></html>".encode("gb18030")


@pytest.mark.parametrize("charset", [None, "gb18030"])
def test_a_page_is_parsed_once(monkeypatch: pytest.MonkeyPatch, charset: str | None) -> None:
    calls: list[str] = []

    def counted(name: str, plain: Any) -> Any:
        def called(*given: Any) -> Any:
            calls.append(name)
            return plain(*given)

        return called

    for name in ("decode", "_parse"):
        monkeypatch.setattr(page, name, counted(name, getattr(page, name)))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    url = "http://www.youth.cn/a/1.htm"
    place = Place("youth.cn", "article", url, hints=Hints(charset=charset))
    capture = Capture(
        url, datetime(2020, 3, 12, tzinfo=UTC), 200, (("Content-Type", "text/html"),), None, None, None
    )

    reading = pages.read_page(capture, parse(head + MARKUP), place, expected=True)

    assert reading.article is not None
    assert (reading.article.charset, calls) == ("gb18030", ["decode", "_parse"])
