"""A page as it looked, without every part that could act, ask or fetch.

The page needs no network: styles and pictures are put into it where the archive holds them. Show the page
without scripts, in a sandbox: this module makes the page quiet, the sandbox makes it safe.
"""

import re
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree, html

from extract import inside, pictured
from extract.page.address import base_of
from extract.page.page import NOT_MARKUP, Page
from extract.page.stand_ins import (
    GONE,
    OPENED,
    PUT,
    UNCLOSED,
    Shelf,
    Surroundings,
    at,
    box,
    open_for_pictures,
)
from extract.sheets import FACE, IMAGE_SET, chosen, imported, is_in, plain, unescaped

# Source: HTML, 13.2.5.53 to 13.2.5.67, and 13.2.6.4.1: what may stand before it, and what a browser takes for one
_BEFORE = re.compile(r"\ufeff?(?:\s+|<!--(?:[^-]|-(?!->)){0,5000}-->|<\?[^>]{0,500}>)*")
_QUOTED = r"""("[\w\s/:.+,()'=?;!*\#@$%-]{0,200}"|'[\w\s/:.+,()"=?;!*\#@$%-]{0,200}')"""
_DOCTYPE = re.compile(
    rf"<!doctype\s{{0,50}}html\s{{0,50}}(?:(public)\s{{0,50}}{_QUOTED}(?:\s{{0,50}}{_QUOTED}[^>]{{0,500}})?|"
    rf"(system)\s{{0,50}}{_QUOTED}[^>]{{0,500}})?\s{{0,50}}>",
    re.IGNORECASE | re.ASCII,
)
# With all that is in them. Tags that are not kept either but hold nothing (meta, source, embed ...) are only taken
# off: the parser puts what follows them into them.
_DROPPED = (
    "script", "noscript", "iframe", "frameset", "noframes", "object", "applet", "template", "slot", "portal",
    "svg", "math", "canvas", "audio", "video", "select", "textarea", "option", "optgroup", "datalist",
    "dialog", "xmp", "plaintext", "noembed", "listing", "title", "layer", "ilayer", "menuitem",
)  # fmt: skip
_KEPT = frozenset((
    "html", "head", "body", "style", "div", "p", "span", "a", "img", "br", "hr", "h1", "h2", "h3", "h4", "h5",
    "h6", "ul", "ol", "li", "dl", "dt", "dd", "dir", "menu", "table", "caption", "colgroup", "col", "thead",
    "tbody", "tfoot", "tr", "td", "th", "b", "i", "u", "s", "strike", "del", "ins", "em", "strong", "small",
    "big", "sub", "sup", "font", "center", "blockquote", "q", "cite", "code", "pre", "tt", "kbd", "samp", "var",
    "abbr", "acronym", "address", "bdo", "bdi", "wbr", "nobr", "ruby", "rb", "rt", "rtc", "rp", "time", "mark",
    "figure", "figcaption", "header", "footer", "main", "nav", "section", "article", "aside", "hgroup", "details",
    "summary", "fieldset", "legend", "label", "map", "picture", "marquee", "button",
))  # fmt: skip
_ATTRIBUTES = frozenset((
    "class", "id", "lang", "dir", "title", "alt", "align", "valign", "bgcolor", "color", "width", "height",
    "border", "bordercolor", "cellpadding", "cellspacing", "colspan", "rowspan", "rules", "frame", "nowrap", "face",
    "size", "style", "start", "type", "value", "clear", "hspace", "vspace", "noshade", "scope", "abbr", "datetime",
    "open", "span", "text", "link", "vlink", "alink", "topmargin", "leftmargin", "rightmargin", "bottommargin",
    "marginwidth", "marginheight",
))  # fmt: skip
_DRESSED = "zhuanzai-dressed"
"""Attribute of a sheet that is in the page already: it is taken off with the others."""
_NOWHERE = "#"
"""Where a link leads whose target is not held: a link without an address would look like plain text."""
_IMPORT = re.compile(r"@import\b[^;{}]*;?", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""(?:url\((?!\s{0,20}["']?data:(?!zhuanzai-at/))\s{0,20}([^()]{0,2100})\)|(?:url|src|image|image-set)\((?!\s*["']?data:(?!zhuanzai-at/))[^)]*\)?)""",
    re.IGNORECASE,
)
_MAY_CARRY = re.compile("(?:data|blob|cid|file|content):", re.IGNORECASE)
_QUOTES = re.compile(r"""["'()\\\n]""")
_DEEPEST = 5
"""Stylesheets that import one another."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A page as quiet HTML, and the parts of its look: address, and whether the archive holds it.

    What came inside the page stands in the place of an address with its type and size. `troubles` say, as those of
    the page do, why its parts may be more than these.
    """

    html: str
    parts: tuple[tuple[str, bool], ...]
    troubles: tuple[str, ...] = ()


def harmless(page: Page, shelf: Surroundings) -> str | None:
    """The page as quiet HTML, to be served as UTF-8; None where it holds no markup."""
    found = quieted(page, shelf)
    return found.html if found else None


def quieted(page: Page, around: Surroundings) -> Quiet | None:
    """The page as quiet HTML with the account of its parts; None where it holds no markup."""
    if page.tree is None:
        return None
    shelf = Shelf(around)
    holder = html.Element("div")  # a document whose elements have lxml.html's drop_tree and drop_tag
    holder.append(deepcopy(page.tree))  # type: ignore[arg-type]  # takes its class from the document it joins
    root: html.HtmlElement = holder[0]
    own = inside.Inside(page.text)
    own.put_back(root)
    base = base_of(root, page.url)
    for style in root.iter("style"):
        style.attrib.pop(_DRESSED, None)  # a page may say so of itself
    for link in list(root.iter("link")):
        _put_style(link, base, shelf)
    named = {
        one for image in root.iter("img") if not pictured.is_apart(image) for one in pictured.addresses(image)
    }
    for noscript in list(root.iter("noscript")):
        open_for_pictures(noscript, named)
    for element in list(root.iter(*PUT)):
        # a drawing has shown what is in it, a picture stands for what the page has in its place
        if element.tag in PUT and not any(one.tag == GONE for one in element.iterancestors()):
            PUT[str(element.tag)](element, base, shelf)
    etree.strip_elements(root, *_DROPPED, GONE, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    # before anything is taken off: a <picture> says it around its <img>
    pictures = {element: pictured.addresses(element) for element in root.iter("img")}
    for element in list(root.iter(etree.Element)):
        _quieten(element, pictures.get(element, []), base, shelf, own)
    etree.strip_tags(root, OPENED)  # in one walk: thousands of them may stand in one another
    body = etree.tostring(root, encoding="unicode", method="html")
    text = f'{doctype(page.text)}\n<meta charset="utf-8">\n{body}'.lstrip()
    return Quiet(text, (*shelf.named.items(), *shelf.inside), page.troubles)


def quiet_css(text: str) -> str:
    """A stylesheet that names no address and cannot close the element around it."""
    return _ADDRESS.sub("none", _IMPORT.sub("", text)).replace("</", "<\\/")


def dressed_css(
    text: str,
    base: str,
    shelf: "Surroundings | Shelf",
    above: frozenset[str] = frozenset(),
    *,
    is_sheet: bool = True,
) -> str:
    """A stylesheet with its held imports and pictures put in, and no other address.

    `above` are the sheets that it is imported by: a circle ends there.
    """

    def put_in(found: re.Match[str]) -> str:
        said = imported(found[0])
        url = at(base, said.address) if said else None
        if said is None or not is_sheet or url is None or url in above or len(above) > _DEEPEST:
            return ""
        inner = shelf.style(url)
        return said.around(dressed_css(inner, url, shelf, above | {url})) if inner is not None else ""

    def shown(found: re.Match[str]) -> str:
        written = unescaped(found[1].strip("\"' \t")) if found[1] else ""
        url = at(base, written) if written and not written.startswith("#") else None
        if url is None:
            return "none"
        is_font = is_in(found.start(), faces)  # fonts are asked for by a setting only: none is missing
        held = shelf.around.picture(url) if is_font and isinstance(shelf, Shelf) else shelf.picture(url)
        return f'url("{held}")' if held else "none"

    whole = _IMPORT.sub(put_in, plain(text))
    if "mage-set(" in whole.lower():
        whole = IMAGE_SET.sub(lambda found: f'url("{_QUOTES.sub(_percent, chosen(found[1]))}")', whole)
    faces = [match.span() for match in FACE.finditer(whole)]
    return _ADDRESS.sub(shown, whole).replace("</", "<\\/")


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def _put_style(link: html.HtmlElement, base: str, shelf: Shelf) -> None:
    """A stylesheet link becomes the sheet itself where it is held; every other link goes."""
    address = at(base, link.get("href") or "") if link.get("href") else None
    is_wanted = pictured.is_sheet(link) and not pictured.is_apart(link)
    text = shelf.style(address) if address and is_wanted else None
    if text is None or address is None:
        link.tag = GONE
        return
    media = "" if pictured.is_for_all(link) else link.get("media")
    link.tag = "style"
    # bytes of any kind are served as a style sheet
    link.text = NOT_MARKUP.sub("", dressed_css(text, address, shelf, frozenset((address,))))
    link.attrib.clear()
    if media:
        link.set("media", media)
    link.set(_DRESSED, "")


def _quieten(
    element: html.HtmlElement, pictures: list[str], base: str, shelf: Shelf, own: inside.Inside
) -> None:
    if element.tag not in _KEPT:
        element.tag = OPENED
        element.attrib.clear()
        return
    said = dict(element.attrib)
    behind = pictured.behind(element) if element.tag != "img" else []
    if said.get("style"):
        shelf.lost(said["style"])
    element.attrib.clear()
    for name, value in said.items():
        if name in _ATTRIBUTES:
            value = dressed_css(value, base, shelf, is_sheet=False) if name == "style" else value
            element.set(name, UNCLOSED.sub("< !--", value))
    if said.get("background"):
        url = at(base, said["background"])
        held = shelf.picture(url) if url else inside.shown(said["background"].strip())
        if held:
            element.set("background", held)
    for url in filter(None, (at(base, one) for one in behind[:1])):
        if held := shelf.picture(url):
            element.set("style", f'{element.get("style", "")};background-image:url("{held}")'.lstrip(";"))
    if element.tag == "style":
        shelf.lost(element.text or "")
        if said.pop(_DRESSED, None) is None:
            element.text = dressed_css(element.text or "", base, shelf)
        if said.get("media"):
            element.set("media", said["media"])
    elif element.tag == "a":
        _point(element, said, base, shelf)
    elif element.tag == "img":
        _picture(element, pictures, base, shelf, own)


def _point(element: html.HtmlElement, said: dict[str, str], base: str, shelf: Shelf) -> None:
    """Make a link lead to the archive's own page of its address, or nowhere; its title holds the old address."""
    address = said.get("href")
    if address is None:
        return  # the name of a place
    if address.startswith("#"):
        element.set("href", address)
        return
    element.set("href", _NOWHERE)
    absolute = at(base, address)
    if absolute is None:
        return
    ours = shelf.around.link(absolute)
    if ours:
        element.set("href", ours)
        element.set("target", "_top")
    element.set("title", UNCLOSED.sub("< !--", absolute))


def _picture(
    element: html.HtmlElement, pictures: list[str], base: str, shelf: Shelf, own: inside.Inside
) -> None:
    """The picture that is held under any of its addresses, else the one that came inside the page."""
    named = {address: None for one in pictures if (address := at(base, one))}
    source = None
    if named:
        found = next((one for one in named if (source := shelf.around.picture(one))), next(iter(named)))
        shelf.tell(found, is_held=source is not None)
        missing = found
    else:
        source = next(filter(None, map(inside.shown, pictures)), None)
        missing = next(filter(None, map(own.named, pictures)), "")
        if source or missing:
            shelf.inside.append((missing, source is not None))
    if source:
        element.set("src", source)
    elif missing and not (pictured.is_spacer(element) or pictured.is_hidden(element)):
        box(element, missing)


def doctype(text: str) -> str:
    """The document type of a page, written anew; empty where it has none or one that browsers take for none."""
    start = _BEFORE.match(text, 0, 20_000)
    found = _DOCTYPE.match(text, start.end() if start else 0)
    if found is None:
        return ""
    public, name, system, other, system_alone = found.groups()
    parts = [
        "<!DOCTYPE html",
        *filter(None, (public and "PUBLIC", name, system, other and "SYSTEM", system_alone)),
    ]
    return " ".join(parts) + ">"
