"""Words in both scripts: index, query language, snippets, filters.

In: folded texts to index, and what a reader typed.
Out: article ids, counts and snippets in the publisher's own characters.
"""

__all__ = ["articles", "index", "names", "query", "snippets"]
