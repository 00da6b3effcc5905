"""The fields of an article: title, date, source, byline, newspaper page."""
