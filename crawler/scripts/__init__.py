"""What a page's scripts say: lists written in them, addresses that they join, where their functions go.

In: a page with its scripts, or an answer of JSON, XML or script.
Out: trees of the lists' rows, the keys of their entries, addresses, those that a choice, a click or a call leads to.
"""

__all__ = ["called", "chosen", "embedded", "forms", "joined", "keys"]
