"""The arguments that a person types after -a, read strictly."""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from archive.door.source_filter import Interest
from archive.errors import WrongUse
from extract.script.fold import fold

COMMAS = re.compile("[,，、;；|｜]")
MEANINGS: Mapping[str, str] = {
    "since": "the first day, 2020-02-10, or a month, 2020-02",
    "until": "the last day, likewise",
    "site": "hosts of registered sites, a comma between",
    "source": "only articles that name one of these as their 来源: 人民日报,人民网",
    "sourceless": "no: leave out pages that name no source (with source=)",
    "paper": "the newspaper by its short name (rmrb)",
    "archive": "web archives to ask, by name or as the address of a pywb",
    "url": "the address of an article",
    "story": "the number of a story in the archive",
    "days": "how many days around the article's own are looked at",
    "of": "only copies of this site's articles, by its host",
    "explore": "yes: look for lists on every site of the run; no: on none",
    "now": "yes: look at every article at once, due or not",
}
"""What each `-a` argument says, for all spiders."""
SHORTEST_NAME = 2  # folded characters
FIRST_ISSUE = date(1946, 5, 15)  # of the paper; nothing here is older


@dataclass(frozen=True, slots=True)
class Days:
    """Days from `since` to `until`, both included; an open end is None."""

    since: date | None = None
    until: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def __iter__(self) -> Iterator[date]:
        """Every day of a closed range, the oldest first."""
        if self.since is None or self.until is None:
            raise WrongUse("since= and until= are both needed to go day by day")
        for n in range((self.until - self.since).days + 1):
            yield self.since + timedelta(days=n)

    def may_hold_month(self, year: int, month: int) -> bool:
        """Whether some day of the month is in the range."""
        first = date(year, month, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return (self.since is None or self.since <= last) and (self.until is None or first <= self.until)

    @property
    def is_open(self) -> bool:
        """Whether no range was asked for."""
        return self.since is None and self.until is None


def days(since: str | None, until: str | None, today: date) -> Days:
    """The range that -a since= -a until= name; each may be 2020-02-10 or 2020-02 (its first or last day).

    Raises:
        WrongUse: no such day, an end before the beginning, a beginning in the future.
    """
    first = _day("since", since, last=False)
    last = _day("until", until, last=True)
    if first and first > today:
        raise WrongUse(f"since={since}: lies in the future, today is {today}")
    if first and last and last < first:
        raise WrongUse(f"until={until}: lies before since={since}")
    return Days(first, last)


def _day(name: str, text: str | None, *, last: bool) -> date | None:
    if text is None:
        return None
    text = unicodedata.normalize("NFKC", text).strip()  # ２０２４－１１－２９ is typed by input methods
    try:
        if len(text) == 7:
            month = date.fromisoformat(f"{text}-01")
            day = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1) if last else month
        else:
            day = date.fromisoformat(text)
    except ValueError as error:
        is_day = re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", text)
        said = "no such day" if is_day else "no date, wanted YYYY-MM-DD"
        raise WrongUse(f"{name}={text}: {said}") from error
    if day < FIRST_ISSUE:
        raise WrongUse(f"{name}={text}: before the first issue, {FIRST_ISSUE}")
    return day


def interest(source: str | None, sourceless: str | None) -> Interest | None:
    """The sources that -a source=人民日报,人民网 names; None for all. -a sourceless=no refuses pages that name none.

    Raises:
        WrongUse: no name, one of a single character, an answer that is neither yes nor no.
    """
    if source is None:
        if sourceless is not None:
            raise WrongUse(f"sourceless={sourceless}: says nothing without -a source=")
        return None
    media = tuple(dict.fromkeys(name for part in COMMAS.split(source) if (name := part.strip())))
    short = next((name for name in media or (source,) if len(fold(name)) < SHORTEST_NAME), None)
    if short is not None:
        raise WrongUse(
            f"source={source}: {short!r} is no name of a medium, wanted 人民日报,人民网 or the like"
        )
    if sourceless not in (None, "yes", "no"):
        raise WrongUse(f"sourceless={sourceless}: wanted yes or no")
    return Interest(media, sourceless != "no")


def is_yes(name: str, text: str | None) -> bool:
    """Whether an argument says yes; it may be left out.

    Raises:
        WrongUse: neither yes nor no.
    """
    if text not in (None, "yes", "no"):
        raise WrongUse(f"{name}={text}: wanted yes or no")
    return text == "yes"


def only_known(given: dict[str, str], known: tuple[str, ...]) -> None:
    """Refuse arguments that a spider does not know.

    Raises:
        WrongUse: naming the first one and those that exist.
    """
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            cure = f"; did you mean {near[0]}=" if near else ""
            raise WrongUse(f"-a {name}=: unknown argument, known are {', '.join(known)}{cure}")
