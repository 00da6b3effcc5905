"""The way from the spider to the wire: politeness, capture, and the open archive.

In: Scrapy's requests. Its parts are named in `crawler.addon`.
Out: exchanges into the archive, byte for byte; pauses, refusals and alarms as counters.
"""

__all__ = [
    "conditional",
    "guard",
    "jobs",
    "keeper",
    "politeness",
    "redirects",
    "refresh",
    "robots",
    "sample_mark",
    "waiting",
    "wire",
]
