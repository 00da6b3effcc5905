"""The archive keeps exchanges and their rows. It never fetches and never parses HTML.

In: exchanges as the wire saw them, WARC files of other tools, questions.
Out: WARC records, the view `archive.db`, pages of the reading room, files for other tools.
"""

__all__ = [
    "browse",
    "capture",
    "care",
    "chinese",
    "cluster",
    "door",
    "errors",
    "grouping",
    "kinds",
    "lake",
    "open",
    "out",
    "patterns",
    "place",
    "record",
    "remote",
    "run",
    "search",
    "urlkey",
    "values",
    "view",
]

__version__ = "0.1.0"
