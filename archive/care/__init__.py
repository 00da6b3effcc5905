"""Care of archives: verify, rebuild, compact, back up, and merge several into one.

In: the folder of an archive, while no other run writes it (a backup excepted).
Out: findings, a new database made from the record, fewer files, a copy.
"""

__all__ = ["backup", "compact", "evidence", "merge", "rebuild", "verify"]
