"""The door: every response is read here and becomes rows.

In: exchanges, live or from the record, with the place of each address from the site files.
Out: rows of captures, articles, stories and search, or a row in quarantine with the reason.
`apart` reads pages in a process of their own, which can be ended; `ahead` does so while a crawl goes on. `piecework` is
the work of one worker on a piece of a file, here or on another machine.
"""

__all__ = [
    "ahead",
    "apart",
    "ingest",
    "looks",
    "made",
    "moves",
    "piecework",
    "reading",
    "source_filter",
    "workers",
]
