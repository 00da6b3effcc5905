"""The address that a page's source line links, prints or states."""

import pytest

from extract.page.page import Page
from extract.read import read

OWN = "http://www.county.example/news/2019/0315/88.html"
TEXT = "".join(
    f"<p>　　{line}</p>"
    for line in (
        "本报讯 市水利局昨天公布了新桥三号泵站的图纸，涉及一百二十户居民，预算减少一成。",
        "一位退休工人告诉记者，旧城墙下的排水沟今年已经清理过两次，雨天不再积水。",
        "专家组在报告里写道，图纸采用了新的标准，闸门由两道改为三道，资料将向公众开放到月底。",
    )
)


def source_url(line: str, *, head: str = "", below: str = "") -> str | None:
    """The address of a page with this line under its headline, and `below` under its text."""
    markup = (
        f'<html><head><meta charset="utf-8"><title>泵站图纸公布</title>{head}</head><body><h1>泵站图纸公布</h1>'
        f'<div class="info">2019-03-15 08:39 {line}</div><div class="content">{TEXT}</div>{below}</body></html>'
    )
    article = read(Page(OWN, markup.encode()))
    assert "水利局" in article.text
    return article.source_url


PAGE = "http://www.dahe.cn/2019/0314/1234.html"


@pytest.mark.parametrize(
    ("line", "address"),
    [
        (f'来源：<a href="{PAGE}">大河网</a>', PAGE),
        (f'來源：<a href="{PAGE}">大河網</a>', PAGE),
        (f'稿源：<a href="{PAGE}" target="_blank"><span>大河网</span></a> 编辑：李四', PAGE),
        (f'<a href="{PAGE}">来源：大河网</a>', PAGE),
        (f'转自：<a href="{PAGE}">大河网</a>', PAGE),
        (f'<a href="{PAGE}">摘自大河网</a>', PAGE),
        ('来源：<a href="https://www.dahe.cn/">大河网</a>', "https://www.dahe.cn/"),
        ('来源：<a href="//news.dahe.cn/a/1.html">大河网</a>', "http://news.dahe.cn/a/1.html"),
        (
            '来源：<a href="../0314/77001.html">本地要闻报</a>',
            "http://www.county.example/news/2019/0314/77001.html",
        ),
        (f'来源：大河网 <a href="{PAGE}">[查看原文]</a>', PAGE),
        (f"来源：大河网 原文链接：{PAGE}", PAGE),
        ("来源：大河网（www.dahe.cn）", "http://www.dahe.cn"),
        # two links: the page before the host, the original before the medium's
        (f'来源：<a href="http://www.dahe.cn">大河网</a> 原文：<a href="{PAGE}">泵站图纸公布</a>', PAGE),
    ],
)
def test_the_source_line_links_a_page_or_a_host(line: str, address: str) -> None:
    assert source_url(line) == address


@pytest.mark.parametrize(
    "line",
    [
        f'来源：<a href="{OWN}">大河网</a>',
        '来源：<a href="88.html">大河网</a>',
        f'来源：<a href="{OWN.replace("http:", "https:")}#top">大河网</a>',
        '来源：<a href="/">清河网</a>',
        '来源：<a href="/tags/dahe/1.html">大河网</a>',
        '来源：<a href="javascript:void(0)">大河网</a>',
        '来源：<a href="#">大河网</a>',
        '来源：<a href="http://#">大河网</a>',
        '来源：<a href="http://[">大河网</a>',
        '来源：<a href="mailto:a@dahe.cn">大河网</a>',
        '来源：<a href="http://192.168.51.134/ftp/1.txt">大河网</a>',
        '来源：<a href="http://service.weibo.com/share/share.php?url=x1">大河网</a>',
        '来源：大河网 栏目：<a href="http://www.dahe.cn/gn/">国内新闻</a>',
        f'来源：大河网 <a href="{PAGE}"></a>',
        f'来源：大河网 <a href="{PAGE}">我要投稿</a>',
        "来源：大河网",
    ],
)
def test_no_other_link_is_the_sources(line: str) -> None:
    assert source_url(line) is None


@pytest.mark.parametrize(
    "below",
    [
        f"<p>原文链接：{PAGE}</p>",
        f"<p>原文地址：{PAGE}。</p>",
        f"<p>原文链接</p><p>{PAGE}</p>",
        f"<p>来源链接：</p><p><a href='{PAGE}'>点击这里</a></p>",
        f"<p>（原文鏈接：<a href='{PAGE}'>{PAGE}</a>）</p>",
        f"<p>转载自：大河网 {PAGE}</p>",
        f"<p><a href='{PAGE}'>阅读原文</a></p>",
        f"<p>本文来源：<a href='{PAGE}'>大河网</a></p>",
    ],
)
def test_a_line_below_the_text_names_the_original(below: str) -> None:
    assert source_url("来源：大河网", below=below) == PAGE


@pytest.mark.parametrize(
    "head",
    [
        f'<meta name="source" content="{PAGE}">',
        f'<meta name="syndication-source" content="{PAGE}">',
        f'<script type="application/ld+json">{{"@type":"NewsArticle","isBasedOn":"{PAGE}"}}</script>',
        f'<script type="application/ld+json">{{"isBasedOn": {{"@type": "Article", "url": "{PAGE}"}}}}</script>',
        '<script>{"isBasedOn":["http:\\/\\/www.dahe.cn\\/2019\\/0314\\/1234.html"]}</script>',
    ],
)
def test_meta_tags_and_linked_data_state_it(head: str) -> None:
    assert source_url("来源：大河网", head=head) == PAGE


@pytest.mark.parametrize(
    "below",
    [
        f'<p>相关阅读：<a href="{PAGE}">大河网记者走进泵站</a></p>',
        f"<p>图片来源：{PAGE}</p>",
        f"<p>圖片來源：<a href='{PAGE}'>大河网</a>的朋友</p>",
        "<p>数据来源：<a href='http://data.stats.example/2019/1.html'>统计局</a></p>",
    ],
)
def test_other_links_below_the_text_are_none_of_the_sources(below: str) -> None:
    assert source_url("来源：大河网", below=below) is None
