"""Keys of records: the record id, and a digest of the content where two records have the same id.

A record id alone proves nothing. Some tools gave one id to many records. A file from elsewhere may use ids of records
that it never held.
"""

from archive.record.digests import block_digest, read_pieces
from archive.record.parsing.found import Record

_OTHER = "#zhuanzai-"


def key_of_another(record: Record) -> str:
    """The key of a record if another record of the archive already has the same id."""
    return f"{record.ref.record_id}{_OTHER}{fingerprint(record)}"


def fingerprint(record: Record) -> str:
    """A digest over address, time, type and block; two copies of one record have the same."""
    if record.fingerprint:
        return record.fingerprint
    said = (record.kind, record.get("WARC-Target-URI") or "", record.get("WARC-Date") or "")
    record.block.seek(0)
    digest = block_digest((*(f"{word}\n".encode() for word in said), *read_pieces(record.block)))
    record.block.seek(0)
    return digest


def bears(record: Record, key: str) -> bool:
    """Whether `key` is the key of this record."""
    return key == record.ref.record_id or (_OTHER in key and key == key_of_another(record))


def stated(key: str) -> str:
    """The record id in a key."""
    return key.partition(_OTHER)[0]


def is_key_of(key: str, name: str) -> bool:
    """Whether `key` is a key of a record with the id `name`."""
    return stated(key) == name


def keys_like(name: str) -> str:
    """The pattern (SQL GLOB) of the keys of further records with the id `name`."""
    escaped = "".join(f"[{c}]" if c in "*?[" else c for c in name)
    return f"{escaped}{_OTHER}*"
