"""Answers that are no pages: challenges that want JavaScript, captchas, notices of a firewall."""

import re

# Each row: what is said of it, and what stands in its bytes. Short pages only: an article may write about captchas.
CHALLENGES = (
    (
        "javascript challenge",
        re.compile(rb"__jsl_clearance|acw_sc__v[23]|\$_ts\s*=|_cf_chl_opt|challenge-platform"),
    ),
    (
        "javascript challenge",
        re.compile(rb"document\.cookie\s*=[^;]{0,300};[^<]{0,300}location\.(?:reload|href|replace)"),
    ),
    ("captcha", re.compile("访问验证|安全验证|请输入验证码|滑动验证|人机验证|完成验证后".encode())),
    (
        "firewall",
        re.compile("您的访问请求|访问被拦截|请求被拦截|可能对网站造成安全威胁|网站防火墙|WAF".encode()),
    ),
)
LONGEST = 30_000  # bytes; the longest challenge page met had 24,000
# What servers of this part of the web answer to visitors they take for robots.
STATUSES = {
    401: "login",
    403: "forbidden",
    412: "javascript challenge",
    418: "robot",
    451: "legal",
    521: "javascript challenge",
}


def blocked(status: int, body: bytes) -> str | None:
    """Why an answer is a refusal to us rather than a page, in two words; None for pages and ordinary errors."""
    if status in STATUSES:
        return STATUSES[status]
    if len(body) > LONGEST:
        return None
    gb18030 = body if _is_utf8(body) else body.decode("gb18030", "replace").encode()
    return next((kind for kind, pattern in CHALLENGES if pattern.search(gb18030)), None)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
