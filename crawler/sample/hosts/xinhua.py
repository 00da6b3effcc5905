"""www.news.cn: Xinhua's template until 2020 and its present one with the date in pieces."""

import json
from datetime import date
from html import escape

from crawler.sample.answer import Answer, Maker, SampleRequest
from crawler.sample.feeds import asked_for, robots, under
from crawler.sample.markup import heading, links, page, paragraphs, words
from crawler.sample.printing import Printing
from crawler.sample.world import Places, World, short

HOST, SEARCH = "www.news.cn", "so.news.cn"
_NEW_FROM = date(2021, 1, 1)
_NAV = words(
    "学习进行时 高层 时政 人事 国际 财经 网评 港澳 台湾 思客智库 全球连线 教育 科技 科普 文化 健康 军事 访谈 视频 图片 政务"
)


def places(world: World) -> Places:
    """Articles and the one list."""
    for item in world.at(HOST):
        yield item.place, _article(world, item)
    shown = world.listed(HOST)
    rows = "\n".join(
        f'<li><div class="item"><div class="tit"><span><a href="{_href(item)}" target="_blank">{escape(item.title)}</a></span></div>'
        f'<div class="info"><div class="time">{short(item.published)}</div></div></div></li>'
        for item in shown
    )
    text = page(
        '<meta charset="utf-8"/>\n<title>时政-新华网</title>',
        f'<div class="nav">{_NAV}</div><div id="list" class="list-cont"><ul>\n{rows}\n</ul></div>',
    )
    for path in ("/politics/index.html", "/politics/", "/"):
        yield HOST + path, lambda _: world.listing(HOST, text, shown)
    yield f"{HOST}/robots.txt", robots(HOST, "User-agent: *", "Disallow: /api/")
    yield f"{SEARCH}/getNews", _search(world)
    yield f"{SEARCH}/robots.txt", robots(SEARCH, "User-agent: *", "Disallow:")


def _search(world: World) -> Maker:
    """The search as its page's script asks for it: JSON, the words found in red."""

    def answer(asked: SampleRequest) -> Answer:
        words_asked = asked_for(asked, "keyword")
        results = [
            {
                "title": item.title.replace(words_asked, f"<font color=red>{words_asked}</font>"),
                "url": _href(item) if item.published.date() < _NEW_FROM else item.url,
                "pubtime": f"{item.published:%Y-%m-%d %H:%M:%S}",
                "sitename": "新华网",
            }
            for item in under(world.listed(HOST), words_asked)
        ]
        value = {"code": 200, "content": {"curPage": 1, "resultCount": len(results), "results": results}}
        return world.data(SEARCH, json.dumps(value, ensure_ascii=False), "application/json", [])

    return answer


def _href(item: Printing) -> str:
    """The site links old pages by http, new ones without host."""
    return item.url.replace("https:", "http:") if item.published.date() < _NEW_FROM else item.path


def _article(world: World, item: Printing) -> Maker:
    template = _old if item.published.date() < _NEW_FROM else _new
    return lambda _: world.html(item, template(world, item))


def _old(world: World, item: Printing) -> str:
    number = item.path.rpartition("c_")[2].removesuffix(".htm")
    return page(
        f'''<meta charset="utf-8" />
<meta name="publishid" content="{number}.0.99.0"/>
<meta name="nodeid" content="11145708"/>
<title>{escape(item.title)}-新华网</title>''',
        f"""<div class="header"><div class="nav">{_NAV}</div>
<div class="h-news"><div class="h-info"><span class="h-time"> {item.published:%Y-%m-%d %H:%M:%S}</span> 来源： <em id="source" class="aticle-src">{item.source}</em></div>
<div class="h-title">{escape(item.title)}</div></div></div>
<div class="main"><div class="p-right left"><div id="p-detail">
{paragraphs(item.paragraphs)}
<div class="zan-wap"><a class="zan">点赞</a></div></div>
<div class="p-tags"><div class="p-jc">【纠错】 <span class="iconfont">责任编辑： {item.editor} </span></div></div>
<div class="p-other">010020010170000000000000011100001{number}</div></div></div>
<div class="foot">Copyright &copy; 2000 - 2020 XINHUANET.com All Rights Reserved.</div>""",
    )


def _new(world: World, item: Printing) -> str:
    when = item.published
    return page(
        f'<meta charset="utf-8"/>\n<meta name="publishdate" content="{short(when)}"/>\n<meta name="source" content="{item.source}"/>\n'
        f"<title>{escape(item.title)}-新华网</title>",
        f"""<div class="fix-ewm domPC">{_NAV}</div>
<div class="header domPC"><div class="header-top clearfix"><div class="header-cont clearfix">
<div class="header-time left"><span class="year"><em> {when:%Y}</em></span> <span class="day"><em>{when:%m}</em>/<em>{when:%d}</em></span> <span class="time">{when:%H:%M:%S}</span></div>
<div class="source">来源：{item.source}</div>
<div class="head-line clearfix">{heading(1, item.title)}</div></div></div></div>
<div class="mheader domMobile"><h1><span class="title">{escape(item.title)}</span></h1><div class="info">{when:%Y-%m-%d %H:%M:%S} <span>来源：{item.source}</span></div></div>
<div class="main clearfix"><div class="main-left left"><div id="detail"><span id="detailContent">
{paragraphs(item.paragraphs)}
</span></div>
<div id="articleEdit"><span class="tiyi1 domPC"><a>【纠错】</a></span><span class="editor"> 【责任编辑:{item.editor}】 </span></div></div>
<div class="main-right right"><h3>深度观察</h3><ul>{links(world.earlier(item, 5))}</ul></div></div>
<div class="foot">新华通讯社 版权所有</div>""",
    )
