"""What two texts share, and what one changed of the other.

In: two texts, folded or as published.
Out: shares, stretches, changes with their offsets, fingerprints.
"""

__all__ = ["alignment", "changes", "conversion", "fingerprint", "items", "likeness"]
