"""Which articles are one story, which article descends from which, and what a copy changed."""
