"""Addresses that a script puts together: strings joined with variables, whose values the page itself holds."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote

from lxml.etree import _Element as Element

T = TypeVar("T")
TOKEN = re.compile(
    r"\"(?P<double>[^\"\n\\]{0,300})\"|'(?P<single>[^'\n\\]{0,300})'|`(?P<template>[^`\\]{0,300})`"
    r"|(?P<name>[A-Za-z_$][\w$]*)|(?P<number>\d+)|(?P<mark>[+.()])|(?P<other>[^\s])"
)
ASSIGNED = re.compile(
    r"(?<![\w$.])(?P<name>[A-Za-z_$][\w$]{0,60})[\"']?\s{0,9}[=:]\s{0,9}(?:\"(?P<double>[^\"\n]{0,200})\"|'(?P<single>[^'\n]{0,200})'|(?P<number>\d{1,12}))"
    r"(?=\s{0,9}(?:[,;}\n)]|$))"
)
FROM_PAGE = re.compile(
    r"(?<![\w$.])([A-Za-z_$][\w$]{0,60})\s{0,9}=\s{0,9}[^;,\n=]{0,60}?\.(?:(?:data|attr|getAttribute)\(\s{0,9}[\"'](?:data-)?([\w-]{1,40})[\"']|dataset\.(\w{1,40}))"
)
FROM_FIELD = re.compile(
    r"""^(?:(?:\$|jQuery)\(\s{0,4}["']#|document\.(?:getElementById|querySelector)\(\s{0,4}["']#?)([\w-]{1,40})["']\s{0,4}\)\s{0,4}\.\s{0,4}(?:val\(\s{0,4}\)|value)"""
)
FROM_ELEMENT = re.compile(
    r"""(?<![\w$.])([A-Za-z_$][\w$]{0,60})\s{0,9}=\s{0,9}(encodeURI(?:Component)?\(\s{0,4})?(?:\$|jQuery|document\.\w{5,20})\(\s{0,4}["']([.#]?)([\w-]{1,40})["']\s{0,4}\)"""
    r"""\s{0,4}\.\s{0,4}(?:val\(|value|text\(|html\(|innerHTML|innerText|textContent)"""
)
# { id: 105, name: '要闻' }: the channels that a script names
CHANNEL = re.compile(r"\{[^{}]{1,300}\}")
CHANNEL_NUMBER = re.compile(
    r"""(?<![\w$])["']?(?:id|cid|code|value|(?:channel|column|cat|category|node|class|type)_?id)["']?\s{0,4}:\s{0,4}["']?(\w[\w-]{0,39})["']?\s{0,4}[,}]""",
    re.IGNORECASE,
)
CHANNEL_NAME = re.compile(
    r"""["']?(?:\w{0,20}name|title|label|text)["']?\s{0,4}:\s{0,4}["'][\u3400-\u9fff]{2,8}["']""",
    re.IGNORECASE,
)
OF_CHANNEL = re.compile(
    r"(?i)^(?:channel|column|cat|category|node|class|type|lm|col|menu)?_?(?:id|code)$"
    r"|^(?:channel|column|cat|category|node|[cnt]id)$"
)
PAGE_NAME = re.compile(
    r"^(?:page|pg|paged|pageid|page_id|currpage|curr_page|cpage|cp|intpage|thispage|pageno|page_no|pagenum|page_num|pageindex|page_index|pn|p|curpage|currentpage|current)$",
    re.IGNORECASE,
)
LIKE_A_PAGE = re.compile(r"(?i)page|pn|num|index|idx|cur|next|^[pnik]$")
LIKE_A_TOKEN = re.compile("(?i)cursor|token|^after|^before|^until|scroll|^last|^since|^max_?(?:id|time)")
NO_PAGE = re.compile("(?i)size|count|total|limit|rows|per|max|url|name|type|cnt")
MOMENT = re.compile("(?i)^(?:date|math|timestamp|_t|ts|random|time|now)$")
ADDRESS = re.compile(r"[/?]|\}\.(?:s?html?|jsonp?|aspx?|php|jsp)$")
ESCAPES = ("encodeURIComponent", "encodeURI", "escape")
LONGEST_CHOICE = 24  # tokens of (page > 1 ? '_' + page : '')
MOST_JOINED = 16  # parts of one address
MOST_TOKENS = 40_000  # of one page's scripts


MADE = re.compile(
    r"(?:\bfunction\s{1,9}([A-Za-z_$][\w$]{0,60})\s{0,9}|(?<![\w$.])([A-Za-z_$][\w$]{0,60})\s{0,9}=\s{0,9}(?:function\s{0,9})?)\(([\w$,\s]{1,120})\)\s{0,9}(?:=>|\{)"
)
MOST_WAYS = 8


@dataclass
class Meanings:
    """The values of the names in a page's scripts: from scripts, from attributes, from fields of the page.

    Where a name has several values, one for each block of the page or each call of a function, `nth` says which of them
    is meant; `ways` is how many there are.
    """

    script: str
    root: Element | None = None
    nth: int = 0
    ways: int = 1
    _known: dict[str, str] = field(default_factory=dict)
    _channels: list[str] | None = None

    def __post_init__(self) -> None:
        for found in ASSIGNED.finditer(self.script):
            value = found["double"] if found["double"] is not None else found["single"]
            self._known.setdefault(found["name"], found["number"] if value is None else value)
        for found in FROM_PAGE.finditer(self.script):
            if value := self.attribute(found[2] or re.sub("([A-Z])", r"-\1", found[3]).lower()):
                self._known.setdefault(found[1], value)
        for found in FROM_ELEMENT.finditer(self.script):
            if value := self.content(found[3], found[4]):
                self._known.setdefault(found[1], quote(value, safe="") if found[2] else value)
        for made in MADE.finditer(self.script):
            names = [name.strip() for name in made[3].split(",")]
            for name, value in zip(names, self._called(made[1] or made[2]), strict=False):
                self._known.setdefault(name, value)

    def value(self, name: str) -> str | None:
        """The value of a name, or of a field of the page; None where the page gives none."""
        if called := FROM_FIELD.match(name):
            return self.field(called[1])
        return self._known.get(name.rpartition(".")[2])

    def forget(self, names: Iterable[str]) -> None:
        """Know no value of names that are a function's own."""
        for name in names:
            self._known.pop(name, None)

    def number(self, name: str) -> str | None:
        """The first value of a name in the scripts, if that value is a number."""
        value = self.value(name)
        return value if value and value.isdigit() else None

    def attribute(self, name: str) -> str | None:
        """The value of an attribute (data-url by `url`), of the first element that has it."""
        if self.root is None:
            return None
        found = self.root.xpath("//@*[name() = $name]", name=f"data-{name.removeprefix('data-')}")
        return self._one(list(dict.fromkeys(map(str, found)))) if isinstance(found, list) else None

    def _one(self, values: list[T]) -> T | None:
        self.ways = max(self.ways, min(len(values), MOST_WAYS))
        return values[self.nth % len(values)] if values else None

    def _called(self, name: str) -> list[str]:
        """What a function is called with, where that is plain: load('yw', 1)."""
        call = re.compile(
            rf"(?<![\w$.])(?<!function ){re.escape(name)}\(((?:\s*(?:'[^'\"()]*'|\"[^'\"()]*\"|\d+)\s*,?){{1,5}})\)"
        )
        texts = [self.script]
        if self.root is not None:
            said = self.root.xpath("//@onclick | //@onload | //@href[starts-with(., 'javascript:')]")
            texts += [str(one) for one in said][:200] if isinstance(said, list) else []
        calls = [
            [one.strip(" '\"") for one in found[1].split(",")]
            for text in texts
            for found in call.finditer(text)
        ]
        # load($(this).data('lid'), 1): once for each element that has the attribute
        by_element = re.compile(
            rf"(?<![\w$.])(?<!function ){re.escape(name)}\(\s{{0,4}}(?:\$\(\w{{1,20}}\)|\w{{1,20}})"
            r"\.(?:(?:data|attr|getAttribute)\(|dataset\.)[\"']?(?:data-)?([\w-]{1,40})"
            r"[\"']?\)?((?:\s{0,4},\s{0,4}(?:'[^'\"()]{0,60}'|\d{1,9})){0,4})\s{0,4}\)"
        )
        for found in by_element.finditer("\n".join(texts)):
            more = [one.strip(" '\"") for one in found[2].split(",")[1:]]
            values = (
                self.root.xpath("//@*[name() = $name]", name=f"data-{found[1]}")
                if self.root is not None
                else []
            )
            calls += [[str(value), *more] for value in values] if isinstance(values, list) else []
        return self._one([list(one) for one in dict.fromkeys(map(tuple, calls))]) or []

    def field(self, name: str) -> str | None:
        """The value of the field that has an id."""
        if self.root is None:
            return None
        found = self.root.xpath("//*[@id = $name]/@value", name=name)
        return str(found[0]) if isinstance(found, list) and found else None

    def content(self, mark: str, name: str) -> str | None:
        """The value or the text of the element that has an id, or of the first that has a class (`mark` is a dot)."""
        if self.root is None:
            return None
        words = (
            "contains(concat(' ', @class, ' '), concat(' ', $name, ' '))" if mark == "." else "@id = $name"
        )
        found = self.root.xpath(f"//*[{words}]", name=name)
        if not isinstance(found, list) or not found or isinstance(found[0], (str, tuple)):
            return None
        element = found[0]
        text = element.get("value") or "".join(element.itertext())
        return text.strip()[:300] or None

    def channel(self, name: str) -> str | None:
        """The number of a channel, where a parameter asks for one and scripts name several: {id: 9, name: '要闻'}."""
        if not OF_CHANNEL.match(name):
            return None
        if self._channels is None:
            numbers = (
                CHANNEL_NUMBER.search(entry[0])
                for entry in CHANNEL.finditer(self.script)
                if CHANNEL_NAME.search(entry[0])
            )
            self._channels = list(dict.fromkeys(number[1] for number in numbers if number))
        is_one = self._known.get(name, self._channels[0] if self._channels else "") in self._channels
        return self._one(self._channels) if is_one and len(self._channels) > 1 else None

    def part(self, name: str) -> str | None:
        """The part of an address that a name gives: its value, or the place of a page number."""
        value = self.value(name)
        last = name.rpartition(".")[2]
        value = self.channel(last) or value
        if not value and LIKE_A_TOKEN.search(last):
            return ""  # empty until the first answer says what it is
        is_page = LIKE_A_PAGE.search(last) and not NO_PAGE.search(last)
        if is_page and (value is None or value in ("0", "1", "2")):
            return "{page}" if value is None else f"{{page={value}}}"
        return "1" if value is None and MOMENT.match(last) else value


def joined(script: str, names: Meanings) -> Iterator[tuple[str, int, int]]:
    """Addresses made of strings and names joined by `+` or within a template, where each begins and where it ends."""
    tokens = [token for _, token in zip(range(MOST_TOKENS), TOKEN.finditer(script), strict=False)]
    at = 0
    while at < len(tokens):
        parts, after = _joined_at(tokens, at, names)
        text = "".join(part or "" for part in parts)
        is_one = None not in parts and (len(parts) > 1 or tokens[at].lastgroup == "template")
        if is_one and ADDRESS.search(text) and len(text) < 400 and not re.search(r"[\s<>]", text):
            yield text, tokens[at].start(), tokens[after - 1].end()
        at = max(after, at + 1)


def _joined_at(tokens: list[re.Match[str]], at: int, names: Meanings) -> tuple[list[str | None], int]:
    """The parts that are joined from a token on, None for those not known, and the token behind them."""
    parts: list[str | None] = []
    while at < len(tokens) and len(parts) < MOST_JOINED:
        part, after = _part(tokens, at, names)
        if after == at:
            break
        parts.append(part)
        at = after
        if at >= len(tokens) or tokens[at][0] != "+":
            break
        at += 1
    return parts, at


def _part(tokens: list[re.Match[str]], at: int, names: Meanings) -> tuple[str | None, int]:
    """One part of a sum: a string, a name with its calls, a name in brackets."""
    token = tokens[at]
    match token.lastgroup:
        case "double" | "single":
            return token[token.lastgroup], at + 1
        case "template":
            return _filled(token["template"], names), at + 1
        case "number":
            return token[0], at + 1
        case "name":
            return _named(tokens, at, names)
    if token[0] == "(" and (choice := _choice(tokens, at, names)) is not None:
        return choice
    if token[0] == "(" and at + 2 < len(tokens) and tokens[at + 1].lastgroup == "name":
        part, after = _named(tokens, at + 1, names)
        if [one[0] for one in tokens[after : after + 2]] == ["+", "1"]:
            after += 2
        if after < len(tokens) and tokens[after][0] == ")":
            return part, after + 1
    return None, at


def _choice(tokens: list[re.Match[str]], at: int, names: Meanings) -> tuple[str | None, int] | None:
    """A part that only some pages have: (page > 1 ? '_' + page : '') gives `{?_{page}|}`; None where it is no choice.

    The first side is that of further pages, the second that of page 1.
    """
    depth, marks, end = 0, dict[str, int](), None
    for n in range(at, min(at + LONGEST_CHOICE, len(tokens))):
        depth += (tokens[n][0] == "(") - (tokens[n][0] == ")")
        if not depth:
            end = n
            break
        if depth == 1 and tokens[n][0] in ("?", ":"):
            marks.setdefault(tokens[n][0], n)
    if end is None or "?" not in marks or marks["?"] > marks.get(":", 0):
        return None
    sides = []
    for start, stop in ((marks["?"] + 1, marks[":"]), (marks[":"] + 1, end)):
        parts, after = _joined_at(tokens[:stop], start, names)
        if after != stop or None in parts:
            return None, end + 1
        sides.append("".join(map(str, parts)))
    sides.sort(key=lambda side: "{page" not in side)
    if "{page" not in sides[0] or "{page" in sides[1]:
        return None, end + 1
    return f"{{?{re.sub(r'[{]page=[0-9]+[}]', '{page}', sides[0])}|{sides[1]}}}", end + 1


def _named(tokens: list[re.Match[str]], at: int, names: Meanings) -> tuple[str | None, int]:
    """A name with what hangs on it: page, cfg.nid, $(this).data("url"), $("#nid").val()."""
    words, said = [tokens[at][0]], list[str]()
    at += 1
    while at < len(tokens) and tokens[at][0] in (".", "("):
        if tokens[at][0] == ".":
            if at + 1 >= len(tokens) or tokens[at + 1].lastgroup != "name":
                break
            words.append(tokens[at + 1][0])
            at += 2
            continue
        end = next((k for k in range(at, min(at + 8, len(tokens))) if tokens[k][0] == ")"), None)
        if end is None or any(token[0] == "+" or token.lastgroup == "template" for token in tokens[at:end]):
            return None, at  # what it is called with may be an address itself
        said += [
            token[token.lastgroup or ""]
            for token in tokens[at:end]
            if token.lastgroup in ("double", "single")
        ]
        at = end + 1
    return _meant(words, said, names), at


def _meant(words: list[str], said: list[str], names: Meanings) -> str | None:
    if words[-1] in ("data", "attr", "getAttribute") and said:
        return names.attribute(said[-1])
    if words[-1] in ("val", "value") and said:
        return names.field(said[0].lstrip("#"))
    if "dataset" in words[:-1]:
        return names.attribute(words[-1])
    if any(MOMENT.match(word) for word in words[:2]):
        return "1"
    if words[0] in ESCAPES and len(said) == 1:
        return quote(said[0], safe="")
    return None if said else names.part(".".join(words))


def _filled(template: str, names: Meanings) -> str | None:
    """A template with its names filled in; None where one is not known."""
    parts = re.split(r"\$\{\s*([\w.$]{1,60})\s*\}", template)
    filled = [part if n % 2 == 0 else names.part(part) for n, part in enumerate(parts)]
    return (
        None
        if None in filled or "${" in template.replace("${", "", len(parts) // 2)
        else "".join(map(str, filled))
    )
