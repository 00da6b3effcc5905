"""Reads pages. Pure functions turn bytes into values; they use no network, no clock and no files but their own data.

In: the bytes of a page, its address and its site's hints.
Out: an `Article`, with a note on each field that was missed; the kind of a page that is no article; comparisons of
texts.
"""

__all__ = [
    "article",
    "compare",
    "fields",
    "kind",
    "lineage",
    "page",
    "pages",
    "picture",
    "read",
    "script",
    "text",
]
