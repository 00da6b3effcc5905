"""From bytes to lines: charset, tree, layout, and the known content systems.

In: a response's bytes, its content type and address.
Out: a `Page` parsed once, its lines in reading order, what the layouts of known systems find on it.
"""

__all__ = [
    "address",
    "blocked",
    "dates",
    "families",
    "finder",
    "harmless",
    "lines",
    "page",
    "requisites",
    "zones",
]
