"""A second set of odd hosts, and what four nights must say of each."""

import gzip

from tests.month.odd import Trait
from tests.month.strange import MOVED, NEWS, ON, ONE, Host, for_a_night, instead_of_404, plain, said
from tests.month.stranger_traits import (
    advertised,
    all_to,
    backslashed,
    backslashed_from_the_root,
    backslashed_whole,
    before_it,
    bounced,
    by_law,
    by_ticket,
    coded,
    escaped,
    first_time,
    framed,
    gated,
    half_way,
    idn,
    laid_out,
    long_way,
    no_conditions,
    nowhere,
    past_caches,
    ranged,
    raw_deflate,
    robots_too,
    setting,
    shuffled,
    sprinkled,
    the_newest,
    titled,
    to_folder_in_chinese,
    to_the_front,
    to_the_search,
    triangle,
    two_hosts,
    typed,
    under_its_headline,
    with_blanks,
    with_nul,
    with_slashes,
)

SENT = {**NEWS, (3, 2): "redirected"}
SOFT = {**NEWS, (3, 2): "soft-gone"}
FAILING = {"failing": ONE}
SALE = said("parking.example is for sale", "This domain may be for sale. 该域名可出售，请联系我们。")
BUSY = said("系统繁忙", "系统繁忙，请稍后再试。")
UPKEEP = said("系统维护", "网站正在升级改造，预计明日恢复访问，给您带来不便敬请谅解。")
GZIPPED = {
    "capital": coded(gzip.compress, "GZIP"),
    "xgzip": coded(gzip.compress, "x-gzip"),
    "doubly": coded(lambda body: gzip.compress(gzip.compress(body)), "gzip, gzip"),
    "unsaid": coded(gzip.compress),
    "tail": coded(lambda body: gzip.compress(body) + b"\0" * 40 + b"\r\n", "gzip"),
    "rawdeflate": coded(raw_deflate, "deflate"),
}
FRAMED = {"trailer": "trailers", "old": "old", "twice": "twice", "lengths": "both"}
TYPED = {
    "text": "text/plain",
    "octet": "application/octet-stream",
    "xhtml": "application/xhtml+xml; charset=utf8",
    "odd-type": "html; charset=",
}
LEADING_NOWHERE = {
    "badplace": "http://[half/",
    "inner": "http://192.168.1.5/index.html",
    "app": "weixin://dl/business/?t=x",
}
LINKS = {
    "blanks": with_blanks,
    "slashes": with_slashes,
    "caches": past_caches,
    "xn--efvy88h": idn,
    "escaped": escaped,
    "both": two_hosts,
    "back1": backslashed,
    "back2": backslashed_from_the_root,
    "back3": backslashed_whole,
}
PHP = "<br />\n<b>Warning</b>:  mysql_query(): Access denied in <b>/data/www/db.php</b> on line <b>31</b><br />\n"
GRANTED = "ok=1; Path=/; SameSite=Strict; HttpOnly; Max-Age=600"
EXPIRED = "old=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
QUOTED = 'ok="1,2;3 好"; Version=1; Path="/"'.encode().decode("latin-1")
PLAIN: dict[str, Trait] = {
    **GZIPPED,
    **{name: framed(framing) for name, framing in FRAMED.items()},
    **{name: typed(kind) for name, kind in TYPED.items()},
    **{f"condition{status}": no_conditions(status) for status in (400, 412, 501)},
    "strict": gated(setting(GRANTED), lambda sent: "ok=1" in sent),
    "renewed": gated(setting(EXPIRED, "ok=1; Path=/"), lambda sent: "ok=1" in sent and "old=" not in sent),
    "quoted": gated(setting(QUOTED, "b=2"), lambda sent: "b=2" in sent),
    "curtain": robots_too,
    "whole206": ranged(1.0),
    "early": first_time(425),
    "misled": first_time(421),
    "hangup": framed("length", "hangs-up"),
    "warning": before_it(f"\ufeff\r\n\r\n{PHP}".encode()),
    "zero": sprinkled,
    "nul": with_nul,
    "long": long_way,
    "adv": advertised,
    "titled": titled,
    "shuffle": shuffled,
}
"""Hosts from which everything comes as from any other."""
MORE: dict[str, Host] = {
    **{f"{name}.example": Host(trait) for name, trait in PLAIN.items()},
    **{f"{name}.example": Host(plain, links=links) for name, links in LINKS.items()},
    **{
        f"refuses{status}.example": Host(for_a_night(nowhere(status)), late=ONE, alarms={"blocked": ONE})
        for status in (402, 444, 999)
    },
    **{
        f"{name}.example": Host(for_a_night(nowhere(302, ("Location", to))), late=ONE, alarms=FAILING)
        for name, to in LEADING_NOWHERE.items()
    },
    **{
        f"says{status}.example": Host(for_a_night(nowhere(status)), late=ONE, alarms=FAILING)
        for status in (204, 300, 302)
    },
    "bounce.example": Host(bounced),
    "sso.example": Host(by_ticket),
    "part206.example": Host(ranged(0.5), late=ONE, alarms={"quarantine": ONE}),
    "law.example": Host(by_law, {(2, 1): "changed"}),
    "tri.example": Host(triangle, late=ONE, alarms={"redirect-loop": ONE, "blocked": ONE}),
    "folder.example": Host(to_folder_in_chinese, MOVED),
    "works.example": Host(all_to("/weihu.html", UPKEEP), late=ONE, alarms={"no-list": ONE, **FAILING}),
    "busy.example": Host(all_to("/busy.html", BUSY), late=ONE, alarms={"empty-list": ONE, **FAILING}),
    "sale.example": Host(
        all_to("http://parking.example/lander", SALE),
        late=ONE,
        alarms={"site-moved": ONE, "empty-list": ONE, **FAILING},
    ),
    "halfway.example": Host(
        half_way, {**NEWS, **{(1, n): "moved" for n in (1, 3, 5)}}, alarms={"site-moved": ON}
    ),
    "front2.example": Host(instead_of_404(to_the_front), SENT),
    "search.example": Host(instead_of_404(to_the_search), SENT),
    "laidout.example": Host(instead_of_404(laid_out), SOFT),
    "headline.example": Host(instead_of_404(under_its_headline), SOFT),
    "newest.example": Host(instead_of_404(the_newest), SOFT),
}
MORE_NAMES = {
    "pass.bounce.example": "bounce.example",
    "login.pass.example": "sso.example",
    "a.tri.example": "tri.example",
    "b.tri.example": "tri.example",
    "new.halfway.example": "halfway.example",
    "parking.example": "sale.example",
    "www.both.example": "both.example",
}
