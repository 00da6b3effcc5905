"""The sample's web archives speak as the real ones do, errors included."""

import gzip
import json

import pytest

from crawler.sample import Network
from crawler.sample.answer import Answer, SampleRequest

ARTICLE = "http://paper.people.com.cn/rmrb/html/2020-02/11/nw.D110000renmrb_20200211_1-01.htm"
CDX = "https://web.archive.org/cdx/search/cdx?"
ISSUE = "paper.people.com.cn/rmrb/html/2020-02/11/"


@pytest.fixture(scope="module")
def net() -> Network:
    return Network()


def ranged(net: Network, url: str, bytes_wanted: str) -> Answer:
    host, _, path = url.removeprefix("https://").partition("/")
    asked = SampleRequest("GET", "https", host, "/" + path, {"range": f"bytes={bytes_wanted}"}, b"")
    return net.routes.answer(asked)


def test_an_issue_is_found_by_prefix(net: Network) -> None:
    text = net.page(
        f"{CDX}url={ISSUE}&matchType=prefix&filter=statuscode:200&collapse=urlkey&fl=original"
    ).body.decode()

    assert text.splitlines() == [
        f"http://{ISSUE}nbs.D110000renmrb_01.htm",
        f"http://{ISSUE}nbs.D110000renmrb_02.htm",
        f"http://{ISSUE}nw.D110000renmrb_20200211_1-01.htm",
        f"http://{ISSUE}nw.D110000renmrb_20200211_1-02.htm",
        f"http://{ISSUE}nw.D110000renmrb_20200211_2-01.htm",
    ]


def test_repeats_are_rows_without_status(net: Network) -> None:
    rows = json.loads(net.page(f"{CDX}url={ARTICLE}&output=json&fl=timestamp,mimetype,statuscode").body)

    assert rows == [
        ["timestamp", "mimetype", "statuscode"],
        ["20200211032000", "text/html", "200"],
        ["20200305150100", "warc/revisit", "-"],
    ]


def test_a_resume_key_follows_an_empty_row_and_goes_on(net: Network) -> None:
    query = f"{CDX}url={ISSUE}*&output=json&limit=4&showResumeKey=true&fl=timestamp"
    first = json.loads(net.page(query).body)
    second = json.loads(net.page(f"{query}&resumeKey={first[-1][0]}").body)

    assert (len(first), first[-2]) == (7, [])
    assert second[1] == ["20200211032001"]


def test_nothing_held_is_an_empty_answer(net: Network) -> None:
    assert net.page(f"{CDX}url=http://www.jzrb.com/none&output=json").body == b"[]\n"


def test_an_excluded_site_is_an_error_text(net: Network) -> None:
    answer = net.page(f"{CDX}url=wbpaper.jzrb.com/*")

    assert answer.status == 403
    assert b"AdministrativeAccessControlException: Blocked Site Error" in answer.body


def test_raw_replay_gives_the_page_and_its_moment(net: Network) -> None:
    answer = net.page(f"https://web.archive.org/web/20200211032000id_/{ARTICLE}")

    assert ("Memento-Datetime", "Tue, 11 Feb 2020 03:20:00 GMT") in answer.headers
    assert "口罩生产线的七十二小时".encode() in answer.body
    assert b"WAYBACK TOOLBAR" not in answer.body


def test_a_moment_not_held_leads_to_the_nearest(net: Network) -> None:
    answer = net.page(f"https://web.archive.org/web/20200301000000id_/{ARTICLE}")

    assert answer.status == 302
    assert ("Location", f"https://web.archive.org/web/20200305150100id_/{ARTICLE}") in answer.headers


def test_the_view_for_people_has_a_banner(net: Network) -> None:
    assert b"WAYBACK TOOLBAR" in net.page(f"https://web.archive.org/web/20200211032000/{ARTICLE}").body


def test_a_timemap_lists_the_captures(net: Network) -> None:
    text = net.page(f"https://web.archive.org/web/timemap/link/{ARTICLE}").body.decode()

    assert text.splitlines()[0] == f'<{ARTICLE}>; rel="original",'
    assert text.count('memento"; datetime="') == 2


def test_common_crawl_leads_from_crawl_to_record(net: Network) -> None:
    crawl = json.loads(net.page("https://index.commoncrawl.org/collinfo.json").body)[1]
    line = json.loads(net.page(f"{crawl['cdx-api']}?url={ARTICLE}&output=json").body)
    start = int(line["offset"])
    answer = ranged(
        net, f"https://data.commoncrawl.org/{line['filename']}", f"{start}-{start + int(line['length']) - 1}"
    )

    assert answer.status == 206
    assert f"WARC-Target-URI: {ARTICLE}\r\n".encode() in gzip.decompress(answer.body)


def test_common_crawl_says_404_for_nothing_and_400_for_no_page(net: Network) -> None:
    index = "https://index.commoncrawl.org/CC-MAIN-2020-16-index"
    held = f"https://index.commoncrawl.org/CC-MAIN-2020-10-index?url={ARTICLE}&page=3"

    assert net.page(f"{index}?url={ARTICLE}&output=json").status == 404
    assert net.page(held).status == 400


@pytest.mark.parametrize("query", ["filter=statuscode:(", "fl=nothing", "collapse=nothing:4"])
def test_a_query_that_makes_no_sense_is_answered_400(net: Network, query: str) -> None:
    assert net.page(f"{CDX}url={ISSUE}*&{query}").status == 400


@pytest.mark.parametrize(
    ("wanted", "count"),
    [("=status:200", 1), ("!=status:200", 0), ("~url:.*_1-01.htm", 1), ("mime:html", 1), ("~url:(", 0)],
)
def test_common_crawl_filters_as_pywb_does(net: Network, wanted: str, count: int) -> None:
    index = "https://index.commoncrawl.org/CC-MAIN-2020-10-index"
    answer = net.page(f"{index}?url={ARTICLE}&output=json&filter={wanted}")

    assert answer.status == (200 if count else 404)
