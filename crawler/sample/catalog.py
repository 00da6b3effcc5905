"""Reads the articles of stories/*.toml and makes the pages that print them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from crawler.sample.convert import botched, traditional
from crawler.sample.outlets import BIG5, Outlet, outlet_of
from crawler.sample.printing import PageEvent, Printing, swapped

_STORY_KEYS = {
    "key",
    "title",
    "kicker",
    "subtitle",
    "byline",
    "text",
    "lead",
    "embeds",
    "related",
    "printing",
}
_PRINTING_KEYS = {
    "url", "role", "at", "title", "kicker", "subtitle", "byline", "source", "editor", "page", "paper", "keep", "swap",
    "lead", "split", "original_title", "traits", "related", "linked_as", "only_archived", "change",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """An article as its author wrote it, in Simplified."""

    key: str
    title: str
    kicker: str | None
    subtitle: str | None
    byline: str | None
    paragraphs: tuple[str, ...]
    related: tuple[str, ...]
    page: tuple[date, int, str] | None
    """Day, number and name of the newspaper page that printed it first."""


def printings(today: date) -> tuple[Printing, ...]:
    """Every page that exists on a day, the oldest first; pages that are missing that day have `gone`."""
    fixed, newest = _fixed()
    made = fixed if today <= newest else fixed + _floating(today)
    standing = (page.on(today) for page in made)
    return tuple(sorted((page for page in standing if page), key=lambda page: (page.published, page.url)))


@cache
def _fixed() -> tuple[tuple[Printing, ...], date]:
    """The pages with days of their own, and the day of the last issue among them."""
    folder = files("crawler.sample.stories")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    raw = [
        story
        for name in names
        if name != "today.toml"
        for story in tomllib.loads((folder / name).read_text(encoding="utf-8"))["story"]
    ]
    made = tuple(_printings(raw))
    newest = max(page.published.date() for page in made if page.host == "paper.people.com.cn")
    return made, newest


@cache
def _floating(today: date) -> tuple[Printing, ...]:
    """The newest issue, printed on the given day."""
    text = files("crawler.sample.stories").joinpath("today.toml").read_text(encoding="utf-8")
    day = {
        "{day}": today.isoformat(),
        "{ym}": f"{today:%Y%m}",
        "{yyyy}": f"{today:%Y}",
        "{mm}": f"{today:%m}",
        "{dd}": f"{today:%d}",
        "{mmdd}": f"{today:%m%d}",
        "{number}": f"{today.toordinal() % 10_000:04d}",
    }
    for mark, value in day.items():
        text = text.replace(mark, value)
    return tuple(_printings(tomllib.loads(text)["story"]))


def _printings(raw: list[dict[str, Any]]) -> Iterator[Printing]:
    stories = {entry["key"]: _story(entry) for entry in raw}
    for entry in raw:
        story = stories[entry["key"]]
        if entry.get("embeds"):
            story = _roundup(story, entry, stories)
        for printing in entry["printing"]:
            yield _printing(story, printing)


def _story(raw: dict[str, Any]) -> SampleArticle:
    _known(raw, _STORY_KEYS, raw["key"])
    return SampleArticle(
        key=raw["key"],
        title=raw["title"],
        kicker=raw.get("kicker"),
        subtitle=raw.get("subtitle"),
        byline=raw.get("byline"),
        paragraphs=tuple(line for line in raw["text"].split("\n") if line),
        related=tuple(raw.get("related", ())),
        page=next((_page(entry) for entry in raw["printing"] if "page" in entry), None),
    )


def _roundup(story: SampleArticle, raw: dict[str, Any], stories: dict[str, SampleArticle]) -> SampleArticle:
    embedded = [stories[key] for key in raw["embeds"]]
    paragraphs = [raw["lead"]]
    for part in embedded:
        paragraphs += [part.title, *part.paragraphs]
    return replace(story, paragraphs=tuple(paragraphs), related=tuple(part.key for part in embedded))


def _printing(story: SampleArticle, raw: dict[str, Any]) -> Printing:
    url = raw["url"]
    _known(raw, _PRINTING_KEYS, url)
    host, _, path = url.partition("://")[2].partition("/")
    outlet = outlet_of(host, "/" + path)
    published, precision = _moment(raw["at"])
    if precision != outlet.precision:
        raise ValueError(
            f"{url}: {raw['at']!r} is not as precise as {outlet.name} prints: {outlet.precision}"
        )
    page = _page(raw) if "page" in raw else story.page if raw.get("paper") else None
    fields = {name: raw.get(name, getattr(story, name, None)) or None for name in sorted(outlet.prints)}
    if host == "paper.people.com.cn":
        fields["source"] = "人民日报海外版" if path.startswith("rmrbhwb/") else "人民日报"
    paragraphs = _paragraphs(story, raw)
    made = Printing(
        url=url,
        story=story.key,
        role=raw["role"],
        title=raw.get("title", story.title),
        paragraphs=paragraphs,
        published=published,
        precision=precision,
        script=outlet.script,
        charset=outlet.codec,
        original_title=raw.get("original_title"),
        paper_date=page[0].isoformat() if page and outlet.name.startswith("人民") else None,
        paper_page=page[1] if page and outlet.name.startswith("人民") else None,
        page_name=page[2] if page else None,
        traits=frozenset(raw.get("traits", ())),
        related=tuple(raw.get("related", story.related)),
        split=tuple(raw.get("split", ())),
        linked_as=raw.get("linked_as"),
        only_archived=raw.get("only_archived", False),
        changes=tuple(_change(entry) for entry in raw.get("change", ())),
        **fields,
    )
    return _in_script(made, host, outlet)


def _paragraphs(story: SampleArticle, raw: dict[str, Any]) -> tuple[str, ...]:
    kept = tuple(story.paragraphs[n] for n in raw["keep"]) if "keep" in raw else story.paragraphs
    kept = swapped(kept, tuple((old, new) for old, new in raw.get("swap", ())), raw["url"])
    return (raw["lead"] + kept[0], *kept[1:]) if raw.get("lead") else kept


def _in_script(page: Printing, host: str, outlet: Outlet) -> Printing:
    """The page with every word in its outlet's script."""
    if outlet.script == "hans":
        return page

    def convert(text: str) -> str:
        if host == "jmanli.cn":
            return botched(text)
        return traditional(text, "s2tw" if outlet is BIG5 else "s2hk")

    def maybe(text: str | None) -> str | None:
        return convert(text) if text else None

    changes = tuple(
        replace(change, swap=tuple((convert(old), convert(new)) for old, new in change.swap))
        for change in page.changes
    )
    paragraphs = tuple(convert(paragraph) for paragraph in page.paragraphs)
    return replace(
        page,
        title=convert(page.title),
        source=maybe(page.source),
        byline=maybe(page.byline),
        editor=maybe(page.editor),
        kicker=maybe(page.kicker),
        subtitle=maybe(page.subtitle),
        original_title=maybe(page.original_title),
        paragraphs=paragraphs,
        changes=changes,
    )


def _page(raw: dict[str, Any]) -> tuple[date, int, str]:
    number, _, name = raw["page"].partition(" ")
    return date.fromisoformat(raw["at"][:10]), int(number.lstrip("A")), name


def _change(raw: dict[str, Any]) -> PageEvent:
    return PageEvent(
        on=date.fromisoformat(raw["on"]),
        swap=tuple((old, new) for old, new in raw.get("swap", ())),
        gone=raw.get("gone"),
        back=raw.get("back", False),
    )


def _moment(at: str) -> tuple[datetime, str]:
    return datetime.fromisoformat(at), {10: "day", 16: "minute", 19: "second"}[len(at)]


def _known(raw: dict[str, Any], keys: set[str], name: str) -> None:
    if unknown := raw.keys() - keys:
        raise ValueError(f"{name}: {sorted(unknown)} is no key of a story or printing")
