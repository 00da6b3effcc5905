"""Originals of revisits: the responses of the batch and of the database, and which of them a revisit means."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from archive.capture import Capture, Ref
from archive.errors import Damaged
from archive.record.digests import Payload, in_our_form, payload_of
from archive.record.drafts import Original
from archive.record.exchanges import Stored
from archive.record.faults import agrees_somehow
from archive.record.files import is_elsewhere
from archive.record.identity import is_key_of, key_of_another
from archive.record.reader import Record
from archive.record.reader import read as read_record
from archive.view.captures import RepeatableCapture
from archive.view.store import Store, utc


class Originals:
    """Searches the captures of the database, and those that wait for the next commit."""

    def __init__(self, store: Store, warcs: Path) -> None:
        self._store = store
        self._warcs = warcs
        self._waiting: dict[str, RepeatableCapture] = {}

    def admit(self, capture: Capture) -> None:
        """Remember a capture until the commit."""
        if capture.ref is not None:
            self._waiting[capture.ref.record_id] = _held(capture, capture.ref)

    def forget(self) -> None:
        """Forget the waiting captures; called after the commit, when the database has them."""
        self._waiting = {}

    def was_fetched(self, url: str) -> bool:
        """Whether the address was fetched whole."""
        waiting = (held for held in self._waiting.values() if held.url == url)
        return any(held.answers for held in waiting) or self._store.was_fetched(url)

    def ref_of(self, key: str) -> Ref | None:
        """The place of a capture's record."""
        waiting = self._waiting.get(key)
        return waiting.ref if waiting else self._store.ref_of(key)

    def key_for(self, stored: Stored) -> str | None:
        """The key under which an exchange is stored; None where the archive has the exchange already.

        The key is its record id. Where another record has that id, a digest of the content is added. For our own
        records the id alone decides.
        """
        held = self.ref_of(stored.ref.record_id)
        if held is None:
            return stored.ref.record_id
        if not stored.key or self._is_same(held, stored):
            return None
        return None if self.ref_of(stored.key) else stored.key

    def of_payload(self, payload: Payload) -> Original | None:
        """The first whole response with this payload; None for an empty payload.

        Only responses in the archive's own folder count: files ingested in place may be removed.
        """
        if not payload.length:
            return None
        waiting = (held for held in self._waiting.values() if held.payload_digest == payload.sha1)
        found = (held for held in waiting if held.is_page and not is_elsewhere(held.ref.file))
        return _original(self._store.original_of(payload.sha1) or next(found, None))

    def last_of(self, url: str, before: int | None = None) -> Original | None:
        """The response with the latest whole payload of an address."""
        for held in reversed(list(self._waiting.values())):
            if held.url == url and held.answers:
                return self._root(held)
        return _original(self._store.last_original(url, before))

    def meant_by(self, stored: Stored, before: int | None) -> Original | None:
        """The archive's capture that a revisit refers to; of several, the one that fits its statements best.

        `before` is the id of its capture, if it has one: a revisit cannot repeat a later capture.
        """
        repeats, digest = stored.repeats, stored.digest
        if repeats is None:
            return None
        found = sorted(self._candidates(repeats, digest, before), key=lambda one: _fit(one, repeats, digest))
        for held in found:
            original = self._root(held)
            if original is not None and self._may_be(original, stored):
                return original
        for held in filter(lambda one: _is_moment(one, repeats), found):  # though its digest says otherwise
            original = self._root(held)
            if original is not None:
                return original
        return self.last_of(stored.exchange.url, before) if stored.is_not_modified else None

    def record_of(self, original: Original | None) -> Record | None:
        """The response that a revisit repeats; None where it cannot be read."""
        ref = self.ref_of(original.record_id) if original else None
        if ref is None:
            return None
        try:
            return read_record(self._warcs, ref)
        except Damaged:  # the revisit's row is true without it; `scrapy verify` names the damage
            return None

    def _may_be(self, original: Original, stored: Stored) -> bool:
        """Whether nothing contradicts a response: a record of another file may have the id that the revisit names."""
        if not (stored.key and stored.digest) or stored.is_not_modified:
            return True
        record = self.record_of(original)
        return record is None or agrees_somehow(record, stored.digest)

    def _candidates(
        self, repeats: Original, digest: str | None, before: int | None
    ) -> Iterator[RepeatableCapture]:
        if repeats.record_id:
            yield from self._store.named(repeats.record_id, before)
        yield from self._store.fetched_at(repeats.url, utc(repeats.captured_at), before)
        digests = {digest, in_our_form(digest)} - {None, ""}
        for one in sorted(filter(None, digests)):
            yield from self._store.with_digest(one, before)
        for held in self._waiting.values():
            is_named = bool(repeats.record_id) and is_key_of(held.ref.record_id, repeats.record_id)
            if is_named or _is_moment(held, repeats) or digests & {held.payload_digest, held.stated_digest}:
                yield held

    def _root(self, held: RepeatableCapture) -> Original | None:
        """The response itself, or the response that it repeats; None for a revisit if the archive does not hold its
        original."""
        if held.revisit_of is None:
            return None if held.ref.sha256 is None or held.status == 304 else _original(held)
        waiting = self._waiting.get(held.revisit_of)
        found = waiting or next(self._store.named(held.revisit_of, None), None)
        return _original(found) if found else None

    def _is_same(self, held: Ref, stored: Stored) -> bool:
        """Whether a record with the same id is the same record."""
        if (held.file, held.offset) == (stored.ref.file, stored.ref.offset):
            return True
        try:
            return key_of_another(read_record(self._warcs, held)) == stored.key
        except Damaged:  # the record is gone: its rows decide
            pass
        known = self._waiting.get(held.record_id) or next(self._store.named(held.record_id, None), None)
        exchange = stored.exchange
        if known is None or (known.url, known.captured_at) != (exchange.url, utc(exchange.started_at)):
            return False
        is_payload = exchange.response is not None and stored.repeats is None
        return (
            not is_payload or exchange.response is None or payload_of(exchange.response).sha256 == held.sha256
        )


def _fit(held: RepeatableCapture, repeats: Original, digest: str | None) -> tuple[bool, bool, bool, bool]:
    """The statements of a revisit that do not fit a capture, the weightiest first."""
    return (
        bool(digest) and not {digest, in_our_form(digest)} & {held.payload_digest, held.stated_digest},
        not is_key_of(held.ref.record_id, repeats.record_id),
        held.url != repeats.url,
        held.captured_at[:19] != utc(repeats.captured_at)[:19],
    )


def _is_moment(held: RepeatableCapture, repeats: Original) -> bool:
    """Whether a capture is of the address and second that a revisit names."""
    return (held.url, held.captured_at[:19]) == (repeats.url, utc(repeats.captured_at)[:19])


def _held(capture: Capture, ref: Ref) -> RepeatableCapture:
    return RepeatableCapture(
        ref=Ref(ref.file, ref.offset, ref.length, ref.record_id, capture.sha256),
        url=capture.url,
        captured_at=utc(capture.captured_at),
        status=capture.status,
        payload_digest=capture.payload_digest,
        stated_digest=capture.stated_digest,
        revisit_of=capture.revisit_of_id,
        is_whole=capture.method == "GET" and not capture.truncated,
    )


def _original(held: RepeatableCapture | None) -> Original | None:
    if held is None:
        return None
    return Original(held.ref.record_id, held.url, datetime.fromisoformat(held.captured_at).astimezone(UTC))
