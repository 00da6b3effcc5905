"""Proof, rebuilding, joining and copying of an archive."""
