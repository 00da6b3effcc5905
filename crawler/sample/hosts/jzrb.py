"""www.jzrb.com (PowerEasy lists, the body printed twice) and jmanli.cn, the spam site that converts its pages."""

from html import escape

from crawler.sample.answer import Answer, Maker, SampleRequest
from crawler.sample.convert import botched, noisy
from crawler.sample.feeds import asked_for, robots, under
from crawler.sample.markup import links, page, pages_of, paragraphs, words
from crawler.sample.printing import Printing
from crawler.sample.world import Places, World

HOST, SPAM = "www.jzrb.com", "jmanli.cn"
_CLASS = {"tuijian": ("新闻推荐", "副头条"), "bendi": ("新闻中心首页", "焦作新闻")}
_NAV = "网站首页 新闻 国内 国际 河南 焦作 时政要闻 专题 直播 网视 网谈 网评 今日头条 汽车 旅游 经济 美食 焦作关注 房产 娱乐 体育 市场 焦作日报 手机报 焦作晚报 经典山阳 小记者 焦作论坛 网上投稿 订报服务"
_RIGHTS = "免责声明：凡本网注明“来源：XXX（非焦作网）”的作品，均转载自其它媒体，转载目的在于传递更多信息，并不代表本网赞同其观点和对其真实性负责。"
_KEYWORDS = ("亚洲精品导航", "手机看片基地", "在线观看大全")


def places(world: World) -> Places:
    """Articles, the ASP list with `page=`, the static lists with descending numbers, and the spam site."""
    for item in world.at(HOST):
        for number, (url, texts) in enumerate(item.parts()):
            yield url.partition("://")[2], _article(world, item, number, texts)
    yield from _asp_lists(world)
    yield from _static_lists(world)
    yield f"{HOST}/Search.asp", _search(world)
    yield f"{HOST}/", _front(world)
    yield f"{HOST}/robots.txt", robots(HOST, "User-agent: *", "Disallow: /admin/", "Disallow: /User/")
    yield from _spam(world)


def _asp_lists(world: World) -> Places:
    """`ShowClass.asp`: a page number past the last shows the last page again."""
    parts = pages_of(world.listed(HOST), 5)

    def answer(asked: SampleRequest) -> Answer:
        wanted = dict(part.partition("=")[::2] for part in asked.query.split("&")).get("page", "1")
        number = min(max(int(wanted) if wanted.isdigit() else 1, 1), len(parts))
        shown = list(parts[number - 1])
        return world.listing(HOST, _list_html("新闻中心", shown, _asp_pager(number, len(parts))), shown)

    yield f"{HOST}/news/ShowClass.asp", answer


def _asp_pager(number: int, last: int) -> str:
    following = f'<a href="ShowClass.asp?ClassID=3&page={min(number + 1, last)}">下一页</a>'
    return f'共 <b>{last}</b> 页 <a href="ShowClass.asp?ClassID=3&page=1">首页</a> {following} <a href="ShowClass.asp?ClassID=3&page={last}">尾页</a>'


def _static_lists(world: World) -> Places:
    """`Index.shtml` is the newest page; of n pages the second is `List_{n-1}`, the last `List_1`."""
    for folder, (channel, name) in _CLASS.items():
        parts = pages_of(world.listed(HOST, f"/news/{folder}/"), 3)
        files = ["Index.shtml", *(f"List_{n}.shtml" for n in range(len(parts) - 1, 0, -1))]
        for place, (file, part) in enumerate(zip(files, parts, strict=True)):
            following = f'<a href="{files[place + 1]}">下一页</a>' if place + 1 < len(files) else ""
            text = _list_html(f"{channel} > {name}", list(part), following)
            yield f"{HOST}/news/{folder}/{file}", _shown(world, text, list(part))


def _search(world: World) -> Maker:
    """The site's own search: words in GB2312."""

    def answer(asked: SampleRequest) -> Answer:
        shown = under(world.listed(HOST), asked_for(asked, "Keyword", "gb18030"))
        message = "" if shown else "没有找到任何文章"
        return world.listing(HOST, _list_html("搜索结果", shown, message), shown)

    return answer


def _shown(world: World, text: str, part: list[Printing]) -> Maker:
    return lambda _: world.listing(HOST, text, part)


def _list_html(name: str, shown: list[Printing], pager: str) -> str:
    rows = "\n".join(
        f'<tr><td>·</td><td><a href="{item.path}" title="{escape(item.title)}" target="_blank">{escape(item.title)}</a></td><td>{_unpadded(item).partition(" ")[0]}</td></tr>'
        for item in shown
    )
    return page(
        f'<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />\n<title>{name}_焦作网</title>',
        f'<div class="nav">{words(_NAV)}</div>\n<div>您现在的位置: <a href="/">焦作网</a> > {name}</div>\n'
        f'<div class="lmzj"><table>\n{rows}\n</table></div>\n<div class="showpage">{pager}</div>\n<div class="footer">焦作日报社主办</div>',
    )


def _front(world: World) -> Maker:
    shown = world.listed(HOST)[:5]
    text = page(
        '<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />\n<title>焦作网</title>',
        f'<div class="nav">{words(_NAV)}</div><ul>{links((item.path, item.title) for item in shown)}</ul>',
    )
    return _shown(world, text, shown)


def _unpadded(item: Printing) -> str:
    """VBScript's Now(): 2020-2-10 8:39:53."""
    when = item.published
    return f"{when.year}-{when.month}-{when.day} {when.hour}:{when:%M:%S}"


def article_html(_: World, item: Printing) -> str:
    """An article's first page."""
    return _article_html(item, 0, item.parts()[0][1])


def _article(world: World, item: Printing, number: int, texts: tuple[str, ...]) -> Maker:
    return lambda _: world.html(item, _article_html(item, number, texts))


def _article_html(item: Printing, number: int, texts: tuple[str, ...]) -> str:
    channel, name = _CLASS[item.path.split("/")[2]]
    info = f"更新时间:{_unpadded(item)}&nbsp;&nbsp;&nbsp; " + (f"来源:{item.source}" if item.source else "")
    body = paragraphs(texts, "\n  ")
    pager = " ".join(
        f'<a href="{url.rpartition("/")[2]}">{n}</a>' for n, (url, _) in enumerate(item.parts(), 1)
    )
    copy = f"<h1>{escape(item.title)}</h1>\n<div>{info}</div>\n{body}" if "doubled" in item.traits else ""
    return page(
        '<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />\n'
        f'<title>{escape(item.title)}_焦作网</title>\n<script src="/JS/prototype.js"></script>',
        f"""<div>二维码<br>扫一扫加入微信公众号<br>Top</div>
<div class="nav">{words(_NAV)}</div>
<div class="weizhi">您现在的位置: <a href="/">焦作网</a> > <a href="/news/">{channel}</a> > <a href="/news/{item.path.split("/")[2]}/Index.shtml">{name}</a> > 正文</div>
<div class="pdname">{channel}</div>
<div>{escape(item.kicker or "")}</div><h1>{escape(item.title)}</h1>
<div class="info">{info}</div>
<div class="pcbdmap">
  {body}
{pager if item.split else ""}</div>
<div>文章编辑:{item.editor}</div>
<div class="sm">{_RIGHTS}</div>
<div id="print-block" style="display:none">{copy}</div>
<div class="footer">焦作日报社主办 豫ICP备00000000号 版权所有 未经许可不得转载</div>""",
        doctype='<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">',
    )


def _spam(world: World) -> Places:
    shown = world.listed(SPAM)
    for item in world.at(SPAM):
        yield item.place, _spam_article(world, item)
    text = page(
        '<meta charset="utf-8">\n<title>焦作網</title>',
        f'<div class="nav">{words(botched(_NAV))}</div><ul class="lmzj">{links((item.path, item.title) for item in shown)}</ul>',
    )
    yield f"{SPAM}/jzwkjz/news/index.html", lambda _: world.listing(SPAM, text, shown)
    yield f"{SPAM}/", lambda _: world.listing(SPAM, text, shown)
    yield f"{SPAM}/robots.txt", robots(SPAM, "User-agent: *", "Allow: /")


def _spam_article(world: World, item: Printing) -> Maker:
    return lambda _: world.html(item, _spam_html(item))


def _spam_html(item: Printing) -> str:
    body = "\n  ".join(f"<p>　　{noisy(text, n)}</p>" for n, text in enumerate(item.paragraphs, 1))
    hidden = "".join(
        f'<a href="http://{SPAM}/tag/{n}.html">{word}</a>' for n, word in enumerate(_KEYWORDS, 1)
    )
    return page(
        f'<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n<title>{_KEYWORDS[0]},{escape(item.title)}_焦作網</title>\n'
        f'<meta name="keywords" content="{",".join(_KEYWORDS)}"/>',
        f"""<div style="position:fixed;left:-9000px;top:-9000px">{hidden}</div>
<div class="nav">{words(botched(_NAV))}</div>
<div class="weizhi">您現在的位置: <a href="/">焦作網</a> > <a href="/jzwkjz/">外媒聚焦</a> > 正文</div>
<div>新聞推薦</div>
<h1>{escape(item.title)}</h1>
<div class="info">更新時間:{_unpadded(item)}&nbsp;&nbsp;&nbsp; 來源:{item.source}</div>
<div class="pcbdmap">
  {body}
</div>
<div>文章編輯:{item.editor}</div>
<div style="display:none">{hidden}</div>
<div class="footer"><a href="/sitemap.html">網站地圖</a></div>""",
    )
