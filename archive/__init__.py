"""Keeps. Never fetches and never parses HTML."""
