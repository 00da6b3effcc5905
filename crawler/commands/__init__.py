"""The commands of `scrapy`, one module for each; Scrapy finds them by COMMANDS_MODULE.

In: the words of a command line.
Out: lines on the terminal and an exit code. No other room imports a command.
"""

import sys

from crawler.terminal.console import hint
from crawler.terminal.output import reach_any_terminal

__all__ = []

# here, because Scrapy imports this module before it prints anything, even --help or that a command is unknown
reach_any_terminal()
hint(sys.argv)
