"""Answers that are no pages: challenges that want JavaScript, captchas, notices of a firewall."""

import re
from urllib.parse import unquote

from extract.page.address import parted

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
# A page that is nothing but a way in. Only asked of pages that were not read as an article.
PASSWORD = re.compile(rb"<input[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
CONSENT = re.compile(
    "同意(?:并继续|后继续|并接受)|接受所有\\s*cookie|accept all cookies|before you continue".encode(),
    re.IGNORECASE,
)
# Where redirects lead that want something of a visitor first: a word of the path or the host name.
GATES = (
    (
        "login",
        re.compile(
            r"(?:user|member)?[-_]?log[-_]?[io]n|sign[-_]?in|passport|sso|oauth2?|auth|denglu|paywall"
        ),
    ),
    ("consent", re.compile(r"(?:cookie[-_]?)?consent|gdpr|cookie[-_]?wall|privacy[-_]?gate")),
    ("captcha", re.compile(r"captcha|verify|antispider|checkcode|challenge|waf|robot[-_]?check")),
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
    utf8 = body if _is_utf8(body) else body.decode("gb18030", "replace").encode()
    return next((kind for kind, pattern in CHALLENGES if pattern.search(utf8)), None)


def walled(body: bytes) -> str | None:
    """Whether a page that is no article is a log-in or wants consent first, in a word; None for neither."""
    if len(body) > LONGEST:
        return None
    if PASSWORD.search(body):
        return "login"
    utf8 = body if _is_utf8(body) else body.decode("gb18030", "replace").encode()
    return "consent" if CONSENT.search(utf8) else None


def gate(url: str, to: str) -> str | None:
    """What a redirect's target wants first, in a word, by its name; None where it is not named for a gate."""
    own, other = parted(url), parted(to)
    words = [part.partition(".")[0] for part in other.path.split("/") if part] + (other.hostname or "").split(
        "."
    )
    words = [word for word in words if word not in own.path and word not in (own.hostname or "").split(".")]
    return next(
        (kind for kind, pattern in GATES if any(pattern.fullmatch(word.lower()) for word in words)), None
    )


def sends_back(url: str, to: str) -> bool:
    """Whether a redirect's target is told where to send its visitor back to, as log-ins are."""
    own, other = parted(url), parted(to)
    if own.path in ("", "/") or other.path == own.path:
        return False
    told = unquote(unquote(f"{other.query}&{other.fragment}"))
    return re.search(re.escape(unquote(own.path)) + r"(?![\w/])", told) is not None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
