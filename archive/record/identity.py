"""Which record is meant: the name it bears, and where two bear one name, what it holds.

A name alone proves nothing. Tools have given many records one name, and a file from elsewhere may bear the names of
records that it never held.
"""

from archive.record.digests import block_digest, read_pieces
from archive.record.parsing.found import Record

_OTHER = "#zhuanzai-"


def key_of_another(record: Record) -> str:
    """The name by which a record is known whose own name another record of the archive bears already."""
    return f"{record.ref.record_id}{_OTHER}{fingerprint(record)}"


def fingerprint(record: Record) -> str:
    """A digest over address, time, type and block: what two records have alike that are one."""
    if record.fingerprint:
        return record.fingerprint
    said = (record.kind, record.get("WARC-Target-URI") or "", record.get("WARC-Date") or "")
    record.block.seek(0)
    digest = block_digest((*(f"{word}\n".encode() for word in said), *read_pieces(record.block)))
    record.block.seek(0)
    return digest


def bears(record: Record, key: str) -> bool:
    """Whether a record is the one that is known by `key`."""
    return key == record.ref.record_id or (_OTHER in key and key == key_of_another(record))


def stated(key: str) -> str:
    """The name that the record with this key bears itself."""
    return key.partition(_OTHER)[0]


def is_key_of(key: str, name: str) -> bool:
    """Whether a record that bears this name is known by `key`."""
    return stated(key) == name


def keys_like(name: str) -> str:
    """The pattern (SQL GLOB) of the keys of further records that bear a name."""
    escaped = "".join(f"[{c}]" if c in "*?[" else c for c in name)
    return f"{escaped}{_OTHER}*"
