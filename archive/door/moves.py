"""Where a redirect of an article's address leads: to itself, to a gate, to where the article stands now, or away."""

import re
from itertools import takewhile

from archive.capture import Capture, Exchange
from archive.kinds import State
from archive.view.ledger import LOST
from archive.view.store import Store
from extract.page.address import joined, parted
from extract.page.blocked import gate, sends_back

REDIRECTS = (301, 302, 303, 307, 308)
NUMBERED = re.compile(r"\d{4}|\d.*\d.*\d.*\d")
COOKIE = re.compile(rb"\r\ncookie:[ \t]*([^\r\n]*)", re.IGNORECASE)
HOPS = "hopsFromSeed"
MOST_ROUNDS = 5  # of an address that asks to be asked again, each time with another cookie


def led_from(exchange: Exchange) -> str | None:
    """The address whose redirect led to this exchange, None for any other way."""
    return exchange.via if exchange.metadata.get(HOPS, "").endswith("R") else None


def sent_cookies(exchange: Exchange) -> str | None:
    """The Cookie line of a request; None for none."""
    line = COOKIE.search(exchange.request.partition(b"\r\n\r\n")[0])
    return line[1].decode("latin-1") if line else None


def kind(capture: Capture) -> str | None:
    """`itself`, `twin` (the other scheme), `gate`, `moved` or `away`; None for what is no redirect."""
    location = capture.header("location")
    if capture.status not in REDIRECTS or not location:
        return None
    to = joined(capture.url, location)
    if not to:
        return "away"
    if to == capture.url:
        return "itself"
    if to.partition(":")[2] == capture.url.partition(":")[2]:
        return "twin"
    if gate(capture.url, to) or sends_back(capture.url, to):
        return "gate"
    return "moved" if is_moved(capture.url, to) else "away"


def is_moved(url: str, to: str) -> bool:
    """Whether an address names the same article elsewhere: the same path, or the same file with a number of its own."""
    own, other = parted(url), parted(to)
    if own.path in ("", "/") or (own.netloc, own.path, own.query) == (other.netloc, other.path, other.query):
        return False
    if (own.path, own.query) == (other.path, other.query):
        return True
    name = own.path.rpartition("/")[2]
    return bool(NUMBERED.search(name)) and name == other.path.rpartition("/")[2] and own.query == other.query


def known_as(store: Store, capture: Capture, url: str) -> str:
    """The address under which the archive keeps the article of an address, the one that it moved from included."""
    known = store.known_as(url)
    to = capture.url
    came_from = capture.led_from
    for _ in range(5):
        if came_from is None or store.article_at(known) is not None:
            return known
        if not is_moved(came_from, to) and came_from.partition(":")[2] != to.partition(":")[2]:
            return known
        before = store.known_as(came_from)
        if store.article_at(before) is not None:
            return before
        to, came_from = came_from, store.redirected_from(came_from)
    return known


def state(store: Store, capture: Capture, capture_id: int, article_id: int) -> State | None:
    """The ledger's word for a redirect of an article's address; None where what stands behind it says more."""
    where = kind(capture)
    if where == "itself":
        # asked again with the cookie that came, as browsers do; when nothing new comes it is a refusal
        is_asked_again = brings_cookies(capture) and _rounds(store, capture, capture_id) < MOST_ROUNDS
        return None if is_asked_again else "blocked"
    if where == "moved":
        return _moved(store, capture, article_id)
    return "blocked" if where == "gate" else None if where == "twin" else "redirected"


def brings_cookies(capture: Capture) -> bool:
    """Whether an answer sets a cookie that its request did not carry."""
    carried = {pair.strip() for pair in (capture.sent_cookies or "").split(";")}
    brought = [
        value.partition(";")[0].strip() for name, value in capture.headers if name.lower() == "set-cookie"
    ]
    return any(pair not in carried for pair in brought)


def _rounds(store: Store, capture: Capture, capture_id: int) -> int:
    """How many answers before this one, in the same run and one after the other, sent this address to itself."""
    rows = store.conn.execute(
        "SELECT status, location FROM captures WHERE url = ? AND run_id IS ? AND id < ? ORDER BY id DESC LIMIT ?",
        [capture.url, capture.run_id, capture_id, MOST_ROUNDS],
    )
    loops = (status in REDIRECTS and joined(capture.url, to or "") == capture.url for status, to in rows)
    return sum(1 for _ in takewhile(bool, loops))


def _moved(store: Store, capture: Capture, article_id: int) -> State | None:
    """`moved` the first time; then how the article at the new address stands, where the archive has it as its own."""
    told = store.conn.execute(
        "SELECT 1 FROM sightings WHERE article_id = ? AND state = 'moved' LIMIT 1", [article_id]
    ).fetchone()
    if told is None:
        return "moved"
    to = joined(capture.url, capture.header("location") or "")
    row = store.conn.execute(
        "SELECT l.standing FROM articles a JOIN looks l ON l.article_id = a.id WHERE a.url = ?",
        [store.known_as(to)],
    ).fetchone()
    return None if row is None else next((state for state in LOST if state == row[0]), "same")
