"""From the bytes of any WARC file to records: headers, lengths, segments, and what tools write otherwise.

In: an open file. Out: `Record` and `Damage`, by archive/record/reader.py.
"""
