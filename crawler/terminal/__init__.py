"""Shared parts of the commands: tables, progress, messages to a person, and files for cron.

In: an archive, the results of a command.
Out: tables, one clear line for an error, exit codes, a crontab line, metrics; words in Chinese on a Chinese terminal;
the program `zhuanzai`.
"""

__all__ = [
    "columns",
    "command",
    "console",
    "copies_report",
    "coverage",
    "metrics",
    "output",
    "plain",
    "progress",
    "round",
    "schedule",
    "tellers",
    "typed",
    "words",
]
