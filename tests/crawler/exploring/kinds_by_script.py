"""Invented sites whose lists only a script prints, asks for or opens."""

import json
from collections.abc import Callable, Sequence

from tests.crawler.exploring.kinds import CHANNELS, GBK, KINDS, Entry, Kind, kind, navigation, rows

__all__ = ["KINDS"]


def told_by_script(
    site: Kind, article: str, told: Callable[[int, list[Entry]], str], kind: str = "text/html; charset=utf-8"
) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        site.put(
            f"/{c}.html",
            f"<html><body><div id=root></div>{told(k, site.channel(article, k))}</body></html>",
            kind,
        )
    navigation(site, "/{c}.html", kind=kind)


def as_data(entries: Sequence[Entry]) -> list[dict[str, str]]:
    return [{"id": "x", "title": e.title, "url": e.url, "time": f"{e.day} 08:00"} for e in entries]


@kind
def state_of_an_application(site: Kind) -> None:
    told_by_script(
        site,
        "/p/{n}.html",
        lambda k, es: (
            f"<script>window.__INITIAL_STATE__={json.dumps({'page': {'list': as_data(es)}})};(function(){{}}());</script>"
        ),
    )


@kind
def data_of_next_js(site: Kind) -> None:
    told_by_script(
        site,
        "/p/{n}.html",
        lambda k, es: (
            f"<script id=__NEXT_DATA__ type=application/json>{json.dumps({'props': {'items': as_data(es)}})}</script>"
        ),
    )


@kind
def object_without_quotes(site: Kind) -> None:
    def told(k: int, entries: list[Entry]) -> str:
        return (
            "<script>var d = {n:1, list:["
            + ",".join(f"{{title:'{e.title}',link:'{e.url}',ptime:'{e.day}',}}" for e in entries)
            + "]};</script>"
        )

    told_by_script(site, "/{d:%Y/%m}/{n}.html", told)


@kind
def rows_in_a_datastore(site: Kind) -> None:
    def told(k: int, entries: list[Entry]) -> str:
        records = "".join(
            f"<record><![CDATA[<li><a href='{e.url}'>{e.title}</a><span>{e.day}</span></li>]]></record>"
            for e in entries
        )
        return f"<script type='text/xml'><datastore><recordset>{records}</recordset></datastore></script>"

    told_by_script(site, "/art/{d.year}/{d.month}/{d.day}/art_15_{n}.html", told)


@kind
def rows_in_a_text_area(site: Kind) -> None:
    told_by_script(
        site,
        "/{d:%Y}/{n}00.shtml",
        lambda k, es: f"<textarea class=lazy>{rows(es).replace('<', '&lt;')}</textarea>",
    )


@kind
def script_that_writes_rows(site: Kind) -> None:
    def told(k: int, entries: list[Entry]) -> str:
        lines = "".join(
            f"document.write('<li><a href=\"{e.url}\">{e.title}</a> {e.day}</li>');\n" for e in entries
        )
        site.put(f"/js/list_{k}.js", lines, "application/javascript; charset=gb2312")
        return f"<script src='/js/list_{k}.js'></script>"

    told_by_script(site, "/html/{d:%Y%m}/{n}.html", told, GBK)


@kind
def function_that_opens_an_article(site: Kind) -> None:
    def told(k: int, entries: list[Entry]) -> str:
        opened = "".join(
            f"<tr><td><a href='javascript:void(0)' onclick=\"openNews('{e.url[-3:]}')\">{e.title}</a><td>{e.day}</tr>"
            for e in entries
        )
        return f"<script>function openNews(id){{ window.open('show.asp?newsid='+id,'','width=800'); }}</script><table>{opened}</table>"

    told_by_script(site, "/show.asp?newsid={n}", told)


@kind
def entries_that_open_when_clicked(site: Kind) -> None:
    told_by_script(
        site,
        "/doc/{d:%Y}/{n}.htm",
        lambda k, es: "".join(
            f"<div onclick=\"location.href='{e.url}'\"><h3>{e.title}</h3><em>{e.day}</em></div>"
            if k
            else f"<div data-href='{e.url}'><h3>{e.title}</h3><em>{e.day}</em></div>"
            for e in es
        ),
    )


@kind
def headline_beside_the_link(site: Kind) -> None:
    told_by_script(
        site,
        "/story/{c}-of-{n}/",
        lambda k, es: "".join(
            f"<div class=card><a href='{e.url}'><img src=i.jpg></a><h3>{e.title}</h3><p>摘要文字。</p><a href='{e.url}'>阅读全文</a><em>{e.day:%Y.%m.%d}</em></div>"
            for e in es
        ),
    )


# ---------------------------------------------------------------------- what a script asks for


def asked_by_script(
    site: Kind, article: str, address: str, answer: Callable[[list[Entry]], str], script: str, kind: str
) -> None:
    """Channels whose lists come page by page from an address; `script` names it."""
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel(article, k)
        for n, part in enumerate([entries[:3], entries[3:], []], 1):
            site.put(address.format(k=k, n=n), answer(part), kind)
        site.put(
            f"/{c}.html",
            f"<html><body><ul id=box></ul><script>{script.replace('{k}', str(k))}</script></body></html>",
        )
    navigation(site, "/{c}.html")


@kind
def template_literals(site: Kind) -> None:
    def answer(entries: list[Entry]) -> str:
        return json.dumps(
            {
                "result": {
                    "rows": [
                        {"articleId": e.url[-3:], "subject": e.title, "day": f"{e.day}"} for e in entries
                    ]
                }
            }
        )

    script = 'let page=1;async function load(){const r=await fetch(`/api/list?column={k}&page=${page}&size=3`);d.rows.forEach(it=>{b.innerHTML+=`<a href="/article/${it.articleId}">${it.subject}</a>`})}'
    asked_by_script(
        site, "/article/{n}", "/api/list?column={k}&page={n}&size=3", answer, script, "application/json"
    )


@kind
def markup_that_a_script_appends(site: Kind) -> None:
    script = "var p=1;$.get('/ajax/more.php?cid={k}&page='+p,function(h){$('#box').append(h);p++;})"
    asked_by_script(
        site,
        "/news/detail-{n}.html",
        "/ajax/more.php?cid={k}&page={n}",
        rows,
        script,
        "text/html; charset=utf-8",
    )


@kind
def markup_in_a_field_of_json(site: Kind) -> None:
    script = (
        "var p=1;$.getJSON('/index.php?s=/api/getList&cid={k}&p='+p,function(d){$('#box').append(d.html);})"
    )
    asked_by_script(
        site,
        "/news/{d:%Y%m}/{n}.html",
        "/index.php?s=/api/getList&cid={k}&p={n}",
        lambda es: json.dumps({"html": rows(es)}),
        script,
        "application/json",
    )


@kind
def xml_that_is_no_feed(site: Kind) -> None:
    def answer(entries: list[Entry]) -> str:
        items = "".join(
            f"<item><title>{e.title}</title><url>{e.url}</url><date>{e.day}</date></item>" for e in entries
        )
        return f"<?xml version='1.0'?><news>{items}</news>"

    for k, (c, _) in enumerate(CHANNELS):
        site.put(f"/data/{c}.xml", answer(site.channel("/x/{d:%Y%m}/{n}.html", k)), "text/xml")
        site.put(
            f"/{c}.html",
            f"<html><body><script>$.ajax({{url:'/data/{c}.xml',dataType:'xml'}})</script></body></html>",
        )
    navigation(site, "/{c}.html")


@kind
def bundle_of_an_application(site: Kind) -> None:
    entries = site.channel("/detail/{n}", 0)
    site.put(
        "/static/app.3fa1.js",
        'e=function(p){return axios.get("/api/cms/articles",{params:{pageNo:p,pageSize:6}})};r.push("/detail/"+i.docId)',
        "application/javascript",
    )
    for n, part in enumerate([entries, []], 1):
        site.put(
            f"/api/cms/articles?pageNo={n}&pageSize=6",
            json.dumps(
                {"data": [{"docId": e.url[-3:], "title": e.title, "pubTime": f"{e.day} 08:00"} for e in part]}
            ),
            "application/json",
        )
    site.put(
        "/",
        "<html><title>竹溪网</title><body><div id=app></div><script src=/static/app.3fa1.js></script></body></html>",
    )


@kind
def address_of_variables(site: Kind) -> None:
    script = (
        "var nid=1140{k},pgnum=1,cnt=6;function load(){$.ajax({url:'/nodeart/list?nid='+nid+'&pgnum='+pgnum+'&cnt='+cnt"
        ",dataType:'jsonp',success:show})}"
    )
    asked_by_script(
        site,
        "/news/{d:%Y%m}/{n}.html",
        "/nodeart/list?nid=1140{k}&pgnum={n}&cnt=6",
        lambda es: json.dumps({"list": [{"Title": e.title, "LinkUrl": e.url} for e in es]}),
        script,
        "application/json",
    )


@kind
def button_with_the_next_page(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/news/{d:%Y%m}/{n}.html", k)
        button = f'<button class="more" data-url="/ajax/{c}/more" data-page="2">查看更多</button>'
        site.put(f"/{c}.html", f"<html><body>{rows(entries[:3])}{button}</body></html>")
        site.put(f"/ajax/{c}/more?page=2", rows(entries[3:]))
    navigation(site, "/{c}.html")


@kind
def numbers_without_addresses(site: Kind) -> None:
    entries = site.channel("/newsDetail_{n}", 0)
    follow = "<script>var d={'next':'/api/nodeCont?pageNum=2'}</script>"
    site.put("/yw.html", f"<html><body>{rows(entries[:3])}{follow}</body></html>")
    told = [{"contId": e.url[-3:], "name": e.title, "pubTime": str(e.day)} for e in entries[3:]]
    site.put("/api/nodeCont?pageNum=2", json.dumps({"data": {"list": told}}), "application/json")
    site.put(
        "/", "<html><title>竹溪网</title><body><div class=nav><a href=/yw.html>要闻</a></div></body></html>"
    )


@kind
def state_without_addresses(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        told = [
            {"id": e.url[-3:], "title": e.title, "time": str(e.day)} for e in site.channel("/detail/{n}", k)
        ]
        script = f'window.__STATE__={json.dumps({"articles": told})};function go(id){{location.href="/detail/"+id}}'
        site.put(f"/{c}.html", f"<html><body><script>{script}</script></body></html>")
    navigation(site, "/{c}.html")
