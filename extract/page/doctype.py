"""A page's own document type, from which browsers choose how to lay it out: old pages sit otherwise than new ones."""

import re

# Source: HTML, 13.2.5.53 to 13.2.5.67, and 13.2.6.4.1: what may stand before it, and what a browser takes for one
_BEFORE = re.compile(r"\ufeff?(?:\s+|<!--(?:[^-]|-(?!->)){0,5000}-->|<\?[^>]{0,500}>)*")
_QUOTED = r"""("[\w\s/:.+,()'=?;!*\#@$%-]{0,200}"|'[\w\s/:.+,()"=?;!*\#@$%-]{0,200}')"""
_DOCTYPE = re.compile(
    rf"<!doctype\s{{0,50}}html\s{{0,50}}(?:(public)\s{{0,50}}{_QUOTED}(?:\s{{0,50}}{_QUOTED}[^>]{{0,500}})?|"
    rf"(system)\s{{0,50}}{_QUOTED}[^>]{{0,500}})?\s{{0,50}}>",
    re.IGNORECASE | re.ASCII,
)


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
