"""The tables of archive.db, and the ledger of later looks at each address.

In: rows to store, each commit one transaction; databases of earlier releases, which are migrated.
Out: rows, the ledger of changes, coverage of issues, alarms. The only room that names sqlite_utils.
"""

__all__ = [
    "captures",
    "holdings",
    "ledger",
    "manners",
    "names",
    "paper_issues",
    "revalidate",
    "status",
    "store",
]
