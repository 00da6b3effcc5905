"""What a page's scripts say: lists written in them, addresses that they join, where their functions go.

In: a page with its scripts, or an answer of JSON, XML or script.
Out: trees of the lists' rows, the keys of their entries, addresses: those that a choice, a click, a call, a drawn pager
or the answer before leads to.
"""

__all__ = ["called", "chained", "chosen", "drawn", "embedded", "forms", "joined", "keys"]
