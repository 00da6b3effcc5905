"""The addresses that a stylesheet names: imported sheets, pictures, fonts; and how its imports are written out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MOST_STYLE = 1_000_000
"""Characters of a stylesheet that are looked through."""
LONGEST_KNOWN = 50_000
"""Characters of a stylesheet whose addresses are kept for the next page."""
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
# each stops within some characters: sheets are strangers', and a pattern that runs to the end runs for each beginning
FACE = re.compile(r"@font-face\s{0,20}\{[^{}]*", re.IGNORECASE)
_IMPORT = re.compile(
    r"""@import\s{0,20}(?:url\(\s{0,20})?(?:"([^"\n]{0,2000})"|'([^'\n]{0,2000})'|(?<=[\s(])([^"'\s;()]{1,2000}))\s{0,20}\)?"""
    r"([^;{}]{0,500})",
    re.IGNORECASE,
)
# a bracket is looked for fast, "u" in either case is not
_URL = re.compile(
    r"""\((?<=url\()\s{0,20}(?:"((?:[^"\\\n]|\\.){0,2000})"|'((?:[^'\\\n]|\\.){0,2000})'"""
    r"""|((?:[^"'\s()\\]|\\(?>[0-9a-f]{1,6}[ \t]?|.)){1,2000}))\s{0,20}\)""",
    re.IGNORECASE,
)
IMAGE_SET = re.compile(
    r"""(?:-webkit-)?image-set\(((?:[^()"']{1,2100}+|"[^"\n]{0,2100}+"|'[^'\n]{0,2100}+'|\([^()]{0,2100}+\)){0,60}+)\)""",
    re.IGNORECASE,
)
"""A choice among pictures; its one group holds them."""
_CHOICE = re.compile(
    r"""(?:url\(\s{0,20})?(?:"([^"\n]{1,2000})"|'([^'\n]{1,2000})'|(?<=\()([^"'\s()]{1,2000}))(?:\s{0,20}\))?"""
    r"""(?:\s{0,20}type\([^()]{0,50}\))?(?:\s{1,20}([\d.]{1,6})(?:x|dppx))?""",
    re.IGNORECASE,
)
_BYTES = re.compile(r"[^)\"'\s]*+")
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\r\n\f]?|([^\r\n\f]))")
# of ASCII letters only: any other may have to stay as it is written
_LETTER = re.compile(r"\\(?:0{0,4}([46][1-9a-fA-F]|[57][0-9aA])(?![0-9a-fA-F])[ \t\r\n\f]?|([g-zG-Z]))")
_LAYER = re.compile(r"\s*layer\b(?:\(\s*([\w.-]{1,200})\s*\))?", re.IGNORECASE)
_SUPPORTS = re.compile(
    r"\s*supports\(((?:[^()]{1,200}+|\([^()]{0,200}+\)){0,10}+)\)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Import:
    """A sheet that another imports: its address as written, and in which layer and under which conditions."""

    address: str
    conditions: str

    def around(self, sheet: str) -> str:
        """The text of the imported sheet in the place of the import."""
        rest = self.conditions
        if layer := _LAYER.match(rest):
            sheet = f"@layer {layer[1] or ''} {{ {sheet} }}"
            rest = rest[layer.end() :]
        if wanted := _SUPPORTS.match(rest):
            asked = wanted[1].strip()
            is_whole = asked.startswith(("(", "not ", "selector("))
            sheet = f"@supports {asked if is_whole else f'({asked})'} {{ {sheet} }}"
            rest = rest[wanted.end() :]
        return f"@media {rest.strip()} {{ {sheet} }}" if rest.strip() else f"{sheet}\n"


def plain(text: str) -> str:
    """A stylesheet without comments, and with its letters written as letters: `u\\72l(` is `url(`."""
    bare = _COMMENT.sub("", text) if "/*" in text else text
    return _LETTER.sub(_as_letter, bare) if "\\" in bare else bare


def imported(text: str) -> Import | None:
    """The import that a rule is."""
    found = _IMPORT.search(text)
    return Import(_first(found, 3), found[4]) if found else None


def named_by(text: str) -> Iterable[tuple[str, str]]:
    """The addresses that a stylesheet names, as written, with their role: `stylesheet`, `background` or `font`."""
    return _named_by_known(text) if len(text) <= LONGEST_KNOWN else _named_by(text)


@lru_cache(maxsize=64)
def _named_by_known(text: str) -> tuple[tuple[str, str], ...]:
    """The same, kept: a site's pages carry the same styles."""
    return tuple(_named_by(text))


def _named_by(text: str) -> Iterator[tuple[str, str]]:
    bare = plain(_without_data(text)[:MOST_STYLE])
    lower = bare.lower()
    has_rules = "@" in bare
    if not has_rules and "url(" not in lower and "mage-set(" not in lower:
        return
    imports = list(_IMPORT.finditer(bare)) if has_rules else []
    yield from ((address, "stylesheet") for address in dict.fromkeys(map(_imported, imports)))
    faces = [match.span() for match in FACE.finditer(bare)] if has_rules else []
    apart = [match.span() for match in imports]
    sets = list(IMAGE_SET.finditer(bare)) if "mage-set(" in lower else []
    found = [(match.start(), chosen(match[1])) for match in sets]
    apart = sorted(apart + [match.span() for match in sets])
    found += [
        (match.start(), _first(match, 3)) for match in _URL.finditer(bare) if not is_in(match.start(), apart)
    ]
    seen: set[str] = set()
    for at, address in sorted(found):
        if address and address not in seen:
            seen.add(address)
            yield address, "font" if is_in(at, faces) else "background"


def chosen(choices: str) -> str:
    """The address of the picture, of an image-set's, that an ordinary screen shows; empty if it names none."""
    found = [(abs(_number(one[4]) - 1), n, _first(one, 3)) for n, one in enumerate(_CHOICE.finditer(choices))]
    return min(found)[2] if found else ""


def unescaped(written: str) -> str:
    """An address of a stylesheet with its escapes undone. Source: CSS Syntax, 4.3.7."""
    return _ESCAPE.sub(_unescaped, written) if "\\" in written else written


def _number(said: str | None) -> float:
    try:
        return float(said or 1)
    except ValueError:
        return 1.0


def _imported(match: re.Match[str]) -> str:
    return _first(match, 3)


def _first(match: re.Match[str], groups: int) -> str:
    return unescaped(next((group for group in match.groups()[:groups] if group is not None), ""))


def _as_letter(match: re.Match[str]) -> str:
    digits, letter = match.groups()
    found = chr(int(digits, 16)) if digits else letter
    return found if found.isalpha() else match[0]


def _unescaped(match: re.Match[str]) -> str:
    digits, letter = match.groups()
    if digits is None:
        return str(letter)
    code = int(digits, 16)
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"


def _without_data(text: str) -> str:
    """A stylesheet without the data: addresses in it, which may be megabytes of fonts."""
    if "data:" not in text:
        return text
    first, *others = text.split("data:")
    return first + "".join("data:" + other[_BYTES.match(other).end() :] for other in others)  # type: ignore[union-attr] # matches nothing too


def is_in(at: int, spans: list[tuple[int, int]]) -> bool:
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle][1] <= at:
            low = middle + 1
        else:
            high = middle
    return low < len(spans) and spans[low][0] <= at
