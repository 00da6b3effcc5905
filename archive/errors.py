"""What can stop a command, each with the exit code the commands answer."""


class ArchiveError(Exception):
    """Stops a command with one clear line; `exit_code` is the documented one."""

    exit_code = 1


class WrongUse(ArchiveError):
    """The person asked for something that cannot be: a missing folder, a file that is no archive."""

    exit_code = 2


class Damaged(ArchiveError):
    """The record or the view is not what it should be, or the disk refused a write; what was committed is whole."""

    exit_code = 3


class Busy(ArchiveError):
    """Another run holds the archive: try later."""

    exit_code = 75
