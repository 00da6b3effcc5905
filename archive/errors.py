"""The errors that stop a command, and the exit codes of commands; README lists the codes."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit code that a command returns to the shell and to cron."""

    FINE = 0
    BUG = 1
    WRONG_USE = 2
    ALARMS = 3
    """The command ended, and a person must look: a site outside its expected count, a finding of verify."""
    TRY_LATER = 75
    """Another run holds the archive, or the network is down. EX_TEMPFAIL of sysexits.h."""


class ArchiveError(Exception):
    """The base of errors that stop a command with one clear line; `exit_code` is the command's exit code."""

    exit_code: ExitCode = ExitCode.BUG


class WrongUse(ArchiveError):
    """The person asked for something impossible: a missing folder, a file that is no archive."""

    exit_code = ExitCode.WRONG_USE


class Damaged(ArchiveError):
    """The record or the view is damaged, or the disk refused a write; committed batches are whole."""

    exit_code = ExitCode.ALARMS


class Stopped(ArchiveError):
    """The run was told to stop while it read a page; committed batches are whole, and the next start continues."""

    exit_code = ExitCode.FINE


class Busy(ArchiveError):
    """Another run holds the archive: try later."""

    exit_code = ExitCode.TRY_LATER
