"""The learned facts of a site, written as a site file: readable, with the evidence as comments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from archive.errors import WrongUse
from crawler.exploring.addresses import day_asked
from crawler.exploring.exploration import Exploration
from crawler.exploring.finds import FoundList
from crawler.exploring.layouts import Samples
from crawler.registry.site import Dated, Site, before_tail
from crawler.registry.strict import Css
from crawler.registry.urls import date_in

MOST_LISTS = 60
SURE_PAGES, SURE_SHARE = 10, 0.95
SEPARATORS = re.compile(r"(?:(?<!\s)\s++)?[-_|—–·,，:：]+\s*")
DATE_FORMS = (
    (r"{y}-{m}-{d}", "{{date:%Y-%m-%d}}"), (r"{y}-{m}/{d}", "{{date:%Y-%m/%d}}"), (r"{y}/{m}/{d}", "{{date:%Y/%m/%d}}"),
    (r"{y}{m}/{d}", "{{date:%Y%m/%d}}"), (r"{y}/{m}{d}", "{{date:%Y/%m%d}}"), (r"{y}{m}{d}", "{{date:%Y%m%d}}"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Learned:
    """The text of a learned site file, and its figures."""

    text: str
    lists: int
    articles: int


def written(
    exploration: Exploration,
    site: Site,
    gone: tuple[str, ...] = (),
    looked: tuple[str, ...] = (),
    samples: Samples | None = None,
) -> Learned | None:
    """The site file that an exploration makes; None if the exploration found no article.

    `site` is what was known before. If a person wrote its file, only what that file lacks is written. `gone` are lists
    of that file that no longer answer, `looked` the hosts of the site by which it was named, `samples` pages whose
    fields may have selectors of their own.
    """
    shapes = exploration.shapes.articles()
    patterns = [
        (shape.pattern(is_wide=is_wide), tally.articles, tally.articles + tally.others)
        for shape, tally, is_wide in shapes
    ]
    by_person = site.learned is None
    lists = [found for found in _chosen(exploration) if not (by_person and _knows(site, found.url))]
    articles = {url for found in exploration.lists.values() for url in found.links}
    if not patterns and not (by_person and exploration.hosts):
        return None
    read = sum(read for _, read, _ in patterns)
    asked = sum(asked for _, _, asked in patterns)
    spent = exploration.purse.spent
    head = [
        f"# Learned by looking through {site.host} on {exploration.today}: {spent} pages no articles,",
        f"# {len(articles)} articles linked from them, {read} of {asked} pages of their shapes read as dated articles.",
        "# Written by the crawler, and again when lists fail. A file of your own for the same host is never touched:",
        "# `scrapy newsite HOST` makes one of this.",
        f"host = {_quoted(site.host)}",
        f"name = {_quoted(site.name if by_person else _name(exploration, site))}",
    ]
    if not by_person:
        head.append(f"hosts = [{', '.join(map(_quoted, site.hosts))}]")
    sure = read >= SURE_PAGES and read >= SURE_SHARE * asked
    head += [
        f"learned = {exploration.today}",
        f'confidence = "{"M" if sure else "L"}"',
        'source = "exploration"',
    ]
    if exploration.purse.is_late:
        head.append("unfinished = true # its time was over: the next run looks again")
    if not by_person and len(articles) >= 4:
        is_daily = any(found.kind == "page" and dated_folder(found.url) for found in lists)
        least = 0 if is_daily else max(1, len(articles) // 10)
        head.append(f"expected = [{least}, {len(articles) * 10 + 100}]")
    if gone:
        head.append(
            f"gone = [{', '.join(map(_quoted, gone))}] # lists of the file for this host, gone on {exploration.today}"
        )
    if looked:
        head.append(
            f"looked = [{', '.join(map(_quoted, looked))}] # hosts that were named, and looked through"
        )
    body = ["articles = ["]
    body += [
        f"    '{pattern}', # {read} of {asked} read as dated articles" for pattern, read, asked in patterns
    ]
    body.append("]")
    if further := _continuations(exploration):
        body += ["continuations = [", *(f"    '{pattern}'," for pattern in further), "]"]
    for key, kind in (("sitemaps", "map"), ("feeds", "feed")):
        urls = [found for found in lists if found.kind == kind]
        if urls:
            body += [
                f"{key} = [",
                *(f"    {_quoted(found.url)}, # {len(found.links)} articles" for found in urls),
                "]",
            ]
    tables = [line for found in _once(lists) for line in _table(found)]
    if samples is not None and (not by_person or not (site.layouts or site.family)):
        tables += _layout(samples, (_name(exploration, site),))
    return Learned("\n".join([*head, *body, *tables]) + "\n", len(lists), len(articles))


def keep(folder: Path, host: str, learned: Learned) -> Path:
    """Write a learned file over an older one.

    Raises:
        WrongUse: the folder cannot be written.
    """
    path = folder / f"{host}.toml"
    draft = folder / f".{host}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_text(learned.text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}") from error
    return path


def _chosen(exploration: Exploration) -> list[FoundList]:
    """The lists worth asking again, those with most articles first.

    Lists whose articles are all on other lists are left out.
    """
    found = [one for one in exploration.lists.values() if _alive(exploration, one)]
    met: set[str] = set()
    chosen: list[FoundList] = []
    for one in sorted(found, key=lambda one: (one.kind != "feed", -len(one.links))):
        links = {url for url in one.links if exploration.shapes.verdict(url) is not False}
        fresh = links - met
        if (
            one.url == exploration.front
            or len(fresh) >= max(1, len(links) // 10)
            or one.kind in ("feed", "data")
        ):
            chosen.append(one)
            met |= links
    return chosen[:MOST_LISTS]


def _alive(exploration: Exploration, found: FoundList) -> bool:
    return any(exploration.site.is_article(url) or exploration.shapes.verdict(url) for url in found.links)


def _knows(site: Site, url: str) -> bool:
    rest = url.partition("//")[2]
    known = (
        [one.url for one in site.listings] + [one.url for one in site.json] + [*site.feeds, *site.sitemaps]
    )
    return any(one.partition("//")[2] == rest for one in known) or any(
        one.includes(url) for one in site.listings
    )


def _name(exploration: Exploration, site: Site) -> str:
    """The name of the site: the shortest part of the front page's title that is no slogan."""
    if site.name != site.host:
        return site.name
    parts = [part for part in SEPARATORS.split(exploration.name) if 2 <= len(part) <= 16]
    named = [
        part
        for part in parts
        if re.search(r"[网報报站台]$|在线|新闻|门户", part) and not part.startswith("首页")
    ]
    return next(iter([*named, *parts]), site.host).replace('"', "")


def _continuations(exploration: Exploration) -> list[str]:
    found: list[str] = []
    for shape, tally, is_wide in exploration.shapes.articles():
        mark = exploration.continued.get(shape.exact)
        pattern = shape.pattern(is_wide=is_wide)
        if mark and tally.articles and (match := re.search(r"\\\.(\w+)\$$", pattern)):
            found.append(rf"{pattern[: match.start()]}(?P<page>{mark}\d{{1,2}})\.{match[1]}$")
    return list(dict.fromkeys(found))


def continuations(exploration: Exploration) -> tuple[re.Pattern[str], ...]:
    """The address patterns of further pages of articles, as far as any were linked."""
    return tuple(before_tail(re.compile(pattern)) for pattern in _continuations(exploration))


def _once(lists: list[FoundList]) -> Iterator[FoundList]:
    """The lists, but of a newspaper's pages, a folder a day, the first page only: it names the others."""
    folders: set[str] = set()
    for found in sorted(lists, key=lambda one: one.url.rpartition("/")[2]):
        dated = dated_folder(found.url) if found.kind == "page" else None
        if dated is not None:
            folder = re.sub(r"(?<!\d)\d++(?:\.\w++)?$", "", dated.url)
            if folder in folders:
                continue
            folders.add(folder)
        yield found


def _layout(samples: Samples, site_names: tuple[str, ...]) -> Iterator[str]:
    """The selectors of the fields, if pages read by them say the same as pages read without them."""
    found = samples.layout(site_names)
    if found:
        yield f"\n[[layouts]] # on {samples.pages} of {samples.pages} pages, read the same without it"
        yield from (f"{name} = [{_quoted(css)}]" for name, css in found.items())


def _table(found: FoundList) -> Iterator[str]:
    days = sum(link.day is not None for link in found.links.values())
    line = f"# {_comment(found.title) or 'list'}: {len(found.links)} articles on {found.pages} pages, {days} with a day"
    line += "; goes on by POST alone, which is not asked" * found.by_post
    if found.kind == "data" and found.data is not None:
        spec = found.data
        yield f"\n[[json]] {line}"
        yield f"url = {_quoted(spec.url)}"
        for key in ("link", "items", "date", "title", "paging", "token"):
            if value := getattr(spec, key):
                yield f"{key} = {_quoted(value)}"
        if spec.paging and not spec.token:
            yield f"first = {spec.first}"
            yield from (f"step = {spec.step}",) if spec.step else ()
    elif found.kind == "page":
        if dated := dated_folder(found.url):
            yield f"\n[[dated]] {line}"
            yield f"url = {_quoted(dated.url)}"
            if dated.pages:
                yield f"pages = {_quoted(str(dated.pages))}"
            return
        yield f"\n[[listings]] {line}"
        yield f"url = {_quoted(found.url)}"
        pager = found.pager
        if pager is None:
            yield from ("chained = true",) if found.is_chained else ()
            return
        if pager.template:
            yield f"paging = {_quoted(pager.template)}"
            yield f"first = {pager.second}" if not pager.descending else "descending = true"
        elif pager.by_text:
            yield f"next_text = {_quoted(pager.by_text)}"


def dated_folder(url: str) -> Dated | None:
    """A folder by day, where a list's address holds the very day; its pages are those called like it."""
    day = date_in(url + "/") or day_asked(url)
    if day is None:
        return None
    for form, mark in DATE_FORMS:
        text = form.format(y=f"{day:%Y}", m=f"{day:%m}", d=f"{day:%d}")
        if text in url:
            name = re.match(r"[A-Za-z]+", urlsplit(url).path.rpartition("/")[2])
            template = (
                url.replace("{", "{{")
                .replace("}", "}}")
                .replace(text, mark.replace("{{", "{").replace("}}", "}"))
            )
            return Dated(template, pages=Css(f'a[href*="{name[0]}"]') if name else None)
    return None


def _quoted(text: str) -> str:
    if "'" not in text and ("\\" in text or '"' in text):
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _comment(text: str) -> str:
    return " ".join(text.split())[:40]
