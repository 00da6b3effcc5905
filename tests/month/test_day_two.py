"""Day 1 and day 2 of the sample network, where by day 2 a site moved, one has a cookie gate and one a log-in wall.

On day 2 every third article reads otherwise and every fifth is gone; the ledger must tell these and no other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.sample import Network
from crawler.sample.answer import Answer, SampleRequest, missing, redirect
from tests.month.rehearsal import Day, Rehearsal
from tests.starter import Starter

FIRST, SECOND = date(2024, 12, 7), date(2024, 12, 8)  # nothing happens between them by itself
PLAIN, GATED, WALLED, MOVED = "people.com.cn", "www.jzrb.com", "dahe.cn", "www.chinanews.com.cn"
NEW_NAME = "news.newchina.example"
EDITED, GONE = 3, 5
CORRECTION = "更正：上文的时间有误，特此说明。"


Second = tuple[Rehearsal, Day, dict[str, int]]
"""The archive, what the day brought, and the articles held before it."""


@dataclass
class SecondDay:
    """What the hosts make of their answers on day 2; `numbers` has the articles held, by address without scheme."""

    network: Network
    numbers: dict[str, int]

    def __call__(self, asked: SampleRequest, answer: Answer) -> Answer:
        if asked.host == NEW_NAME:
            asked = replace(asked, host=MOVED)
            return self.later(asked, self.network.routes.answer(asked))
        if asked.path == "/robots.txt":
            return answer
        if asked.host == MOVED:
            return redirect(f"http://{NEW_NAME}{asked.target}")
        if asked.host == GATED and "pass=1" not in asked.headers.get("cookie", ""):
            lines = (("Location", asked.target), ("Set-Cookie", "pass=1; path=/"))
            return Answer(b"", 302, headers=lines)
        if asked.host.endswith(WALLED) and f"//{asked.host}{asked.target}" in self.numbers:
            return redirect(f"/member/login?back={asked.path}", 302)
        return self.later(asked, answer)

    def later(self, asked: SampleRequest, answer: Answer) -> Answer:
        """An article's answer, corrected or gone."""
        n = self.numbers.get(f"//{asked.host}{asked.target}", 1)
        if n % GONE == 0:
            return missing()
        return replace(answer, body=corrected(answer.body)) if n % EDITED == 0 else answer


def corrected(body: bytes) -> bytes:
    """A page with a sentence more at the end of its first paragraph."""
    label = re.search(rb"charset=[\"']?([\w-]+)", body)
    charset = (
        {"gb2312": "gb18030", "gbk": "gb18030"}.get(name := label[1].decode().lower(), name)
        if label
        else "utf-8"
    )
    start, *ends = body.decode(charset).split("。</p>", 1)
    sentence = CORRECTION.encode(charset, "xmlcharrefreplace").decode(charset)
    return f"。{sentence}</p>".join([start, *ends]).encode(charset)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory, starter: Starter) -> Iterator[Second]:
    folder: Path = tmp_path_factory.mktemp("second") / "archive"
    sites = ("-a", f"site={PLAIN},{GATED},{WALLED},{MOVED}")
    with Network(today=FIRST, log_bytes=False) as network:
        rehearsal = Rehearsal(network, folder, starter, sites=(PLAIN, GATED, WALLED, MOVED))
        rehearsal.day(FIRST, [("crawl", "mirrors", *sites)])
        urls = [url for (url,) in rehearsal.rows("SELECT url FROM articles ORDER BY url")]
        numbers = {url.partition(":")[2]: n for n, url in enumerate(urls, 1)}
        network.today, network.meddle = SECOND, SecondDay(network, numbers)
        day = rehearsal.day(SECOND, [("crawl", "recheck", "-a", "now=yes"), ("crawl", "mirrors", *sites)])
        yield rehearsal, day, numbers


def wanted(numbers: dict[str, int]) -> Iterator[tuple[str, str]]:
    for url, n in numbers.items():
        host = urlsplit(url).hostname or ""
        if host.endswith(WALLED):
            yield "blocked", url
            continue
        is_gone = n % GONE == 0
        if is_gone:
            yield "gone", url
        elif n % EDITED == 0:
            yield "changed", url
        if host == MOVED and not is_gone:
            yield "moved", url


def test_every_edit_and_loss_is_found_and_none_is_invented(
    second: Second,
) -> None:
    _, day, numbers = second

    found = {(state, url.partition(":")[2]) for state, url in day.ledger}
    assert (found - set(wanted(numbers)), set(wanted(numbers)) - found) == (set(), set())


def test_what_day_two_prints_is_held_once_and_belongs_to_its_site(
    second: Second,
) -> None:
    rehearsal, day, numbers = second
    held = dict(rehearsal.rows("SELECT substr(url, instr(url, ':')), site FROM articles"))
    new = {url for url in held if url[1:] not in numbers}

    assert len(new) == day.new
    assert not set(held.values()) - {PLAIN, GATED, WALLED, MOVED}


def test_the_archive_says_who_moved_and_who_shuts_us_out(
    second: Second,
) -> None:
    rehearsal, _, _ = second

    assert {f"{MOVED}/site-moved", f"{WALLED}/blocked"} <= set(rehearsal.alarms(SECOND))
    assert not [name for name in rehearsal.alarms(SECOND) if name.startswith((PLAIN, GATED))]
