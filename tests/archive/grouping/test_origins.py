import itertools

import pytest

from archive.grouping.origins import OriginCandidate, belongs, claim, credited_hosts, elect


def member(article: int, site: str, **fields: object) -> OriginCandidate:
    values: dict[str, object] = {
        "title": "大桥通车",
        "source": None,
        "published_at": None,
        "paper_date": None,
        "length": 500,
        "low_trust": None,
        **fields,
    }
    return OriginCandidate(article=article, url=f"http://{site}/{article}", site=site, **values)  # type: ignore[arg-type]


PAPER = member(
    1, "paper.people.com.cn", source="人民日报", published_at="2020-02-10", paper_date="2020-02-10"
)
EARLIER = member(2, "www.jzrb.com", source="人民日报", published_at="2020-02-09T08:39:53+08:00")
SILENT = member(3, "a.example", published_at="2020-02-08T08:00:00+08:00")
SPAM = member(
    4, "jmanli.cn", source="人民日報", published_at="2020-02-01T00:00:00+08:00", low_trust="converter"
)
CUT = member(5, "b.example", published_at="2020-02-07T00:00:00+08:00", length=200)
MONTH = member(8, "0.example", published_at="2020-02")
LATER = member(10, "spam.example", published_at="2020-02-10T10:00:00+08:00")
YEARS_LATER = member(11, "spam.example", published_at="2023-02-10T10:00:00+08:00")
SAME_DAY = member(12, "a.example", published_at="2020-02-09T21:00:00+08:00")
UNDATED = member(13, "a.example")
DAY_ALONE = member(14, "0.example", published_at="2020-02-09T00:00:00+08:00", source="人民日报")
IN_LONDON = member(15, "0.example", published_at="2020-02-09T01:00:00+00:00", source="人民日报")
NEXT = member(9, "0.example", published_at="2020-03-01T00:00:00+08:00")


@pytest.mark.parametrize(
    ("members", "origin"),
    [
        ([PAPER, EARLIER, SILENT, SPAM, CUT], 1),
        ([EARLIER, SILENT, SPAM, CUT], 3),
        ([EARLIER, SPAM], 2),
        ([SPAM], 4),
        ([SILENT, CUT], 3),
        ([SILENT, MONTH], 3),
        ([MONTH, NEXT], 8),
        ([EARLIER, LATER], 2),
        ([EARLIER, LATER, YEARS_LATER, UNDATED], 2),
        ([EARLIER, SAME_DAY], 12),
        ([EARLIER, DAY_ALONE], 2),  # a day alone is not the first of its minutes
        ([EARLIER, IN_LONDON], 2),  # nine o'clock in Beijing
        ([EARLIER, YEARS_LATER], 11),  # one of the two clocks may be wrong
        ([member(6, "b.example"), member(7, "a.example")], 7),
    ],
)
def test_the_origin_is_the_same_in_whatever_order(members: list[OriginCandidate], origin: int) -> None:
    for order in itertools.permutations(members):
        assert elect(order).origin.article == origin


def test_the_reasons_are_told() -> None:
    finding = elect([PAPER, EARLIER, SPAM])

    assert finding.publisher == "人民日报"
    assert finding.reasons == (
        "publisher: 3 of 3 name 人民日报, and paper.people.com.cn is its own site",
        "paper: printed 2020-02-10",
        "not the earliest: 2020-02-10, another 2020-02-09T08:39:53+08:00",
        "text: 500 characters, the fullest 500",
        "trust: 1 of 3 on hosts that are no evidence",
    )


def test_a_month_is_not_the_earliest_of_its_days() -> None:
    assert elect([SILENT, MONTH]).reasons[0] == "earliest: 2020-02-08T08:00:00+08:00"
    assert elect([MONTH, NEXT]).reasons[0] == "earliest: 2020-02"
    assert elect([MONTH, NEXT]).origin.article == 8


def test_the_publisher_is_written_as_the_origin_writes_it() -> None:
    echoes = [member(n, "a.example", source="人民网－人民日报") for n in (6, 7, 8)]

    assert elect([PAPER, *echoes]).publisher == "人民日报"


@pytest.mark.parametrize(
    ("source", "site", "publisher", "says"),
    [
        ("人民日报", "www.jzrb.com", "人民日报", "credited"),
        ("人民日報", "www.wenweipo.com", "人民日报", "credited"),
        ("人民网－人民日报", "people.com.cn", "人民日报", "credited"),
        ("人民日报客户端", "dahe.cn", "人民日报", "credited"),
        ("人民网", "a.example", "人民日报", "credited"),
        ("大河网", "dahe.cn", "人民日报", "own"),
        ("新华社", "dahe.cn", "人民日报", "other"),
        ("清河晚报", "a.example", "人民日报", "other"),
        ("清河晚报", "a.example", None, "other"),
        (None, "dahe.cn", "人民日报", "none"),
        ("", "dahe.cn", "人民日报", "none"),
    ],
)
def test_what_a_page_claims_is_held_against_the_finding(
    source: str | None, site: str, publisher: str | None, says: str
) -> None:
    assert claim(source, site, publisher) == says


@pytest.mark.parametrize(
    ("site", "source", "is_its"),
    [
        ("paper.people.com.cn", "人民日报", True),
        ("www.xinhuanet.com", "新华社", True),
        ("big5.www.gov.cn", "中国政府网", True),
        ("notpeople.com.cn", "人民网", False),
        ("www.jzrb.com", "清河晚报", False),
        ("www.jzrb.com", None, False),
    ],
)
def test_a_site_belongs_to_the_names_it_publishes_under(
    site: str, source: str | None, *, is_its: bool
) -> None:
    assert belongs(site, source) is is_its


@pytest.mark.parametrize(
    "source, hosts",
    [
        ("大河网", {"dahe.cn"}),
        ("转自 www.Dahe.cn", {"dahe.cn"}),
        ("news.xinhuanet.com 新华社", {"news.cn", "xinhuanet.com", "news.xinhuanet.com"}),
        ("2020.02.10 本报", set()),
        ("v.1.x 版", set()),
        ("..cn.", set()),
        (None, set()),
    ],
)
def test_a_source_line_credits_the_hosts_of_its_names_and_those_that_it_prints(
    source: str | None, hosts: set[str]
) -> None:
    assert credited_hosts(source) == hosts


def test_a_reason_says_no_midnight_of_a_day_alone() -> None:
    assert elect([NEXT, YEARS_LATER]).reasons[0] == "earliest: 2020-03-01"
