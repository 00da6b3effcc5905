"""What a page shows of other addresses: held parts, still pictures for films, and boxes for what is not held."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree, html

from extract import inside, pictured
from extract.page.address import joined
from extract.page.page import NOT_MARKUP

GONE, OPENED = "zhuanzai-gone", "zhuanzai-opened"
"""Tags given to what goes with its content, and to what goes and leaves its content."""
UNCLOSED = re.compile("<!--")
"""libxml2 looks for the end of each in an attribute again from its beginning: 4 s for 30,000 of them."""
_PARTS = re.compile(r"[^./?&=_-]*[./?&=_-]?", re.DOTALL)
_SIZE = re.compile(r"^\d{1,4}$")
_BOX = (
    "display:inline-block;box-sizing:border-box;min-width:8em;min-height:2em;max-width:100%;overflow:hidden;"
    "border:1px dashed #a33;background:#fbf3f3;color:#733;font:12px/1.4 sans-serif;padding:4px;word-break:break-all"
)
"""How the place of a picture looks that is not held."""


MOST_SHEETS = 200
"""Stylesheets put into one page, repeated ones too."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The links, pictures and styles that the archive holds for a page; each function takes an absolute address.

    `link` gives the address of our own page for it, `picture` a data: URI, `style` the text of a stylesheet;
    None where nothing is held.
    """

    link: Callable[[str], str | None]
    picture: Callable[[str], str | None]
    style: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The surroundings of a page, and what the page wanted of them."""

    around: Surroundings
    named: dict[str, bool] = field(default_factory=dict)
    inside: list[tuple[str, bool]] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)

    def tell(self, address: str, *, is_held: bool) -> None:
        self.named[address] = self.named.get(address, False) or is_held

    def picture(self, url: str) -> str | None:
        held = self.around.picture(url)
        self.tell(url, is_held=held is not None)
        return held

    def style(self, url: str) -> str | None:
        """The stylesheet, as often as it is named: up to a bound, for sheets may import one another without end."""
        self.sheets.append(url)
        held = self.around.style(url) if len(self.sheets) <= MOST_SHEETS else None
        self.tell(url, is_held=held is not None)
        return held

    def lost(self, css: str) -> None:
        """Tell of the pictures inside a style that are too long to be shown."""
        self.inside.extend([("data:", False)] * inside.left_out_of_css(css))


def at(base: str, address: str) -> str | None:
    """The absolute http(s) address, without its fragment; None for any other kind."""
    if not address.strip() or address.lstrip().startswith("#"):
        return None
    found = joined(base, address)
    return found if found.startswith(("http://", "https://")) else None


def open_for_pictures(noscript: html.HtmlElement, named: set[str]) -> None:
    """Leave of what readers without scripts see the pictures that the page does not show with scripts too."""
    pictures = [one for one in noscript.iter("img") if not pictured.is_told(one, named)]
    for child in list(noscript):
        noscript.remove(child)
    noscript.text = None
    noscript.tag = OPENED
    noscript.extend(pictures)


def _put_button(element: html.HtmlElement, base: str, shelf: Shelf) -> None:
    """A button that is a picture becomes one."""
    if (element.get("type") or "").lower() == "image":
        element.tag = "img"


def _put_image(element: html.HtmlElement, base: str, shelf: Shelf) -> None:
    element.tag = "img"


def _put_drawing(svg: html.HtmlElement, base: str, shelf: Shelf) -> None:
    """Of a drawing the pictures in it are shown."""
    pictures = [one for one in svg.iter("image") if pictured.drawn(one)]
    for use in svg.iter("use"):
        address = at(base, pictured.drawn(use)) if not pictured.drawn(use).startswith("#") else None
        if address:
            shelf.tell(address, is_held=False)
    for one in pictures:
        size = {name: said for name in ("width", "height") if (said := one.get(name) or svg.get(name))}
        address = pictured.drawn(one)
        one.clear()
        one.tag = "img"
        one.attrib.update({**size, "src": address})
    for child in list(svg):
        svg.remove(child)
    svg.text = None
    svg.tag = OPENED
    svg.extend(pictures)


def _put_object(element: html.HtmlElement, base: str, shelf: Shelf) -> None:
    """A picture, else what the page has for browsers that cannot show the object, else a box."""
    address = next(iter(pictured.embedded(element)), "")
    if pictured.is_picture(element):
        _become_picture(element, address)
    elif any(True for _ in element.iter("img", "embed", "iframe", "video")):
        if (url := at(base, address)) and not _is_within(element, address):
            shelf.tell(url, is_held=shelf.around.link(url) is not None)
        element.tag = OPENED
    else:
        _put_box(element, address, base, shelf)


def _is_within(element: html.HtmlElement, address: str) -> bool:
    return any(address in pictured.embedded(one) for one in element.iter("embed", "iframe", "video"))


def _put_film(element: html.HtmlElement, base: str, shelf: Shelf) -> None:
    """A film's still picture, else a box for the film or the sound."""
    poster = element.get("poster")
    address = next(iter(pictured.embedded(element)), "")
    if poster and element.tag == "video":
        if url := at(base, address) if address else None:
            shelf.tell(url, is_held=shelf.around.link(url) is not None)
        _become_picture(element, poster)
    else:
        _put_box(element, address, base, shelf)


def _put_embedded(element: html.HtmlElement, base: str, shelf: Shelf) -> None:
    address = next(iter(pictured.embedded(element)), "")
    if element.tag == "embed" and pictured.is_picture(element):
        _become_picture(element, address)
    elif pictured.is_spacer(element) or pictured.is_hidden(element):
        element.tag = GONE  # it shows nothing
    else:
        _put_box(element, address, base, shelf)


def _become_picture(element: html.HtmlElement, address: str) -> None:
    image = html.Element("img", src=address)
    for name in ("class", "id", "style", "width", "height", "align", "alt", "title"):
        if said := element.get(name):
            image.set(name, said)
    _replace(element, image)


def _replace(element: html.HtmlElement, other: html.HtmlElement) -> None:
    """Put another element in the place of one; the parser puts what follows an <embed> into it."""
    element.addprevious(other)
    element.tag = OPENED if element.tag == "embed" else GONE


def _put_box(element: html.HtmlElement, address: str, base: str, shelf: Shelf) -> None:
    """A box in place of a film, a sound, a frame: a link to its capture where it is held."""
    url = at(base, address) if address else None
    if url is None:
        element.tag = GONE
        return
    is_held = shelf.around.link(url) is not None
    shelf.tell(url, is_held=is_held)
    place = html.Element("span")
    place.set("class", "zhuanzai-missing")
    place.set("style", _box_style(element))
    _in_pieces(etree.SubElement(place, "a", href=url) if is_held else place, url)
    _replace(element, place)


PUT = {
    "input": _put_button,
    "svg": _put_drawing,
    "image": _put_image,
    "object": _put_object,
    "video": _put_film,
    "audio": _put_film,
    "embed": _put_embedded,
    "iframe": _put_embedded,
    "frame": _put_embedded,
}
"""What becomes of the elements that show something of another address. Drawings stand before what is in them."""


def box(element: html.HtmlElement, address: str) -> None:
    """A box in place of a picture that is not held: as large as the page says, with the address and the reason."""
    box = html.Element("span")
    box.set("class", "zhuanzai-missing")
    box.set("style", _box_style(element))
    _in_pieces(box, address)
    box.tail, element.tail = element.tail, None
    element.addprevious(box)
    box.append(element)
    for name in ("width", "height", "style", "class", "id"):
        element.attrib.pop(name, None)


def _box_style(element: html.HtmlElement) -> str:
    sizes = [
        f"{name}:{value}px" for name in ("width", "height") if _SIZE.match(value := element.get(name) or "")
    ]
    return ";".join([_BOX, *sizes])


def _in_pieces(box: html.HtmlElement, address: str) -> None:
    """Write an address in pieces: nothing here is an address to be found."""
    for part in _PARTS.findall(NOT_MARKUP.sub("", address)):
        etree.SubElement(box, "span").text = UNCLOSED.sub("< !--", part)
