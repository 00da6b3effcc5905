"""news.youth.cn: a TRS site in GB2312, its lists numbered from nothing (index.htm, index_1.htm)."""

from html import escape

from crawler.sample.answer import Maker
from crawler.sample.feeds import robots
from crawler.sample.markup import links, page, pages_of, paragraphs, words
from crawler.sample.printing import Printing
from crawler.sample.world import Places, World, short

HOST = "news.youth.cn"
_NAV = words(
    "中国青年网 新闻 时政 国际 图片 军事 财经 文化 教育 公益 共青团 青年之声 校园 心理 游戏 网上青年宫"
)
_HEAD = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />'


def places(world: World) -> Places:
    """Articles with their further pages, and the list."""
    for item in world.at(HOST):
        for number, (url, texts) in enumerate(item.parts()):
            yield url.partition("://")[2], _article(world, item, number, texts)
    parts = pages_of(world.listed(HOST), 4)
    for number, part in enumerate(parts):
        file = f"index_{number}.htm" if number else "index.htm"
        yield f"{HOST}/gn/{file}", _list(world, number, len(parts), list(part))
    yield f"{HOST}/", _list(world, 0, 1, world.listed(HOST)[:4])
    yield f"{HOST}/robots.txt", robots(HOST, "User-agent: *", "Disallow: /search/")


def _list(world: World, number: int, count: int, part: list[Printing]) -> Maker:
    rows = "\n".join(
        f'<li><font>{short(item.published)}</font><a href="./{item.path.removeprefix("/gn/")}" target="_blank">{escape(item.title)}</a></li>'
        for item in part
    )
    text = page(
        f"{_HEAD}\n<title>国内新闻_中国青年网</title>",
        f'<div class="nav">{_NAV}</div><ul class="tj3_1">\n{rows}\n</ul>\n'
        f'<script>createPageHTML({count}, {number}, "index", "htm");</script>',
    )
    return lambda _: world.listing(HOST, text, part)


def _article(world: World, item: Printing, number: int, texts: tuple[str, ...]) -> Maker:
    return lambda _: world.html(item, _html(world, item, number, texts))


def _html(world: World, item: Printing, number: int, texts: tuple[str, ...]) -> str:
    parts = [url.rpartition("/")[2] for url, _ in item.parts()]
    pager = " ".join(f'<a href="{file}">{n}</a>' for n, file in enumerate(parts, 1)) if item.split else ""
    others = [(other.path, other.title) for other in world.listed(HOST) if other.url != item.url][:6]
    return page(
        f'{_HEAD}\n<title>{escape(item.title)}_新闻频道_中国青年网</title>\n<meta name="filetype" content="1">\n'
        f'<meta name="publishedtype" content="1">\n<meta name="catalogs" content="gn">',
        f"""<div class="topbar">今天是{world.today.year}年{world.today.month}月{world.today.day}日</div>
<div class="nav">{_NAV}</div>
<div class="page_bt"><p class="pbt">{escape(item.title)}</p>
<p class="pwz"><span id="page_right">发稿时间：{item.published:%Y-%m-%d %H:%M:%S}&nbsp;&nbsp;&nbsp;来源：{item.source}&nbsp;&nbsp;作者：{escape(item.byline or "")}</span></p></div>
<div class="page_text"><div id="container"><div class="TRS_Editor"><div class="Custom_UnionStyle">
{paragraphs(texts)}
</div></div></div>
<div class="page_fy">{pager}</div>
<div class="zrbj">责任编辑：{item.editor}</div></div>
<div class="page_right"><h3>热图</h3><ul>{links(others)}</ul></div>
<div class="foot">关于我们 投稿邮箱 版权所有：共青团中央网络影视中心 信息网络传播视听节目许可证</div>""",
        doctype='<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">',
    )
