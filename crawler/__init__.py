"""Fetches pages; the only floor that uses Scrapy.

In: what a person or cron types, settings, site files. Out: requests, and every exchange, which goes to the archive.
Other projects use the add-on and the settings.
"""

__all__ = ["addon", "settings"]
