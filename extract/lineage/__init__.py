"""The way of a text from page to page: departures from the origin, evidence for each parent, the tree of a story.

In: the texts of a story, with title, source and time of their pages.
Out: typed texts, departures, witnesses and edges, the descent of each page, and its evidence as plain values.
"""

__all__ = ["departures", "descent", "evidence", "tree", "typed", "witness", "words"]
