"""Export of rows and records from the archive.

In: an open database, a selection, the name of the file to write.
Out: CSV, JSON, JSON Lines, Parquet, WACZ and CDXJ, each file complete or not written at all; trees of
copies and the network of hosts for other programs.
"""

__all__ = ["atomic", "cdxj", "export", "network", "trees", "wacz"]
