"""Both Chinese scripts folded into one, and numbers in characters.

In: text in either script.
Out: its folded form, of equal length; which script it is in; its Simplified form; what of it was decoded wrongly.
"""

__all__ = ["fold", "mojibake", "numbers"]
