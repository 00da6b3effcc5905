"""paper.people.com.cn: the digital edition, issue by issue, under its old and its new addresses (2024-12-01)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from html import escape

from crawler.sample.answer import Answer, Maker, redirect
from crawler.sample.markup import heading, links, page, paragraphs, spread, words
from crawler.sample.printing import Printing
from crawler.sample.world import Places, World

HOST = "paper.people.com.cn"
NEW_SCHEME_FROM = date(2024, 12, 1)
_NEW_TEMPLATE_FROM = date(2020, 7, 1)
_PAPERS = words(
    "人民日报 人民日报海外版 中国能源报 讽刺与幽默 国际金融报 环球人物 人民论坛 新闻战线 中国经济周刊"
)


@dataclass(frozen=True, slots=True)
class Edition:
    """A newspaper on the host: its name, and the form of its addresses until 2024-11-30."""

    name: str
    old_page: str
    first_number: int


EDITIONS = {
    "rmrb": Edition("人民日报", "nbs.D110000renmrb_{:02d}.htm", 1),
    "rmrbhwb": Edition("人民日报海外版", "node_{}.htm", 865),
}

Issue = dict[int, list[Printing]]
"""Articles of one day by page number, in the order of the page."""


def places(world: World) -> Places:
    """Every issue with its pages and articles, and the way to the newest."""
    issues = _issues(world)
    for (key, day), issue in issues.items():
        for number in issue:
            yield HOST + layout_url(day, number, key), _layout(world, day, number, issue)
        for items in issue.values():
            yield from ((item.place, _article(world, item)) for item in items)
    for key in EDITIONS:
        newest = max(day for paper, day in issues if paper == key)
        place = f"{HOST}/{key}/pc/layout/index.html"
        issue = issues[key, newest]
        yield place, _layout(world, newest, min(issue), issue, base="")
    yield f"{HOST}/", lambda _: redirect(f"http://{HOST}/rmrb/pc/layout/index.html", 302)


def layout_url(day: date, number: int, key: str = "rmrb") -> str:
    """Address of a page (版) of an issue of a newspaper."""
    if day >= NEW_SCHEME_FROM:
        return f"/{key}/pc/layout/{day:%Y%m}/{day:%d}/node_{number:02d}.html"
    edition = EDITIONS[key]
    return f"/{key}/html/{day:%Y-%m}/{day:%d}/{edition.old_page.format(edition.first_number + number - 1)}"


def article_html(_: World, item: Printing, before: str = "", after: str = "") -> str:
    """An article page of the digital edition; `before` and `after` are links to its neighbours."""
    photo = "photo" in item.traits
    body = "" if photo or not item.paragraphs else paragraphs(item.paragraphs, "")
    picture = _picture(item) if photo else ""
    return page(
        f'<meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>\n<title>{escape(item.title)}</title>\n'
        '<link rel="stylesheet" href="../../../css/style.css"/>',
        f"""<div class="header"><div class="w1000">{_PAPERS}</div></div>
<div class="main w1000"><div class="left paper-box"><div class="paper"><img src="../../../res/page.jpg" usemap="#pagepicmap"></div>
<p class="left ban">第{item.paper_page:02d}版：{item.page_name}</p></div>
<div class="right right-main"><div class="article-box">
<div class="article">
<!--enpproperty {_property(item)}/enpproperty-->
{heading(3, item.kicker)}
{heading(1, item.title)}
{heading(2, item.subtitle)}
<p class="sec">{spread(item.byline)}
<span class="date">《{EDITIONS[_key(item)].name}》（{_printed_date(item)}）</span></p>
<div class="attachment">{picture}</div>
<!--enpcontent-->
<div id="ozoom"><founder-content>{body}</founder-content></div>
<!--/enpcontent-->
<div class="art-btn"><strong>{before}{after}</strong></div>
</div></div></div></div>
<div class="footer w1000"><p>人民日报社概况 | 关于人民网 | 报社招聘 | 招聘英才 | 广告服务 | 合作加盟</p>
<p>人 民 网 版 权 所 有 ，未 经 书 面 授 权 禁 止 使 用</p></div>""",
        doctype='<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">',
    )


def layout_html(day: date, number: int, issue: Issue, base: str | None = None) -> str:
    """A page (版) of an issue with its articles and the list of all pages.

    `base` is put before links to pages, for the address that always shows the newest issue.
    """
    draw = _old_layout if day < _NEW_TEMPLATE_FROM else _current_layout
    key = _key(issue[number][0])
    pages = {
        n: (_link(layout_url(day, n, key), base), items[0].page_name or "") for n, items in issue.items()
    }
    items = [(_item_link(item, base), item.title) for item in issue[number]]
    return page(
        f'<meta charset="utf-8"/>\n<title>{EDITIONS[key].name} {day:%Y年%m月%d日} 第{number:02d}版</title>',
        f'<div class="header"><div class="w1000">{_PAPERS}</div></div>\n' + draw(number, pages, items, day),
    )


def _key(item: Printing) -> str:
    """The newspaper of an article, as addresses name it."""
    return item.path.split("/")[1]


def _issues(world: World) -> dict[tuple[str, date], Issue]:
    issues: defaultdict[tuple[str, date], Issue] = defaultdict(lambda: defaultdict(list))
    for item in sorted(world.at(HOST), key=lambda item: (item.published, item.paper_page, item.path)):
        issues[_key(item), item.published.date()][item.paper_page or 1].append(item)
    return dict(issues)


def _layout(world: World, day: date, number: int, issue: Issue, base: str | None = None) -> Maker:
    def answer(_: object) -> Answer:
        return world.listing(HOST, layout_html(day, number, issue, base), issue[number])

    return answer


def _article(world: World, item: Printing) -> Maker:
    return lambda _: world.html(
        item, article_html(world, item, '<a class="preart">上一篇</a>', "<a>下一篇</a>")
    )


def _link(path: str, base: str | None) -> str:
    return path.rpartition("/")[2] if base is None else path.partition("/pc/layout/")[2] or path


def _item_link(item: Printing, base: str | None) -> str:
    if item.published.date() < NEW_SCHEME_FROM:
        return item.path.rpartition("/")[2] if base is None else item.path
    return ("../../../" if base is None else "../") + item.path.partition("/pc/")[2]


def _old_layout(
    number: int, pages: dict[int, tuple[str, str]], items: list[tuple[str, str]], day: date
) -> str:
    listed = "\n".join(
        f'<li><div class="right_title-name"><a id="pageLink" href="{url}">{n:02d}版：{name}</a></div>'
        f'<div class="right_title-pdf"><a href="../../../images/{day:%Y-%m}/{day:%d}/{n:02d}/rmrb{day:%Y%m%d}{n:02d}.pdf">PDF</a></div></li>'
        for n, (url, name) in pages.items()
    )
    return f"""<div class="ban_t"><div class="l_t">第{number:02d}版：{pages[number][1]}</div></div>
<div id="pageList"><ul>{listed}</ul></div>
<div id="titleList"><ul>{links(items)}</ul></div>"""


def _current_layout(
    number: int, pages: dict[int, tuple[str, str]], items: list[tuple[str, str]], day: date
) -> str:
    slides = "\n".join(
        f'<div class="swiper-slide"><a id="pageLink" class="pageLink" href="{url}">{n:02d}版：{name}</a></div>'
        for n, (url, name) in pages.items()
    )
    index = links((url, f"第{n:02d}版：{name}") for n, (url, name) in pages.items())
    areas = "".join(f'<area shape="rect" coords="0,0,9,9" href="{escape(url)}">' for url, _ in items)
    return f"""<div class="main w1000">
<div class="left paper-box"><div class="paper"><img src="page.jpg" usemap="#pagepicmap"><map name="pagepicmap">{areas}</map></div>
<p class="left ban">第{number:02d}版：{pages[number][1]}</p>
<p class="right btn"><a href="../../../attachement/{day:%Y%m}/{day:%d}/0f3a6c1e-page{number:02d}.pdf">PDF</a></p></div>
<div class="right right-main">
<div class="swiper-container">{slides}</div>
<ul id="list" class="index-list">{index}</ul>
<div class="list-header"><h2>{number:02d}版：{pages[number][1]}</h2></div>
<div class="news"><ul class="news-list">{links(items)}</ul></div>
</div></div>"""


def _property(item: Printing) -> str:
    """The comment in which the page system keeps another title, with markup inside."""
    day = item.published
    author = f"<p>{item.byline}</p>" if day.date() >= NEW_SCHEME_FROM else item.byline or ""
    return (
        f"<articleid>{number_of(item.url)}</articleid><date>{day:%Y-%m-%d} 06:30:00:000</date><author>{author}</author>"
        f"<title>{item.title}（内部标题勿用）</title><keyword/><subtitle>{item.subtitle or ''}</subtitle>"
        f"<introtitle>{item.kicker or ''}</introtitle><siteid>2</siteid><nodeid>{item.paper_page}</nodeid>"
        f"<nodename>{item.page_name}</nodename><picurl/> "
    )


def number_of(text: str) -> int:
    """A steady number for a text: content systems number everything."""
    number = 7
    for byte in text.encode():
        number = (number * 131 + byte) % 100_000_007
    return number


def _printed_date(item: Printing) -> str:
    day = item.published
    if day.date() < _NEW_TEMPLATE_FROM:
        return f' <span class="newstime">{day:%Y年%m月%d日}</span>   第 {item.paper_page:02d} 版'
    return f'<span class="newstime">{day:%Y年%m月%d日}</span>&nbsp;第 {item.paper_page:02d} 版'


def _picture(item: Printing) -> str:
    caption = "".join(f"<p>{escape(text)}</p>" for text in item.paragraphs)
    return f'<table class="pci_c"><tr><td><img src="../../../images/photo.jpg"></td></tr><tr><td>{caption}</td></tr></table>'
