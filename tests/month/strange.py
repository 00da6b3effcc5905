"""More odd hosts, each with a trait that public issues of crawlers describe, and what four nights must say of each."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

from crawler.sample.answer import Answer, SampleRequest, missing, redirect
from tests.month.odd import HTML, Text, Trait, listing

NIGHTS = 4
BASE = 6
"""Articles of a host on night 0; one more comes each night."""
EDITED, GONE = (1, 2), (2, 3)
"""Number of the article, and its night."""
NEWS = {(2, 1): "changed", (3, 2): "gone"}
"""What the ledger must say: night and number of the article."""
MOVED = {**NEWS, **{(1, n): "moved" for n in range(BASE)}}
ONE, ON = range(1, 2), range(1, NIGHTS)


@dataclass(frozen=True, slots=True)
class Host:
    """A trait, and what must come of it: news of the ledger, alarms on their nights, nights that bring nothing new."""

    trait: Trait
    ledger: Mapping[tuple[int, int], str] = field(default_factory=lambda: NEWS)
    alarms: Mapping[str, range] = field(default_factory=dict)
    late: range = range(0)
    links: Callable[[Text, int], str] = lambda text, night: text.path


def texts(host: str, night: int) -> list[Text]:
    """The articles of a host up to a night, the oldest first."""
    printed = [*[0] * BASE, *range(1, night + 1)]
    when = {EDITED[0]: (EDITED[1], None), GONE[0]: (None, GONE[1])}
    return [Text(host, n, day, *when.get(n, (None, None))) for n, day in enumerate(printed)]


def page(title: str, body: str, head: str = "") -> Answer:
    start = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
    return Answer(f"{start}<body>{body}</body></html>".encode(), content_type=HTML)


def said(title: str, *lines: str) -> Callable[[SampleRequest], Answer]:
    return lambda asked: page(title, "".join(f"<p>{line}</p>" for line in lines))


def is_text(asked: SampleRequest) -> bool:
    return "/t2024" in asked.path


# -- traits


def plain(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    return answer


def for_a_night(made: Callable[[SampleRequest], Answer], *, everywhere: bool = False) -> Trait:
    """Articles, or all but robots.txt, that answer otherwise on night 1."""

    def trait(asked: SampleRequest, answer: Answer, day: int) -> Answer:
        is_meant = asked.path != "/robots.txt" if everywhere else is_text(asked)
        return made(asked) if day == 1 and is_meant else answer

    return trait


def instead_of_404(made: Callable[[SampleRequest], Answer]) -> Trait:
    """A host without a 404 of its own."""
    return lambda asked, answer, day: (
        made(asked) if answer.status == 404 and asked.path != "/robots.txt" else answer
    )


NAMES = ("要闻", "本地", "财经", "体育", "教育", "健康", "旅游", "图片", "视频", "专题")
FURNITURE = "".join(f'<li><a href="/col{n}/">{name}频道</a></li>' for n, name in enumerate(NAMES))


def soft_404(asked: SampleRequest) -> Answer:
    notice = "<h2>抱歉，您访问的页面不存在或已被删除</h2><p>您可以返回首页，或者看看编辑为您推荐的新闻。</p>"
    return page("页面不存在 - 奇网", f"<ul>{FURNITURE}</ul><div>{notice}</div><div>版权所有 奇网</div>")


def hollow_template(asked: SampleRequest) -> Answer:
    return page(
        "奇网", f'<ul>{FURNITURE}</ul><h1></h1><div class="TRS_Editor"></div><div>版权所有 奇网</div>'
    )


def home(asked: SampleRequest) -> Answer:
    return listing(texts(asked.host, 3)[::-1])


def to_the_error_page(asked: SampleRequest) -> Answer:
    return soft_404(asked) if asked.path == "/404.html" else redirect("/404.html", 302)


def cut_chunks(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """No last chunk, ever, behind whole pages."""
    return replace(answer, framing="chunked", mishap="cut-chunks") if is_text(asked) else answer


def half(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """Half of each article for a night, by a server that says it is the whole."""
    if day == 1 and is_text(asked) and answer.status == 200:
        return replace(answer, body=answer.body[: len(answer.body) // 2])
    return answer


def mislabelled(coding: str) -> Trait:
    return lambda asked, answer, day: replace(answer, headers=(*answer.headers, ("Content-Encoding", coding)))


def ping_pong(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    if not is_text(asked) or day != 1:
        return answer
    other = "pong.example" if asked.host == "ping.example" else "ping.example"
    return redirect(f"http://{other}{asked.target}", 302)


def moody(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """A robots.txt that forbids all on every second night."""
    if asked.path != "/robots.txt":
        return answer
    rule = b"/" if day % 2 else b""
    return Answer(b"User-agent: *\nDisallow: " + rule + b"\n", content_type="text/plain")


def hollow(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    return listing([]) if asked.path == "/" and day == 1 else answer


def refreshing(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """From night 1 an article's page only sends on, by a meta tag."""
    if day < 1 or not asked.path.startswith("/2024") or answer.status != 200:
        return answer
    return page("", "", f'<meta http-equiv="refresh" content="0; url=/new{asked.path}">')


def by_tls(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    return redirect(f"https://{asked.host}{asked.target}") if day >= 1 and asked.scheme == "http" else answer


def to(prefix: str) -> Trait:
    """From night 1 all is at another host."""

    def trait(asked: SampleRequest, answer: Answer, day: int) -> Answer:
        if day < 1 or asked.host.startswith(prefix):
            return answer
        return redirect(f"http://{prefix}{asked.host}{asked.target}")

    return trait


def to_another_name_and_then_to_tls(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    if day >= 1 and asked.host == "chain.example":
        return redirect(f"http://link.example{asked.target}")
    return by_tls(asked, answer, day)


def lent(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """For one night another host stands in; it is there on no other."""
    if asked.host == "lender.example":
        return answer if day == 1 else Answer(b"no such host", 502)
    return redirect(f"http://lender.example{asked.target}", 302) if day == 1 and is_text(asked) else answer


def always_304(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    return Answer(b"", 304) if day == 1 and asked.path != "/robots.txt" else answer


def wrong_clock(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """Its clock stands in 1970, its pages are of 2038, and its cache says 304 for ever."""
    if asked.path == "/robots.txt" or answer.status != 200:
        return answer
    same = ("ETag", 'W/"same"')
    if {"if-none-match", "if-modified-since"} & asked.headers.keys():
        return Answer(b"", 304, headers=(same,))
    dates = ("Date", "Thu, 01 Jan 1970 00:00:00 GMT"), ("Last-Modified", "Tue, 19 Jan 2038 03:14:07 GMT")
    return replace(answer, headers=(*dates, same))


def epoch(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """Everything was last changed in 1970, and nothing since."""
    if "if-modified-since" in asked.headers:
        return Answer(b"", 304)
    return replace(answer, headers=(("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT"),))


def counting(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """Around its texts everything turns: the hour, the readers, what else is read, the comments."""
    if not is_text(asked) or answer.status != 200:
        return answer
    turns = day * 7 + asked.before
    hour = f"2024年12月{6 + day}日 星期{'五六日一'[day]} 08:{turns:02d}"
    above = f"<div>现在是{hour}</div><div>阅读：{1000 + turns}次</div>"
    other = "".join(
        f'<li><a href="/2023/t20231101_{900 + n}.html">旧闻第{n}条：县里开会研究工作</a></li>'
        for n in range(turns, turns + 6)
    )
    body = answer.body.decode().replace("<h1>", f"{above}<h1>")
    below = f"<h3>相关新闻</h3><ul>{other}</ul><div>评论({turns})条</div></body>"
    return replace(answer, body=body.replace("</body>", below).encode())


def turning_charset(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    if day % 2 == 0 or b"<title>" not in answer.body:
        return answer
    body = answer.body.decode().replace("utf-8", "gbk").encode("gbk")
    return replace(answer, body=body, content_type="text/html; charset=gbk")


def turning_template(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """Another template every second night: other tags, other blanks, characters by number."""
    if day % 2 == 0 or not is_text(asked) or answer.status != 200:
        return answer
    body = answer.body.decode().replace("<p>　　", '<div class="p">&nbsp;&nbsp;&nbsp;&nbsp;')
    body = body.replace("</p>", "</div>\r\n").replace('"TRS_Editor"', '"article-content" id="m-text"')
    return replace(answer, body=body.replace("，", "&#65292;").encode())


def silent(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    return replace(answer, mishap="silent") if day == 1 and asked.path != "/robots.txt" else answer


def blank(asked: SampleRequest) -> Answer:
    return Answer(b"", content_type=HTML)


# -- addresses


def with_session(text: Text, night: int) -> str:
    return f"{text.path};jsessionid=A{night}F00{text.n}B7C?PHPSESSID=k{night}{text.n}ab9&utm_source=n{night}"


def in_other_words(text: Text, night: int) -> str:
    """The same address as lists write it, each night otherwise."""
    return (
        text.path,
        f"http://{text.host.upper()}:80{text.path}#top",
        f"//{text.host}/./x/..{text.path}",
        f"https://{text.host}{text.path}?",
    )[(night + text.n) % 4]


SOFT = {**NEWS, (3, 2): "soft-gone"}
REFUSED = {"blocked": ONE, "quarantine": ONE}
TROUBLED = {"failing": ONE, "quarantine": ONE}
HOSTS: dict[str, Host] = {
    # deleted, and said with 200
    "front.example": Host(instead_of_404(home), SOFT),
    "softly.example": Host(instead_of_404(soft_404), SOFT),
    "frame.example": Host(instead_of_404(hollow_template), SOFT),
    "away.example": Host(instead_of_404(to_the_error_page), {**NEWS, (3, 2): "redirected"}),
    # not to be had for a night, and said with 200
    "region.example": Host(
        for_a_night(
            said("提示", "抱歉，您所在的国家或地区暂时无法访问此内容。", "Not available in your region.")
        ),
        late=ONE,
        alarms=REFUSED,
    ),
    "password.example": Host(
        for_a_night(lambda asked: Answer(b"who are you?", 401, headers=(("WWW-Authenticate", "Basic"),))),
        late=ONE,
        alarms={"blocked": ONE},
    ),
    "wechat.example": Host(for_a_night(said("提示", "请在微信客户端打开链接")), late=ONE, alarms=REFUSED),
    "script.example": Host(
        for_a_night(
            said(
                "", "<noscript>请开启JavaScript并刷新该页.</noscript><script src='/_guard/auto.js'></script>"
            )
        ),
        late=ONE,
        alarms=REFUSED,
    ),
    "members.example": Host(
        for_a_night(said("提示信息", "抱歉，登录后才能查看全文，请使用手机扫码登录。")),
        late=ONE,
        alarms=REFUSED,
    ),
    "upkeep.example": Host(
        for_a_night(
            said(
                "系统维护公告",
                "尊敬的用户：",
                "网站正在进行系统升级维护，给您带来不便敬请谅解。",
                "预计12月8日8时恢复。",
            ),
            everywhere=True,
        ),
        late=ONE,
        alarms={"empty-list": ONE, **TROUBLED},
    ),
    "edge.example": Host(
        for_a_night(said("502 Bad Gateway", "<h1>502 Bad Gateway</h1><hr>openresty/1.19.9")),
        late=ONE,
        alarms=TROUBLED,
    ),
    "database.example": Host(
        for_a_night(said("Error", "数据库连接失败，请稍后再试。")), late=ONE, alarms=TROUBLED
    ),
    "notice.example": Host(  # in words that no list has
        for_a_night(said("告读者书", "本栏目今日休刊，明日继续与您见面，感谢各位读者长期以来的关心。")),
        {**NEWS, (2, 6): "changed"},
        {"failing": ONE, "quarantine": ONE},
    ),
    "blank.example": Host(for_a_night(blank), late=ONE, alarms={"quarantine": ONE}),
    "silent.example": Host(silent, late=ONE, alarms={"no-list": ONE, "failing": ONE}),
    # framing
    "chunks.example": Host(cut_chunks),
    "half.example": Host(half, late=ONE, alarms={"quarantine": ONE}),
    "brotli.example": Host(mislabelled("br")),
    "deflate.example": Host(mislabelled("deflate")),
    "charset.example": Host(mislabelled("utf-8")),
    # ways
    "ping.example": Host(ping_pong, late=ONE, alarms={"redirect-loop": ONE, "blocked": ONE}),
    "refresh.example": Host(refreshing, MOVED),
    "tls.example": Host(by_tls),
    "phone.example": Host(to("m."), MOVED, {"site-moved": ON}),
    "chain.example": Host(to_another_name_and_then_to_tls, MOVED, {"site-moved": ON}),
    "lent.example": Host(lent, MOVED, {"site-moved": ONE}),
    # promises not kept
    "moody.example": Host(moody, {(2, 1): "changed"}, {"no-list": range(1, 4, 2)}, late=range(1, 4, 2)),
    "hollow.example": Host(hollow, late=ONE, alarms={"empty-list": ONE}),
    "same.example": Host(always_304, late=ONE, alarms={"no-list": ONE, "failing": ONE}),
    "clock.example": Host(wrong_clock),
    "epoch.example": Host(epoch),
    # the same, written otherwise
    "counting.example": Host(counting),
    "gbk.example": Host(turning_charset),
    "template.example": Host(turning_template),
    "session.example": Host(plain, links=with_session),
    "words.example": Host(plain, links=in_other_words),
}
OTHER_NAMES = {
    "pong.example": "ping.example",
    "m.phone.example": "phone.example",
    "link.example": "chain.example",
    "lender.example": "lent.example",
}


class StrangeWeb:
    """Hosts on a night; a network's `meddle`. `other_names` leads from a further name to the host behind it."""

    def __init__(self, hosts: Mapping[str, Host], other_names: Mapping[str, str]) -> None:
        self.night = 0
        self._hosts, self._other_names = hosts, other_names

    def __call__(self, asked: SampleRequest, answer: Answer) -> Answer:
        host = self._other_names.get(asked.host, asked.host)
        if host not in self._hosts:
            return answer
        return self._hosts[host].trait(asked, self._stands(host, asked.path), self.night)

    def _stands(self, host: str, path: str) -> Answer:
        found = texts(host, self.night)
        if path == "/":
            links = self._hosts[host].links
            lines = (f'<li><a href="{links(text, self.night)}">{text.title}</a></li>' for text in found[::-1])
            return page("新闻列表", f"<ul>{''.join(lines)}</ul>")
        own = re.sub("/+", "/", unquote(path.partition(";")[0])).removeprefix("/new").removeprefix("/新闻")
        text = next((text for text in found if text.path == own), None)
        if text is None or (text.gone is not None and self.night >= text.gone):
            return missing()
        return Answer(text.html(self.night), content_type=HTML)

    def write_sites(self, folder: Path) -> None:
        """Site files of the hosts."""
        folder.mkdir(parents=True, exist_ok=True)
        for n, host in enumerate(self._hosts):
            (folder / f"{host}.toml").write_text(
                f'host = "{host}"\nname = "奇{n}网"\nregion = "city"\nfamily = "trs"\nsource = "invented"\n'
                f'listings = [{{ url = "http://{host}/", last = 1 }}]\n',
                encoding="utf-8",
            )
