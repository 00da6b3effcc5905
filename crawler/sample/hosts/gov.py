"""www.gov.cn: `#UCAP-CONTENT`, a JSON list, a plain sitemap; and big5.www.gov.cn, the gateway that converts it."""

import json
from html import escape

from crawler.sample.answer import Maker
from crawler.sample.feeds import robots, sitemap
from crawler.sample.markup import heading, links, page, paragraphs, words
from crawler.sample.printing import Printing
from crawler.sample.world import Places, World, short

HOST, GATEWAY = "www.gov.cn", "big5.www.gov.cn"
_NAV = words("首页 国务院 总理 新闻 政策 互动 服务 数据 国情 国家政务服务平台")


def places(world: World) -> Places:
    """Articles, the JSON list and its page, the sitemap."""
    shown = world.listed(HOST)
    for item in world.at(HOST):
        yield item.place, _article(world, item)
    rows = [
        {"TITLE": item.title, "SUB_TITLE": "", "URL": item.url, "DOCRELPUBTIME": short(item.published)}
        for item in shown
    ]
    yield f"{HOST}/yaowen/liebiao/YAOWENLIEBIAO.json", _json(world, rows, shown)
    text = page(
        '<meta charset="utf-8">\n<title>要闻_中国政府网</title>',
        f'<div class="nav">{_NAV}</div><div class="list list_1 list_2"><ul>{links((item.url, item.title) for item in shown)}</ul></div>',
    )
    for path in ("/yaowen/liebiao/home.htm", "/"):
        yield HOST + path, lambda _: world.listing(HOST, text, shown)
    yield f"{HOST}/google.xml", sitemap(world, HOST, shown)
    yield (
        f"{HOST}/robots.txt",
        robots(HOST, "User-agent: *", "Disallow: /2016gov/", f"Sitemap: https://{HOST}/google.xml"),
    )
    yield from _gateway(world)


def _gateway(world: World) -> Places:
    """The gateway's pages: their addresses and links contain the host that the gateway converts."""
    shown = world.listed(GATEWAY)
    for item in world.at(GATEWAY):
        yield item.place, _article(world, item)
    text = page(
        '<meta charset="utf-8">\n<title>要聞_中國政府網</title>',
        f'<div class="list list_1 list_2"><ul>{links((item.url, item.title) for item in shown)}</ul></div>',
    )
    yield f"{GATEWAY}/gate/big5/{HOST}/yaowen/liebiao/home.htm", lambda _: world.listing(GATEWAY, text, shown)
    yield f"{GATEWAY}/robots.txt", robots(GATEWAY, "User-agent: *", "Disallow:")


def _json(world: World, rows: list[dict[str, str]], shown: list[Printing]) -> Maker:
    text = json.dumps(rows, ensure_ascii=False)
    return lambda _: world.data(HOST, text, "application/json", shown)


def _article(world: World, item: Printing) -> Maker:
    return lambda _: world.html(item, article_html(world, item))


def article_html(_: World, item: Printing) -> str:
    """An article page."""
    source, editor, wrong = (
        ("來源：", "責任編輯：", "我要糾錯") if item.host == GATEWAY else ("来源：", "责任编辑：", "我要纠错")
    )
    size, name = ("字號", "中國政府網") if item.host == GATEWAY else ("字号", "中国政府网")
    return page(
        f'''<meta charset="utf-8">
<title>{escape(item.title)}_{name}</title>
<meta name="manuscriptId" content="{item.path.rpartition("_")[2].removesuffix(".htm")}">
<meta name="firstpublishedtime" content="{item.published:%Y-%m-%d-%H:%M:%S}">
<meta name="lastmodifiedtime" content="{item.published:%Y-%m-%d-%H:%M:%S}">
<meta name="author" content="{item.source}">''',
        f"""<div class="header"><div class="nav">{_NAV}</div></div>
<div class="BreadcrumbNav"><a href="/">首页</a> &gt; <a href="/yaowen/">新闻</a></div>
<div class="article oneColumn pub_border">{heading(1, item.title)}
<div class="pages-date">{item.published:%Y-%m-%d %H:%M} <span class="font">{source} {item.source}</span>
<span class="font-type"><b>{size}：</b>默认 大 超大 | 打印 </span></div>
<div class="pages_content" id="UCAP-CONTENT">
{paragraphs(item.paragraphs)}
</div>
<div class="editor">【{wrong}】 {editor}{item.editor}</div></div>
<div class="footer">主办单位：国务院办公厅 运行维护单位：中国政府网运行中心</div>""",
    )
