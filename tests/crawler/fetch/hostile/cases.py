"""The corpus read from its TOML files: each case as the bytes that go over the wire."""

import gzip
import re
import tomllib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import brotli
import zstandard

HERE = Path(__file__).parent

CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, mtime=0),
    "gzip-members": lambda body: gzip.compress(body[:9], mtime=0) + gzip.compress(body[9:], mtime=0),
    "zlib": zlib.compress,
    "deflate": lambda body: zlib.compress(body)[2:-4],
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "cut": lambda body: body[: len(body) // 2],
    "flip-checksum": lambda body: body[:-8] + bytes([body[-8] ^ 1]) + body[-7:],
}
PLACEHOLDERS: dict[str, Callable[[int], bytes]] = {
    "long": lambda n: b"x" * n,
    "zeros": lambda n: b"0" * n,
    "many": lambda n: b"".join(b"X-%d: %d\r\n" % (i, i) for i in range(n)),
    "bytes": lambda _: bytes(range(256)),
}


@dataclass(frozen=True)
class Case:
    """One response of the server, and what the record must say of it."""

    name: str
    sent: bytes
    then: str = "close"
    split: int = 0
    method: str = "GET"
    match: str = "exact"
    truncated: str | None = None
    failure: str | None = None
    maxsize: int = 0


@dataclass(frozen=True)
class Asked:
    """One request of the spider."""

    name: str
    method: str = "GET"
    path: str = ""
    query: str | None = None
    fragment: str = ""
    headers: dict[str, list[bytes]] = field(default_factory=dict)
    body: bytes = b""


def responses() -> dict[str, Case]:
    table = tomllib.loads((HERE / "responses.toml").read_text("utf-8"))
    return {row["name"]: _case(row) for row in table["case"]}


def requests() -> dict[str, Asked]:
    table = tomllib.loads((HERE / "requests.toml").read_text("utf-8"))
    return {row["name"]: _asked(row) for row in table["request"]}


def _case(row: dict[str, Any]) -> Case:
    body = _raw(row.get("body", ""))
    if "fill" in row:
        body = (b"0123456789abcdef" * (row["fill"] // 16 + 1))[: row["fill"]]
    for coding in row.get("coded", ()):
        body = CODINGS[coding](body)
    length = len(body)
    if "chunks" in row:
        body = _chunked(body, row["chunks"])
    kept = {
        name: row[name]
        for name in ("then", "split", "method", "match", "truncated", "failure", "maxsize")
        if name in row
    }
    return Case(row["name"], _raw(row["raw"]).replace(b"{length}", b"%d" % length) + body, **kept)


def _asked(row: dict[str, Any]) -> Asked:
    headers = {name: [_raw(value) for value in values] for name, values in row.get("headers", {}).items()}
    kept = {name: row[name] for name in ("method", "query", "fragment") if name in row}
    path = _raw(row.get("path", "")).decode("latin-1")
    return Asked(row["name"], path=path, headers=headers, body=_raw(row.get("body", "")), **kept)


def _raw(text: str) -> bytes:
    return re.sub(
        rb"\{(long|zeros|many|bytes)(?::(\d+))?\}",
        lambda m: PLACEHOLDERS[m[1].decode()](int(m[2] or 0)),
        text.encode("latin-1"),
    )


def _chunked(body: bytes, size: int) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
