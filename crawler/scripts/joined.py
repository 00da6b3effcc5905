"""Addresses that a script puts together: strings joined with variables, whose values the page itself holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

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
PAGE_NAME = re.compile(
    r"^(?:page|pg|paged|pageid|page_id|currpage|curr_page|cpage|cp|intpage|thispage|pageno|page_no|pagenum|page_num|pageindex|page_index|pn|p|curpage|currentpage|current)$",
    re.IGNORECASE,
)
LIKE_A_PAGE = re.compile(r"(?i)page|pn|num|index|idx|cur|next|^[pnik]$")
LIKE_A_TOKEN = re.compile("(?i)cursor|token|^after|^before|^until|scroll|^last|^since|^max_?(?:id|time)")
NO_PAGE = re.compile("(?i)size|count|total|limit|rows|per|max|url|name|type|cnt")
MOMENT = re.compile("(?i)^(?:date|math|timestamp|_t|ts|random|time|now)$")
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

    def __post_init__(self) -> None:
        for found in ASSIGNED.finditer(self.script):
            value = found["double"] if found["double"] is not None else found["single"]
            self._known.setdefault(found["name"], found["number"] if value is None else value)
        for found in FROM_PAGE.finditer(self.script):
            if value := self.attribute(found[2] or re.sub("([A-Z])", r"-\1", found[3]).lower()):
                self._known.setdefault(found[1], value)
        for made in MADE.finditer(self.script):
            names = [name.strip() for name in made[3].split(",")]
            for name, value in zip(names, self._called(made[1] or made[2]), strict=False):
                self._known.setdefault(name, value)

    def value(self, name: str) -> str | None:
        """The value of a name, or of a field of the page; None where the page gives none."""
        if called := FROM_FIELD.match(name):
            return self.field(called[1])
        return self._known.get(name.rpartition(".")[2])

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
        return self._one([list(one) for one in dict.fromkeys(map(tuple, calls))]) or []

    def field(self, name: str) -> str | None:
        """The value of the field that has an id."""
        if self.root is None:
            return None
        found = self.root.xpath("//*[@id = $name]/@value", name=name)
        return str(found[0]) if isinstance(found, list) and found else None

    def part(self, name: str) -> str | None:
        """The part of an address that a name gives: its value, or the place of a page number."""
        value = self.value(name)
        last = name.rpartition(".")[2]
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
        if is_one and ("/" in text or "?" in text) and len(text) < 400 and not re.search(r"[\s<>]", text):
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
    if token[0] == "(" and at + 2 < len(tokens) and tokens[at + 1].lastgroup == "name":
        part, after = _named(tokens, at + 1, names)
        if [one[0] for one in tokens[after : after + 2]] == ["+", "1"]:
            after += 2
        if after < len(tokens) and tokens[after][0] == ")":
            return part, after + 1
    return None, at


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
