import pytest

from extract.page.blocked import blocked


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (412, b"", "javascript challenge"),
        (403, b"Forbidden", "forbidden"),
        (521, b"<script>x</script>", "javascript challenge"),
        (200, b"<script>document.cookie='__jsl_clearance=1'</script>", "javascript challenge"),
        (200, b"<script>document.cookie='a=1'; window.location.reload();</script>", "javascript challenge"),
        (200, "<title>安全验证</title>".encode("gb18030"), "captcha"),
        (200, "<p>您的访问请求可能对网站造成安全威胁</p>".encode(), "firewall"),
    ],
)  # fmt: skip
def test_a_refusal_is_known(status: int, body: bytes, why: str) -> None:
    assert blocked(status, body) == why


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"not found"),
        (200, "<p>春耕</p>".encode()),
        (200, "<p>安全验证</p>".encode() + b"<p>x</p>" * 10_000),
        (503, b"busy"),
    ],
)
def test_a_page_is_a_page(status: int, body: bytes) -> None:
    assert blocked(status, body) is None
