"""A plain web server on loopback with any number of article pages of a given size, for measuring."""

import random
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from types import TracebackType

from crawler.sample import troubles
from crawler.sample.answer import Answer, SampleRequest, Sending, missing, sending
from crawler.sample.hosts import chinanews, dahe, gov, paper, people
from crawler.sample.printing import Printing
from crawler.sample.server import Server
from crawler.sample.world import World

LISTED = 100
"""Links on a list page."""

_TEMPLATES: dict[str, Callable[[World, Printing], str]] = {
    people.POLITICS: people.article_html,
    paper.HOST: paper.article_html,
    troubles.HOST: dahe.article_html,
    chinanews.HOST: chinanews.article_html,
    gov.HOST: gov.article_html,
}
_KEPT_PAGES = 5000
_NOW = datetime(2024, 12, 2, 4, tzinfo=UTC)


class StaticSite:
    """Serves from entering to leaving a `with` block.

    `/` links the lists, `/list/N.html` links a hundred articles each, `/article/NNNNNN.html` is an article of about
    `page_bytes` bytes before compression in the template of one of five hosts. Seven of ten have a text of their
    own, made of shuffled scraps of the sample's; three repeat an earlier page with two paragraphs swapped.
    The same number gives the same bytes in every run.
    """

    def __init__(
        self, pages: int = 1000, page_bytes: int = 150_000, port: int = 0, *, coding: str | None = "gzip"
    ):
        self.pages, self.page_bytes = pages, page_bytes
        self._coding, self._wanted_port = coding, port
        self._kept: dict[int, Sending] = {}
        self._server: Server | None = None

    @property
    def url(self) -> str:
        """The address of the front page. Raises RuntimeError outside the `with` block."""
        if self._server is None:
            raise RuntimeError("the static site is not running: use it in a with block")
        return f"http://127.0.0.1:{self._server.port}/"

    @property
    def articles(self) -> list[str]:
        """Addresses of all articles."""
        return [f"{self.url}article/{number:06d}.html" for number in range(self.pages)]

    def body(self, number: int) -> bytes:
        """An article's bytes before compression."""
        return self._press.page(_source(number), number, self.page_bytes)

    def __enter__(self) -> "StaticSite":
        self._server = Server(self._wanted_port, self._answer)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.stop()
            self._server = None

    @cached_property
    def _press(self) -> "_Press":
        return _Press()

    def _answer(self, asked: SampleRequest) -> Sending:
        if match := re.fullmatch(r"/article/(\d{6})\.html", asked.path):
            return self._article(int(match[1]), asked)
        return sending(self._list(asked.path), asked, _NOW)

    def prepare(self) -> None:
        """Make the articles now, as a client that understands gzip gets them, and not when they are asked for."""
        for number in range(min(self.pages, _KEPT_PAGES)):
            address = f"/article/{number:06d}.html"
            asked = SampleRequest("GET", "http", "127.0.0.1", address, {"accept-encoding": "gzip"}, b"")
            self._article(number, asked)

    def _article(self, number: int, asked: SampleRequest) -> Sending:
        if number >= self.pages:
            return sending(missing(), asked, _NOW)
        if number not in self._kept:
            answer = Answer(self.body(number), coding=self._coding, headers=(("Server", "nginx"),))
            made = sending(answer, asked, _NOW)
            if len(self._kept) >= _KEPT_PAGES:
                return made
            self._kept[number] = made
        return self._kept[number]

    def _list(self, path: str) -> Answer:
        lists = -(-self.pages // LISTED)
        if path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow:\n", content_type="text/plain")
        if path == "/":
            return _links([f"/list/{number}.html" for number in range(lists)])
        match = re.fullmatch(r"/list/(\d+)\.html", path)
        if match is None or int(match[1]) >= lists:
            return missing()
        first = int(match[1]) * LISTED
        return _links([f"/article/{n:06d}.html" for n in range(first, min(first + LISTED, self.pages))])


def _links(paths: list[str]) -> Answer:
    rows = "\n".join(f'<li><a href="{path}">{path}</a></li>' for path in paths)
    return Answer(f"<html><head><title>list</title></head><body><ul>{rows}</ul></body></html>".encode())


def _source(number: int) -> int:
    """The page whose text another page carries: itself for seven of ten pages, an earlier page for the others."""
    while number % 10 >= 7 and number >= 10:
        number = _chance(f"source {number}").randrange(number)
    return number


class _Press:
    """Prints article pages in the sample hosts' templates."""

    def __init__(self) -> None:
        self._world = World.on(date(2024, 12, 2))
        self._models = [next(page for page in self._world.at(host) if not page.split) for host in _TEMPLATES]
        texts = [item.text for item in self._world.printings if item.host == "paper.people.com.cn"]
        self._scraps = [scrap for text in texts for scrap in re.findall(r"[一-鿿]{2,4}", text)]

    def page(self, source: int, number: int, size: int) -> bytes:
        """A page with the text of page `source` under its own number, padded to a size in bytes."""
        model = self._models[number % len(self._models)]
        title, texts = self._text(source)
        if source != number:
            texts = (*texts[2:], *texts[:2])
        item = replace(model, title=title, paragraphs=(f"{number:06d}，{texts[0]}", *texts[1:]))
        html = _TEMPLATES[model.host](self._world, item)
        missing_bytes = size - len(html.encode(item.charset))
        padded = html.replace("</body>", self._padding(number, missing_bytes, item.charset) + "\n</body>")
        return padded.encode(item.charset)

    def _text(self, number: int) -> tuple[str, tuple[str, ...]]:
        chance = _chance(f"text {number}")
        return self._scrap(chance, 6), tuple(self._paragraph(chance) for _ in range(chance.randint(5, 12)))

    def _paragraph(self, chance: random.Random) -> str:
        sentences = (
            "，".join(self._scrap(chance, chance.randint(3, 6)) for _ in range(chance.randint(2, 4)))
            for _ in range(chance.randint(2, 4))
        )
        return "。".join(sentences) + "。"

    def _scrap(self, chance: random.Random, count: int) -> str:
        return "".join(chance.choices(self._scraps, k=count))

    def _padding(self, number: int, size: int, charset: str) -> str:
        """What surrounds an article on a portal: link lists, scripts and styles of about `size` bytes."""
        chance = _chance(f"padding {number}")
        boxes: list[str] = []
        left = size * 7 // 10
        while left > 0:
            box = self._box(chance, len(boxes))
            boxes.append(box)
            left -= len(box.encode(charset))
        scripts = "".join(_script(chance) for _ in range(max(0, size) * 3 // 10 // 68))
        return "\n".join([*boxes, f"<script>{scripts}</script>"])

    def _box(self, chance: random.Random, place: int) -> str:
        rows = "\n".join(
            f'<li class="item{n % 7}"><a href="/article/{chance.randrange(10**6):06d}.html" target="_blank">'
            f"{self._scrap(chance, 5)}</a> <span>{n}</span></li>"
            for n in range(20)
        )
        return f'<div class="box box{place}"><h3><a href="#{place}">{self._scrap(chance, 1)}</a></h3><ul>\n{rows}\n</ul></div>'


def _script(chance: random.Random) -> str:
    return f"window._q=window._q||[];_q.push({{k:'{chance.randrange(16**12):012x}',v:[{chance.randrange(999)},300]}});\n"


def _chance(seed: str) -> random.Random:
    return random.Random(zlib.crc32(seed.encode()))  # noqa: S311 - steady numbers, not secrets
