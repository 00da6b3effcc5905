"""The forms by which the lists of a page go on: by GET, with the address they ask for, or by POST alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from lxml.etree import _Element as Element

from extract.page.address import joined

PAGE_FIELD = re.compile(
    r"^(?:\w{0,20}[_.])?(?:(?:to|go|goto|jump|curr?|current|now|next|this|the|target|int)?_?page_?(?:no|num|number|index|id|x)?|pn|p|pg|cp|curp|cpage)$",
    re.IGNORECASE,
)
SAYS_NEXT = re.compile(
    r"^\W*(?:下一?[页頁]|后一?[页頁]|後一?[頁页]|下一[组組]|(?:查看|加载|載入)?更多|next(?: page)?|older|load more)\W*$"
    r"|^\s*[>›»→]+\s*$",
    re.IGNORECASE,
)
POSTED = re.compile(r"__doPostBack\(", re.IGNORECASE)
STEP = re.compile(r"^\W*(?:下一?[页頁]|后一?[页頁]|next|>|>>|尾[页頁]|末[页頁]|[2-9])\W*$", re.IGNORECASE)
POSTS = re.compile(
    r"(?:\$\.post\(|(?:type|method)[\"']?\s{0,4}:\s{0,4}[\"']post[\"']|axios\.post\(|\.open\(\s{0,4}[\"']post[\"'])"
    r"(?=[^;]{0,300}?(?:page\w{0,8}|pn)[\"']?\s{0,4}[:=,}])",
    re.IGNORECASE,
)
MOST_CHOICES = 60  # of one form
OF_PAGES = re.compile(r"(\d{1,5})\s{0,4}/\s{0,4}(\d{1,5})\s{0,4}[页頁]?|共\s{0,4}(\d{1,5})\s{0,4}[页頁]")


@dataclass(frozen=True, slots=True)
class Form:
    """A form: where it sends to, how, its fields, and which of them is the number of a page."""

    action: str
    is_post: bool
    fields: tuple[tuple[str, str], ...]
    page: str | None
    element: Element

    def address(self, *more: tuple[str, str]) -> str:
        """The address that sending it asks for, with some fields of one's own."""
        own = dict(more)
        pairs = [(name, own.pop(name, value)) for name, value in self.fields]
        return f"{self.action.partition('?')[0]}?{urlencode([*pairs, *own.items()], safe='{}')}"


def forms(root: Element, base: str) -> Iterator[Form]:
    """The forms of a page that ask nobody for words: no search, no log-in."""
    for element in root.iter("form"):
        fields: list[tuple[str, str]] = []
        page: str | None = None
        asks_words = False
        for one in element.iter("input", "select"):
            name, kind = one.get("name") or "", (one.get("type") or "text").lower()
            if not name or kind in ("submit", "button", "image", "reset"):
                continue
            value = _value(one)
            if kind == "password":
                asks_words = True
            elif PAGE_FIELD.match(name) and (not value or value.isdigit()):
                page = name
            elif kind in ("text", "search") and not value:
                asks_words = True
            fields.append((name, value))
        if not asks_words:
            is_post = (element.get("method") or "get").strip().lower() == "post"
            action = joined(base, (element.get("action") or "").strip())
            yield Form(action, is_post, tuple(fields), page, element)


def buttons(form: Form) -> Iterator[tuple[Element, str]]:
    """The buttons of a form that say that they lead to the next page, each with the address it asks for."""
    for one in form.element.iter("input", "button"):
        kind = (one.get("type") or ("submit" if one.tag == "button" else "text")).lower()
        said = (one.get("value") if one.tag == "input" else "".join(one.itertext())) or one.get("alt") or ""
        if kind in ("submit", "image") and SAYS_NEXT.match(" ".join(said.split())):
            named = one.get("name")
            yield (
                one,
                form.address(*([(named, one.get("value") or "")] if named and one.tag == "button" else [])),
            )


def choices_of(form: Form) -> Iterator[tuple[Element, str]]:
    """The choices of a form that asks for nothing else, each with the address it asks for: a menu of channels."""
    selects = [one for one in form.element.iter("select") if one.get("name")]
    if (
        form.is_post
        or form.page is not None
        or len(selects) != 1
        or form.element.find(".//textarea") is not None
    ):
        return
    for option in list(selects[0].iter("option"))[:MOST_CHOICES]:
        value = (option.get("value") or "").strip()
        if value:
            yield option, form.address((selects[0].get("name") or "", value))


def by_number(root: Element, base: str, number: int, *, is_post: bool = False) -> tuple[str, str] | None:
    """The next page's address and the template of all, where a form asks for pages by their number."""
    for form in forms(root, base):
        if form.is_post is not is_post or form.page is None:
            continue
        printed = OF_PAGES.search(" ".join("".join(form.element.itertext()).split()))
        last = int(printed[2] or printed[3]) if printed else None
        if last is None or number < last:
            return form.address((form.page, str(number + 1))), form.address((form.page, "{page}"))
    return None


def goes_on_by_post(root: Element, script: str) -> bool:
    """Whether the pages behind this one are reached by sending a form, or a script's request, by POST alone."""
    for anchor in root.iter("a", "input", "button"):
        called = f"{anchor.get('href') or ''} {anchor.get('onclick') or ''}"
        said = anchor.get("value") or "".join(anchor.itertext())
        if POSTED.search(called) and STEP.match(" ".join(said.split())):
            return True
    if any(form.is_post and form.page for form in forms(root, "http://a/")):
        return True
    return bool(POSTS.search(script))


def _value(one: Element) -> str:
    if one.tag != "select":
        return (one.get("value") or "").strip()
    chosen = [option for option in one.iter("option") if option.get("selected") is not None]
    first = next(iter([*chosen, *one.iter("option")]), None)
    return "" if first is None else (first.get("value") or "".join(first.itertext())).strip()
