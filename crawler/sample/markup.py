"""Pieces of HTML that many hosts' pages share."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import TypeVar

T = TypeVar("T")

INDENT = "\u3000\u3000"


def paragraphs(texts: Iterable[str], joint: str = "\n") -> str:
    """Each text as a paragraph with the two-space indent of Chinese print."""
    return joint.join(f"<p>{INDENT}{escape(text, quote=False)}</p>" for text in texts)


def links(pairs: Iterable[tuple[str, str]], form: str = '<li><a href="{url}">{title}</a></li>') -> str:
    """Links as list items; a pair is address and title."""
    return "\n".join(form.format(url=escape(url), title=escape(title)) for url, title in pairs)


def words(items: str, form: str = "<a href='#'>{}</a>") -> str:
    """Navigation words, separated by spaces in `items`."""
    return " ".join(form.format(item) for item in items.split())


def spread(byline: str | None) -> str:
    """A byline as the paper sets it: two-character names opened by spaces (周　屿 so that columns align)."""
    if not byline:
        return ""
    head, *names = byline.split(" ")
    spaced = [f"{name[0]}  {name[1]}" if len(name) == 2 else name for name in names]
    return escape("  ".join([head, *spaced]), quote=False)


def heading(level: int, text: str | None, attributes: str = "") -> str:
    """A heading element, empty when there is no text."""
    return f"<h{level}{attributes}>{escape(text or '', quote=False)}</h{level}>"


def page(head: str, body: str, *, doctype: str = "<!DOCTYPE html>", lang: str = "zh-CN") -> str:
    """A whole document."""
    return f'{doctype}\n<html lang="{lang}">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def pages_of(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """Items in pages of a size; one empty page when there are none."""
    return [items[start : start + size] for start in range(0, len(items), size)] or [items[:0]]
