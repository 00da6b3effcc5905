"""Search by words in both scripts: index, query language, snippets, filters.

In: the titles and texts of articles, and the reader's query.
Out: article ids, counts and snippets in the publisher's own characters; a text folded for the index and for comparison.
"""

__all__ = ["articles", "folding", "index", "names", "query", "snippets"]
