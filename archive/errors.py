"""What can stop a command, and the exit codes that commands answer; README lists them."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command answers to the shell and to cron."""

    FINE = 0
    BUG = 1
    WRONG_USE = 2
    ALARMS = 3
    """The command ended, and a person must look: a site outside its expected count, a finding of verify."""
    TRY_LATER = 75
    """Another run holds the archive, or the network is down. EX_TEMPFAIL of sysexits.h."""


class ArchiveError(Exception):
    """Stops a command with one clear line; `exit_code` is the documented one."""

    exit_code: ExitCode = ExitCode.BUG


class WrongUse(ArchiveError):
    """The person asked for something that cannot be: a missing folder, a file that is no archive."""

    exit_code = ExitCode.WRONG_USE


class Damaged(ArchiveError):
    """The record or the view is not what it should be, or the disk refused a write; what was committed is whole."""

    exit_code = ExitCode.ALARMS


class Stopped(ArchiveError):
    """The run was told to stop in the midst of a page; what was committed is whole, the next start reads on."""

    exit_code = ExitCode.FINE


class Busy(ArchiveError):
    """Another run holds the archive: try later."""

    exit_code = ExitCode.TRY_LATER
