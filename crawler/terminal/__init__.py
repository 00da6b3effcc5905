"""What commands share, and what cron is told.

In: an archive, the results of a command.
Out: tables, one clear line where something stopped, exit codes, a crontab line, metrics.
"""

__all__ = [
    "columns",
    "command",
    "copies_report",
    "coverage",
    "metrics",
    "output",
    "plain",
    "progress",
    "round",
    "schedule",
    "tellers",
]
