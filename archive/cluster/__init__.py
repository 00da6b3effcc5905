"""Work spread over processes and machines: a Dask cluster behind one door.

In: a function, and the items it is to be done for.
Out: results in the order in which they come, whatever workers die meanwhile.
The only room that names Dask.
"""

__all__ = ["pieces", "watched", "workers"]
