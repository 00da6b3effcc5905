"""Where the elements of a page keep the addresses of pictures, sheets and films, also until a script loads them."""

import re
from itertools import islice

from lxml.etree import _Element as Element

_LAZY = (
    "data-original", "data-src", "data-lazy-src", "data-actualsrc", "data-echo", "original", "_src", "data-lazy",
    "data-lazyload", "data-ks-lazyload", "data-lazyload-src", "data-lazy-img", "data-lazyimg", "data-real-src",
    "data-loadsrc", "data-delay-src", "data-defer-src", "data-srclazy", "data-img", "data-imgsrc", "data-cfsrc",
    "data-pagespeed-lazy-src", "real_src", "realsrc", "loadsrc", "src2", "file", "ess-data", "lay-src", "lazy-src",
    "lazysrc", "lazyload", "ng-src", "v-lazy",
)  # fmt: skip
"""Where an <img> keeps its address until a script loads it, the likeliest first."""
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_LATE = frozenset((*_LAZY, *_LAZY_SETS))
"""The attributes that most pictures have none of."""
_BEHIND = (
    "data-bg",
    "data-background",
    "data-background-image",
    "data-original",
    "data-bg-src",
    "lay-background",
)
"""Where any other element keeps the address of the picture behind it."""
PICTURES = ("img", "image", "object", "embed")
NAMING = frozenset(("base", "link", "style", *PICTURES, "video"))
"""The elements that may name an address by themselves; others do by a style or an attribute."""
TAGS = NAMING | {"input"}
"""The same, and what names one if it is a picture."""
BACKGROUNDS = frozenset(("background", *_BEHIND))
SAYING = BACKGROUNDS | {"style"}
"""The attributes by which any element may name one."""
_FRAMES = ("src", "data-src", "data-lazy-src", "data-original")
_WRITTEN = re.compile(
    r"data:|(?:[a-z]{2,5}:)?//?[^\s{}<>]|[^\s{}<>:]{1,1900}\.\w{3,4}(?:[?#!@]|$)|[^\s{}<>:]{1,200}/", re.I
)
"""How an address begins; what scripts keep in such attributes besides (true, 12, {{pic}}) does not."""
_OF_PICTURE = re.compile(
    r"[^\s{}<>,]{0,1900}\.(?:jpe?g|png|gif|webp|avif|bmp)(?:[?#!@][^\s{}<>]{0,300})?$", re.I
)
_NO_PICTURE = re.compile("$|data:|about:|#|javascript:", re.I)
_PLACEHOLDER = re.compile(
    r"(?:(?<=[/_.-])|^)(?:blank|load(?:ing|er)?|lazy(?:load)?|gr[ae]y|placeholder|spacer?"
    r"|pixel|transparent|trans|default|no-?pic|none|empty|holder|1x1|s|white|clear|dot)[\d_-]{0,6}\.\w{3,4}\Z",
    re.I,
)
"""The end of the name of a picture that stands for another until that is loaded."""
_LONGEST_PLACEHOLDER = len("placeholder") + 11
_LONGEST_FOLDER = 1901
_HIDDEN = re.compile(r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden", re.I)
_PLAIN = frozenset(
    ("src", "alt", "title", "class", "id", "style", "width", "height", "longdesc", "usemap", "onerror")
)
APART = ("template", "noscript")
"""Elements whose content no browser with scripts shows."""
_SCREEN = 1280
"""Pixels of the screen that a choice among widths is made for."""
_SHOWN_TYPES = {
    "",
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/svg+xml",
    "image/bmp",
}
_CANDIDATE = re.compile(r"\s*,*\s*([^\s,](?:\S*[^\s,])?)(?:\s+([\d.]+)([wx]))?[^,]*(?:,|$)")


def addresses(element: Element, *, has_choices: bool = True) -> list[str]:
    """The addresses that a picture's element may be shown from, the likeliest first, as the page writes them.

    `has_choices` says whether the page may hold a <picture>, whose sources come before its <img>.
    """
    found = []
    # the parser puts what follows a <source> into it
    near = islice(element.iterancestors(), 6) if has_choices else ()
    if (around := next((one for one in near if one.tag == "picture"), None)) is not None:
        for source in around.iter("source"):
            if (source.get("type") or "").lower() in _SHOWN_TYPES and not source.get("media"):
                found += [_of_set(source.get(name, "")) for name in _LAZY_SETS]
    is_plain = _LATE.isdisjoint(element.keys())
    plain = (element.get("src") or "").strip()
    is_placeholder = _is_placeholder(plain)
    if is_plain and not (is_placeholder or found):  # most
        return [plain]
    own = dict(element.items())  # asked for each of these names, an element would take six times as long
    if not is_plain:
        found += [said for name in _LAZY if (said := own.get(name)) and _WRITTEN.match(said.strip())]
        found += [_of_set(own.get(name, "")) for name in _LAZY_SETS[:-1]]
    if is_placeholder and not any(found):
        found += _kept_elsewhere(element)
    is_late = is_placeholder and any(one and not one.lower().startswith("data:") for one in found)
    found += ["" if is_plain else _of_set(own.get("srcset", "")), "" if is_late else plain]
    return [address.strip() for address in found if address.strip()]


def _is_placeholder(address: str) -> bool:
    """Whether an address is none of a picture, or that of one that stands for another."""
    if _NO_PICTURE.match(address):
        return True
    named = address.partition("?")[0].partition("#")[0]
    found = _PLACEHOLDER.search(named, max(0, len(named) - _LONGEST_PLACEHOLDER))
    return found is not None and found.start() <= _LONGEST_FOLDER


def embedded(element: Element) -> list[str]:
    """The addresses of what an <object>, <embed>, frame, film or sound shows, as the page writes them."""
    if element.tag == "object":
        named = [element.get("data", "")] + [
            one.get("value", "")
            for one in element.iterchildren("param")
            if (one.get("name") or "").lower() in ("movie", "src", "url", "filename")
        ]
    else:
        named = [element.get(name, "") for name in _FRAMES]
        if element.tag in ("video", "audio"):
            named += [one.get("src", "") or one.get("data-src", "") for one in element.iter("source")]
    return [said.strip() for said in named if said.strip()]


def is_picture(element: Element) -> bool:
    """Whether an <object> or <embed> shows a picture: by its type, else by its address."""
    kind = (element.get("type") or "").strip().lower()
    named = embedded(element)
    if kind:
        return kind.startswith("image/")
    return (
        bool(named)
        and re.search(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg)(?:[?#]|$)", named[0], re.I) is not None
    )


def behind(element: Element) -> list[str]:
    """The addresses of the picture behind an element, from attributes that a script reads later."""
    return [
        said.strip() for name in _BEHIND if (said := element.get(name)) and _OF_PICTURE.match(said.strip())
    ]


def drawn(element: Element) -> str:
    """The address of a picture inside a drawing, as written; empty if there is none."""
    return (element.get("href") or element.get("xlink:href") or "").strip()


def is_sheet(link: Element) -> bool:
    """Whether a link is a stylesheet that the page shows, also one that a script makes such when it came."""
    words = (link.get("rel") or "").lower().split()
    if "alternate" in words or link.get("disabled") is not None:
        return False
    becomes = (link.get("as") or "").lower() == "style" and "stylesheet" in (link.get("onload") or "").lower()
    return "stylesheet" in words or ("preload" in words and becomes)


def is_for_all(link: Element) -> bool:
    """Whether a script opens the sheet to all media when it came."""
    return "media" in (link.get("onload") or "").lower()


def is_spacer(element: Element) -> bool:
    """Whether an image is too small to show anything: a spacer, or a counter of visitors."""
    sizes = [element.get(name, "").strip().removesuffix("px") for name in ("width", "height")]
    return all(size in ("0", "1", "2") for size in sizes)


def is_hidden(element: Element) -> bool:
    """Whether an element's own style hides it."""
    return _HIDDEN.search(element.get("style") or "", 0, 500) is not None


def is_apart(element: Element) -> bool:
    """Whether an element stands where no browser with scripts shows it."""
    return any(one.tag in APART for one in element.iterancestors())


def is_told(element: Element, named: set[str]) -> bool:
    """Whether a picture that is_apart() is never shown, or shown elsewhere on the page: `named` are its addresses."""
    around = {one.tag for one in element.iterancestors()}
    return "template" in around or is_spacer(element) or any(one in named for one in addresses(element))


def _of_set(text: str) -> str:
    """The address of a srcset that a browser would take: the smallest that is wide enough, else the widest."""
    if not text:
        return ""
    if text[:50].lstrip()[:5].lower() == "data:":  # a picture inside the page may be longer than any list
        return text.split(None, 1)[0].rstrip(",")
    widest: list[tuple[float, str]] = []
    for match in _CANDIDATE.finditer(text[:4000]):
        address, number, unit = match.groups()
        size = float(number) if number and re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", number) else 1.0
        widest.append((size * _SCREEN if unit != "w" else size, address))
    wide = [one for one in widest if one[0] >= _SCREEN]
    return (min(wide) if wide else max(widest, default=(0.0, "")))[1]


def _kept_elsewhere(element: Element) -> list[str]:
    """The pictures in attributes whose names are not known, likely ones first."""
    found = [(name, said.strip()) for name, said in islice(element.attrib.items(), 40) if name not in _PLAIN]
    named = [
        (("src" not in name) + ("thumb" in name), said) for name, said in found if _OF_PICTURE.match(said)
    ]
    return [said for _, said in sorted(named, key=lambda one: one[0])]
