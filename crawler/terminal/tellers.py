"""Reports of a round to other services: a health-check service, a webhook, a mailbox."""

import json
import smtplib
import ssl
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from archive.view.status import Alarm
from crawler.terminal.words import localised

PATIENCE_S = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a round: its exit code, the summary for a person, and the alarms one by one."""

    archive: str
    ended_at: str
    code: int
    summary: str
    alarms: Sequence[Alarm] = ()
    runs: Sequence[Mapping[str, Any]] = ()

    @property
    def is_news(self) -> bool:
        """Whether somebody must act."""
        return bool(self.summary or self.alarms)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The addresses of mail and the mail server, from Scrapy's MAIL_ settings."""

    to: Sequence[str]
    sender: str
    host: str
    port: int
    user: str = ""
    password: str = ""
    is_tls: bool = False
    is_ssl: bool = False


def ping(url: str, ending: str, said: str = "") -> str | None:
    """Report to a health-check service; `ending` is /start, empty or /fail. Returns the error, or None.

    Source: https://healthchecks.io/docs/http_api/
    """
    return _post(url.rstrip("/") + ending, said.encode()[:10_000], "text/plain; charset=utf-8")


def call(url: str, outcome: Outcome) -> str | None:
    """Report to a webhook as JSON. Returns the error, or None."""
    whole = {
        "archive": outcome.archive,
        "ended_at": outcome.ended_at,
        "exit_code": outcome.code,
        "text": outcome.summary,  # the key that chat services show
        "alarms": [asdict(alarm) for alarm in outcome.alarms],
        "runs": list(outcome.runs),
    }
    return _post(url, json.dumps(whole, ensure_ascii=False).encode(), "application/json")


def mail(box: Mailbox, outcome: Outcome) -> str | None:
    """Send the summary by mail. Returns the error, or None."""
    message = EmailMessage()
    alarms = f"{len(outcome.alarms)} alarm{'' if len(outcome.alarms) == 1 else 's'}"
    message["Subject"] = localised(f"zhuanzai {outcome.archive}: {alarms}, exit code {outcome.code}")
    message["From"] = box.sender
    message["To"] = ", ".join(box.to)
    message["Date"] = format_datetime(datetime.fromisoformat(outcome.ended_at))
    message.set_content(outcome.summary)
    try:
        with _server(box) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        return f"{box.host}:{box.port} took no mail: {error}"
    return None


def _server(box: Mailbox) -> smtplib.SMTP:
    context = ssl.create_default_context() if box.is_tls or box.is_ssl else None
    if box.is_ssl:
        server: smtplib.SMTP = smtplib.SMTP_SSL(box.host, box.port, timeout=PATIENCE_S, context=context)
    else:
        server = smtplib.SMTP(box.host, box.port, timeout=PATIENCE_S)
    if box.is_tls:
        server.starttls(context=context)
    if box.user:
        server.login(box.user, box.password)
    return server


def _post(url: str, body: bytes, kind: str) -> str | None:
    try:
        request = urllib.request.Request(url, data=body, method="POST", headers={"Content-Type": kind})  # noqa: S310
        with urllib.request.urlopen(request, timeout=PATIENCE_S):  # noqa: S310 - settings allow http and https only
            return None
    except (OSError, ValueError) as error:
        return f"{url} could not be told: {error}"
