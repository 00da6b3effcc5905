"""The medium that signs a text, and the medium and the author that a script states."""

import re
from collections.abc import Sequence

from extract.fields import names
from extract.fields.names import is_person, printed
from extract.fields.origin import cleaned
from extract.script.fold import fold

_DATA = re.compile(
    r'"title"\s{0,4}:\s{0,4}"(?P<title>[^"\\<>]{4,100})"[^{}<>]{0,400}?"(?:media|media_name|mediaName|source_name)"\s{0,4}:\s{0,4}"(?P<media>[^"\\<>\w]{0,2}[一-鿿][^"\\<>]{1,19})"'
)
# the newspaper that signs a text: 《联合早报》 in a line of its own, （星洲日报） behind the last sentence
_SIGNED = re.compile(
    r"(?:^|(?<=[。！？”])\s?)[(（《](?:取材自|取自|摘自|轉載自|转载自|据|據)?(?P<name>[一-鿿]{1,8}?(?:日报|日報|晚报|晚報|早报|早報|时报|時報|晨报|晨報|周报|週報|商报|商報|通讯社|通訊社))[)）》]$"
)
# ——《青岚之春》1998年3月号, 原载《青岚月刊》2004年第3期
_ISSUE = re.compile(
    r"[(（\s—–-]{0,6}(?:原?载于?|摘自|选自|刊于|首发于|转自)?\s?《(?P<name>[^《》]{2,16})》\s?[,，]?\s?(?:19|20)\d\d\s?年?\s?(?:第?\s?[\d一二三四五六七八九十]{1,3}\s?[期号號]|\d{1,2}\s?月[号號刊])[^。]{0,12}"
)
_AUTHOR_DATA = re.compile(r'"author"\s{0,4}:\s{0,4}\[?\s{0,4}(?P<author>\{[^{}\[\]]{2,300}\})')
_AUTHOR_NAMED = re.compile(r'"(?:author|authorName|author_name)"\s{0,4}:\s{0,4}"(?P<name>[^"\\]{2,12})"')
_NAME_DATA = re.compile(r'"name"\s{0,4}:\s{0,4}"(?P<name>[^"\\]{2,30})"')
_ROLE_LINE = re.compile(
    "[A-Za-z一-鿿 ]{0,12}(?:记者|記者|通讯员|通訊員|特约撰稿人?|特約撰稿人?|撰稿人|评论员|評論員|专栏作家|專欄作家)"
)
_PARAGRAPH = 40
"""Characters of a line that is no caption of a picture."""


def in_text(lines: Sequence[str]) -> str | None:
    """The newspaper that signs a text: 《联合早报》 as its last line, （星洲日报） behind its last sentence; a magazine
    with its issue: ——《青岚之春》1998年3月号."""
    for line in lines[-1:]:
        if len(line) <= 40 and (issue := _ISSUE.fullmatch(line)):
            return issue["name"]
        match = _SIGNED.search(line[-30:])
        if match and (len(match[0]) == len(line) or len(line) >= _PARAGRAPH):  # else it is a picture's credit
            return match["name"]
    return None


def in_data(text: str, title: str | None) -> str | None:
    """The medium that a script states in the object of the headline: {"title": "…", "media": "青岚观察"}."""
    for match in _DATA.finditer(text):
        if title and fold(match["title"]) == fold(title) and (name := cleaned(match["media"])):
            return name
    return None


def author_in_script(text: str) -> str | None:
    """The author that JSON-LD or other data names; only for pages whose text is in a script."""
    for match in _AUTHOR_DATA.finditer(text):
        name = _NAME_DATA.search(match["author"])
        if name and '"Person"' in match["author"] and not names.is_medium(name["name"]):
            return printed(name["name"])
    author = _AUTHOR_NAMED.search(text)
    return author["name"] if author and is_person(author["name"]) else None


def is_only_role(line: str) -> bool:
    """Whether a line above the text gives only the author's role: BBC中文记者, 特约撰稿人."""
    return len(line) <= 16 and _ROLE_LINE.fullmatch(line) is not None
