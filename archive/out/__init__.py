"""Rows and records leave the archive."""
