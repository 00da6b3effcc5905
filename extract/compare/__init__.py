"""What two texts share, and what one changed of the other."""
