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
# The same, of words that bytes cannot tell apart.
REFUSALS = (
    ("javascript challenge", r"(?:请|請)先?(?:开启|启用|打开|開啟|啟用)\s*java\s*script|just a moment\.\.\."),
    (
        "region",
        r"(?:所在|您的|當前|当前)的?(?:国家|國家|地区|地區|区域|區域|ip)[^<。]{0,20}(?:无法|無法|不能|不支持|限制|暂不|暫不)"
        r"|(?:not|un)\s?available in your (?:region|country|location|area)",
    ),
    (
        "another program",
        r"(?:请|請)(?:在|使用|用)[^<。]{0,8}(?:微信|客户端|客戶端|app)[^<。]{0,6}(?:打开|打開|查看|访问|訪問|浏览)",
    ),
    (
        "too often",
        r"(?:请求|請求|访问|訪問|操作)(?:过于|過於|太)(?:频繁|頻繁)|too many requests|request denied",
    ),
)
REFUSAL = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in REFUSALS]
# A page that is nothing but a way in. Only asked of pages that were not read as an article.
PASSWORD = re.compile(rb"<input[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
MEMBERS = re.compile("权限|無權|无权|登录|登錄")
CONSENT = re.compile(
    "同意(?:并继续|后继续|并接受)|接受所有\\s*cookie|accept all cookies|before you continue".encode(),
    re.IGNORECASE,
)
# What a page without an article says that is to be had later: an error of the server, or maintenance.
OUTAGE = re.compile(
    r"bad gateway|service (?:temporarily |is )?unavailable|gateway time-?out|internal server error"
    r"|establishing a database connection|too many connections|server error in '|web server is (?:down|returning)"
    r"|(?:connection|request) timed out|origin is unreachable|under (?:maintenance|construction)|be back soon"
    r"|(?:系统|系統|网站|網站|服务器|伺服器|服務器|本站|平台|平臺|数据库|資料庫|數據庫|程序|页面|頁面).{0,8}"
    r"(?:维护|維護|升级|升級|检修|檢修|繁忙|忙碌|异常|異常|错误|錯誤|出错|故障|关闭|關閉|改版|建设中|建設中)"
    r"|(?:数据库|資料庫|數據庫|服务器|伺服器|服務器).{0,6}(?:连接|連接|连线|連線|查询).{0,4}(?:失败|失敗|错误|超时|异常)"
    r"|(?:连接|連接).{0,4}(?:数据库|資料庫|數據庫|服务器|伺服器).{0,4}(?:失败|失敗|错误|超时|异常)"
    r"|(?:暂时|暫時|暂停|暫停|临时|臨時|暂)(?:无法|無法|不能|停止|关闭|關閉|不可)?(?:访问|訪問|服务|服務|浏览|瀏覽|打开|打開|提供|使用)"
    r"|(?:稍后|稍後|稍候)(?:再|重)(?:试|試|新|来)|(?:服务|服務)(?:不可用|未开启|异常)",
    re.IGNORECASE,
)
UPKEEP = "upkeep"
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
    (UPKEEP, re.compile(r"weihu(?:zhong|ye)?|maint(?:enance|ain)(?:[-_]page)?|upgrading|50[234x]")),
)
LONGEST = 30_000  # bytes; the longest challenge page met had 24,000
# What servers of this part of the web answer to visitors they take for robots.
STATUSES = {
    401: "login",
    402: "payment",
    403: "forbidden",
    405: "firewall",  # to GET: Aliyun's
    412: "javascript challenge",
    418: "robot",
    444: "firewall",
    451: "legal",
    521: "javascript challenge",
    566: "firewall",  # Tencent's
    567: "firewall",
    999: "robot",
}


def blocked(status: int, body: bytes) -> str | None:
    """The reason, in a word or two, why an answer refuses us; None for pages and ordinary errors."""
    if status in STATUSES:
        return STATUSES[status]
    if len(body) > LONGEST:
        return None
    utf8 = body if _is_utf8(body) else body.decode("gb18030", "replace").encode()
    found = next((kind for kind, pattern in CHALLENGES if pattern.search(utf8)), None)
    text = "" if found else utf8.decode("utf-8", "replace")
    return found or next((kind for kind, pattern in REFUSAL if pattern.search(text)), None)


def walled(body: bytes, shows: str = "") -> str | None:
    """The wall on a page that is no article: `login` or `consent`; None for neither.

    `shows` is the evidence that the page is no article.
    """
    if MEMBERS.search(shows):
        return "login"
    if len(body) > LONGEST:
        return None
    if PASSWORD.search(body):
        return "login"
    utf8 = body if _is_utf8(body) else body.decode("gb18030", "replace").encode()
    return "consent" if CONSENT.search(utf8) else None


def outage(text: str) -> str | None:
    """The words for a server's trouble in the short text of a page that is no article; None if there are none."""
    found = OUTAGE.search(text)
    return found[0] if found else None


def gate(url: str, to: str) -> str | None:
    """The kind of gate that a redirect leads to, by the words of its address; None where no word names a gate."""
    own, other = parted(url), parted(to)
    words = [part.partition(".")[0] for part in other.path.split("/") if part] + (other.hostname or "").split(
        "."
    )
    words = [word for word in words if word not in own.path and word not in (own.hostname or "").split(".")]
    return next(
        (kind for kind, pattern in GATES if any(pattern.fullmatch(word.lower()) for word in words)), None
    )


def sends_back(url: str, to: str) -> bool:
    """Whether the address of a redirect's target holds the address to return to, as log-ins do."""
    own, other = parted(url), parted(to)
    if own.path in ("", "/") or other.path == own.path:
        return False
    carried = unquote(unquote(f"{other.query}&{other.fragment}"))
    return re.search(re.escape(unquote(own.path)) + r"(?![\w/])", carried) is not None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
