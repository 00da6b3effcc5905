"""Sites of which one page is never read to its end, in whatever process reads it."""

import os
from datetime import date

from archive.door import reading
from archive.place import Place
from tests.archive.archives import Book

_whole = reading._read_page


class HangingBook(Book):
    """The reading of `hang.html` never ends; the process that made the book is spared."""

    def __init__(self) -> None:
        self._maker = os.getpid()

    def place(self, url: str, on: date) -> Place:
        if os.getpid() != self._maker:
            reading._read_page = _for_ever if url.endswith("hang.html") else _whole
        return super().place(url, on)


def _for_ever(*_: object, **__: object) -> reading.Reading:
    while True:
        pass
