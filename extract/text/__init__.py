"""The text of an article: its place on the page, and the lines that belong to it.

In: a page and the hints of its layout.
Out: paragraphs, with notes on the lines that were left out and why.
"""

__all__ = [
    "another",
    "body",
    "candidates",
    "cells",
    "converter",
    "embedded",
    "evidence",
    "joining",
    "opinion",
    "phrases",
    "rows",
]
