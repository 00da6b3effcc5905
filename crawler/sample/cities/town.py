"""A city's site as described in towns.toml, and all its addresses on a day."""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from crawler.sample.answer import Answer, Maker
from crawler.sample.cities.dress import ARTICLES, Link, rows, shell
from crawler.sample.cities.press import CityArticle, pieces
from crawler.sample.markup import pages_of

MORE = ("要闻", "本地新闻", "社会", "经济", "教育", "文化", "民生", "县区")
SLUGS = ("yaowen", "bendi", "shehui", "jingji", "jiaoyu", "wenhua", "minsheng", "xianqu")


@dataclass(frozen=True, slots=True)
class Town:
    """One site. Address patterns have `{slug}`, `{c}` (the channel's number), `{n}` (the page), `{n0}` (the page less one), `{down}`
    (counting down), `{id}`, `{hex}`, `{y}`, `{m}`, `{d}`.

    `lists` is the form of lists: `page`, `json`, `button`, `jsonp`, `sitemap`, `feed`, `issue`. `pager` is the form of
    links to further pages: `next`, `numbers`, `script`, `english`, `none`. `tail` is appended to every link to an
    article. `front` is the form of the front page: `channels`, `frames`, `refresh`, `script`, `hosts` (channels on hosts
    of their own), `bare` (no channels). From the day `moves` on, the site named by `after` describes this site.
    """

    host: str
    name: str
    kind: str
    article: str = "/{slug}/{y}{m}/{id}.html"
    first: str = "/{slug}/index.html"
    further: str = "/{slug}/index_{n}.html"
    lists: str = "page"
    pager: str = "next"
    front: str = "channels"
    dress: str = "classic"
    rows: str = "li"
    tail: str = ""
    channels: int = 2
    count: int = 20
    size: int = 4
    day: str = "%Y-%m-%d"
    split: bool = False
    scheme: str = "http"
    moves: date | None = None
    after: str | None = None


@cache
def towns() -> tuple[Town, ...]:
    """Every site in towns.toml."""
    table = tomllib.loads(files("crawler.sample.cities").joinpath("towns.toml").read_text(encoding="utf-8"))
    known = {part.name for part in fields(Town)}
    for row in table["town"]:
        if unknown := set(row) - known:
            raise ValueError(f"{row['host']}: {sorted(unknown)} is no key of a town")
    return tuple(Town(**row) for row in table["town"])


class Street:
    """All addresses of one site on a day. `articles` are the articles that links reach, `places` all answers."""

    def __init__(self, town: Town, today: date) -> None:
        self.town, self.today = town, today
        dead = {row.after for row in towns() if row.after}
        self.is_shown = town.host not in dead
        self.articles: dict[str, CityArticle] = {}
        self.places: dict[str, Maker] = {}
        is_moved = town.moves is not None and today >= town.moves
        after = next((row for row in towns() if row.host == town.after), None)
        now = after if is_moved and after else town
        every = pieces(town.host, today, town.channels, count=town.count)
        self.pieces = every[::-1]
        self._build(now, town.host)
        if is_moved:  # articles from before the move keep their addresses
            for piece in self.pieces:
                if town.moves and piece.day < town.moves:
                    self._article(town, town.host, piece)

    # -- articles

    def _build(self, town: Town, host: str) -> None:
        for piece in self.pieces:
            url = self._article(town, host, piece)
            self.articles[url] = piece
        self._front(town, host)
        match town.lists:
            case "sitemap":
                self._sitemap(host)
            case "feed":
                self._feed(host)
            case "issue":
                self._issues(town, host)
            case _:
                for channel in range(town.channels):
                    self._channel(town, host, channel)

    def _article(self, town: Town, host: str, piece: CityArticle) -> str:
        target = self._target(town, piece)
        host = self._host(town, host, piece.channel)
        at = host + target
        more = ""
        halves = piece.paragraphs
        if town.split and piece.number % 9 == 4:
            stem, _, ending = target.rpartition(".")
            second = f"{stem}_2.{ending}"
            more = f"<div class='page'><b>1</b> <a href='{second}'>2</a> <a href='{second}'>下一页</a></div>"
            rest = _with(piece, halves[3:])
            self._put(
                host + second, ARTICLES[town.dress](town.name, rest, f"<a href='{target}'>1</a> <b>2</b>")
            )
            piece = _with(piece, halves[:3])
        self._put(at, ARTICLES[town.dress](town.name, piece, more))
        return f"{town.scheme}://{at}"

    def _target(self, town: Town, piece: CityArticle) -> str:
        number = piece.number * 7 + 1013
        return town.article.format(
            slug=SLUGS[piece.channel],
            c=piece.channel + 11,
            id=number,
            small=piece.number + 1,
            hex=f"{number:08x}" * 4,
            name=f"doc-iihn{number:x}z{number * 31}",
            y=f"{piece.day:%Y}",
            m=f"{piece.day:%m}",
            d=f"{piece.day:%d}",
        )

    def _host(self, town: Town, host: str, channel: int) -> str:
        return f"{SLUGS[channel]}.{host.removeprefix('www.')}" if town.front == "hosts" else host

    def _link(self, town: Town, host: str, piece: CityArticle, *, whole: bool = False) -> Link:
        target = self._target(town, piece) + town.tail
        at = (
            f"{town.scheme}://{self._host(town, host, piece.channel)}"
            if whole or town.front == "hosts"
            else ""
        )
        return at + target, piece.title, f"{piece.published:{town.day}}" if town.day else ""

    # -- front pages

    def _front(self, town: Town, host: str) -> None:
        names = [(self._first(town, host, channel), MORE[channel]) for channel in range(town.channels)]
        newest = rows(
            [self._link(town, host, piece) for piece in self.pieces[:6]],
            "bare" if town.rows == "area" else town.rows,
        )
        match town.front:
            case "refresh" | "script":
                target = f"/html/{self.pieces[0].day:%Y-%m/%d}/node_1.htm"
                sends = (
                    f'<meta http-equiv="refresh" content="0;url={target}">'
                    if town.front == "refresh"
                    else f"<script>window.location.href='{target}';</script>"
                )
                self._put(f"{host}/", f"<html><head>{sends}</head><body></body></html>")
            case "frames":
                self._put(
                    f"{host}/",
                    f"<html><head><title>{town.name}</title></head><frameset cols='180,*'><frame src='/left.html'>"
                    "<frame src='/main.html'></frameset></html>",
                )
                self._put(f"{host}/left.html", shell(town.name, town.name, _navigation(names)))
                self._put(f"{host}/main.html", shell(town.name, town.name, f"<ul>{newest}</ul>"))
            case "bare":
                head = (
                    '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
                    if town.lists == "feed"
                    else ""
                )
                self._put(
                    f"{host}/",
                    shell(
                        town.name, f"{town.name}-首页", f"<h2>{town.name}</h2><p>欢迎访问。</p>", head=head
                    ),
                )
            case _:
                body = f"{_navigation(names)}<div class='news'><ul>{newest}</ul></div>"
                self._put(f"{host}/", shell(town.name, f"{town.name}_首页", body))

    def _first(self, town: Town, host: str, channel: int) -> str:
        at = f"{town.scheme}://{self._host(town, host, channel)}" if town.front == "hosts" else ""
        return at + town.first.format(slug=SLUGS[channel], c=channel + 11, n=1)

    # -- lists

    def _channel(self, town: Town, host: str, channel: int) -> None:
        own = [piece for piece in self.pieces if piece.channel == channel]
        parts = pages_of(own, town.size)
        if town.lists != "page":
            self._data(town, host, channel, parts)
            return
        for n, part in enumerate(parts, 1):
            target = self._page(town, channel, n, len(parts))
            links = [self._link(town, host, piece) for piece in part]
            around = "<table>{}</table>" if town.rows == "tr" else "<ul class='list'>{}</ul>"
            body = (
                f"<div class='nav'>{_navigation([(self._first(town, host, c), MORE[c]) for c in range(town.channels)])}</div>"
                f"<h3>{MORE[channel]}</h3>{around.format(rows(links, town.rows))}{self._pager(town, channel, n, len(parts))}"
            )
            self._put(
                self._host(town, host, channel) + target,
                shell(town.name, f"{MORE[channel]}-{town.name}", body),
            )

    def _page(self, town: Town, channel: int, n: int, of: int) -> str:
        form = town.first if n == 1 else town.further
        return form.format(slug=SLUGS[channel], c=channel + 11, n=n, n0=n - 1, down=of - n + 1)

    def _pager(self, town: Town, channel: int, n: int, of: int) -> str:
        if of == 1:
            return ""
        numbers = [(self._page(town, channel, k, of), str(k)) for k in range(1, of + 1) if k != n]
        following = self._page(town, channel, n + 1, of) if n < of else ""
        if town.pager == "script":
            return f'<script>createPageHTML({of}, {n - 1}, "index", "html");</script>'
        if town.pager == "numbers":
            return (
                "<div class='pg'>"
                + " ".join(f'<a href="{url}">{text}</a>' for url, text in numbers)
                + "</div>"
            )
        if town.pager == "english":
            return f'<a class="older" href="{following}">Older posts</a>' if following else ""
        if town.pager == "none":
            return ""
        words = [("首页", self._page(town, channel, 1, of))] + ([("下一页", following)] if following else [])
        words.append(("尾页", self._page(town, channel, of, of)))
        return (
            "<div class='page'>" + " ".join(f'<a href="{url}">{text}</a>' for text, url in words) + "</div>"
        )

    def _data(self, town: Town, host: str, channel: int, parts: Sequence[Sequence[CityArticle]]) -> None:
        target = town.first.format(slug=SLUGS[channel], c=channel + 11, n=1)
        scripts = {
            "json": f'<div id="list"></div><script>function load(page){{$.getJSON("/api/list?cid={channel + 11}&page=" + page, show);}}</script>',
            "ajax": f"<div id='list'></div><script>$.ajax({{url: '/index/ajax_list.php', data: {{catid: {channel + 11}, page: page, size: 8}}}});</script>",
            "button": f'<ul id="list"></ul><button class="load" data-url="/more/getlist.do?channel={channel + 11}&amp;pageNo=1">加载更多</button>',
            "jsonp": f'<ul id="roll"></ul><script src="/roll/{SLUGS[channel]}.jsonp?callback=show"></script>',
            "filled": f'<div id="list"></div><script>$.get("/data/list_{channel + 11}_" + page + ".json", function(d){{'
            f"html += '<a href=\"" + "/detail/' + item.articleId + '.html\">'});</script>",
        }[town.lists]
        nav = _navigation([(self._first(town, host, c), MORE[c]) for c in range(town.channels)])
        self._put(host + target, shell(town.name, f"{MORE[channel]}-{town.name}", nav + scripts))
        forms = {
            "json": "/api/list?cid={c}&page={n}",
            "ajax": "/index/ajax_list.php?catid={c}&page={n}&size=8",
            "button": "/more/getlist.do?channel={c}&pageNo={n}",
            "jsonp": "/roll/{slug}.jsonp?callback=show",
            "filled": "/data/list_{c}_{n}.json",
        }
        if town.lists == "jsonp":
            parts = [[piece for part in parts for piece in part]]
        for n, part in enumerate([*parts, []], 1):
            at = forms[town.lists].format(c=channel + 11, n=n, slug=SLUGS[channel])
            if town.lists == "jsonp" and n > 1:
                break
            self._put(host + at, self._entries(town, host, part), "application/json")

    def _entries(self, town: Town, host: str, part: Sequence[CityArticle]) -> str:
        made: list[dict[str, Any]]
        if town.lists == "jsonp":
            made = [
                {
                    "t": p.title,
                    "u": self._link(town, host, p, whole=True)[0],
                    "d": f"{p.published:%Y-%m-%d %H:%M}",
                }
                for p in part
            ]
            return f"show({json.dumps({'list': made}, ensure_ascii=False)});"
        if town.lists == "filled":
            made = [
                {
                    "articleId": p.number * 7 + 1013,
                    "headline": p.title,
                    "publishTime": int(p.published.timestamp() * 1000),
                }
                for p in part
            ]
        else:
            made = [
                {
                    "id": p.number,
                    "title": p.title,
                    "url": self._link(town, host, p)[0],
                    "pubTime": f"{p.published:%Y-%m-%d %H:%M:%S}",
                    "thumb": "/t.jpg",
                }
                for p in part
            ]
        return json.dumps(
            {"code": 0, "data": {"total": len(self.pieces), "records": made}}, ensure_ascii=False
        )

    def _sitemap(self, host: str) -> None:
        half = len(self.pieces) // 2
        for n, part in enumerate((self.pieces[:half], self.pieces[half:]), 1):
            urls = "".join(
                f"<url><loc>{self._link(self.town, host, p, whole=True)[0]}</loc><lastmod>{p.day}</lastmod></url>"
                for p in part
            )
            self._put(
                f"{host}/maps/news{n}.xml",
                f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>',
                "text/xml",
            )
        index = "".join(f"<sitemap><loc>http://{host}/maps/news{n}.xml</loc></sitemap>" for n in (1, 2))
        self._put(
            f"{host}/maps/index.xml",
            f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{index}</sitemapindex>',
            "text/xml",
        )
        self._put(
            f"{host}/robots.txt",
            f"User-agent: *\nDisallow: /admin/\nSitemap: http://{host}/maps/index.xml\n",
            "text/plain",
        )

    def _feed(self, host: str) -> None:
        items = "".join(
            f"<item><title>{p.title}</title><link>{self._link(self.town, host, p, whole=True)[0]}</link>"
            f"<pubDate>{p.published:%a, %d %b %Y %H:%M:%S} +0800</pubDate></item>"
            for p in self.pieces
        )
        self._put(
            f"{host}/rss.xml",
            f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>',
            "text/xml",
        )

    def _issues(self, town: Town, host: str) -> None:
        """A digital newspaper: a folder for each day, its pages, and a link to the previous issue."""
        days = sorted({piece.day for piece in self.pieces}, reverse=True)
        for at, day in enumerate(days):
            own = [piece for piece in self.pieces if piece.day == day]
            before = f"../../{days[at + 1]:%Y-%m/%d}/node_1.htm" if at + 1 < len(days) else ""
            pages = pages_of(own, 2)
            listed = " ".join(
                f"<a href='node_{n}.htm'>第{n:02}版：{MORE[n % 8]}</a>" for n in range(1, len(pages) + 1)
            )
            for n, part in enumerate(pages, 1):
                links = rows(
                    [(self._link(town, host, p)[0].rpartition("/")[2], p.title, "") for p in part], "bare"
                )
                areas = rows(
                    [(self._link(town, host, p)[0].rpartition("/")[2], p.title, "") for p in part], "area"
                )
                body = f"<map name='m'>{areas}</map><div id='pageList'>{listed}</div><div id='titleList'>{links}</div>"
                body += f"<a href='{before}'>上一期</a>" if before else ""
                self._put(
                    f"{host}/html/{day:%Y-%m/%d}/node_{n}.htm",
                    shell(town.name, f"{town.name} 第{n:02}版", body),
                )

    def _put(self, at: str, text: str, content_type: str = "text/html; charset=utf-8") -> None:
        answer = Answer(text.encode(), content_type=content_type)
        self.places.setdefault(at, lambda _: answer)


def _navigation(names: Sequence[tuple[str, str]]) -> str:
    return (
        "<div class='nav'>"
        + " ".join(f'<a href="{url}">{text}</a>' for url, text in [("/", "首页"), *names])
        + "</div>"
    )


def _with(piece: CityArticle, paragraphs: tuple[str, ...]) -> CityArticle:
    values: dict[str, Any] = {part.name: getattr(piece, part.name) for part in fields(piece)}
    return CityArticle(**values | {"paragraphs": paragraphs})
