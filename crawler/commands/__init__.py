"""What a person types after `scrapy`: one module a command, found by Scrapy's COMMANDS_MODULE.

In: words of a command line.
Out: lines on the terminal and an exit code. No other room imports a command.
"""

from crawler.terminal.output import reach_any_terminal

__all__ = []

reach_any_terminal()  # here, for Scrapy imports this before it prints anything, --help too
