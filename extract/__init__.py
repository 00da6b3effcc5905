"""Reads. Pure functions: bytes in, values out; no network, no clock, no files but its own data.

In: a page's bytes with what is known of them.
Out: an `Article` with a note on everything that was missed; what a page that is none says instead; answers about
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
