"""Where to look: lists, feeds, web archives; what spiders share.

In: arguments of a spider, the bytes of a list or an index.
Out: addresses of articles with what the list said of them.
"""

__all__ = [
    "arguments",
    "cdx",
    "data",
    "embedded",
    "feeds",
    "keys",
    "limited",
    "links",
    "list_addresses",
    "lists",
    "lost_issues",
    "spider",
    "walks",
    "web_archives",
]
