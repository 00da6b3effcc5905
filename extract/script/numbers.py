"""Numbers as Chinese pages write them: full-width digits made narrow, 二〇二三, 十二, 廿三."""

import re

# full-width forms of what dates are made of, one character for one: places stay what they are
_NARROW = str.maketrans("０１２３４５６７８９：／－．，　\xa0", "0123456789:/-.,  ")
_WIDE = re.compile("[０-９：／－．，\u3000\xa0]")
_WIDE_DIGIT = re.compile("[０-９]")
_WIDE_SIGNS = [(chr(wide), chr(plain)) for wide, plain in _NARROW.items() if not chr(wide).isdigit()]


def narrow(text: str) -> str:
    """The text in narrow forms; most holds no others, which is found out faster than it is made."""
    if not _WIDE.search(text):
        return text
    if _WIDE_DIGIT.search(text):
        return text.translate(_NARROW)
    # commas and colons of prose: five times as fast as character by character
    for wide, plain in _WIDE_SIGNS:
        text = text.replace(wide, plain)
    return text


def _digits(written: str) -> int:
    """Digits in characters one after the other: 二〇二三, 二○二三, 二零二三."""
    places = ("一二三四五六七八九".find(character) + 1 for character in written)
    return int("".join(map(str, places)) or 0)


def written_year(written: str) -> int:
    """二〇二三, 一一二, 一百一十二."""
    written = "".join(written.split())
    if "百" in written:
        hundreds, _, rest = written.partition("百")
        return _digits(hundreds) * 100 + (small_number(rest.lstrip("〇零○")) if rest else 0)
    return small_number(written) if "十" in written else _digits(written)


def small_number(written: str) -> int:
    """Numbers of two digits in characters: 十二, 二十, 廿三, 正 (first month), 一二, 〇四."""
    written = written.replace("廿", "二十").replace("卅", "三十").replace("元", "一").replace("正", "一")
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return _digits(written)
    return (_digits(tens) if tens else 1) * 10 + _digits(ones)
