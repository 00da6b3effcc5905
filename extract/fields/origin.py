"""The source 来源: the medium that a page names for its text. Also the address that it links."""

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml.etree import _Element as Element

from extract.fields import names, surnames
from extract.fields.labels import is_labelled, may_be_in, values
from extract.page import dates
from extract.page.address import joined, parted, stated_base
from extract.page.line import Line, tidy
from extract.page.page import Page
from extract.script.fold import fold

META_SOURCES = ("contentsource", "source", "mediaid", "article:source", "og:source", "copyrightholder")
META_ADDRESSES = {"original-source", "syndication-source", "source_url", "sourceurl", "original_url"}
META_ADDRESSES.update(META_SOURCES)
_EMPTY = re.compile("(?:转载|轉載|佚名|不详|不詳|未知|未填|暂无|暫無|无|無|其他|其它|来源|來源|点击|admins?)")
# behind a name, in brackets: its city, address, number or reporter go, 海外版 (overseas edition) is part of it
_IN_BRACKETS = re.compile(r"\s?[(（\[【〔]([^()（）\[\]【】〔〕]{0,40})[)）\]】〕]?$")
_EDITION = re.compile("(?:版|刊|报|報|网|網|客户端|频道)$")
_LABEL = re.compile(
    rf"^@?(?:来自)?(?:{surnames.PLATFORMS})\s?(?:作者)?\s?(?:[:：/／·•|｜—–-]|\s|(?=[“\"「《@])|(?<=作者))\s?"
    r"|^(?:微信号|原创|(?:本文|稿件|信息|新闻|新聞|文章|消息|资料|内容)?(?:来源|來源|稿源|出处|出處))\s?(?:[:：]|(?:自|于|於)\s?|\s)\s?"
    r"|^(?:摘自|转自|轉自|转载自|轉載自|来源于|來源於|引自|引據|引据|源自)\s?[:：]?\s?"
)
# 人民日报 于 2023-04-18
_AT = re.compile(
    r"\s?(?:发表于|發表於|发布于|發布於|刊登于)$|\s(?:于|於|发布|發布)$|(?<=[报報网網社台])[于於]$"
)
# a path of links, the attribute of a tag
NO_NAME = re.compile(r"[<>＜＞»›〉→={}\"|｜]|->|https?:|www\.|\d日[讯訊电電]")
# 摘自京华时报, 来源 清河采风网 廖小凌: a label that no colon ends
_UNMARKED = re.compile(
    r"(?:^|\s)(?:(?:来自|來自)\s{0,2}[/／|｜]\s{0,2}|(?:本文|新闻|新聞|文章|稿件|信息)?(?:来\s{0,2}源|來\s{0,2}源|稿源|出处|出處)(?:\s?[|｜/／]\s?|(?:于|於|自)?\s{1,3})|(?:本文)?(?:摘自|转自|轉自|转载自|轉載自|来源于|來源於|引據|引据|源自)\s{0,3})"
    r"(?P<name>《[^》]{2,20}》|[^\s:：，。,《》(（]{2,20}(?:[(（][^()（）]{1,30}[)）])?)(?=\s|$)"
)
_MAY_NAME = re.compile("[源处處自據据于於]")  # one of these is in all that no colon ends, and in few lines
# 发于2021.4.19总第992期《青岚周刊》
_OF_ISSUE = re.compile(r"[发發]表?[于於](?:19|20)\d\d[^《》。]{4,24}《(?P<name>[^《》]{2,16})》")
_OPENING = re.compile(r"[〔【(（]\s?([^〔【(（〕】)）]{2,40})[〕】)）]")
# 【清河電視2012年1月11日訊】
_DATED_LEAD = re.compile(
    r"[〔【(（\[]\s?(?P<name>(?!本)[一-鿿]{1,10}?(?:报|報|网|網|社|台|臺|电视|電視|新闻|新聞))\s?(?:19|20)\d\d年\d{1,2}月\d{1,2}日\s?[讯訊电電]"
)
_DATED_LEAD_OF_ANY = re.compile(
    r"[〔【(（\[]\s?(?P<name>(?!本)[一-鿿]{2,10}?)\s?(?:19|20)\d\d年\d{1,2}月\d{1,2}日\s?[讯訊電电]"
)
_TITLE_PARTS = re.compile(r"[_|｜»]|--+|\s[-–—·]+\s?|\s?[-–—]\s|-(?=[^-]{2,12}$)")
_BEHIND = re.compile(
    "(?<=[网網社报報经經])[编編][译譯]$|(?<!\\s)\\s++(?:原创稿?|[專专]稿|综合|讯|.{0,2}(?:[记記]者|作者|通[讯訊][员員]|[编編][辑輯])\\s.{2,20})$"
)
MEDIUM = re.compile(
    rf"(?:{names.MEDIA}|频道|頻道|融媒|日讯|快讯|快訊|中心|官微|公众号|微信|微博|时报|時報|发布|出版社|网站|委|"
    r"局|厅|部|政府|办公室|文摘|參考消息|瞭望|求是|访谈|观点|论坛|传媒|周末|週末|画报|畫報|月刊)(?:[(（].{1,8}[)）])?$"
)
NOT_MEDIUM = re.compile(
    r"^(?:新浪|腾讯|騰訊)?(?:微博|微信|论坛|論壇|朋友圈|公众号|客户端|发布|频道|視頻|视频)$|[\d:]{3,}|^\d+\s*(?:$|[条條人次万萬个個评評阅閱%年月日时時分秒/.-])|^本.$|评论|参与|分享|打印|字号|阅读|浏览|点击|收藏|首页|正文|记者|作者|编辑|责编|来自|^.$|更新|发布于|A[-+]|原创$|关注|客服|登录|举报|[今昨前]天|刚刚|前$|添加|应用|链接|返回|更多|查看|^听|朗读|播报|^收听"
)
CHANNEL = re.compile(
    r"(?:中国|中國|国际|國際|国内|國內|社会|社會|体育|體育|财经|財經|娱乐|娛樂|本地|要闻|要聞|综合|綜合|滚动|时政|地方|科技|军事|教育|文化|"
    r"焦点|焦點|最新|图片|視頻|视频|专题|政务|今日|港澳|澳聞|兩岸|两岸|環球|生活|即時|即时|晚間|晚间|午間|午间|中晝|早間|整點|頭條|头条|影劇|財經)(?:新闻|新聞|速報|速报|频道|頻道|中心|观察|财经|科技|发布|网)?$"
)
_CREDIT_WORDS = (
    r"(?:本文|原文|资料|资讯|图文|文章)?"
    r"(?:来源|來源|稿源|转自|轉自|转载自|轉載自|摘自|原载|原載|首发|首發|摘编自)\s*+(?:[于於]\s*+)?(?:[:：|｜丨]\s*+)?"
)
_CREDIT_NAME = (
    r"(?:《(?P<work>[^》]{2,20})》[^。！？]{0,44}"
    r"|(?P<name>[^\s,，。:：;；、)）\]】]{2,24}(?:\s?[-－—]\s?[^\s,，。)）\]】]{2,16})?))"
)
_CREDIT_LINE = re.compile(
    rf"[(（\[【]?\s*{_CREDIT_WORDS}{_CREDIT_NAME}\s*(?:[，,]\s?(?:作者|编辑|記者|记者|責編|责编)[^。]{{0,50}})?[)）\]】]?"
)
_CREDIT_AT_END = re.compile(rf"[(（]\s*(?:{_CREDIT_WORDS}|据\s*){_CREDIT_NAME}\s*[)）]$")
# 新华社北京4月24日电: any medium's name before place and day; 本报 (this paper) names none
_AGENCY = re.compile(
    r"^[(（〔【\s]*(?:据)?(?!本)(?P<name>[一-鿿]{2,6}?(?:社|网|網|报|報|台))[一-鿿]{2,8}?\d{1,2}(?:月\d{1,2})?日(?:[一-鿿]{0,2})?(?:电|電|讯|訊)"
    r"|^[(（〔]\s*(?P<agency>[一-鿿]{1,3}社)記者"
    r"|^[【(（]?\s*(?!本)(?P<own>[一-鿿]{1,8}?(?:报|報|网|網|社|台|臺|新闻|新聞|客户端))(?:[快专專]?[讯訊]|專電|专电)[】)）]?(?=[\s(（]|\d{1,2}月|(?<=】))"
)
_SCRIPT = re.compile(
    r"""(?<![\w-])["']?(?:source|sourceName|source_name|media|media_name|mediaName|copyfrom)["']?\s?:\s?["']([^"'\\<]{2,20})["']"""
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[\w%./?=&;:#~+@!,-]{3,500}", re.ASCII)
# 原文链接：, 转自: of such a line the address counts; of 图片来源 (of the picture) it does not
_OF_ELSE = "[图圖照]片|[视視][频頻]|[数數][据據]|封面"
# each begins with a character of its own: others are passed over fast
_CITES = re.compile(
    f"原文|原始[链鏈]接|来源(?<!(?:{_OF_ELSE})来源)|來源(?<!(?:{_OF_ELSE})來源)|稿源|出[处處]|转[载載]?自|轉[载載]?自|摘自"
)
_BEFORE_ELSE = re.compile(f"(?:{_OF_ELSE})[来來]源\\s?[:：]?\\s?$")
_TO_ORIGINAL = re.compile(
    r"[【\[(（>»\s]{0,4}(?:查看|[阅閱][读讀]|[点點][击擊]|[访訪][问問])?"
    r"(?:原文|(?:原文|原始|[来來]源|出[处處])(?:[链鏈]接|[连連][结結接]|地址|[网網]址|[页頁]面|全文))[】\])）>»:：\s]{0,4}"
)
_BEFORE_ORIGINAL = re.compile(
    r"(?:原文|原始|[来來]源|出[处處])(?:[链鏈]接|[连連][结結接]|地址|[网網]址)\s?[:：]\s?$|原文\s?[:：]\s?$"
)
_IS_BASED_ON = re.compile("O(?<=isBasedO)n")  # its rarest letter is found faster than the word
_BASED_ON = re.compile(
    r"""["']isBasedOn(?:Url)?["']\s{0,9}:\s{0,9}\[?\s{0,9}(?:\{[^{}"]{0,40}(?:"@type"[^{}"]{0,9}"[^{}"]{0,40}"[^{}"]{0,9})?"(?:@id|url)"\s{0,9}:\s{0,9})?"([^"]{8,500})"""
)
_SHARES = re.compile(
    r"^https?://(?:[^/]*\.)?(?:i?share\.|service\.weibo\.|connect\.qq\.|sns\.qzone\.|(?:jiathis|addtoany|bshare)\.)|/shar(?:e|er)\b",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01])|0)\.[\d.]+|localhost", re.ASCII)


def shown(lines: Sequence[Line]) -> str | None:
    """The source among lines behind a label, one that no colon ends after all others."""
    marked = [line for line in lines if may_be_in(line.text)]
    labelled = (
        name for line in marked for value in values("source", line.spaced) if (name := cleaned(value))
    )
    telling = (line for line in lines if _MAY_NAME.search(line.text))
    bare = (line for line in telling if not line.pieces[0].linked or len(line.text) <= 16)
    return next(labelled, None) or next((name for line in bare if (name := _unmarked(line.spaced))), None)


def _unmarked(text: str) -> str | None:
    """The medium behind a label without a colon: 摘自京华时报, 来源 清河采风网 廖小凌."""
    if len(text) > 120 or "。" in text:
        return None
    if issue := _OF_ISSUE.search(text):
        return issue["name"]
    for match in _UNMARKED.finditer(text):
        name = cleaned(match["name"])
        if name and ("《" in match["name"] or is_medium(re.split("[-－—]", name)[-1])):
            return name
    return None


def hinted(texts: Sequence[str]) -> str | None:
    """The source in the place that a hint names: behind a label, beside a time, or alone."""
    for text in texts:
        for value in values("source", text):
            if name := cleaned(value):
                return name
        parts = re.split(r"\s{2,}|[|｜]", text)
        alone = [
            part for part in parts if part.strip() and not dates.find(part) and not is_labelled("other", part)
        ]
        if len(alone) == 1 and (name := cleaned(alone[0])):
            return name
    return None


def cleaned(value: str) -> str | None:
    """The name of a source, without its label and the words behind the name; None if it is no medium's name.

    Brackets behind a name are cut (a city, an address, ID：rmrbwx, 记者 林大为); an edition in brackets stays.
    """
    around = ' :：>/·-—“”"「」@' if "《" in value else ' :：>》/·-—“”"「」@'
    value = _LABEL.sub("", _LABEL.sub("", tidy(value).strip(around))).strip(f"{around}／")
    value = _AT.sub("", _BEHIND.sub("", value)).strip(" |")
    if value[:1] in tuple("(（[【") and value[-1:] in tuple(")）]】"):
        value = value[1:-1].strip()
    for _ in range(2):
        inside = _IN_BRACKETS.search(value)
        if inside is None or _EDITION.search(inside[1]) or not value[: inside.start()].strip(" 《》|()（）"):
            break
        value = value[: inside.start()]
    if value.startswith("《") and (title := re.match("《([^》]{2,24})》", value)):
        value = title[1] + (value[title.end() :] if _EDITION.search(value[title.end() :]) else "")
    for opening, closing in ("()", "（）", "[]", "【】", "《》"):
        if value.count(opening) != value.count(closing):
            value = value.strip(f"{opening}{closing}")
    value = value.strip(" |")
    if not value or len(value) > 30 or NO_NAME.search(value) or dates.find(value):
        return None
    return value


def is_medium(name: str) -> bool:
    """Whether a bare name is a medium's, not a person's or a channel's: 人民日报, 新华社."""
    return MEDIUM.search(name) is not None and NOT_MEDIUM.search(name) is None and CHANNEL.match(name) is None


def is_empty(source: str) -> bool:
    """Whether a template's word says nothing of a source: 转载 (reprinted), 佚名 (anonymous)."""
    return _EMPTY.fullmatch(source) is not None


def of_this(lines: Sequence[Line]) -> str | None:
    """The source behind 本文来源 (of this article), which no video's and no picture's source is."""
    for line in lines:
        if "本文来源" in line.text and len(line.text) <= 80:
            return next((name for value in values("source", line.spaced) if (name := cleaned(value))), None)
    return None


def in_text(lines: Sequence[str], edges: Sequence[str] = ()) -> str | None:
    """The source that a credit line at the head or foot of the text states: （来源：人民日报）."""
    for line in [*lines[-4:][::-1], *lines[:4], *edges]:
        match = _CREDIT_LINE.fullmatch(line) if len(line) <= 60 else None
        match = match or _CREDIT_AT_END.search(line[-40:])
        name = cleaned(match["work"] or match["name"]) if match else None
        if name and not NOT_MEDIUM.search(name):
            return name
    return None


def of_dateline(line: str) -> str | None:
    """The medium that a dateline names: 新华社北京4月24日电, 【聯合報╱記者張嘉芳／台北報導】, 〔中央社〕."""
    match = _AGENCY.match(line)
    if match:
        return match["name"] or match["agency"] or match["own"]
    opening = _OPENING.match(line)
    if opening is None:
        return None
    inside = opening[1].strip()
    found = names.credit(inside)
    if found:
        return found.medium if found.medium and is_medium(found.medium) else None
    is_name = len(inside) <= 8 and is_medium(inside) and not NO_NAME.search(inside)
    return inside if is_name and inside[0] != "本" else None


def in_dateline(lines: Sequence[str], own: Mapping[str, str]) -> str | None:
    """The medium of the first datelines; the site's own counts only where it prints name and whole date together."""
    for line in lines:
        if match := _DATED_LEAD.match(line) or _of_own(_DATED_LEAD_OF_ANY.match(line), own):
            name = match["name"]
            return next((full for folded, full in own.items() if folded.startswith(fold(name))), name)
        # an agency's dateline is its credit even on its own site, a newspaper's 訊 is none there
        if (found := of_dateline(line)) and (found[-1] == "社" or not is_of(found, own)):
            return found
    return None


def _of_own(match: re.Match[str] | None, own: Mapping[str, str]) -> re.Match[str] | None:
    """The match, if the name in it is the site's own, whatever it ends in."""
    return match if match and fold(match["name"]) in own else None


def credited(lines: Sequence[Line], own: Mapping[str, str]) -> str | None:
    """The medium of a credit beside the headline: 中廣新聞／楊菁惠, 【聯合報╱記者張嘉芳／台北報導】."""
    for line in lines:
        text = line.text
        if len(text) > 70 or line.is_link or not names.may_credit(text):
            continue
        for moment in dates.find(text)[:1]:  # 2020-12-05 09:41 聯合報 / 記者王昭月／高雄即時報導
            text = max(text[: moment.start], text[moment.end :], key=len)
        found = names.credit(text)
        if found and found.medium and is_medium(found.medium) and not is_of(found.medium, own):
            return found.medium
    return None


def own_names(page: Page, site_names: Sequence[str] = ()) -> dict[str, str]:
    """The page's names for its own site, by their fold: the ends of the <title>, og:site_name, `site_names`."""
    parts = _title_parts(page)
    stated = [content for name, content in page.meta if name == "og:site_name"]
    return {fold(name): name for name in (*parts[1:][-2:], *parts[:1], *stated, *site_names) if fold(name)}


def columns(page: Page) -> frozenset[str]:
    """The site's columns, in the fold, as the middle of the <title> names them: 标题｜新聞速報｜中時電子報."""
    return frozenset(fold(part) for part in _title_parts(page)[1:-1])


def is_of(name: str, own: Mapping[str, str]) -> bool:
    """Whether a name is one of the site's own, in full or in short: 中央社 of 中央社 CNA."""
    folded = fold(name)
    return any(one.startswith(folded) or one.endswith(folded) for one in own)


def _title_parts(page: Page) -> list[str]:
    parts = _TITLE_PARTS.split((page.stated_title or "")[:300])
    return [part.strip() for part in parts if part.strip()]


def in_meta(page: Page) -> str | None:
    """The source in meta tags; 人民网 writes the label too (来源：人民日报). A name from og:site_name is no source."""
    stated: dict[str, str] = {}
    for name, content in page.meta:
        if name in META_SOURCES:
            stated.setdefault(name, content)
    site = {fold(content) for name, content in page.meta if name == "og:site_name"}
    for name in META_SOURCES:
        if (
            name in stated
            and (found := cleaned(stated[name]))
            and not re.search(r"^https?:|^\d+$|www\.", found)
            and fold(found) not in site
        ):
            return found
    return None


def in_script(text: str) -> str | None:
    """The source that a script's data names; only for pages whose text is in a script."""
    match = _SCRIPT.search(text)
    return cleaned(match[1]) if match else None


def address(page: Page, lines: Sequence[Line], hinted: Sequence[Element], source: str | None) -> str | None:
    """The address that the source line links or prints, or that meta tags state; a page's before a host's."""
    stated = [*_cited(lines, hinted, source), *_stated(page)]
    if page.finder is None or not stated:
        return None
    base = stated_base((one for one in page.finder.told.naming if one.tag == "base"), page.url)
    found = [url for href in stated if _is_anothers(url := joined(base, href), page)]
    return next((url for url in found if _is_of_page(url)), found[0] if found else None)


def _cited(lines: Sequence[Line], hinted: Sequence[Element], source: str | None) -> Iterator[str]:
    """What lines link as the original or under the source's name, and what they print behind a label, as 原文链接 in
    the line above may be."""
    name, label = fold(source or ""), ""
    for line in lines:
        said = line.text
        above, label = label, said if len(said) < 40 and _TO_ORIGINAL.fullmatch(said) else ""
        has_address = "://" in said or "www." in said
        if not (line.linked or has_address):
            continue
        labelled = _CITES.search(above + line.text) is not None
        # names are cleaned only where the line has one's beginning: links beside a text are many
        may_tell = labelled or "原" in line.text or (name and name[:2] in line.folded)
        if line.linked and len(line.text) <= 300 and may_tell:
            before = f"{above.rstrip(':：')}："
            for link, text in _links(line):
                is_elses = _BEFORE_ELSE.search(before[-12:])
                if (
                    not is_elses
                    and link is not None
                    and (
                        _TO_ORIGINAL.fullmatch(text)
                        or (labelled and _BEFORE_ORIGINAL.search(before[-20:]))
                        or _names(text, name, labelled=labelled)
                    )
                ):
                    yield link.get("href") or ""
                before += text
        if has_address and (cites := _CITES.search(above + line.text[:200])):
            printed = _ADDRESS.search(above + line.text, cites.end())
            if printed and printed.start() <= cites.end() + 30:
                bare = printed[0].rstrip(".,;:!?")
                yield bare if "://" in bare else f"http://{bare}"
    for element in hinted:
        for link in (*element.iter("a"), *element.iterancestors("a")):
            if _names("".join(link.itertext()), name, labelled=True):
                yield link.get("href") or ""


def _links(line: Line) -> Iterator[tuple[Element | None, str]]:
    """The runs of a line's text, each with the link around it."""
    last, said = None, ""
    for piece in line.pieces:
        home = piece.element
        link = home if home.tag == "a" else next(home.iterancestors("a"), None)
        if link is not last and said:
            yield last, tidy(said)
            said = ""
        last, said = link, said + piece.text
    yield last, tidy(said)


def _names(text: str, name: str, *, labelled: bool) -> bool:
    """Whether a link's text is the source's folded name; behind a label a part of it is enough."""
    said = fold(cleaned(text) or "")
    return bool(said and name) and (
        said == name or (labelled and len(said) > 1 and (said in name or name in said))
    )


def _stated(page: Page) -> Iterator[str]:
    """The addresses of the source in meta tags and linked data."""
    yield from (
        content
        for name, content in page.meta
        if name in META_ADDRESSES and content.startswith(("http://", "https://"))
    )
    if _IS_BASED_ON.search(page.text):
        yield from (found.replace("\\/", "/") for found in _BASED_ON.findall(page.text))


def _is_anothers(url: str, page: Page) -> bool:
    """Whether an address is a page's on the web, and neither this page's own, nor its site's front page or a list."""
    parts, own = parted(url), parted(page.url)
    host = parts.hostname or ""
    is_address = parts.scheme in ("http", "https") and "." in host
    if not is_address or _PRIVATE.fullmatch(host) or _SHARES.search(url):
        return False
    if _bare(url) in (_bare(page.url), _bare(page.canonical_url or page.url)):
        return False
    return host != own.hostname or re.search(r"\d{4}[^/]*$", parts.path) is not None


def _is_of_page(url: str) -> bool:
    parts = parted(url)
    return bool(parts.path.strip("/")) or re.search(r"\d", parts.query) is not None


def _bare(url: str) -> str:
    """An address without its scheme and the forms of its host."""
    return re.sub(r"^(?:www|m|wap)\.", "", url.partition("//")[2].partition("#")[0].rstrip("/"))
