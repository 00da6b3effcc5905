"""A lake: articles of many WARC files as partitioned Parquet, grouped into stories in bulk.

In: addresses of WARC files, local or not; workers.
Out: tables in a folder or bucket, a manifest of their contents, archives cut from them.
Only this room uses pyarrow's files; addresses are read by `archive.remote`.
"""

__all__ = ["alike", "build", "costs", "cut", "readings", "storage"]
