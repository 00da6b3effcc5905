"""Invented sites whose lists go on by a form, a function with choices, a token; entries without words or links."""

import json
from collections.abc import Callable, Sequence
from urllib.parse import quote

from tests.crawler.exploring.kinds import (
    CHANNELS,
    HOST,
    KINDS,
    Entry,
    Kind,
    kind,
    link_to_next,
    navigation,
    paged,
    rows,
)
from tests.crawler.exploring.kinds_by_script import told_by_script

__all__ = ["KINDS"]


@kind
def form_that_asks_for_a_page(site: Kind) -> None:
    def pager(url: str, n: int, of: int) -> str:
        return (
            f"<form action='newslist.do' method=GET><input type=hidden name=typeId value={url.count('x')}>"
            f"{n}/{of}页 <input name=currentPage value='{n}' size=2><input type=submit value='GO'></form>"
        )

    paged(
        site,
        "/show.do?newsId={n}",
        "/newslist.do?typeId=0" if False else "/newslist.do?typeId={k}",
        "/newslist.do?typeId={k}&currentPage={n}",
        lambda url, n, of: pager(url, n, of).replace("value=0>", "value={k}>"),
    )
    for url, (body, charset) in list(site.pages.items()):  # the channel's number, which a pager is not told
        number = url.partition("typeId=")[2][:1]
        site.pages[url] = (body.replace(b"{k}", number.encode()), charset)


@kind
def choice_of_pages_in_a_form(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/{d:%Y}/{d:%m%d}/{n}.html", k)
        for n in range(1, 4):
            choice = "".join(f"<option value={p}{' selected' * (p == n)}>{p}</option>" for p in range(1, 4))
            form = f"<form action='?'><input type=hidden name=lm value={c}><select name=p onchange='submit()'>{choice}</select></form>"
            path = "/lm.jsp?lm=" + c + (f"&p={n}" if n > 1 else "")
            site.put(path, f"<html><body>{rows(entries[2 * n - 2 : 2 * n])}共3页{form}</body></html>")
    navigation(site, "/lm.jsp?lm={c}")


@kind
def button_of_a_form_with_a_mark(site: Kind) -> None:
    marks = ["", "b2xkZXI", "b2xkZXN0"]
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/story/{d:%m}-{n}", k)
        for n, mark in enumerate(marks):
            form = (
                f"<form action='/{c}'><input type=hidden name=before value={marks[n + 1]}><button>更多</button></form>"
                if n < 2
                else ""
            )
            site.put(
                f"/{c}" + (f"?before={mark}" if mark else ""),
                f"<html><body>{rows(entries[2 * n : 2 * n + 2])}{form}</body></html>",
            )
    navigation(site, "/{c}")


def by_function(site: Kind, script: str, further: str) -> None:
    paged(
        site,
        "/{c}/{d:%Y}/{n}.shtml",
        "/{c}/index.shtml",
        further,
        lambda u, n, of: (
            f"<script>{script}</script>"
            + (f"<a href='javascript:void(0)' onclick='turn({n + 1})'>下一页</a>" if u else "")
        ),
    )


@kind
def function_with_a_choice(site: Kind) -> None:
    by_function(
        site,
        "var turn=function(n){window.location.href=(n>1?'index'+'-'+n:'index')+'.shtml'}",
        "/{c}/index-{n}.shtml",
    )


@kind
def function_with_branches(site: Kind) -> None:
    script = "function turn(n){var u; if(n==1){u='index.shtml'}else{u='list_'+n+'.shtml'} location.href=u;}"
    by_function(site, script, "/{c}/list_{n}.shtml")


@kind
def function_that_fills_a_form_of_address(site: Kind) -> None:
    script = "var form='more_[page].shtml';function turn(n){location.assign(form.replace('[page]',n))}"
    by_function(site, script, "/{c}/more_{n}.shtml")


@kind
def attribute_with_the_next_address(site: Kind) -> None:
    paged(
        site,
        "/{c}/{d:%Y%m}/{n}.html",
        "/{c}/",
        "/{c}/part/{n}",
        lambda u, n, of: f"<div class=loading data-next-page-url='{u}'>加载中</div>" if u else "",
    )


def tokens(
    site: Kind,
    answer: Callable[[Sequence[Entry], str], object],
    marks: Sequence[str],
    script: str,
    address: str,
) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/story/{c}{n}", k)
        for n, mark in enumerate(["", *marks]):
            following = marks[n] if n < len(marks) else ""
            part = entries[2 * n : 2 * n + 2]
            site.put(
                address.format(c=c, mark=mark.format(k=k)),
                json.dumps(answer(part, following.format(k=k))),
                "application/json",
            )
        site.put(
            f"/{c}.html",
            f"<html><body><div id=a></div><script>{script.replace('CHANNEL', c)}</script></body></html>",
        )
    navigation(site, "/{c}.html")


def told(part: Sequence[Entry]) -> list[dict[str, str]]:
    return [{"id": e.url[-3:], "title": e.title, "url": e.url, "time": str(e.day)} for e in part]


@kind
def answer_that_says_where_it_goes_on(site: Kind) -> None:
    script = "var cursor='';function more(){$.getJSON('/api/feed?ch=CHANNEL&cursor='+cursor,function(r){cursor=r.data.nextCursor;})}"
    tokens(
        site,
        lambda part, mark: {"data": {"rows": told(part), "nextCursor": mark}},
        ["qqA", "qqB"],
        script,
        "/api/feed?ch={c}&cursor={mark}",
    )


@kind
def entry_that_says_where_it_goes_on(site: Kind) -> None:
    script = "var lastId='';fetch(`/api/flow?ch=CHANNEL&last_id=${lastId}`).then(show)"
    marks = [f"{{k}}{n}" for n in (1, 3)]

    def answer(part: Sequence[Entry], mark: str) -> object:
        return {"list": told(part)}

    for k in range(3):  # the last entry's number stands in the next address
        assert 100 + k * 20 + 5 < 200
    tokens(site, answer, marks, script, "/api/flow?ch={c}&last_id={mark}")
    for url in [url for url in site.pages if "last_id=" in url]:
        site.pages.pop(url)
    for k, (c, _) in enumerate(CHANNELS):
        entries = Kind().channel("/story/{c}{n}", k)
        for n in range(3):
            mark = entries[2 * n - 1].url[-3:] if n else ""
            site.put(
                f"/api/flow?ch={c}&last_id={mark}",
                json.dumps(answer(entries[2 * n : 2 * n + 2], "")),
                "application/json",
            )


@kind
def data_about_the_page(site: Kind) -> None:
    def list_of(k: int, entries: list[Entry]) -> str:
        listed = [
            {"@type": "ListItem", "position": n, "item": {"@id": f"http://{HOST}{e.url}"}}
            for n, e in enumerate(entries, 1)
        ]
        about = {"@type": "CollectionPage", "mainEntity": {"@type": "ItemList", "itemListElement": listed}}
        return f"<script type='application/ld+json'>{json.dumps(about)}</script>"

    told_by_script(site, "/{c}/k{n}", list_of)


@kind
def keys_of_one_letter(site: Kind) -> None:
    def list_of(k: int, entries: list[Entry]) -> str:
        data = json.dumps([{"a": e.url, "b": e.title, "c": f"{e.day}"} for e in entries], ensure_ascii=False)
        return f"<script>var arr = {data}; draw(arr)</script>"

    told_by_script(site, "/{c}/{n}f{k}.html".replace("{k}", "0"), list_of)


@kind
def scripts_with_further_pages(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/x/{d:%Y}/{n}0.html", k)
        for n in (2, 3):
            site.put(
                f"/js/{c}{n}.js",
                f"add({json.dumps(told(entries[2 * n - 2 : 2 * n]))});",
                "application/javascript",
            )
        script = f"function load(p){{var s=document.createElement('script');s.src='/js/{c}'+p+'.js';}}"
        site.put(f"/{c}/", f"<html><body>{rows(entries[:2])}<script>{script}</script></body></html>")
    navigation(site, "/{c}/")


@kind
def calendar_of_issues(site: Kind) -> None:
    entries = site.channel("/c/{d:%Y%m}/{d:%d}/c{n}0.html", 0)
    for e in entries:
        page = f"<html><body><h3>{e.day:%Y年%m月%d日}</h3><a href='/c/{e.day:%Y%m}/{e.day:%d}/{e.url.rpartition('/')[2]}'>{e.title}</a>"
        script = "<script>fetch('/days.json').then(draw)</script></body></html>"
        site.put(f"/l/{e.day:%Y%m}/{e.day:%d}/l01.html", page + script)
    days = [{"date": str(e.day), "path": f"/l/{e.day:%Y%m}/{e.day:%d}/l01.html"} for e in entries]
    site.put("/days.json", json.dumps({"days": days}), "application/json")
    site.put(
        "/",
        f"<html><script>location.replace('/l/{entries[0].day:%Y%m}/{entries[0].day:%d}/l01.html')</script></html>",
    )


@kind
def names_in_other_letters(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/{d:%Y}/{c}{n}", k)
        site.articles -= {f"http://{HOST}{e.url}" for e in entries}
        named = [Entry(f"/{e.day:%Y}/{quote(e.title[6:])}{e.url[-3:]}/", e.title, e.day) for e in entries]
        site.articles |= {f"http://{HOST}{e.url}" for e in named}
        site.put(f"/{c}/", f"<html><body>{rows(named)}</body></html>")
    navigation(site, "/{c}/")


@kind
def feed_without_links(site: Kind) -> None:
    items = "".join(
        f"<item><title>{e.title}</title><guid>http://{HOST}{e.url}</guid></item>"
        for e in site.channel("/r/{n}7", 0)
    )
    site.put("/news/rss.xml", f"<rss><channel>{items}</channel></rss>", "text/xml")
    outline = f"<outline text=x xmlUrl='http://{HOST}/news/rss.xml'/>".replace("text=x", "text='x'")
    site.put("/all.opml", f"<opml><body>{outline}</body></opml>", "text/xml")
    site.put("/", "<html><body><p>竹溪</p><a href='/all.opml'>订阅</a></body></html>")


@kind
def map_of_a_folder_that_looks_like_none(site: Kind) -> None:
    entries = site.channel("/share/{n}a1", 0)
    site.put(
        "/sitemap.xml",
        "<urlset>" + "".join(f"<url><loc>http://{HOST}{e.url}</loc></url>" for e in entries) + "</urlset>",
    )
    site.put("/", "<html><body><div id=app></div><script src=/a.js></script></body></html>")


@kind
def notices_in_a_folder_called_about(site: Kind) -> None:
    paged(site, "/about/{c}/{n}8.html", "/{c}/", "/{c}/p{n}.html", link_to_next("下一页"))


@kind
def page_called_by_a_word_of_its_own(site: Kind) -> None:
    paged(site, "/{c}/{d:%Y%m%d}/a{n}", "/{c}", "/{c}?pn={n}", link_to_next("再看一些"))


@kind
def words_that_end_an_address(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/{c}/x{n}", k)
        site.articles -= {f"http://{HOST}{e.url}" for e in entries}
        named = [
            Entry(f"/story/{c}/town-{word}-opens", e.title, e.day)
            for e, word in zip(entries, ("hall", "bridge", "school", "park", "road", "market"), strict=True)
        ]
        site.articles |= {f"http://{HOST}{e.url}" for e in named}
        site.put(f"/{c}/", f"<html><body>{rows(named)}</body></html>")
    navigation(site, "/{c}/")


@kind
def days_as_a_parameter(site: Kind) -> None:
    entries = site.channel("/read.aspx?no={n}7", 0)
    days = " ".join(f"<a href='/day.aspx?rq={e.day}'>{e.day:%m-%d}</a>" for e in entries)
    endless = "<a href='/day.aspx?rq=2019-01-01'>01-01</a>"
    for e in entries:
        page = (
            f"<html><body><b>{e.day}</b>{days}{endless}<p><a href='{e.url}'>{e.title}</a></p></body></html>"
        )
        site.put(f"/day.aspx?rq={e.day}", page)
    site.put("/", site.pages[f"http://{HOST}/day.aspx?rq={entries[0].day}"][0])


@kind
def scripts_loaded_by_name(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/article/{n}Q7{c}", k)
        for n in range(3):
            path = f"/special/{c}{f'_0{n + 1}' if n else ''}.js"
            rows_of = json.dumps(told(entries[2 * n : 2 * n + 2]), ensure_ascii=False)
            site.put(path, f"show({rows_of})", "application/javascript; charset=utf-8")
        script = f"var u='/special/{c}.js';function more(p){{load(p==1?u:u.replace('.js','_0'+p+'.js'))}}"
        site.put(f"/{c}/", f"<html><body><script>{script}</script></body></html>")
    navigation(site, "/{c}/")


@kind
def feed_of_several_pages(site: Kind) -> None:
    entries = site.channel("/essay/{n}9/", 0)
    for n in range(3):
        following = f"<link rel='next' href='/atom.xml?page={n + 2}'/>" if n < 2 else ""
        items = "".join(
            f"<entry><title>{e.title}</title><link href='http://{HOST}{e.url}'/></entry>"
            for e in entries[2 * n : 2 * n + 2]
        )
        page = f"<feed xmlns='http://www.w3.org/2005/Atom'>{following}{items}</feed>"
        site.put("/atom.xml" + (f"?page={n + 1}" if n else ""), page, "application/atom+xml")
    head = "<head><link rel=alternate type=application/atom+xml href=/atom.xml></head>"
    site.put("/", f"<html>{head}<body><p>竹溪</p></body></html>")


@kind
def entries_in_attributes(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/doc/{c}{n}.htm", k)
        items = "".join(f"<item href='{e.url}' title='{e.title}' time='{e.day}'/>" for e in entries)
        site.put(f"/d/{c}.xml", f"<?xml version='1.0'?><items>{items}</items>", "text/xml")
        script = f"<script>r.open('GET','/d/{c}.xml')</script>"
        site.put(f"/{c}.asp", f"<html><body>{script}</body></html>")
    navigation(site, "/{c}.asp")


@kind
def address_that_begins_with_a_name(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/read?no={n}5", k)
        for n, part in enumerate([entries[:3], entries[3:], []], 1):
            rows_of = [{"no": e.url[-4:], "headline": e.title, "pubDate": str(e.day)} for e in part]
            answer = json.dumps({"page": {"content": rows_of}}, ensure_ascii=False)
            site.put(f"/gw/{c}/flow?current={n}&size=3", answer, "application/json")
        script = (
            f"const g='/gw/{c}';const q=e=>http.get(g+'/flow',{{params:{{current:e,size:3}}}});"
            "function go(n){location.href='/read?no='+n.no}"
        )
        site.put(f"/{c}.html", f"<html><body><script>{script}</script></body></html>")
    navigation(site, "/{c}.html")
