"""A small web of invented hosts that the finder of lists was not made from, served through a proxy on loopback.

What the finder misses here is a figure, and stays one: no rule is made for a host of this web, or the figure is worth
nothing. `python -m tests.bench.finding` prints it.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import escape

from crawler.sample.answer import Answer, SampleRequest, Sending, sending

TODAY = datetime.now(UTC).date()
WHO = ("县供销社", "市消防救援支队", "镇中心小学", "区图书馆", "港务集团", "林业站", "老龄办", "地铁运营公司")
DID = ("举办", "启动", "验收", "推进", "走访", "总结", "部署", "检查")
WHAT = ("秋粮收储", "冬季供暖", "非遗展演", "河道清淤", "旧楼加梯", "义务植树", "渔船检修", "阅读推广")
RESULT = ("惠及千余户", "进度过半", "现场热烈", "明年扩面")
SAID = (
    "{who}有关负责人介绍，{what}自九月启动以来已经覆盖{n}个村，群众参与面逐步扩大。",
    "截至目前，全县累计投入资金{n}万元，完成工程量的七成以上。",
    "“以前办这件事要跑三趟，现在一趟就够了。”住在河边的陈大爷对记者说。",
    "据悉，{what}还将在另外{n}个社区推广，预计明年春天全部完成。",
    "会议要求，各单位要把{what}放在重要位置，明确时限，责任到人。",
)


@dataclass(frozen=True)
class Piece:
    """An article: its address on its host, its headline, its day."""

    url: str
    title: str
    day: date


@dataclass
class Host:
    """A host: its pages by address without the host, and the articles that links reach."""

    name: str
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)

    def put(self, path: str, body: str, kind: str = "text/html; charset=utf-8") -> None:
        """Answer one address. Markup gets the frame of a page."""
        if kind.startswith("text/html") and not body.startswith("<html"):
            body = (
                f"<html><head><meta charset=utf-8><title>{self.name}</title></head><body>{body}</body></html>"
            )
        self.pages[path] = (body, kind)

    def write(self, form: str, count: int) -> list[Piece]:
        """Articles under addresses of a form, the newest first."""
        made: list[Piece] = []
        for _ in range(count):
            number = len(self.pieces)
            chance = random.Random(f"{self.name}{number}")
            day = TODAY - timedelta(days=1 + number % 17)
            who, what = chance.choice(WHO), chance.choice(WHAT)
            title = f"{who}{chance.choice(DID)}{what} {chance.choice(RESULT)}"
            piece = Piece(form.format(n=number, d=day, x=f"{chance.getrandbits(40):010x}"), title, day)
            text = "".join(
                f"<p>　　{said.format(who=who, what=what, n=chance.randrange(12, 99))}</p>" for said in SAID
            )
            self.put(
                piece.url,
                f"<div><a href='/'>首页</a></div><h1>{title}</h1>"
                f"<div>{day:%Y-%m-%d} 08:{number % 60:02d}　来源：本报讯</div>"
                f"<div class=text>{text}</div>",
            )
            made.append(piece)
            self.pieces.append(piece)
        return made


HOSTS: dict[str, Host] = {}


def host(name: str) -> Callable[[Callable[[Host], None]], None]:
    """Register a host, made by a function."""

    def register(make: Callable[[Host], None]) -> None:
        HOSTS[name] = Host(name)
        make(HOSTS[name])

    return register


def parts(pieces: list[Piece], size: int) -> list[list[Piece]]:
    return [pieces[n : n + size] for n in range(0, len(pieces), size)]


@host("www.lianshui.example")
def words_that_say_details(site: Host) -> None:
    """The link says 详细, the headline stands beside it; pages carry an empty search beside their number."""
    for c in ("yw", "sh"):
        pages = parts(site.write(f"/{c}/view-{{n}}.html", 10), 4)
        for n, part in enumerate(pages, 1):
            made = "".join(f"<li>{p.day} {p.title} [<a href='{p.url}'>详细</a>]</li>" for p in part)
            more = "".join(f"<a href='/{c}/?pagenum={m}&keyword='>{m}</a> " for m in range(1, len(pages) + 1))
            site.put(f"/{c}/" + (f"?pagenum={n}&keyword=" if n > 1 else ""), f"<ol>{made}</ol>{more}")
    site.put("/", "<a href='/yw/'>要闻</a> <a href='/sh/'>社会</a>")


@host("www.poyang.example")
def oldest_first(site: Host) -> None:
    """A list from the oldest to the newest; the front page links its last page alone."""
    pages = parts(site.write("/news/{n}.htm", 15)[::-1], 5)
    for n, part in enumerate(pages, 1):
        made = "".join(
            f"<p><a href='{p.url}'>{p.title}</a>（{p.day.month}月{p.day.day}日）</p>" for p in part
        )
        before = f"<a href='/news/p{n - 1}.htm'>上一页</a>" if n > 1 else ""
        site.put(f"/news/p{n}.htm", made + before)
    site.put("/", "<h1>鄱阳网</h1><a href='/news/p3.htm'>最新消息</a>")


@host("www.haifeng.example")
def cursor_in_the_link(site: Host) -> None:
    """The next page is named by the last article of this one."""
    for c in (1, 2):
        pages = parts(site.write("/read.asp?rid={n}", 11), 4)
        for n, part in enumerate(pages):
            made = "".join(f"<dd><a href='{p.url}'>{p.title}</a> {p.day:%m.%d}</dd>" for p in part)
            after = part[-1].url.partition("=")[2]
            more = f"<a href='list.asp?b={c}&after={after}'>下一页</a>" if n < len(pages) - 1 else ""
            first = pages[n - 1][-1].url.partition("=")[2] if n else ""
            site.put(f"/list.asp?b={c}" + (f"&after={first}" if n else ""), f"<dl>{made}</dl>{more}")
    site.put("/", "<a href='list.asp?b=1'>海丰新闻</a><a href='list.asp?b=2'>红宫时评</a>")


@host("api.daishan.example")
def entries_by_their_number(site: Host) -> None:
    """The list is an object whose keys are the articles' numbers."""
    pages = parts(site.write("/i/{n}", 12), 6)
    for n, part in enumerate(pages, 1):
        told = {p.url[3:]: {"title": p.title, "link": p.url, "date": f"{p.day}"} for p in part}
        site.put(
            f"/v3/stories?page={n}", json.dumps({"stories": told}, ensure_ascii=False), "application/json"
        )
    site.put(
        "/",
        "<div id=s></div><script>let page=1;fetch('/v3/stories?page='+page).then(r=>r.json()).then(show)</script>",
    )


@host("www.ninghe.example")
def picture_cards(site: Host) -> None:
    """A picture is the link, the headline a heading beside it; buttons go on by their onclick."""
    for c in ("chengshi", "xiangcun"):
        pages = parts(site.write(f"/{c}/{{d:%Y}}/{{n}}.html", 10), 4)
        for n, part in enumerate(pages, 1):
            made = "".join(
                f"<div class=card><a href='{p.url}'><img src='/i.jpg' alt=''></a>"
                f"<div><h3>{p.title}</h3><i>{p.day}</i></div></div>"
                for p in part
            )
            more = (
                f"<button onclick=\"window.location='/{c}/{n + 1}'\">下一页</button>"
                if n < len(pages)
                else ""
            )
            site.put(f"/{c}" + (f"/{n}" if n > 1 else ""), made + more)
    site.put("/", "<nav><a href='/chengshi'>城市</a><a href='/xiangcun'>乡村</a></nav>")


@host("www.wujiang.example")
def sites_below_a_front(site: Host) -> None:
    """The front page is a directory of towns, each with a site in its folder and a front page of its own."""
    for town in ("pingwang", "shengze", "zhenze"):
        pages = parts(site.write(f"/{town}/html/{{d:%Y%m}}/{{x}}.html", 7), 4)
        for n, part in enumerate(pages, 1):
            made = "".join(f"<tr><td><a href='{p.url}'>{p.title}</a><td>{p.day}" for p in part)
            more = f"<a href='dongtai{n + 1}.html'>后页</a>" if n < len(pages) else ""
            site.put(f"/{town}/dongtai{n if n > 1 else ''}.html", f"<table>{made}</table>{more}")
        site.put(
            f"/{town}/index.html",
            f"<a href='/{town}/gaikuang.html'>镇情</a><a href='dongtai.html'>镇村动态</a>",
        )
    site.put(
        "/", "".join(f"<p><a href='/{t}/index.html'>{t}</a></p>" for t in ("pingwang", "shengze", "zhenze"))
    )


@host("www.luzhi.example")
def script_named_by_the_channel(site: Host) -> None:
    """A script writes the script that holds the list, named by the channel of the page."""
    for c in ("gushi", "renwu"):
        pieces = site.write(f"/{c}/{{n}}.shtml", 9)
        told = ",".join(f'{{"t":"{p.title}","u":"{p.url}","d":"{p.day}"}}' for p in pieces)
        site.put(f"/data/{c}.js", f"var items=[{told}];draw(items);", "application/javascript")
        site.put(
            f"/{c}.html",
            f"<div id=l></div><script>var ch='{c}';"
            "document.write('<scr'+'ipt src=\"/data/'+ch+'.js\"></scr'+'ipt>')</script>",
        )
    site.put("/", "<a href='/gushi.html'>故事</a><a href='/renwu.html'>人物</a>")


@host("www.xixiang.example")
def links_with_marks(site: Host) -> None:
    """Every link carries the number of its list and a mark behind it; the menu speaks English."""
    for c in (7, 9):
        pages = parts(site.write("/story/{x}.html", 11), 4)
        for n, part in enumerate(pages, 1):
            made = "".join(
                f"<li><a href='{p.url}?listid={c}#top'>{p.title}</a><time>{p.day:%Y/%m/%d}</time></li>"
                for p in part
            )
            more = f"<a href='/column/{c}/{n + 1}#list'>Older</a>" if n < len(pages) else ""
            site.put(f"/column/{c}" + (f"/{n}" if n > 1 else ""), f"<ul>{made}</ul>{more}")
        for p in site.pieces:
            site.pages[f"{p.url}?listid={c}"] = site.pages[p.url]
    site.put(
        "/",
        "<nav><a href='/column/7'>Local</a><a href='/column/9'>Culture</a><a href='/about'>About</a></nav>",
    )


@host("www.tianchang.example")
def feed_that_a_word_links(site: Host) -> None:
    """A feed with texts is all there is, linked by a word in the foot; its links are relative."""
    made = "".join(
        f"<item><title>{p.title}</title><link>{p.url}</link>"
        f"<pubDate>{p.day:%a, %d %b %Y} 08:00:00 +0800</pubDate></item>"
        for p in site.write("/log/{d:%m}/{n}", 14)
    )
    site.put(
        "/index.xml", f"<?xml version='1.0'?><rss version='2.0'><channel>{made}</channel></rss>", "text/xml"
    )
    site.put("/", "<h1>天长手记</h1><footer><a href='/index.xml'>订阅本站</a></footer>")


@host("www.shouning.example")
def twice_sent_on(site: Host) -> None:
    """The front page sends on twice, by refresh and by script; the list is below tabs with anchors."""
    pieces = site.write("/xw/{d:%Y-%m-%d}/s{n}.html", 16)
    tabs = "".join(
        f"<div id=tab{k}><ul>"
        + "".join(f"<li><a href='{p.url}'>{p.title}</a>{p.day:%m/%d}</li>" for p in part)
        + "</ul></div>"
        for k, part in enumerate(parts(pieces, 8))
    )
    site.put("/portal/home.html", f"<a href='#tab0'>要闻</a><a href='#tab1'>民生</a>{tabs}")
    site.put(
        "/enter.htm", "<script>setTimeout(function(){window.location.href='portal/home.html'},500)</script>"
    )
    site.put(
        "/",
        "<html><head><meta http-equiv=refresh content='3;URL=/enter.htm'></head><body>Loading</body></html>",
    )


@host("www.jinhu.example")
def pages_of_a_table_of_buttons(site: Host) -> None:
    """Pages are submitted by buttons of a form by GET, with the page in the button's own value."""
    for c in ("a", "b"):
        pages = parts(site.write("/doc/{n}.aspx", 10), 4)
        for n, part in enumerate(pages, 1):
            made = "".join(f"<tr><td>{p.day}<td><a href='{p.url}'>{p.title}</a>" for p in part)
            more = "".join(f"<button name=p value={m}>{m}</button>" for m in range(1, len(pages) + 1))
            form = f"<form action='/docs.aspx'><input type=hidden name=k value={c}>{more}</form>"
            site.put(f"/docs.aspx?k={c}" + (f"&p={n}" if n > 1 else ""), f"<table>{made}</table>{form}")
    site.put("/", "<a href='/docs.aspx?k=a'>工作动态</a><a href='/docs.aspx?k=b'>基层信息</a>")


@host("www.anxi.example")
def entries_in_an_escaped_text(site: Host) -> None:
    """The list is JSON inside a text of JSON, and the address a number that a template of the page makes a path."""
    for c in (1, 2):
        told = [
            {"Nid": p.url[6:-5], "Subject": p.title, "Posted": f"{p.day}"}
            for p in site.write("/news-{n}.html", 8)
        ]
        inner = json.dumps(json.dumps(told, ensure_ascii=False), ensure_ascii=False)
        site.put(f"/ajax/col?c={c}", f'{{"d":{inner}}}', "application/json")
        site.put(
            f"/col-{c}.html",
            f"<ul data-bind='{escape('items')}'></ul><script>$.get('/ajax/col',{{c:{c}}},function(r){{JSON.parse(r.d)"
            ".forEach(function(x){add('<a href=\"/news-'+x.Nid+'.html\">'+x.Subject+'</a>')})})</script>",
        )
    site.put("/", "<a href='/col-1.html'>茶乡</a><a href='/col-2.html'>民生</a>")


def answer(asked: SampleRequest) -> Sending:
    """The answer of a host of this web, by http alone."""
    site, now = HOSTS.get(asked.host), datetime.now(UTC)
    if site is None or asked.scheme != "http":
        return sending(Answer(mishap="silent"), asked, now)
    found = site.pages.get(asked.target)
    if found is None:
        return sending(Answer(b"<h1>404 Not Found</h1>", 404), asked, now)
    return sending(Answer(found[0].encode(), content_type=found[1]), asked, now)
