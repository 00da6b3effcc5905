"""news.cctv.com: lists as JSONP, connections closed after each answer."""

import json
from html import escape

from crawler.sample.answer import Maker
from crawler.sample.feeds import robots
from crawler.sample.markup import heading, page, pages_of, paragraphs, words
from crawler.sample.printing import Printing
from crawler.sample.world import Places, World

HOST = "news.cctv.com"
_LISTS = "/2019/07/gaiban/cmsdatainterface/page/china_{}.jsonp"
_NAV = words("首页 新闻 图片 视频 原创 军事 国际 法治 经济 科技 社会 教育 评论 人物")


def places(world: World) -> Places:
    """Articles and the JSONP list in pages of three; past the last page is 404."""
    for item in world.at(HOST):
        yield HOST + item.path, _article(world, item)
    shown = world.listed(HOST)
    for number, part in enumerate(pages_of(shown, 3), 1):
        yield HOST + _LISTS.format(number), _list(world, list(part), len(shown))
    text = page(
        '<meta charset="utf-8">\n<title>新闻频道_央视网</title>',
        f'<div class="nav">{_NAV}</div><div id="newslist"></div>',
    )
    yield f"{HOST}/", lambda _: world.listing(HOST, text, shown)
    yield f"{HOST}/robots.txt", robots(HOST, "User-agent: *", "Disallow: /special/")


def _list(world: World, part: list[Printing], total: int) -> Maker:
    rows = [
        {
            "id": item.path.rpartition("/")[2].removesuffix(".shtml"),
            "title": item.title,
            "url": item.url,
            "focus_date": f"{item.published:%Y-%m-%d %H:%M:%S}",
            "brief": item.paragraphs[0][:40],
        }
        for item in part
    ]
    text = f"china({json.dumps({'data': {'total': total, 'list': rows}}, ensure_ascii=False)})"
    return lambda _: world.data(HOST, text, "application/javascript", part)


def _article(world: World, item: Printing) -> Maker:
    return lambda _: world.html(item, _html(item))


def _html(item: Printing) -> str:
    return page(
        f'<meta charset="utf-8">\n<title>{escape(item.title)}_新闻频道_央视网(cctv.com)</title>\n'
        f'<meta name="source" content="{item.source}">\n<meta property="og:title" content="{escape(item.title)}">',
        f"""<div class="nav">{_NAV}</div>
<div class="main"><div id="title_area" class="title_area">{heading(1, item.title)}
<div class="info">来源：{item.source} | {item.published:%Y年%m月%d日 %H:%M}</div></div>
<div class="content_area" id="content_area">
{paragraphs(item.paragraphs)}
</div>
<div class="zebian"><span>编辑：{item.editor}</span> <span>责任编辑：{item.editor}</span></div></div>
<div class="footer">中国中央电视台 央视网 版权所有</div>""",
    )
