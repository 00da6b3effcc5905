"""References to an archived article in common styles, each with the moment of capture and a digest that proves it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference in one style, as plain text; `suffix` of the file that reference managers read, if they do."""

    style: str
    text: str
    suffix: str | None = None


def references(article: Mapping[str, Any], capture: Mapping[str, Any]) -> list[Reference]:
    """The article in GB/T 7714, APA, Chicago, BibTeX and RIS. Parts that the page does not print are left out."""
    return [
        Reference("GB/T 7714—2015", _gb_t_7714(article, capture)),
        Reference("APA", _apa(article, capture)),
        Reference("Chicago", _chicago(article, capture)),
        Reference("BibTeX", _bibtex(article, capture), "bib"),
        Reference("RIS", _ris(article, capture), "ris"),
    ]


def _gb_t_7714(article: Mapping[str, Any], capture: Mapping[str, Any]) -> str:
    who = article["byline"] or article["source"] or article["site"]
    published = f"({_day(article)})" if _day(article) else ""
    seen = _moment(capture)[:10]
    return f"{who}. {_title(article)}[EB/OL]. {published}[{seen}]. {article['url']}. {_proof(capture)}."


def _apa(article: Mapping[str, Any], capture: Mapping[str, Any]) -> str:
    day = _day(article)
    published = f"{day[:4]}, {_month(day)} {int(day[8:10])}" if day else "n.d."
    who = article["byline"] or article["source"] or article["site"]
    return f"{who}. ({published}). {_title(article)}. {article['site']}. {article['url']} [{_proof(capture)}]"


def _chicago(article: Mapping[str, Any], capture: Mapping[str, Any]) -> str:
    day = _day(article)
    published = f", {_month(day)} {int(day[8:10])}, {day[:4]}" if day else ""
    who = f"{article['byline']}. " if article["byline"] else ""
    where = article["source"] or article["site"]
    return f"{who}“{_title(article)}.” {where}{published}. {article['url']}. {_proof(capture)}."


def _bibtex(article: Mapping[str, Any], capture: Mapping[str, Any]) -> str:
    fields = {
        "title": _title(article),
        "author": article["byline"],
        "organization": article["source"] or article["site"],
        "date": _day(article),
        "url": article["url"],
        "urldate": _moment(capture)[:10],
        "note": _proof(capture),
    }
    lines = [
        f"  {name} = {{{_plain_url(value) if name == 'url' else _for_tex(value)}}},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join([f"@online{{zhuanzai-{article['id']},", *lines, "}"])


def _ris(article: Mapping[str, Any], capture: Mapping[str, Any]) -> str:
    """Source: Research Information Systems' format, type NEWS; one field a line, two spaces, a hyphen."""
    fields = {
        "TY": "NEWS",
        "TI": _title(article),
        "AU": article["byline"],
        "PB": article["source"] or article["site"],
        "DA": _day(article).replace("-", "/"),
        "UR": article["url"],
        "Y2": _moment(capture)[:10].replace("-", "/"),
        "N1": _proof(capture),
    }
    lines = [f"{name}  - {' '.join(value.split())}" for name, value in fields.items() if value]
    return "\n".join([*lines, "ER  - "])


def _title(article: Mapping[str, Any]) -> str:
    return str(article["title"] or article["url"])


def _day(article: Mapping[str, Any]) -> str:
    day = (article["published_at"] or "")[:10]
    return day if len(day) == 10 and day[5:7].isdigit() and 1 <= int(day[5:7]) <= 12 else ""


def _month(day: str) -> str:
    return _MONTHS[int(day[5:7]) - 1]


def _moment(capture: Mapping[str, Any]) -> str:
    return str(capture["archived_at"] or capture["captured_at"])


def _proof(capture: Mapping[str, Any]) -> str:
    digest = f"sha256:{capture['sha256']}" if capture["sha256"] else capture["payload_digest"] or "no digest"
    return f"Archived {_moment(capture)[:19]}Z, {digest}"


def _for_tex(value: str) -> str:
    """Text that TeX prints as it stands; what it cannot is left out."""
    plain = re.sub(r"[\\~^]", "", value).replace("{", "(").replace("}", ")")
    return re.sub(r"([&%$#_])", r"\\\1", plain)


def _plain_url(value: str) -> str:
    """An address without what would end the field."""
    return value.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
