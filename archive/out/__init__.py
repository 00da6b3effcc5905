"""Rows and records leave the archive.

In: an open database, a selection, the name of a file to write.
Out: CSV, JSON Lines, Parquet, WACZ and CDXJ, each file whole or not at all; trees of copies
and the network of hosts for other programs.
"""

__all__ = ["atomic", "cdxj", "export", "network", "trees", "wacz"]
