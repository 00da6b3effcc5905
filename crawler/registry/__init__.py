"""What is known of each site and of addresses.

In: site files (`crawler/sites/*.toml`, and a folder of one's own).
Out: which site an address belongs to and what it is there; addresses in one normal form.
"""

__all__ = ["book", "phrases", "scaffold", "shard", "site", "sitefile", "strict", "tracking", "urls"]
