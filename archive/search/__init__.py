"""Search by words in both scripts: index, query language, snippets, filters.

In: the titles and texts of articles, and the reader's query.
Out: article ids, counts and snippets in the publisher's own characters.
"""

__all__ = ["articles", "index", "names", "query", "snippets"]
