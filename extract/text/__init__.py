"""The text of an article: where it stands on the page, and which lines belong to it.

In: a page and what its layout says.
Out: paragraphs, with notes on what was left out and why.
"""

__all__ = ["body", "candidates", "converter", "embedded", "evidence", "joining", "phrases", "rows"]
