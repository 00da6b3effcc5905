"""Another clock for every Python process with this folder in PYTHONPATH, some seconds ahead of the real clock."""

import datetime
import os

VARIABLE = "MONTH_AHEAD_S"
REAL = datetime.datetime
_ahead = datetime.timedelta()


class _AnyMoment(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, REAL)


class Shifted(REAL, metaclass=_AnyMoment):
    """The class datetime, with another present time."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
        return cls.fromtimestamp((REAL.now(datetime.UTC) + _ahead).timestamp(), tz)


def shift(ahead_s: float) -> None:
    """Set the clock. Call it the first time before any module imports the class datetime."""
    global _ahead
    _ahead = datetime.timedelta(seconds=ahead_s)
    datetime.datetime = Shifted  # type: ignore[misc]


if VARIABLE in os.environ:
    shift(float(os.environ[VARIABLE]))
