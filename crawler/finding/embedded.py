"""Lists that a page carries for its scripts: markup and data in scripts, in JSON, in files that a script loads."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from crawler.finding.keys import Keys, filled, item_links, understood, value_in
from extract.page.page import Page

MOST_SCRIPTS = 40  # of one page that are looked into
LONGEST = 1_000_000  # characters of a script
MOST_VALUES = 12  # of one script that are read as data
MOST_ENTRIES = 2_000
MARKUP = re.compile(r"<a\s|\\u003ca\s|&lt;a\s", re.IGNORECASE)
SAYS_TITLE = re.compile(r"(?:title|headline|subject|biaoti)\w{0,20}(?:[\"']?\s{0,4}:|>)", re.IGNORECASE)
VALUE = re.compile(r"(?:[=(,:]|^)\s*(?=[\[{])", re.MULTILINE)
UNREADY = re.compile(r"['\"+<>{}\s\\]|\$\(|%7B")
"""In an address that a script has still to put together."""
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
WRITTEN = "data-zhuanzai-address"
"""The attribute for an address that a function of the page makes."""
CALL = re.compile(
    r"(?:javascript:|^|;|return\s)\s*([\w$.]+)\(\s*(['\"]?)([\w-]{1,64})\2\s*[,)]", re.IGNORECASE
)
ADDRESS_IN_CALL = re.compile(
    r"[\"'`]([^\"'`\s]{1,200})[\"'`]\s*\+\s*(?:\(\s*)?\w+\s*\)?\s*(?:\+\s*[\"'`]([^\"'`\s]{0,100})[\"'`])?"
    r"|`([^`$\s]{1,200})\$\{\s*\w+\s*\}([^`$\s]{0,100})`"
)
WHITE = {"n": " ", "r": " ", "t": " "}
# what JavaScript allows and JSON does not: names without quotes, strings in single ones, undefined
LOOSE = re.compile(
    r"(?P<double>\"(?:[^\"\\]|\\.)*\")|'(?P<single>(?:[^'\\]|\\.)*)'|(?<![\w$])(?P<name>[A-Za-z_$][\w$]*+)(?=\s{0,20}:)|(?P<none>\bundefined\b)"
    r"|(?P<comma>,)(?=\s{0,200}[\]}])",
    re.DOTALL,
)


def roots(page: Page) -> Iterator[Element]:
    """The page's tree, then a tree for each list that its scripts carry; JSON and scripts have only the latter."""
    if is_markup(page):
        if page.tree is not None:
            _write_out_calls(page.tree)
            yield page.tree
            yield from _in_scripts(page.tree)
    else:
        yield from _within(page.text)


def is_markup(page: Page) -> bool:
    """Whether a page is markup, not data or a script that holds some."""
    if not page.is_html:
        return False
    text = page.text.lstrip("\ufeff \t\r\n")
    if text.startswith("<?xml"):
        return re.search(r"<(?:!doctype\s+html|html)\b", text[:500], re.IGNORECASE) is not None
    return re.match(r"[\[{(;]|document\.|var\s|let\s|\w[\w.$]*\s*\(", text) is None


def _write_out_calls(root: Element) -> None:
    """Give what calls a function of the page the address that it makes: javascript:gotoPage(2), openNews('31')."""
    script: str | None = None
    made: dict[str, tuple[str, str] | None] = {}
    for element in root.iter():
        href = element.get("href") or ""
        called = element.get("onclick") or (href if href[:11].lower() == "javascript:" else "")
        call = CALL.search(called) if "(" in called else None
        if call is None:
            continue
        if script is None:
            script = "\n".join(one.text or "" for one in root.iter("script"))
        if call[1] not in made:
            made[call[1]] = _made_by(call[1], script)
        if parts := made[call[1]]:
            element.set(WRITTEN, f"{parts[0]}{call[3]}{parts[1]}")


def _made_by(name: str, script: str) -> tuple[str, str] | None:
    """The parts of the address that a function goes to, before and behind the argument."""
    body = re.search(
        rf"(?:function\s+{re.escape(name)}\b|\b{re.escape(name)}\s*[=:]).{{0,500}}", script, re.DOTALL
    )
    found = ADDRESS_IN_CALL.search(body[0]) if body else None
    if found is None:
        return None
    before, after = (found[1], found[2] or "") if found[1] else (found[3], found[4])
    return (before, after) if re.search(r"[/.?]", before + after) else None


def _in_scripts(root: Element) -> Iterator[Element]:
    item = next(item_links("\n".join(one.text or "" for one in root.iter("script"))), None)
    for number, script in enumerate(root.iter("script", "textarea")):
        text = script.text or ""
        if number < MOST_SCRIPTS and len(text) < LONGEST:
            yield from _within(text, item)


def _within(text: str, item: str | None = None) -> Iterator[Element]:
    """The lists in a text that is no markup: of data where there is some, else of markup in strings.

    `item` is how the page's scripts make an entry's address.
    """
    found = _data(text, item) if SAYS_TITLE.search(text) else ()
    made = "".join(_rows(keys, entries) for keys, entries in found)
    if not made and MARKUP.search(text):
        made = _unescaped(text)
    root = _tree(made) if made else None
    if root is not None:
        for element in root.iter("a"):
            if UNREADY.search((element.get("href") or "").strip()):
                del element.attrib["href"]
        yield root


def _tree(text: str) -> Element | None:
    try:
        return etree.fromstring(f"<html><body>{text}</body></html>", etree.HTMLParser(huge_tree=True))
    except (etree.XMLSyntaxError, ValueError):  # nothing in it, or characters no tree may hold
        return None


def _unescaped(text: str) -> str:
    """Markup as it is once the script has written it."""
    text = text.replace("<![CDATA[", "").replace("]]>", "")
    plain = ESCAPE.sub(
        lambda found: chr(int(found[1] or found[2], 16)) if not found[3] else WHITE.get(found[3], found[3]),
        text,
    )
    return html.unescape(plain) if "&lt;a" in plain else plain


def _data(text: str, item: str | None) -> Iterator[tuple[Keys, list[dict[str, Any]]]]:
    """The lists of articles among the values that a script holds."""
    whole = _xml_value(text) if text.lstrip("\ufeff \r\n").startswith("<?xml") else value_in(text)
    for value in [whole] if whole is not None else _values(text):
        keys = understood(value, item)
        if keys is not None and keys.title is not None:
            inner = value
            for key in filter(None, keys.items.split(".")):
                inner = inner[key]
            yield keys, [entry for entry in inner if isinstance(entry, dict)][:MOST_ENTRIES]


def _xml_value(text: str) -> Any:
    """The elements of XML that hold nothing but texts, as entries; None for none."""
    try:
        root = etree.fromstring(
            text.lstrip("\ufeff \r\n").encode(),
            etree.XMLParser(recover=True, resolve_entities=False, encoding="utf-8"),
        )
    except (etree.XMLSyntaxError, ValueError):
        return None
    found = [
        {str(child.tag).rpartition("}")[2]: (child.text or "").strip() for child in element}
        for element in (root.iter() if root is not None else ())
        if len(element) >= 2 and not any(len(child) for child in element)
    ]
    return found or None


def _values(text: str) -> Iterator[Any]:
    decoder, end, met = json.JSONDecoder(strict=False), 0, 0
    loose: str | None = None
    for match in VALUE.finditer(text):
        if match.end() < end or met >= MOST_VALUES:
            continue
        if not SAYS_TITLE.search(text, match.end()):
            return
        met += 1
        try:
            value, end = decoder.raw_decode(text, match.end())
        except (ValueError, RecursionError):
            loose = _as_json(text[match.end() : match.end() + LONGEST // 4])
            try:
                value, _ = decoder.raw_decode(loose)
            except (ValueError, RecursionError):
                continue
        yield value


def _as_json(text: str) -> str:
    """JavaScript's way of writing a value as JSON."""

    def written(found: re.Match[str]) -> str:
        match found.lastgroup:
            case "single":
                return json.dumps(_unescaped(found["single"]), ensure_ascii=False)
            case "name":
                return f'"{found["name"]}"'
            case "none":
                return "null"
            case "comma":
                return ""
        return found[0]

    return LOOSE.sub(written, text)


def _rows(keys: Keys, entries: list[dict[str, Any]]) -> str:
    """Entries of data as the rows of a list."""

    def row(entry: dict[str, Any]) -> str:
        title, day = (str(entry.get(key) or "") for key in (keys.title or "", keys.date or ""))
        link = filled(entry, keys.link) or ""
        return (
            f'<li><a href="{html.escape(link)}">{html.escape(title)}</a><span>{html.escape(day)}</span></li>'
        )

    return "<ul>" + "".join(row(entry) for entry in entries if filled(entry, keys.link)) + "</ul>"
