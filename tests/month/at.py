"""`python -m tests.month.at 2024-12-03T04:00:00+00:00 crawl recheck …`: a scrapy command under another clock."""

import datetime
import sys

REAL = datetime.datetime


class _AnyMoment(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, REAL)


def set_clock(moment: datetime.datetime) -> None:
    """Let datetime.now() go on from `moment`; to be called before anything imports datetime's class."""
    offset = moment - REAL.now(datetime.UTC)

    class Shifted(REAL, metaclass=_AnyMoment):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return cls.fromtimestamp((REAL.now(datetime.UTC) + offset).timestamp(), tz)

    datetime.datetime = Shifted  # type: ignore[misc]


def main() -> None:
    set_clock(REAL.fromisoformat(sys.argv[1]))
    from scrapy.cmdline import execute

    execute(["scrapy", *sys.argv[2:]])


if __name__ == "__main__":
    main()
