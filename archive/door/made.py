"""A capture made of an exchange, live or read back: the one place where its fields are filled in."""

from archive.capture import ARCHIVED_DIGEST, REQUISITE, Capture, Exchange, Ref
from archive.door.moves import began_at, led_from, sent_cookies
from archive.record.digests import Payload, in_our_form
from archive.record.drafts import method_of
from archive.record.http import Head, Message


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
    """The capture that an exchange is; `head` is None where no byte came.

    `stated` is the payload digest that the record states: without `payload` it counts, and a record of another tool
    (`is_others`) whose digest is not ours keeps it beside.
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
    )
