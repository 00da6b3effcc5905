"""Which articles are one story, which article descends from which, and what a copy changed.

In: the id of a stored article, and where somebody has made it ready, its text.
Out: stories, members and their relation to the origin, comparisons of two articles.
"""

__all__ = [
    "comparison",
    "descents",
    "lineage",
    "network",
    "numbers",
    "origins",
    "postings",
    "relatives",
    "stories",
    "texts",
]
