import json
from datetime import date

import pytest

from crawler.finding.cdx import CdxPage, CdxRow, NoIndex, answer, crawls, mementos, question

URL = "http://www.jzrb.com/news/202002/1.shtml"


def test_a_question_holds_what_was_asked() -> None:
    asked = question("https://web.archive.org/cdx/search/cdx", "jzrb.com/news/", match="prefix",
                     since=date(2020, 2, 1), until=date(2020, 3, 1), collapse="urlkey", limit=10)  # fmt: skip

    assert asked == (
        "https://web.archive.org/cdx/search/cdx?url=jzrb.com/news/&output=json&matchType=prefix&from=20200201&to=20200301"
        "&filter=!statuscode:[345]..&collapse=urlkey&showResumeKey=true&limit=10"
    )


def test_the_query_of_an_address_does_not_leak_into_the_question() -> None:
    asked = question("http://pywb.example/c/cdx", "http://a.example/l.asp?ClassID=3&page=2", resumable=False)

    assert (
        asked == "http://pywb.example/c/cdx?url=http://a.example/l.asp%3FClassID%3D3%26page%3D2&output=json"
    )


ROW = CdxRow("20200210083000", URL, "text/html", 200, "AAAA", 1234)


def test_a_json_table_with_its_resume_key() -> None:
    table = [
        ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"],
        ["com,jzrb)/news/202002/1.shtml", "20200210083000", URL, "text/html", "200", "AAAA", "1234"],
        [],
        ["com,jzrb)/news/202002/2.shtml+20200211"],
    ]

    assert answer(json.dumps(table)) == CdxPage((ROW,), "com,jzrb)/news/202002/2.shtml+20200211")


def test_text_lines_with_their_resume_key() -> None:
    text = f"com,jzrb)/x 20200210083000 {URL} text/html 200 AAAA 1234\n\ncom,jzrb)/y+2020\n"

    assert answer(text) == CdxPage((ROW,), "com,jzrb)/y+2020")


def test_json_lines_of_pywb_and_common_crawl() -> None:
    line = {"timestamp": "20200210083000", "url": URL, "mime": "text/html", "status": "200", "digest": "sha1:AAAA",
            "length": "1234", "offset": "77", "filename": "crawl-data/x.warc.gz"}  # fmt: skip

    found = answer(json.dumps(line) + "\n" + json.dumps(line) + "\n")

    assert found.rows[0] == CdxRow(
        "20200210083000", URL, "text/html", 200, "AAAA", 1234, "crawl-data/x.warc.gz", 77
    )
    assert len(found.rows) == 2


@pytest.mark.parametrize("text", ["", "[]", "[[]]", '{"message": "No Captures found for: x"}'])
def test_nothing_found_is_no_rows(text: str) -> None:
    assert answer(text) == CdxPage(())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("org.archive.util.io.RuntimeIOException: AdministrativeAccessControlException: Blocked Site Error",
         "AdministrativeAccessControlException"),
        ("<html><body>503 Slow Down</body></html>", "HTML"),
        ('{"broken', "broken JSON"),
        ('[["urlkey"', "broken JSON"),
        ("[1, 2]", "no table"),
        ("Please try again later", "no CDX lines"),
    ],
)  # fmt: skip
def test_what_is_no_index_says_what_it_is(text: str, what: str) -> None:
    with pytest.raises(NoIndex, match=what):
        answer(text)


def test_revisits_have_no_status_and_may_be_pages() -> None:
    text = f"com,jzrb)/x 20200210083000 {URL} warc/revisit - AAAA 400"

    row = answer(text).rows[0]

    assert (row.status, row.is_page) == (None, True)


@pytest.mark.parametrize(
    ("mimetype", "status"),
    [("image/png", 200), ("text/html", 404), ("text/html", 302), ("application/pdf", 200)],
)
def test_what_cannot_be_an_article_is_no_page(mimetype: str, status: int) -> None:
    assert not CdxRow("20200210083000", URL, mimetype, status).is_page


TIMEMAP = f"""<{URL}>; rel="original",
<http://web.archive.org/web/timemap/link/{URL}>; rel="self"; type="application/link-format",
<http://web.archive.org/web/20200210083000/{URL}>; rel="first memento"; datetime="Mon, 10 Feb 2020 08:30:00 GMT",
<http://web.archive.org/web/20200305000000/{URL}>; rel="last memento"; datetime="Thu, 05 Mar 2020 00:00:00 GMT"
"""


def test_a_timemap_lists_mementos() -> None:
    assert mementos(TIMEMAP, URL) == (CdxRow("20200210083000", URL), CdxRow("20200305000000", URL))


def test_what_is_no_timemap_says_so() -> None:
    with pytest.raises(NoIndex, match="no TimeMap"):
        mementos("not found", URL)


def test_crawls_of_a_range_are_those_that_ended_then() -> None:
    table = [
        {"id": f"CC-MAIN-2020-{week}", "cdx-api": f"http://index/{week}"} for week in ("24", "16", "10", "05")
    ]

    found = crawls(json.dumps([*table, {"id": "CC-NEWS"}, 7]), date(2020, 3, 1), date(2020, 4, 1))

    assert found == (("CC-MAIN-2020-16", "http://index/16"), ("CC-MAIN-2020-10", "http://index/10"))
