"""What a person types after `scrapy`: one module a command, found by Scrapy's COMMANDS_MODULE.

In: words of a command line.
Out: lines on the terminal and an exit code. No other room imports a command.
"""

__all__ = []
