"""people.com.cn channels in three template generations, their /BIG5/ editions, sitemaps and the frozen feed."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from html import escape

from crawler.sample.answer import Answer, Maker, SampleRequest, missing
from crawler.sample.feeds import news_sitemap, robots, rss, sitemap_index, under
from crawler.sample.markup import heading, links, page, pages_of, paragraphs, spread, words
from crawler.sample.outlets import outlet_of
from crawler.sample.printing import Printing
from crawler.sample.world import BEIJING, Places, World, short

POLITICS, OPINION, MOBILE = "politics.people.com.cn", "opinion.people.com.cn", "m.people.cn"
SEARCH = "search.people.cn"
CHANNELS = {POLITICS: ("1024", "时政", "c1001"), OPINION: ("1003", "观点", "c1003")}
_TEMPLATE_B_FROM, _TEMPLATE_C_FROM = date(2016, 1, 1), date(2020, 10, 1)
_NAV = words(
    "人民网 时政 国际 财经 台湾 军事 观点 领导 人事 理论 法治 社会 教育 科技 文化 体育 健康 视频 地方"
)
_FOOT = (
    '<div class="copyright_footer">'
    + words(
        "人民日报社概况 关于人民网 报社招聘 招聘英才 广告服务 合作加盟 供稿服务 数据服务 网站声明 网站律师 信息保护 联系我们"
    )
    + "<p>人 民 网 版 权 所 有 ，未 经 书 面 授 权 禁 止 使 用<br/>Copyright &copy; 1997-2024 by www.people.com.cn. all rights reserved</p></div>"
)


def places(world: World) -> Places:
    """Both channels in both scripts, the sitemaps of www.people.cn and the feed of www.people.com.cn."""
    for host, (list_id, name, _) in CHANNELS.items():
        yield from _articles(world, host)
        for edition in ("GB", "BIG5"):
            shown = _edition(world, host, edition)
            if shown:
                yield from _lists(world, host, f"/{edition}/{list_id}/", name, shown)
        yield f"{host}/", _front(world, host, list_id, name)
        yield f"{host}/robots.txt", _robots(world, host)
    yield from _articles(world, MOBILE)
    yield f"{MOBILE}/robots.txt", robots(MOBILE, "User-agent: *", "Disallow:")
    yield f"{SEARCH}/search-platform/front/search", _search(world)
    yield f"{SEARCH}/robots.txt", robots(SEARCH, "User-agent: *", "Disallow:")
    yield from _maps_and_feed(world)


def _search(world: World) -> Maker:
    """The search as its page's script asks for it: a POST of JSON."""
    everything = [item for host in CHANNELS for item in world.listed(host) if item.script == "hans"]

    def answer(asked: SampleRequest) -> Answer:
        if asked.method != "POST":
            return missing()
        key = json.loads(asked.raw.partition(b"\r\n\r\n")[2])["key"]
        records = [
            {
                "title": item.title.replace(key, f"<em>{key}</em>"),
                "url": item.url,
                "displayTime": int(item.published.replace(tzinfo=BEIJING).timestamp() * 1000),
                "originName": item.source,
            }
            for item in under(everything, key)
        ]
        value = {"code": "0", "data": {"total": len(records), "records": records}}
        return world.data(SEARCH, json.dumps(value, ensure_ascii=False), "application/json", [])

    return answer


def article_html(world: World, item: Printing) -> str:
    """An article's first page, in the template of its day."""
    return _template(item)(world, item, 0, item.parts()[0][1])


def _articles(world: World, host: str) -> Places:
    for item in world.at(host):
        for number, (url, texts) in enumerate(item.parts()):
            yield url.partition("://")[2], _article(world, item, number, texts)


def _article(world: World, item: Printing, number: int, texts: tuple[str, ...]) -> Maker:
    template = _template(item)
    return lambda _: world.html(item, template(world, item, number, texts))


def _template(item: Printing) -> Callable[[World, Printing, int, tuple[str, ...]], str]:
    if item.host == MOBILE:
        return _mobile
    day = item.published.date()
    return _a if day < _TEMPLATE_B_FROM else _b if day < _TEMPLATE_C_FROM else _c


def _edition(world: World, host: str, edition: str) -> list[Printing]:
    return [page for page in world.listed(host) if page.path.startswith("/BIG5/") == (edition == "BIG5")]


def _lists(world: World, host: str, folder: str, name: str, shown: list[Printing]) -> Places:
    """A list of pages of six; the newest page has two names, one past the last is 404."""
    parts = pages_of(shown, 6)
    for number, part in enumerate(parts, 1):
        answer = _list(world, host, folder, name, number, len(parts), list(part))
        yield f"{host}{folder}index{number}.html", answer
        if number == 1:
            yield f"{host}{folder}index.html", answer


def _list(
    world: World, host: str, folder: str, name: str, number: int, last: int, part: list[Printing]
) -> Maker:
    outlet = outlet_of(host, folder)
    rows = "\n".join(
        f'<li><a href="{item.path}" target=_blank>{escape(item.title)}</a> <em>{short(item.published)}</em></li>'
        for item in part
    )
    pager = "".join(f'<a href="index{n}.html">{n}</a>' for n in range(1, last + 1))
    more = f'<a href="index{number + 1}.html">下一页</a>' if number < last else ""
    text = page(
        f'<meta http-equiv="content-type" content="text/html;charset={outlet.label}"/>\n<title>{name}--人民网</title>',
        f'<div class="nav">{_NAV}</div>\n<div class="ej_list_box clear"><ul class="list_16 mt10">\n{rows}\n</ul></div>\n'
        f'<div class="page_n clearfix">{pager}{more}</div>\n{_FOOT}',
    )
    return lambda _: world.listing(host, text, part, folder)


def _front(world: World, host: str, list_id: str, name: str) -> Maker:
    shown = _edition(world, host, "GB")[:4]
    text = page(
        f'<meta http-equiv="content-type" content="text/html;charset=GB2312"/>\n<title>{name}--人民网</title>',
        f'<div class="nav">{_NAV}</div><h2><a href="/GB/{list_id}/index.html">滚动新闻</a></h2>'
        f"<ul>{links((item.path, item.title) for item in shown)}</ul>{_FOOT}",
    )
    return lambda _: world.listing(host, text, shown)


def _robots(world: World, host: str) -> Maker:
    return robots(
        host,
        "User-agent: *",
        "Disallow:",
        f"Crawl-delay: {world.crawl_delay_s}",
        "Sitemap: http://www.people.cn/sitemap_index.xml",
    )


def _maps_and_feed(world: World) -> Places:
    recent = {
        "politics": [page for page in _edition(world, POLITICS, "GB") if _is_recent(world, page)],
        "opinion": [page for page in _edition(world, OPINION, "GB") if _is_recent(world, page)],
        "scitech": [],
    }
    base = "www.people.cn/sitemap/cn"
    children = [(f"http://{base}/{channel}/news_sitemap.xml", shown) for channel, shown in recent.items()]
    yield "www.people.cn/sitemap_index.xml", sitemap_index(world, "www.people.cn", children)
    for channel, shown in recent.items():
        yield f"{base}/{channel}/news_sitemap.xml", news_sitemap(world, "www.people.cn", shown)
    yield "www.people.cn/robots.txt", _robots(world, "www.people.cn")
    yield "www.people.com.cn/robots.txt", _robots(world, "www.people.com.cn")
    # the real feeds answer 200 and have carried nothing new since a day long past
    frozen = [page for page in _edition(world, POLITICS, "GB") if page.published.year < 2021][:5]
    items = [(page, paragraphs(page.paragraphs) + _paper_num(page, "span")) for page in frozen]
    yield "www.people.com.cn/rss/politics.xml", rss(world, "www.people.com.cn", "时政新闻", items)
    yield "www.people.com.cn/", _front(world, POLITICS, "1024", "时政")


def _is_recent(world: World, item: Printing) -> bool:
    return world.today - item.published.date() <= timedelta(days=3)


def _head(item: Printing, label: str) -> str:
    number = item.path.rpartition("-")[2].removesuffix(".html")
    channel = item.path.rpartition("/")[2].partition("-")[0].removeprefix("c")
    name = "观点" if item.host == OPINION else "时政"
    start = escape("".join(item.paragraphs)[:80])
    return f'''<meta http-equiv="content-type" content="text/html;charset={label}"/>
<meta http-equiv="Content-Language" content="utf-8" content="zh-CN"/>
<meta name="keywords" content=""/>
<meta name="description" content="{start}"/>
<meta name="contentid" content="{number}"/>
<meta name="publishdate" content="{short(item.published)}"/>
<meta name="author" content="100684"/>
<meta name="editor" content="100684"/>
<meta name="source" content="来源：{escape(item.source or "")}"/>
<meta name="sourcetype" content="1"/>
<meta name="catalogs" content="{channel}"/>
<title>{escape(item.title)}--{name}--人民网</title>'''


def _paper_num(item: Printing, tag: str) -> str:
    if not item.paper_date:
        return ""
    day = date.fromisoformat(item.paper_date)
    kind = 'class="paper_num"' if tag == "p" else 'id="paper_num"'
    paper = "人民日報" if item.script == "hant" else "人民日报"
    return f"<{tag} {kind}>《 {paper} 》（ {day:%Y年%m月%d日} {item.paper_page:02d} 版）</{tag}>"


def _pager(item: Printing, number: int) -> str:
    addresses = [url.rpartition("/")[2] for url, _ in item.parts()]
    if len(addresses) == 1:
        return ""
    numbers = " ".join(
        f'<a href="{address}">【{n}】</a>' if n != number + 1 else f"【{n}】"
        for n, address in enumerate(addresses, 1)
    )
    following = f'<a href="{addresses[number + 1]}">下一页</a>' if number + 1 < len(addresses) else ""
    return numbers + following


def _labels(item: Printing) -> tuple[str, str, str, str]:
    if item.script == "hant":
        return "來源：", "責編：", "相關新聞", "分享讓更多人看到"
    return "来源：", "责编：", "相关新闻", "分享让更多人看到"


def _a(world: World, item: Printing, number: int, texts: tuple[str, ...]) -> str:
    """Template until about 2015."""
    return page(
        _head(item, outlet_of(item.host, item.path).label),
        f"""<div id="p_navpath"><a href="http://www.people.com.cn/">人民网</a>&gt;&gt;<a href="/">时政</a></div>
<div class="text_c"><h1 id="p_title">{escape(item.title)}</h1>
<span id="p_publishtime">{item.published:%Y年%m月%d日%H:%M}</span>&nbsp;&nbsp;&nbsp;&nbsp;<span id="p_origin">来源：<a href="http://www.people.com.cn/">{item.source}</a></span>
<div id="p_content">{paragraphs(texts)}</div>
<div id="p_editor">(责编：{item.editor})</div></div>
<div class="p2_right"><h2>24小时排行</h2><ul>{links(world.earlier(item, 6))}</ul></div>{_FOOT}""",
        doctype='<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">',
    )


def _b(world: World, item: Printing, number: int, texts: tuple[str, ...]) -> str:
    """The template of about 2015 to 2020: the editor is named outside the body."""
    source, editor, related, share = _labels(item)
    last = number == len(item.split)
    return page(
        _head(item, outlet_of(item.host, item.path).label),
        f"""<div class="nav_2016"><div class="w1000">{_NAV}</div></div>
<div class="path w1000 clear"><span id="rwb_navpath"><a href="http://www.people.com.cn/" class="clink">人民网</a>&gt;&gt;<a href="/" class="clink">时政</a></span></div>
<div class="clearfix w1000_320 text_title">
{heading(3, item.kicker, ' class="pre"')}
{heading(1, item.title)}
{heading(4, item.subtitle, ' class="sub"')}
<p class="author">{spread(item.byline)}</p>
<div class="box01"><div class="fl">{item.published:%Y年%m月%d日%H:%M}&nbsp;&nbsp;{source}<a href="http://paper.people.com.cn/" target="_blank">{item.source}</a></div>
<div class="fr"><div class="message"><a href="#liuyan"></a></div>{share}</div></div>
</div>
<div class="clearfix w1000_320 text_con"><div class="fl text_con_left">
<div class="box_con" id="rwb_zw">
{paragraphs(texts)}
{_paper_num(item, "p") if last else ""}
<div class="box_pic"></div></div>
<div class="zdfy clearfix">{_pager(item, number)}</div>
<div class="edit clearfix">({editor}{item.editor})</div>
<div class="clearfix box_text"><h2>{related}</h2><ul>{links(world.earlier(item, 6))}</ul></div>
</div></div>
{_FOOT}""",
    )


def _c(world: World, item: Printing, number: int, texts: tuple[str, ...]) -> str:
    """The template since 2020: the editor is named inside the body."""
    source, editor, related, share = _labels(item)
    last = number == len(item.split)
    return page(
        _head(item, outlet_of(item.host, item.path).label),
        f"""<div class="main"><div class="w1000 nav cf">{_NAV}</div></div>
<div class="layout rm_txt cf"><div class="col col-1 fl">
{heading(3, item.kicker, ' class="pre"')}
{heading(1, item.title)}
{heading(4, item.subtitle, ' class="sub"')}
<div class="author cf">{spread(item.byline)}</div>
<div class="channel cf"><div class="col-1-1 fl">{item.published:%Y年%m月%d日%H:%M} | {source}<a href="http://paper.people.com.cn/" target="_blank">{item.source}</a></div>
<div class="col-1-2 fr">小字号</div></div>
<div class="rm_txt_con cf" id="rm_txt_zw">
{paragraphs(texts)}
{_paper_num(item, "p") if last else ""}
<div class="edit cf">({editor}{item.editor})</div></div>
<div class="zdfy cf">{_pager(item, number)}</div>
<div class="rm_share">{share}</div>
</div>
<div class="col col-2 fr"><h2>{related}</h2><ul class="rm_relevant cf">{links(world.earlier(item, 6))}</ul></div></div>
{_FOOT}""",
    )


def _mobile(_: World, item: Printing, number: int, texts: tuple[str, ...]) -> str:
    """The mobile site."""
    return page(
        f"""<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width"/>
<meta name="publishdate" content="{short(item.published)}"/>
<meta name="source" content="来源：{escape(item.source or "")}"/>
<title>{escape(item.title)}--手机人民网</title>""",
        f"""<header><a href="http://m.people.cn/">手机人民网</a></header>
<div class="title"><h1>{escape(item.title)}</h1><p>{item.published:%Y-%m-%d %H:%M} 来源：{item.source}</p></div>
<div id="p_content">{paragraphs(texts)}</div>
<p class="editor">(责编：{item.editor})</p>
<div class="copyright">人民网版权所有</div>""",
    )
