"""www.wenweipo.com: Hong Kong's Traditional pages, an HTML list and the JSON lists of its app."""

import json
from html import escape
from uuid import NAMESPACE_URL, uuid5

from crawler.sample.answer import Answer, Maker, SampleRequest
from crawler.sample.feeds import asked_for, robots, under
from crawler.sample.markup import heading, links, page, paragraphs, words
from crawler.sample.printing import Printing
from crawler.sample.world import Places, World

HOST, SEARCH = "www.wenweipo.com", "search2.wenweipo.com"
_COLUMN = str(uuid5(NAMESPACE_URL, HOST))
_NAV = words("首頁 即時 香港 內地 國際 台灣 評論 財經 體育 娛樂 副刊 教育 圖集 視頻 專題 今日文匯")


def places(world: World) -> Places:
    """Articles, the list and the app's JSON."""
    shown = world.listed(HOST)
    for item in world.at(HOST):
        yield item.place, _article(world, item)
    text = page(
        '<meta charset="utf-8">\n<title>即時 - 香港文匯網</title>',
        f'<div class="nav">{_NAV}</div><div class="story-list"><ul>{links((item.url, item.title) for item in shown)}</ul></div>',
        lang="zh-HK",
    )
    for path in ("/immed/index.html", "/"):
        yield HOST + path, lambda _: world.listing(HOST, text, shown)
    columns = [{"uuid": _COLUMN, "name": "內地", "dirname": "mainland"}]
    yield f"{HOST}/columns.json", _json(world, columns, shown)
    stories = {"name": "內地", "total": len(shown), "stories": [_story(item) for item in shown]}
    yield f"{HOST}/columns/{_COLUMN}/tkww/app/stories.json", _json(world, stories, shown)
    yield f"{HOST}/robots.txt", robots(HOST, "User-agent: *", "Allow: /")
    yield f"{SEARCH}/search", _search(world)
    yield f"{SEARCH}/robots.txt", robots(SEARCH, "User-agent: *", "Allow: /")


def _search(world: World) -> Maker:
    """The site's own search, which finds Traditional words only."""

    def answer(asked: SampleRequest) -> Answer:
        shown = under(world.listed(HOST), asked_for(asked, "query"))
        items = "\n".join(
            f'<div class="searchItem"><div class="searchItemTitle"><a href="{item.url}"><h3>{escape(item.title)}</h3></a></div>'
            f'<div class="searchItemTime">{item.published:%Y-%m-%d %H:%M}</div></div>'
            for item in shown
        )
        text = page(
            '<meta charset="utf-8">\n<title>搜索 - 香港文匯網</title>',
            f'<div class="nav">{_NAV}</div><div class="searchNumber">共找到<font>{len(shown)}</font>條結果</div>{items}',
            lang="zh-HK",
        )
        return world.listing(SEARCH, text, [])

    return answer


def _json(world: World, value: object, shown: list[Printing]) -> Maker:
    text = json.dumps(value, ensure_ascii=False)
    return lambda _: world.data(HOST, text, "application/json", shown)


def _story(item: Printing) -> dict[str, object]:
    return {
        "title": item.title,
        "url": item.url,
        "publishTime": f"{item.published:%Y-%m-%dT%H:%M:%S}.000+0800",
        "source": item.source,
    }


def _article(world: World, item: Printing) -> Maker:
    return lambda _: world.html(item, _html(world, item))


def _html(world: World, item: Printing) -> str:
    others = [(other.url, other.title) for other in world.listed(HOST) if other.url != item.url][:5]
    linked = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": item.title,
        "datePublished": f"{item.published:%a %b %d %H:%M:%S} HKT {item.published:%Y}",
    }
    return page(
        f'<meta charset="utf-8">\n<title>{escape(item.title)} - 內地 - 香港文匯網</title>\n'
        f'<script type="application/ld+json">{json.dumps(linked, ensure_ascii=False)}</script>',
        f"""<header><div class="nav">{_NAV}</div></header>
<div class="main"><div class="title-bar">{heading(1, item.title)}</div>
<div class="info-bar"><span class="time">{item.published:%Y-%m-%d %H:%M:%S}</span><span class="source">來源：{item.source}</span></div>
<div class="content"><div id="richTextContainer">
{paragraphs(item.paragraphs)}
</div></div>
<div class="related"><h3>相關新聞</h3><ul>{links(others)}</ul></div></div>
<footer>香港文匯報有限公司版權所有</footer>""",
        lang="zh-HK",
    )
