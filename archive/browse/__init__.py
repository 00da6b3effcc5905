"""The reading room: Datasette's pages of an archive.

In: requests to Datasette, which finds this room by its entry point.
Out: pages and JSON. Nothing here writes.
"""

__all__ = ["plugin"]
