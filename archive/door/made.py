"""Makes a capture of an exchange, live or stored; no other module fills in its fields."""

import re

from archive.capture import ARCHIVED_DIGEST, REQUISITE, Capture, Exchange, Ref
from archive.door.moves import began_at, led_from, sent_cookies
from archive.record.digests import Payload, in_our_form
from archive.record.drafts import method_of
from archive.record.http import Head, Message

CONDITION = re.compile(rb"\r\nif-(?:none-match|modified-since):", re.IGNORECASE)


def made_of(
    exchange: Exchange,
    head: Head | Message | None,
    payload: Payload | None,
    *,
    ref: Ref | None,
    run_id: str | None,
    revisit_of_id: str | None = None,
    stated: str | None = None,
    is_others: bool = False,
) -> Capture:
    """The capture of an exchange; `head` is None where no byte came.

    `stated` is the payload digest that the record states. Without `payload` it becomes the capture's digest. For a
    record of another tool (`is_others`), a stated digest that differs from ours is kept, too.
    """
    if head is None:
        return Capture(
            url=exchange.url,
            captured_at=exchange.started_at,
            status=None,
            headers=(),
            ref=ref,
            payload_digest=None,
            sha256=None,
            failure=exchange.failure or "unspecified",
            run_id=run_id,
            is_requisite=REQUISITE in exchange.metadata,
        )
    digest = payload.sha1 if payload else in_our_form(stated)
    return Capture(
        url=exchange.url,
        captured_at=exchange.started_at,
        status=head.status,
        headers=head.headers,
        ref=ref,
        payload_digest=digest,
        sha256=payload.sha256 if payload else None,
        truncated=exchange.truncated,
        failure=exchange.failure,
        revisit_of_id=revisit_of_id,
        run_id=run_id,
        ip_address=exchange.ip_address,
        archived_digest=exchange.metadata.get(ARCHIVED_DIGEST),
        is_requisite=REQUISITE in exchange.metadata,
        method=method_of(exchange.request),
        stated_digest=stated if is_others and stated != digest else None,
        led_from=led_from(exchange),
        began_at=began_at(exchange),
        sent_cookies=sent_cookies(exchange),
        is_conditional=_is_conditional(exchange.request),
    )


def _is_conditional(request: bytes) -> bool | None:
    """Whether a request carries a condition; None for a request that is not held."""
    return CONDITION.search(request.partition(b"\r\n\r\n")[0]) is not None if request else None
