"""The one door: a response is read and becomes rows.

In: exchanges, live or read back from a record, with what the site files say of the address.
Out: rows of captures, articles, stories and search, or a row in quarantine that says why.
`apart` is the process that pages are read in, which can be given up; `piecework` what a worker makes of a piece of a
file, here or on another machine.
"""

__all__ = [
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
