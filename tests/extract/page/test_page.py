import pytest

from extract.page.page import LONGEST_TEXT, Page, decode

TEXT = "镕城的放水员老喆说：“见面先看表”——这块表是量水仪。记者从市里了解到，这样的表已经装了四十一块。"
TRADITIONAL = "臨江大橋今日恢復雙向通行，記者從交通部門獲悉，載重二十噸以上的貨車仍需繞行。"


def page(text: str, codec: str, label: str | None = None, content_type: str | None = None) -> Page:
    meta = f'<meta charset="{label}">' if label else ""
    return Page(
        "http://a.example/",
        f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(codec),
        content_type,
    )


@pytest.mark.parametrize("label", ["gb2312", "GBK", "gb_2312-80", "x-gbk", "gb18030"])
def test_gb_labels_read_characters_outside_gb2312(label: str) -> None:
    found = page(TEXT, "gb18030", label)

    assert TEXT in found.text
    assert (found.charset.name, found.charset.reason, found.charset.declared) == ("gb18030", "meta", label)


def test_four_byte_gb18030_is_read() -> None:
    assert "𠮷野㐂寿" in page("𠮷野㐂寿，" + TEXT, "gb18030", "gb2312").text


@pytest.mark.parametrize("label", ["gb2312", "big5", "iso-8859-1", None])
def test_clean_utf8_overrules_a_label_that_lies(label: str | None) -> None:
    found = page(TEXT, "utf-8", label)

    assert TEXT in found.text
    assert found.charset.name == "utf-8"
    assert found.charset.reason == ("bytes" if label else "default")


@pytest.mark.parametrize("label", ["utf-8", "big5", "iso-8859-1", "no-such-charset", None])
def test_gbk_bytes_overrule_a_label_that_lies(label: str | None) -> None:
    assert TEXT in page(TEXT, "gb18030", label).text


@pytest.mark.parametrize("label", ["utf-8", "gb2312", "big5", None])
def test_big5_bytes_are_read_whatever_the_label(label: str | None) -> None:
    found = page(TRADITIONAL, "big5", label)

    assert TRADITIONAL in found.text
    assert found.charset.name == "big5hkscs"


def test_hong_kong_characters_of_big5_are_read() -> None:
    assert "啲嘢喺度" in page("啲嘢喺度，" + TRADITIONAL, "big5hkscs", "big5").text


def test_header_wins_over_meta_for_gb_pages() -> None:
    found = page(TEXT, "gb18030", "big5", "text/html; charset=GBK")

    assert found.charset.reason == "header"
    assert TEXT in found.text


def test_hint_wins_over_a_wrong_label() -> None:
    text, charset = decode("<p>안녕하세요</p>".encode("cp949"), hinted="euc-kr")

    assert "안녕하세요" in text
    assert charset.reason == "hint"


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (b"\xef\xbb\xbf", "utf-8", "utf-8"),
        (b"\xff\xfe", "utf-16-le", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be", "utf-16-be"),
    ],
)
def test_byte_order_mark_wins_over_the_label(mark: bytes, codec: str, name: str) -> None:
    text, charset = decode(mark + f'<meta charset="gb2312"><p>{TEXT}</p>'.encode(codec))

    assert TEXT in text
    assert (charset.name, charset.reason) == (name, "bom")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_known_by_its_zeros(codec: str) -> None:
    text, charset = decode(
        f"<html><head><title>x</title></head><body><p>{TEXT}</p></body></html>".encode(codec)
    )

    assert TEXT in text
    assert charset.name == codec


def test_label_after_1024_bytes_is_found() -> None:
    raw = ("<script>" + "x" * 3_000 + '</script><meta charset="gb2312">' + TEXT).encode("gb18030")

    assert decode(raw)[1].declared == "gb2312"


def test_a_broken_byte_in_utf8_is_counted_not_guessed_away() -> None:
    raw = f'<meta charset="utf-8"><p>{TEXT * 20}</p>'.encode()
    text, charset = decode(raw[:60] + b"\xff" + raw[61:])

    assert charset.name == "utf-8"
    assert charset.replaced == text.count("\ufffd") > 0


def test_an_unlabelled_western_page_is_no_chinese() -> None:
    assert decode("<p>déjà vu, café à la crème</p>".encode("cp1252"))[1].name == "cp1252"


def test_zero_bytes_and_control_characters_are_left_out() -> None:
    assert Page("http://a.example/", b"<p>a\x00b\x01c\x0bd</p>").text == "<p>abcd</p>"


@pytest.mark.slow
def test_nesting_too_deep_to_parse_keeps_the_words() -> None:
    deep = Page(
        "http://a.example/",
        ("<div>" * 100_000 + "<p>深处的一段话。</p>" + "</div>" * 100_000 + "<p>之后</p>").encode(),
    )

    assert deep.troubles == ("deep",)
    assert deep.tree is not None
    assert "".join(deep.tree.itertext()).split() == ["深处的一段话。之后"]


@pytest.mark.slow
def test_a_page_longer_than_the_limit_says_so() -> None:
    long = Page("http://a.example/", ("<p>" + "字" * (LONGEST_TEXT + 10) + "</p>").encode())

    assert long.troubles == ("large",)


def test_a_picture_written_into_an_attribute_does_not_count() -> None:
    heavy = Page(
        "http://a.example/", ('<img src="data:' + "A" * (LONGEST_TEXT + 10) + '"><p>正文</p>').encode()
    )

    assert heavy.troubles == ()
    assert heavy.tree is not None
    assert heavy.tree.findtext(".//p") == "正文"


@pytest.mark.parametrize(
    "raw", [b"", b"\x89PNG\r\n\x1a\n<html>", b"%PDF-1.7 <html>", b'{"a": 1}', "只有字".encode()]
)
def test_what_is_no_markup_has_no_tree(raw: bytes) -> None:
    assert Page("http://a.example/", raw).tree is None


def test_canonical_address_is_the_page_s_own_word() -> None:
    raw = b'<link rel="canonical" href=" http://a.example/1.html "><p>x</p>'

    assert Page("file:///tmp/1.html", raw).canonical_url == "http://a.example/1.html"
