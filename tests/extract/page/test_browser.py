"""Bytes are read as browsers read them."""

import hashlib

import pytest

from extract.page.browser import decoded
from extract.page.page import decode

JAPANESE = (
    "東京都内の交差点で二十日、車三台が絡む事故があり、五人が軽いけがをした。警視庁が原因を調べている。"
)
CHINESE = "青岚市水务局近日启动河道清淤工程，计划用三个月时间清理城区七条主要河流，改善沿岸居民的生活环境。"


# of the texts of all two-byte sequences from 80 00 to FF FF, a line each, as another decoder of the Encoding
# Standard, made from its index files, reads them
@pytest.mark.parametrize(
    ("codec", "digest"),
    [
        ("gb18030", "ee552985d349aaa68c02f8ae83c40ffc3e321eecd45549b56f5d813e60920c60"),
        ("big5hkscs", "708b047dd842085aab9588c4398c9f29c9a2c589f8577c8a185800ffd9a188a5"),
        ("euc-jp", "284328afc1c27205639137879c7494f522a3fdb41d804c82b905df468e794b43"),
    ],
)
def test_every_two_byte_sequence(codec: str, digest: str) -> None:
    texts = [decoded(bytes((lead, trail)), codec) for lead in range(0x80, 0x100) for trail in range(0x100)]

    assert hashlib.sha256("\n".join(texts).encode()).hexdigest() == digest


@pytest.mark.parametrize(
    ("codec", "raw", "text"),
    [
        ("gb18030", "a3a0c7e0a3a0", "　青　"),  # an ideographic blank
        ("gb18030", "80313030", "€100"),
        ("gb18030", "a8bc", "ḿ"),
        ("gb18030", "95328236", "𠀀"),
        ("big5hkscs", "ac f9 bf ab a1 45 a5 cc", "約翰‧甘"),
        ("big5hkscs", "a5 a1 45", "央E"),  # A1 45 across two characters is no dot
        ("big5hkscs", "87a4", "龗"),
        ("big5hkscs", "a1fe a241", "／∕"),
        ("big5hkscs", "8862", "Ê̄"),
        ("euc-jp", "ada1 a1c1", "①～"),
        ("gb18030", "81 3c 70 3e", "\ufffd<p>"),  # a lost byte takes no tag with it
        ("big5hkscs", "a4 3c 70 3e", "\ufffd<p>"),
    ],
)
def test_what_python_reads_otherwise(codec: str, raw: str, text: str) -> None:
    assert decoded(bytes.fromhex(raw), codec) == text


# index-big5.txt has 18,590 rows, and the standard names four sequences more that are two characters each; GBK fills
# its plane but for the user's own areas, which GB 18030 reads as private characters; index-jis0208.txt has 7,336
# rows in the 94 that EUC-JP reaches
@pytest.mark.parametrize(
    ("codec", "leads", "trails", "count"),
    [
        ("big5hkscs", (0x81, 0xFE), ((0x40, 0x7E), (0xA1, 0xFE)), 18_594),
        ("gb18030", (0x81, 0xFE), ((0x40, 0x7E), (0x80, 0xFE)), 23_940),
        ("euc-jp", (0xA1, 0xFE), ((0xA1, 0xFE),), 7_336),
    ],
)
def test_as_many_pairs_are_read_as_the_index_has(
    codec: str, leads: tuple[int, int], trails: tuple[tuple[int, int], ...], count: int
) -> None:
    pairs = [
        bytes((lead, trail))
        for lead in range(leads[0], leads[1] + 1)
        for first, last in trails
        for trail in range(first, last + 1)
    ]

    assert sum("\ufffd" not in decoded(pair, codec) for pair in pairs) == count


def test_the_192_points_of_hong_kong_that_python_does_not_read() -> None:
    unread = [
        pair
        for lead in range(0x81, 0xFF)
        for trail in range(0x40, 0xFF)
        if "\ufffd" in (pair := bytes((lead, trail))).decode("big5hkscs", "replace")
        and "\ufffd" not in decoded(pair, "big5hkscs")
    ]

    assert len(unread) == 192
    assert {len(decoded(pair, "big5hkscs")) for pair in unread} == {1}


@pytest.mark.parametrize("label", ["gb2312", "GBK", "x-gbk", "gb_2312-80", "gb18030"])
def test_the_euro_sign_of_a_mainland_page(label: str) -> None:
    raw = "工程预算".encode("gbk") + b"\x80100" + "万".encode("gbk")

    assert decode(f'<meta charset="{label}"><p>'.encode() + raw)[0].endswith("工程预算€100万")


@pytest.mark.parametrize("label", ["big5", "Big5-HKSCS", "cn-big5", "x-x-big5"])
def test_the_dot_in_a_name_on_a_page_in_big5(label: str) -> None:
    raw = "作者約翰".encode("big5") + b"\xa1\x45" + "甘迺迪".encode("big5")

    assert decode(f'<meta charset="{label}"><p>'.encode() + raw)[0].endswith("作者約翰‧甘迺迪")


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("euc-jp", "euc-jp"),
        ("x-euc-jp", "euc-jp"),
        ("cseucpkdfmtjapanese", "euc-jp"),
        ("Shift_JIS", "cp932"),
        ("windows-31j", "cp932"),
    ],
)
def test_a_true_japanese_label_stands(label: str, codec: str) -> None:
    text, charset = decode(f'<meta charset="{label}"><p>{JAPANESE}</p>'.encode(codec))

    assert JAPANESE in text
    assert (charset.name, charset.reason) == (codec, "meta")


def test_a_true_korean_label_stands() -> None:
    korean = "서울시는 이번 주부터 강변 정비 공사를 시작한다고 밝혔다。주민들은、기대하고 있다。"

    assert korean in decode(f'<meta charset="euc-kr"><p>{korean}</p>'.encode("cp949"))[0]


@pytest.mark.parametrize("label", ["euc-jp", "shift_jis", "euc-kr"])
def test_chinese_bytes_overrule_a_japanese_or_korean_label(label: str) -> None:
    text, charset = decode(f'<meta charset="{label}"><p>{CHINESE}</p>'.encode("gb18030"))

    assert CHINESE in text
    assert (charset.name, charset.reason) == ("gb18030", "bytes")


def test_a_blank_of_two_private_bytes_parts_source_and_editor() -> None:
    raw = b"\xa3\xa0\xa3\xa0" + "来源".encode("gb18030")

    assert decode(b'<meta charset="gb2312"><p>' + raw + b"</p>")[0].endswith("<p>　　来源</p>")
