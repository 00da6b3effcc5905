"""Redirects of an article's address: to itself, to a gate, to the article's new address, or away."""

import re
from datetime import timedelta
from ipaddress import ip_address
from itertools import takewhile

from archive.capture import FIRST_OF_CHAIN, Capture, Exchange
from archive.kinds import State
from archive.place import Place
from archive.view.captures import FOR_GOOD, MOST_STEPS
from archive.view.ledger import LOST
from archive.view.revalidate import REFUSES_CONDITION
from archive.view.store import Store, utc
from extract.page.address import joined, parted
from extract.page.blocked import UPKEEP, gate, sends_back

REDIRECTS = (301, 302, 303, 307, 308)
NUMBERED = re.compile(r"\d{4}|\d.*\d.*\d.*\d")
COOKIE = re.compile(rb"\r\ncookie:[ \t]*([^\r\n]*)", re.IGNORECASE)
HOPS = "hopsFromSeed"
A_NIGHT = timedelta(days=1)
MOST_ROUNDS = 5  # of an address that asks to be asked again, each time with another cookie


def led_from(exchange: Exchange) -> str | None:
    """The address that redirected to this exchange's address; None if no redirect did."""
    return exchange.via if exchange.metadata.get(HOPS, "").endswith("R") else None


def began_at(exchange: Exchange) -> str | None:
    """The first address of the chain of redirects that led to this exchange; None where no redirect did."""
    return led_from(exchange) and (exchange.metadata.get(FIRST_OF_CHAIN) or exchange.via)


def sent_cookies(exchange: Exchange) -> str | None:
    """The Cookie line of a request; None where it has none."""
    line = COOKIE.search(exchange.request.partition(b"\r\n\r\n")[0])
    return line[1].decode("latin-1") if line else None


def kind(url: str, to: str) -> str:
    """The kind of a redirect: to `itself`, its `twin`, a `gate`, where it `moved`, or `away`.

    A twin is the same address with the other scheme, or with more in its query.
    """
    if not to:
        return "away"
    if to == url:
        return "itself"
    if to.partition(":")[2] == url.partition(":")[2] or is_marked(url, to):
        return "twin"
    if gate(url, to) or sends_back(url, to):
        return "gate"
    return "moved" if is_moved(url, to) else "away"


def is_marked(url: str, to: str) -> bool:
    """Whether an address is another one with more in its query: ?from=pc, a ticket, a step of a check."""
    own, other = parted(url), parted(to)
    if own.path in ("", "/") or (own.netloc, own.path) != (other.netloc, other.path):
        return False
    return set(filter(None, own.query.split("&"))) < set(other.query.split("&"))


def target(capture: Capture) -> str | None:
    """The address that a redirect sends to; None if the redirect names no address that a visitor could ask for.

    Such redirects have no Location, another scheme (weixin:), or a host within the server's own network.
    """
    to = joined(capture.url, capture.location) if capture.location else ""
    host = parted(to).hostname or ""
    if capture.status not in REDIRECTS or not to.startswith(("http://", "https://")) or not host:
        return None
    try:
        return to if ip_address(host).is_global else None
    except ValueError:  # a name
        return to


def refuses_condition(capture: Capture) -> bool:
    """Whether an answer refuses the condition of its request and says nothing of the page."""
    return bool(capture.is_conditional) and capture.status in REFUSES_CONDITION


def is_waypoint(capture: Capture, place: Place) -> bool:
    """Whether a capture is one step of a chain of redirects, at a host that no site file covers."""
    return capture.led_from is not None and capture.status in REDIRECTS and place.role == "unknown"


def is_at_gate(capture: Capture) -> bool:
    """Whether a capture is of a page that a chain of redirects found at a gate, and not at the article's address."""
    if capture.began_at is None or capture.led_from is None:
        return False
    where = kind(capture.began_at, capture.url)
    return where == "gate" or (where == "away" and kind(capture.led_from, capture.url) == "gate")


def is_moved(url: str, to: str) -> bool:
    """Whether two addresses name one article: the same path, or the same file name with an article number in it."""
    own, other = parted(url), parted(to)
    if own.path in ("", "/") or (own.netloc, own.path, own.query) == (other.netloc, other.path, other.query):
        return False
    if (own.path, own.query) == (other.path, other.query):
        return True
    name = own.path.rpartition("/")[2]
    return bool(NUMBERED.search(name)) and name == other.path.rpartition("/")[2] and own.query == other.query


def known_as(store: Store, capture: Capture, url: str) -> str:
    """The address under which the archive keeps an article, also where the article has moved from there.

    An article's own host may redirect to another host for the moment. Such an article is kept at its own address.
    """
    known = store.known_as(url)
    to = capture.url
    if capture.began_at is not None and is_marked(capture.began_at, to):
        return store.known_as(capture.began_at)
    came_from = capture.led_from
    for _ in range(5):
        if came_from is None or store.article_at(known) is not None:
            return known
        if not is_moved(came_from, to) and came_from.partition(":")[2] != to.partition(":")[2]:
            return _lent_by(store, capture) or known
        before = store.known_as(came_from)
        if store.article_at(before) is not None:
            return before
        to, came_from = came_from, store.redirected_from(came_from)
        if came_from is None:
            return _lent_by(store, capture) or known
    return known


def _lent_by(store: Store, capture: Capture) -> str | None:
    """The article's own address, where it redirects to another host for the moment (302); else None."""
    own = capture.began_at
    if own is None or parted(own).netloc == parted(capture.url).netloc or not is_moved(own, capture.url):
        return None
    return own if store.sends_for_now(own) else None


def state(
    store: Store, site: str, capture: Capture, capture_id: int, article_id: int, to: str
) -> State | None:
    """The ledger's state for an article's address that redirects; None where the target page decides."""
    where = kind(capture.url, to)
    if where == "away" and capture.began_at is not None and is_marked(capture.began_at, to):
        where = "twin"
    if where in ("twin", "moved", "away") and _was_there(store, capture, to):
        return "blocked"
    if where == "itself":
        # asked again with the cookie that came, as browsers do; when nothing new comes it is a refusal
        is_asked_again = (
            capture.status in REDIRECTS
            and brings_cookies(capture)
            and _rounds(store, capture, capture_id) < MOST_ROUNDS
        )
        return None if is_asked_again else "blocked"
    if where == "moved":
        return _moved(store, article_id, to)
    if where == "gate":
        return "failed" if gate(capture.url, to) == UPKEEP else "blocked"
    if where == "twin":
        return None
    return "failed" if _sends_all(store, site, capture, to) else "redirected"


def _sends_all(store: Store, site: str, capture: Capture, to: str) -> bool:
    """Whether a site's lists, too, redirected to this address for the moment: maintenance, a domain for sale."""
    if capture.status in FOR_GOOD:
        return False
    at = capture.captured_at
    return to in store.lists_sent_to(site, utc(at - A_NIGHT), utc(at + A_NIGHT))


def _was_there(store: Store, capture: Capture, to: str) -> bool:
    """Whether a redirect leads back to an earlier address of its chain, over other hosts, too."""
    before = capture.led_from
    for _ in range(MOST_STEPS):
        if before is None:
            return False
        if before == to:
            return store.sent_on(
                to, capture.run_id
            )  # an article is asked where it stood last, which is no chain
        before = store.redirected_from(before)
    return True


def is_found_elsewhere(store: Store, capture: Capture, article_id: int, url: str) -> bool:
    """Whether an article is found for the first time at the target of a redirect from its address `url`."""
    if capture.led_from is None or kind(url, capture.url) in ("itself", "twin"):
        return False
    return not _is_told(store, article_id)


def brings_cookies(capture: Capture) -> bool:
    """Whether an answer sets a cookie that its request did not carry."""
    carried = {pair.strip() for pair in (capture.sent_cookies or "").split(";")}
    brought = [
        value.partition(";")[0].strip() for name, value in capture.headers if name.lower() == "set-cookie"
    ]
    return any(pair not in carried for pair in brought)


def _rounds(store: Store, capture: Capture, capture_id: int) -> int:
    """How many answers of the same run, directly before this one, redirected this address to itself."""
    rows = store.conn.execute(
        "SELECT status, location FROM captures WHERE url = ? AND run_id IS ? AND id < ? ORDER BY id DESC LIMIT ?",
        [capture.url, capture.run_id, capture_id, MOST_ROUNDS],
    )
    loops = (status in REDIRECTS and joined(capture.url, to or "") == capture.url for status, to in rows)
    return sum(1 for _ in takewhile(bool, loops))


def _is_told(store: Store, article_id: int) -> bool:
    row = store.conn.execute(
        "SELECT 1 FROM sightings WHERE article_id = ? AND state = 'moved' LIMIT 1", [article_id]
    ).fetchone()
    return row is not None


def _moved(store: Store, article_id: int, to: str) -> State | None:
    """The state of the article at the new address; None where the archive has no article of its own there."""
    row = store.conn.execute(
        "SELECT l.standing FROM articles a JOIN looks l ON l.article_id = a.id WHERE a.url = ?",
        [store.known_as(to)],
    ).fetchone()
    if row is None:
        return None
    return next(
        (state for state in LOST if state == row[0]), "same" if _is_told(store, article_id) else "moved"
    )
