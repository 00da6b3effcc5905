"""The places that lead to articles: lists, feeds, web archives; and the code that spiders share.

In: arguments of a spider, the bytes of a list or an index.
Out: addresses of articles, with day, title and source from the list.
"""

__all__ = [
    "arguments",
    "cdx",
    "data",
    "feeds",
    "limited",
    "links",
    "list_addresses",
    "lists",
    "lost_issues",
    "spider",
    "walks",
    "web_archives",
]
