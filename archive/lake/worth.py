"""Responses of a web crawl that are not worth reading: recognised by address, head and bytes, before parsing."""

import re

from archive.record.http import Head
from archive.view.store import mime

CHARACTERS = 40
"""A page with fewer Chinese characters has no article; the shortest notice found has 41."""
_FILES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|mjs|json|xml|rss|atom|pdf|zip|gz|rar|7z|exe|apk|dmg|mp[34]|m4[av]|avi|mov"
    r"|flv|webm|wav|ogg|woff2?|ttf|eot|docx?|xlsx?|pptx?)$",
    re.IGNORECASE,
)
_NO_PAGES = re.compile(
    r"/(?:robots\.txt|ads\.txt|favicon\.ico|sitemap[^/]*)$|/wp-json/|/feed/?$", re.IGNORECASE
)
_MARKUP = {"text/html", "application/xhtml+xml", "text/plain", "application/octet-stream", "*/*", None}
_HAN = re.compile(rb"[\xe4-\xe9][\x80-\xbf][\x80-\xbf]|\xe3[\x90-\xbf][\x80-\xbf]")
_KANA = re.compile(rb"\xe3[\x81-\x83][\x80-\xbf]")
_ESCAPED = re.compile(
    rb"&#x(?:[4-9][0-9a-f]{3});|&#(?:1[3-9]\d{3}|[2-3]\d{4}|40\d{3});|\\u(?:[4-9][0-9a-f]{3})", re.IGNORECASE
)
# two characters in a row: a lone byte above 7F is an accent in many languages
_LEGACY = re.compile(rb"(?:[\x81-\xfe][\x40-\x7e\x80-\xfe]){2,}")
_LABEL = re.compile(rb"charset\s*=\s*(?:[\"']\s*)?([\w.:-]+)", re.IGNORECASE)
# not of Western languages: their labels are the default of old editors, and their accents stand alone
_OTHER_SCRIPTS = re.compile(
    r"windows-125[013-8]|cp125[013-8]|koi8|iso-8859-(?!15?\b)|euc-kr|ks_c|cp949|shift|sjis|x-sjis|euc-jp|iso-2022-[jk]|tis-620"
    r"|windows-874|cp874|windows-31j",
    re.IGNORECASE,
)
_ASCII = bytes(range(128))
_MOST_BYTES = 1 << 20  # the text of an article begins and ends before this


def unworthy_address(url: str) -> str | None:
    """The reason why an address has no article; None if it may have one."""
    path = url.partition("?")[0].partition("#")[0]
    return "address" if _FILES.search(path) or _NO_PAGES.search(path) else None


def unworthy_head(head: Head) -> str | None:
    """The reason why a response is no page; None if it may be one."""
    if head.status != 200:
        return "status"
    return None if mime(head.header("content-type")) in _MARKUP else "not-html"


def unworthy_bytes(body: bytes, content_type: str | None) -> str | None:
    """The reason why a body is no Chinese page; None if it may be one, in any charset and under any label."""
    body = body[:_MOST_BYTES]
    if body.isascii():
        return None if _reaches(_ESCAPED, body) else "not-chinese"
    label = _label(body, content_type)
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or "utf-16" in label:
        return None
    han = len(_HAN.findall(body))
    if han >= CHARACTERS and _is_utf8(body):
        # a Japanese page has more kana than Chinese characters; a Chinese page that quotes Japanese has fewer
        return "not-chinese" if len(_KANA.findall(body)) > han else None
    if _reaches(_ESCAPED, body):
        return None
    if _is_utf8(body) or _OTHER_SCRIPTS.search(label):
        return "not-chinese"
    pairs = sum(len(found) // 2 for found in _LEGACY.findall(body))
    return None if pairs >= CHARACTERS else "not-chinese"


def _reaches(pattern: re.Pattern[bytes], body: bytes) -> bool:
    return len(pattern.findall(body)) >= CHARACTERS


def _is_utf8(body: bytes) -> bool:
    """Whether a body is UTF-8; one byte in ten beyond ASCII may be wrong, because tools cut characters in two."""
    return body.decode("utf-8", "replace").count("\ufffd") * 10 <= len(body.translate(None, _ASCII))


def _label(body: bytes, content_type: str | None) -> str:
    """The charset in the response's head, else the charset in the page, in lower case; empty if neither names one."""
    stated = _LABEL.search((content_type or "").encode("latin-1", "replace")) or _LABEL.search(body[:4096])
    return stated[1].decode("latin-1").lower() if stated else ""
