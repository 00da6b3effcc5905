"""A comparison in the formats of other collation tools: TEI parallel segmentation, CollateX JSON table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from archive.browse.protocols.atom import clean
from archive.browse.rows import SentenceRow

TEI = "http://www.tei-c.org/ns/1.0"
_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class CollatedText:
    """A collated text: its sigil, its title and its address."""

    sigil: str
    title: str
    url: str


def witnesses(heads: Sequence[Mapping[str, Any]]) -> list[CollatedText]:
    """The witnesses of a comparison, the base first. The sigil of article 7 is `A7`, of its version 2 `A7v2`."""
    return [CollatedText(_sigil(head), head["title"] or "", head.get("url", "")) for head in heads]


def _sigil(head: Mapping[str, Any]) -> str:
    version = head.get("n")
    return f"A{head['id']}v{version}" if version else f"A{head['id']}"


def readings(row: SentenceRow) -> list[str]:
    """The reading of each witness in a row, the base first; text that a copy lacks is not in its reading."""
    return [
        row.origin,
        *(
            "".join(one.text for one in pieces if one.kind not in ("cut", "left")).strip("\n")
            for pieces in row.copies
        ),
    ]


def collatex(found: Sequence[CollatedText], rows: Sequence[SentenceRow]) -> dict[str, Any]:
    """The collation as CollateX JSON: the witnesses, and a table of rows with the tokens of each witness.

    Source: CollateX, JSON output.
    """
    table = [[[{"t": text}] if text else [] for text in readings(row)] for row in rows]
    return {"witnesses": [witness.sigil for witness in found], "table": table}


def tei(found: Sequence[CollatedText], rows: Sequence[SentenceRow], title: str) -> bytes:
    """The collation as a TEI document. Source: TEI P5, chapter 13, Critical Apparatus: parallel segmentation."""
    ET.register_namespace("", TEI)
    root = ET.Element(_name("TEI"))
    description = ET.SubElement(ET.SubElement(root, _name("teiHeader")), _name("fileDesc"))
    _say(ET.SubElement(description, _name("titleStmt")), "title", title)
    _say(
        ET.SubElement(description, _name("publicationStmt")),
        "p",
        "Collated by zhuanzai from an archive of web pages.",
    )
    listed = ET.SubElement(ET.SubElement(description, _name("sourceDesc")), _name("listWit"))
    for witness in found:
        element = ET.SubElement(listed, _name("witness"), {f"{_XML}id": witness.sigil})
        _say(element, "title", witness.title)
        _say(element, "ptr", "", target=witness.url)
    body = ET.SubElement(ET.SubElement(root, _name("text")), _name("body"))
    paragraph = ET.SubElement(body, _name("p"))
    for number, row in enumerate(rows):
        if row.opens_paragraph and number:
            paragraph = ET.SubElement(body, _name("p"))
        _apparatus(paragraph, found, readings(row))
    document: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return document + b"\n"


def _apparatus(paragraph: ET.Element, found: Sequence[CollatedText], texts: Sequence[str]) -> None:
    """Add an apparatus entry with a reading for each different text, and the witnesses that have it."""
    entry = ET.SubElement(paragraph, _name("app"))
    for text in dict.fromkeys(texts):
        held = [f"#{witness.sigil}" for witness, own in zip(found, texts, strict=True) if own == text]
        _say(entry, "rdg", text, wit=" ".join(held))


def _say(element: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(
        element, _name(name), {key: clean(value) for key, value in attributes.items()}
    ).text = clean(text)


def _name(name: str) -> str:
    return f"{{{TEI}}}{name}"
