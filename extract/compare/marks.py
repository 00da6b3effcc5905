"""The punctuation between two equal letters compared: an editor's change, another width, or a converter's error."""

import re
import unicodedata


def difference(was: str, now: str) -> str:
    """How the marks between two letters differ: `none`, `width`, `doubled` or `other`."""
    was, now = _BLANK.sub("", was), _BLANK.sub("", _BRACKETED.sub("", now))
    if was == now:
        return "none"
    plain_was, plain_now = _plain(was), _plain(now)
    if plain_was == plain_now:
        return "width"
    if len(plain_was) == 1 and len(plain_now) > 1 and set(plain_was) <= set(plain_now) <= set(",.;:、"):
        return "doubled"
    return "other"


def _plain(marks: str) -> str:
    return unicodedata.normalize("NFKC", marks).translate(_ONE_FORM)


_BRACKETED = re.compile(r"[(（](?=(?:[^\w)）]|[\d_]){0,40}[^\W\d_])[^)）]{1,200}+[)）]")
_BLANK = re.compile(r"\s+")
_ONE_FORM = str.maketrans({**dict.fromkeys("“”‘’「」『』'", '"'), "。": ".", "—": "-", "–": "-", "·": "・"})
