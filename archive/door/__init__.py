"""The one door: a response is read and becomes rows.

In: exchanges, live or read back from a record, with what the site files say of the address.
Out: rows of captures, articles, stories and search, or a row in quarantine that says why.
"""

__all__ = ["ingest", "reading", "source_filter", "workers"]
