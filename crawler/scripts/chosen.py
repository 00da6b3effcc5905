"""Addresses that a page's script makes of what was chosen or clicked: the value of a choice, an attribute of a row."""

import re
from collections.abc import Callable, Iterator

from lxml.etree import _Element as Element

from crawler.scripts.called import CALLED_WITH, Functions

MOST_CHOICES = 200
ADDRESS = re.compile(r"https?://|/|\.{1,2}/|\?|\w[\w-]*\.\w*html?")
CHOSEN = re.compile(
    r"(?:this|event\.target|e\.target)\s{0,4}\.\s{0,4}(?:value\b|options\s{0,4}\[\s{0,4}(?:this\s{0,4}\.\s{0,4})?selectedIndex\s{0,4}\]\s{0,4}\.\s{0,4}(?:value|text)\b)"
    r"|\$\(\s{0,4}this\s{0,4}\)\s{0,4}\.\s{0,4}val\(\s{0,4}\)"
)
# '/detail/' + $(this).data('id') + '.html', "/v?id=" + el.dataset.id, `/n/${e.currentTarget.getAttribute("data-id")}`
OPENED = re.compile(
    r"(?:[\"']([^\"'\s<>]{1,200})[\"']\s{0,4}\+\s{0,4}|`([^`$\s]{1,200})\$\{\s{0,4})"
    r"(?:[\w$]{1,30}(?:\([\"'\w.]{0,30}\))?\s{0,4}\.\s{0,4}){1,3}"
    r"(?:(?:data|attr|prop|getAttribute)\(\s{0,4}[\"'](?:data-)?([\w-]{1,40})[\"']\s{0,4}\)|(?<=dataset\.)(\w{1,40}))"
    r"\s{0,4}(?:\}([^`$\s]{0,60})`|(?:\+\s{0,4}[\"']([^\"'\s<>]{0,60})[\"'])?)"
)
NO_ADDRESS = re.compile(r"(?i)api|ajax|json|\.js\b|img|image|\.(?:png|jpe?g|gif|css)")


def choices(root: Element, functions: Callable[[], Functions]) -> Iterator[tuple[Element, str]]:
    """The options of a page that its script goes to once chosen, each with the address it makes of the option's value.

    Options whose value is an address are read as such elsewhere.
    """
    for select in root.iter("select"):
        called = select.get("onchange") or ""
        if not CHOSEN.search(called):
            continue
        known = functions()
        for option, _ in zip(select.iter("option"), range(MOST_CHOICES), strict=False):
            value = (option.get("value") or "").strip()
            if value and not ADDRESS.match(value):
                went = known.went(CHOSEN.sub(CALLED_WITH, called), value)
                if went is not None:
                    yield option, went


def opened(root: Element, outer: str = "") -> Iterator[tuple[Element, str]]:
    """The elements that a script opens by an attribute, with the address: data-id and '/detail/' + data('id')."""
    script = "\n".join([*(one.text or "" for one in root.iter("script")), outer])
    if "data" not in script and "ttr" not in script:
        return
    for made in list(OPENED.finditer(script))[:6]:
        before, after = made[1] or made[2], made[5] or made[6] or ""
        name = re.sub("([A-Z])", r"-\1", made[3] or made[4]).lower()
        if not re.search(r"[/.?]", before) or NO_ADDRESS.search(before + after):
            continue
        for element in root.iter():
            value = element.get(f"data-{name}") or element.get(name)
            href = element.get("href") or "#"
            if value and re.fullmatch(r"[\w-]{1,64}", value) and re.match(r"#|(?i:javascript:)", href):
                yield element, f"{before}{value}{after}"
