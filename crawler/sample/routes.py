"""Every address of the sample network on a day, and the answer there."""

from collections.abc import Callable
from urllib.parse import urlsplit

from crawler.sample import looks
from crawler.sample.answer import Answer, Maker, SampleRequest, missing, redirect, text_answer
from crawler.sample.cities.answers import Cities
from crawler.sample.hosts import (
    cctv,
    chinanews,
    commoncrawl,
    dahe,
    gov,
    hongkong,
    jzrb,
    macao,
    paper,
    people,
    wayback,
    xinhua,
    youth,
)
from crawler.sample.markup import page
from crawler.sample.outlets import OUTLETS, outlet_of
from crawler.sample.printing import Printing
from crawler.sample.world import World

_PUBLISHERS = (paper, people, jzrb, youth, xinhua, chinanews, dahe, hongkong, macao, gov, cctv)

_ARCHIVES: dict[str, Maker] = {
    wayback.HOST: wayback.answer,
    commoncrawl.INDEX: commoncrawl.index,
    commoncrawl.DATA: commoncrawl.data,
}
_BUSY = {wayback.HOST: wayback.busy, commoncrawl.INDEX: commoncrawl.busy, commoncrawl.DATA: commoncrawl.busy}


class Routes:
    """The addresses of one day."""

    def __init__(self, world: World, cities: Cities | None = None) -> None:
        self.world = world
        self.cities = cities
        self._places: dict[str, Maker] = {
            address: maker for publisher in _PUBLISHERS for address, maker in publisher.places(world)
        }
        self._places.setdefault("paper.people.com.cn/robots.txt", _no_robots)
        for item in world.printings:
            self._place_absence(item)

    def answer(self, asked: SampleRequest) -> Answer:
        """The answer at an address. Hosts outside the sample get 502, as from a proxy that cannot resolve them."""
        if self.cities is not None and self.cities.knows(asked.host):
            return self.cities.answer(asked)
        if archive := _ARCHIVES.get(asked.host):
            return archive(asked)
        if looks.has(asked) and (asked.host in OUTLETS or asked.host == looks.CDN):
            return looks.answer(asked)
        if asked.host not in OUTLETS:
            return Answer(f"no such host in the sample network: {asked.host}\n".encode(), 502)
        if OUTLETS[asked.host].https_only and asked.scheme == "http":
            return redirect(f"https://{asked.host}{asked.target}")
        maker = self._places.get(asked.host + asked.target) or self._places.get(asked.host + asked.path)
        return maker(asked) if maker else missing()

    def busy(self, host: str) -> Answer | None:
        """How a web archive turns a client away; None for hosts that do not."""
        maker = _BUSY.get(host)
        return maker() if maker else None

    def addresses(self) -> tuple[str, ...]:
        """Every address there is, with the scheme that answers without a redirect."""
        return tuple(f"{_scheme(address)}://{address}" for address in self._places)

    def _place_absence(self, item: Printing) -> None:
        """Puts the rest of a page that has gone or moved in its place."""
        if item.linked_as:
            self._places[item.linked_as.partition("://")[2]] = lambda _: redirect(item.url)
        if item.gone:
            self._places[item.place] = _ABSENCES[item.gone](item)


def _no_robots(_: SampleRequest) -> Answer:
    return missing()


def _deleted(item: Printing) -> Answer:
    parts = urlsplit(item.url)
    outlet = outlet_of(parts.netloc, parts.path)
    text = f'<h1>新闻已删除</h1><p>您访问的页面不存在或已被删除。</p><a href="/">返回{outlet.name}</a>'
    return text_answer(outlet, page(f'<meta charset="{outlet.label}">\n<title>{outlet.name}</title>', text))


_ABSENCES: dict[str, Callable[[Printing], Maker]] = {
    "gone": lambda _: lambda _: missing(),
    "soft": lambda item: lambda _: _deleted(item),
    "root": lambda item: lambda _: redirect(f"{item.url.partition('://')[0]}://{item.host}/", 302),
    "blocked": lambda _: lambda _: Answer(b"<html><body><h1>403 Forbidden</h1></body></html>", 403),
}


def _scheme(address: str) -> str:
    return "https" if OUTLETS[address.partition("/")[0]].https_only else "http"
