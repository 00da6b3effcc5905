"""Another clock for every Python process that has this folder in PYTHONPATH: so many seconds ahead of the real one."""

import datetime
import os

VARIABLE = "MONTH_AHEAD_S"
REAL = datetime.datetime
_ahead = datetime.timedelta()


class _AnyMoment(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, REAL)


class Shifted(REAL, metaclass=_AnyMoment):
    """datetime, but for what time it is."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
        return cls.fromtimestamp((REAL.now(datetime.UTC) + _ahead).timestamp(), tz)


def shift(ahead_s: float) -> None:
    """Set the clock; to be called a first time before anything imports datetime's class."""
    global _ahead
    _ahead = datetime.timedelta(seconds=ahead_s)
    datetime.datetime = Shifted  # type: ignore[misc]


if VARIABLE in os.environ:
    shift(float(os.environ[VARIABLE]))
