"""From bytes to lines: charset, tree, layout, and the known content systems.

In: a response's bytes, its content type and address.
Out: a `Page` parsed once, its lines in reading order, the fields that layouts of known systems find on the page.
"""

__all__ = [
    "address",
    "blocked",
    "dates",
    "families",
    "finder",
    "harmless",
    "line",
    "lines",
    "page",
    "requisites",
    "stand_ins",
    "zones",
]
