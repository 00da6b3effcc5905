"""What the month does to the sample network's answers: pages as large as real ones, and sites that fall ill."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from zlib import crc32

from crawler.sample.answer import Answer, SampleRequest
from crawler.sample.troubles import HOST, TROUBLES

Meddling = Callable[[SampleRequest, Answer], Answer]
LEAST_BYTES, MOST_BYTES = 40_000, 150_000
_TROUBLES = re.compile(
    b'<li><a href="http://%s(?:%s)".*' % (HOST.encode(), b"|".join(path.encode() for path, _, _ in TROUBLES))
)
PAPER, LISTS, BLOCKING = "paper.people.com.cn", "www.chinanews.com.cn", "www.jzrb.com"


def dressed(asked: SampleRequest, answer: Answer) -> Answer:
    """A page with what surrounds articles on a portal, 40 to 150 kB, the same each day; without links to troubles."""
    if answer.status != 200 or b"</body>" not in answer.body:
        return answer
    end = _frame(asked.host + asked.target) + b"</body>"
    return replace(answer, body=_TROUBLES.sub(b"", answer.body).replace(b"</body>", end))


@lru_cache(maxsize=1000)
def _frame(address: str) -> bytes:
    chance = random.Random(crc32(address.encode()))
    size = chance.randint(LEAST_BYTES, MOST_BYTES)
    lines = (
        f"_q.push({{k:'{chance.randrange(16**12):012x}',s:[{chance.randrange(999)},300],u:'//ad.example/{n}.gif'}});\n"
        for n in range(size // 64)
    )
    return b"<script>window._q=window._q||[];\n" + "".join(lines).encode() + b"</script>\n"


def only_script(asked: SampleRequest, answer: Answer) -> Answer:
    """The paper's articles drawn by JavaScript: the page holds no text."""
    if asked.host != PAPER or "/content" not in asked.path or answer.status != 200:
        return answer
    head = answer.body.partition(b"<body>")[0]
    return replace(
        answer, body=head + b'<body><div id="app"></div><script src="/app.js"></script></body></html>'
    )


def no_links(asked: SampleRequest, answer: Answer) -> Answer:
    """A list whose links are made by JavaScript."""
    if asked.host != LISTS or "/scroll-news/" not in asked.path:
        return answer
    return replace(answer, body=re.sub(rb'<a href="([^"]*)"', rb'<span data-to="\1"', answer.body))


def forbidden(asked: SampleRequest, answer: Answer) -> Answer:
    """A site that refuses everything but its robots.txt."""
    if asked.host != BLOCKING or asked.path == "/robots.txt":
        return answer
    return Answer(b"<html><body><h1>403 Forbidden</h1></body></html>", 403, headers=(("Server", "WAF"),))


def then(*steps: Meddling) -> Meddling:
    """One after the other."""

    def meddle(asked: SampleRequest, answer: Answer) -> Answer:
        for step in steps:
            answer = step(asked, answer)
        return answer

    return meddle


ILL: dict[date, Meddling] = {
    date(2024, 12, day): step
    for days, step in (((16, 17, 18), only_script), ((20, 21), forbidden), ((23, 24), no_links))
    for day in days
}
