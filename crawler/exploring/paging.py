"""The next page of a list: found by a link, by numbers, by a script that writes the pager, or by its CMS's habit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawler.exploring.outline import NEVER, Outline, Seen
from crawler.scripts.drawn import drawn
from crawler.scripts.forms import by_number
from crawler.scripts.joined import PAGE_NAME

NEXT = re.compile(
    r"^\W*(?:下一?[页頁]|后一?[页頁]|後一?[頁页]|次[页頁]|翻下页|next(?: page)?|older(?: posts| entries)?|较早|更早|"
    r"[下后後]\s*(?:\d{1,3}|[一二三五十]{1,2})\s*[条條篇]|(?:载入|載入|加载|加載|显示|顯示)(?:更多)|下页>>|后页>>|>|>>|›|»|→|▶|►|❯|⟩|〉|＞|➡|⇒|»)"
    r"[\W\d]*$",
    re.IGNORECASE,
)
CHOICE = re.compile(
    "繁|简|簡|中文|汉语|漢語|普通版|手机版|電腦版|电脑版|进入|進入|首页|首頁|PC", re.IGNORECASE
)
WORDLESS = re.compile(r"^[^\w]+$")
LAST = re.compile(r"^\W*(?:末[页頁]|尾[页頁]|最后一?[页頁]|最後一?[頁页]|last)\W*$", re.IGNORECASE)
ISSUE_BEFORE = re.compile(r"^\W*(?:上一期|上期|前一期|前期|前一天|前一日|上一天)\W*$")
MARKED_NEXT = re.compile(r"(?i)(?:^|[\s_-]|page)next(?:[\s_-]|page|$)|下一[页頁]|下[页頁]")
PAGED = re.compile(r"(?i)[?&](?:\w*page(?!size)\w{0,6}|pg|pn|p)=$")
COUNTED = re.compile(r"(?i)(?<=[?&])(?:\w{0,20}page(?!size)\w{0,6}|pg|pn|p)=(\d++)(?=&|$)")
NO_PAGER = re.compile("(?i)swiper|slide|slick|carousel|banner|prev")
NUMBER = re.compile(r"^\W*(?:第\s*)?((?!(?:19|20)\d\d)\d{1,4})(?:\s*[页頁])?\W*$")
DAY_ALONE = re.compile(r"^\W*(?:(?:19|20)\d\d\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\W*$")
BEFORE_AFTER = re.compile("^(?:上一|下一|前一|后一|上篇|下篇)")

# createPageHTML(20, 0, "index", "html"): TRS; createPageHTML('page_div', 20, 1, 'list', 'shtml', 200): its later form
TRS_PAGER = re.compile(
    r"create\w{0,30}Page\w{0,30}\(\s*(?:[\"'][\w#-]*[\"']\s*,\s*)?(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*[\"']([\w/-]*)[\"']\s*,\s*[\"'](\w+)[\"']",
    re.IGNORECASE,
)
TRS_COUNT = re.compile(
    r"\b(?:countPage|pageCount|nPageCount|totalPages?|allPage)\s*=\s*[\"']?(\d{1,5})", re.IGNORECASE
)
TRS_NAME = re.compile(
    r"[\"'](\w+)[\"']\s*\+\s*[\"']_[\"']\s*\+|[\"'](index|default|list)_[\"']\s*\+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Pager:
    """The next page of a list, and the addresses of all its pages.

    `template` holds `{page}`; `second` is the number of page 2; `descending` says that numbers count down from it;
    `by_text` is the link's text where there is no template; `guessed` says that no link was there.
    """

    next_url: str
    template: str | None = None
    second: int = 2
    descending: bool = False
    by_text: str | None = None
    guessed: bool = False

    def counts_by_more(self, page: str) -> bool:
        """Whether the numbers of two pages differ by more than one: they count entries, not pages."""
        own, following = _number_in(self.template or "", page), _number_in(self.template or "", self.next_url)
        return own is not None and following is not None and abs(following - own) > 1

    def counts_down(self, page: str) -> bool:
        """Whether the next page's number is lower than that of the page at an address."""
        own, following = _number_in(self.template or "", page), _number_in(self.template or "", self.next_url)
        return own is not None and following is not None and following < own


def pager_of(outline: Outline, number: int = 1) -> Pager | None:
    """The pager on a page with that number of its list; None where the page shows none."""
    links = [link for link in outline.links if _is_beside(link.url, outline.page.url)]
    numbered = {int(match[1]): link.url for link in links if (match := NUMBER.match(link.text))}
    following = next((link for link in _rel_next(outline, links)), None) or next(
        (link for link in links if NEXT.match(link.text) or is_marked_next(link)), None
    )
    if following is not None and WORDLESS.match(following.text) and numbered.get(number + 1):
        following = Seen(numbered[number + 1], "")  # an arrow may as well lead to the last page
    last = next((link.url for link in links if LAST.match(link.text)), None)
    if following is not None and following.url != outline.page.url:
        return _by_link(outline.page.url, following, numbered.get(3) or last, number)
    if turned := next((link for link in links if _is_turned(link.url, outline.page.url, number + 1)), None):
        return _by_link(outline.page.url, turned, None, number)
    later = {shown: url for shown, url in numbered.items() if shown > number and url != outline.page.url}
    if later and min(later) == number + 1:
        return _by_link(outline.page.url, Seen(later[number + 1], ""), later.get(number + 2), number)
    if number == 1 and (second := next((link for link in links if _is_second(link, outline.page.url)), None)):
        return _by_link(outline.page.url, second, None, number)
    before = next((link for link in links if ISSUE_BEFORE.match(link.text)), None)
    return (
        _by_script(outline)
        or _by_form(outline, number)
        or (Pager(before.url, by_text=before.text) if before else None)
    )


def _is_second(link: Seen, page: str) -> bool:
    """Whether an address is a page's own with a 2 behind it, and the link to it no headline: /t/wenhua, /t/wenhua/2."""
    stem = re.sub(r"(?:(?<=/)(?:index|default|list)|/)?(?:\.\w{2,5})?$", "", page)
    named = r"/?(?:[/_.-]|index|list|page|p)*[_=/-]?2(?:/|\.\w{2,5})?"
    return "?" not in page and not is_headline(link) and bool(re.fullmatch(re.escape(stem) + named, link.url))


def _is_turned(url: str, page: str, number: int) -> bool:
    """Whether an address is a page's own with the number of the next page, whatever the link to it says."""
    before, _, query = url.partition("?")
    arguments = dict(parse_qsl(query, keep_blank_values=True))
    own = dict(parse_qsl(page.partition("?")[2], keep_blank_values=True))
    fresh = {name: value for name, value in arguments.items() if own.get(name) != value}
    return (
        before == page.partition("?")[0]
        and len(fresh) == 1
        and {name: value for name, value in own.items() if name not in fresh}.items() <= arguments.items()
        and all(PAGE_NAME.match(name) and value == str(number) for name, value in fresh.items())
    )


def second_page_mark(url: str, links: list[Seen]) -> str | None:
    """The characters before the page number in the address of an article's second page; None if it links none."""
    stem, dot, ending = url.rpartition(".")
    if not dot:
        return None
    second = re.compile(rf"{re.escape(stem)}([_-])\d{{1,2}}\.{re.escape(ending)}")
    found = (second.fullmatch(link.url) for link in links if NUMBER.match(link.text))
    return next((match[1] for match in found if match), None)


def habits(url: str) -> Iterator[str]:
    """How page 2 may be called where a page names none: habits of content systems, each a guess worth one request."""
    stem, dot, ending = url.rpartition(".")
    parts = urlsplit(url)
    if url.endswith("/"):
        yield f"{url}index_1.html"
    elif re.search(r"/(?:index|default)\.s?html?$", url, re.IGNORECASE):
        yield f"{stem}_1{dot}{ending}"
        yield f"{stem}_2{dot}{ending}"
    elif re.search(r"(?i)ShowClass\.asp\?ClassID=\d+$|[?&](?:catid|tid|classid|cid|typeid|id)=\d+$", url):
        yield f"{url}&page=2"
    elif re.search(r"\D1\.s?html?$", parts.path, re.IGNORECASE):
        yield f"{stem[:-1]}2{dot}{ending}"
        yield f"{stem}_2{dot}{ending}"
    elif re.search(r"/(?:list|node|channel)[_-]?\d*\.s?html?$", parts.path, re.IGNORECASE):
        yield f"{stem}_2{dot}{ending}"
    if parts.query:
        yield from (f"{url}&{name}=2" for name in ("page", "p", "pageNo"))
    elif url.endswith("/"):
        yield from (f"{url}{name}" for name in ("page/2/", "index_2.html", "?page=2", "2/", "list_2.html"))
    elif "." in parts.path.rpartition("/")[2]:
        yield from (f"{stem}{name}{dot}{ending}" for name in ("_2", "-2"))
        yield f"{url}?page=2"
    else:
        yield from (f"{url}{name}" for name in ("?page=2", "/page/2", "/2"))


def _rel_next(outline: Outline, links: list[Seen]) -> Iterator[Seen]:
    root = outline.page.tree
    if root is None:
        return
    for element in root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split() and (
            url := outline.address(element.get("href"))
        ):
            known = next((link for link in links if link.url == url), None)
            if known or str(element.tag) == "link":
                yield known or Seen(url, "")


def _is_beside(url: str, page: str) -> bool:
    """Whether an address is a page of the same host; what holds data is no page, and goes on in its own way."""
    parts = urlsplit(url)
    return parts.netloc == urlsplit(page).netloc and not parts.path.endswith((".js", ".json"))


def asked_by_get(outline: Outline) -> list[str]:
    """The second page of a list whose form sends by POST, asked for by GET: many servers read both alike."""
    root = outline.page.tree
    found = by_number(root, outline.base, 1, is_post=True) if root is not None else None
    url = outline.address(found[0]) if found else None
    return [url] if url else []


def _by_form(outline: Outline, number: int) -> Pager | None:
    """The pager of a form that asks for a page by its number."""
    root = outline.page.tree
    found = by_number(root, outline.base, number) if root is not None else None
    urls = [outline.address(url) for url in found or ()]
    if len(urls) != 2 or not urls[0] or not urls[1]:
        return None
    return Pager(urls[0], urls[1].replace("%7Bpage%7D", "{page}"))


def _by_link(page: str, following: Seen, further: str | None, number: int) -> Pager:
    """The pager that a link to the next page shows; `further` is a page behind it, `number` the page's own."""
    template = _template(page, following.url) or _counted(following.url, number + 1)
    if template is None:
        return Pager(following.url, by_text=following.text)
    text, number = template
    later, own = _number_in(text, further), _number_in(text, page)
    is_down = later is not None and later < number
    is_down = is_down or (later is None and own is None and number > 3)  # page 2 has the highest
    return Pager(following.url, text, number, descending=is_down, by_text=following.text)


def _number_in(template: str, url: str | None) -> int | None:
    before, _, after = template.partition("{page}")
    match = re.fullmatch(rf"{re.escape(before)}(\d{{1,6}}){re.escape(after)}", url or "")
    return int(match[1]) if match else None


def _template(page: str, following: str) -> tuple[str, int] | None:
    """The address of the next page with `{page}` for its number, by the number in which it differs from this one."""
    numbers = list(re.finditer(r"\d{1,5}(?!\d)", following.partition("//")[2]))
    offset = len(following) - len(following.partition("//")[2])
    for match in reversed(numbers):
        start, end = match.start() + offset, match.end() + offset
        if following[start - 1].isdigit():
            continue
        template = f"{following[:start]}{{page}}{following[end:]}"
        own = _number_in(template, page)
        if own is not None and own != int(match[0]):
            return template, int(match[0])
    named = [match for match in numbers if PAGED.search(following[: match.start() + offset])]
    for match in [*named, *reversed(numbers)]:
        start, end = match.start() + offset, match.end() + offset
        if following[start - 1].isdigit() or page.startswith(following[:end]):
            continue
        if (
            page[: start - 1] == following[: start - 1]
            or _same_folder(page, following[:start])
            or "page" in following[:start].lower()
        ):
            return f"{following[:start]}{{page}}{following[end:]}", int(match[0])
    return None


def _counted(following: str, number: int) -> tuple[str, int] | None:
    """The template of an address that holds only one small number: the number of the page."""
    start = len(following) - len(following.partition("//")[2].partition("/")[2])
    numbers = list(re.finditer(r"(?<![\w.])\d{1,3}(?![\w])", following[start:]))
    if len(numbers) != 1 or int(numbers[0][0]) != number or number != 2:
        return None
    place = start + numbers[0].start()
    return f"{following[:place]}{{page}}{following[place + 1 :]}", number


def _same_folder(page: str, before: str) -> bool:
    return page.rpartition("/")[0] == before.rpartition("/")[0]


def _by_script(outline: Outline) -> Pager | None:
    """The pager that TRS's scripts write: index_1.html is page 2."""
    called = TRS_PAGER.search(outline.script)
    page = outline.page.url
    if called:
        count, current, name, ending = int(called[1]), int(called[2]), called[3], called[4]
        base = urljoin(page, f"{name}_{{page}}.{ending}").replace("%7Bpage%7D", "{page}")
        own = _number_in(base, page)
        now = own if own is not None else min(current, 0)
        if now + 1 < count:
            return Pager(base.replace("{page}", str(now + 1)), base, 1)
        return None
    counted = TRS_COUNT.search(outline.script)
    if counted and int(counted[1]) > 1 and (named := TRS_NAME.search(outline.script)):
        name = named[1] or named[2]
        ending = (
            urlsplit(page).path.rpartition(".")[2]
            if "." in urlsplit(page).path.rpartition("/")[2]
            else "html"
        )
        base = urljoin(page, f"{name}_{{page}}.{ending}").replace("%7Bpage%7D", "{page}")
        own = _number_in(base, page)
        following = 1 if own is None else own + 1
        if following < int(counted[1]):
            return Pager(base.replace("{page}", str(following)), base, 1)
    return _drawn(outline)


def _drawn(outline: Outline) -> Pager | None:
    """The pager that a library draws where the page opens: laypage.render({count: 36, limit: 10, jump: …})."""
    found = drawn(outline.script, outline.page.tree)
    template = outline.address(found.template.replace("{page}", "90210")) if found else None
    if found is None or template is None or template.count("90210") != 1:
        return None
    template = template.replace("90210", "{page}")
    own = _number_in(template, outline.page.url)
    following = found.second if own is None else own + 1
    if found.pages is not None and following - found.second + 2 > found.pages:
        return None
    return Pager(template.replace("{page}", str(following)), template, found.second)


def guessed(second: str) -> Pager | None:
    """The pager of a list if the address of its second page was guessed and the guess was right."""
    match = COUNTED.search(second) or re.search(r"(?<!\d)(\d++)(?=\.\w+$|/?$)", second)
    if match is None:
        return None
    return Pager(
        second, f"{second[: match.start(1)]}{{page}}{second[match.end(1) :]}", int(match[1]), guessed=True
    )


def following(pager: Pager | None, number: int) -> Pager | None:
    """The page behind the one with that number, by the pager of the list's first page."""
    if pager is None or pager.template is None:
        return None
    shown = pager.second + (1 - number if pager.descending else number - 1)
    return replace(pager, next_url=pager.template.replace("{page}", str(shown))) if shown > 0 else None


def is_marked_next(link: Seen) -> bool:
    """Whether a link without words is called the next page's: by its class, its icon's, a label."""
    return bool(MARKED_NEXT.search(link.marks)) and not NO_PAGER.search(link.marks)


def is_step(link: Seen) -> bool:
    """Whether a link's words are those of a pager, or of a row of days, and no headline."""
    said = (NUMBER, NEXT, LAST, ISSUE_BEFORE, DAY_ALONE)
    return any(pattern.match(link.text) for pattern in said) or is_marked_next(link)


def is_headline(link: Seen) -> bool:
    """Whether a link's words are long enough for a headline."""
    return link.chinese >= 8


def is_entry_point(link: Seen) -> bool:
    """Whether a notice may be the way in: the choice of a language or a script, at a site's front page."""
    return bool(CHOICE.search(link.text))


def is_notice(link: Seen) -> bool:
    """Whether a link leads to a site's notices about itself, or to a page for members."""
    return len(link.text) <= 14 and link.day is None and bool(NEVER.search(link.text))
