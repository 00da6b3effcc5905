"""WARC files at any address: paths, web servers, buckets, and lists of files as Common Crawl publishes them.

In: what a person names: paths, patterns, addresses and lists.
Out: the files that are meant, opened for reading at any offset; each error of a transfer on one line.
Only this room and the lake use fsspec, which is imported when the first address is met.
"""

__all__ = ["addresses", "errors", "files"]
