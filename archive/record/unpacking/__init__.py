"""Unpacking of WARC files that other tools compressed as a whole or put into ZIP files.

In: the path of a file. Out: plain bytes, piece by piece, and copies under warc/; by archive/record/foreign.py.
"""
