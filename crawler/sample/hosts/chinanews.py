"""www.chinanews.com.cn: scroll lists that end in an empty page, an RSS feed that lives, monthly sitemaps in gzip."""

from collections import defaultdict
from html import escape

from crawler.sample.answer import Maker
from crawler.sample.feeds import gz_sitemap, robots, rss, sitemap_index
from crawler.sample.markup import heading, links, page, pages_of, paragraphs, words
from crawler.sample.printing import Printing
from crawler.sample.world import Places, World

HOST = "www.chinanews.com.cn"
_NAV = words(
    "首页 时政 东西问 财经 社会 国际 华人 大湾区 文娱 体育 视频 图片 创意 直播 教育 法治 同心 铸牢 一带一路 理论 生活"
)


def places(world: World) -> Places:
    """Articles, lists, feed and sitemaps."""
    shown = world.listed(HOST)
    for item in world.at(HOST):
        yield item.place, _article(world, item)
    parts = [*pages_of(shown, 5), []]
    for number, part in enumerate(parts, 1):
        yield f"{HOST}/scroll-news/news{number}.html", _list(world, number, len(parts), list(part))
    yield f"{HOST}/", _list(world, 1, 1, shown[:5])
    yield (
        f"{HOST}/rss/scroll-news.xml",
        rss(world, HOST, "中国新闻网滚动新闻", [(item, item.paragraphs[0]) for item in shown[:6]]),
    )
    months: defaultdict[str, list[Printing]] = defaultdict(list)
    for item in shown:
        months[f"{item.published:%Y%m}"].append(item)
    children = [(f"https://{HOST}/sitemap/{month}.xml.gz", items) for month, items in months.items()]
    yield f"{HOST}/sitemap.xml", sitemap_index(world, HOST, children)
    for month, items in months.items():
        yield f"{HOST}/sitemap/{month}.xml.gz", gz_sitemap(world, HOST, items)
    yield (
        f"{HOST}/robots.txt",
        robots(HOST, "User-agent: *", "Disallow: /part/", f"Sitemap: https://{HOST}/sitemap.xml"),
    )


def _list(world: World, number: int, last: int, part: list[Printing]) -> Maker:
    rows = "\n".join(
        f'<li><div class="dd_lm">[<a href="/china/">国内</a>]</div><div class="dd_bt"><a href="{item.path}">{escape(item.title)}</a></div><div class="dd_time">{item.published.month}-{item.published:%d %H:%M}</div></li>'
        for item in part
    )
    pager = "".join(f'<a href="/scroll-news/news{n}.html">{n}</a>' for n in range(1, last + 1))
    text = page(
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n<title>即时新闻-中新网</title>',
        f'<div class="nav">{_NAV}</div><div class="content_list"><ul>\n{rows}\n</ul></div><div class="pagebox">{pager}</div>',
    )
    return lambda _: world.listing(HOST, text, part)


def _article(world: World, item: Printing) -> Maker:
    return lambda _: world.html(item, article_html(world, item))


def article_html(world: World, item: Printing) -> str:
    """An article page."""
    return page(
        f'<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n<title>{escape(item.title)}-中新网</title>\n'
        f'<meta name="description" content="{escape(item.paragraphs[0][:60])}"/>',
        f"""<div class="nav_navcon">{_NAV}</div>
<div id="cont_1_1_2" class="w1280">
<div class="div624">{heading(1, item.title, ' class="content_left_title"')}</div>
<div class="left-t" style="padding-bottom:0px;">{item.published:%Y年%m月%d日 %H:%M}　来源：<a href="http://www.people.com.cn/" class="source">{item.source}</a><span class="pl"><a href="#pl">参与互动</a></span></div>
<div class="left_ph"></div><div class="left_pt"></div>
<div class="left_zw" style="position:relative">
{paragraphs(item.paragraphs)}
<div id="function_code_page"></div></div>
<div class="left_name right">【编辑:{item.editor}】</div>
<div class="tupian_div"><h3>更多精彩内容请进入</h3><ul>{links(world.earlier(item, 5))}</ul></div></div>
<div class="pagebottom">本网站所刊载信息，不代表中新社和中新网观点。 刊用本网站稿件，务经书面授权。</div>""",
    )
