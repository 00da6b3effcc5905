"""The crawls: one module a spider, found by Scrapy's SPIDER_MODULES.

In: `-a` arguments.
Out: requests, and items for the feeds of Scrapy. No other room imports a spider.
"""

__all__ = []
