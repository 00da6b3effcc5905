"""The fields of an article: title, date, source 来源, byline, newspaper page.

In: the scene of a page: its lines, title and layout.
Out: one value a field, None where the page prints none.
"""

__all__ = [
    "byline",
    "editors",
    "labels",
    "months",
    "names",
    "origin",
    "pairs",
    "paper",
    "published",
    "signature",
    "stated",
    "subtitles",
    "titles",
]
