"""Errors of storages and transfers, of whatever library, as errors of a disk or as one line of zhuanzai."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from archive.errors import ArchiveError, ExitCode, WrongUse

_LIBRARIES = ("botocore", "aiobotocore", "aiohttp")
_BEGUN = "the transfer broke off ({})"
_NOT_BEGUN = {
    "Credential": "no credentials for it ({})",
    "ProfileNotFound": "no credentials for it ({})",
    "Token": "no credentials for it ({})",
    "EndpointConnection": "its server does not answer ({})",
    "ConnectTimeout": "its server does not answer ({})",
    "ClientConnector": "its server does not answer ({})",
    "ParamValidation": "not an address that its storage knows ({})",
    "UrlRedirect": "its server leads to what is no address of the web ({})",
    "Url": "not an address that its storage knows ({})",
}
"""What an error says where no transfer began, by a part of its class's name."""


def without_password(address: str) -> str:
    """The address as it may be written down: without a user's name and password."""
    scheme, mark, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}"


class UnreachableError(ArchiveError):
    """A storage that does not answer, or refuses access."""

    exit_code = ExitCode.WRONG_USE


@contextmanager
def errors_named(address: str) -> Iterator[None]:
    """Turn the errors of a storage into errors of zhuanzai: one line that names the address.

    Raises WrongUse for a missing file, UnreachableError for the rest.
    """
    try:
        with errors_of_a_disk():
            yield
    except FileNotFoundError as error:
        raise WrongUse(f"{without_password(address)}: {error.strerror}") from error
    except OSError as error:
        raise UnreachableError(f"{without_password(address)}: {error.strerror}") from error


@contextmanager
def errors_of_a_disk() -> Iterator[None]:
    """Turn the errors of a storage into OSErrors, as those of a disk; `strerror` says what happened, on one line."""
    try:
        yield
    except ArchiveError:
        raise
    except FileNotFoundError as error:
        raise _missing(error) from error
    except PermissionError as error:
        raise _refused(error) from error
    except (OSError, ValueError, ImportError) as error:
        # aiohttp's errors of values say the address alone
        is_address = isinstance(error, ValueError) and is_of_transfer(error)
        said = _of_transfer(error, "{}") if is_address else _words(error)
        raise OSError(getattr(error, "errno", None) or errno.EIO, said) from error
    except Exception as error:
        fault = next(filter(is_of_transfer, _behind(error)), None)
        if fault is None:
            raise
        raise OSError(errno.EIO, _of_transfer(fault, _BEGUN)) from error


def is_of_transfer(error: BaseException) -> bool:
    """Whether an error came from fetching: botocore and aiohttp have families of their own, which are no OSError."""
    return isinstance(error, TimeoutError) or type(error).__module__.partition(".")[0] in _LIBRARIES


def is_silence(error: BaseException) -> bool:
    """Whether an error came of a server from which nothing came."""
    return any(isinstance(one, TimeoutError) or "Timeout" in type(one).__name__ for one in _behind(error))


def _behind(error: BaseException) -> Iterator[BaseException]:
    """An error, and those during which it came up: s3fs fails in its own way where a bucket sends nothing more."""
    at: BaseException | None = error
    while at is not None:
        yield at
        at = at.__cause__ or at.__context__


def reason(error: BaseException) -> str:
    """The error's message on one line, at most 200 characters."""
    status = getattr(error, "status", None)
    if isinstance(status, int) and status < 400:  # no error of the server: an answer that is no file
        return str(getattr(error, "message", "")) or "its server redirects without end"
    silent = "nothing came for too long" if isinstance(error, TimeoutError) else type(error).__name__
    return " ".join(str(error).split())[:200] or silent


def _missing(error: FileNotFoundError) -> OSError:
    """The error for a file that was not found; fsspec says so too where a web server refuses or does not answer."""
    cause = error.__cause__
    status = getattr(cause, "status", None)
    if isinstance(answer := getattr(cause, "response", None), dict):  # S3, by botocore
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if cause is None or status in (404, 410) or not isinstance(cause, Exception) or not is_of_transfer(cause):
        return FileNotFoundError(errno.ENOENT, "no such file or bucket")
    if status in (401, 403):
        return _refused(cause)
    return OSError(errno.EIO, _of_transfer(cause, "{}"))


def _of_transfer(error: BaseException, otherwise: str) -> str:
    """What an error of a transfer says; `otherwise` where it may have begun."""
    kind = type(error).__name__
    said = next((said for part, said in _NOT_BEGUN.items() if part in kind), otherwise)
    return said.format(reason(error))


class _RefusedError(PermissionError):
    """A refusal that is said already."""


def _refused(error: Exception) -> OSError:
    if isinstance(error, _RefusedError):
        return error
    return _RefusedError(errno.EACCES, f"no rights there ({_words(error)})")


def _words(error: Exception) -> str:
    """What an error says, without its number and the path: the line names the address."""
    said = getattr(error, "strerror", None)
    return " ".join(str(said).split())[:200] if said else reason(error)
