"""Runs that are killed, and disks that refuse, at every change of a file: what is left must be whole."""
