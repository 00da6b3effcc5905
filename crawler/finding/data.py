"""Lists as data: the entries of JSON and JSONP as links."""

import json
import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from crawler.finding.links import BEIJING, MOST_LINKS, Link, NotAList, day_in, link_of
from crawler.registry.site import DataList
from crawler.scripts.keys import TEXT, WRAPPED, filled
from extract.fields.origin import cleaned
from extract.page.page import Page


def entries(page: Page, spec: DataList, today: date) -> tuple[Link, ...]:
    """The links of a JSON or JSONP list.

    Raises:
        NotAList: no JSON, or nothing where `items` points.
    """
    value = _inside(_value(page), spec.items)
    if not isinstance(value, list):
        raise NotAList(f"{page.url}: no list at {spec.items or 'the top'!r}, but {type(value).__name__}")
    found: dict[str, Link] = {}
    for item in value[:MOST_LINKS]:
        entry = {TEXT: item} if isinstance(item, str) else item
        href = filled(entry, spec.link)
        if href is not None:
            printed = _stamp(str(_inside(entry, spec.date)), today) if spec.date else None
            title = TAG.sub("", str(_inside(entry, spec.title) or "")) if spec.title else ""
            link = link_of(href, title, page.url, printed)
            if link:
                named = _inside(entry, spec.source) if spec.source else None
                link = replace(link, source=cleaned(named) if isinstance(named, str) else None)
                found.setdefault(link.url, link)
    return tuple(found.values())


def token_in(page: Page, spec: DataList) -> str | None:
    """What an answer says of its next page; None where it says nothing, or the list has no tokens."""
    if spec.token is None:
        return None
    try:
        found = _inside(_value(page), spec.token)
    except NotAList:
        return None
    return str(found) if isinstance(found, (str, int)) and found and not isinstance(found, bool) else None


def _value(page: Page) -> Any:
    text = page.text.lstrip("\ufeff")
    wrapped = WRAPPED.match(text)
    try:
        return json.loads(wrapped["json"] if wrapped else text)
    except (ValueError, RecursionError) as error:
        raise NotAList(f"{page.url}: no JSON: {error}") from error


def _inside(value: Any, way: str) -> Any:
    """The value at a dotted way; None where the way leads nowhere."""
    for key in filter(None, way.split(".")):
        if isinstance(value, list):
            value = value[-1] if key == "-1" and value else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


TAG = re.compile(r"<[^<>]*>")  # searches print <em> around what they found


def _stamp(text: str, today: date) -> date | None:
    if re.fullmatch(r"\d{10}|\d{13}", text):  # seconds or milliseconds since 1970
        return datetime.fromtimestamp(int(text[:10]), BEIJING).date()
    return day_in(text, today)
