"""Invented sites whose pager a library draws, and lists of data that scripts ask for in parts."""

import json

from tests.crawler.exploring.kinds import CHANNELS, KINDS, Entry, Kind, kind, navigation, paged, rows
from tests.crawler.exploring.kinds_by_call import SCRIPT, parted

__all__ = ["KINDS"]
JSON = "application/json"


def told(entries: list[Entry], **more: object) -> str:
    """Entries as data that names their addresses."""
    data = [{"title": e.title, "url": e.url, "time": f"{e.day}"} for e in entries]
    return json.dumps({"list": data, **more}, ensure_ascii=False)


def asking(site: Kind, path: str, script: str, body: str = "") -> None:
    """A page that has its list from a script."""
    site.put(
        path, f"<html><title>竹溪网</title><body><ul id=l></ul>{body}<script>{script}</script></body></html>"
    )


# -- pagers that are drawn


@kind
def pager_by_laypage(site: Kind) -> None:
    paged(
        site,
        "/{c}/{n}.html",
        "/{c}/list.html",
        "/{c}/list.html?page={n}",
        lambda url, n, of: (
            f"<div id=p></div><script>laypage({{cont:'p',pages:{of},curr:{n},skin:'molv',"
            "jump:function(e,first){if(!first){location.href='?page='+e.curr}}})</script>"
        ),
    )


@kind
def pager_by_a_plugin(site: Kind) -> None:
    paged(
        site,
        "/a/{n}.shtml",
        "/{c}/list_1.html",
        "/{c}/list_{n}.html",
        lambda url, n, of: (
            f"<div class=M-box></div><script>$('.M-box').pagination({{pageCount:{of},current:{n},coping:true,"
            "callback:function(api){window.location.href='list_'+api.getCurrent()+'.html'}})</script>"
        ),
    )


@kind
def pager_that_counts_from_zero(site: Kind) -> None:
    for k in range(len(CHANNELS)):
        for n, part in enumerate(parted(site.channel("/show.php?id={n}", k))):
            pager = (
                f"<div id=p></div><script>$('#p').pagination(6,{{items_per_page:2,current_page:{n},"
                f"link_to:'/list.php?fid={k}&p=__id__'}})</script>"
            )
            site.put(
                f"/list.php?fid={k}" + (f"&p={n}" if n else ""),
                f"<html><body>{rows(part)}{pager}</body></html>",
            )
    navigation(site, "/list.php?fid={k}")


@kind
def pager_with_a_form_of_address(site: Kind) -> None:
    paged(
        site,
        "/n/{n}.html",
        "/{c}.html",
        "/{c}.html?page={n}",
        lambda url, n, of: (
            f"<ul id=p></ul><script>$('#p').twbsPagination({{totalPages:{of},visiblePages:5,href:'?page={{{{number}}}}'}})</script>"
        ),
    )


# -- lists asked for in parts


@kind
def entries_from_an_offset(site: Kind) -> None:
    entries = site.channel("/n/{n}.html", 0, 12)
    for at in range(0, 12, 4):
        site.put(f"/roll.jsp?subject=7&start={at}&count=4", told(entries[at : at + 4]), JSON)
    script = (
        "var start=0,count=4;function more(){$.ajax({url:'/roll.jsp',dataType:'json',data:{subject:'7',start:start,count:count},"
        "success:function(r){start+=count;show(r.list)}})}more()"
    )
    asking(site, "/", script)


@kind
def entries_behind_those_of_the_page(site: Kind) -> None:
    entries = site.channel("/n/{n}.html", 0, 12)
    for at in (4, 8):
        site.put(f"/api/feed?offset={at}", told(entries[at : at + 4]), JSON)
    site.put(
        "/",
        f"<html><title>竹溪网</title><body>{rows(entries[:4])}<script>more('/api/feed?offset=4')</script></body></html>",
    )


@kind
def entries_that_are_skipped(site: Kind) -> None:
    entries = site.channel("/n/{n}.html", 0, 12)
    for at in range(0, 12, 3):
        site.put(f"/api/posts?skip={at}", told(entries[at : at + 3]), JSON)
    asking(
        site,
        "/",
        "let skip=0;fetch(`/api/posts?skip=${skip}`).then(r=>r.json()).then(d=>{skip+=d.list.length})",
    )


@kind
def groups_of_records(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        entries = site.channel(f"/art/2026/11/20/art_{k}_{{n}}.html", k, 10)
        for at in range(0, 12, 4):
            made = "".join(f"<record><![CDATA[{rows([e])}]]></record>" for e in entries[at : at + 4])
            site.put(
                f"/jpage/dataproxy.jsp?startrecord={at + 1}&endrecord={at + 4}&perpage=2&col=1&columnid={k}&path=/",
                f"<datastore><totalrecord>10</totalrecord><recordset>{made}</recordset></datastore>",
                "text/xml",
            )
        script = (
            f"$('#l').jpage({{perPage:2,groupSize:2,totalRecord:10,proxyUrl:'/jpage/dataproxy.jsp',"
            f"ajaxParam:{{col:1,columnid:'{k}',path:'/'}}}})"
        )
        asking(site, f"/col/{c}/index.html", script)
    navigation(site, "/col/{c}/index.html")


@kind
def markup_that_names_a_cursor(site: Kind) -> None:
    parts = parted(site.channel("/post/{n}", 0, 8))
    for k, part in enumerate(parts):
        more = {"cursor": f"c{k + 1}"} if k + 1 < len(parts) else {}
        answer = json.dumps({"html": rows(part), **more}, ensure_ascii=False)
        site.put("/feed/items?cursor=" + (f"c{k}" if k else ""), answer, JSON)
    asking(
        site,
        "/",
        "var cursor='';fetch('/feed/items?cursor='+cursor).then(r=>r.json()).then(d=>{cursor=d.cursor})",
    )


@kind
def first_page_of_another_name(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        for n, part in enumerate(parted(site.channel("/{c}/{n}.html", k)), 1):
            site.put(f"/data/{c}/index{f'-{n}' if n > 1 else ''}.json", told(part), JSON)
        script = f"var page=1,name='{c}';$.getJSON('/data/'+name+'/index'+(page==1?'':'-'+page)+'.json',show)"
        asking(site, f"/{c}/", script)
    navigation(site, "/{c}/")


@kind
def pages_that_are_folders(site: Kind) -> None:
    lists = []
    for k, (c, _) in enumerate(CHANNELS):
        for n, part in enumerate(parted(site.channel("/news/{n}.html", k)), 1):
            data = ",".join(f'{{"title":"{e.title}","docurl":"{e.url}","time":"{e.day}"}}' for e in part)
            site.put(f"/special/{c}{f'_0{n}' if n > 1 else ''}/?callback=cb", f"cb([{data}])", SCRIPT)
        lists.append(f"'/special/{c}/?callback=cb'")
    asking(site, "/", f"var urls=[{','.join(lists)}];function more(u,p){{load(u.replace('/?','_0'+p+'/?'))}}")


# -- parameters


@kind
def channels_in_an_array(site: Kind) -> None:
    for k in range(len(CHANNELS)):
        for n, part in enumerate(parted(site.channel("/article/{n}.html", k))):
            site.put(f"/app_if/getArticles?columnId={k + 4}&page={n}&size=2", told(part), JSON)
    columns = json.dumps(
        [{"columnId": k + 4, "columnName": name} for k, (_, name) in enumerate(CHANNELS)], ensure_ascii=False
    )
    script = (
        f"var columns={columns},page=0,columnId=columns[0].columnId;"
        "$.getJSON('/app_if/getArticles?columnId='+columnId+'&page='+page+'&size=2',show)"
    )
    asking(site, "/", script)


@kind
def numbers_at_tabs(site: Kind) -> None:
    for k in range(len(CHANNELS)):
        for n, part in enumerate(parted(site.channel("/c/{n}.shtml", k)), 1):
            site.put(f"/roll/get?lid={k + 2510}&num=2&page={n}", told(part), JSON)
    tabs = "".join(
        f"<a href='javascript:;' data-lid={k + 2510}>{name}</a>" for k, (_, name) in enumerate(CHANNELS)
    )
    script = (
        "function get(lid,page){$.getJSON('/roll/get?lid='+lid+'&num=2&page='+page,show)}get(2510,1);"
        "$('a').click(function(){get($(this).data('lid'),1)})"
    )
    asking(site, "/", script, tabs)


@kind
def value_joined_to_a_name(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        for n, part in enumerate(parted(site.channel("/{c}/{n}.shtml", k)), 1):
            site.put(f"/was5/web/search?channelid=258&classsql=chnlid%3D{k}&page={n}", told(part), JSON)
        script = (
            f"var page=1,chnl={k};$.ajax({{url:'/was5/web/search',dataType:'json',"
            "data:{channelid:'258',classsql:'chnlid='+chnl,page:page},success:show})"
        )
        asking(site, f"/{c}/index.shtml", script)
    navigation(site, "/{c}/index.shtml")


@kind
def text_of_an_element(site: Kind) -> None:
    for at, part in enumerate(parted(site.channel("/article/{n}", 0, 9), 3)):
        site.put(f"/api/list?node=%22%2Fe3p%2Fe3q%22&offset={at * 3}&limit=3", told(part), JSON)
    script = (
        "var node=encodeURIComponent(document.querySelector('.node').value),offset=0;"
        "fetch('/api/list?node='+node+'&offset='+offset+'&limit=3').then(show)"
    )
    asking(site, "/", script, "<textarea class='hide node'>\"/e3p/e3q\"</textarea>")


@kind
def marks_of_clicks_that_choose(site: Kind) -> None:
    for n, part in enumerate(parted(site.channel("/a/{n}", 0)), 1):
        site.put(f"/public/feed?scene=CHANNEL&utm_source=app&page={n}", told(part), JSON)
    asking(site, "/", "var page=1;$.getJSON('/public/feed?scene=CHANNEL&utm_source=app&page='+page,show)")


# -- entries


@kind
def address_of_two_keys(site: Kind) -> None:
    for n, part in enumerate(parted(site.channel("/a/{n}_77", 0)), 1):
        data = [{"id": e.url[3:6], "authorId": 77, "title": e.title, "time": f"{e.day}"} for e in part]
        site.put(f"/feed?page={n}", json.dumps(data, ensure_ascii=False), JSON)
    asking(
        site,
        "/",
        "var page=1;$.getJSON('/feed?page='+page,function(l){l.forEach(function(o){t('/a/'+o.id+'_'+o.authorId,o.title)})})",
    )


@kind
def entries_within_entries(site: Kind) -> None:
    for n, part in enumerate(parted(site.channel("/{c}/{n}.html", 0)), 1):
        data = [
            {"type": 1, "data": {"title": e.title, "url": e.url, "publishTime": f"{e.day}"}} for e in part
        ]
        site.put(f"/json/list_{n}.json", json.dumps({"total": 6, "list": data}, ensure_ascii=False), JSON)
    asking(
        site,
        "/",
        "var p=1;$.getJSON('/json/list_'+p+'.json',function(d){d.list.forEach(function(x){add(x.data)})})",
    )


@kind
def template_in_a_string(site: Kind) -> None:
    for n, part in enumerate(parted(site.channel("/article/{n}.html", 0)), 1):
        data = [{"articleId": e.url[9:12], "title": e.title, "time": f"{e.day}"} for e in part]
        site.put(
            f"/prod-api/list?pageNum={n}&pageSize=2", json.dumps({"rows": data}, ensure_ascii=False), JSON
        )
    site.put(
        "/js/app.8f3a.js",
        "var m={template:'<li v-for=\"i in rows\"><a :href=\"\\'/article/\\'+i.articleId+\\'.html\\'\">{{i.title}}</a></li>'};"
        "function list(t){return axios.get('/prod-api/list',{params:{pageNum:t,pageSize:2}})}",
        SCRIPT,
    )
    site.put(
        "/",
        "<html><title>竹溪网</title><body><div id=app></div><script src=/js/app.8f3a.js></script></body></html>",
    )


@kind
def addresses_of_the_folder_above(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        data = [
            {"showTitle": e.title, "publishUrl": f"..{e.url}", "publishTime": f"{e.day}"}
            for e in site.channel("/{c}/{n}/c.html", k)
        ]
        site.put(f"/{c}/ds_{k}.json", json.dumps({"datasource": data}, ensure_ascii=False), JSON)
        asking(site, f"/{c}/index.html", f"$.getJSON('ds_{k}.json',function(d){{show(d.datasource)}})")
    navigation(site, "/{c}/index.html")


@kind
def answers_that_are_switched_on(site: Kind) -> None:
    for k, (c, _) in enumerate(CHANNELS):
        for n, part in enumerate(parted(site.channel("/{c}/{n}.html", k)), 1):
            site.put(f"/site/label/8888?size=2&pageIndex={n}&columnId={k}&isDate=true", rows(part))
        script = (
            f"var columnId='{k}';function load(pageIndex){{$.ajax({{url:'/site/label/8888',type:'GET',"
            "data:{size:2,pageIndex:pageIndex,columnId:columnId,isDate:true}})}load(1)"
        )
        asking(site, f"/{c}/index.html", script)
    navigation(site, "/{c}/index.html")


@kind
def calendar_of_issues_beside_the_days(site: Kind) -> None:
    entries = site.channel("/rb/html/{d:%Y-%m/%d}/content_{n}.htm", 0, 5)
    for e in entries:
        site.put(
            f"/rb/html/{e.day:%Y-%m/%d}/node_2.htm",
            f"<html><body><p><a href='{e.url}'>{e.title}</a></p></body></html>",
        )
    periods = "".join(
        f"<period id='{n}'><period_date>{e.day}</period_date><front_page>{e.day:%d}/node_2.htm</front_page></period>"
        for n, e in enumerate(entries)
    )
    calendar = f"<?xml version='1.0'?><period_list>{periods}</period_list>"
    site.put(f"/rb/html/{entries[0].day:%Y-%m}/period.xml", calendar, "text/xml")
    first = f"rb/html/{entries[0].day:%Y-%m/%d}/node_2.htm"
    site.put(
        "/",
        f"<html><head><meta http-equiv=refresh content='0;url={first}'></head><body><a href='{first}'>进入</a></body></html>",
    )


@kind
def days_beside_a_day(site: Kind) -> None:
    entries = site.channel("/p/{d:%Y/%m/%d}/{n}.html", 0, 12)
    days = "".join(f"<a href='/roll/{e.day:%Y%m%d}.html'>{e.day:%m-%d}</a>" for e in entries[::2])
    for n, part in enumerate(parted(entries)):
        made = "".join(f"<li>08:15 <a href='{e.url}'>{e.title}</a></li>" for e in part)
        site.put(
            f"/roll/{entries[n * 2].day:%Y%m%d}.html", f"<html><body><ul>{made}</ul>{days}</body></html>"
        )
    site.put(
        "/",
        f"<html><title>竹溪网</title><body><a href='/roll/{entries[0].day:%Y%m%d}.html'>滚动新闻</a></body></html>",
    )
