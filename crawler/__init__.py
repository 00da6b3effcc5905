"""Fetches. The only room that knows Scrapy."""
