"""A page as it looked, with everything that could act, ask or fetch taken out.

What is left needs no network: styles and pictures are put into the page where the archive holds them. It is
still to be shown without scripts, in a sandbox: this module makes the page quiet, the sandbox makes it safe.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree, html

from extract.page.address import base_of, joined
from extract.page.page import NOT_MARKUP, Page

# With all that is in them. Tags that are not kept either but hold nothing (meta, source, embed ...) are only taken
# off: the parser puts what follows them into them.
_DROPPED = (
    "script", "noscript", "iframe", "frameset", "noframes", "object", "applet", "template", "slot", "portal",
    "svg", "math", "canvas", "audio", "video", "button", "select", "textarea", "option", "optgroup", "datalist",
    "dialog", "xmp", "plaintext", "noembed", "listing", "title", "layer", "ilayer", "menuitem",
)  # fmt: skip
_KEPT = frozenset((
    "html", "head", "body", "style", "div", "p", "span", "a", "img", "br", "hr", "h1", "h2", "h3", "h4", "h5",
    "h6", "ul", "ol", "li", "dl", "dt", "dd", "dir", "menu", "table", "caption", "colgroup", "col", "thead",
    "tbody", "tfoot", "tr", "td", "th", "b", "i", "u", "s", "strike", "del", "ins", "em", "strong", "small",
    "big", "sub", "sup", "font", "center", "blockquote", "q", "cite", "code", "pre", "tt", "kbd", "samp", "var",
    "abbr", "acronym", "address", "bdo", "bdi", "wbr", "nobr", "ruby", "rb", "rt", "rtc", "rp", "time", "mark",
    "figure", "figcaption", "header", "footer", "main", "nav", "section", "article", "aside", "hgroup", "details",
    "summary", "fieldset", "legend", "label", "map", "picture", "marquee",
))  # fmt: skip
_ATTRIBUTES = frozenset((
    "class", "id", "lang", "dir", "title", "alt", "align", "valign", "bgcolor", "color", "width", "height",
    "border", "cellpadding", "cellspacing", "colspan", "rowspan", "rules", "frame", "nowrap", "face", "size",
    "style", "start", "type", "value", "clear", "hspace", "vspace", "noshade", "scope", "abbr", "datetime",
    "open", "span",
))  # fmt: skip
_GONE, _OPENED = "zhuanzai-gone", "zhuanzai-opened"
"""Tags given to what goes with its content, and to what goes and leaves its content."""
_UNCLOSED = re.compile("<!--")
"""libxml2 looks for the end of each in an attribute again from its beginning: 4 s for 30,000 of them."""
_IMPORT = re.compile(r"@import\b[^;{}]*;?", re.IGNORECASE)
_ADDRESS = re.compile(r"""(?:url|src|image|image-set)\(\s*(?!["']?data:)[^)]*\)?""", re.IGNORECASE)
# where pages that load their pictures late keep the address; src is then a placeholder
_LAZY = ("src", "data-src", "data-original", "original", "data-lazy-src", "data-actualsrc")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the archive holds of a page's surroundings; each function takes an absolute address.

    `link` gives the address of our own page for it, `picture` a data: URI, `style` the text of a stylesheet;
    None where nothing is held.
    """

    link: Callable[[str], str | None]
    picture: Callable[[str], str | None]
    style: Callable[[str], str | None]


def harmless(page: Page, shelf: Surroundings) -> str | None:
    """The page as quiet HTML, to be served as UTF-8; None where it holds no markup."""
    if page.tree is None:
        return None
    holder = html.Element("div")  # a document whose elements have lxml.html's drop_tree and drop_tag
    holder.append(deepcopy(page.tree))  # type: ignore[arg-type]  # takes its class from the document it joins
    root: html.HtmlElement = holder[0]
    base = base_of(root, page.url)
    for link in list(root.iter("link")):
        _put_style(link, base, shelf)
    etree.strip_elements(root, *_DROPPED, _GONE, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    for element in list(root.iter(etree.Element)):
        _quieten(element, base, shelf)
    etree.strip_tags(root, _OPENED)  # in one walk: thousands of them may stand in one another
    body = etree.tostring(root, encoding="unicode", method="html")
    return f'<!DOCTYPE html>\n<meta charset="utf-8">\n{body}'


def quiet_css(text: str) -> str:
    """A stylesheet that names no address and cannot end the element it stands in."""
    return _ADDRESS.sub("none", _IMPORT.sub("", text)).replace("</", "<\\/")


def _joined(base: str, address: str) -> str | None:
    """The absolute http(s) address, without its fragment; None for any other kind."""
    found = joined(base, address)
    return found if found.startswith(("http://", "https://")) else None


def _put_style(link: html.HtmlElement, base: str, shelf: Surroundings) -> None:
    """A stylesheet link becomes the sheet itself where it is held; every other link goes."""
    address = _joined(base, link.get("href") or "")
    is_sheet = "stylesheet" in (link.get("rel") or "").lower().split()
    text = shelf.style(address) if address and is_sheet else None
    if text is None:
        link.tag = _GONE
        return
    link.tag = "style"
    link.text = NOT_MARKUP.sub("", text)  # bytes of any kind are served as a style sheet
    for name in list(link.attrib):
        if name != "media":
            del link.attrib[name]


def _quieten(element: html.HtmlElement, base: str, shelf: Surroundings) -> None:
    if element.tag not in _KEPT:
        element.tag = _OPENED
        element.attrib.clear()
        return
    said = dict(element.attrib)
    element.attrib.clear()
    for name, value in said.items():
        if name in _ATTRIBUTES:
            element.set(name, _UNCLOSED.sub("< !--", quiet_css(value) if name == "style" else value))
    if element.tag == "style":
        element.text = quiet_css(element.text or "")
        if said.get("media"):
            element.set("media", said["media"])
    elif element.tag == "a":
        _point(element, said, base, shelf)
    elif element.tag == "img":
        _picture(element, said, base, shelf)


def _point(element: html.HtmlElement, said: dict[str, str], base: str, shelf: Surroundings) -> None:
    """A link leads to the archive's own page for its address, or nowhere; its title tells where it led."""
    address = said.get("href", "")
    if address.startswith("#"):
        element.set("href", address)
        return
    absolute = _joined(base, address)
    if absolute is None:
        return
    ours = shelf.link(absolute)
    if ours:
        element.set("href", ours)
        element.set("target", "_top")
    element.set("title", _UNCLOSED.sub("< !--", absolute))


def _picture(element: html.HtmlElement, said: dict[str, str], base: str, shelf: Surroundings) -> None:
    """The picture that is held under any of its addresses, else the one that came inside the page."""
    addresses = [_joined(base, said[name]) for name in _LAZY if said.get(name)]
    held = (shelf.picture(address) for address in addresses if address)
    inside = said.get("src", "")
    source = next(filter(None, held), inside if inside.startswith("data:image/") else None)
    if source:
        element.set("src", source)
