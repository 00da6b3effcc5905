"""Work spread over processes and machines, by a Dask cluster.

In: a function, and the items to call it with.
Out: results in the order in which they are finished, even if workers die meanwhile.
The only room that names Dask.
"""

__all__ = ["pieces", "watched", "workers"]
