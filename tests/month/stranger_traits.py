"""Traits of the second set of odd hosts: cookies, conditions, framing, ways round, templates, lists."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from random import Random

from crawler.sample.answer import Answer, SampleRequest, redirect
from tests.month.odd import HTML, Text, Trait, listing
from tests.month.strange import (
    NIGHTS,
    is_text,
    page,
    texts,
)

# -- cookies


def gated(answer_once: Callable[[SampleRequest], Answer], passes: Callable[[str], bool]) -> Trait:
    """From night 1 an article is shown only to who sends the right cookies."""

    def trait(asked: SampleRequest, answer: Answer, day: int) -> Answer:
        if day < 1 or not is_text(asked) or passes(asked.headers.get("cookie", "")):
            return answer
        return answer_once(asked)

    return trait


def setting(*cookies: str) -> Callable[[SampleRequest], Answer]:
    """Sends to the same address with cookies."""
    return lambda asked: replace(
        redirect(asked.target, 302),
        headers=(("Location", asked.target), *(("Set-Cookie", cookie) for cookie in cookies)),
    )


def bounced(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """From night 1 a host under the same name hands out the ticket, and sends back."""
    if asked.host == "pass.bounce.example":
        back = asked.query.partition("=")[2]
        ticket = ("Set-Cookie", "ticket=7; Domain=bounce.example; Path=/")
        return replace(redirect(back, 302), headers=(("Location", back), ticket))
    if day < 1 or not is_text(asked) or "ticket=7" in asked.headers.get("cookie", ""):
        return answer
    return redirect(f"http://pass.bounce.example/?back=http://{asked.host}{asked.target}", 302)


def by_ticket(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """From night 1 a log-in host of another name gives a ticket, for which the article's host sets a cookie."""
    if asked.host == "login.pass.example":
        return redirect(f"{asked.query.partition('=')[2]}?ticket=ST-{day}", 302) if asked.query else answer
    if day < 1 or not is_text(asked) or "session=9" in asked.headers.get("cookie", ""):
        return answer
    if asked.query.startswith("ticket="):
        cookie = ("Set-Cookie", "session=9; Path=/")
        return replace(redirect(asked.path, 302), headers=(("Location", asked.path), cookie))
    return redirect(f"http://login.pass.example/?service=http://{asked.host}{asked.target}", 302)


def robots_too(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """Every address, robots.txt too, sends to itself with a cookie."""
    return answer if "first=1" in asked.headers.get("cookie", "") else setting("first=1; Path=/")(asked)


# -- conditions and statuses


def no_conditions(status: int) -> Trait:
    """Hands out validators and refuses who uses them."""

    def trait(asked: SampleRequest, answer: Answer, day: int) -> Answer:
        if {"if-none-match", "if-modified-since"} & asked.headers.keys():
            return Answer(b"no", status)
        tag = ("ETag", f'"{zlib.crc32(answer.body):x}"')
        return replace(answer, headers=(*answer.headers, tag)) if answer.status == 200 else answer

    return trait


def ranged(share: float) -> Trait:
    """206 to who asked for no range; a part of the page, or all of it."""

    def trait(asked: SampleRequest, answer: Answer, day: int) -> Answer:
        if day != 1 or not is_text(asked) or answer.status != 200:
            return answer
        whole, end = len(answer.body), int(len(answer.body) * share)
        told = ("Content-Range", f"bytes 0-{end - 1}/{whole}")
        return replace(answer, status=206, body=answer.body[:end], headers=(told,))

    return trait


def first_time(status: int) -> Trait:
    """On night 1 the first request for an article is turned away, the second is answered."""
    seen: set[str] = set()

    def trait(asked: SampleRequest, answer: Answer, day: int) -> Answer:
        if day != 1 or not is_text(asked) or asked.target in seen:
            return answer
        seen.add(asked.target)
        return Answer(b"try again", status)

    return trait


def by_law(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    return (
        Answer(b"Unavailable For Legal Reasons", 451) if answer.status == 404 and is_text(asked) else answer
    )


# -- framing and coding


def framed(framing: str, mishap: str | None = None) -> Trait:
    return lambda asked, answer, day: replace(answer, framing=framing, mishap=mishap)


def coded(pack: Callable[[bytes], bytes], *labels: str, nights: range = range(NIGHTS)) -> Trait:
    """A packed body, whatever the client accepts, under these labels."""

    def trait(asked: SampleRequest, answer: Answer, day: int) -> Answer:
        if answer.status != 200 or day not in nights:
            return answer
        heads = tuple(("Content-Encoding", label) for label in labels)
        return replace(answer, body=pack(answer.body), headers=(*answer.headers, *heads))

    return trait


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def typed(kind: str) -> Trait:
    return lambda asked, answer, day: replace(answer, content_type=kind) if is_text(asked) else answer


def before_it(head: bytes) -> Trait:
    """What a broken server writes over the page on night 1."""

    def trait(asked: SampleRequest, answer: Answer, day: int) -> Answer:
        return replace(answer, body=head + answer.body) if day == 1 and b"<body" in answer.body else answer

    return trait


def sprinkled(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """Characters nobody sees, at other places each time."""
    if not is_text(asked) or answer.status != 200:
        return answer
    chance = Random(f"{day} {asked.before}")
    words = answer.body.decode().split("，")
    joined = words[0] + "".join(
        "，" + chance.choice(("", "\u200b", "\u200d", "\ufeff", "\u00ad")) + word for word in words[1:]
    )
    return replace(answer, body=joined.encode())


def with_nul(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    if day != 1 or not is_text(asked):
        return answer
    return replace(answer, body=answer.body.replace("，".encode(), "，\0".encode(), 3))


# -- ways


def triangle(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    corners = ("tri.example", "a.tri.example", "b.tri.example")
    if day != 1 or not is_text(asked):
        return answer
    return redirect(f"http://{corners[(corners.index(asked.host) + 1) % 3]}{asked.target}", 302)


def long_way(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """From night 1 twelve steps to each article, and the last of them is its address with a mark."""
    if day < 1 or not is_text(asked):
        return answer
    step = int(asked.query.partition("step=")[2] or 0)
    return answer if step == 12 else redirect(f"{asked.path}?step={step + 1}", 302)


def nowhere(status: int, *headers: tuple[str, str]) -> Callable[[SampleRequest], Answer]:
    return lambda asked: Answer(b"<html><body>Moved</body></html>", status, headers=headers)


def to_folder_in_chinese(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """From night 1 an article stands in a folder whose name is sent as it is, in UTF-8."""
    if day < 1 or not asked.path.startswith("/2024") or answer.status != 200:
        return answer
    folder = "/新闻".encode().decode("latin-1")
    return replace(redirect("/", 301), headers=(("Location", folder + asked.path),))


def all_to(where: str, made: Callable[[SampleRequest], Answer]) -> Trait:
    """For night 1 every address sends to one page."""

    def trait(asked: SampleRequest, answer: Answer, day: int) -> Answer:
        if where.endswith(asked.host + asked.path) or where == asked.path:
            return made(asked)
        return redirect(where, 302) if day == 1 and asked.path != "/robots.txt" else answer

    return trait


def half_way(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """From night 1 the articles with odd numbers are at another host; the list and the others stay."""
    odd = is_text(asked) and int(asked.path.rpartition("_")[2][:4]) % 2 == 1
    if day < 1 or not odd or asked.host == "new.halfway.example":
        return answer
    return redirect(f"http://new.halfway.example{asked.target}")


def to_the_front(asked: SampleRequest) -> Answer:
    return redirect("/", 301)


def to_the_search(asked: SampleRequest) -> Answer:
    if asked.path == "/search":
        return page("搜索", "<h1>搜索结果</h1><p>没有找到您要的内容，请换一个关键词再试。</p>")
    return redirect(f"/search?q={asked.path.rpartition('_')[2][:4]}", 302)


# -- deleted, in the layout of an article


def laid_out(asked: SampleRequest) -> Answer:
    body = "<p>　　您访问的文章不存在或已被删除，您可以返回首页浏览其他内容。</p>"
    return page(
        "文章不存在_奇网",
        '<h1>文章不存在</h1><div class="info">2024年12月09日 08:00 来源：本网</div>'
        f'<div class="TRS_Editor">{body}</div>',
    )


def under_its_headline(asked: SampleRequest) -> Answer:
    text = texts(asked.host, NIGHTS)[2]
    return page(
        text.title,
        f'<h1>{text.title}</h1><div class="info">2024年12月06日 08:02 来源：{asked.host}</div>'
        '<div class="TRS_Editor"><p>　　该内容已被发布者删除</p></div>',
    )


def the_newest(asked: SampleRequest) -> Answer:
    """A content system that shows its newest article where it has none."""
    return Answer(texts(asked.host, NIGHTS - 1)[-1].html(NIGHTS - 1), content_type=HTML)


# -- what surrounds a text


def advertised(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """Another advertisement between the same paragraphs each time."""
    if not is_text(asked) or answer.status != 200:
        return answer
    n = day * 9 + asked.before
    ad = f'</p><div class="ad"><a href="http://ad.example/{n}">第{n}届家装节火热开幕，立即点击报名</a></div>'
    return replace(answer, body=answer.body.replace(b"</p>", ad.encode(), 3))


def titled(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """The site's name behind, before or not in the page's title."""
    if not is_text(asked):
        return answer
    title = answer.body.decode()
    around = ("{}_奇网_县城新闻", "奇网 | {}", "{}", "{} - 要闻 - 奇网")[day % 4]
    head, _, rest = title.partition("</title>")
    start, _, name = head.partition("<title>")
    return replace(answer, body=f"{start}<title>{around.format(name)}</title>{rest}".encode())


# -- lists


def shuffled(asked: SampleRequest, answer: Answer, day: int) -> Answer:
    """Each time in another order, and the old ones not all there."""
    if asked.path != "/" or asked.host != "shuffle.example":
        return answer
    found = texts(asked.host, day)
    new = [text for text in found if text.printed == day]
    old = [text for text in found if text.printed != day]
    chance = Random(f"{day} {asked.before}")
    shown = [*chance.sample(old, len(old) * 2 // 3), *new]
    chance.shuffle(shown)
    return listing(shown)


def with_blanks(text: Text, night: int) -> str:
    return f"\n\t {text.path.replace('_', '_' + chr(10))} "


def with_slashes(text: Text, night: int) -> str:
    return f"http://{text.host}" + (text.path if night % 2 == 0 else "/" + text.path.replace("/t", "//t"))


def past_caches(text: Text, night: int) -> str:
    return f"{text.path}?_={1733443200 + night * 86400 + text.n}&t=0.{night}{text.n}193&v=2024120{night}"


def idn(text: Text, night: int) -> str:
    return f"http://{('新闻.example', 'xn--efvy88h.example')[(night + text.n) % 2]}{text.path}"


def two_hosts(text: Text, night: int) -> str:
    """The same host with and without www."""
    return f"http://{('www.', '')[(night + text.n) % 2]}both.example{text.path}"


def backslashed(text: Text, night: int) -> str:
    return text.path[1:].replace("/", "\\")


def backslashed_from_the_root(text: Text, night: int) -> str:
    return f"..{text.path}".replace("/", "\\")


def backslashed_whole(text: Text, night: int) -> str:
    return f"http:\\\\{text.host}{text.path}".replace("/", "\\")


def escaped(text: Text, night: int) -> str:
    return text.path if night % 2 else text.path.replace("t2024", "%742024").replace(".html", "%2Ehtml")
