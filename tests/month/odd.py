"""Odd hosts beside the sample network: gates, walls, moves, pauses, broken robots.txt and lists, each on its days."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from crawler.sample.answer import Answer, SampleRequest, missing, redirect

FIRST = date(2024, 12, 6)
BASE = 6
"""Articles of a host on the first day; one more comes each day."""
NEW_NAME = "newtown.example"
BUSY = "busy.example"
WALLED, LOOPED, REFUSED, KEPT_OUT = range(5, 8), range(15, 17), range(4, 6), range(8, 19)
"""Days (0 is the first) of the wall, of addresses that send to themselves, of 429 and of a robots.txt with 503."""
GATED_FROM, MOVED_FROM = 4, 10
NEWS: dict[str, dict[int, tuple[int | None, int | None]]] = {
    "gate.example": {1: (6, None), 2: (None, 7)},
    "moved.example": {BASE + 7: (12, None), BASE + 6: (None, 13)},
}
"""Days on which an article is edited and goes, by its number; of other hosts the second and the third, early on."""
WORDS = (
    *("市民政局", "区档案馆", "水务部门", "乡村学校", "老城社区", "港务公司", "气象站", "社区医院", "供电所"),
    *("图书馆", "农技站", "轨道集团", "文化馆", "林场", "渔业合作社"),
)
DEEDS = (
    *("公布了新的办事指南", "完成了年度检修", "开放了夜间服务", "更换了旧设备"),
    *("组织了消防演练", "整理了历史资料", "修订了收费标准", "增加了公交班次"),
)
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Text:
    """An article of a host: the n-th, first printed on a day; `edited` and `gone` are days, None for never."""

    host: str
    n: int
    printed: int
    edited: int | None = None
    gone: int | None = None

    @property
    def path(self) -> str:
        day = FIRST + timedelta(days=self.printed)
        return f"/{day:%Y%m}/t{day:%Y%m%d}_{5000 + self.n}.html"

    @property
    def title(self) -> str:
        return f"{WORDS[self.n % len(WORDS)]}{DEEDS[self.n % len(DEEDS)]}（{self.host[0].upper()}{self.n}）"

    def html(self, day: int) -> bytes:
        chance = Random(f"{self.host} {self.n}")
        lines = [
            f"<p>　　{chance.choice(WORDS)}在第{chance.randrange(10, 999)}次会议后{chance.choice(DEEDS)}，"
            f"{chance.choice(WORDS)}派出{chance.randrange(2, 90)}人参加，预计{chance.randrange(2, 60)}天内办结，"
            f"编号{self.n}的{chance.choice('甲乙丙丁戊己庚辛')}类事项由{chance.choice(WORDS)}负责。</p>"
            for _ in range(6)
        ]
        if self.edited is not None and day >= self.edited:
            lines[2] = "<p>　　更正：此前报道的人数和期限有误，以本次公布的数字为准，特此向读者致歉。</p>"
        printed = FIRST + timedelta(days=self.printed)
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.title}</title></head><body><h1>{self.title}'
            f'</h1><div class="info">{printed:%Y年%m月%d日} 08:{self.n % 60:02d} 来源：{self.host}</div>'
            f'<div class="TRS_Editor">{"".join(lines)}</div></body></html>'
        ).encode()


def texts(host: str, last: int) -> list[Text]:
    """The articles of a host up to a day, the oldest first."""
    news = NEWS.get(host, {1: (2, None), 2: (None, 3)})
    printed = [*[0] * BASE, *range(1, last + 1)]
    return [Text(host, n, day, *news.get(n, (None, None))) for n, day in enumerate(printed)]


Trait = Callable[[SampleRequest, Answer, int], Answer]
"""What a host makes of an answer on a day."""


def gated(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    if day < GATED_FROM or "pass=1" in asked.headers.get("cookie", "") or asked.path == "/robots.txt":
        return answer
    return replace(
        redirect(asked.target, 302), headers=(("Location", asked.target), ("Set-Cookie", "pass=1"))
    )


def walled(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    if day in WALLED and "/t2024" in asked.path:
        return redirect(f"/login.html?next={asked.path}", 302)
    return answer


def looped(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    if day in LOOPED and "/t2024" in asked.path:
        return replace(
            redirect(asked.target, 302), headers=(("Location", asked.target), ("Set-Cookie", "a=1"))
        )
    return answer


def moved(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    return redirect(f"http://{NEW_NAME}{asked.target}") if day >= MOVED_FROM else answer


def refusing(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    if day in REFUSED and "/t2024" in asked.path:
        return Answer(b"slow down", 429, headers=(("Retry-After", "3600"),))
    return answer


def kept_out(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    return Answer(b"busy", 503) if day in KEPT_OUT and asked.path == "/robots.txt" else answer


def backslashed(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    return replace(answer, body=answer.body.replace(b'href="/', b'href="\\')) if asked.path == "/" else answer


def tracked(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """Links of a list say where a reader came from, another word each day."""
    if asked.path != "/":
        return answer
    mark = f'.html?utm_source=list&utm_campaign=d{day}&spm=a{day}.{asked.before}"'.encode()
    return replace(answer, body=answer.body.replace(b'.html"', mark))


def flipped(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """A list whose order turns each day."""
    if asked.path != "/" or day % 2:
        return answer
    lines = answer.body.split(b"\n")
    return replace(answer, body=b"\n".join([lines[0], *lines[-2:0:-1], lines[-1]]))


def every_second(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """A host that is busy for every second request of an address."""
    return Answer(b"oops", 502) if asked.before % 2 == 0 and "/t2024" in asked.path else answer


def cut(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """The first answer at an address breaks off in the midst of its gzip."""
    if asked.before == 0 and "/t2024" in asked.path:
        return replace(answer, coding="gzip", mishap="cut-gzip")
    return answer


def reset(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """The first request for an address ends in a reset connection."""
    return replace(answer, mishap="reset") if asked.before == 0 and "/t2024" in asked.path else answer


def plain(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    return answer


TRAITS: dict[str, Trait] = {
    "gate.example": gated,
    "wall.example": walled,
    "loop.example": looped,
    "moved.example": moved,
    BUSY: refusing,
    "robots.example": kept_out,
    "backslash.example": backslashed,
    "tracked.example": tracked,
    "flip.example": flipped,
    "second.example": every_second,
    "cut.example": cut,
    "reset.example": reset,
    "stale.example": plain,  # its list shows yesterday's page on every third day
    "paged.example": plain,  # a feed of the newest three, and pages of six, the last again for ever
}
LATE = {  # days on which a host's new article cannot be had; the next good day has it
    "wall.example": WALLED,
    "loop.example": LOOPED,
    BUSY: REFUSED,
    "robots.example": KEPT_OUT,
    "stale.example": range(2, 40, 3),
}
ALARMS: dict[str, range] = {
    "wall.example/blocked": WALLED,
    "loop.example/redirect-loop": LOOPED,
    "loop.example/blocked": LOOPED,  # most looks were refusals
    "moved.example/site-moved": range(MOVED_FROM, 40),
    "robots.example/robots": range(15, 19),  # the eighth day of a robots.txt out of reach
}


def pages(host: str, day: int) -> Iterator[tuple[str, Answer]]:
    """Path and answer of what stands at a host on a day, before its trait."""
    found = texts(host, day)
    for text in found:
        is_there = text.gone is None or day < text.gone
        yield text.path, Answer(text.html(day), content_type=HTML) if is_there else missing()
    shown = texts(host, day - 1 if host == "stale.example" and day % 3 == 2 else day)[::-1]
    if host != "paged.example":
        yield "/", listing(shown)
        return
    slices = [shown[at : at + 6] for at in range(0, len(shown), 6)]
    yield "/", listing(slices[0])
    for n in range(1, 40):
        yield f"/index_{n}.html", listing(slices[min(n, len(slices) - 1)])
    items = "".join(
        f"<item><title>{text.title}</title><link>http://{host}{text.path}</link></item>" for text in shown[:3]
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>频道</title>{items}</channel></rss>'
    yield "/rss.xml", Answer(feed.encode(), content_type="application/rss+xml")


def listing(shown: list[Text]) -> Answer:
    lines = "\n".join(f'<li><a href="{text.path}">{text.title}</a></li>' for text in shown)
    head = '<!DOCTYPE html><html><head><meta charset="utf-8"><title>新闻列表</title></head><body><ul>'
    return Answer(f"{head}\n{lines}\n</ul></body></html>".encode(), content_type=HTML)


class OddWeb:
    """The odd hosts on a day; use it as a network's `meddle`, or as one of its steps."""

    def __init__(self) -> None:
        self.day = 0
        self._made: dict[tuple[str, int], dict[str, Answer]] = {}

    def __call__(self, asked: SampleRequest, answer: Answer) -> Answer:
        host = "moved.example" if asked.host == NEW_NAME else asked.host
        if host not in TRAITS:
            return answer
        if (host, self.day) not in self._made:
            self._made[host, self.day] = dict(pages(host, self.day))
        found = self._made[host, self.day].get(asked.path, missing())
        return found if asked.host == NEW_NAME else TRAITS[host](asked, found, self.day)

    @staticmethod
    def write_sites(folder: Path) -> None:
        """Site files of the hosts."""
        folder.mkdir(parents=True, exist_ok=True)
        for n, host in enumerate(TRAITS):
            is_paged = host == "paged.example"
            more = f', paging = "http://{host}/index_{{page}}.html", first = 1, last = 9' if is_paged else ""
            feeds = f'feeds = ["http://{host}/rss.xml"]\n' if is_paged else ""
            (folder / f"{host}.toml").write_text(
                f'host = "{host}"\nname = "怪{n}网"\nregion = "city"\nfamily = "trs"\nsource = "invented"\n{feeds}'
                f'listings = [{{ url = "http://{host}/"{more if is_paged else ", last = 1"} }}]\n',
                encoding="utf-8",
            )


def wanted_alarms(day: int) -> set[str]:
    """Alarms of the odd hosts that ring on a day."""
    return {name for name, days in ALARMS.items() if day in days}


def wanted_held(last: int) -> dict[str, int]:
    """Address without scheme of every article printed up to a day, and the day on which it must be held first."""
    found = {}
    for host in TRAITS:
        for text in texts(host, last):
            day = text.printed
            while day in LATE.get(host, ()):
                day += 1
            if day <= last:
                found[f"//{host}{text.path}"] = day
    return found


def wanted_news(last: int) -> set[tuple[int, str, str]]:
    """Day, state and address of each edit and disappearance, as it must stand in the ledger."""
    return {
        (on, state, f"//{host}{text.path}")
        for host in TRAITS
        for text in texts(host, last)
        for state, on in (("changed", text.edited), ("gone", text.gone))
        if on is not None and on <= last
    }
