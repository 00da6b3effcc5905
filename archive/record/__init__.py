"""The record: WARC files are written, walked through and read.

In: an `Exchange` to append, or the path of a WARC or WACZ file.
Out: the place of each record (file, offset, length), its digests, and exchanges read back.
The only room that names warcio.
"""

__all__ = [
    "codings",
    "digests",
    "drafts",
    "enclosed",
    "exchanges",
    "faults",
    "files",
    "foreign",
    "http",
    "identity",
    "members",
    "pieces",
    "reader",
    "replay",
    "warc",
]
