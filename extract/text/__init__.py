"""The text of an article: where it stands on the page, and which lines belong to it."""
