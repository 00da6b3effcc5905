"""Parsing of WARC files into records: headers, lengths, segments, and the deviations of other tools.

In: an open file. Out: `Record` and `Damage`, by archive/record/reader.py.
"""
