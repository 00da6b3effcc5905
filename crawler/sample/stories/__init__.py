"""The sample network's articles: one file for each issue of the paper, each story with every page that prints it."""
