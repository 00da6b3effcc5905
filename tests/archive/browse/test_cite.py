"""References in common styles."""

import pytest

from archive.browse.cite import references

ARTICLE = {
    "id": 8,
    "title": "复工 100% {第一天} \\today",
    "byline": "王敏",
    "source": "人民日报",
    "site": "a.example",
    "published_at": "2020-02-10T05:08:00+08:00",
    "url": "http://a.example/b_c?d=1&e={2}",
}
CAPTURE = {
    "captured_at": "2026-11-22T04:00:01.5Z",
    "archived_at": None,
    "sha256": "ab12",
    "payload_digest": "sha1:AAAA",
}
PROOF = "Archived 2026-11-22T04:00:01Z, sha256:ab12"


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (
            "GB/T 7714—2015",
            "王敏. 复工 100% {第一天} \\today[EB/OL]. (2020-02-10)[2026-11-22]. http://a.example/b_c?d=1&e={2}."
            f" {PROOF}.",
        ),
        (
            "APA",
            "王敏. (2020, February 10). 复工 100% {第一天} \\today. a.example. http://a.example/b_c?d=1&e={2}"
            f" [{PROOF}]",
        ),
        (
            "Chicago",
            "王敏. “复工 100% {第一天} \\today.” 人民日报, February 10, 2020. http://a.example/b_c?d=1&e={2}."
            f" {PROOF}.",
        ),
        (
            "BibTeX",
            "@online{zhuanzai-8,\n  title = {复工 100\\% (第一天) today},\n  author = {王敏},\n"
            "  organization = {人民日报},\n  date = {2020-02-10},\n  url = {http://a.example/b_c?d=1&e=%7B2%7D},\n"
            f"  urldate = {{2026-11-22}},\n  note = {{{PROOF}}},\n}}",
        ),
        (
            "RIS",
            "TY  - NEWS\nTI  - 复工 100% {第一天} \\today\nAU  - 王敏\nPB  - 人民日报\nDA  - 2020/02/10\n"
            f"UR  - http://a.example/b_c?d=1&e={{2}}\nY2  - 2026/11/22\nN1  - {PROOF}\nER  - ",
        ),
    ],
)
def test_a_reference_tells_where_when_and_its_proof(style: str, expected: str) -> None:
    assert {one.style: one.text for one in references(ARTICLE, CAPTURE)}[style] == expected


def test_a_page_that_prints_nothing_is_cited_by_its_address_and_site() -> None:
    bare = {**ARTICLE, "title": None, "byline": None, "source": None, "published_at": None}
    found = {one.style: one.text for one in references(bare, CAPTURE)}

    assert found["APA"].startswith("a.example. (n.d.). http://a.example/b_c")
    assert "author" not in found["BibTeX"]
    assert "DA  -" not in found["RIS"]
