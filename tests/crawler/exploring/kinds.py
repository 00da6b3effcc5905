"""Invented sites, one kind of list each, as pages by address: how lists go on, feeds, maps, frames."""

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import quote

TODAY = date(2026, 11, 29)
HOST = "www.zhuxi.example"
CHANNELS = (("yw", "要闻"), ("ms", "民生"), ("wh", "文化"))


@dataclass(frozen=True)
class Entry:
    """An article as lists print it."""

    url: str
    title: str
    day: date


@dataclass
class Kind:
    """A site: its pages by address, the articles that links reach."""

    pages: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    articles: set[str] = field(default_factory=set)

    def put(self, path: str, text: str | bytes, kind: str = "text/html; charset=utf-8") -> None:
        """Answer one address."""
        charset = "gb18030" if "gb" in kind else "utf-8"
        self.pages[f"http://{HOST}{path}"] = (text if isinstance(text, bytes) else text.encode(charset), kind)

    def channel(self, form: str, of: int, n: int = 6) -> list[Entry]:
        """The entries of a channel, the newest first, under addresses of a form."""
        made = []
        for k in range(n):
            number = 100 + of * 20 + k
            day = TODAY - timedelta(days=1 + k)
            url = form.format(n=number, d=day, c=CHANNELS[of][0])
            made.append(Entry(url, f"竹溪县第{number}号报道：老街改造有了新进展", day))
            self.articles.add(f"http://{HOST}{url}")
        return made


KINDS: dict[str, Callable[[Kind], None]] = {}
GBK = "text/html; charset=gb2312"


def kind(make: Callable[[Kind], None]) -> Callable[[Kind], None]:
    """Register a kind by its function's name."""
    KINDS[make.__name__] = make
    return make


def made(name: str) -> Kind:
    """The site of a kind."""
    site = Kind()
    KINDS[name](site)
    return site


def rows(entries: Sequence[Entry]) -> str:
    """Entries as most sites print them."""
    return (
        "<ul>"
        + "".join(f"<li><a href='{e.url}'>{e.title}</a><span>{e.day}</span></li>" for e in entries)
        + "</ul>"
    )


def navigation(site: Kind, form: str, body: str = "", kind: str = "text/html; charset=utf-8") -> None:
    """A front page that links the channels."""
    links = "".join(f"<a href='{form.format(c=c, k=k)}'>{name}</a>" for k, (c, name) in enumerate(CHANNELS))
    charset = "gb2312" if "gb" in kind else "utf-8"
    site.put(
        "/",
        f"<html><head><meta charset={charset}><title>竹溪网</title></head><body>{links}{body}</body></html>",
        kind,
    )


def paged(
    site: Kind,
    article: str,
    first: str,
    further: str,
    pager: Callable[[str, int, int], str],
    front: bool = True,
) -> None:
    """Channels of two pages or more, three entries a page; `pager` is what stands behind a list."""
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel(article, k)
        parts = [entries[n : n + 2] for n in range(0, len(entries), 2)]
        for n, part in enumerate(parts, 1):
            form = first if n == 1 else further
            following = further.format(c=c, k=k, n=n + 1) if n < len(parts) else ""
            site.put(
                form.format(c=c, k=k, n=n),
                f"<html><body>{rows(part)}{pager(following, n, len(parts))}</body></html>",
            )
    if front:
        navigation(site, first)


def link_to_next(text: str) -> Callable[[str, int, int], str]:
    """A pager of one link."""
    return lambda url, n, of: f"<a href='{url}'>{text}</a>" if url else ""


# ---------------------------------------------------------------------- how lists go on


@kind
def image_that_says_next(site: Kind) -> None:
    paged(site, "/c/{n}.html", "/{c}.html", "/{c}.html?page={n}", link_to_next("<img src=n.gif alt=下一页>"))


@kind
def icon_that_says_next(site: Kind) -> None:
    paged(
        site,
        "/{c}/n{n}.html",
        "/{c}/",
        "/{c}/page/{n}/",
        lambda u, n, of: f"<a class='next page-numbers' href='{u}'><i></i></a>" if u else "",
    )


@kind
def pages_in_a_choice(site: Kind) -> None:
    def pager(url: str, n: int, of: int) -> str:
        return (
            "<select onchange='location=this.value'>"
            + "".join(f"<option value='p{k}.html'>第{k}页</option>" for k in range(1, of + 1))
            + "</select>"
        )

    paged(site, "/{c}/d{n}.html", "/{c}/p1.html", "/{c}/p{n}.html", pager)


@kind
def function_that_goes_to_a_page(site: Kind) -> None:
    def pager(url: str, n: int, of: int) -> str:
        script = "<script>function gotoPage(n){ location.href = 'list_' + n + '.html'; }</script>"
        return script + (f"<a href='javascript:gotoPage({n + 1})'>下一页</a>" if url else "")

    paged(site, "/{c}/{d:%Y%m%d}_{n}.html", "/{c}/list_1.html", "/{c}/list_{n}.html", pager)


@kind
def button_that_goes_on(site: Kind) -> None:
    paged(
        site,
        "/show.asp?newsid={n}",
        "/class.asp?cid={k}",
        "/class.asp?cid={k}&page={n}",
        lambda u, n, of: f"<input type=button value=下一页 onclick=\"location='{u}'\">" if u else "",
    )


@kind
def entries_counted_instead_of_pages(site: Kind) -> None:
    for k in range(3):
        entries = site.channel("/n/{d:%y%m%d}{n}", k)
        for start in (0, 2, 4):
            following = f"<a href='/list?cat={k}&start={start + 2}'>后页</a>" if start < 4 else ""
            path = f"/list?cat={k}" + (f"&start={start}" if start else "")
            site.put(path, f"<html><body>{rows(entries[start : start + 2])}{following}</body></html>")
    navigation(site, "/list?cat={k}")


@kind
def all_numbers_but_the_newest_entries_stand_on_the_front_page(site: Kind) -> None:
    paged(
        site,
        "/show-{c}-{n}-1.html",
        "/list-{k}-1.html",
        "/list-{k}-{n}.html",
        lambda u, n, of: (
            " ".join(f"<a href=/list-{{k}}-{p}.html>{p}</a>" for p in ())
            + (f"<a href='{u}'>{n + 1}</a>" if u else "")
        ),
        front=False,
    )
    newest = [e for k in range(3) for e in Kind().channel("/show-{c}-{n}-1.html", k)[:2]]
    navigation(site, "/list-{k}-1.html", rows(newest))


@kind
def a_day_before(site: Kind) -> None:
    entries = site.channel("/x/{n}.html", 0)
    for n, entry in enumerate(entries):
        before = (
            f"<a href='/roll/{entries[n + 1].day:%Y%m%d}.html'>前一天</a>" if n + 1 < len(entries) else ""
        )
        text = f"<html><body><h3>{entry.day:%Y年%m月%d日}</h3><p><a href='{entry.url}'>{entry.title}</a></p>{before}</body></html>"
        site.put(f"/roll/{entry.day:%Y%m%d}.html", text)
        if not n:
            site.put("/roll/", text)
    navigation(site, "/roll/")


@kind
def days_as_links(site: Kind) -> None:
    entries = site.channel("/{d}/{n}.html", 0)
    days = " ".join(f"<a href='/{e.day}/'>{e.day.month}月{e.day.day}日</a>" for e in entries)
    for entry in entries:
        site.put(
            f"/{entry.day}/",
            f"<html><body>{days}<p><a href='{entry.url}'>{entry.title}</a></p></body></html>",
        )
    site.put("/", f"<html><title>竹溪每日</title><body>{days}</body></html>")


# ---------------------------------------------------------------------- feeds, maps, the rest


@kind
def feeds_on_a_page_of_feeds(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        items = "".join(
            f"<item><title><![CDATA[{e.title}]]></title><link>{e.url}</link><pubDate>{e.day} 08:00:00</pubDate></item>"
            for e in site.channel("/news/{n}.html", k)
        )
        site.put(
            f"/rss/{c}.xml",
            f"<?xml version='1.0' encoding='gb2312'?><rss version='2.0'><channel>{items}</channel></rss>",
            "text/xml; charset=gb2312",
        )
    site.put("/rss.html", "".join(f"<a href='/rss/{c}.xml'>{name}</a>" for c, name in CHANNELS))
    site.put("/", "<html><body><a href='/rss.html'>RSS订阅</a></body></html>")


@kind
def json_feed(site: Kind) -> None:
    items = [
        {
            "id": e.url,
            "url": f"http://{HOST}{e.url}",
            "title": e.title,
            "date_published": f"{e.day}T08:00:00+08:00",
        }
        for e in site.channel("/posts/zhuxi-{n}", 0)
    ]
    site.put(
        "/feed.json",
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}),
        "application/feed+json",
    )
    site.put(
        "/",
        "<html><head><link rel=alternate type=application/feed+json href=/feed.json></head><body><p>竹溪</p></body></html>",
    )


@kind
def map_as_plain_text(site: Kind) -> None:
    entries = site.channel("/a/{d:%Y%m%d}/A{n}X.htm", 0)
    site.put("/map.txt", "\n".join(f"http://{HOST}{e.url}" for e in entries[:3]), "text/plain")
    urls = "".join(f"<url><loc>http://{HOST}{e.url}</loc></url>" for e in entries[3:])
    site.put("/sm.xml.gz", gzip.compress(f"<urlset>{urls}</urlset>".encode()), "application/gzip")
    site.put("/robots.txt", f"Sitemap: http://{HOST}/map.txt\nSitemap: /sm.xml.gz\n", "text/plain")
    site.put("/", "<html><body><p>竹溪</p></body></html>")


@kind
def map_of_the_site_as_a_page(site: Kind) -> None:
    paged(
        site,
        "/info/10{k}/{n}.htm".replace("{k}", "2"),
        "/lm/{c}.htm",
        "/lm/{c}/{n}.htm",
        link_to_next("下页"),
        front=False,
    )
    site.put("/wzdt.htm", "".join(f"<li><a href='/lm/{c}.htm'>{name}</a>" for c, name in CHANNELS))
    site.put("/", "<html><body><p>通知栏</p><a href='/wzdt.htm'>网站地图</a></body></html>")


@kind
def names_of_channels_in_the_charset_of_the_page(site: Kind) -> None:
    for k, (_, name) in enumerate(CHANNELS):
        site.put(
            f"/list.asp?class={quote(name.encode('gbk'))}",
            f"<html><body>{rows(site.channel('/view.asp?id={n}', k))}</body></html>",
            GBK,
        )
    links = "".join(f"<a href='/list.asp?class={name}'>{name}</a>" for _, name in CHANNELS)
    site.put("/", f"<html><body>{links}</body></html>", GBK)


@kind
def two_levels_of_channels(site: Kind) -> None:
    paged(
        site,
        "/{c}/jd/{d:%Y%m}/{n}.html",
        "/{c}/jd/",
        "/{c}/jd/index_{n}.html",
        link_to_next("下一页"),
        front=False,
    )
    for c, name in CHANNELS:
        site.put(
            f"/{c}/",
            f"<html><body><a href='/{c}/jd/'>焦点{name}</a><a href='/{c}/tp/'>图片</a></body></html>",
        )
    navigation(site, "/{c}/")


@kind
def frames(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        site.put(f"/{c}.html", f"<html><body><iframe src='/list/{c}.html'></iframe></body></html>")
        site.put(
            f"/list/{c}.html",
            f"<html><body>{rows(site.channel('/html/{d:%Y%m%d}/{n}.html', k))}</body></html>",
        )
    site.put("/", "<html><frameset><frame src='top.html'><frame src='main.html'></frameset></html>")
    site.put("/top.html", "".join(f"<a href='{c}.html'>{name}</a>" for c, name in CHANNELS))
    site.put("/main.html", "<p>欢迎</p>")


@kind
def picture_with_areas(site: Kind) -> None:
    for k in range(3):
        site.put(
            f"/jsp/list.jsp?lmid={k}",
            f"<html><body>{rows(site.channel('/jsp/content.jsp?infoid={n}', k))}</body></html>",
        )
    areas = "".join(
        f"<area href='/jsp/list.jsp?lmid={k}' alt='{name}'>" for k, (_, name) in enumerate(CHANNELS)
    )
    site.put("/", f"<html><body><map name=m>{areas}</map></body></html>")
