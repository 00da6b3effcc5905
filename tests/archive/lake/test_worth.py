"""What a lake reads of a crawl of the whole web: Chinese pages in any charset under any label, hardly any other."""

from pathlib import Path

import pytest

from archive.lake.worth import unworthy_address, unworthy_bytes, unworthy_head
from archive.record.http import Head

SHARED = Path(__file__).parents[4] / "shared"
HANS = (
    "昨天下午，市水务局在河堤上召开会议，研究今年汛期的准备工作。今年雨水来得早，各镇应当提前检查堤坝和泵站。"
)
HANT = (
    "昨天下午，市水務局在河堤上召開會議，研究今年汛期的準備工作。今年雨水來得早，各鎮應當提前檢查堤壩和泵站。"
)
OTHERS = {
    "ru": (
        "Вчера после полудня на берегу реки прошло совещание о подготовке к паводку. ",
        "cp1251 koi8-r iso-8859-5",
    ),
    "ja": (
        "きのうの午後、市の水道局は川の堤防で会議をひらき、ことしの大雨にそなえる準備についてはなしあった。",
        "shift_jis euc-jp",
    ),
    "ko": ("어제 오후 시 수도국은 강둑에서 회의를 열어 올해 장마철 준비를 논의하였다. ", "euc-kr"),
    "el": ("Χθες το απόγευμα έγινε σύσκεψη στην όχθη του ποταμού για τις πλημμύρες. ", "cp1253 iso-8859-7"),
    "ar": ("عقد أمس اجتماع على ضفة النهر لبحث الاستعدادات لموسم الأمطار هذا العام. ", "cp1256 iso-8859-6"),
    "th": ("เมื่อวานบ่ายมีการประชุมที่ริมแม่น้ำเรื่องการเตรียมพร้อมรับน้ำท่วมปีนี้ ", "tis-620 cp874"),
    "fr": (
        "Hier après-midi, une réunion s'est tenue sur la digue où l'on a évoqué l'été à venir. ",
        "latin-1 cp1252",
    ),
    "vi": ("Chiều hôm qua, một cuộc họp đã diễn ra bên bờ sông để bàn về mùa mưa năm nay. ", "cp1258"),
    "tr": (
        "Dün öğleden sonra ırmak kıyısında taşkın hazırlıkları için toplantı yapıldı. ",
        "cp1254 iso-8859-9",
    ),
}


def page(text: str, charset: str, *, label: str | None = "", times: int = 30) -> bytes:
    meta = f'<meta charset="{label or charset}">' if label is not None else ""
    return f"<html><head>{meta}</head><body><p>{text * times}</p></body></html>".encode(charset, "replace")


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("label", ["", None, "iso-8859-1", "utf-8", "windows-1252", "iso-8859-15"])
def test_chinese_is_read_in_any_charset_under_any_label(charset: str, label: str | None) -> None:
    assert unworthy_bytes(page(HANS, charset, label=label, times=2), None) is None


@pytest.mark.parametrize("charset", ["utf-8", "big5", "cp950", "big5hkscs"])
@pytest.mark.parametrize("label", ["", None, "iso-8859-1", "utf-8"])
def test_traditional_chinese_too(charset: str, label: str | None) -> None:
    assert unworthy_bytes(page(HANT, charset, label=label, times=2), None) is None


@pytest.mark.parametrize("form", ["&#x{:x};", "&#{};", "\\u{:04x}"])
def test_chinese_that_is_written_in_escapes_is_read(form: str) -> None:
    text = "".join(form.format(ord(character)) for character in HANS)

    assert unworthy_bytes(f"<p>{text}</p>".encode(), "text/html") is None


def test_a_short_notice_is_read() -> None:
    text = "因道路施工，自十月三日起，十二路公共汽车改走河东路，各站的首末班时间都不变，请乘客们注意站牌上的通知。"

    assert unworthy_bytes(page(text, "utf-8", times=1), None) is None
    assert unworthy_bytes(page(text, "gbk", times=1), None) is None


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_a_notice_among_much_script_is_read(charset: str) -> None:
    script = b"<script>" + b"window.q.push({k:'0f',v:[3,300]});" * 12_000 + b"</script>"

    assert unworthy_bytes(page(HANS, charset, times=2) + script, None) is None


def test_a_cut_character_does_not_matter() -> None:
    body = page(HANS, "utf-8")

    assert unworthy_bytes(body[:2000] + body[2001:], None) is None


def test_a_chinese_page_that_quotes_japanese_is_read() -> None:
    assert unworthy_bytes(page(HANS * 3 + OTHERS["ja"][0], "utf-8"), None) is None


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_are_passed_over(language: str) -> None:
    text, charsets = OTHERS[language]

    assert unworthy_bytes(page(text, "utf-8"), None) == "not-chinese"
    for charset in charsets.split():
        assert unworthy_bytes(page(text, charset), None) == "not-chinese", charset
        assert (
            unworthy_bytes(page(text, charset, label=None), f"text/html; charset={charset}") == "not-chinese"
        )


def test_a_few_chinese_words_on_an_english_page_are_not_enough() -> None:
    assert (
        unworthy_bytes(page("The dam. " * 50 + "中文版 简体 繁體", "utf-8", times=1), None) == "not-chinese"
    )


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://a.example/2026/03/01/c_1.html", None),
        ("http://a.example/a.php?file=x.jpg", None),
        ("http://a.example/", None),
        ("http://a.example/pic/1.JPG?v=2", "address"),
        ("http://a.example/robots.txt", "address"),
        ("http://a.example/feed/", "address"),
        ("http://a.example/sitemap_3.xml", "address"),
    ],
)
def test_addresses(url: str, why: str | None) -> None:
    assert unworthy_address(url) == why


def test_heads() -> None:
    def head(status: int, kind: str | None) -> Head:
        return Head("HTTP/1.1", status, "", (("Content-Type", kind),) if kind else (), 0)

    assert unworthy_head(head(200, "text/html; charset=gbk")) is None
    assert unworthy_head(head(200, None)) is None
    assert unworthy_head(head(404, "text/html")) == "status"
    assert unworthy_head(head(200, "image/jpeg")) == "not-html"


@pytest.mark.skipif(not (SHARED / "pages").is_dir(), reason="the shared pages are not here")
def test_no_saved_page_of_a_chinese_site_is_missed() -> None:
    pages = [page for folder in ("pages", "pages2") for page in sorted((SHARED / folder).glob("*.html"))]
    bodies = {page.name: page.read_bytes() for page in pages}

    assert len(bodies) > 200
    assert [name for name, body in bodies.items() if unworthy_bytes(body, None)] == []
