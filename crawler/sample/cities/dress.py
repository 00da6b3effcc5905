"""How pages of the invented cities are marked up: four article templates, and the frame of a page."""

from collections.abc import Callable, Sequence
from html import escape

from crawler.sample.cities.press import CityArticle
from crawler.sample.markup import page, paragraphs

Link = tuple[str, str, str]
"""Address, text, and the day printed beside; empty for none."""

NOTICES = (
    ("/about.html", "关于我们"), ("/login.php", "登录"), ("/search.php?q=", "站内搜索"), ("/sitemap.html", "网站地图"),
    ("/tag/minsheng/", "民生"), ("/calendar/2024/12/", "12月"),
)  # fmt: skip


def shell(name: str, title: str, body: str, charset: str = "utf-8", head: str = "") -> str:
    """A page with the site's head and foot, which link to what is no news."""
    foot = " | ".join(f'<a href="{url}">{text}</a>' for url, text in NOTICES)
    return page(
        f'<meta charset="{charset}">\n<title>{title}</title>\n{head}',
        f"{body}\n<div class='footer'>{foot} 版权所有：{name}</div>",
    )


def classic(name: str, piece: CityArticle, more: str) -> str:
    """Headline, a line of facts, a body by id."""
    body = (
        f"<div class='crumb'>您现在的位置：<a href='/'>{name}</a> &gt; 正文</div><div class='content'>"
        f"<h1>{escape(piece.title)}</h1><div class='info'>发布时间：{piece.published:%Y-%m-%d %H:%M} 来源：{piece.source} "
        f"编辑：{piece.editor}</div><div id='zoom'>{paragraphs(piece.paragraphs)}</div>{more}</div>"
    )
    return shell(name, f"{piece.title}-{name}", body)


def cells(name: str, piece: CityArticle, more: str) -> str:
    """The table of old ASP systems."""
    body = (
        f"<table width='760'><tr><td class='path'>您现在的位置： <a href='/'>{name}</a> >> 正文</td></tr>"
        f"<tr><td align='center'><strong>{escape(piece.title)}</strong></td></tr>"
        f"<tr><td align='center'>更新时间：{piece.published:%Y-%m-%d %H:%M:%S}　来源：{piece.source}</td></tr>"
        f"<tr><td id='fontzoom'>{paragraphs(piece.paragraphs)}</td></tr>"
        f"<tr><td align='right'>责任编辑：{piece.editor}{more}</td></tr></table>"
    )
    return shell(name, f"{name} - {piece.title}", body)


def modern(name: str, piece: CityArticle, more: str) -> str:
    """Article and time elements."""
    body = (
        f"<article><h1 class='entry-title'>{escape(piece.title)}</h1><p class='meta'><time datetime="
        f"'{piece.published:%Y-%m-%dT%H:%M:%S}+08:00'>{piece.published:%Y年%m月%d日 %H:%M}</time> 来源：{piece.source}</p>"
        f"<div class='entry-content'>{paragraphs(piece.paragraphs)}</div>{more}</article>"
    )
    return shell(name, f"{piece.title} – {name}", body)


def printed(name: str, piece: CityArticle, more: str) -> str:
    """A digital newspaper's page."""
    body = (
        f"<div class='article'><h2>{escape(piece.title)}</h2><p class='sec'>{name} {piece.published:%Y年%m月%d日} 来源：{name}</p>"
        f"<!--enpcontent--><div id='ozoom'>{paragraphs(piece.paragraphs)}</div><!--/enpcontent-->{more}</div>"
    )
    return shell(name, piece.title, body)


ARTICLES: dict[str, Callable[[str, CityArticle, str], str]] = {
    "classic": classic, "cells": cells, "modern": modern, "printed": printed,
}  # fmt: skip


def rows(links: Sequence[Link], form: str = "li") -> str:
    """A list's entries: `li` with the day behind, `tr` with the day in a cell, `dl` with a summary, `bare` links."""
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
