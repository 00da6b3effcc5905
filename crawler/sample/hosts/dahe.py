"""news.dahe.cn: the `_baidu` ids, a title id that begins with a digit, and one address for each kind of trouble."""

from html import escape

from crawler.sample.answer import Maker
from crawler.sample.feeds import robots
from crawler.sample.markup import links, page, pages_of, paragraphs, words
from crawler.sample.printing import Printing
from crawler.sample.troubles import HOST, TROUBLES, trouble
from crawler.sample.world import Places, World, short

_NAV = words(
    "大河网 河南 焦点 国内 国际 文娱 财经 评论 图片 视频 专题 教育 房产 汽车 健康 旅游 大河论坛 云报纸"
)


def places(world: World) -> Places:
    """Articles, two list pages, and the troubles linked from the second."""
    for item in world.at(HOST):
        yield HOST + item.path, _article(world, item)
    shown = world.listed(HOST)
    parts = pages_of(shown, max(4, (len(shown) + 1) // 2))
    for number, part in enumerate(parts, 1):
        file = "index.html" if number == 1 else f"index_{number}.html"
        rows = [(item.linked_as or item.url, item.title) for item in part]
        if number == len(parts):
            rows += [(f"http://{HOST}{path}", title) for path, title, kind in TROUBLES if world.has(kind)]
        yield f"{HOST}/hnnews/{file}", _list(world, rows, list(part), number, len(parts))
    yield f"{HOST}/", _list(world, [(item.url, item.title) for item in shown[:4]], shown[:4], 1, 1)
    yield (
        f"{HOST}/robots.txt",
        robots(HOST, "User-agent: *", "Disallow: /bbs/", "Disallow: /2020/02-12/598119.html"),
    )
    for path, _, kind in TROUBLES:
        if world.has(kind):
            yield HOST + path, trouble(world, kind)


def _list(world: World, rows: list[tuple[str, str]], part: list[Printing], number: int, last: int) -> Maker:
    following = f'<a href="index_{number + 1}.html">下一页</a>' if number < last else ""
    text = page(
        '<meta charset="utf-8">\n<title>河南新闻-大河网</title>',
        f'<div class="nav">{_NAV}</div><div class="newsleft"><ul id="content">\n{links(rows)}\n</ul></div><div class="page">{following}</div>',
    )
    return lambda _: world.listing(HOST, text, part)


def _article(world: World, item: Printing) -> Maker:
    text = article_html(world, item)
    if "503-first" in item.traits:
        return trouble(world, "503-first", world.html(item, text))
    return lambda _: world.html(item, text)


def article_html(_: World, item: Printing) -> str:
    """An article page."""
    original = f"<p>　　原标题：{escape(item.original_title)}</p>" if item.original_title else ""
    return page(
        f'<meta charset="utf-8">\n<title>{escape(item.title)}-大河网</title>\n<meta name="publishdate" content="{short(item.published)}">',
        f"""<div class="nav">{_NAV}</div>
<div class="cl"><div class="newsleft"><h1 id="4g_title">{escape(item.title)}</h1>
<div class="source"><p class="time fl" id="pubtime_baidu">{item.published:%Y年%m月%d日%H:%M}</p>
<span id="source_baidu">来源：<a href="http://www.people.com.cn">{item.source}</a></span></div>
<div id="mainCon">
{paragraphs(item.paragraphs)}
{original}</div>
<p id="editor_baidu">编辑：{item.editor}</p>
<div class="share">分享到：微信 微博 QQ空间</div></div></div>
<div class="footer">河南大河网络传媒集团有限公司 版权所有</div>""",
    )
