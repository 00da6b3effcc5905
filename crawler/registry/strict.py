"""TOML tables read into dataclasses, every key and every type checked."""

import difflib
import re
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from types import UnionType
from typing import Any, NewType

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import XPathSyntaxError

from archive.errors import WrongUse

Css = NewType("Css", str)  # a selector


class SiteFileError(WrongUse):
    """A site file that says something we do not understand; the message names file, key and a suggestion."""


def filled(kind: type, table: Mapping[str, Any], where: str) -> Any:
    """A dataclass filled from a TOML table, every key and type checked.

    In a list of tables, a plain string is read as a table with only a `url`.
    """
    known = {part.name: part for part in fields(kind)}
    hints = _types(kind)
    for key in table:
        if key not in known:
            raise SiteFileError(f"{where}: unknown key {key!r}{suggestion(key, list(known))}")
    for part in known.values():
        if part.default is MISSING and part.default_factory is MISSING and part.name not in table:
            raise SiteFileError(f"{where}: {part.name} is missing")
    return kind(**{key: _value(hints[key], value, f"{where}: {key}") for key, value in table.items()})


_types = cache(typing.get_type_hints)  # half the time that the site files took to read


def _value(kind: Any, value: Any, where: str) -> Any:
    if typing.get_origin(kind) in (UnionType, typing.Union):
        kind = next(part for part in typing.get_args(kind) if part is not type(None))
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise SiteFileError(f"{where} is {value!r}, wanted a list")
        part = typing.get_args(kind)[0]
        return tuple(_value(part, item, f"{where}[{n}]") for n, item in enumerate(value))
    if typing.get_origin(kind) is typing.Literal:
        return _word(value, typing.get_args(kind), where)
    if typing.get_origin(kind) is re.Pattern:
        return _pattern(value, where)
    if hasattr(kind, "__dataclass_fields__"):
        table = {"url": value} if isinstance(value, str) else value
        if not isinstance(table, dict):
            raise SiteFileError(f"{where} is {value!r}, wanted an address or a table")
        return filled(kind, table, where)
    if kind is float and type(value) is int:
        return float(value)
    if kind is Css:
        return _selector(value, where)
    if type(value) is not kind:  # not isinstance: true is no number here, a date no datetime
        raise SiteFileError(f"{where} is {value!r}, wanted {kind.__name__}")
    return value


def _word(value: Any, words: tuple[str, ...], where: str) -> str:
    """A value that must be one of some words. The empty word means that the key is absent."""
    if value in words:
        return str(value)
    near = difflib.get_close_matches(str(value), [word for word in words if word], n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise SiteFileError(f"{where} is {value!r}, wanted {', '.join(word for word in words if word)}{hint}")


def _pattern(value: Any, where: str) -> re.Pattern[str]:
    if not isinstance(value, str):
        raise SiteFileError(f"{where} is {value!r}, wanted a pattern")
    try:
        return re.compile(value)
    except re.error as error:
        raise SiteFileError(f"{where}: {value!r} is no pattern: {error}") from error


def _selector(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise SiteFileError(f"{where} is {value!r}, wanted a selector")
    try:
        CSSSelector(value)
    except (SelectorError, XPathSyntaxError) as error:
        raise SiteFileError(f"{where}: {value!r} is no selector: {error}") from error
    return value


def suggestion(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known[:30])}"
