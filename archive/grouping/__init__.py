"""Stories: the articles with one text, the descent of each copy, and the changes in each copy.

In: the id of a stored article, and its prepared text if the caller has one.
Out: stories, members and their relation to the origin, comparisons of two articles and of their pictures.
"""

__all__ = [
    "comparison",
    "descents",
    "lineage",
    "network",
    "numbers",
    "origins",
    "pictures",
    "postings",
    "relatives",
    "stories",
    "texts",
]
