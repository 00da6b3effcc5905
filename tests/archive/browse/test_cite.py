"""References in common styles, as tools that read them print and import them."""

import json
import re
from datetime import date
from typing import Any

import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from archive.browse.cite import meta_tags, references
from archive.browse.work import Work, medium_of, people
from archive.kinds import SiteKind
from archive.search.names import Named
from tests.archive.browse.conftest import Room

ARTICLE: dict[str, Any] = {
    "id": 8,
    "title": "复工 100% {第一天} \\today",
    "byline": "本报记者 王敏 李 明",
    "source": "人民网－人民日报",
    "site": "a.example",
    "published_at": "2020-02-10T05:08:00+08:00",
    "paper_date": None,
    "paper_page": None,
    "script": "hans",
    "url": "http://a.example/b_c?d=1&e={2}",
}
CAPTURE = {
    "captured_at": "2026-11-22T04:00:01.5Z",
    "archived_at": None,
    "sha256": "ab12",
    "payload_digest": "sha1:AAAA",
}
SITE = Named("a.example", "清河网", "清河網", (), "mainland", "city", True)
SNAPSHOT = "http://127.0.0.1:8001/archive/-/capture/9"
PROOF = "Archived 2026-11-22T04:00:01Z, sha256:ab12"
HELD = f"{PROOF}, {SNAPSHOT}"
PRINTED = {"paper_date": "2020-02-09", "paper_page": 1, "url": "http://a.example/1"}
BARE = {"title": None, "byline": None, "source": None, "published_at": None, "url": "http://a.example/2"}


SITES = {
    site.host: site
    for site in (
        SITE,
        Named("www.aomen.example", "澳门日报", "澳門日報", (), "macau", "press", True),
        Named("tv.example", "央视网", "央視網", (), "mainland", "central", True),
        Named("bumen.example", "江河报", "江河報", (), "mainland", "ministry", True),
    )
}


def work(**changes: Any) -> Work:
    row = {**ARTICLE, **changes}
    return Work.of(row, CAPTURE, SITES.get(row["site"]), SNAPSHOT)


def told(style: str, **changes: Any) -> str:
    return {one.style: one.text for one in references(work(**changes))}[style]


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (
            "GB/T 7714—2015",
            "王敏, 李明. 复工 100% {第一天} \\today[EB/OL]. 清河网(2020-02-10)[2026-11-22]."
            f" http://a.example/b_c?d=1&e={{2}}. {HELD}.",
        ),
        (
            "APA",
            "王敏 & 李明. (2020, February 10). 复工 100% {第一天} \\today. 清河网."
            f" http://a.example/b_c?d=1&e={{2}} [{HELD}]",
        ),
        (
            "Chicago",
            "王敏 and 李明. “复工 100% {第一天} \\today.” 清河网, February 10, 2020."
            f" http://a.example/b_c?d=1&e={{2}}. {HELD}.",
        ),
        (
            "BibTeX",
            "@online{zhuanzai-8,\n  title = {复工 100\\% (第一天) today},\n  author = {王敏 and 李明},\n"
            "  organization = {清河网},\n  date = {2020-02-10},\n  year = {2020},\n  language = {chinese},\n"
            "  langid = {chinese},\n  url = {http://a.example/b_c?d=1&e=%7B2%7D},\n"
            f"  urldate = {{2026-11-22}},\n  note = {{{HELD}}},\n}}",
        ),
        (
            "RIS",
            "TY  - ELEC\nTI  - 复工 100% {第一天} \\today\nAU  - 王敏\nAU  - 李明\nT2  - 清河网\n"
            "PB  - 人民网－人民日报\nPY  - 2020\nDA  - 2020/02/10\nLA  - zh-CN\n"
            f"UR  - http://a.example/b_c?d=1&e={{2}}\nL2  - {SNAPSHOT}\nY2  - 2026/11/22\nN1  - {PROOF}\nER  - ",
        ),
    ],
)
def test_a_reference_tells_where_when_and_its_proof(style: str, expected: str) -> None:
    assert told(style) == expected


def test_a_printed_article_is_cited_by_paper_issue_and_page() -> None:
    assert told("GB/T 7714—2015", **PRINTED).startswith(
        "王敏, 李明. 复工 100% {第一天} \\today[N]. 人民日报, 2020-02-09(1)[2026-11-22]. http://a.example/1. Archived"
    )
    assert told("Chicago", **PRINTED).startswith(
        "王敏 and 李明. “复工 100% {第一天} \\today.” 人民日报, February 9, 2020, 1. http"
    )
    bibtex = told("BibTeX", **PRINTED)
    assert bibtex.startswith("@article{zhuanzai-8,")
    assert "  journal = {人民日报},\n  date = {2020-02-09},\n  year = {2020},\n  pages = {1},\n" in bibtex
    assert "\nT2  - 人民日报\n" in (ris := told("RIS", **PRINTED))
    assert "\nDA  - 2020/02/09\nSP  - 1\n" in ris


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("GB/T 7714—2015", "清河网(2020-02)[2026-11-22]"),
        ("APA", "王敏 & 李明. (2020, February). 复工"),
        ("Chicago", "清河网, February 2020. http"),
        ("BibTeX", "  date = {2020-02},\n  year = {2020},\n"),
        ("RIS", "\nPY  - 2020\nDA  - 2020/02\n"),
    ],
)
def test_a_month_is_cited_without_a_day(style: str, expected: str) -> None:
    assert expected in told(style, published_at="2020-02")
    csl = json.loads(told("CSL-JSON", published_at="2020-02"))
    assert csl[0]["issued"] == {"date-parts": [[2020, 2]]}
    assert ("citation_date", "2020/02") in meta_tags(work(published_at="2020-02"))


PAPERS_SITE = {
    "site": "www.aomen.example",
    "source": "本報",
    "url": "http://www.aomen.example/1",
    "script": "hant",
}
TV = {"site": "tv.example", "source": "央视网", "url": "http://tv.example/1"}


def test_a_newspapers_own_site_is_cited_as_the_newspaper() -> None:
    assert "[N/OL]. 澳門日報, 2020-02-10[2026-11-22]. http://www.aomen" in told(
        "GB/T 7714—2015", **PAPERS_SITE
    )
    assert "[N/OL]. 澳門日報[2026-11-22]" in told("GB/T 7714—2015", **PAPERS_SITE, published_at=None)
    assert told("RIS", **PAPERS_SITE).startswith("TY  - NEWS\n")
    assert "@article{" in (bibtex := told("BibTeX", **PAPERS_SITE))
    assert "  journal = {澳門日報},\n" in bibtex
    assert "pages" not in bibtex
    assert dict(meta_tags(work(**PAPERS_SITE)))["z:itemType"] == "newspaperArticle"


@pytest.mark.parametrize("site", ["tv.example", "a.example", "bumen.example", "unknown.example"])
def test_a_broadcasters_a_ministrys_and_any_other_site_is_cited_as_a_site(site: str) -> None:
    assert "[EB/OL]. " in told("GB/T 7714—2015", site=site)
    assert told("RIS", site=site).startswith("TY  - ELEC\n")
    assert told("BibTeX", site=site).startswith("@online{")
    assert json.loads(told("CSL-JSON", site=site))[0]["type"] == "webpage"
    assert dict(meta_tags(work(site=site)))["z:itemType"] == "webpage"


@pytest.mark.parametrize(
    ("name", "kind", "medium"),
    [
        ("澳門日報", "press", "newspaper"),
        ("联合早报", "press", "newspaper"),
        ("人民日报海外版", "central", "newspaper"),
        ("央视网", "central", "broadcaster"),
        ("央廣網", "central", "broadcaster"),
        ("清河人民广播电台", "city", "broadcaster"),
        ("青州电视", "province", "broadcaster"),
        ("焦作网", "city", "website"),
        ("中評社", "press", "website"),
        ("澎湃新闻", "portal", "website"),
        ("江河报", "ministry", "website"),
        ("焦作日报", "converter", "website"),
        ("a-daily.example", None, "website"),
    ],
)
def test_the_medium_follows_from_the_kind_and_the_name(name: str, kind: SiteKind | None, medium: str) -> None:
    assert medium_of(name, kind) == medium


def test_a_page_without_a_newspaper_is_no_newspaper() -> None:
    assert "[EB/OL]. 清河网" in told("GB/T 7714—2015", **PRINTED, source="新华社")
    assert "[N]. 人民日报海外版, 2020-02-09(1)" in told("GB/T 7714—2015", **PRINTED, source="人民日报海外版")


def test_a_page_that_prints_nothing_is_cited_by_its_address_and_site() -> None:
    assert told("APA", **BARE).startswith("清河网. (n.d.). http://a.example/2. 清河网.")
    assert "author" not in told("BibTeX", **BARE)
    assert "DA  -" not in told("RIS", **BARE)
    assert told("GB/T 7714—2015", **BARE).startswith("清河网. http://a.example/2[EB/OL]. 清河网[2026-11-22].")


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("本报记者 林知夏 周屿", ("林知夏", "周屿")),
        ("本報記者 白樺、方晴", ("白樺", "方晴")),
        ("记者 耿  磊 通讯员李白石", ("耿磊", "李白石")),
        ("新华社记者 张三 摄影报道", ("张三",)),
        ("央视记者 张三", ("张三",)),
        ("张三记者", ("张三",)),
        ("（记者 王敏）", ("王敏",)),
        ("本报北京2月9日电 记者王敏", ("王敏",)),
        ("文/张三 图/李四", ("张三", "李四")),
        ("聯合報記者張嘉芳／台北報導", ("張嘉芳",)),
        ("南都记者 余毅菁 向雪妮", ("余毅菁", "向雪妮")),
        ("南都见习记者 林子沛", ("林子沛",)),
        ("半月谈记者谭飞", ("谭飞",)),
        ("红星记者 王二小 通讯员李四", ("王二小", "李四")),
        ("張三記者 李四記者", ("張三", "李四")),
        ("张三记者 摄影报道", ("张三",)),
        ("张三记者发自北京", ("张三",)),
        ("张三通讯员李四", ("张三", "李四")),
        ("八卦大相公", ("八卦大相公",)),
        ("kingname", ("kingname",)),
        ("毛\ufffd磊", ()),
        ("本报综合", ()),
        ("约翰·史密斯", ("约翰·史密斯",)),
        ("John Smith", ("John Smith",)),
        ("本报评论员", ()),
        ("新华社", ()),
        ("", ()),
    ],
)
def test_authors_stand_apart_without_their_roles(byline: str, names: tuple[str, ...]) -> None:
    assert people(byline) == names


GB = "china-national-standard-gb-t-7714-2015-numeric"
KINDS: list[tuple[str, dict[str, Any], str]] = [
    (GB, PRINTED, "[1]王敏, 李明. 复工[N/OL]. 人民日报, 2020-02-09(1)[2026-11-22]. http://a.example/1."),
    (GB, {}, "[1]王敏, 李明. 复工[EB/OL]. (2020-02-10)[2026-11-22]. http://a.example/3."),
    (GB, {"byline": "本报评论员"}, "[1]复工[EB/OL]. (2020-02-10)[2026-11-22]. http://a.example/3."),
    (GB, BARE, "[1]http://a.example/2[EB/OL]. [2026-11-22]. http://a.example/2."),
    (
        "apa",
        PRINTED,
        f"王敏, & 李明. (2020, February 9). 复工. 人民日报, 1. ({SNAPSHOT}). http://a.example/1",
    ),
    (
        GB,
        PAPERS_SITE,
        "[1]王敏, 李明. 复工[N/OL]. 澳門日報, 2020-02-10[2026-11-22]. http://www.aomen.example/1.",
    ),
    (GB, TV, "[1]王敏, 李明. 复工[EB/OL]. (2020-02-10)[2026-11-22]. http://tv.example/1."),
    (
        "apa",
        PAPERS_SITE,
        f"王敏, & 李明. (2020, February 10). 复工. 澳門日報. ({SNAPSHOT}). http://www.aomen.example/1",
    ),
    ("apa", TV, f"王敏, & 李明. (2020, February 10). 复工. ({SNAPSHOT}). 央视网. http://tv.example/1"),
    ("apa", {}, f"王敏, & 李明. (2020, February 10). 复工. ({SNAPSHOT}). 清河网. http://a.example/3"),
]
"""A printed article; a newspaper's site, a broadcaster's, another with authors, one without, one that says nothing."""


@pytest.mark.parametrize(("style", "changes", "expected"), KINDS)
def test_a_citation_processor_prints_every_kind_rightly(
    style: str, changes: dict[str, Any], expected: str
) -> None:
    item = json.loads(told("CSL-JSON", **({"title": "复工", "url": "http://a.example/3"} | changes)))
    made = CitationStylesBibliography(
        CitationStylesStyle(style, validate=False), CiteProcJSON(item), formatter.plain
    )
    made.register(Citation([CitationItem("zhuanzai-8")]))

    assert [str(entry) for entry in made.bibliography()] == [expected]


def test_the_tags_that_zotero_reads_are_complete() -> None:
    assert meta_tags(work(**PRINTED)) == [
        ("z:itemType", "newspaperArticle"),
        ("citation_title", "复工 100% {第一天} \\today"),
        ("citation_author", "王敏"),
        ("citation_author", "李明"),
        ("citation_publication_date", "2020/02/09"),
        ("citation_date", "2020/02/09"),
        ("citation_journal_title", "人民日报"),
        ("citation_publisher", "人民网－人民日报"),
        ("citation_firstpage", "1"),
        ("citation_language", "zh-CN"),
        ("citation_public_url", "http://a.example/1"),
        ("citation_fulltext_html_url", SNAPSHOT),
        ("citation_online_date", "2026/11/22"),
    ]
    assert dict(meta_tags(work(**BARE, script="hant")))["citation_language"] == "zh-TW"


def test_the_article_page_has_the_tags_and_the_files(room: Room) -> None:
    page = room.get("/archive/-/article/3").text
    tags = dict(re.findall(r'<meta name="(citation_\w+)" content="([^"]*)">', page))
    item = room.get("/archive/-/article/3.csl.json").json()[0]

    assert tags["citation_title"] == item["title"] == "社區裏的十七天"
    assert tags["citation_journal_title"] == item["container-title"] == "香江報"
    assert (
        tags["citation_fulltext_html_url"]
        == item["archive_location"]
        == "http://localhost/archive/-/capture/4"
    )
    assert item["issued"] == {"date-parts": [[2020, 2, 11]]}
    assert item["language"] == tags["citation_language"] == "zh-TW"
    assert date.fromisoformat("2026-11-22") == date(*item["accessed"]["date-parts"][0])
