"""The zone that a page prints beside a time: GMT, UTC+8, 美东时间 (Eastern time), or none, which is Beijing's."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

BEIJING = timezone(timedelta(hours=8))
"""Every page of the subject states the time of Beijing, Hong Kong or Taipei unless it gives another."""

_HOURS = {
    "Z": 0, "GMT": 0, "UTC": 0, "HKT": 8, "CST": 8, "SGT": 8, "MYT": 8, "AWST": 8, "JST": 9, "KST": 9,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BST": 1, "CET": 1, "CEST": 2,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
# what stands before 时间; the abbreviations of two letters are neither winter's nor summer's time
_PLACES = {
    "America/New_York": "美(?:国|國)?(?:东部|東部|东|東)|纽约|紐約|华盛顿|華盛頓|多伦多|多倫多|ET",
    "America/Chicago": "美(?:国|國)?中部|芝加哥",
    "America/Los_Angeles": "美(?:国|國)?西部?|太平洋|洛杉(?:矶|磯)|旧金山|舊金山|温哥华|溫哥華|PT",
    "Europe/London": "英(?:国|國)|伦敦|倫敦",
    "Europe/Paris": "欧洲中部|歐洲中部|法(?:国|國)|巴黎|德(?:国|國)|柏林",
    "Europe/Moscow": "莫斯科|俄(?:罗斯|羅斯)",
    "Asia/Tokyo": "日本|东京|東京",
    "Asia/Seoul": "韩(?:国|國)|韓國|首(?:尔|爾)",
    "Australia/Sydney": "悉尼|雪梨|墨尔本|墨爾本",
    "Etc/UTC": "格林(?:尼治|威治)(?:标准|標準)?|世界(?:标准|標準|协调|協調)?|协调世界|協調世界",
    "Asia/Shanghai": "北京|中国|中國|台北|臺北|台灣|台湾|香港|澳门|澳門|新加坡|吉隆坡|当地|當地",
}
PLACE = "|".join(_PLACES.values())
"""What stands before 时间 (time) to name a zone, as alternatives of a pattern."""
ZONE = (
    r"(?:\s?[(（\[]?\s?(?P<zone>"
    # behind minutes alone, -11:00 is the end of a span of time
    r"(?:(?:GMT|UTC)\s?[+-]|\+|(?<=:\d\d:\d\d)-|(?<=\.\d\d\d)-|(?<=T\d\d:\d\d)-)\d\d:?[0-5]\d(?!\d)"
    r"|(?:GMT|UTC)\s?[+-]\d{1,2}(?![\d:])"
    rf"|(?:{'|'.join(sorted(_HOURS, key=len, reverse=True))}|ET|PT)(?![A-Za-z])"
    rf"|(?:{PLACE})(?:时间|時間)|美[东東]|京[时時]间?)[)）\]]?)?"
)
"""A pattern with the group `zone`, to stand right behind a clock time; it may match nothing."""
_BEFORE = re.compile(
    rf"(?P<zone>(?:{PLACE}|标准|標準)(?:时间|時間)|(?:GMT|UTC)(?:\s?[+-]\d{{1,2}}(?::[0-5]0)?)?)\s?[:：]?\s?[(（\[]?$"
)
_OFFSET = re.compile(r"(?:GMT|UTC)?\s?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?")
_FARTHEST = 14
"""Hours between UTC and the zone farthest from it."""


def printed_before(text: str, position: int) -> str | None:
    """The zone that is printed right before a position: 北京时间 2023-04-18, 美国东部时间: 06:40."""
    match = _BEFORE.search(text[max(0, position - 14) : position])
    return match["zone"] if match else None


def of(written: str | None) -> tzinfo:
    """The zone that a page writes; Beijing's for an empty text and for a text that names no zone."""
    if not written:
        return BEIJING
    if match := _OFFSET.fullmatch(written):
        offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
        if offset > timedelta(hours=_FARTHEST):
            return BEIJING
        return timezone(-offset if match["sign"] == "-" else offset) if offset else UTC
    if written in _HOURS:
        return timezone(timedelta(hours=_HOURS[written])) if _HOURS[written] else UTC
    for name, words in _PLACES.items():
        if re.match(words, written):
            return BEIJING if name == "Asia/Shanghai" else _named(name)
    return BEIJING


def fixed(moment: datetime) -> datetime:
    """The same moment with its offset of that day: a value that holds no zone's rules."""
    offset = moment.utcoffset() or timedelta(0)
    return moment.replace(tzinfo=timezone(offset) if offset else UTC)


@cache
def _named(name: str) -> tzinfo:
    return UTC if name == "Etc/UTC" else ZoneInfo(name)
