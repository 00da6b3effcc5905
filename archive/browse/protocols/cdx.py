"""The CDX server: the captures that the archive holds of an address, a folder, a host or a domain."""

import json
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import PurePath
from time import monotonic
from urllib.parse import quote, urlencode

from archive.browse.protocols import query
from archive.browse.protocols.asked import ParsedRequest, WrongQuestion
from archive.browse.protocols.captured import COLUMNS, SHOWN, TABLES, ListedCapture, found, moment_of, time_of
from archive.browse.protocols.query import Question, Resume
from archive.browse.protocols.wire import PLAIN, HttpAnswer

Row = dict[str, str]


def read(conn: sqlite3.Connection, asked: ParsedRequest) -> HttpAnswer:
    """The rows that the request asks for, in the requested format. Raises WrongQuestion for a wrong request."""
    wanted = query.question(asked)
    if wanted.counts_pages:
        return HttpAnswer(f"{_pages(conn, wanted)}\n".encode(), kind=PLAIN)
    if wanted.page is not None and wanted.page >= max(1, _pages(conn, wanted)):
        raise WrongQuestion(400, f"page={wanted.page}: there are {_pages(conn, wanted)}, counted from 0")
    rows, resume = _chosen(conn, wanted, asked)
    word = resume.word() if resume and wanted.shows_resume else None
    headers = {"Link": f'<{_following(asked, resume)}>; rel="next"'} if resume else {}
    body, kind = _FORMS[wanted.output](rows, wanted, word)
    return HttpAnswer(body, kind=kind, headers=headers)


def _chosen(
    conn: sqlite3.Connection, wanted: Question, asked: ParsedRequest
) -> tuple[list[tuple[ListedCapture, Row]], Resume | None]:
    """The rows, and the point where the next answer continues; None if there are no more rows or none can follow."""
    most = min(abs(wanted.limit), query.MOST) if wanted.limit else query.MOST
    rows = _collapsed(_filtered(_looked_up(conn, wanted), wanted), wanted)
    if wanted.resume:
        rows = _after(rows, wanted.resume, reverse=wanted.sort == "reverse")
    else:
        rows = islice(rows, wanted.offset, None)
    if wanted.sort == "closest":
        return _closest(rows, wanted, asked)[:most], None
    if wanted.limit and wanted.limit < 0:
        return list(deque(rows, most)), None
    taken = list(islice(rows, most))
    more = next(rows, None) if len(taken) == most else None
    last = taken[-1][0] if taken else None
    return taken, Resume(last.urlkey, last.at, last.id) if more and last and wanted.page is None else None


def _looked_up(conn: sqlite3.Connection, wanted: Question) -> Iterator[ListedCapture]:
    """The captures with the requested keys, ordered by key and time, ascending or descending."""
    conditions, values = _conditions(wanted)
    order = "DESC" if wanted.sort == "reverse" else "ASC"
    part = ""
    if wanted.page is not None:
        size = query.PAGE * wanted.page_size
        part = f" LIMIT {size} OFFSET {size * wanted.page}"
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM {TABLES} WHERE {conditions}"
        f" ORDER BY c.urlkey {order}, at {order}, c.id {order}{part}",
        values,
    )
    return (found(row) for row in rows)


def _conditions(wanted: Question) -> tuple[str, list[object]]:
    conditions = [SHOWN, "c.urlkey >= ?", "c.urlkey < ?"]
    values: list[object] = [wanted.span.low, wanted.span.high]
    at = "substr(coalesce(c.archived_at, c.captured_at), 1, 19)"
    for bound, sign in ((wanted.since, ">="), (wanted.until, "<=")):
        if bound:
            conditions.append(f"{at} {sign} ?")
            values.append(bound)
    if wanted.resume:
        conditions.append("c.urlkey <= ?" if wanted.sort == "reverse" else "c.urlkey >= ?")
        values.append(wanted.resume.urlkey)
    return " AND ".join(conditions), values


def _pages(conn: sqlite3.Connection, wanted: Question) -> int:
    conditions, values = _conditions(wanted)
    count = conn.execute(f"SELECT count(*) FROM {TABLES} WHERE {conditions}", values).fetchone()[0]
    return -(-int(count) // (query.PAGE * wanted.page_size))


def _filtered(captures: Iterable[ListedCapture], wanted: Question) -> Iterator[tuple[ListedCapture, Row]]:
    deadline = monotonic() + query.MATCHING_S
    for capture in captures:
        row = _row(capture, resolves=wanted.resolves)
        if all(one.passes(row[one.field], deadline) for one in wanted.filters):
            yield capture, row


def _row(one: ListedCapture, *, resolves: bool) -> Row:
    """The columns of a capture; a dash stands for an unknown value."""
    repeats = one.is_revisit and not resolves
    return {
        "urlkey": one.urlkey or "-",
        "timestamp": one.timestamp,
        "original": _word(one.original),
        "mimetype": "warc/revisit" if repeats else _word(one.mime or "unk"),
        "statuscode": "-" if one.status is None else str(one.status),
        "digest": _word((one.digest or "-").removeprefix("sha1:")),
        "length": "-" if one.length is None else str(one.length),
        "offset": "-" if one.offset is None else str(one.offset),
        # the name alone: the folder of a file outside the archive stays private
        "filename": _word(PurePath(one.filename).name if one.filename else "-"),
    }


def _word(text: str) -> str:
    """The text with spaces and control characters percent-encoded, so that it stays one column of one line."""
    return (
        "".join(quote(letter) if letter.isspace() or ord(letter) < 32 else letter for letter in text) or "-"
    )


def _collapsed(
    rows: Iterator[tuple[ListedCapture, Row]], wanted: Question
) -> Iterator[tuple[ListedCapture, Row]]:
    """The rows without repeats: the first of neighbours that are equal in a column or in the column's beginning."""
    for field, length in wanted.collapse:
        rows = _without_repeats(rows, field, length or None)
    return rows


def _without_repeats(
    rows: Iterator[tuple[ListedCapture, Row]], field: str, length: int | None
) -> Iterator[tuple[ListedCapture, Row]]:
    before: str | None = None
    for capture, row in rows:
        value = row[field][:length]
        if value != before:
            yield capture, row
        before = value


def _after(
    rows: Iterator[tuple[ListedCapture, Row]], resume: Resume, *, reverse: bool
) -> Iterator[tuple[ListedCapture, Row]]:
    """The rows after the last row of the previous answer.

    The rows of that key are read again from the first one, so that neighbours collapse as before.
    """
    end = (resume.urlkey, resume.at, resume.id)
    for capture, row in rows:
        here = (capture.urlkey, capture.at, capture.id)
        if (here < end) if reverse else (here > end):
            yield capture, row


def _closest(
    rows: Iterator[tuple[ListedCapture, Row]], wanted: Question, asked: ParsedRequest
) -> list[tuple[ListedCapture, Row]]:
    moment = time_of(asked.now) if wanted.closest == "now" else moment_of(wanted.closest)
    if moment is None:
        raise WrongQuestion(400, f"closest={wanted.closest}: no time")
    looked = list(islice(rows, query.MOST))
    return sorted(looked, key=lambda one: abs((time_of(one[0].at) - moment).total_seconds()))


def _following(asked: ParsedRequest, resume: Resume) -> str:
    kept = [(name, value) for name, values in asked.lists.items() if name != "resumeKey" for value in values]
    return f"{asked.root}/cdx?{urlencode([*kept, ('resumeKey', resume.word())], errors='replace')}"


def _as_text(rows: list[tuple[ListedCapture, Row]], wanted: Question, word: str | None) -> tuple[bytes, str]:
    columns = wanted.columns or query.COLUMNS
    lines = [" ".join(row[query.OTHER_NAMES.get(name, name)] for name in columns) for _, row in rows]
    lines += ["", word] if word else []
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace"), PLAIN


def _as_json(rows: list[tuple[ListedCapture, Row]], wanted: Question, word: str | None) -> tuple[bytes, str]:
    columns = wanted.columns or query.COLUMNS
    table: list[list[str]] = []
    if rows:
        table = [list(columns)]
        table += [[row[query.OTHER_NAMES.get(name, name)] for name in columns] for _, row in rows]
        table += [[], [word]] if word else []
    body = "[" + ",\n ".join(json.dumps(line, ensure_ascii=False) for line in table) + "]\n"
    return body.encode("utf-8", "replace"), "application/json; charset=utf-8"


def _as_cdxj(rows: list[tuple[ListedCapture, Row]], wanted: Question, word: str | None) -> tuple[bytes, str]:
    names = {"original": "url", "mimetype": "mime", "statuscode": "status"}
    columns = wanted.columns or (*query.COLUMNS[2:], *query.MORE_COLUMNS)
    lines = []
    for _, row in rows:
        fields = {names.get(name, name): row[query.OTHER_NAMES.get(name, name)] for name in columns}
        lines.append(f"{row['urlkey']} {row['timestamp']} {json.dumps(fields, ensure_ascii=False)}")
    lines += ["", word] if word else []
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace"), "text/x-cdxj; charset=utf-8"


_FORMS = {"text": _as_text, "json": _as_json, "cdxj": _as_cdxj}
