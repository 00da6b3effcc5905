"""Invented sites of cities and provinces, each with its own kind of lists: what exploring is tried on.

In: the day it is.
Out: what answers at each address, and which articles links reach.
"""

__all__ = ["answers", "town"]
