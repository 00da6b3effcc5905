"""A fetched page: its bytes, its charset and the reason for it, its text, and its tree, parsed once."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from lxml import etree
from lxml.etree import _Element as Element

from extract import inside
from extract.attributes import SIGNS, bearable, flattened, unclosed, without_silent
from extract.page.browser import decoded
from extract.page.finder import Finder
from extract.page.styles import Hiding

LONGEST_TEXT = 5_000_000
"""Characters that are parsed of one page; the longest article page seen has 0.8 million."""
DEEPEST_TREE = 2_000
"""Levels of nested tags; libxml2 gives up at 2,048 and would lose the rest of the page."""
LONGEST_COMMENT = 4_000
"""Characters of a Founder page's comment that are read."""

# What labels on Chinese pages mean; gb2312 and gbk pages hold 镕, 喆 and — that only gb18030 decodes.
LABELS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "gb_2312": "gb18030", "chinese": "gb18030", "csgb2312": "gb18030", "iso-ir-58": "gb18030", "euc-cn": "gb18030",
    "cp936": "gb18030", "ms936": "gb18030", "windows-936": "gb18030", "gb2312-80": "gb18030", "gb": "gb18030",
    "csiso58gb231280": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "big-5": "big5hkscs", "x-x-big5": "big5hkscs",
    "cn-big5": "big5hkscs", "csbig5": "big5hkscs", "cp950": "big5hkscs", "big5hkscs": "big5hkscs",
    "utf-8": "utf-8", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-8-sig": "utf-8", "u8": "utf-8",
    "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "unicode": "utf-16",
    "shift_jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932", "shift-jis": "cp932",
    "ms_kanji": "cp932", "csshiftjis": "cp932", "ms932": "cp932", "euc-jp": "euc-jp", "x-euc-jp": "euc-jp",
    "cseucpkdfmtjapanese": "euc-jp", "iso-2022-jp": "iso-2022-jp", "csiso2022jp": "iso-2022-jp",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ks_c_5601-1989": "cp949", "ksc5601": "cp949", "ksc_5601": "cp949",
    "korean": "cp949", "windows-949": "cp949", "cseuckr": "cp949", "csksc56011987": "cp949", "iso-ir-149": "cp949",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "windows-1252": "cp1252", "cp1252": "cp1252",
}  # fmt: skip
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# The hundred or so commonest characters of news text in both scripts, and the punctuation that goes with them:
# three to five tenths of real text, under a thirtieth of text read in the wrong charset.
COMMON = frozenset(
    "，。、：；“”（）《》！？「」的一是了不在人有我他这这中大来上国个到说们为子和你地出道也时年得就那要下以生会"
    "自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同"
    "三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几"
    "很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市"
    "來國個說們為時會過學對後麼沒於發當無開見經頭面動長樣現將與進實點種聲話問機給幾業間電門東聽氣關並內卻軍產萬"
    "新闻网站首页新聞網頁版权所有版權記者记者编辑編輯来源來源"
)
CHINESE = ("gb18030", "big5hkscs", "utf-8")
# letters of no Chinese text, and their share from which text is Japanese or Korean beyond doubt: newspapers print four
# to nine tenths of kana, and nine of hangul, of which Chinese bytes read as Korean hold six
_LETTERS = {
    **dict.fromkeys(("cp932", "euc-jp", "iso-2022-jp"), (re.compile("[\u3041-\u30fe]"), 0.2)),
    "cp949": (re.compile("[\uac00-\ud7a3]"), 0.8),
}
PLAIN = 0.15
"""Share of common characters from which a reading is Chinese text beyond doubt."""
# "<" is looked for fast, "<" or "m" in either case is not
META_CHARSET = re.compile(rb"""<(?i:meta)[^>]{0,400}?(?i:charset)\s*+=\s*+(?:["']\s*+)?([\w.:+-]{2,40})""")
XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:+-]{2,40})""", re.I)
HEADER_CHARSET = re.compile(r"""charset\s*+=\s*+(?:["']\s*+)?([\w.:+-]{2,40})""", re.I)
_CONTROLS = bytes([*range(9), 11, *range(14, 32), 127])
_SAYING_NOTHING = bytes(set(range(256)) - set(_CONTROLS + SIGNS))
NOT_MARKUP = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
# A tag may hide in a comment; what browsers show starts with one of these.
LOOKS_LIKE_MARKUP = re.compile(
    r"<\s*(?:!doctype|html|head|body|div|p|table|t[dr]|meta|title|span|br|[uo]l|li|font|center|h[1-6]|a|b|img|pre|section|main|article|script|noscript|form|frameset)\b",
    re.I,
)
BINARY_MAGIC = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"\xd0\xcf\x11\xe0",
    b"RIFF", b"\x00\x00\x00\x18ftyp", b"\x00\x00\x00\x20ftyp", b"ID3", b"FWS", b"CWS", b"\x28\xb5\x2f\xfd",
)  # fmt: skip
# Founder's system marks the body with comments; as an element it can be selected
_ENPCONTENT = re.compile(r"<!--\s*(/?)enpcontent\s*-->")
# both of Founder's comments: from the sign that pages hold least of, in half of the time that one word takes
_OF_FOUNDER = re.compile(r"!(?<=<!)--(?:enpproperty|\s*/?enpcontent)")
_AMP_PICTURE = re.compile(r"<(/?)amp-(?:img|anim)\b", re.I)
_FOUNDER_TAGS, _AMP_TAGS = ("zhuanzai-enpcontent", "founder-content"), ("amp-img", "amp-anim")
# a walk over the page for one of them costs as much as for all
_TELLING_TAGS: tuple[str, ...] = ("title", "meta", "link", "style", "body", "picture", "template", "noscript")
_TELLING_TAGS += _FOUNDER_TAGS + _AMP_TAGS


@dataclass(frozen=True, slots=True)
class Charset:
    """The encoding a page was read in. `name` is Python's codec name.

    `reason` says what decided: `bom`, `hint`, `header`, `meta`, `bytes` (the label lied or was missing) or `default`.
    `declared` is the label the page or its header carries, as written. `replaced` counts U+FFFD in the text.
    """

    name: str
    reason: str
    declared: str | None = None
    replaced: int = 0


@dataclass(frozen=True)
class Page:
    """One page as fetched; text and tree are worked out at first use and kept.

    `url` is the page's own address, `content_type` the header's value, `fetched_at` (UTC) serves only
    to read relative dates (3小时前, three hours ago). `hinted_charset` overrules a label known to lie.
    """

    url: str
    body: bytes
    content_type: str | None = None
    fetched_at: datetime | None = None
    hinted_charset: str | None = None

    @property
    def charset(self) -> Charset:
        """How the bytes were decoded."""
        return self._decoded[1]

    @property
    def text(self) -> str:
        """The whole page decoded, markup included, without characters that no markup may hold."""
        return self._decoded[0]

    @cached_property
    def is_html(self) -> bool:
        """Whether there is markup to read: false for images, PDF, JSON, plain text and nothing at all."""
        if self.body.startswith(BINARY_MAGIC):
            return False
        return LOOKS_LIKE_MARKUP.search(self.text.lstrip(), 0, 200_000) is not None

    @property
    def tree(self) -> Element | None:
        """Root of the parsed page without comments; None where there is no markup."""
        return self._parsed[0]

    @property
    def troubles(self) -> tuple[str, ...]:
        """Why the tree is not the whole page: `large` (cut at LONGEST_TEXT), `deep` (nesting was flattened)."""
        return self._parsed[2]

    @cached_property
    def meta(self) -> tuple[tuple[str, str], ...]:
        """Names (property, name or itemprop, in lower case) and contents of the meta tags, in order."""
        found = (
            (one.get("property") or one.get("name") or one.get("itemprop") or "", one.get("content"))
            for one in self.tagged("meta")
        )
        return tuple((name.strip().lower(), content) for name, content in found if content)

    def tagged(self, *tags: str) -> list[Element]:
        """The elements of some of _TELLING_TAGS, in the order of the page."""
        return [element for element in self._parsed[1] if element.tag in tags]

    @cached_property
    def stated_title(self) -> str | None:
        """What the page's <title> says; None where it has none."""
        return next((title.text for title in self.tagged("title")), None)

    @cached_property
    def finder(self) -> Finder | None:
        """The page's elements by id and class; None where there is no tree."""
        return Finder(self.tree) if self.tree is not None else None

    @cached_property
    def hiding(self) -> Hiding:
        """What hides the page's elements."""
        return Hiding(self.tagged("style"))

    @cached_property
    def marks(self) -> frozenset[str]:
        """The marks of the page's content system: ids (#ozoom), classes (.TRS_Editor), meta names (@pubdate) and
        its own tags."""
        names = {f"@{name}" for name, _ in self.meta}
        names.update(str(element.tag) for element in self.tagged(*_FOUNDER_TAGS))
        return self.finder.marks.union(names) if self.finder else frozenset(names)

    @cached_property
    def canonical_url(self) -> str | None:
        """The address the page gives itself in its canonical link or og:url; None where it gives none."""
        found = (
            (element.get("href" if element.tag == "link" else "content") or "").strip()
            for element in self.tagged("link", "meta")
            if element.get("rel") == "canonical" or element.get("property") == "og:url"
        )
        return next((url for url in found if url.startswith(("http://", "https://"))), None)

    @cached_property
    def properties(self) -> str:
        """What a Founder newspaper's page writes of its article in a comment; empty where it has none."""
        start = self.text.find("<!--enpproperty") if self._is_of_founder else -1
        return self.text[start : start + LONGEST_COMMENT] if start >= 0 else ""

    @cached_property
    def _parsed(self) -> tuple[Element | None, tuple[Element, ...], tuple[str, ...]]:
        """The tree, its elements of _TELLING_TAGS, and the troubles."""
        if not self.is_html:
            return None, (), ()
        text = _shortened(self.text)
        troubles = ("large",) if len(text) > LONGEST_TEXT else ()
        # the bytes themselves where they are what the text would be written as
        is_whole = len(text) == len(self.text) <= LONGEST_TEXT
        as_fetched = self._is_clean and is_whole and not self._is_of_founder
        signs = self._signs.translate(None, _CONTROLS) if len(text) == len(self.text) else None
        markup = self.body if as_fetched else self._prepared(text[:LONGEST_TEXT])
        root, telling, too_deep = _parse(markup, signs)
        if any(element.tag in _AMP_TAGS for element in telling):  # few pages
            text = _AMP_PICTURE.sub(r"<\1img", text[:LONGEST_TEXT])
            root, telling, too_deep = _parse(self._prepared(text), signs)
        if too_deep:
            root, telling, _ = _parse(self._prepared(flattened(text[:LONGEST_TEXT])))
            troubles = (*troubles, "deep")
        return root, telling, troubles

    @property
    def _is_clean(self) -> bool:
        """Whether the text is the bytes read as UTF-8, none left out or replaced."""
        _, charset, is_shorter = self._decoded
        return charset.name == "utf-8" and charset.reason != "bom" and not (charset.replaced or is_shorter)

    @cached_property
    def _is_of_founder(self) -> bool:
        """Whether the page has one of the comments of Founder's system."""
        return _OF_FOUNDER.search(self.text) is not None

    def _prepared(self, text: str) -> bytes:
        """The page's text as the parser takes it: Founder's body comments made an element."""
        if self._is_of_founder:
            text = _ENPCONTENT.sub(r"<\1zhuanzai-enpcontent>", text)
        return text.encode("utf-8", "replace")

    @cached_property
    def _signs(self) -> bytes:
        """The SIGNS and the control characters among the bytes; in any encoding a sign of the text is such a byte."""
        return self.body.translate(None, _SAYING_NOTHING)

    @cached_property
    def _decoded(self) -> tuple[str, Charset, bool]:
        """Text, charset, and whether characters were left out."""
        text, charset = decode(self.body, self.content_type, self.hinted_charset)
        # the whole text is not searched twice: what else no markup may hold is a byte, or widens to one
        rare = "\ufffe" in text or "\uffff" in text
        if rare or self._signs.translate(None, SIGNS):
            return NOT_MARKUP.sub("", text), charset, True
        return text, charset, False


def decode(body: bytes, content_type: str | None = None, hinted: str | None = None) -> tuple[str, Charset]:
    """Text of a page and how it was decoded: byte order mark, then UTF-8 if the bytes prove it, then labels
    (hint, header, meta) unless what they give is no Chinese text and another charset's reading is.

    Never raises; bytes that do not decode become U+FFFD and are counted.
    """
    declared = _declared(body, content_type)
    for mark, name in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return _read(body[len(mark) :], name, "bom", declared[0] if declared else None)
    label = declared[0] if declared else None
    if wide := _utf16_without_mark(body):
        return _read(body, wide, "bytes", label)
    wanted = LABELS.get(label.lower(), "") if label else ""
    if wanted.startswith("utf-16"):
        wanted = "utf-8"  # a label readable as ASCII cannot be true
    reason = declared[1] if declared else "default"
    if (text := _clean_utf8(body)) is not None:
        reason = reason if wanted in ("", "utf-8") else "bytes"
        return text, Charset("utf-8", reason, label, _replaced(text))
    if hinted and (codec := LABELS.get(hinted.lower())):
        return _read(body, codec, "hint", label)
    return _by_evidence(body, wanted, reason, label)


def _declared(body: bytes, content_type: str | None) -> tuple[str, str] | None:
    """The charset label and its place (`header` or `meta`)."""
    header = HEADER_CHARSET.search(content_type or "")
    if header and header[1].lower() in LABELS:
        return header[1], "header"
    # browsers look at 1,024 bytes; some mirrors put it behind pages of script
    meta = META_CHARSET.search(body, 0, 200_000) or XML_ENCODING.search(body, 0, 300)
    if meta:
        return meta[1].decode("ascii"), "meta"
    return (header[1], "header") if header else None


def _utf16_without_mark(body: bytes) -> str | None:
    """UTF-16's name when every other byte of the markup at the start is zero."""
    start = body[:60]
    if len(start) < 8 or start.count(0) < len(start) * 0.3:
        return None
    odd, even = start[1::2].count(0), start[0::2].count(0)
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else None


def _clean_utf8(body: bytes) -> str | None:
    """The bytes read as UTF-8, plain ASCII included; None if they are not."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _by_evidence(body: bytes, wanted: str, reason: str, label: str | None) -> tuple[str, Charset]:
    """Decodes bytes that are not clean UTF-8, believing the label only if its reading looks like text."""
    if wanted == "gb18030" and (text := _plain_gbk(body)) is not None:
        return text, Charset(wanted, reason, label)
    sample = _sample(body)
    scores = {wanted: _likeness(sample, wanted)} if wanted in CHINESE else {}
    if scores.get(wanted, 0.0) < PLAIN:
        scores = {name: _likeness(sample, name) for name in CHINESE}
    best = max(scores, key=lambda name: scores[name])
    if not wanted:
        return _read(body, best if scores[best] > 0.02 else "cp1252", "bytes", label)
    # Japanese and Korean labels stand where kana or hangul prove them: half of their signs read as Chinese too
    if _is_spoken(sample, wanted):
        return _read(body, wanted, reason, label)
    # Western ones stand unless the bytes are clearly Chinese
    if best != wanted and scores[best] > 0.08 and scores[best] > 3 * scores.get(wanted, 0.02):
        return _read(body, best, "bytes", label)
    return _read(body, wanted, reason, label)


def _plain_gbk(body: bytes) -> str | None:
    """The text of most pages so labelled: all of it is GBK, and its first words are plainly Chinese; else None."""
    if _likeness(_sample(body, 400), "gb18030") < 2 * PLAIN:
        return None
    try:
        return body.decode("gbk")
    except UnicodeDecodeError:
        return None


def _sample(body: bytes, most: int = 1_500) -> bytes:
    """Bytes from the runs outside ASCII: the text, without the markup that decodes anyhow."""
    runs: list[bytes] = []
    size = 0
    for run in re.finditer(rb"[\x80-\xff][\x40-\xff]+", body):
        runs.append(run[0])
        size += len(run[0])
        if size > most:
            break
    return b"\n".join(runs)


def _likeness(sample: bytes, name: str) -> float:
    """Share of common Chinese characters among the non-ASCII ones that the codec reads."""
    read = [character for character in sample.decode(name, "replace") if character > "\x7f"]
    return sum(character in COMMON for character in read) / len(read) if read else 0.0


def _is_spoken(sample: bytes, name: str) -> bool:
    """Whether a Japanese or Korean reading holds as many kana or hangul as such text does."""
    if name not in _LETTERS:
        return False
    letters, least = _LETTERS[name]
    read = [character for character in decoded(sample, name) if character > "\x7f"]
    return len(letters.findall("".join(read))) >= least * len(read) > 0


def _read(body: bytes, name: str, reason: str, declared: str | None) -> tuple[str, Charset]:
    text = decoded(body, name)
    return text, Charset(name, reason, declared, _replaced(text))


def _replaced(text: str) -> int:
    """How many U+FFFD a text holds; most hold none, and one is looked for faster than all are counted."""
    return text.count("\ufffd") if "\ufffd" in text else 0


def _parse(markup: bytes, signs: bytes | None = None) -> tuple[Element | None, tuple[Element, ...], bool]:
    """The tree, its elements of _TELLING_TAGS, and whether the parser gave up for depth of nesting."""
    # plain elements: lxml.html's cost a Python call each, a tenth of the time to read a known page
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True
    )
    try:
        root = etree.fromstring(bearable(unclosed(markup, signs), signs), parser=parser)
    except etree.XMLSyntaxError:  # nothing but white space and comments
        return None, (), False
    too_deep = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
    telling = root.iter(*_TELLING_TAGS) if root is not None else ()  # None of half a doctype
    return root, tuple(telling), too_deep


def _shortened(text: str) -> str:
    """A long page without what no reader sees: pictures written into attributes, then scripts and comments."""
    if len(text) > LONGEST_TEXT // 10:
        text = inside.with_short_values(inside.shortened(text))
    return without_silent(text) if len(text) > LONGEST_TEXT else text
