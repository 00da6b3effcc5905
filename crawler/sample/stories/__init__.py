"""The sample network's articles: one file an issue of the paper, each story with every page that prints it."""
