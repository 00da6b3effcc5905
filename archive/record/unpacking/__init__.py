"""What other tools pack WARC files into, and how it is taken out.

In: the path of a file. Out: plain bytes, piece by piece, and copies under warc/; by archive/record/foreign.py.
"""
