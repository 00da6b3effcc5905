"""Lists as data: the endpoints that a page's markup names, and the keys of link, day and title in their answers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urljoin, urlsplit

from lxml.etree import _Element as Element

from crawler.exploring.frontier import Lead, bare
from crawler.exploring.outline import LIBRARY, Outline
from crawler.registry.site import DataList
from crawler.registry.urls import RefusedAddress, normalised
from crawler.scripts.chained import jpages
from crawler.scripts.chosen import opened
from crawler.scripts.embedded import NEXT_ATTRIBUTE, WRITTEN, is_markup, write_out, write_out_calls
from crawler.scripts.joined import PAGE_NAME, Meanings, joined
from crawler.scripts.keys import item_like, item_links, links_in, token_of, value_in
from crawler.scripts.keys import understood as data_keys

MOST_ENDPOINTS = 10  # of one page
MOST_WAITING = 12  # pages that wait for scripts which they load
STRING = re.compile(r"[\"'`]((?:https?:)?/{0,2}[\w./?&=%${}:\[\]#-]{4,200})[\"'`]")
SAYS_DATA = re.compile(
    r"\.jsonp?\b|\.xml\b|\bjsonp?[/_?]|/api/|ajax|getlist|get_list|list\w{0,40}\.(?:do|php|aspx|jsp|ashx)|/roll|/data/|\bmore\w{0,40}\.(?:do|php|aspx|jsp|ashx)|"
    r"[?&]page(?:no|num|index)?=|[?&]p(?:n|g)?=|callback=|/list\?|dataproxy|/feed/",
    re.IGNORECASE,
)
LOADED = re.compile(r"(?:=|\(|:|,)\s{0,4}[\"']((?:https?:)?/{1,2}[\w./-]{3,120}\.js)[\"']")
LOADED_PAGE = re.compile(r"[\"'](_0?)[\"']\s{0,4}\+\s{0,4}\w{1,20}\s{0,4}\+\s{0,4}[\"']\.js[\"']")
ASKED = re.compile(
    r"(?:\burl\s{0,4}:|\bfetch\(|\.get\w{0,8}\(|\baxios\w{0,8}\(|\brequest\w{0,8}\(|\.load\(|\.open\(\s{0,4}[\"']get[\"']\s{0,4},)\s{0,4}$",
    re.IGNORECASE,
)
API_BASE = re.compile(
    r"(?:base_?ur[li]|api_?(?:base|root|host|prefix|url)|BASE_?API)\w{0,10}[\"']?\s{0,4}[:=]\s{0,4}[\"']((?:https?:)?/{1,2}[\w./:-]{1,100})[\"']",
    re.IGNORECASE,
)
NO_DATA = re.compile(
    r"\.(?:js|css|s?html?|png|jpe?g|gif|svg|woff2?|ico)(?:\?|$)|login|user|captcha|stat|count|hits|comment|(?<!was5/web/)search|weather|tianqi|(?<![a-z])ad[s_/]",
    re.IGNORECASE,
)
PARAMETERS = re.compile(
    r"^\s*+(?:[\"'`]\s*+)?,\s*+(?:\{?[\w\s:]{0,200}?(?:data|params)\s*:\s*)?\{([^{}]{1,300})\}|^[^}]{0,120}?data\s*:\s*\{([^{}]{1,300})\}",
    re.DOTALL,
)
PAIR = re.compile(
    r"(?<!\w)[\"']?(\w++)[\"']?\s*:\s*(?:[\"']([^\"']*)[\"'](?:\s{0,9}\+\s{0,9}(\w[\w.]*))?|(\d+)|((?:\$|jQuery|document\.\w+)\([^()]{1,40}\)\.\w+(?:\(\))?|\w[\w.]*))"
)
FILLED = re.compile(
    r"\$\{\s*+(?:(?!page)\w)*+page\w*+\s*+\}|(?<!\{)\{++\s*+page\w{0,5}+\s*+\}++|\$page\b|%7Bpage%7D|__page__"
    r"|\[page\w{0,5}\]|%5Bpage\w{0,5}%5D|(?<=[/=]):page\w{0,5}|[#*%]page[#*%]",
    re.IGNORECASE,
)
NUMBERS = re.compile(r"(?<=[?&])\w{1,40}=\d{0,12}(?=&|$)")
OTHERS = re.compile(r"\{\?([^|]{1,80})\|([^{}]{0,80})\}")
MARKS = re.compile("[=&+#]")
COUNTS_ENTRIES = re.compile(
    r"(?i)(?<=[?&])(offset|start(?:index|row|_?num)?|skip|begin|from_?index|first_?result)=(\d{1,3})(?=&|$)"
)
SIZE = re.compile(
    r"(?i)[?&](?:limit|(?:page_?)?size|count|num|rows|length|perpage|pagesize)=(\d{1,3})(?=&|$)"
)
FOLDER_PAGE = re.compile(r"[\"'](_0?)[\"']\s{0,4}\+\s{0,4}\w{1,20}\s{0,4}\+\s{0,4}[\"']/")
BEGUN = re.compile(r"\{page=(\d+)\}")
NEXT_PAGE = re.compile("(?i)^data-(?:next-?)?(?:page|pn|p)(?:-?(?:no|num|index|next))?$")
SENT = re.compile(
    r"""(?<![\w$])["']?(\w{1,40})["']?\s{0,4}:\s{0,4}(?:[\w$]{1,30}(?:\([\w"']{0,30}\))?\.){1,3}(?:(?:data|attr|getAttribute)\(\s{0,4}["'])?(?:data-)?(\w[\w-]{0,40})"""
)
MORE_URL = re.compile("(?i)^data-(?:\\w+-)?(?:url|api|src|href|action|link)$")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address whose answer may be a list; `template` holds `{page}`, `item` an article's address with `{key}`.

    `first` is the number of the page at `url`; the addresses in the answer belong to `page`, which named it.
    """

    url: str
    template: str | None = None
    item: str | None = None
    first: int = 1
    page: str = ""
    step: int = 0
    """What the number in `template` grows by from page to page, where it counts entries; -1 for a whole page's."""


def endpoints_of(outline: Outline, outer: str = "") -> tuple[Endpoint, ...]:
    """The endpoints that scripts and attributes of a page name; `outer` is the text of a script that it loads."""
    root = outline.page.tree
    if root is None or not is_markup(outline.page):
        text = outline.page.text
        return _named(outline, _every_way(text, None), text)
    text = f"{outline.script}\n{outer}"
    attributes = [
        value
        for element in root.iter("div", "ul", "a", "button", "section", "input", "body", "span")
        for name, value in element.attrib.items()
        if str(name).startswith("data-")
        and name != WRITTEN
        and not NEXT_ATTRIBUTE.match(str(name))
        and len(str(value)) < 300
        and (
            SAYS_DATA.search(FILLED.sub("1", str(value))) or ("/" in str(value) and FILLED.search(str(value)))
        )
    ]
    sources = [
        str(s.get("src"))
        for s in root.iter("script")
        if re.search(r"(?i)\.jsonp?\b|callback=", s.get("src") or "")
    ]
    others = ((value, None) for value in [*map(str, attributes), *sources])
    return _named(outline, [*_every_way(text, root), *_by_attributes(root, text), *others], text)


def _every_way(text: str, root: Element | None) -> Iterator[tuple[str, str | None]]:
    """Addresses in scripts, for each value that their names have on the page."""
    names = Meanings(text, root)
    met = dict.fromkeys(_in_scripts(text, names))
    for nth in range(1, names.ways):
        met.update(dict.fromkeys(_in_scripts(text, Meanings(text, root, nth))))
    yield from met


def _loaded(outline: Outline, text: str) -> Iterator[Endpoint]:
    """Scripts that a script loads by name, which may hold a list: url = '/special/guonei.js', then guonei_02.js."""
    further = LOADED_PAGE.search(text)
    for match in LOADED.finditer(text):
        url = outline.address(match[1]) if not LIBRARY.search(match[1]) else None
        if url:
            yield Endpoint(url, f"{url[:-3]}{further[1]}{{page}}.js" if further else None)


def _named(outline: Outline, named_ones: Iterable[tuple[str, str | None]], text: str) -> tuple[Endpoint, ...]:
    item = next(item_links(text), None)
    found: dict[str, Endpoint] = {}
    base, further = API_BASE.search(text), FOLDER_PAGE.search(text)
    named_ones = list(named_ones)
    if base is not None:  # axios.create({baseURL: '/api'}), then get('/list')
        below = [
            (f"{base[1].rstrip('/')}{name}", more) for name, more in named_ones if re.match("/(?!/)", name)
        ]
        named_ones = [*(one for one in below if not one[0].startswith(base[1] * 2)), *named_ones]
    for named in named_ones:
        endpoint = _endpoint(outline, *named)
        if endpoint is not None:
            endpoint = _of_folders(endpoint, further)
            found.setdefault(endpoint.url, replace(endpoint, item=item, page=outline.page.url))
    for endpoint in _loaded(outline, text):
        found.setdefault(endpoint.url, replace(endpoint, item=item, page=outline.page.url))
    return tuple(found.values())[:MOST_ENDPOINTS]


def _of_folders(endpoint: Endpoint, further: re.Match[str] | None) -> Endpoint:
    """A list whose pages are folders, by what the script puts between: /cm_yaowen/?callback=c, then /cm_yaowen_02/."""
    folder, mark, query = endpoint.url.partition("/?")
    if further is None or endpoint.template or not mark or folder.count("/") < 3:
        return endpoint
    return replace(endpoint, template=f"{folder}{further[1]}{{page}}/?{query}")


def _in_scripts(text: str, names: Meanings) -> Iterator[tuple[str, str | None]]:
    """Addresses in scripts, with the parameters that follow them."""
    for address, sent in jpages(text):
        yield address, "&".join(_pairs(sent, names))
    for address, start, end in joined(text, names):
        named = re.search("[/?]", address) and ASKED.search(text, max(0, start - 40), start)
        if "{page}" in address or OTHERS.search(address) or SAYS_DATA.search(address) or named:
            given = PARAMETERS.match(text[end : end + 500])
            yield address, _parameters(given, names)
    for match in STRING.finditer(text):
        behind = text[match.end() : match.end() + 500]
        is_asked = ASKED.search(text, max(0, match.start() - 40), match.start()) and "/" in match[1]
        is_whole = "${" not in FILLED.sub("", match[1]) and not re.match(r"\s*\+", behind)
        is_whole = is_whole and not text[max(0, match.start() - 9) : match.start()].rstrip().endswith("+")
        if not (is_asked or SAYS_DATA.search(match[1])) or not is_whole:
            continue
        yield match[1], _parameters(PARAMETERS.match(behind), names)


def _parameters(given: re.Match[str] | None, names: Meanings) -> str | None:
    return "&".join(_pairs(given[1] or given[2], names)) if given else None


def _by_attributes(root: Element, script: str = "") -> Iterator[tuple[str, str | None]]:
    """Addresses in an attribute with the number of the next page in another: data-url="/more" data-page="2".

    Further attributes are parameters where the script makes such of them: {cid: b.data('cid')}.
    """
    asked = {name: called for called, name in SENT.findall(script)}
    for element in root.iter("div", "ul", "a", "button", "section", "input", "span"):
        attributes = {str(name): str(value) for name, value in element.attrib.items()}
        number = next(
            (value for name, value in attributes.items() if NEXT_PAGE.match(name) and value.isdigit()), None
        )
        url = next(
            (value for name, value in attributes.items() if MORE_URL.match(name) and "/" in value), None
        )
        if number and url and len(url) < 300 and "page" not in url.lower():
            more = [
                f"{asked[name[5:]]}={value}&"
                for name, value in attributes.items()
                if name[5:] in asked and not NEXT_PAGE.match(name) and not MORE_URL.match(name)
            ]
            yield f"{url}{'&' if '?' in url else '?'}{''.join(more)}page={{page={number}}}", None


def _endpoint(outline: Outline, named: str, parameters: str | None) -> Endpoint | None:
    if others := OTHERS.search(named):  # '/list' + (page > 1 ? '_' + page : '') + '.json'
        first_page, behind = f"{named[: others.start()]}{others[2]}", named[others.end() :]
        endpoint = _endpoint(outline, f"{first_page}{behind}", parameters)
        template = _template(outline, f"{named[: others.start()]}{others[1]}{behind}")
        return replace(endpoint, template=template) if endpoint else None
    named = FILLED.sub("{page}", named)
    if parameters:
        named += ("&" if "?" in named else "?") + parameters
    named = named.replace("=?", "=list")  # callback=?
    named = re.sub(r"(?i)([?&]page(?:no|num|index|_no|_num)?=)$", r"\1{page}", named)
    numbered = re.sub(
        r"(?i)([?&](?:page|pageno|pagenum|pageindex|page_no|page_num|pn)=)([0-3])(?=&|$)",
        r"\1{page=\2}",
        named,
    )
    begun = BEGUN.search(numbered)
    numbered = BEGUN.sub("{page}", numbered)
    step, at, counted = 0, 0, COUNTS_ENTRIES.search(numbered)
    if counted and "{page}" not in numbered:
        size = SIZE.search(numbered)
        at = int(counted[2])  # the page itself may be the first of its list
        step = int(size[1]) if size and int(size[1]) else at or -1
        begun = None
        numbered = f"{numbered[: counted.start(2)]}{{page}}{numbered[counted.end(2) :]}"
    is_first_0 = re.search(r"(?i)[?&](?:page|pageindex|pn)=0(?=&|$)", named)
    first = int(begun[1]) if begun else 0 if is_first_0 and not step else 1
    first = at // step + 1 if counted and step > 0 else first
    options = (
        re.sub(r"\.(?:js|s?html?)(?=\?|$)", "", numbered)
        if "{page}" in numbered.partition("?")[0]
        else numbered
    )
    if NO_DATA.search(NUMBERS.sub("", options.replace("{page}", "1"))):
        return None
    url = _address(outline, numbered.replace("{page}", str(at) if step else str(first)))
    if url is None:
        return None
    template = _template(outline, numbered) if "{page}" in numbered else None
    return Endpoint(url, template, first=first if template else 1, step=step)


def _template(outline: Outline, named: str) -> str | None:
    url = _address(outline, named.replace("{page}", "90210"))
    return url.replace("90210", "{page}") if url else None


def _address(outline: Outline, named: str) -> str | None:
    try:
        return normalised(urljoin(outline.base, named), ports=frozenset(), is_for_data=True)
    except (RefusedAddress, ValueError):
        return None


def _pairs(parameters: str, names: Meanings) -> Iterator[str]:
    for name, quoted, joined_to, number, variable in PAIR.findall(parameters):
        if PAGE_NAME.match(name):
            begun = names.number(variable) if variable else number
            yield f"{name}={{page={begun}}}" if begun in ("0", "1", "2") else f"{name}={{page}}"
            continue
        value = names.channel(name) or names.value(variable) if variable else quoted or number
        value = variable if variable in ("true", "false") else value
        if joined_to and value is not None:  # classsql: 'chnlid=' + chnlid
            more = names.value(joined_to)
            value = None if more is None else f"{value}{more}"
        if value is not None:  # what a script works out is not known here
            yield f"{name}={MARKS.sub(lambda mark: quote(mark[0]), value)}"


def understood(text: str, endpoint: Endpoint) -> DataList | None:
    """How to read an answer as a list of articles; None if it is none."""
    keys = data_keys(value_in(text), endpoint.item)
    if keys is None:
        return None
    token = None if endpoint.template else token_of(value_in(text), keys.items, endpoint.url)
    step = endpoint.step if endpoint.step >= 0 else sum(1 for _ in links_in(value_in(text), keys))
    return DataList(
        url=endpoint.url,
        link=_of_page(endpoint, keys.link, next(links_in(value_in(text), keys), "")),
        items=keys.items,
        date=keys.date,
        title=keys.title,
        paging=token[1] if token else endpoint.template,
        token=token[0] if token else None,
        first=endpoint.first + 1,
        step=step,
    )


def _of_page(endpoint: Endpoint, link: str, first: str) -> str:
    """How an entry's address is made, where the answer comes from another host than the page that shows its entries."""
    here, there = urlsplit(endpoint.page), urlsplit(endpoint.url)
    if not here.netloc or here.netloc == there.netloc or not re.match("/(?!/)", first):
        return link
    return f"{here.scheme}://{here.netloc}{link if '{' in link else f'{{{link}}}'}"


@dataclass(slots=True)
class Endpoints:
    """The endpoints that pages of a host named, by address."""

    _known: dict[str, Endpoint] = field(default_factory=dict)
    _loaded: dict[str, str] = field(default_factory=dict)
    """Texts of scripts that pages load, by address."""
    _waiting: list[tuple[Lead, Outline]] = field(default_factory=list)
    """Pages that load scripts which did not come yet."""

    def wait(self, way: Lead, outline: Outline) -> None:
        """Keep a page that loads scripts: what they name and open is known once they came."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append((way, outline))

    def loaded(self, url: str, text: str) -> list[tuple[Lead, Outline]]:
        """Take a script that came: the pages that load it, with what their calls open now."""
        self._loaded[url] = text
        pages = [(way, outline) for way, outline in self._waiting if url in outline.scripts]
        return [(way, self.understood(outline)) for way, outline in pages]

    def understood(self, outline: Outline) -> Outline:
        """A page's outline with what its calls open by the scripts that it loads, as far as they came."""
        outer = self.outer(outline)
        root = outline.page.tree
        if not outer or root is None or not is_markup(outline.page):
            return outline
        write_out_calls(root, outline.page.url, outer)
        for element, address in opened(root, outer):
            write_out(element, address)
        return Outline(outline.page, outline.today)

    def outer(self, outline: Outline) -> str:
        """The texts of the scripts that a page loads, as far as they came."""
        return "\n".join(self._loaded[url] for url in outline.scripts if url in self._loaded)

    def named_by(self, outline: Outline) -> Iterator[tuple[str, int]]:
        """The addresses that a page names, with the page's number; how their answers may be read is kept."""
        for endpoint in endpoints_of(outline, self.outer(outline)):
            self._known.setdefault(bare(endpoint.url), endpoint)
            yield endpoint.url, endpoint.first

    def second(self, url: str) -> str | None:
        """The second page of the list behind an address, known from now on too; None where it has no pages."""
        endpoint = self._known.get(bare(url))
        if endpoint is None or endpoint.template is None:
            return None
        second = endpoint.template.replace("{page}", "2")
        self._known.setdefault(bare(second), replace(endpoint, url=second, first=2))
        return second

    def item(self, url: str) -> str | None:
        """How the page that named an address makes those of its entries."""
        endpoint = self._known.get(bare(url))
        return endpoint.item if endpoint is not None else None

    def template(self, url: str) -> str | None:
        """The address template of the pages of a list; None where the list has no known pages."""
        endpoint = self._known.get(bare(url))
        return endpoint.template if endpoint is not None else None

    def spec(self, url: str, text: str, known: Iterable[str]) -> DataList | None:
        """How to read an answer as a list of articles; None if it is none.

        `known` are addresses of articles: entries that state a number and no address may be called like them.
        """
        endpoint = self._known.get(bare(url))
        if endpoint is None:
            return None
        found = understood(text, endpoint)
        if found is None and endpoint.item is None and (item := item_like(value_in(text), known)):
            found = understood(text, replace(endpoint, item=item))
        return found
