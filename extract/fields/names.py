"""The names of people in a credit, beside a label or a role, and the name of their medium."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from extract.fields.surnames import COMMON, NO_NAME, NO_NAMES, NOBODY, RARER, TOWNS, TWO_CHARACTERS

_PERSON = re.compile(f"(?:(?:{TWO_CHARACTERS})[一-鿿]{{1,2}}|[{COMMON}{RARER}][一-鿿]{{1,2}})")
FULL_NAME = f"[{COMMON}][一-鿿]{{2}}"
"""A name of three characters with one of the commonest surnames."""
_FULL_NAME = re.compile(f"[{COMMON}][一-鿿]{{2}}|[{COMMON}]\\s[一-鿿]")
_SHORT_NAME = re.compile(f"[{COMMON}][一-鿿]")
# ● 叶鹏程　北京特派员
_NAME_THEN_ROLE = re.compile(
    r"[●■□◎○◆▲\s]{0,3}(?P<names>[一-鿿]{2,3}(?:[、\s]{1,2}[一-鿿]{2,3}){0,3})\s{1,3}[一-鿿]{0,6}?(?:特派[员員]|特[约約派]?(?:记者|記者)|记者|記者)"
)
# 易天/文 王磊/图
_NAME_AND_WORK = re.compile(
    r"(?:^|[\s·者])(?P<names>[一-鿿]{2,3}(?:[、\s][一-鿿]{2,3}){0,3})\s?[/／]\s?文(?=$|[\s、,，])"
)
_AUTHOR_NAME = re.compile(
    r"(?:^|[-_\s\d])(?:author|author-?name|writer|zuozhe|byline|reporter|original|article-?author)(?:$|[-_\s]|baidu)",
    re.I,
)
_NO_AUTHOR = re.compile(r"log(?:in|on)|nickname|sign-?in|comment|reply|tie-author", re.I)
_BOXED = re.compile(
    r"[□■●◎]\s{0,2}(?P<names>[一-鿿]{2,3}(?:[、\s]{1,2}[一-鿿]{2,3}){0,2})(?:\s?[(（][一-鿿]{2,8}[)）])?"
)
_FOREIGN = re.compile(
    r"[一-鿿]{1,6}(?:[·•・．.‧][一-鿿]{1,8}){1,3}|[A-Z][A-Za-z.'-]{1,15}(?: [A-Z][A-Za-z.'-]{0,15}){1,3}"
)
PLACES = (
    "台北|臺北|新北|桃園|台中|臺中|台南|臺南|高雄|基隆|新竹|花蓮|屏東|嘉義|彰化|南投|雲林|宜蘭|苗栗|台東|臺東|澎湖|金門|北京|上海|香港|澳门|澳門|广州|廣州|深圳|东京|東京|华盛顿|華盛頓|纽约|紐約|"
    "伦敦|倫敦|巴黎|首尔|首爾|莫斯科|武汉|武漢|南京|杭州|成都|重庆|重慶|天津|西安|郑州|长沙|長沙|沈阳|瀋陽|大连|青岛|济南|福州|厦门|南昌|合肥|太原|石家庄|哈尔滨|长春|昆明|贵阳|南宁|海口|兰州|西宁|银川|拉萨|乌鲁木齐|呼和浩特|洛杉磯|洛杉矶"
)
# the desk that a report comes from: 娛樂中心, 社會組
_DESK = re.compile("[一-鿿]{2,4}(?:中心|組|组|部|室)")
# a medium's name and its brand: 新頭殼newtalk
_BRANDED = re.compile(r"[一-鿿]{2,8}\s?[A-Za-z]{3,12}")
_BRAND_FIRST = re.compile(rf"(?P<medium>{_BRANDED.pattern})\s+(?=[一-鿿])")
_PLACE_LAST = re.compile(f"(?:{PLACES})$")
_ROLE_WORDS = "记者|記者|通讯员|通訊員|特派员|特派員|实习生|實習生|撰稿人|撰稿|采写|執筆|执笔|撰文|编译|編譯"
_ROLE_WORD = re.compile(_ROLE_WORDS)
_ROLE = (
    r"(?:(?:本报|本報|本刊|本网|本網|本台|特约|特約|見習|见习|实习|實習|全媒体|全媒體|首席|驻[一-鿿]{1,4}|駐[一-鿿]{1,4}|驻站|高级|资深|資深|大陆|大陸|地方|攝影|文字|财经|影像)?"
    rf"(?:{_ROLE_WORDS}))"
)
ROLE = re.compile(_ROLE)
"""What a person is who writes: 记者 (reporter), 通讯员 (correspondent)."""
HOW = (
    "(?:即時|即时|綜合|综合|專訪|专访|現場|现场|連線|连线|採訪|采访|整理|深度|直擊|獨家|独家|特別|特别|專題|专题|外電|外电|攝影|图文"
    "|圖文|文字|電話|电话)"
)
_SAID = (
    "(?:報導|報道|报导|报道|專電|专电|電|电|讯|訊|整理"
    "|編譯|编译|翻譯|翻译|撰文|特稿|專訪|专访|综述|綜述|採訪|采访|分析)"
)
_SAID_ENDS = frozenset(word[-1] for word in _SAID.strip("(?:)").split("|"))
_REPORTED = re.compile(rf"(?:\d{{1,2}}日)?{HOW}{{0,2}}{_SAID}[。.]?$")
_PLACE_AND_DAY = re.compile("[一-鿿]{2,8}\\d{1,2}日(?:[专專])?[讯訊电電]")
_FROM = re.compile(r"\s?(?:发自|發自)\s?.{1,10}$")
MEDIA = (
    "报|報|网|網|社|台|臺|新闻|新聞|周刊|週刊|杂志|雜誌|客户端|客戶端|在线|在線|电视|電視|通讯|通訊|财经"
    "|財經|廣播|科技|观察|之声|广播|新媒体|融媒体|经济报道|經濟報導|海外版|参考消息|之音|卫视|衛視|半月[谈談]"
)
"""Words in which the names of media end."""
_MEDIUM = re.compile(rf"(?:{MEDIA}|資訊|资讯|快報|日报)$")
_MEDIUM_FIRST = re.compile(
    r"^[一-鿿·]{1,10}?(?:日报|日報|晚报|晚報|时报|時報|晨报|早报|都市报|报|報|网|網|通訊社|通讯社|社|電視台|电视台|電視|电视|台|臺|新闻|新聞|客户端|在线|财经|周刊|交汇点)\s?(?=[一-鿿])"
)
_SLASHES = re.compile(r"\s?[／/╱∕|｜]\s?")
_SEPARATOR = re.compile(
    r"[、，,;；&＆＋+]\s?|(?:(?<!\s)|(?<=[、，,;；&＆＋+]\s))\s++(?=[一-鿿])|和(?=[一-鿿]{2,3}$)"
)
SIGNS = "／/╱∕|｜報报記记訊讯電电發发理譯译通"
"""One of these is in every credit: a slash, or a character of a role or of a word like 報導."""
_SIGNS = re.compile(f"[{SIGNS}]")
# 记者 秦勉 文/图
_AND_PICTURES = re.compile(r"[\s/／]文\s?[、/／+]?\s?(?:[图圖摄攝]|[摄攝]影)$")
_PICTURED = tuple("图圖摄攝影")
_PICTURE = re.compile("[摄攝]$|翻拍|翻攝|提供$|供图|供圖|^[图圖]")
_ROLE_SLASH = re.compile(rf"({_ROLE})\s?[／/╱∕|｜]")
# a part of its own that says what the person before or behind it did
_LABEL = re.compile("文|图文|圖文|撰文|撰稿|采写|採訪|采访|编译|編譯|整理|作者|执笔|文字|综合|綜合|文稿")
_WORK = re.compile("^(?:整合|文|撰文|撰稿|采写|整理|编译|作者|本文)[:：\\s]\\s?")
_CLAUSE = re.compile("[，。！？“”、；]")
_WORD = re.compile("[一-鿿A-Za-z]")
# 侨报记者赵桐6月25日纽约报道: the day and place behind the last name
_DAY_AND_PLACE = re.compile(r"\s?\d{1,2}月\d{1,2}日[一-鿿]{0,8}$")
# the code of a member of staff: _NB12556, PN039
_CODE = re.compile(
    r"_?(?<![A-Za-z\d])(?:[A-Z]{1,5}_?\d{2,8}|\d{3,8})(?![A-Za-z\d])|(?<=[_\s])[A-Z]{2}\d{0,4}$"
)
_MAIL = re.compile(r"(?:电子|電子)?(?:邮[箱件]|郵[箱件]|信箱|e-?mail\b|[\w.+-]{1,40}@).*$", re.I)
_UNIT = re.compile(
    "[一-鿿]{1,16}(?:局|委|办|部|院|校|中学|小学|大学|镇|乡|村|公司|中心|站|所|队|支部|科|处|室|会|厂|团|县|市|区|州|盟|旗|政府|街道|社区|银行|集团)"
    r"[\s:：]+(?=[一-鿿])"
)
STATUS = re.compile(r"[(（](?:实习|實習|见习|見習)(?:生|记者|記者|编辑|編輯)?[)）]")
"""What a person is still learning: 孟凡（实习记者）."""
_LABEL_BEFORE = re.compile(r"^(?:本报|特约|见习|实习|首席)*(?:记者|記者|通讯员|作者)\s*[:：]?\s*")
_PARTS = re.compile(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])|[、;；/／&＆和|]+\s*")
_ROLE_BEFORE = re.compile(
    r"^(?:本报|本網|本网|全媒体|见习|实习|特约|首席)*(?:记者|記者|通讯员|通訊員|实习生|實習生|实习编辑|特派员|特派員)"
)
# what another label or another's role begins in a line of names
_OTHER_ROLE = re.compile(
    r"\s[一-鿿]{0,3}?(?:编辑|編輯|责编|責編|责任编辑|責任編輯|校对|校對|审核|美编|摄影|攝影|图|翻译|译者|来源|來源)"
    r"\s?[:：/／]?\s?[一-鿿、 ]{2,20}$"
)
_BRACKETS = "()（）[]【】〔〕［］「」<>〈〉 　□■◎●◇◆△▲★☆—-－:：."
_MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class Credit:
    """The people and the medium that a credit names.

    `is_proven`: a role, a label or a word like 報導 proves that it is a credit.
    """

    names: tuple[str, ...]
    medium: str | None = None
    is_proven: bool = False


def is_person(name: str) -> bool:
    """Whether a word is a person's full name by its surname and length: 赵明远, 欧阳修远, 李妍."""
    return _PERSON.fullmatch(name) is not None and NO_NAME.search(name) is None


def is_plain_name(line: str) -> bool:
    """Whether a line is three characters, or two set apart, that begin with one of the commonest surnames."""
    return _FULL_NAME.fullmatch(line) is not None and NO_NAME.search(line.replace(" ", "")) is None


def is_short_name(name: str) -> bool:
    """Whether two characters are a name with one of the commonest surnames and no word that begins like one."""
    is_word = NO_NAME.search(name) or NO_NAMES.fullmatch(name)
    return _SHORT_NAME.fullmatch(name) is not None and not is_word


def are_people(words: Sequence[str]) -> bool:
    """Whether two or more words are full names, one of them a common one: 柳青青 石小磊."""
    return 2 <= len(words) <= 4 and all(map(is_person, words)) and any(map(is_plain_name, words))


def signed(line: str) -> tuple[str, ...]:
    """The people of a line that is their names with a sign before, or a role or 文 behind: □易天, ● 叶鹏程　北京特派员,
    易天/文 王磊/图."""
    match = _NAME_THEN_ROLE.fullmatch(line) or _BOXED.fullmatch(line)
    match = match or (_NAME_AND_WORK.search(line) if "文" in line else None)
    people = tuple(re.split(r"[、\s]+", match["names"])) if match else ()
    return people if all(map(is_person, people)) else ()


def without_unit(text: str) -> str:
    """The people alone where the office, school or town that they belong to stands before them: 县农业局 张建军."""
    match = _UNIT.match(text)
    people = text[match.end() :] if match else ""
    return people if people and all(map(is_person, re.split(r"[\s、]+", people))) else text


def is_medium(name: str) -> bool:
    """Whether a word ends as the names of media do."""
    return 2 <= len(name) <= 14 and _MEDIUM.search(name) is not None


@lru_cache(maxsize=4_000)
def is_authors(near: str) -> bool:
    """Whether an element is the author's place, by its class and id and those around it; elements share few."""
    return _AUTHOR_NAME.search(near) is not None and not _NO_AUTHOR.search(near)


def is_no_author(near: str) -> bool:
    """Whether class and id are those of a login box or a comment, whose names are readers'."""
    return _NO_AUTHOR.search(near) is not None


def may_credit(text: str) -> bool:
    """Whether a text has one of the characters that every credit has: a slash, or one of a role or a word like 報導."""
    return _SIGNS.search(text) is not None


def credit(text: str) -> Credit | None:
    """The people in a credit with slashes, a role or 報導: 聯合報╱記者張嘉芳／台北報導, 李三娃／四川成都.

    `text` is a line or the words in its brackets. None for any other text, also for a bare name.
    """
    text = without_pictures(text.strip(_BRACKETS))
    if not 2 <= len(text) <= 50 or not _SIGNS.search(text) or _PICTURE.search(text):
        return None
    if not _SLASHES.search(text):
        return _unslashed(text)
    text = _ROLE_SLASH.sub(r"\1 ", text)
    parts = [part.strip(_BRACKETS) for part in _SLASHES.split(text)]
    if len(parts) == 1:
        return _unslashed(parts[0])
    return _slashed(parts) if len(parts) <= 4 else None


def pair(words: Sequence[str]) -> tuple[str, str] | None:
    """The medium and the person that two words name, in either order: 青岚日报 林大为."""
    if len(words) != 2:
        return None
    for medium, person in (tuple(words), tuple(reversed(words))):
        if _MEDIUM.search(medium) and len(medium) >= 3 and is_person(person) and not _MEDIUM.search(person):
            return medium, person
    return None


def reported(text: str) -> bool:
    """Whether a line ends in 報導 or its like."""
    return _said(text) is not None


def _said(text: str) -> re.Match[str] | None:
    """報導 or its like at the end of a text. The last characters are looked at first: most texts end in others."""
    return None if _SAID_ENDS.isdisjoint(text[-3:]) else _REPORTED.search(text)


def _role(text: str) -> re.Match[str] | None:
    """The first role in a text, with what stands before it. The bare word is looked for first: that is faster."""
    return ROLE.search(text) if _ROLE_WORD.search(text) else None


def is_nobody(text: str) -> bool:
    """Whether the words of a credit say how and where it was reported, but name nobody: 綜合報導／台北, 社會中心."""
    parts = [part.strip(_BRACKETS) for part in _SLASHES.split(text)]
    return all(
        _DESK.fullmatch(part) or re.fullmatch(f"(?:{PLACES})?(?:{HOW}{{0,2}}{_SAID})?", part)
        for part in parts
    )


def without_pictures(text: str) -> str:
    """A credit without the words that its people took the pictures too: 记者 秦勉 文/图."""
    return _AND_PICTURES.sub("", text) if text[-1:] in _PICTURED else text


def without_desk(text: str) -> str:
    """A credit without the desk before its slash: 娛樂中心／張群報導."""
    return re.sub(rf"^{_DESK.pattern}(?=\s?[／/╱∕|｜])", "", text)


def bare(text: str) -> tuple[str, ...]:
    """The full names in a text of names alone: 常书香 马丹阳; empty if the text has any other word."""
    parts = [part for part in _SEPARATOR.split(_closed_up(text.strip(_BRACKETS))) if part]
    return tuple(parts) if 1 <= len(parts) <= 6 and all(map(is_person, parts)) else ()


def joined(names: str) -> str | None:
    """Names of people joined by 、: staff codes dropped, two characters apart made one name (耿  磊)."""
    names = _CODE.sub(" ", _MAIL.sub("", names)).replace("，", "、").replace(",", "、")
    if (clause := names.rfind("、")) >= 0 and len(names) - clause > 5 and " " not in names[clause:].strip():
        names = names[:clause]
    names = STATUS.sub("", names).strip(" \u3000、,，:：()（）[]【】|丨/")
    names = _LABEL_BEFORE.sub("", names)
    whole: list[str] = []
    waiting = ""
    for part in filter(None, _PARTS.split(names)):
        part = _ROLE_BEFORE.sub("", part)
        if len(part) == 1 and "\u4e00" <= part <= "\u9fff":
            waiting, part = ("", waiting + part) if waiting else (part, "")
        if part:
            whole.append(part)
    if waiting:
        whole.append(waiting)
    whole = [part for part in whole if _WORD.search(part) and not NOBODY.search(part)][:_MOST_NAMES]
    return "、".join(dict.fromkeys(whole)) or None


def printed(line: str) -> str | None:
    """A byline as printed, names of two characters set apart made one: 本报记者  耿  磊 is 本报记者 耿磊."""
    line = _OTHER_ROLE.sub("", _CODE.sub(" ", line))
    parts = [part for part in line.strip(" \u3000,，:：|丨/").split() if part]
    whole: list[str] = []
    single = False
    for part in parts:
        lone = len(part) == 1 and "\u4e00" <= part <= "\u9fff"
        if lone and single:
            whole[-1] += part
        else:
            whole.append(part)
        single = lone and not single
    found = " ".join(whole)
    return found if found and not NOBODY.search(found) else None


def _slashed(parts: list[str]) -> Credit | None:
    """记者张三／台北報導, 聯合報／記者張三／台北報導, 中廣新聞／楊菁惠, 文/张三, 李三娃／四川成都."""
    medium: str | None = None
    names: list[str] = []
    # behind a name that 報導 or a role follows, any short word before it is one
    is_proven = any(_REPORTED.search(part) or _LABEL.fullmatch(part) for part in parts)
    for number, part in enumerate(parts):
        is_desk = not number and _DESK.fullmatch(part) is not None
        if is_desk and len(parts) == 2 and (found := _of_desk(parts[1])):
            return Credit(tuple(found), None, is_proven=True)
        if not number and _BRANDED.fullmatch(part) and len(parts) == 2 and (found := _of_desk(parts[1])):
            return Credit(tuple(found), part, is_proven=True)
        if _LABEL.fullmatch(part) or (number and _REPORTED.search(part) and len(part) <= 12):
            continue
        if not names and not is_medium(part) and (found := _people(part, any_word=is_proven)):
            names, is_proven = found, is_proven or ROLE.search(part) is not None
        elif is_medium(part) and medium is None and number < 2:
            medium = part
        elif not names or not re.fullmatch("[一-鿿]{2,6}", part):
            return None
    ends_in_place = len(parts) == 2 and medium is None and is_person(parts[0]) and not is_person(parts[1])
    return (
        Credit(tuple(names), medium, is_proven) if names and (is_proven or medium or ends_in_place) else None
    )


def _of_desk(part: str) -> list[str]:
    """The people that report for a desk or a medium: 張群報導; a place alone (馬公報導) is none."""
    found = _people(part) if _REPORTED.search(part) else []
    return [] if any(TOWNS.fullmatch(name) or re.fullmatch(PLACES, name) for name in found) else found


def _unslashed(text: str) -> Credit | None:
    """中央社記者邱俊欽桃園19日電, 张文禄报道, 王霄 发自上海."""
    if first := _BRAND_FIRST.match(text):  # 新頭殼newtalk 翁嫆琄 綜合報導
        found = _unslashed(text[first.end() :])
        return found and Credit(found.names, found.medium or first["medium"], is_proven=True)
    rest = _FROM.sub("", text) if "自" in text else text
    said = _said(rest)
    is_proven = rest != text or said is not None
    role = _role(rest)
    if _PLACE_AND_DAY.fullmatch(text):  # （文冬19日讯）
        return None
    if (role is None and not is_proven) or (role and _CLAUSE.search(rest[: role.start()])):
        return None
    names = _people(rest)
    if not names:
        return None
    first = _MEDIUM_FIRST.match(rest[: rest.find(names[0])])
    before = rest[: role.start()] if role else first[0] if first else ""
    medium = _WORK.sub("", before).strip(" ·")
    return Credit(tuple(names), medium if is_medium(medium) and medium[0] != "本" else None, is_proven)


def _people(text: str, *, any_word: bool = False) -> list[str]:
    """The names in a part of a credit, without roles, the medium before them and the place behind them."""
    said = _said(text)
    text = text[: said.start()] if said else text
    text = _DAY_AND_PLACE.sub("", text)
    role = _role(text)
    if role and role.start() <= 16:
        text = text[role.end() :]
    text = ROLE.sub("、", text) if role else text
    if not role and (first := _MEDIUM_FIRST.match(f"{text}　人")):
        text = text[first.end() :]
    parts = [part.strip(_BRACKETS) for part in _SEPARATOR.split(_closed_up(text))]
    parts = [part for part in parts if part]
    names: list[str] = []
    for number, part in enumerate(parts[:_MOST_NAMES]):
        is_last = said is not None and number == len(parts) - 1
        name = _without_place(part) if is_last else part
        if is_person(name) or _FOREIGN.fullmatch(name):
            names.append(name)
        elif (is_last and (number or not name)) or (role and names and re.fullmatch(PLACES, name)):
            continue  # the place where it was reported
        elif (role or any_word) and _is_name_behind_role(name):
            names.append(name)
        else:
            return []
    return names


def _is_name_behind_role(name: str) -> bool:
    """Whether a word behind 记者 may be a name: two or three characters that are no place, medium or word."""
    return (
        re.fullmatch("[一-鿿]{2,3}", name) is not None
        and not NO_NAME.search(name)
        and not re.fullmatch(PLACES, name)
    )


def _without_place(name: str) -> str:
    """A name that runs on into the place of the report: 林宜靜台北; empty if it is a place alone."""
    if re.fullmatch(PLACES, name):
        return ""
    if place := _PLACE_LAST.search(name):
        name = name[: place.start()]
    if len(name) >= 5 and is_person(name[:3]):
        return name[:3]
    return name


def _closed_up(text: str) -> str:
    """Names of two characters that blanks set apart made one: 耿  磊."""
    return re.sub(r"(?<![一-鿿])([一-鿿])\s{1,4}([一-鿿])(?![一-鿿])", r"\1\2", text)
