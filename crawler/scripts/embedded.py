"""Lists that a page carries for its scripts: markup and data in scripts, in JSON, in files that a script loads."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from crawler.scripts.called import Functions, given_in
from crawler.scripts.chosen import choices, opened
from crawler.scripts.forms import buttons, choices_of, forms
from crawler.scripts.grouped import rows_of_texts
from crawler.scripts.keys import TEXT, Keys, filled, inside, item_links, understood, value_in
from extract.page.address import base_of
from extract.page.page import Page

MOST_SCRIPTS = 40  # of one page that are looked into
LONGEST = 1_000_000  # characters of a script
MOST_VALUES = 12  # of one script that are read as data
MOST_ENTRIES = 2_000
SHORTEST_DATA = 80  # characters of an attribute that may hold a list
MARKUP = re.compile(r"<a\s|\\u003ca\s|&lt;a\s", re.IGNORECASE)
SAYS_TITLE = re.compile(
    r"(?:title|headline|subject|biaoti)\w{0,20}(?:[\"']?\s{0,4}:|>|=[\"'])|:\s{0,4}[\"'][^\"'\n\u3400-\u9fff]{0,30}[\u3400-\u9fff]{4}",
    re.IGNORECASE,
)
VALUE = re.compile(r"(?:[=(,:]|^)\s*(?=[\[{])", re.MULTILINE)
UNREADY = re.compile(r"['\"+<>{}\s\\]|\$\(|%7B")
"""In an address that a script has still to put together."""
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
NEXT_ATTRIBUTE = re.compile(
    "(?i)^data-(?:next|more|load-?more)(?:-?page)?(?:-?(?:url|href|link|src|uri|path))?$"
)
ENTRY = "data-zhuanzai-entry"
"""The attribute of a link that data about the page names as an entry of its list."""
WRITTEN = "data-zhuanzai-address"
"""The attribute for an address that a function of the page makes."""
CALL = re.compile(
    r"(?:javascript:|^|;|return\s)\s*([\w$.]+)\((?P<given>\s*(['\"]?)([\w-]{1,64})\3\s*(?:,[^()]{0,200})?)\)",
    re.IGNORECASE,
)
ADDRESS_IN_CALL = re.compile(
    r"[\"'`]([^\"'`\s]{1,200})[\"'`]\s*\+\s*(?:\(\s*\w+\s*\)|\w+(?![\w(]))\s*(?![\s=?<>])(?:\+\s*[\"'`]([^\"'`\s]{0,100})[\"'`])?"
    r"|`([^`$\s]{1,200})\$\{\s*\w+\s*\}([^`$\s]{0,100})`"
)
GIVEN_ADDRESS = re.compile(
    r"\w\(\s{0,4}(?:this\s{0,4},\s{0,4})?(['\"])((?:https?://|/)[^'\"\s()<>]{2,200}|[\w./-]{1,100}\.(?:s?html?|aspx?|php|jsp|do)(?:\?[^'\"\s()<>]{0,100})?)\1"
)
NEVER_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
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
            _write_out(page)
            yield page.tree
            yield from _in_scripts(page.tree)
            yield from _in_attributes(page.tree)
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


def _write_out(page: Page) -> None:
    """Give what leads on without an address the one that it makes: calls, buttons of forms, data-next-url."""
    root = page.tree
    if root is None:
        return
    write_out_calls(root, page.url)
    for element, address in (*choices(root, lambda: functions_of(root, page.url)), *opened(root)):
        write_out(element, address)
    for form in forms(root, base_of(root, page.url)):
        for button, address in () if form.is_post else buttons(form):
            write_out(button, address)
        for option, address in choices_of(form):
            write_out(option, address)
    for element in root.iter("div", "a", "button", "span", "ul", "section", "li", "p"):
        for name, value in element.attrib.items():
            if NEXT_ATTRIBUTE.match(str(name)) and re.match(r"https?://|[/?]", str(value)):
                write_out(element, str(value))
                element.set("rel", "next")


def write_out(element: Element, address: str) -> None:
    """Note the address that an element leads to, without characters that no attribute may hold."""
    element.set(WRITTEN, NEVER_IN_XML.sub("", address))


def write_out_calls(root: Element, url: str, outer: str = "") -> None:
    """Give what calls a function of the page the address that it makes: javascript:gotoPage(2), openNews('31').

    `outer` is the text of scripts that the page loads.
    """
    functions: Functions | None = None
    for element in root.iter():
        href = element.get("href") or ""
        called = element.get("onclick") or (href if href[:11].lower() == "javascript:" else "")
        call = CALL.search(called) if "(" in called else None
        if call is None:
            if (named := _called_with_address(called)) and element.get(WRITTEN) is None:
                write_out(element, named)
            continue
        if functions is None:
            functions = functions_of(root, url, outer)
        went = functions.address(call[1], given_in(call["given"]))
        if went is None and (parts := _made_by(call[1], functions.script)):
            went = f"{parts[0]}{call[4]}{parts[1]}"
        if went is not None:
            write_out(element, went)


def _called_with_address(called: str) -> str | None:
    """The address that a call of any function is given: openwin('xw/20261120a.htm')."""
    found = GIVEN_ADDRESS.search(called)
    return found[2] if found else None


def functions_of(root: Element, url: str, outer: str = "") -> Functions:
    """The functions of a page's scripts, and of `outer` ones."""
    script = "\n".join([*(one.text or "" for one in root.iter("script")), outer])

    def field_value(name: str) -> str | None:
        found = root.xpath("//*[@id = $name]/@value", name=name)
        return str(found[0]) if isinstance(found, list) and found else None

    return Functions(script, url, field_value)


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
            found = list(_within(text, item))
            if not found and "ld+json" in (script.get("type") or ""):
                found = list(_item_lists(text))
            yield from found


def _in_attributes(root: Element) -> Iterator[Element]:
    """The lists in attributes that hold data: data-list='[{"title": …}]'."""
    held = (
        str(value)
        for element in root.iter("div", "ul", "section", "input", "main", "body")
        for value in element.attrib.values()
        if len(value) > SHORTEST_DATA and str(value).lstrip()[:1] in "[{"
    )
    for _, text in zip(range(MOST_VALUES), held, strict=False):
        yield from _within(text)


def _item_lists(text: str) -> Iterator[Element]:
    """The entries of a list in data about the page, where they state addresses and no more.

    Source: https://schema.org/ItemList
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return
    urls: list[str] = []
    waiting = [content]
    while waiting and len(urls) < MOST_ENTRIES:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, dict) and "BreadcrumbList" not in str(value.get("@type")):
            elements = value.get("itemListElement")
            for one in elements if isinstance(elements, list) else ():
                inner = one.get("item", one) if isinstance(one, dict) else one
                url = inner.get("url") or inner.get("@id") if isinstance(inner, dict) else inner
                urls += [url] if isinstance(url, str) else []
            waiting += [inner for inner in value.values() if isinstance(inner, (dict, list))][::-1]
    rows = "".join(f'<li><a {ENTRY}="" href="{html.escape(url)}"></a></li>' for url in urls)
    root = _tree(f"<ul>{rows}</ul>") if rows else None
    if root is not None:
        yield root


def untitled(page: Page, item: str | None = None) -> Iterator[tuple[str, str]]:
    """The addresses in an answer of data whose entries have no titles, each with what is printed as its day.

    `item` is how the page that asks for it makes an entry's address.
    """
    value = (
        _xml_value(page.text) if page.text.lstrip("\ufeff \r\n").startswith("<?xml") else value_in(page.text)
    )
    keys = understood(value, item)
    if keys is None:
        return
    for key in filter(None, keys.items.split(".")):
        value = value[key]
    for entry in value[:MOST_ENTRIES]:
        row = {TEXT: entry} if isinstance(entry, str) else entry
        if (link := filled(row, keys.link)) is not None:
            yield link, str(row.get(keys.date or TEXT) or "")


def _within(text: str, item: str | None = None) -> Iterator[Element]:
    """The lists in a text that is no markup: of data where there is some, else of markup in strings.

    `item` is how the page's scripts make an entry's address.
    """
    found = _data(text, item) if SAYS_TITLE.search(text) else ()
    made = "".join(_rows(keys, entries) for keys, entries in found)
    made = made or rows_of_texts(text)
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
    """The elements of XML that hold nothing but texts, or attributes, as entries; None for none."""
    try:
        root = etree.fromstring(
            text.lstrip("\ufeff \r\n").encode(),
            etree.XMLParser(recover=True, resolve_entities=False, encoding="utf-8"),
        )
    except (etree.XMLSyntaxError, ValueError):
        return None
    elements = list(root.iter("{*}*")) if root is not None else []
    found = [
        {str(child.tag).rpartition("}")[2]: (child.text or "").strip() for child in element}
        for element in elements
        if len(element) >= 2
        and not any(len(child) for child in element)
        and any((child.text or "").strip() for child in element)
    ]
    by_attributes = [
        {str(name): str(value) for name, value in element.attrib.items()}
        for element in elements
        if len(element.attrib) >= 2 and not len(element)
    ]
    return found or by_attributes or None


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
        title, day = (str(inside(entry, key) or "") for key in (keys.title or "", keys.date or ""))
        link = filled(entry, keys.link) or ""
        return (
            f'<li><a href="{html.escape(link)}">{html.escape(title)}</a><span>{html.escape(day)}</span></li>'
        )

    return "<ul>" + "".join(row(entry) for entry in entries if filled(entry, keys.link)) + "</ul>"
