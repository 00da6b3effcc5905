"""The robots.txt files, sitemaps, RSS feeds and searches of the sample hosts."""

import gzip
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape
from urllib.parse import parse_qsl

from crawler.sample.answer import Answer, Maker, SampleRequest, text_answer
from crawler.sample.outlets import OUTLETS
from crawler.sample.printing import Printing
from crawler.sample.world import BEIJING, World

_MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def robots(host: str, *lines: str) -> Maker:
    """A robots.txt with these lines."""

    def answer(_: SampleRequest) -> Answer:
        made = text_answer(OUTLETS[host], "".join(line + "\n" for line in lines), content_type="text/plain")
        return Answer(made.body, content_type="text/plain", headers=made.headers)

    return answer


def sitemap_index(world: World, host: str, children: Sequence[tuple[str, list[Printing]]]) -> Maker:
    """An index of sitemaps; a child is a sitemap's address and its pages."""
    entries = "".join(
        f"<sitemap><loc>{escape(url)}</loc><lastmod>{world.modified(shown):%Y-%m-%dT%H:%M:%S+08:00}</lastmod></sitemap>\n"
        for url, shown in children
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{_MAP}">\n{entries}</sitemapindex>\n'
    )
    everything = [page for _, shown in children for page in shown]
    return lambda _: world.data(host, text, "text/xml", everything)


def sitemap(world: World, host: str, shown: list[Printing]) -> Maker:
    """A plain sitemap."""
    return lambda _: world.data(host, _urlset(shown, news=False), "text/xml", shown)


def news_sitemap(world: World, host: str, shown: list[Printing]) -> Maker:
    """A news sitemap, with titles and publication dates."""
    return lambda _: world.data(host, _urlset(shown, news=True), "text/xml", shown)


def gz_sitemap(world: World, host: str, shown: list[Printing]) -> Maker:
    """A sitemap that is a gzip file: the body is compressed, the transfer is not."""
    body = gzip.compress(_urlset(shown, news=False).encode(), mtime=0)
    headers = OUTLETS[host].headers
    modified = world.modified(shown)
    return lambda _: Answer(body, content_type="application/x-gzip", headers=headers, modified=modified)


def rss(world: World, host: str, title: str, items: Sequence[tuple[Printing, str]]) -> Maker:
    """An RSS 2.0 feed; an item is its page and the HTML of its description."""
    shown = [page for page, _ in items]
    entries = "".join(
        f"<item><title><![CDATA[{page.title}]]></title><link>{escape(page.url)}</link>"
        f"<pubDate>{format_datetime(page.published.replace(tzinfo=BEIJING))}</pubDate>"
        f"<description><![CDATA[{description}]]></description></item>\n"
        for page, description in items
    )
    text = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{title}</title>'
        f"<link>http://{host}/</link><language>zh-cn</language><ttl>10</ttl>\n{entries}</channel></rss>\n"
    )
    return lambda _: world.data(host, text, "text/xml", shown)


def _urlset(shown: list[Printing], *, news: bool) -> str:
    entries = "".join(_url(page, news=news) for page in shown)
    spaces = f'xmlns="{_MAP}"' + (f' xmlns:news="{_NEWS}"' if news else "")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {spaces}>\n{entries}</urlset>\n'


def _url(page: Printing, *, news: bool) -> str:
    when = f"{page.published:%Y-%m-%dT%H:%M:%S}+08:00"
    if not news:
        return f"<url><loc>{escape(page.url)}</loc><lastmod>{when}</lastmod></url>\n"
    return (
        f"<url><loc>{escape(page.url)}</loc><news:news><news:publication><news:name>人民网</news:name>"
        f"<news:language>zh-cn</news:language></news:publication><news:publication_date>{when}</news:publication_date>"
        f"<news:title>{escape(page.title)}</news:title></news:news></url>\n"
    )


def asked_for(asked: SampleRequest, name: str, charset: str = "utf-8") -> str:
    """The value of a query argument, decoded from the given charset."""
    return dict(parse_qsl(asked.query, keep_blank_values=True, encoding=charset)).get(name, "")


def under(shown: list[Printing], words: str) -> list[Printing]:
    """The pages with exactly these words in the title, in one script only, as in site searches."""
    return [page for page in shown if words and words in page.title]
