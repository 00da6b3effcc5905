"""Invented sites whose links a click, a choice or a script of another file opens, and lists that hide how they go on."""

import json

from tests.crawler.exploring.kinds import CHANNELS, KINDS, TODAY, Entry, Kind, kind, navigation, paged, rows

__all__ = ["KINDS"]
SCRIPT = "application/javascript"


def parted(entries: list[Entry], n: int = 2) -> list[list[Entry]]:
    return [entries[k : k + n] for k in range(0, len(entries), n)]


@kind
def choice_of_numbers(site: Kind) -> None:
    paged(
        site,
        "/c/{n}.html",
        "/{c}/index.jhtml",
        "/{c}/index_{n}.jhtml",
        lambda url, n, of: (
            "<select onchange=\"location.href='index_'+this.value+'.jhtml'\">"
            + "".join(f"<option value={k}>第{k}页</option>" for k in range(1, of + 1))
            + "</select>"
        ),
    )


@kind
def choice_that_calls_a_function(site: Kind) -> None:
    paged(
        site,
        "/c/{n}.html",
        "/{c}.html",
        "/{c}.html?page={n}",
        lambda url, n, of: (
            "<script>function jump(n){location.href='?page='+n}</script><select onchange='jump(this.options[this.selectedIndex].value)'>"
            + "".join(f"<option value={k}>{k}</option>" for k in range(2, of + 1))
            + "</select>"
        ),
    )


@kind
def rows_opened_by_their_number(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/{c}/detail/{n}.html", k)
        made = "".join(
            f"<li><a class=op data-id='{e.url[-8:-5]}' href='javascript:;'>{e.title}</a>{e.day}</li>"
            for e in entries
        )
        script = f"$('.op').click(function(){{window.open('/{c}/detail/'+$(this).data('id')+'.html')}})"
        site.put(f"/{c}.html", f"<html><body><ul>{made}</ul><script>{script}</script></body></html>")
    navigation(site, "/{c}.html")


@kind
def functions_of_another_file(site: Kind) -> None:
    site.put("/res/common.js", "function toPage(n){location.href=pageUrl.replace('{0}',n)}", SCRIPT)
    paged(
        site,
        "/c/{n}.html",
        "/{c}/p/1/",
        "/{c}/p/{n}/",
        lambda url, n, of: (
            f"<script>var pageUrl='{url.replace(f'/{n + 1}/', '/{0}/')}'</script><script src=/res/common.js></script>"
            f"<a href='javascript:toPage({n + 1})'>下一页</a>"
            if url
            else ""
        ),
    )


@kind
def call_with_an_address(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/xw/{d:%y%m%d}{n}.htm", k)
        made = "".join(
            f"<li><a href=\"javascript:openwin('{e.url}')\">{e.title}</a> {e.day}</li>" for e in entries
        )
        site.put(f"/{c}.htm", f"<html><body><ul>{made}</ul></body></html>")
    navigation(site, "/{c}.htm")


@kind
def arrows_of_which_the_double_is_the_last(site: Kind) -> None:
    paged(
        site,
        "/post/{n}.html",
        "/{c}.html",
        "/{c}_{n}.html",
        lambda url, n, of: (
            f"<a href='{url.replace(f'_{n + 1}.', f'_{of}.')}'>››</a><a href='{url}'>{n + 1}</a>"
            if url
            else ""
        ),
    )


@kind
def pages_that_nothing_links(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/{n}00.html", k, 8)
        for n, part in enumerate(parted(entries, 4), 1):
            site.put(
                f"/category/{c}/" + (f"page/{n}/" if n > 1 else ""), f"<html><body>{rows(part)}</body></html>"
            )
    navigation(site, "/category/{c}/")


@kind
def feed_in_json_of_several_pages(site: Kind) -> None:
    entries = site.channel("/posts/{n}-in-town/", 0, 6)
    for n, part in enumerate(parted(entries, 3), 1):
        told: dict[str, object] = {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [
                {"id": e.url, "url": e.url, "title": e.title, "date_published": f"{e.day}"} for e in part
            ],
        }
        told |= {"next_url": "/feed-2.json"} if n == 1 else {}
        site.put("/feed.json" if n == 1 else "/feed-2.json", json.dumps(told), "application/feed+json")
    site.put(
        "/",
        "<html><head><link rel=alternate type=application/feed+json href=/feed.json></head><body>竹溪</body></html>",
    )


@kind
def blocks_filled_by_their_channel(site: Kind) -> None:
    for k, _ in enumerate(CHANNELS):
        told = [
            {"u": e.url, "t": e.title, "d": f"{e.day}"} for e in site.channel("/c/{d:%Y-%m-%d}/{n}.shtml", k)
        ]
        for n in (1, 2):
            site.put(
                f"/json/{k}1/list_{n}.json", json.dumps({"list": told[3 * n - 3 : 3 * n]}), "application/json"
            )
    blocks = "".join(f"<div class=block data-cid='{k}1'></div>" for k in range(3))
    script = (
        "var page=1;$('.block').each(function(){var cid=$(this).attr('data-cid');"
        "$.getJSON('/json/'+cid+'/list_'+page+'.json',draw)})"
    )
    site.put("/", f"<html><title>竹溪网</title><body>{blocks}<script>{script}</script></body></html>")


@kind
def function_called_for_each_channel(site: Kind) -> None:
    for k, _ in enumerate(CHANNELS):
        told = [{"u": e.url, "t": e.title, "d": f"{e.day}"} for e in site.channel("/info/{n}.html", k)]
        for n in (1, 2):
            answer = json.dumps({"rows": told[3 * n - 3 : 3 * n]})
            site.put(f"/front/list.do?siteId=7&columnId={k}2&pageNo={n}", answer, "application/json")
    links = "".join(f"<a href='javascript:;' onclick='load({k}2)'>栏目</a>" for k in range(3))
    script = (
        "var pageNo=1;function load(col){$.ajax({url:'/front/list.do',data:{siteId:$('#sid').val(),columnId:col,"
        "pageNo:pageNo},success:draw})}"
    )
    site.put(
        "/", f"<html><body><input type=hidden id=sid value=7>{links}<script>{script}</script></body></html>"
    )


@kind
def interface_below_a_base(site: Kind) -> None:
    entries = site.channel("/detail/66{n}", 0)
    for n, part in enumerate(parted(entries, 3), 1):
        told = [
            {"articleId": e.url[8:], "articleTitle": e.title, "publishTime": f"{e.day} 08:00:00"}
            for e in part
        ]
        site.put(f"/prod-api/list?channelId=5&current={n}", json.dumps({"records": told}), "application/json")
    script = (
        'var s=axios.create({baseURL:"/prod-api"});function l(e){return s.get("/list",{params:{channelId:5,current:e}})}'
        'function go(t){router.push("/detail/"+t.articleId)}'
    )
    site.put("/app.js", script, SCRIPT)
    site.put(
        "/", "<html><title>竹溪网</title><body><div id=app></div><script src=/app.js></script></body></html>"
    )


@kind
def groups_of_texts(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel("/{c}/{d:%y%m%d}/{n}.htm", k)
        made = "\n".join(
            f"arr[{n}]=new Array('{e.title}','{e.url}','{e.day}');" for n, e in enumerate(entries)
        )
        site.put(f"/{c}.htm", f"<html><body><script>var arr=new Array();\n{made}</script></body></html>")
    navigation(site, "/{c}.htm")


@kind
def list_in_an_attribute(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        told = [{"title": e.title, "url": e.url, "time": f"{e.day}"} for e in site.channel("/p/{n}.html", k)]
        site.put(f"/{c}.html", f"<html><body><div id=app data-list='{json.dumps(told)}'></div></body></html>")
    navigation(site, "/{c}.html")


@kind
def part_that_a_script_loads(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        site.put(f"/ssi/{c}.html", rows(site.channel("/{c}/{n}.shtml", k)))
        site.put(
            f"/{c}.html", f"<html><body><div class=include data-include='/ssi/{c}.html'></div></body></html>"
        )
    navigation(site, "/{c}.html")


@kind
def crowd_without_rows(site: Kind) -> None:
    entries = site.channel("/wz/lj{n}.htm", 0, 12)
    for at, part, more in (("/", entries[:6], "<a href=old.htm>旧文</a>"), ("/old.htm", entries[6:], "")):
        links = "<br>".join(f"{e.day.month}.{e.day.day} <a href='{e.url}'>{e.title}</a>" for e in part)
        site.put(at, f"<html><body><center>竹溪</center>{links}<hr>{more}</body></html>")


@kind
def channels_behind_the_choice_of_a_language(site: Kind) -> None:
    site.put("/tc/", "<html><body><a href=/tc/news/>新聞</a></body></html>")
    site.put(
        "/tc/news/", f"<html><body>{rows(site.channel('/tc/news/{d:%Y%m%d}/{n}.html', 0))}</body></html>"
    )
    site.put("/", "<html><body><a href=/tc/>繁體</a> <a href=/en/>English</a></body></html>")


@kind
def menu_of_another_file(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        site.put(f"/c/{c}", f"<html><body>{rows(site.channel('/{c}/{n}.html', k))}</body></html>")
    told = ",".join(f"{{name:'{name}频道',path:'/c/{c}'}}" for c, name in CHANNELS)
    site.put("/js/site_nav.js", f"var channels=[{told}];draw(channels);", SCRIPT)
    site.put("/", "<html><title>竹溪网</title><body><script src=/js/site_nav.js></script></body></html>")


@kind
def days_as_a_list_of_texts(site: Kind) -> None:
    days = []
    for e in site.channel("/paper/{d:%Y-%m-%d}/{n}.html", 0, 4):
        days.append(f"{e.day}")
        site.put(
            f"/paper/{e.day}/",
            f"<html><body><p><a href='{e.url}'>{e.title}</a></p>{TODAY.year}</body></html>",
        )
    site.put("/data/issues.json", json.dumps(days), "application/json")
    script = (
        "$.getJSON('/data/issues.json',function(d){for(var i=0;i<d.length;i++)"
        "{$('#q').append('<a href=\"/paper/'+d[i]+'/\">'+d[i]+'</a>')}})"
    )
    site.put("/", f"<html><title>竹溪日报</title><body><ul id=q></ul><script>{script}</script></body></html>")


@kind
def pages_by_post_that_a_get_answers_too(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        for n, part in enumerate(parted(site.channel("/{c}/{n}.html", k, 12), 4), 1):
            form = (
                f"<form name=f method=post action='/{c}/list.do'><input type=hidden name=pageNo value={n}>"
                "<input type=hidden name=pageSize value=4></form><a href='javascript:go(2)'>下一页</a>"
                "<script>function go(n){document.f.pageNo.value=n;document.f.submit()}</script>"
            )
            further = f"?pageNo={n}&pageSize=4" if n > 1 else ""
            site.put(f"/{c}/list.do{further}", f"<html><body>{rows(part)}{form}</body></html>")
    navigation(site, "/{c}/list.do")
