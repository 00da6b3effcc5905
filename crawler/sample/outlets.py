"""The sample hosts, each with its script, charset, compression, framing, and the fields that its pages print."""

from dataclasses import dataclass

FIELDS = frozenset({"kicker", "subtitle", "source", "byline", "editor"})


@dataclass(frozen=True, slots=True)
class Outlet:
    """One host. `label` is the charset its pages claim, `codec` the one their bytes are in (Python's name).

    `prints` names the optional fields its template has room for. `precision` is that of its printed dates.
    `https_only` hosts answer plain http with a redirect. `validators` are the headers it sends for
    conditional requests (`etag`, `modified`).
    """

    name: str
    script: str = "hans"
    label: str = "utf-8"
    codec: str = "utf-8"
    coding: str | None = "gzip"
    framing: str = "length"
    prints: frozenset[str] = frozenset({"source", "editor"})
    precision: str = "minute"
    https_only: bool = False
    charset_in_header: bool = True
    validators: frozenset[str] = frozenset({"etag", "modified"})
    headers: tuple[tuple[str, str], ...] = (("Server", "nginx"),)


_PEOPLE = Outlet("人民网", label="GB2312", codec="gb18030", prints=FIELDS, charset_in_header=False)

OUTLETS: dict[str, Outlet] = {
    "paper.people.com.cn": Outlet(
        "人民日报", framing="chunked", prints=FIELDS - {"editor"}, precision="day", charset_in_header=False
    ),
    "politics.people.com.cn": _PEOPLE,
    "opinion.people.com.cn": _PEOPLE,
    "www.people.com.cn": _PEOPLE,
    "www.people.cn": _PEOPLE,
    "search.people.cn": Outlet("人民网"),
    "www.jzrb.com": Outlet(
        "焦作网",
        label="gb2312",
        codec="gb18030",
        coding=None,
        prints=frozenset({"kicker", "source", "editor"}),
        precision="second",
        charset_in_header=False,
        headers=(
            ("Server", "Microsoft-IIS/6.0"),
            ("X-Powered-By", "ASP.NET"),
            ("Set-Cookie", "ASPSESSIONIDQQ=KDBHLMAAJ; path=/"),
            ("Set-Cookie", "PE_Visit=1; path=/"),
        ),
    ),
    "news.youth.cn": Outlet(
        "中国青年网",
        label="gb2312",
        codec="gb18030",
        framing="chunked",
        prints=frozenset({"source", "byline", "editor"}),
        precision="second",
        charset_in_header=False,
        validators=frozenset({"modified"}),
    ),
    "www.news.cn": Outlet("新华网", coding="br", https_only=True, precision="second"),
    "so.news.cn": Outlet("新华网", https_only=True),
    "www.chinanews.com.cn": Outlet("中国新闻网"),
    "news.dahe.cn": Outlet("大河网", coding="zstd", validators=frozenset()),
    "www.wenweipo.com": Outlet(
        "文匯網",
        script="hant",
        coding="br",
        framing="chunked",
        prints=frozenset({"source"}),
        precision="second",
        https_only=True,
        validators=frozenset(),
    ),
    "search2.wenweipo.com": Outlet("文匯網", script="hant", https_only=True, prints=frozenset()),
    "www.macaodaily.com": Outlet(
        "澳門日報", script="hant", coding="deflate", prints=frozenset({"kicker", "subtitle"}), precision="day"
    ),
    "jmanli.cn": Outlet(
        "焦作網",
        script="hant",
        coding=None,
        framing="chunked",
        prints=frozenset({"source", "editor"}),
        precision="second",
        validators=frozenset(),
        headers=(("server", "openresty"), ("x-cache", "HIT")),
    ),
    "www.gov.cn": Outlet("中国政府网", https_only=True),
    "big5.www.gov.cn": Outlet("中國政府網", script="hant"),
    "m.people.cn": Outlet("人民网", precision="minute"),
    "news.cctv.com": Outlet("央视网", framing="close"),
}

BIG5 = Outlet("人民網", script="hant", label="big5", codec="big5", prints=FIELDS, charset_in_header=False)


def outlet_of(host: str, path: str = "/") -> Outlet:
    """How a host prints the page at a path. Raises KeyError for a host outside the sample."""
    return BIG5 if path.startswith("/BIG5/") else OUTLETS[host]
