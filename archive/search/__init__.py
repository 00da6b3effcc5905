"""Words in both scripts: index, query language, snippets, filters."""
