"""The word lists of phrases.toml, compiled. They name the lines of a page that are no article text."""

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from extract.page.line import STOPS, ElementText, Line, tidy
from extract.page.lines import Sheet
from extract.script.fold import fold_chars

_TABLE = tomllib.loads(resources.files("extract.text").joinpath("phrases.toml").read_text(encoding="utf-8"))
_HANZI = re.compile("[\u3400-\u9fff]+")
_SEPARATORS = re.compile(r"[^a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERED = re.compile(r"[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．：)）]\s?")
_DIGIT = re.compile(r"\d")
# an escape, a class or a group that keeps what it matched, as tables write all groups
_GROUP = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]|\((?!\?)")


def in_fold(pattern: str) -> str:
    """A pattern in the fold of the lines it is matched against; letters stay, \\S is not \\s."""
    return _HANZI.sub(lambda match: fold_chars(match[0]), pattern)


def _one_of(entries: Iterable[dict[str, str]], beginnings: str = "") -> re.Pattern[str]:
    """All patterns of some entries as one pattern, behind a look at what begins a line, if that is known.

    Its groups keep nothing: keeping them takes more than half of the time. Lines in the fold are in small letters.
    """
    patterns = "|".join(in_fold(_ungrouped(f"(?:{entry['pattern']})")) for entry in entries) or "(?!)"
    return re.compile(f"(?=[{in_fold(beginnings)}]|.$)(?:{patterns})" if beginnings else patterns)


def _ungrouped(pattern: str) -> str:
    """A pattern whose groups keep nothing."""
    return _GROUP.sub(lambda found: "(?:" if found[0] == "(" else found[0], pattern)


_KINDS = ("end", "drop", "edge", "crumbs", "comments")
_FAST = {
    kind: _one_of((one for one in _TABLE[kind] if "needs" not in one), _TABLE["beginnings"].get(kind, ""))
    for kind in _KINDS
}
_SLOW = {kind: [_one_of([entry]) for entry in _TABLE[kind] if "needs" in entry] for kind in _KINDS}
# each begins with a character, not with a group: such words are found ten times as fast
_NEEDED = {
    kind: [re.compile(in_fold(_ungrouped(entry["needs"]))) for entry in _TABLE[kind] if "needs" in entry]
    for kind in _KINDS
}
_WORDS = {kind: re.compile("|".join(words.pattern for words in _NEEDED[kind])) for kind in _KINDS}
_CONTACT, _POST, _RULES = (_one_of(_TABLE[kind]) for kind in ("contact", "post", "rules"))
_FRAME = re.compile("|".join(entry["pattern"] for entry in _TABLE["frame"]))
_NAMES = {kind: frozenset(words.split()) for kind, words in _TABLE["names"].items()}
LABELS: dict[str, str] = {kind: in_fold(words) for kind, words in _TABLE["labels"].items()}
"""Alternatives of a regular expression per kind of field, in the fold."""

_SIGNS_OFF = re.compile(rf"[\[【(（<]?(?:{LABELS['editor']})[:：丨|/／]")
_LABEL_APART = re.compile(r"^([一-鿿])\s{1,4}([一-鿿])(?=\s?[:：丨])")
_CLOCK = re.compile(
    in_fold(
        "(?:\\d{1,2} ?[-/月] ?\\d{1,2} ?日?|今天|昨天|前天) {0,2}\\d{1,2}:\\d\\d(?::\\d\\d)? {0,2}"
        "[+＋]?(?:关注|已关注|订阅|评论|分享)?"
    )
)
_ASKS = re.compile(
    "[:：©|｜]|请|請|您|登[录錄入]|版[权權]|copyright|icp|公[网網]安[备備]|遵守|文明上[网網]|[仅僅]供|rights"
)
WORDS_THAT_SELL = 2
"""Different words of an advertisement in one text."""
SHORTEST_CLAUSE = 8
"""Characters before the words that say where to ask, from which they end a sentence."""
MOST_PIECES = 8
"""Runs of text in a line that are looked at for a notice."""
LONGEST_NOTICE = 200
"""Characters at a line's end in which a notice of a text's edge is looked for."""
SHORTEST_SENTENCE = 20
"""Characters from which the rest of a line beside a notice is a sentence of its own."""
_SITE_WORDS = re.compile(
    in_fold(
        "本站|本网|本论坛|本版|本社区|本吧|本刊|本栏目|本平台|楼主|版主|管理员|管理人员|发帖|回帖|跟帖|发贴|灌水|注册|登录|登陆|会员|订阅|下期|下集"
        "|敬请|请您|请勿|网友|吧友|水贴|签到|封号|小编|收看|收听|再见|下单|运费|转发|新朋友|老朋友|下一篇|文末|用户|评论|留言|发言|言论|转载|授权|版权|侵权|免责|自负|法律责任|投稿|来稿|征稿|稿酬|热线|客服|邮箱|二维码|扫码|公众号|微信号|客户端|下载|点击"
        "|链接|粉丝|加群|微信群|优惠|报名|加盟|包邮|导读|预告|推荐阅读|收藏|分享|点赞|立场|仅代表|仅供参考|投资建议"
    )
)
_SELLS = re.compile(
    in_fold(
        "订购|热线|包邮|货到付款|直销|仅售|原价|现价|特价|优惠|抢购|秘方|疗程|根治|无效退款|招商|加盟|开户|炒股|荐股|彩信|手机报|短信|资费|订阅|移动用户|通信费|元/月"
        "|免费|限时|秒杀|代理|咨询|减肥|丰胸|祛斑|壮阳|下单|折扣|震撼上市|厂家|名师|报名|点击购买|扫码|客服|红包|理财|贷款|签约"
    )
)
_BEGINS_NONE = frozenset("，,。；：:、)）]】")
_ENDS = frozenset("。！？!?”」』")
_END_MARK = re.compile("[。！？!?”」』]")
_STOP = re.compile("[。！？][”」』）)]?(?=[^/／(（])")  # what follows these belongs to the sentence
_SENTENCE_END = re.compile("[。！？][”」』）)]?")
_OPEN_QUOTE = re.compile("[^“「『]*[”」』]")  # what somebody says goes on
# 他说，转载这篇文章…: what somebody says is no notice
_SAYS = re.compile(in_fold("(?:说|称|道|表示|指出|认为|强调)[，,：:]"))
_FLOORS = frozenset("楼樓#层層")
_FLOOR = re.compile(in_fold("[^。，；：:！？“”号路街]{0,24}(?:(?:第 ?)?\\d{1,4} ?(?:楼|层|#)|# ?\\d{1,4})"))
_CREDIT_AT_END = re.compile(
    in_fold(
        "(?<=[。！？!?”」』])\\s?[(（\\[【]\\s?(?:本文|文章|新闻|稿件|信息|原文)?(?:来源|出处|稿源|转自|来自|摘自)于?\\s?[:：][^。！？()（）\\[\\]【】]{1,30}[)）\\]】]$"
    )
)
_NOTICE_WORDS = re.compile(
    in_fold(
        "本文|本站|本网|本报|本刊|本平台|本台|文章|稿件|作者|声明|转载|版权|侵权|授权|免责|观点|立场|投资|客户端|公众号|二维码|关注|订阅|登录|下载|热线|邮箱|内容"
    )
)
"""Words of which a notice at a text's edge has one, and a sentence before it that is the article's own has none."""
_BACK_AT_END = re.compile(
    in_fold("(?<=[。！？!?”」』])\\s?(?:点击)?返回[^。！？，,]{1,6}[，,]?\\s?查看更多[>＞»]{0,3}$")
)
_BARS = re.compile(
    in_fold(
        "(?:登录|登入|注册|订阅|付费|开通|购买|会员|订户).{0,16}(?:全文|阅读权限|剩余|余下|继续阅读|更多内容)|(?:畅读|剩余\\d+%).{0,4}全文|剩余.{0,8}(?:内容|字)"
    )
)


def _close(line: str) -> str:
    """A line without separators between its words, its white space made single blanks."""
    return "".join(line.split()).replace("·", "") if " " in line or "·" in line else line


def _is_of(kind: str, line: str) -> bool:
    """Whether the patterns of a kind name a line, in the fold. Slow ones are asked one by one, behind the words that
    they need: most lines have none."""
    if _FAST[kind].fullmatch(line):
        return True
    if not (first := _WORDS[kind].search(line)):
        return False
    at = first.start()
    pairs = zip(_NEEDED[kind], _SLOW[kind], strict=True)
    return any(words.search(line, at) and pattern.fullmatch(line) for words, pattern in pairs)


@lru_cache(maxsize=8_000)
def ends_article(line: str) -> bool:
    """Whether the article is over at this line (相关新闻, related news; 免责声明, disclaimer)."""
    return len(line) <= 500 and _is_of("end", _close(fold_chars(line)))


@lru_cache(maxsize=4_000)
def begins_comments(line: str) -> bool:
    """Whether readers' comments begin at this line (网友评论), however much they write."""
    return len(line) <= 100 and _is_of("comments", _close(fold_chars(line)))


@lru_cache(maxsize=4_000)
def begins_rules(line: str) -> bool:
    """Whether the site's rules for its readers begin at this line: 发表评论须知：, 本论坛郑重声明."""
    return 4 <= len(line) <= 30 and _RULES.fullmatch(_close(fold_chars(line))) is not None


@lru_cache(maxsize=4_000)
def begins_post(line: str) -> bool:
    """Whether the next post of a thread begins at this line (沙发 发表于 2012-3-4 11:05)."""
    return (
        4 <= len(line) <= 100
        and _DIGIT.search(line) is not None
        and _POST.fullmatch(fold_chars(line)) is not None
    )


@lru_cache(maxsize=4_000)
def is_floor(line: str) -> bool:
    """Whether a line is only a reader's name and floor: 青岚网友 23楼, 老王 #4."""
    if not 2 <= len(line) <= 40 or not (line[-1] in _FLOORS or (line[-1].isdigit() and "#" in line)):
        return False
    return _FLOOR.fullmatch(fold_chars(line)) is not None


@lru_cache(maxsize=4_000)
def is_dropped(line: str) -> bool:
    """Whether a line never belongs to the article's text (责任编辑, 原标题, pagers, widgets)."""
    return len(line) <= 200 and _is_of("drop", fold_chars(_with_whole_label(line)))


def _with_whole_label(line: str) -> str:
    """The line, the two characters of its label made one word: 编 辑：蒋 敏."""
    return _LABEL_APART.sub(r"\1\2", line, count=1) if line[1:2] == " " else line


@lru_cache(maxsize=4_000)
def is_edge(line: str) -> bool:
    """Whether a line does not belong to the text if it is the first or last one (转载请注明, 扫码)."""
    if len(line) > 200 or not _is_of("edge", fold_chars(_with_whole_label(line))):
        return False
    return len(line) < SHORTEST_SENTENCE or _SAYS.search(fold_chars(line)) is None


@lru_cache(maxsize=4_000)
def is_frame(line: str) -> bool:
    """Whether the line belongs to the site's frame (licence numbers, breadcrumbs, house rules)."""
    if len(line) > 400:
        return False
    close = _close(line).lower()  # 版 权 所 有
    # prose may speak of a code or a licence, a short sentence too: 公司拒绝发表评论。
    is_sentence = close[-1:] in "。！？”" and (len(close) >= 40 or _is_said(close))
    hits = len(_FRAME.findall(close))
    if hits > is_sentence and hits * 60 >= len(close):
        return True
    return len(line) <= 120 and _is_of("crumbs", fold_chars(line))


def _is_said(close: str) -> bool:
    """Whether a short sentence speaks of what frames print and is none of it: nobody is asked, nothing labelled; or
    only its end says where to ask: ……请向林业局反映，联系电话：0933-0000000。"""
    if not _ASKS.search(close):
        return True
    asked = _CONTACT.search(fold_chars(close))
    return asked is not None and asked.start() >= SHORTEST_CLAUSE and _ASKS.search(close, 0, 2) is None


@lru_cache(maxsize=4_000)
def is_contact(line: str) -> bool:
    """Whether a line says where to ask (联系电话). Announcements print such lines as part of their text."""
    return len(line) <= 60 and _CONTACT.match(_NUMBERED.sub("", _close(fold_chars(line)))) is not None


def is_numbered(line: str) -> bool:
    """Whether a line begins as a clause does: 二、, （三）, 4."""
    return _NUMBERED.match(line) is not None


@lru_cache(maxsize=4_000)
def signs_off(line: str) -> bool:
    """Whether a line names the duty editor, as below an article's end."""
    return len(line) <= 60 and _SIGNS_OFF.match(_close(fold_chars(line))) is not None


def is_clock(line: str) -> bool:
    """Whether a line is a post's day and clock without a year, with a button behind it: 05月06日 07:39关注."""
    return len(line) <= 30 and _CLOCK.fullmatch(fold_chars(line)) is not None


def end_of_prose(line: str) -> int:
    """Where a paragraph ends that has its source in a bracket, or a link back, behind its last sentence:
    ……。（本文来源：青岚商报）, ……。返回首页，查看更多"""
    is_credit = line[-1:] in (")", "）", "]", "】")
    if not is_credit and "返回" not in line[-20:]:
        return len(line)
    start = max(0, len(line) - 50)
    match = (_CREDIT_AT_END if is_credit else _BACK_AT_END).search(fold_chars(line[start:]))
    return start + match.start() if match else len(line)


def is_notice(line: str) -> bool:
    """Whether a line is named by a word list of what is no text: all but the heads of comments and of posts."""
    return is_dropped(line) or is_edge(line) or is_frame(line) or ends_article(line) or bars_readers(line)


def part_notices(sheet: Sheet) -> None:
    """Gives a notice a line of its own where it shares one with a sentence: in an element, or behind the full stop.

    A list names the notice; the line that holds both would be taken whole.
    """
    found = {
        line: parts
        for line in sheet.lines
        if len(line.text) > SHORTEST_SENTENCE and (parts := _sentence_and_notice(sheet, line))
    }
    if found:
        sheet.break_up(found)


def _sentence_and_notice(sheet: Sheet, line: Line) -> tuple[list[ElementText], list[ElementText]] | None:
    """The pieces of a line's sentence and those of its notice; None for a line that does not hold both."""
    pieces = line.pieces
    if len(pieces) == 1:
        if len(pieces[0].text) < SHORTEST_SENTENCE + 5:
            return None
        behind = _STOP.search(pieces[0].text) is not None and _is_taken_anywhere(line.text)
        return _notice_behind(pieces) if behind else _edge_behind(pieces, line.text)
    if len(pieces) > MOST_PIECES or not SHORTEST_SENTENCE < len(line.text) <= 500:
        return None
    if not _END_MARK.search(line.text) or not is_notice(line.text):
        return None
    for element in dict.fromkeys(piece.element for piece in pieces if piece.element is not line.block):
        inside = [element in sheet.path(piece.element) for piece in pieces]
        if element.tag == "a" and not inside[0] and not inside[-1]:
            continue  # a link in the middle is a word of the sentence
        own = [piece for piece, is_inside in zip(pieces, inside, strict=True) if is_inside]
        rest = [piece for piece, is_inside in zip(pieces, inside, strict=True) if not is_inside]
        notice = _said(own)
        if notice[-1:] not in (":", "：") and is_notice(notice) and _is_sentence(_said(rest)):
            return rest, own
    return _notice_behind(pieces) or _edge_behind(pieces, line.text)


def _notice_behind(pieces: list[ElementText]) -> tuple[list[ElementText], list[ElementText]] | None:
    """The same for what is no text anywhere, behind the last sentence in the last piece of a line.

    A sentence before a notice that stands at the edges of texts is most often the notice's own.
    """
    last = pieces[-1]
    for stop in [*_STOP.finditer(last.text)][: -MOST_PIECES - 1 : -1]:
        own = last._replace(text=last.text[stop.end() :])
        rest = [*pieces[:-1], last._replace(text=last.text[: stop.end()])]
        notice = tidy(own.text)
        if _is_taken_anywhere(notice) and _is_sentence(_said(rest)):
            return rest, [own]
    return None


def _edge_behind(pieces: list[ElementText], text: str) -> tuple[list[ElementText], list[ElementText]] | None:
    """The same for a notice of texts' edges: all sentences with a notice's words at the end of the line's last piece.

    The sentence before has none of these words, or it is the notice's own. `text` is that of the line.
    """
    last = pieces[-1]
    if len(last.text) < SHORTEST_SENTENCE or not _END_MARK.search(last.text):  # most lines
        return None
    # the line's own fold is asked for anyway; it ends with all that the piece has, without its blanks
    short = text if len(text) <= 2 * LONGEST_NOTICE else text[-LONGEST_NOTICE:]
    if not _NOTICE_WORDS.search(fold_chars(short)[-LONGEST_NOTICE:]):
        return None
    if not _NOTICE_WORDS.search(fold_chars(last.text[-LONGEST_NOTICE:])):
        return None
    stops = [*_SENTENCE_END.finditer(last.text, max(0, len(last.text) - LONGEST_NOTICE))]
    for stop in stops[: -MOST_PIECES - 1 : -1]:
        own = last._replace(text=last.text[stop.end() :])
        rest = [*pieces[:-1], last._replace(text=last.text[: stop.end()])]
        before = fold_chars(_SENTENCE_END.split(last.text[: stop.end()])[-2])
        if _NOTICE_WORDS.search(before):
            continue
        notice = tidy(own.text)
        is_own = _NOTICE_WORDS.search(fold_chars(notice)) is not None and not _OPEN_QUOTE.match(notice)
        return (rest, [own]) if is_own and is_edge(notice) and _is_sentence(_said(rest)) else None
    return None


def _is_taken_anywhere(text: str) -> bool:
    return is_dropped(text) or is_frame(text)


def _said(pieces: Iterable[ElementText]) -> str:
    return tidy("".join([piece.text for piece in pieces]))


def _is_sentence(text: str) -> bool:
    """Whether a text begins and ends as a sentence, pauses in between and is no notice itself."""
    return (
        len(text) >= SHORTEST_SENTENCE
        and text[0] not in _BEGINS_NONE
        and text[-1] in _ENDS
        and len(STOPS.findall(text)) >= 2
        and not is_notice(text)
    )


@lru_cache(maxsize=4_000)
def bars_readers(line: str) -> bool:
    """Whether a line says that the rest of the text is for subscribers (订阅后可阅读全文)."""
    return len(line) <= 80 and _BARS.search(_close(fold_chars(line))) is not None


def site_words(line: str) -> frozenset[str]:
    """The words of a line that sites say of themselves and to their readers: 本站, 回帖, 敬请, 二维码; in the fold."""
    return frozenset(_SITE_WORDS.findall(fold_chars(line)))


def sells(text: str) -> bool:
    """Whether a text that belongs to no article has two words and more of those that sell: 包邮, 热线."""
    return len(set(_SELLS.findall(fold_chars(text)))) >= WORDS_THAT_SELL


@lru_cache(maxsize=20_000)
def named(names: str) -> str:
    """The role of an element by its class and id: `body`, `furniture` or empty."""
    words = {*names.lower().split(), *_SEPARATORS.split(_CAMEL.sub(" ", names).lower())}
    if words & _NAMES["furniture"] or words & _NAMES["comments"]:
        return "furniture"
    return "body" if words & _NAMES["body"] else ""


@lru_cache(maxsize=20_000)
def holds_a_caption(names: str) -> bool:
    """Whether an element's class and id say that it holds the caption of a picture."""
    words = {*names.lower().split(), *_SEPARATORS.split(_CAMEL.sub(" ", names).lower())}
    return bool(words & _NAMES["captions"] or (words & _NAMES["pictures"] and words & _NAMES["told"]))


@lru_cache(maxsize=20_000)
def holds_a_picture(names: str) -> bool:
    """Whether an element's class and id name a picture."""
    words = {*names.lower().split(), *_SEPARATORS.split(_CAMEL.sub(" ", names).lower())}
    return bool(words & _NAMES["pictures"])


@lru_cache(maxsize=20_000)
def holds_comments(names: str) -> bool:
    """Whether an element's class and id say that it holds readers' comments."""
    words = {*names.lower().split(), *_SEPARATORS.split(_CAMEL.sub(" ", names).lower())}
    return bool(words & _NAMES["comments"])
