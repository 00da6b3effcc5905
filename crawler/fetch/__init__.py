"""From the spider to the wire: manners, capture, and the archive held open."""
