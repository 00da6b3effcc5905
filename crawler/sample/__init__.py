"""A small web of invented articles on loopback, for the demo, the tests and the bench.

In: a day, and the hosts to leave out.
Out: a proxy that answers as a dozen news sites would, and the expected reading of every page.
"""

from crawler.sample import clock
from crawler.sample.network import PROOF, Network
from crawler.sample.printing import Printing

__all__ = ["PROOF", "Network", "Printing", "clock"]
