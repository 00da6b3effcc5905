"""Days in addresses."""

import pytest

from extract.fields.stated import in_url


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://www.zaiyou.example/2012/new/jan/12/today-life7.htm", "2012-01-12"),
        ("http://www.zaiyou.example/2005/new/mar/1/today-so5.htm", "2005-03-01"),
        ("http://blog.example/2011/Sep/30/a-post", "2011-09-30"),
    ],
)
def test_a_month_by_its_name_is_a_day_s(url: str, day: str) -> None:
    found = in_url(url)

    assert found is not None
    assert f"{found.when:%Y-%m-%d}" == day


@pytest.mark.parametrize(
    "url", ["http://a.example/2012/new/jan/40/x.htm", "http://a.example/2012/marble/12/"]
)
def test_what_is_no_day_is_none(url: str) -> None:
    assert in_url(url) is None
