"""www.macaodaily.com: a Founder e-paper in Traditional, found only by its dated folders."""

from collections import defaultdict
from datetime import date
from html import escape

from crawler.sample.answer import Maker
from crawler.sample.feeds import robots
from crawler.sample.markup import heading, links, page, paragraphs
from crawler.sample.printing import Printing
from crawler.sample.world import Places, World

HOST = "www.macaodaily.com"


def places(world: World) -> Places:
    """Each day's pages (node_1 is A01) and their articles."""
    days: defaultdict[date, defaultdict[str, list[Printing]]] = defaultdict(lambda: defaultdict(list))
    for item in sorted(world.listed(HOST), key=lambda item: item.path):
        days[item.published.date()][item.page_name or ""].append(item)
    for day, pages in days.items():
        nodes = {f"node_{n}.htm": (name, items) for n, (name, items) in enumerate(pages.items(), 1)}
        for file, (name, items) in nodes.items():
            yield f"{HOST}/html/{day:%Y-%m}/{day:%d}/{file}", _node(world, name, items, nodes)
    for item in world.at(HOST):
        yield HOST + item.path, _article(world, item)
    yield f"{HOST}/robots.txt", robots(HOST, "User-agent: *", "Disallow:")
    newest = max(days)
    yield f"{HOST}/", _front(world, f"/html/{newest:%Y-%m}/{newest:%d}/node_1.htm")


def _front(world: World, newest: str) -> Maker:
    text = page(
        '<meta charset="utf-8">\n<title>澳門日報</title>', f'<a href="{newest}">最新一期</a>', lang="zh-MO"
    )
    return lambda _: world.listing(HOST, text, [])


def _node(
    world: World, name: str, items: list[Printing], nodes: dict[str, tuple[str, list[Printing]]]
) -> Maker:
    text = page(
        f'<meta charset="utf-8">\n<title>澳門日報電子版 {name}</title>',
        f"""<table><tr><td class="px12"><strong>{name}</strong></td></tr></table>
<div id="pgn">{links((file, other) for file, (other, _) in nodes.items())}</div>
<ul id="all_article_list">{links((item.path.rpartition("/")[2], item.title) for item in items)}</ul>""",
        lang="zh-MO",
    )
    return lambda _: world.listing(HOST, text, items)


def _article(world: World, item: Printing) -> Maker:
    return lambda _: world.html(item, _html(item))


def _html(item: Printing) -> str:
    return page(
        f'<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n<title>{escape(item.title)}-澳門日報電子版</title>',
        f"""<div class="top">澳門日報 {item.published:%Y年%m月%d日} 澳門日報有限公司</div>
<table class="content"><tr><td>
<!--enpproperty <date>{item.published:%Y-%m-%d} 00:00:00.0</date><author></author><title>{item.title}</title><keyword></keyword><subtitle>{item.subtitle or ""}</subtitle><introtitle>{item.kicker or ""}</introtitle><nodename>{item.page_name}</nodename>/enpproperty-->
<founder-title>{heading(3, item.kicker)}<strong style="font-size:23px">{escape(item.title)}</strong></founder-title>
<p class="date">{item.published:%Y-%m-%d} {item.page_name}</p>
<!--enpcontent--><div id="ozoom"><founder-content>{paragraphs(item.paragraphs, "")}</founder-content></div><!--/enpcontent-->
</td></tr></table>
<div>上一篇 下一篇 放大 縮小 默認</div>""",
        lang="zh-MO",
    )
