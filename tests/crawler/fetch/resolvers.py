"""Resolvers that a test's process is given in place of its own: a name's answers are typed in the environment."""

import os
from collections import Counter
from typing import Any, ClassVar

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import DNSLookupError

ANSWERS = "TEST_ANSWERS"
"""Environment variable: `name=first,second;name=…`, the last address given again and again."""


class TypedResolver(CachingThreadedResolver):
    """Gives the addresses of the environment, one a look-up; knows nothing of who may be asked."""

    asked: ClassVar[Counter[str]] = Counter()

    def getHostByName(self, name: str, timeout: Any = ()) -> "Deferred[str]":
        known = dict(pair.split("=") for pair in os.environ[ANSWERS].split(";"))
        if name not in known:
            return fail(DNSLookupError(name))
        answers = known[name].split(",")
        self.asked[name] += 1
        return succeed(answers[min(self.asked[name], len(answers)) - 1])
