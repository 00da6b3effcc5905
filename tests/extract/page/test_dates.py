from datetime import UTC, datetime

import pytest

from extract.page import dates

SEEN = datetime(2020, 1, 3, 4, 0, tzinfo=UTC)  # noon in Beijing


@pytest.mark.parametrize(
    ("printed", "iso", "precision"),
    [
        ("2024年04月24日23:52", "2024-04-24T23:52:00+08:00", "minute"),
        ("2019年06月15日08:18  来源：人民网", "2019-06-15T08:18:00+08:00", "minute"),
        ("2019-06-15 08:18:22", "2019-06-15T08:18:22+08:00", "second"),
        ("更新时间:2020-2-10 8:39:53    来源", "2020-02-10T08:39:53+08:00", "second"),
        ("2020/02/10 08:39", "2020-02-10T08:39:00+08:00", "minute"),
        ("2023/2/27", "2023-02-27T00:00:00+08:00", "day"),
        ("2020.02.10", "2020-02-10T00:00:00+08:00", "day"),
        ("2024 04/24 08:39:53", "2024-04-24T08:39:53+08:00", "second"),
        ("2015年5月21日 星期四 05:03", "2015-05-21T05:03:00+08:00", "minute"),
        ("2020年2月10日下午3点20分", "2020-02-10T15:20:00+08:00", "minute"),
        ("2020-02-10 06:30:00:000", "2020-02-10T06:30:00+08:00", "second"),
        ("2020-02-10T08:39:53+09:00", "2020-02-10T08:39:53+09:00", "second"),
        ("民國109年2月10日 上午8:30", "2020-02-10T08:30:00+08:00", "minute"),
        ("二〇二〇年二月二十三日", "2020-02-23T00:00:00+08:00", "day"),
        ("二○一九年十二月卅一日", "2019-12-31T00:00:00+08:00", "day"),
        ("2019-09-3007:42", "2019-09-30T07:42:00+08:00", "minute"),
        ("2023-04-18 （星期二） 09:26", "2023-04-18T09:26:00+08:00", "minute"),
        ("2023-04-18 HKT 09:26", "2023-04-18T09:26:00+08:00", "minute"),
        ("中華民國一一二年四月十八日", "2023-04-18T00:00:00+08:00", "day"),
    ],
)
def test_printed_forms(printed: str, iso: str, precision: str) -> None:
    moment = dates.first(printed)

    assert moment is not None
    assert (moment.iso(), moment.precision) == (iso, precision)


@pytest.mark.parametrize(
    "text", ["2013-2014年", "2020-02-31", "版本 12.2020.1.1", "电话 0391-8797000", "第2020期", ""]
)
def test_numbers_that_are_no_dates(text: str) -> None:
    assert dates.first(text) is None


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        ("1581294000", "2020-02-10T08:20:00+08:00"),
        ("1581294000000", "2020-02-10T08:20:00+08:00"),
        ("20200210083953", "2020-02-10T08:39:53+08:00"),
        ("Sat Oct 03 07:23:11 HKT 2026", "2026-10-03T07:23:11+08:00"),
        ("Sat, 03 Oct 2026 07:23:11 GMT", "2026-10-03T07:23:11+00:00"),
        ("2024-04-24T15:52:00.000Z", "2024-04-24T15:52:00+00:00"),
        ("5/22/2023, 11:20:05 PM", "2023-05-22T23:20:05+08:00"),
        ("5/22/2023 11:20:99", "2023-05-22T11:20:00+08:00"),
    ],
)
def test_machine_forms(stated: str, iso: str) -> None:
    moment = dates.machine(stated)

    assert moment is not None
    assert moment.iso() == iso


@pytest.mark.parametrize(
    ("told", "iso", "precision"),
    [
        ("3小时前", "2020-01-03T09:00:00+08:00", "minute"),
        ("5分鐘前", "2020-01-03T11:55:00+08:00", "minute"),
        ("2天前", "2020-01-01T00:00:00+08:00", "day"),
        ("刚刚", "2020-01-03T12:00:00+08:00", "minute"),
        ("今天 08:05", "2020-01-03T08:05:00+08:00", "minute"),
        ("昨天 22:17", "2020-01-02T22:17:00+08:00", "minute"),
        ("12-30 08:39", "2019-12-30T08:39:00+08:00", "minute"),
    ],
)
def test_relative_forms_count_from_the_fetch(told: str, iso: str, precision: str) -> None:
    moment = dates.relative(told, SEEN)

    assert moment is not None
    assert (moment.iso(), moment.precision) == (iso, precision)


def test_a_relative_form_means_nothing_without_the_fetch() -> None:
    assert dates.first("3小时前") is None
