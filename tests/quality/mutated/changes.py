"""What is done to a real page: each change gives the page's new bytes and what it says afterwards, or None."""

import copy
import html
import random
import re
import tomllib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import lxml.html
from lxml.html import HtmlElement as Element
from opencc import OpenCC

from tests.quality.mutated import parts
from tests.quality.mutated.parts import Parts, Truth

LINES = tuple(tomllib.loads(Path(__file__).with_name("datelines.toml").read_text(encoding="utf-8"))["line"])
SOURCES = (
    "新华网", "京华时报", "中国新闻网", "楚天都市报", "南方都市报", "人民日报海外版", "法制日报",
    "第一财经日报", "中国青年报", "扬子晚报", "央视网", "大河网-大河报", "聯合報", "中央社",
    "明報", "三湘都市报", "21世纪经济报道", "中国经济网", "财新网",
)  # fmt: skip
PEOPLE = (
    "李明华", "王建国", "陈思远", "刘晓燕", "周立波", "张伟", "赵丽娜", "欧阳静", "林宜君",
    "何志强", "孙浩", "郭美玲", "罗天成", "韩冰", "邓小虎", "许文龙", "沈佳音", "曹雪", "谢安琪",
    "胡平",
)  # fmt: skip
READERS = (
    "清风",
    "网友A",
    "山东手机用户",
    "路过的人",
    "老张",
    "tiger2008",
    "海边",
    "匿名",
    "小雨点",
    "北京网友",
)
_NAMED = re.compile(r"""(?<=[\s"'])(class|id)\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.I)
_SHEET = re.compile(r"<style\b.{0,200000}?</style>", re.I | re.S)
_SELECTED = re.compile(r"([.#])([\w-]+)")
_BOTTOM = 60


@dataclass(frozen=True, slots=True)
class Case:
    """A page to be changed: its name, its markup, what it says, and all the other pages."""

    name: str
    text: str
    truth: Truth
    others: Sequence["Case"]

    def parts(self) -> Parts:
        """The page's parts, in a tree of their own."""
        found = parts.found(self.text, self.truth)
        if found is None:
            raise LookupError(self.name)
        return found


Made = tuple[bytes, Truth]
Change = Callable[[Case, random.Random], Made | None]
CHANGES: dict[str, Change] = {}


def change(name: str) -> Callable[[Change], Change]:
    """Lists a change under its name."""

    def kept(function: Change) -> Change:
        CHANGES[name] = function
        return function

    return kept


def element(markup: str) -> Element:
    """One new element."""
    return lxml.html.fragment_fromstring(markup)


def _done(seen: Parts, truth: Truth) -> Made:
    return parts.serialised(seen.root), truth


def renamed(text: str) -> str:
    """Markup with other words for every class and id, in the page's own style sheets too."""
    known: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        words = match[2].strip("\"'").split()
        known.update((word, f"q{zlib.crc32(word.encode()) % 10**6}") for word in words)
        return f'{match[1]}="{" ".join(known[word] for word in words)}"'

    def selected(match: re.Match[str]) -> str:
        return _SELECTED.sub(lambda found: found[1] + known.get(found[2], found[2]), match[0])

    return _SHEET.sub(selected, _NAMED.sub(other, text))


# ---------------------------------------------------------------------- the whole page


@change("as it is")
def _same(case: Case, chance: random.Random) -> Made | None:
    """The page, written out anew."""
    return _done(case.parts(), case.truth)


@change("no class, no id")
def _bare(case: Case, chance: random.Random) -> Made | None:
    """The page without the names of its elements."""
    seen = case.parts()
    for one in seen.root.iter():
        if isinstance(one.tag, str):
            for name in ("class", "id", "itemprop", "rel", "role"):
                one.attrib.pop(name, None)
    return _done(seen, case.truth)


@change("no meta, no data")
def _headless(case: Case, chance: random.Random) -> Made | None:
    """The page without what its head and its data say."""
    seen = case.parts()
    for one in list(seen.root.iter("meta", "link", "script", "time", "abbr")):
        if one.tag in ("time", "abbr"):
            one.attrib.clear()
        else:
            parts.dropped(one)
    return _done(seen, replace(case.truth))


@change("boxes to tables")
def _tables(case: Case, chance: random.Random) -> Made | None:
    """The page laid out in tables, but for the text."""
    seen = case.parts()
    inside = {one for run in seen.run for one in run.iter()}
    for one in list(seen.root.iter("div", "section", "article", "main", "aside", "header", "footer")):
        if one in inside:
            continue
        one.tag = "td"
        table, row = lxml.html.Element("table"), lxml.html.Element("tr")
        if (above := one.getparent()) is None:
            continue
        at = above.index(one)
        table.tail, one.tail = one.tail, None
        above.insert(at, table)
        table.append(row)
        row.append(one)
    return _done(seen, case.truth)


@change("tables to boxes")
def _boxes(case: Case, chance: random.Random) -> Made | None:
    """The page laid out in boxes, but for the text."""
    seen = case.parts()
    inside = {one for run in seen.run for one in run.iter("table")}
    touched = False
    for one in list(seen.root.iter("table", "tbody", "tr", "td", "th", "center", "font")):
        if one in inside or any(above in inside for above in one.iterancestors()):
            continue
        one.tag, touched = ("span" if one.tag == "font" else "div"), True
    return _done(seen, case.truth) if touched else None


@change("text in three more boxes")
def _wrapped(case: Case, chance: random.Random) -> Made | None:
    """The text in further boxes."""
    seen = case.parts()
    run = seen.run
    if not run or seen.begins_with_words:
        return None
    box = lxml.html.Element("div")
    at = seen.holder.index(run[0])
    for one in run:
        box.append(one)
    outer = box
    for _ in range(2):
        above = lxml.html.Element("div")
        above.append(outer)
        outer = above
    seen.holder.insert(at, outer)
    return _done(seen, case.truth)


@change("the other script")
def _converted(case: Case, chance: random.Random) -> Made | None:
    """The page in the other script."""
    is_simple = any(char in "\n".join(case.truth.lines) for char in "这们国时说对")
    way = OpenCC("s2t" if is_simple else "t2s").convert
    seen = parts.found(case.text, case.truth)
    if seen is None:
        return None
    truth = case.truth
    told = replace(
        truth,
        title=way(truth.title or ""),
        lines=tuple(map(way, truth.lines)),
        source=way(truth.source or ""),
        byline=way(truth.byline or ""),
        editor=way(truth.editor or ""),
        optional=way(truth.optional),
    )
    return way(parts.serialised(seen.root).decode()).encode(), told


def _encoded(label: str, codec: str) -> Change:
    def made(case: Case, chance: random.Random) -> Made | None:
        seen = case.parts()
        whole = parts.serialised(seen.root).decode()
        try:
            "\n".join([*case.truth.lines, case.truth.title or ""]).encode(codec)
        except UnicodeEncodeError:
            return None
        whole = whole.replace('<meta charset="utf-8">', f'<meta charset="{label}">' if label else "")
        return whole.encode(codec, "xmlcharrefreplace"), case.truth

    return made


LABELS = (
    ("utf-8", "gb18030"),
    ("big5", "gbk"),
    ("gb2312", "utf-8"),
    ("euc-jp", "gbk"),
    ("utf-8", "big5hkscs"),
    ("iso-8859-1", "gbk"),
    ("", "utf-16"),
)
"""A wrong label and the encoding that the page is in."""
for _label, _codec in LABELS:
    change(f"{_codec} labelled {_label or 'by its mark'}")(_encoded(_label, _codec))


# ---------------------------------------------------------------------- how the text is laid out

STYLES: dict[str, Callable[[Sequence[str]], str]] = {
    "<p>": lambda lines: "".join(f"<p>　　{line}</p>\n" for line in lines),
    "<br><br>": lambda lines: "<br><br>\n".join(f"　　{line}" for line in lines),
    "<br>": lambda lines: "<br>".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{line}" for line in lines),
    "<div>": lambda lines: "".join(f"<div>{line}</div>" for line in lines),
    "<span>": lambda lines: "".join(f"<span><span>{line}</span><br></span>" for line in lines),
    "<p>&nbsp;</p>": lambda lines: "<p>&nbsp;</p>\n".join(f"<p>{line}</p>\n" for line in lines),
    "<section>": lambda lines: "".join(
        f"<section><section><span>{line}</span></section></section>" for line in lines
    ),
    "<font>": lambda lines: (
        "<font size=3>" + "".join(f"<p><font>　　{line}</font></p>" for line in lines) + "</font>"
    ),
    "<tr>": lambda lines: "<table>" + "".join(f"<tr><td>{line}</td></tr>" for line in lines) + "</table>",
    "one <p>": lambda lines: "<p>" + "<br>\n<br>\n".join(lines) + "</p>",
    "<blockquote>": lambda lines: (
        "<blockquote>" + "".join(f"<p>{line}</p>" for line in lines) + "</blockquote>"
    ),
    "<pre>": lambda lines: "<pre>" + "\n\n".join(f"　　{line}" for line in lines) + "</pre>",
}


def _laid(lines: Sequence[str], style: str, extra: Sequence[tuple[int, Element]] = ()) -> Element:
    """A box with the lines; each extra element stands before the line of its number."""
    safe = [html.escape(line, quote=False) for line in lines]
    if not extra:
        return element(f"<div>{STYLES[style](safe)}</div>")
    box = lxml.html.Element("div")
    for number, line in enumerate(safe):
        box.extend(one for at, one in extra if at == number)
        for one in element(f"<div>{STYLES['<p>']([line])}</div>"):
            box.append(one)
    box.extend(one for at, one in extra if at >= len(safe))
    return box


def _styled(style: str) -> Change:
    def made(case: Case, chance: random.Random) -> Made | None:
        seen = case.parts()
        parts.replace(seen, [_laid(case.truth.lines, style)])
        return _done(seen, _bodily(case.truth))

    return made


def _bodily(truth: Truth) -> Truth:
    """What a page says whose text was laid anew: fields that may have been read in it are not asked."""
    return replace(truth, byline=None, editor=None, source=None)


for _style in STYLES:
    change(f"text as {_style}")(_styled(_style))


@change("first paragraph alone")
def _short(case: Case, chance: random.Random) -> Made | None:
    """The page as short news."""
    seen = case.parts()
    lines: list[str] = []
    for line in case.truth.lines:
        lines.append(line)
        if len("".join(lines)) >= _BOTTOM:
            break
    if len(lines[-1]) < 30:
        return None
    parts.replace(seen, [_laid(lines, chance.choice(list(STYLES)))])
    return _done(seen, replace(_bodily(case.truth), lines=tuple(lines)))


# ---------------------------------------------------------------------- the headline


@change("no headline but <title>")
def _untitled(case: Case, chance: random.Random) -> Made | None:
    """The page without its headline, but in <title>."""
    seen = case.parts()
    if not _is_stated(seen, case.truth.title):
        return None
    for one in seen.titles:
        parts.dropped(_emptied(one))
    return _done(seen, case.truth)


def _is_stated(seen: Parts, title: str | None) -> bool:
    """Whether the page shows its headline, and its <title> says it too."""
    stated = next(seen.root.iter("title"), None)
    return bool(
        seen.titles and title and stated is not None and parts.plain(title) in parts.plain(stated.text or "")
    )


def _emptied(one: Element) -> Element:
    for child in list(one):
        one.remove(child)
    one.text = None
    return one


@change("headline as a picture")
def _pictured(case: Case, chance: random.Random) -> Made | None:
    """The page with a picture of its headline."""
    seen = case.parts()
    if not _is_stated(seen, case.truth.title):
        return None
    for one in seen.titles:
        _emptied(one).append(lxml.html.Element("img", src="/t.gif", alt=case.truth.title or ""))
    return _done(seen, case.truth)


@change("headline in <b> or <font>")
def _plain_title(case: Case, chance: random.Random) -> Made | None:
    """The page whose headline is no heading."""
    seen = case.parts()
    if not seen.titles:
        return None
    for one in seen.titles:
        if one.tag in ("h1", "h2", "h3", "h4"):
            one.tag = "div"
        inner = next((inner for inner in one.iter("h1", "h2", "h3") if inner is not one), None)
        if inner is not None:
            inner.tag = chance.choice(("b", "font", "strong", "span"))
    return _done(seen, case.truth)


# ---------------------------------------------------------------------- the line of time and names


def _titled(seen: Parts) -> Element | None:
    """The headline above the text."""
    above = (one for one in reversed(seen.titles) if 0 <= seen.low - seen.end[one] < 600)
    return next(above, None)


def _old(seen: Parts, truth: Truth) -> list[Element]:
    """The short elements around the text that print the page's own time and names."""
    day = (truth.published or "")[:10].split("-")
    words = [word for word in (truth.source, truth.editor, *(truth.byline or "").split("、")) if word]
    if len(day) == 3:
        year, month, number = day
        words += [f"{year}{sign}{month}{sign}{number}" for sign in "-/."]
        words += [f"{year}年{month}月{number}日", f"{year}年{int(month)}月{int(number)}日"]
    out = []
    for one in seen.root.iter():
        if one not in seen.end or not 0 < seen.end[one] - seen.start[one] <= 90:
            continue
        if (seen.start[one] < seen.high and seen.end[one] > seen.low) or one in seen.titles:
            continue
        own = parts.plain(one.text_content())
        if any(parts.plain(word) in own for word in words) and not (
            truth.title and parts.plain(truth.title) in own
        ):
            out.append(one)
    return out


def dated(case: Case, chance: random.Random, line: dict[str, str]) -> Made | None:
    """The page with another newsroom's line of time and names, and the values that it prints there."""
    seen = case.parts()
    title = _titled(seen)
    if title is None:
        return None
    for one in [*parts.between(seen), *_old(seen, case.truth)]:
        if one.getparent() is not None:
            parts.dropped(_emptied(one))
    year, month, day = chance.randint(2004, 2023), chance.randint(1, 12), chance.randint(1, 28)
    hour = chance.randint(7, 11 if line.get("morning") else 22)
    minute, second = chance.randint(0, 59), chance.randint(0, 59)
    names = chance.sample(PEOPLE, 2)
    values = {
        "Y": str(year), "m": f"{month:02}", "d": f"{day:02}", "n": str(month), "j": str(day), "H": f"{hour:02}",
        "M": f"{minute:02}", "S": f"{second:02}", "src": chance.choice(SOURCES), "au": names[0], "ed": names[1],
    }  # fmt: skip

    def filled(shape: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], shape)

    made = element(f"<div>{filled(line['head'])}</div>")
    if title.tag in parts.CELLS:
        title.append(made)
    else:
        title.addnext(made)
        made.tail, title.tail = None, None
    foot = [element(f"<div>{filled(line['foot'])}</div>")] if "foot" in line else []
    parts.replace(seen, [_laid(case.truth.lines, "<p>"), *foot])
    whole = line["head"] + line.get("foot", "")
    text = "\n".join(case.truth.lines)
    clock = "" if line.get("day") or line.get("nominute") else f"T{hour:02}:{minute:02}"
    when = f"{year}-{month:02}-{day:02}{clock}"
    told = replace(
        case.truth,
        published=None if line.get("nodate") else when,
        source=values["src"] if "{src}" in whole and (case.truth.source or "-") not in text[:80] else None,
        byline=names[0] if "{au}" in whole and not line.get("nobyline") and not case.truth.byline else None,
        editor=names[1] if "{ed}" in whole else None,
    )
    for one in list(seen.root.iter("meta")):
        parts.dropped(one)
    return _done(seen, told)


@change("another newsroom's dateline")
def _dated(case: Case, chance: random.Random) -> Made | None:
    """The page with another newsroom's line of time and names."""
    return dated(case, chance, chance.choice(LINES))


@change("time and names below the text")
def _below(case: Case, chance: random.Random) -> Made | None:
    """The page with its time and names below the text."""
    seen = case.parts()
    moved = parts.between(seen)
    if not moved or _titled(seen) is None:
        return None
    run = seen.run
    if not run or seen.begins_with_words:
        return None
    box = lxml.html.Element("div")
    for one in moved:
        made = copy.deepcopy(one)
        made.tail = None
        box.append(made)
        parts.dropped(_emptied(one))
    at = seen.holder.index(run[-1])
    box.tail, run[-1].tail = run[-1].tail, None
    seen.holder.insert(at + 1, box)
    return _done(seen, case.truth)


# ---------------------------------------------------------------------- boxes of other pages


def _foreign(case: Case, chance: random.Random) -> list[Element]:
    for _ in range(12):
        other = chance.choice(case.others)
        seen = parts.found(other.text, other.truth)
        if other.name != case.name and seen and (found := parts.boxes(seen)):
            chance.shuffle(found)
            return found
    return []


def _boxed(places: Sequence[str]) -> Change:
    def made(case: Case, chance: random.Random) -> Made | None:
        seen = case.parts()
        found = _foreign(case, chance)
        if not found:
            return None
        count = len(case.truth.lines)
        at = {"top": 0, "middle": max(1, count // 2), "bottom": count}
        inner = [(at[place], found.pop()) for place in places if place in at and found]
        if "middle" in places and count < 3:
            return None
        outer = [found.pop()] if "after" in places and found else []
        before = [found.pop()] if "before" in places and found else []
        parts.replace(seen, [*before, _laid(case.truth.lines, "<p>", inner), *outer])
        return _done(seen, _bodily(case.truth))

    return made


for _place in ("before", "after", "top", "middle", "bottom"):
    change(f"another page's box {_place}")(_boxed([_place]))


def _sentences(case: Case, chance: random.Random, count: int) -> list[str]:
    out = []
    for _ in range(200):
        other = chance.choice(case.others)
        if other.name == case.name:
            continue
        found = [one for line in other.truth.lines for one in re.findall("[^。！？]{10,90}[。！？]", line)]
        if found:
            out.append(chance.choice(found))
        if len(out) == count:
            break
    return out


COMMENTS = (
    "<div><b>{who}</b> <span>{when}</span><p>{said}</p><a>回复</a> <a>支持</a>(2)</div>",
    "<li><div>{who}：</div><div>{said}</div><div>{when} <a>顶</a>[3]</div></li>",
    "<dl><dt>{who} 发表于 {when}</dt><dd>{said}</dd></dl>",
    "<tr><td>{who}</td><td>{said}<br>{when}</td></tr>",
    "<p>{who} ({when})<br>{said}</p>",
)
HEADS = (
    "<h3>网友评论</h3>",
    "<div>最新评论 <a>查看全部</a></div>",
    "<div><b>评论</b> (8)</div>",
    "",
    "<h4>大家怎么说</h4>",
)


@change("other people's comments below")
def _commented(case: Case, chance: random.Random) -> Made | None:
    """The page with what readers wrote below its text."""
    seen = case.parts()
    shape, head = chance.choice(COMMENTS), chance.choice(HEADS)
    said = _sentences(case, chance, chance.choice((3, 8, 14)))
    rows = "".join(
        shape.format(
            who=chance.choice(READERS),
            when=f"2012-{chance.randint(1, 12):02}-{chance.randint(1, 28):02} {chance.randint(0, 23):02}:48",
            said=html.escape(one),
        )
        for one in said
    )
    tag = "table" if "<tr>" in shape else "ul" if "<li>" in shape else "div"
    box = element(f"<div>{head}<{tag}>{rows}</{tag}></div>")
    parts.replace(seen, [_laid(case.truth.lines, "<p>"), box])
    return _done(seen, _bodily(case.truth))


@change("side and text change places")
def _swapped(case: Case, chance: random.Random) -> Made | None:
    """The page with the column beside the text on its other side."""
    seen = case.parts()
    own = seen.holder
    while (above := own.getparent()) is not None and above in seen.end:
        rest = [
            one
            for one in above
            if one is not own and one in seen.end and seen.end[one] - seen.start[one] > 200
        ]
        if rest and not any(one.tag in ("tr", "td", "th") for one in above):
            title = _titled(seen)
            if title is not None and not any(up is own for up in title.iterancestors()):
                return None
            side = rest[-1]
            first = above.index(side) < above.index(own)
            side.tail = own.tail = None
            above.remove(side)
            above.insert(above.index(own) + (1 if first else 0), side)
            return _done(seen, replace(case.truth))
        own = above
    return None


# ---------------------------------------------------------------------- another page's article in this page's place


@change("another article in this page")
def _transplanted(case: Case, chance: random.Random) -> Made | None:
    """Another page's headline and text in the places of this page's."""
    seen = case.parts()
    title = _titled(seen)
    if title is None or not case.truth.title:
        return None
    for _ in range(12):
        other = chance.choice(case.others)
        giver = parts.found(other.text, other.truth) if other.name != case.name else None
        if giver is not None and not giver.begins_with_words and other.truth.title:
            break
    else:
        return None
    given = [copy.deepcopy(one) for one in giver.run]
    words = giver.low < giver.start[giver.run[0]] if given else True
    own = "\n".join(other.truth.lines)
    box = lxml.html.Element("div")
    if not given or words or giver.end[giver.run[-1]] < giver.high:
        box = _laid(other.truth.lines, chance.choice(list(STYLES)))
    else:
        box.extend(given)
    parts.replace(seen, [box])
    for one in seen.titles:
        _emptied(one).text = other.truth.title
    for one in seen.root.iter("title"):
        stated = one.text or ""
        one.text = stated.replace(case.truth.title, other.truth.title)
    for one in list(seen.root.iter("meta", "script")):
        parts.dropped(one)
    truth = case.truth

    def apart(value: str | None) -> str | None:
        """A field that is not read in the text."""
        return None if not value or value in "\n".join(truth.lines) or value in own else value

    told = replace(
        other.truth, published=truth.published, source=apart(truth.source), byline=None, editor=None
    )
    return _done(seen, told)
