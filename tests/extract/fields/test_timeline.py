"""Names in the line of the time, as newsrooms print them without a label."""

import pytest

from extract.article import Article
from extract.page.page import Page
from extract.read import read

TEXT = (
    "<p>青岚市交通局昨天宣布，横跨临溪河的新桥将于下月初通车，届时两岸居民往来不必再绕行。</p>"
    "<p>据介绍，新桥全长八百二十米，双向六车道，两侧设有人行道和自行车道，总投资约三亿元。</p>"
)
TIME = "2018-09-03 07:20"


def article(line: str) -> Article:
    """A page of an unknown host with a line under its headline."""
    head = "<head><title>临溪河新桥下月通车_青岚网</title></head>"
    body = f"<h1>临溪河新桥下月通车</h1><div>{line}</div><div>{TEXT}</div>"
    return read(
        Page("http://www.timeline.example/1.html", f"<html>{head}<body>{body}</body></html>".encode())
    )


@pytest.mark.parametrize("name", ["何志强", "欧阳静", "曹雪"])
@pytest.mark.parametrize(
    "line",
    [
        f"{{name}} 撰写 | {TIME}:11",
        f"<a href='#'>{{name}}</a> 撰文 <span>{TIME}</span>",
        f"<span>{{name}}</span> · <span>{TIME}</span> <span>浏览 1.2w</span>",
        f"<span>{{name}}</span> <span>{TIME}</span> <span>1204 人氣</span>",
        f"{TIME} {{name}} 来源：<a href='#'>青岚日报</a> <a>我来说两句</a>",
        "发表于 2018 年 9 月 3 日 由 {name}",
        f"{TIME} 来源：青岚日报 作者 {{name}}",
    ],
)
def test_an_author_without_a_label(line: str, name: str) -> None:
    found = article(line.format(name=name))

    assert (found.byline, found.published_at[:10] if found.published_at else "") == (name, "2018-09-03")
    assert found.source in (None, "青岚日报")


@pytest.mark.parametrize(
    "line",
    [
        f"{TIME} 张家口 来源：青岚日报",
        f"{TIME} <a href='#'>高考</a>",
        f"{TIME} 社会新闻 沈遥",
        f"<a href='#'>方言</a> {TIME}",
        f"{TIME} 苏州市",
        f"何志强 李文蕊 {TIME}",
        f"{TIME} 我要评论 字号",
        f"{TIME} 钱塘江 转发",
    ],
)
def test_what_is_no_author(line: str) -> None:
    assert article(line).byline is None


@pytest.mark.parametrize(
    "source", ["21世纪经济报道", "人民日报海外版", "参考消息", "半月谈", "美国之音", "凤凰卫视", "中国之声"]
)
@pytest.mark.parametrize("line", [f"{TIME} 来源于 {{source}}", f"{TIME} <strong>{{source}}</strong> 何志强"])
def test_media_whose_names_end_in_no_word_for_media(line: str, source: str) -> None:
    assert article(line.format(source=source)).source == source


@pytest.mark.parametrize(
    ("below", "day"),
    [
        (f"<div>{TIME} 来源：青岚日报 编辑：何志强</div>", "2018-09-03"),
        (f"<div>作者：何志强 来源：青岚日报 {TIME}</div>", "2018-09-03"),
        ("<div>（2018年9月3日 责任编辑：何志强）</div>", "2018-09-03"),
        (f"<div>{TIME}</div><div>打印 关闭</div>", "2018-09-03"),
        (f"<div>{TIME}:11 来源: <a href='#'>青岚日报</a> (青岚) 有<a>0</a>人参与</div>", "2018-09-03"),
        (f"<div>http://www.timeline.example {TIME} 青岚晚报</div><div>更多内容</div>", "2018-09-03"),
        (f"<div>{TIME} 【大 中 小】【打印】共有评论0条</div>", "2018-09-03"),
        (f"<ul><li><a href='/2'>新桥何时收费</a> {TIME}</li></ul>", None),
    ],
)
def test_a_time_below_the_text(below: str, day: str | None) -> None:
    html = f"<title>临溪河新桥下月通车_青岚网</title><h1>临溪河新桥下月通车</h1><div>{TEXT}</div>{below}"
    found = read(Page("http://www.timeline.example/1.html", html.encode())).published_at

    assert (found[:10] if found else None) == day
