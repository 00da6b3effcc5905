"""Pages that a browser must draw.

In: an answer that is empty without a browser.
Out: the page as its scripts made it, beside the answer of the server.
"""

__all__ = ["rendering"]
