"""A page that is read ahead gives the rows that it gives where take() reads it."""

import gzip
import queue
import threading
from pathlib import Path
from uuid import UUID

import pytest

from archive.capture import Exchange
from archive.door.ahead import AheadReaders
from archive.door.apart import Apart, reading_apart
from archive.view import names
from extract.script import fold
from tests.archive.archives import AT, contents, exchange, own_warcs, page, response, rows, run

GZIP = "Content-Encoding: gzip"
PACKED = gzip.compress(page(2), mtime=0)
CHUNKED = b"%x\r\n%b\r\n0\r\n\r\n" % (len(page(3)), page(3))
ANSWERS = {
    "plain": response(page(1)),
    "packed": response(PACKED, GZIP),
    "chunked": response(b"", "Transfer-Encoding: chunked").replace(b"Content-Length: 0\r\n", b"") + CHUNKED,
    "packed-torn": response(PACKED[:-40], GZIP),
    "label-lies": response(page(4), GZIP),
    "no-label": response(gzip.compress(page(5), mtime=0)),
    "short": response(page(6))[:-300],
    "longer": response(page(7)[:-200]) + page(7)[-200:],
    "again": response(PACKED, GZIP),
    "gone": response(page(8), status="404 Not Found"),
    "nothing": response(b""),
    "no-head": b"\x00\x01\x02",
    "list": response(b"<html><body><ul><li><a href='/1.html'>\xe4\xb8\x80</a></li></ul></body></html>"),
    "picture": response(b"GIF89a" + bytes(30)),
}
AHEAD = {
    "plain",
    "packed",
    "chunked",
    "packed-torn",
    "label-lies",
    "no-label",
    "short",
    "again",
    "nothing",
    "list",
    "picture",
}


def fetched() -> dict[str, Exchange]:
    return {
        name: exchange(f"http://a.example/{name}.html", raw, minutes=n)
        for n, (name, raw) in enumerate(ANSWERS.items())
    }


def crawl(folder: Path, apart: Apart | None, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A run of all answers, their pages read ahead where a process reads them; the names of those."""
    numbers = iter(range(1000))
    monkeypatch.setattr("archive.record.drafts.uuid4", lambda: UUID(int=next(numbers)))
    names = set()
    with run(folder) as live:
        for name, one in fetched().items():
            asked = live.asked(one) if apart is not None else None
            ahead = asked.read(apart) if asked is not None and apart is not None else None
            taken = live.take(one, ahead)
            if ahead is not None:
                names.add(name)
                assert (taken.reading.prints is None) == (taken.article is None)
        live.finish(ending="finished", ended_at=AT)
    return names


def test_a_page_read_ahead_gives_the_same_record_and_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, ahead = tmp_path / "plain", tmp_path / "ahead"
    with reading_apart(tmp_path, 60, is_sure=True) as apart:
        were_asked = crawl(ahead, apart, monkeypatch)
    crawl(plain, None, monkeypatch)

    assert were_asked == AHEAD
    assert contents(ahead / "archive.db") == contents(plain / "archive.db")
    assert [path.read_bytes() for path in own_warcs(ahead)] == [
        path.read_bytes() for path in own_warcs(plain)
    ]


def test_the_names_of_a_page_read_ahead_are_converted_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "_found", {})
    with reading_apart(tmp_path, 60, is_sure=True) as apart, run(tmp_path / "a") as live:
        fold.forget_phrases()
        asked = live.asked(exchange("http://a.example/1.html", response(page(1))))
        assert asked is not None and apart is not None
        live.take(exchange("http://a.example/1.html", response(page(1))), asked.read(apart))
        live.finish(ending="finished", ended_at=AT)

    assert rows(tmp_path / "a", "SELECT name, name_hant FROM sources") == [("长江路晚报", "長江路晚報")]
    assert fold._DICTIONARIES == {}


class _Page:
    """A page whose reading waits until it may end."""

    def __init__(self, may_end: bool = True) -> None:
        self.may_end = threading.Event()
        if may_end:
            self.may_end.set()

    def read(self, apart: object) -> object:
        assert self.may_end.wait(200)
        return apart


def test_a_large_page_holds_up_no_other_and_a_page_that_never_ends_only_its_process() -> None:
    said: queue.SimpleQueue[tuple[str, object]] = queue.SimpleQueue()
    readers = AheadReaders("first", "last")  # type: ignore[arg-type]
    large, never = _Page(may_end=False), _Page(may_end=False)

    def ask(name: str, page: _Page, *, is_large: bool = False) -> None:
        readers.read(page, lambda by: said.put((name, by)), is_large=is_large)  # type: ignore[arg-type]

    ask("large", large, is_large=True)
    ask("large too", _Page(), is_large=True)
    while len(readers._large) > 1:
        pass
    for name in ("a", "b", "c"):
        ask(name, _Page())
    assert [said.get(timeout=200) for _ in range(3)] == [("a", "first"), ("b", "first"), ("c", "first")]
    ask("never", never)
    while readers._pages:
        pass
    large.may_end.set()
    assert [said.get(timeout=200) for _ in range(2)] == [("large", "last"), ("large too", "last")]
    ask("d", _Page())
    assert said.get(timeout=200) == ("d", "last")

    ending = threading.Thread(target=readers.end)
    ending.start()
    while not readers._is_over:
        pass
    ask("late", _Page())
    assert said.get(timeout=200) == ("late", None)
    never.may_end.set()
    ending.join(200)
    assert said.get(timeout=200) == ("never", "first")


def test_other_work_comes_back_in_order_and_nothing_where_it_failed(tmp_path: Path) -> None:
    with reading_apart(tmp_path, 60, is_sure=True) as apart:
        assert apart is not None
        readers = AheadReaders(apart)
        found = list(readers.mapped(divmod, [(n, n % 3) if n != 4 else None for n in range(20)]))
        apart.close()
        readers.end()
        late = list(readers.mapped(divmod, [(1, 1)]))

    assert found == [None if n % 3 == 0 or n == 4 else divmod(n, n % 3) for n in range(20)]
    assert late == [None]
