"""The markup of the invented cities' pages: four article templates, and the frame of a page."""

from collections.abc import Callable, Sequence
from html import escape

from crawler.sample.cities.press import CityArticle
from crawler.sample.markup import page, paragraphs

Link = tuple[str, str, str]
"""The address, the text and the printed day of a link; the day is empty if none is printed."""

NOTICES = (
    ("/about.html", "关于我们"), ("/login.php", "登录"), ("/search.php?q=", "站内搜索"), ("/sitemap.html", "网站地图"),
    ("/tag/minsheng/", "民生"), ("/calendar/2024/12/", "12月"),
)  # fmt: skip


def shell(name: str, title: str, body: str, charset: str = "utf-8", head: str = "") -> str:
    """A page with the site's head and foot; the foot links to pages that are no news."""
    foot = " | ".join(f'<a href="{url}">{text}</a>' for url, text in NOTICES)
    return page(
        f'<meta charset="{charset}">\n<title>{title}</title>\n{head}',
        f"{body}\n<div class='footer'>{foot} 版权所有：{name}</div>",
    )


def classic(name: str, piece: CityArticle, more: str) -> str:
    """An article with a headline, a line of facts, and a body with an id."""
    body = (
        f"<div class='crumb'>您现在的位置：<a href='/'>{name}</a> &gt; 正文</div><div class='content'>"
        f"<h1>{escape(piece.title)}</h1><div class='info'>发布时间：{piece.published:%Y-%m-%d %H:%M} 来源：{piece.source} "
        f"编辑：{piece.editor}</div><div id='zoom'>{paragraphs(piece.paragraphs)}</div>{more}</div>"
    )
    return shell(name, f"{piece.title}-{name}", body)


def cells(name: str, piece: CityArticle, more: str) -> str:
    """An article in a table, as in old ASP systems."""
    body = (
        f"<table width='760'><tr><td class='path'>您现在的位置： <a href='/'>{name}</a> >> 正文</td></tr>"
        f"<tr><td align='center'><strong>{escape(piece.title)}</strong></td></tr>"
        f"<tr><td align='center'>更新时间：{piece.published:%Y-%m-%d %H:%M:%S}　来源：{piece.source}</td></tr>"
        f"<tr><td id='fontzoom'>{paragraphs(piece.paragraphs)}</td></tr>"
        f"<tr><td align='right'>责任编辑：{piece.editor}{more}</td></tr></table>"
    )
    return shell(name, f"{name} - {piece.title}", body)


def modern(name: str, piece: CityArticle, more: str) -> str:
    """An article with the elements `article` and `time`."""
    body = (
        f"<article><h1 class='entry-title'>{escape(piece.title)}</h1><p class='meta'><time datetime="
        f"'{piece.published:%Y-%m-%dT%H:%M:%S}+08:00'>{piece.published:%Y年%m月%d日 %H:%M}</time> 来源：{piece.source}</p>"
        f"<div class='entry-content'>{paragraphs(piece.paragraphs)}</div>{more}</article>"
    )
    return shell(name, f"{piece.title} – {name}", body)


def printed(name: str, piece: CityArticle, more: str) -> str:
    """An article of a digital newspaper."""
    body = (
        f"<div class='article'><h2>{escape(piece.title)}</h2><p class='sec'>{name} {piece.published:%Y年%m月%d日} 来源：{name}</p>"
        f"<!--enpcontent--><div id='ozoom'>{paragraphs(piece.paragraphs)}</div><!--/enpcontent-->{more}</div>"
    )
    return shell(name, piece.title, body)


ARTICLES: dict[str, Callable[[str, CityArticle, str], str]] = {
    "classic": classic, "cells": cells, "modern": modern, "printed": printed,
}  # fmt: skip


def rows(links: Sequence[Link], form: str = "li") -> str:
    """The entries of a list in one of FORMS: `li` with the day after the link, `tr` with the day in a cell, ..."""
    return "\n".join(
        FORMS[form].format(url=escape(url), text=escape(text), day=day) for url, text, day in links
    )


FORMS = {
    "li": '<li><a href="{url}" target="_blank">{text}</a><span>{day}</span></li>',
    "tr": '<tr><td>·</td><td><a href="{url}">{text}</a></td><td>[{day}]</td></tr>',
    "dl": '<dl><dt><a href="{url}">{text}</a></dt><dd>摘要：{text}，详情请看正文。</dd><dd class="t">{day}</dd></dl>',
    "bare": '<p><a href="{url}" title="{text}">{text}</a></p>',
    "onclick": "<li onclick=\"window.open('{url}')\"><b>{text}</b> <i>{day}</i></li>",
    "area": '<area shape="rect" coords="0,0,9,9" href="{url}" alt="{text}">',
}
