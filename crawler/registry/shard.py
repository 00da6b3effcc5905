"""Which crawler of several asks which hosts: each registered domain is one crawler's, whoever else is there.

Hosts of a domain stay together, and all hosts of a site with the host its file is named for: a server is asked by one
crawler, at the pace it wants, and the forms of an article's address meet in one archive.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, Self

from archive.errors import WrongUse

_FORM = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})")


@cache
def _suffixes() -> Any:
    from tldextract import TLDExtract  # loaded where crawlers share the sites: with requests it takes 9 MB

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def _as_asked(host: str) -> str:
    """A host in the one form that names are asked for in: 新华网.cn is xn--xkrr14bows.cn."""
    with suppress(UnicodeError):  # no host name
        host = host.encode("idna").decode("ascii")
    return host.lower().rstrip(".")


@lru_cache(maxsize=20_000)
def domain_of(host: str) -> str:
    """The registered domain that a host belongs to (x.com.cn); under a suffix that nobody knows its last two labels."""
    known: str = _suffixes()(host).top_domain_under_public_suffix
    return known or ".".join(host.split(".")[-2:])


@dataclass(frozen=True, slots=True)
class Shard:
    """The crawler of this number among so many."""

    number: int = 1
    of: int = 1

    @classmethod
    def parsed(cls, text: str | None) -> Self:
        """The shard that ZHUANZAI_SHARD names, `2/5`; all there is where it is empty. Raises WrongUse."""
        if not text:
            return cls()
        found = _FORM.fullmatch(text.strip())
        if found is None or int(found[1]) > int(found[2]):
            raise WrongUse(f"ZHUANZAI_SHARD={text}: wanted a number of how many, 2/5: from 1/5 to 5/5")
        return cls(int(found[1]), int(found[2]))

    def owns(self, host: str) -> bool:
        """Whether a host is this crawler's to ask. The answer is the same on every machine and in every release."""
        if self.of == 1:
            return True
        digest = sha256(domain_of(_as_asked(host)).encode()).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1
