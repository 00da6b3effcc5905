"""What each page of the reading room shows: a connection and a visit in, values for a template out."""
