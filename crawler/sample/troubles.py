"""One address for each thing that goes wrong on the web, all on news.dahe.cn."""

from collections.abc import Callable
from dataclasses import replace

from crawler.sample.answer import Answer, Maker, SampleRequest, missing, redirect, text_answer
from crawler.sample.markup import page
from crawler.sample.outlets import OUTLETS
from crawler.sample.world import World

HOST = "news.dahe.cn"

TROUBLES = (
    ("/2020/02-12/598110.html", "南阳多举措保障农产品外运", "reset"),
    ("/2020/02-12/598111.html", "许昌推出线上招聘会", "truncated"),
    ("/2020/02-12/598112.html", "商丘高铁站恢复两趟列车", "cut-chunks"),
    ("/2020/02-12/598113.html", "信阳茶园开始春剪", "cut-gzip"),
    ("/2020/02-12/598114.html", "濮阳油田职工义务献血", "empty"),
    ("/2020/02-12/598115.html", "开封菊农网上卖苗", "silent"),
    ("/2020/02-12/598116.html", "鹤壁樱花今年云上赏", "404"),
    ("/2020/02-12/598117.html", "周口粮库日夜出粮", "soft-404"),
    ("/2020/02-12/598118.html", "三门峡天鹅启程北归", "refresh"),
    ("/2020/02-12/598119.html", "驻马店会展中心改造", "forbidden-by-robots"),
    ("/2020/02-12/598120.html", "平顶山汝窑开炉", "to-root"),
    ("/2020/02-12/598121.html", "洛阳牡丹催花忙", "403"),
    ("/2020/02-12/598122.html", "安阳航校云课堂", "loop"),
    ("/2020/02-12/598123.html", "漯河食品企业扩产", "500"),
    ("/2020/02-12/598124.html", "新乡起重机出海", "slow"),
)
"""Path, title in the list, kind. `slow` is served only when the network is asked for it."""


def url_of(kind: str) -> str:
    """The address of a kind of trouble. Raises KeyError for an unknown kind."""
    return f"http://{HOST}" + {known: path for path, _, known in TROUBLES}[kind]


def trouble(world: World, kind: str, afterwards: Answer | None = None) -> Maker:
    """The answer of an address in trouble; `afterwards` is the page that follows after `503-first`."""

    def answer(asked: SampleRequest) -> Answer:
        if kind == "503-first":
            return _busy(world) if asked.before == 0 or afterwards is None else afterwards
        return _ANSWERS[kind](asked)

    return answer


def _busy(world: World) -> Answer:
    return Answer(
        b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>",
        503,
        headers=(("Server", "nginx"), ("Retry-After", str(world.retry_after_s))),
    )


def _page(title: str, text: str, head: str = "") -> Answer:
    html = page(f'<meta charset="utf-8">{head}\n<title>{title}</title>', text)
    return text_answer(OUTLETS[HOST], html)


def _ordinary() -> Answer:
    """A page that would be fine if it arrived."""
    return _page(
        "一篇收不全的稿件-大河网",
        '<h1 id="4g_title">一篇收不全的稿件</h1><div id="mainCon">'
        + "<p>　　这一段永远到不了读者手里。</p>" * 200
        + "</div>",
    )


def _half() -> Answer:
    """The same, broken off in its text."""
    whole = _ordinary()
    return replace(whole, body=whole.body[: len(whole.body) // 2])


_ANSWERS: dict[str, Callable[[SampleRequest], Answer]] = {
    "reset": lambda _: replace(_ordinary(), mishap="reset"),
    "truncated": lambda _: replace(_ordinary(), coding=None, mishap="truncated"),
    "cut-chunks": lambda _: replace(_half(), coding=None, framing="chunked", mishap="cut-chunks"),
    "cut-gzip": lambda _: replace(_ordinary(), coding="gzip", mishap="cut-gzip"),
    "empty": lambda _: replace(_ordinary(), body=b""),
    "silent": lambda _: replace(_ordinary(), mishap="silent"),
    "404": lambda _: missing(),
    "soft-404": lambda _: _page("新闻已删除", "<h1>新闻已删除</h1><p>您访问的页面不存在或已被删除。</p>"),
    "refresh": lambda _: _page("", "", f'<meta http-equiv="refresh" content="0;url=http://{HOST}/">'),
    "forbidden-by-robots": lambda _: _ordinary(),
    "to-root": lambda _: redirect(f"http://{HOST}/", 302),
    "403": lambda _: Answer(
        b"<html><body><h1>403 Forbidden</h1></body></html>", 403, headers=(("Server", "WAF"),)
    ),
    "loop": lambda asked: redirect(f"http://{HOST}{asked.path}", 302),
    "500": lambda _: Answer(b"<html><body><h1>500 Internal Server Error</h1></body></html>", 500),
    "slow": lambda _: replace(_ordinary(), coding=None, mishap="slow"),
}
