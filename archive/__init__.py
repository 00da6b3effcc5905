"""Keeps. Never fetches and never parses HTML."""

__version__ = "0.1.0"
