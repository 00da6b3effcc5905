"""What readers wrote below a text, in entries that no class names."""

import pytest

from extract.page.page import Page
from extract.read import read

ARTICLE = (
    "青岚市交通局昨天宣布，横跨临溪河的新桥将于下月初通车，届时两岸居民往来不必再绕行。",
    "据介绍，新桥全长八百二十米，双向六车道，两侧设有人行道和自行车道，总投资约三亿元。",
    "市民林先生说，以前过河要走四十分钟，今后只需五分钟，孩子上学方便多了。",
)
SAID = (
    ("清风", "盼了十年终于通车了，以后去河东上班再也不用早起一个小时，真是太好了。"),
    ("tiger2008", "桥是修好了，可是桥头那段路还是坑坑洼洼，希望有关部门也一起修一修吧！"),
    ("临溪老张", "人行道够宽，晚上可以散步，支持。"),
    ("路过的人", "希望不要收费，收费就没有意义了，大家说是不是？"),
)
CLOCKS = ("2012-03-04 10:22", "2012-03-04 11:05", "2012-03-05 08:14", "2012-03-05 21:40")
AGO = ("3小时前", "5小时前", "1天前", "2天前")
ENTRIES = {
    "a name and a clock above": "<div><b>{who}</b> <span>{when}</span><p>{said}</p><a href='#'>回复</a></div>",
    "a clock below": "<li><div>{who}：</div><div>{said}</div><div>{when} <a href='#'>顶</a>[3]</div></li>",
    "terms": "<dl><dt>{who} 发表于 {when}</dt><dd>{said}</dd></dl>",
    "rows": "<tr><td>{who}</td><td>{said}<br>{when}</td></tr>",
    "one paragraph each": "<p>{who} ({when})<br>{said}</p>",
    "paragraphs side by side": "<p>{who} {when}</p><p>{said}</p>",
    "clocks below, side by side": "<p>{who}</p><p>{said}</p><p>{when}</p>",
    "a city": "<div><div>{who} [青岚市网友] 的原贴：</div><div>{said}</div><div>{when} 发表</div></div>",
    "headings": "<div><h5>{who}</h5><small>{when}</small><blockquote>{said}</blockquote></div>",
    "a picture": "<div><img src='h.gif'><a href='/u'>{who}</a><p>{said}</p><i>{when}</i> <a>回复</a></div>",
    "how long ago": "<div><b>{who}</b> <span>{ago}</span><p>{said}</p></div>",
    "how long ago, below": "<li><a href='/u'>{who}</a><p>{said}</p><div>{ago} · 青岚 <a>赞</a> 12</div></li>",
    "articles": "<article><header>{who} 在 <time>{when}</time> 说：</header><p>{said}</p></article>",
}
LISTS = {"<li>": "ul", "<tr>": "table"}


def page(below: str, paragraphs: tuple[str, ...] = ARTICLE, *, inside: bool = False) -> Page:
    """A page of an unknown host: the article, and below it, or inside its element, something else."""
    text = "".join(f"<p>{line}</p>" for line in paragraphs)
    text = f"<div>{text}{below}</div>" if inside else f"<div>{text}</div><div>{below}</div>"
    head = "<html><head><title>临溪河新桥下月通车_青岚网</title></head><body><h1>临溪河新桥下月通车</h1>"
    line = "<div>2012-03-03 09:15 来源：青岚日报</div>"
    return Page("http://www.qinglan.example/1.html", f"{head}{line}{text}</body></html>".encode())


def entries(form: str) -> str:
    """Four readers' entries in a form."""
    made = "".join(
        form.format(who=who, said=said, when=when, ago=ago)
        for (who, said), when, ago in zip(SAID, CLOCKS, AGO, strict=True)
    )
    tag = next((tag for start, tag in LISTS.items() if form.startswith(start)), "div")
    return f"<{tag}>{made}</{tag}>"


class TestReaders:
    @pytest.mark.parametrize("inside", [False, True], ids=["below the text", "in its element"])
    @pytest.mark.parametrize("form", ENTRIES.values(), ids=ENTRIES)
    def test_are_none_of_the_text(self, form: str, inside: bool) -> None:
        article = read(page(entries(form), inside=inside))

        assert article.text.split("\n") == list(ARTICLE)
        assert (article.kind, article.published_at) == ("article", "2012-03-03T09:15:00+08:00")
        assert not [note for note in article.notes if note.kind == "doubt"]

    @pytest.mark.parametrize(
        "head", ["网友评论", "最新评论 <a href='/c'>查看全部</a>", "大家怎么说", "Comments (4)"]
    )
    def test_nor_is_the_line_above_them(self, head: str) -> None:
        form = ENTRIES["a name and a clock above"]
        article = read(page(f"<div>{head}</div>{entries(form)}", inside=True))

        assert article.text.split("\n") == list(ARTICLE)


class TestNoReaders:
    @pytest.mark.parametrize(
        "below",
        [
            "<p>2012年3月2日 10:20</p><p>交通局召开会议，讨论通车方案，决定先试运行三天，再正式开放。</p>"
            "<p>2012年3月3日 09:00</p><p>试运行开始，首批车辆驶过新桥，现场秩序良好，没有发生事故。</p>",
            "<p>3月2日10:20，交通局召开会议，讨论通车方案。</p><p>3月3日09:00，试运行开始，首批车辆驶过新桥。</p>",
            "<p>记者：新桥何时通车？</p><p>局长：下月初。我们已经做好准备。</p><p>记者：会收费吗？</p><p>局长：不收费，请大家放心。</p>",
            "<h3>一、通车时间</h3><p>新桥定于四月一日上午10:00通车。</p><h3>二、交通管制</h3><p>通车当日08:00至12:00实行管制。</p>",
            "<table><tr><td>班次</td><td>时间</td></tr><tr><td>一号线</td><td>2012-04-01 06:30</td></tr>"
            "<tr><td>二号线</td><td>2012-04-01 07:30</td></tr></table>",
        ],
        ids=["a chronicle", "hours in sentences", "an interview", "headings", "a timetable"],
    )
    def test_what_has_clocks_and_is_the_text(self, below: str) -> None:
        article = read(page(below, inside=True))

        words = "".join(page(below, inside=True).tree.itertext())  # type: ignore[union-attr]
        said = "".join(article.text.split())
        lost = [
            piece for piece in ("讨论通车方案", "试运行", "不收费", "实行管制", "二号线") if piece in words
        ]
        assert all(piece in said for piece in lost)


@pytest.mark.parametrize("head", ["青岚网版权与免责声明", "相关新闻", "网友评论"])
def test_an_element_of_the_same_class_that_begins_with_what_ends_texts(head: str) -> None:
    text = "".join(f"<p>{line}</p>" for line in ARTICLE)
    rest = f"<div><b>{head}</b></div><div>凡本网注明“青岚网讯”的所有作品，版权均属于青岚网，未经授权不得转载。</div>"
    head = "<h1>临溪河新桥下月通车</h1><div>2012-03-03 09:15</div>"
    html = f"{head}<div class='q'>{text}</div><div class='q'><div>-</div>{rest}</div>"

    assert read(Page("http://www.qinglan.example/2.html", html.encode())).text.split("\n") == list(ARTICLE)
