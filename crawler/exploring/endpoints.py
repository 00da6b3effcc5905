"""Lists as data: which endpoints a page's markup names, and which keys of their answers are link, day and title."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from crawler.exploring.frontier import bare
from crawler.exploring.outline import Outline
from crawler.finding.embedded import is_markup
from crawler.finding.keys import understood as data_keys
from crawler.finding.keys import value_in
from crawler.registry.site import DataList
from crawler.registry.urls import RefusedAddress, normalised

MOST_ENDPOINTS = 6  # of one page
STRING = re.compile(r"[\"'`]((?:https?:)?/{0,2}[\w./?&=%${}:-]{4,200})[\"'`]")
JOINED = re.compile(
    r"[\"']([\w./?&=%:-]{2,200})[\"']\s*\+\s*+(?:(?:\(\s*+)?(?:\w+\.)?(?P<name>\w*(?:page|pn|num|index|idx|cur)\w*|[pni])\s*(?:\+\s*1\s*)?\)?)\s*"
    r"(?:\+\s*[\"']([\w./?&=%:-]{0,100})[\"'])?",
    re.IGNORECASE,
)
SAYS_DATA = re.compile(
    r"\.jsonp?\b|\.xml\b|\bjsonp?[/_?]|/api/|ajax|getlist|get_list|list\w{0,40}\.(?:do|php|aspx|jsp|ashx)|/roll|/data/|\bmore\w{0,40}\.(?:do|php|aspx|jsp|ashx)|"
    r"[?&]page(?:no|num|index)?=|callback=|/list\?|dataproxy|/feed/",
    re.IGNORECASE,
)
NO_DATA = re.compile(
    r"\.(?:js|css|s?html?|png|jpe?g|gif|svg|woff2?|ico)(?:\?|$)|login|user|captcha|stat|count|hits|comment|search|weather|tianqi|ad[s_/]",
    re.IGNORECASE,
)
PARAMETERS = re.compile(
    r"^\s*+(?:[\"'`]\s*+)?,\s*+(?:\{?[\w\s:]{0,200}?(?:data|params)\s*:\s*)?\{([^{}]{1,300})\}|^[^}]{0,120}?data\s*:\s*\{([^{}]{1,300})\}",
    re.DOTALL,
)
PAIR = re.compile(r"(?<!\w)[\"']?(\w++)[\"']?\s*:\s*(?:[\"']([^\"']*)[\"']|(\d+)|(\w[\w.]*))")
PAGE_NAME = re.compile(
    r"^(?:page|pageno|page_no|pagenum|page_num|pageindex|page_index|pn|p|curpage|currentpage|current)$",
    re.IGNORECASE,
)
FILLED = re.compile(r"\$\{\s*\w*page\w*\s*\}|\{\s*page\s*\}|\$page\b|%7Bpage%7D", re.IGNORECASE)
ITEM_LINK = re.compile(
    r"[\"'`=(]((?:https?:/)?/[\w./?&=%-]{1,100})(?:[\"']\s*\+\s*\w+(?:\[\w+\])?\.(\w+)\s*(?:\+\s*[\"']([\w./?&=%-]{0,40}))?"
    r"|[$#]?\{\{?\s*\w+\.(\w+)\s*\}?\}([\w./?&=%-]{0,40}))"  # `/a/${it.id}.html`, and {{it.id}} of templates
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address whose answer may be a list; `template` holds `{page}`, `item` an article's address with `{key}`."""

    url: str
    template: str | None = None
    item: str | None = None


def endpoints_of(outline: Outline) -> tuple[Endpoint, ...]:
    """The endpoints that scripts and attributes of a page name."""
    root = outline.page.tree
    if root is None or not is_markup(outline.page):
        text = outline.page.text
        return _named(outline, _in_scripts(text), text)
    text = outline.script
    attributes = [
        value
        for element in root.iter("div", "ul", "a", "button", "section", "input", "body", "span")
        for name, value in element.attrib.items()
        if str(name).startswith("data-") and SAYS_DATA.search(str(value)) and len(str(value)) < 300
    ]
    sources = [
        str(s.get("src"))
        for s in root.iter("script")
        if re.search(r"(?i)\.jsonp?\b|callback=", s.get("src") or "")
    ]
    others = ((value, None) for value in [*map(str, attributes), *sources])
    return _named(outline, [*_in_scripts(text), *others], text)


def _named(outline: Outline, named_ones: Iterable[tuple[str, str | None]], text: str) -> tuple[Endpoint, ...]:
    item = next(iter(_item_links(text)), None)
    found: dict[str, Endpoint] = {}
    for named in named_ones:
        endpoint = _endpoint(outline, *named)
        if endpoint is not None:
            found.setdefault(endpoint.url, replace(endpoint, item=item))
    return tuple(found.values())[:MOST_ENDPOINTS]


def _in_scripts(text: str) -> Iterator[tuple[str, str | None]]:
    """Addresses in scripts, and parameters that stand behind them."""
    for match in JOINED.finditer(text):
        address = f"{match[1]}{{page}}{match[3] or ''}"
        if SAYS_DATA.search(address.replace("{page}", "1")):
            yield address, None
    for match in STRING.finditer(text):
        behind = text[match.end() : match.end() + 500]
        if not SAYS_DATA.search(match[1]) or re.match(r"\s*\+", behind):
            continue
        given = PARAMETERS.match(behind)
        yield match[1], (given[1] or given[2]) if given else None


def _endpoint(outline: Outline, named: str, parameters: str | None) -> Endpoint | None:
    named = FILLED.sub("{page}", named)
    if parameters:
        named += ("&" if "?" in named else "?") + "&".join(_pairs(parameters))
    named = re.sub(r"(?i)([?&]page(?:no|num|index|_no|_num)?=)$", r"\1{page}", named)
    numbered = re.sub(
        r"(?i)([?&](?:page|pageno|pagenum|pageindex|page_no|page_num|pn)=)[01](?=&|$)", r"\1{page}", named
    )
    first = "0" if re.search(r"(?i)[?&](?:page|pageindex|pn)=0(?=&|$)", named) else "1"
    if NO_DATA.search(named.replace("{page}", "1")):
        return None
    url = _address(outline, numbered.replace("{page}", first))
    if url is None:
        return None
    template = _template(outline, numbered) if "{page}" in numbered else None
    return Endpoint(url, template)


def _template(outline: Outline, named: str) -> str | None:
    url = _address(outline, named.replace("{page}", "90210"))
    return url.replace("90210", "{page}") if url else None


def _address(outline: Outline, named: str) -> str | None:
    try:
        return normalised(urljoin(outline.base, named), ports=frozenset())
    except (RefusedAddress, ValueError):
        return None


def _pairs(parameters: str) -> Iterator[str]:
    for name, quoted, number, variable in PAIR.findall(parameters):
        if variable and not PAGE_NAME.match(name):
            continue  # what a script works out is not known here
        yield f"{name}={'{page}' if PAGE_NAME.match(name) else quoted or number}"


def _item_links(script: str) -> Iterator[str]:
    """Addresses that a script makes of an entry: '/detail/' + item.id + '.html'."""
    for match in ITEM_LINK.finditer(script):
        key, after = (match[2], match[3]) if match[2] else (match[4], match[5])
        if not re.search(r"(?i)page|img|pic|thumb", key):
            yield f"{match[1]}{{{key}}}{after or ''}"


def understood(text: str, endpoint: Endpoint) -> DataList | None:
    """How to read an answer as a list of articles; None where it is none."""
    keys = data_keys(value_in(text), endpoint.item)
    if keys is None:
        return None
    counts_from_0 = endpoint.template is not None and endpoint.url == endpoint.template.replace("{page}", "0")
    return DataList(
        url=endpoint.url,
        link=keys.link,
        items=keys.items,
        date=keys.date,
        title=keys.title,
        paging=endpoint.template,
        first=1 if counts_from_0 else 2,
    )


@dataclass(slots=True)
class Endpoints:
    """The endpoints that pages of a host named, by address."""

    _known: dict[str, Endpoint] = field(default_factory=dict)

    def named_by(self, outline: Outline) -> Iterator[str]:
        """The addresses that a page names; how their answers may be read is kept."""
        for endpoint in endpoints_of(outline):
            self._known.setdefault(bare(endpoint.url), endpoint)
            yield endpoint.url

    def template(self, url: str) -> str | None:
        """How the pages of the list behind an address are called."""
        endpoint = self._known.get(bare(url))
        return endpoint.template if endpoint is not None else None

    def spec(self, url: str, text: str) -> DataList | None:
        """How to read an answer as a list of articles; None where it is none."""
        endpoint = self._known.get(bare(url))
        return understood(text, endpoint) if endpoint is not None else None
