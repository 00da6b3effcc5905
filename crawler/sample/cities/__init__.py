"""Invented sites of cities and provinces, each with its own kind of lists, to test exploring.

In: the present day.
Out: the answer at each address, and the articles that links reach.
"""

__all__ = ["answers", "town"]
