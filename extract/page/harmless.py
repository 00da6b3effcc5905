"""A page as it looked, without every part that could act, ask or fetch.

The page needs no network: styles and pictures are put into it where the archive holds them. Show the page
without scripts, in a sandbox: this module makes the page quiet, the sandbox makes it safe.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree, html

from extract import inside
from extract.page.address import base_of, joined
from extract.page.page import NOT_MARKUP, Page
from extract.page.requisites import addresses as addresses_of
from extract.page.requisites import imports_of, unescaped

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
    "border", "bordercolor", "cellpadding", "cellspacing", "colspan", "rowspan", "rules", "frame", "nowrap", "face",
    "size", "style", "start", "type", "value", "clear", "hspace", "vspace", "noshade", "scope", "abbr", "datetime",
    "open", "span", "text", "link", "vlink", "alink", "topmargin", "leftmargin", "rightmargin", "bottommargin",
    "marginwidth", "marginheight",
))  # fmt: skip
_DRESSED = "zhuanzai-dressed"
"""Attribute of a sheet that is in the page already: it is taken off with the others."""
_GONE, _OPENED = "zhuanzai-gone", "zhuanzai-opened"
"""Tags given to what goes with its content, and to what goes and leaves its content."""
_NOWHERE = "#"
"""Where a link leads whose target is not held: a link without an address would look like plain text."""
_UNCLOSED = re.compile("<!--")
"""libxml2 looks for the end of each in an attribute again from its beginning: 4 s for 30,000 of them."""
_IMPORT = re.compile(r"@import\b[^;{}]*;?", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""(?:url\((?!\s{0,20}["']?data:(?!zhuanzai-at/))\s{0,20}([^()]{0,2100})\)|(?:url|src|image|image-set)\((?!\s*["']?data:(?!zhuanzai-at/))[^)]*\)?)""",
    re.IGNORECASE,
)
_MAY_CARRY = re.compile("(?:data|blob|cid|file|content):", re.IGNORECASE)
_MEDIA = re.compile(r"""(?:\)|["'])\s*([a-z(][^;"')]{0,200}(?:\)[^;"']{0,100})?);?\s*$""", re.IGNORECASE)
_COMMENTS = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_DEEPEST = 5
"""Stylesheets that import one another."""
_PARTS = re.compile(r"[^./?&=_-]*[./?&=_-]?", re.DOTALL)
_SIZE = re.compile(r"^\d{1,4}$")
_BOX = (
    "display:inline-block;box-sizing:border-box;min-width:8em;min-height:2em;max-width:100%;overflow:hidden;"
    "border:1px dashed #a33;background:#fbf3f3;color:#733;font:12px/1.4 sans-serif;padding:4px;word-break:break-all"
)
"""How the place of a picture looks that is not held."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The links, pictures and styles that the archive holds for a page; each function takes an absolute address.

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
    own = inside.Inside(page.text)
    own.put_back(root)
    base = base_of(root, page.url)
    for style in root.iter("style"):
        style.attrib.pop(_DRESSED, None)  # a page may say so of itself
    for link in list(root.iter("link")):
        _put_style(link, base, shelf)
    for element in list(root.iter("video", "input")):
        _put_picture(element)
    etree.strip_elements(root, *_DROPPED, _GONE, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    # before anything is taken off: a <picture> says it around its <img>
    pictures = {element: addresses_of(element) for element in root.iter("img")}
    for element in list(root.iter(etree.Element)):
        _quieten(element, pictures.get(element, []), base, shelf, own)
    etree.strip_tags(root, _OPENED)  # in one walk: thousands of them may stand in one another
    body = etree.tostring(root, encoding="unicode", method="html")
    return f'{doctype(page.text)}\n<meta charset="utf-8">\n{body}'.lstrip()


def quiet_css(text: str) -> str:
    """A stylesheet that names no address and cannot close the element around it."""
    return _ADDRESS.sub("none", _IMPORT.sub("", text)).replace("</", "<\\/")


def dressed_css(
    text: str,
    base: str,
    shelf: Surroundings,
    above: frozenset[str] = frozenset(),
    *,
    is_sheet: bool = True,
) -> str:
    """A stylesheet with its held imports and pictures put in, and no other address.

    `above` are the sheets that it is imported by: a circle ends there.
    """

    def imported(found: re.Match[str]) -> str:
        addresses = imports_of(found[0])
        url = _joined(base, addresses[0]) if addresses else None
        if not is_sheet or url is None or url in above or len(above) > _DEEPEST:
            return ""
        inner = shelf.style(url)
        if inner is None:
            return ""
        inside = dressed_css(inner, url, shelf, above | {url})
        media = _MEDIA.search(found[0])
        return f"@media {media[1]} {{ {inside} }}" if media and media[1].strip() else f"{inside}\n"

    def shown(found: re.Match[str]) -> str:
        url = _joined(base, unescaped(found[1].strip("\"' \t"))) if found[1] else None
        held = shelf.picture(url) if url else None
        return f'url("{held}")' if held else "none"

    bare = _COMMENTS.sub("", text)
    return _ADDRESS.sub(shown, _IMPORT.sub(imported, bare)).replace("</", "<\\/")


def _joined(base: str, address: str) -> str | None:
    """The absolute http(s) address, without its fragment; None for any other kind."""
    found = joined(base, address)
    return found if found.startswith(("http://", "https://")) else None


def _put_style(link: html.HtmlElement, base: str, shelf: Surroundings) -> None:
    """A stylesheet link becomes the sheet itself where it is held; every other link goes."""
    address = _joined(base, link.get("href") or "")
    words = (link.get("rel") or "").lower().split()
    is_sheet = "stylesheet" in words and "alternate" not in words and link.get("disabled") is None
    text = shelf.style(address) if address and is_sheet else None
    if text is None or address is None:
        link.tag = _GONE
        return
    link.tag = "style"
    # bytes of any kind are served as a style sheet
    link.text = NOT_MARKUP.sub("", dressed_css(text, address, shelf, frozenset((address,))))
    for name in list(link.attrib):
        if name != "media":
            del link.attrib[name]
    link.set(_DRESSED, "")


def _put_picture(element: html.HtmlElement) -> None:
    """A button that is a picture, and a film's still, become pictures."""
    poster = element.get("poster") if element.tag == "video" else None
    if poster:
        for child in list(element):
            element.remove(child)
        element.text = None
        element.attrib.pop("src", None)
        element.set("src", poster)
    elif (element.get("type") or "").lower() != "image":
        return
    element.tag = "img"


def _quieten(
    element: html.HtmlElement, pictures: list[str], base: str, shelf: Surroundings, own: inside.Inside
) -> None:
    if element.tag not in _KEPT:
        element.tag = _OPENED
        element.attrib.clear()
        return
    said = dict(element.attrib)
    element.attrib.clear()
    for name, value in said.items():
        if name in _ATTRIBUTES:
            value = dressed_css(value, base, shelf, is_sheet=False) if name == "style" else value
            element.set(name, _UNCLOSED.sub("< !--", value))
    if said.get("background"):
        behind = _joined(base, said["background"])
        held = shelf.picture(behind) if behind else inside.shown(said["background"].strip())
        if held:
            element.set("background", held)
    if element.tag == "style":
        if said.pop(_DRESSED, None) is None:
            element.text = dressed_css(element.text or "", base, shelf)
        if said.get("media"):
            element.set("media", said["media"])
    elif element.tag == "a":
        _point(element, said, base, shelf)
    elif element.tag == "img":
        _picture(element, pictures, base, shelf, own)


def _point(element: html.HtmlElement, said: dict[str, str], base: str, shelf: Surroundings) -> None:
    """Make a link lead to the archive's own page of its address, or nowhere; its title holds the old address."""
    address = said.get("href")
    if address is None:
        return  # the name of a place
    if address.startswith("#"):
        element.set("href", address)
        return
    element.set("href", _NOWHERE)
    absolute = _joined(base, address)
    if absolute is None:
        return
    ours = shelf.link(absolute)
    if ours:
        element.set("href", ours)
        element.set("target", "_top")
    element.set("title", _UNCLOSED.sub("< !--", absolute))


def _picture(
    element: html.HtmlElement, pictures: list[str], base: str, shelf: Surroundings, own: inside.Inside
) -> None:
    """The picture that is held under any of its addresses, else the one that came inside the page."""
    named = [address for one in pictures if (address := _joined(base, one))]
    source = next(filter(None, map(shelf.picture, dict.fromkeys(named))), None)
    if source is None and not named:
        source = next(filter(None, map(inside.shown, pictures)), None)
        named = [told for one in pictures if (told := own.named(one))]
    if source:
        element.set("src", source)
    elif named:
        _box(element, named[0])


def carried(page: Page) -> tuple[int, int]:
    """The numbers of pictures that came inside the page: those that the quiet page shows, and all."""
    if page.tree is None or not _MAY_CARRY.search(page.text):
        return 0, 0
    root = deepcopy(page.tree)
    own = inside.Inside(page.text)
    own.put_back(root)
    base = base_of(root, page.url)
    held = lost = 0
    for element in root.iter("img", "video", "input", "style"):
        if element.tag == "style":
            lost += inside.left_out_of_css(element.text or "")
            continue
        if element.tag == "input" and (element.get("type") or "").lower() != "image":
            continue
        stated = addresses_of(element) if element.tag != "video" else [element.get("poster") or ""]
        if any(_joined(base, one) for one in stated):
            continue  # it has an address, and a row of its own
        if any(map(inside.shown, stated)):
            held += 1
        elif any(map(own.named, stated)):
            lost += 1
    lost += sum(
        inside.left_out_of_css(element.get("style") or "") for element in root.iterfind(".//*[@style]")
    )
    return held, held + lost


def _box(element: html.HtmlElement, address: str) -> None:
    """A box in place of a picture that is not held: as large as the page says, with the address and the reason."""
    sizes = [
        f"{name}:{value}px" for name in ("width", "height") if _SIZE.match(value := element.get(name) or "")
    ]
    box = html.Element("span")
    box.set("class", "zhuanzai-missing")
    box.set("style", ";".join([_BOX, *sizes]))
    for part in _PARTS.findall(
        NOT_MARKUP.sub("", address)
    ):  # in pieces: nothing here is an address to be found
        etree.SubElement(box, "span").text = _UNCLOSED.sub("< !--", part)
    box.tail, element.tail = element.tail, None
    element.addprevious(box)
    box.append(element)
    for name in ("width", "height", "style", "class", "id"):
        element.attrib.pop(name, None)


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
