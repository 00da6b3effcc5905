"""Reads. Pure functions: bytes in, values out; no network, no clock, no files but its own data."""
