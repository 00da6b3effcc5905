"""How a site is found out that no file describes: its lists, the addresses of its articles, how its lists go on.

In: pages of a site as they come, with what reading made of them.
Out: addresses to ask next, and what was learned as a site file.
"""

__all__ = ["explorer", "keeping", "unregistered"]
