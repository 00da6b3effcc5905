"""A small web of invented articles on loopback, for the demo, the tests and the bench."""

from crawler.sample.network import Entry, Network
from crawler.sample.printing import Printing

__all__ = ["Entry", "Network", "Printing"]
