"""Explores a site without a site file: finds its lists, the addresses of its articles, the next pages of its lists.

In: pages of a site as they come, with the results of reading them.
Out: addresses to ask next, and a learned site file.
"""

__all__ = ["explorer", "keeping", "unregistered"]
