"""The known sites and the forms of addresses.

In: site files (`crawler/sites/*.toml`, and a folder of one's own).
Out: the site and the role of an address; addresses in one normal form.
"""

__all__ = ["book", "phrases", "scaffold", "shard", "site", "sitefile", "strict", "tracking", "urls"]
