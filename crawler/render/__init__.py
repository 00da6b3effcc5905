"""Pages that a browser must draw."""
