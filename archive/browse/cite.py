"""References to an archived article in common styles; each names the snapshot's address, time and digest."""

import json
import re
from dataclasses import dataclass
from typing import Any

from archive.browse.work import Medium, Published, Work

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CitedAs:
    """What reference managers call a work of one medium."""

    zotero: str
    csl: str
    ris: str
    bibtex: str
    publication: str
    """BibTeX's field for what the work appeared in."""


_PAGE_OF_A_SITE = CitedAs("webpage", "webpage", "ELEC", "online", "organization")
_FORMS: dict[Medium, CitedAs] = {
    "newspaper": CitedAs("newspaperArticle", "article-newspaper", "NEWS", "article", "journal"),
    "broadcaster": _PAGE_OF_A_SITE,  # what it writes is no broadcast, and the styles cite it as a page of its site
    "website": _PAGE_OF_A_SITE,
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference in one style, as plain text; `suffix` is that of its file if reference managers read this format."""

    style: str
    text: str
    suffix: str | None = None


def references(work: Work) -> list[Reference]:
    """The references to a work in every style and format; parts that the work lacks are left out."""
    return [
        Reference("GB/T 7714—2015", _gb_t_7714(work)),
        Reference("APA", _apa(work)),
        Reference("Chicago", _chicago(work)),
        Reference("BibTeX", _bibtex(work), "bib"),
        Reference("RIS", _ris(work), "ris"),
        Reference("CSL-JSON", _csl_json(work), "csl.json"),
    ]


def meta_tags(work: Work) -> list[tuple[str, str]]:
    """The `citation_*` tags that reference managers read from a page's head.

    Source: Zotero's translator Embedded Metadata. `z:itemType` is set because Zotero takes a work with
    `citation_journal_title` alone for a journal article.
    """
    published = _slashed(work.published)
    tags = [
        ("z:itemType", _FORMS[work.medium].zotero),
        ("citation_title", work.title),
        *(("citation_author", name) for name in work.authors),
        ("citation_publication_date", published),
        ("citation_date", published),
        ("citation_journal_title", work.publication),
        ("citation_publisher", work.source or ""),
        ("citation_firstpage", str(work.page or "")),
        ("citation_language", work.language),
        ("citation_public_url", work.url),
        ("citation_fulltext_html_url", work.snapshot),
        ("citation_online_date", f"{work.seen:%Y/%m/%d}"),
    ]
    return [(name, value) for name, value in tags if value]


def _gb_t_7714(work: Work) -> str:
    """Source: GB/T 7714—2015, 4.4 (析出文献, newspapers: [N], on their sites [N/OL]) and 4.6 (电子资源: [EB/OL])."""
    who = ", ".join(work.responsible[:3]) + (", 等" if len(work.responsible) > 3 else "")
    if work.page is not None and work.published:
        where = f"[N]. {work.publication}, {work.published}({work.page})[{work.seen}]"
    elif work.medium == "newspaper":
        published = f", {work.published}" if work.published else ""
        where = f"[N/OL]. {work.publication}{published}[{work.seen}]"
    else:
        published = f"({work.published})" if work.published else ""
        where = f"[EB/OL]. {work.publication}{published}[{work.seen}]"
    return f"{who}. {work.title}{where}. {work.url}. {_archived(work)}."


def _apa(work: Work) -> str:
    published = f"{day.year}, {_written(day)}" if (day := work.published) else "n.d."
    page = f", {work.page}" if work.page is not None else ""
    who = ", ".join(work.responsible[:-1]) + (" & " if work.responsible[1:] else "") + work.responsible[-1]
    return f"{who}. ({published}). {work.title}. {work.publication}{page}. {work.url} [{_archived(work)}]"


def _chicago(work: Work) -> str:
    day = work.published
    published = f", {_written(day)}{',' if day.day else ''} {day.year}" if day else ""
    page = f", {work.page}" if work.page is not None else ""
    who = f"{_listed(work.authors)}. " if work.authors else ""
    return f"{who}“{work.title}.” {work.publication}{published}{page}. {work.url}. {_archived(work)}."


def _listed(names: tuple[str, ...]) -> str:
    """The names as Chicago lists them: `王敏, 李明, and 张华`."""
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


def _bibtex(work: Work) -> str:
    form = _FORMS[work.medium]
    fields = {
        "title": work.title,
        "author": " and ".join(work.authors),
        form.publication: work.publication,
        "date": str(work.published or ""),
        "year": str(work.published.year) if work.published else "",
        "pages": str(work.page or ""),
        "language": "chinese",
        "langid": "chinese-traditional" if work.language == "zh-TW" else "chinese",
        "url": work.url,
        "urldate": str(work.seen),
        "note": _archived(work),
    }
    lines = [
        f"  {name} = {{{_plain_url(value) if name == 'url' else _for_tex(value)}}},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join([f"@{form.bibtex}{{zhuanzai-{work.number},", *lines, "}"])


def _ris(work: Work) -> str:
    """Source: Research Information Systems' format, types NEWS and ELEC; one field a line, two spaces, a hyphen."""
    fields = [
        ("TY", _FORMS[work.medium].ris),
        ("TI", work.title),
        *(("AU", name) for name in work.authors),
        ("T2", work.publication),
        ("PB", work.source or ""),
        ("PY", str(work.published.year) if work.published else ""),
        ("DA", _slashed(work.published)),
        ("SP", str(work.page or "")),
        ("LA", work.language),
        ("UR", work.url),
        ("L2", work.snapshot),
        ("Y2", f"{work.seen:%Y/%m/%d}"),
        ("N1", work.proof),
    ]
    lines = [f"{name}  - {' '.join(value.split())}" for name, value in fields if value]
    return "\n".join([*lines, "ER  - "])


def _csl_json(work: Work) -> str:
    """Source: the Citation Style Language's JSON, one item in a list.

    `publisher` is left out because APA prints it beside the site, and `archive` because GB/T 7714 prints it as the
    publisher.
    """
    item: dict[str, Any] = {
        "id": f"zhuanzai-{work.number}",
        "type": _FORMS[work.medium].csl,
        "title": work.title,
        "author": [{"literal": name} for name in work.authors],
        "container-title": work.publication,
        "issued": _parts(work.published),
        "page": str(work.page or ""),
        "language": work.language,
        "URL": work.url,
        "accessed": _parts(Published.of(work.seen)),
        "archive_location": work.snapshot,
        "note": "; ".join(filter(None, (f"来源：{work.source}" if work.source else "", work.proof))),
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1)


def _parts(day: Published | None) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[number for number in day if number is not None]]} if day else None


def _slashed(day: Published | None) -> str:
    """The day as RIS and Zotero read it: 2023/04/18; a month is 2023/04."""
    return str(day or "").replace("-", "/")


def _written(day: Published) -> str:
    """Month and day as English writes them: April 18; a month alone is April."""
    return _MONTHS[day.month - 1] + (f" {day.day}" if day.day else "")


def _archived(work: Work) -> str:
    """The proof of the snapshot (time and digest) and the snapshot's address."""
    return f"{work.proof}, {work.snapshot}"


def _for_tex(value: str) -> str:
    """The text with TeX's special characters escaped or replaced; backslash, tilde and circumflex are left out."""
    plain = re.sub(r"[\\~^]", "", value).replace("{", "(").replace("}", ")")
    return re.sub(r"([&%$#_])", r"\\\1", plain)


def _plain_url(value: str) -> str:
    """An address with braces and backslashes percent-encoded, which would end the field."""
    return value.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
