"""The pages of the reading room: each reads a connection and a visit, and returns the values of a template."""
