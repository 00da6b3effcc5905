"""Two texts compared: the passages that both have, and the changes from one to the other.

In: two texts, folded or as published.
Out: shares, stretches, changes with their offsets, fingerprints.
"""

__all__ = ["alignment", "changes", "conversion", "fingerprint", "items", "likeness"]
