"""Makes extract/script/fold.tsv, the shipped table of character classes, from OpenCC's dictionaries and a hand list.

`python -m extract.script.foldtable > extract/script/fold.tsv` writes it again. A changed table asks for a new VERSION:
every stored fingerprint and search row was made with the old one.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import resources

VERSION = 3

_CHARACTER_TABLES = (
    "STCharacters.txt",
    "TSCharacters.txt",
    "TWVariants.txt",
    "TWVariantsRev.txt",
    "HKVariants.txt",
    "HKVariantsRev.txt",
)

_SHAPES = """
    铺舖 果菓 焰燄 嘴咀 菇菰 朵朶 氛雰 琅瑯 碗盌 碗椀 叫呌 凳櫈 堤隄 迪廸
    奔逩 它牠 它祂 村邨 阔濶 污汚 胁脇 浚濬 盘槃 炉鑪 劫刧 犁犂 俯俛 仙僊
    兔兎 冰氷 翱翺 韭韮 克尅 乘乗 戏戯 敕勅 孽孼 漱潄 拓搨 蛔蚘 窑窰 回迴
    回廻 喧諠 榨搾 寨砦 秸稭 策筴 筱篠 剪翦 荔茘 菱蔆 薯藷 蝶蜨 软輭 绕遶
    邻隣 酬酧 刨鉋 焊銲 韧靱 餐飱 鳌鰲 盐塩 妒妬 姐姊 懒嬾 纸帋 惭慚 欢懽
    捍扞 拿拏 捶搥 考攷 柏栢 杯桮 梅楳 棹櫂 敛歛 步歩 毡氈 莅涖 涩澁 煮煑
    砖甎 耕畊 疏疎 废癈 眯瞇 粳稉 吻脗 胸胷 船舩 蛇虵 睹覩 抵觝 宴讌 枪鎗
    罐鑵 闹閙 鞋鞵 袜韈 帆颿 飙飈 膳饍 驮駞 鬃騌 鳅鰌 鲜鱻 雁鴈 鹅鵞 麟麐
    咬齩 捏揑 凭凴 模糢 址阯 躯軀 暂蹔 耽躭
"""
"""One character in two shapes; a newspaper's house style chooses: 店铺 店舖, 水果 水菓, 火焰 火燄, 尖嘴 尖咀."""

# Written both ways by publishers, or brought in by a converter's phrases, yet joined by no table above.
_HAND_LIST = (
    *("沉沈", "什甚", "你妳", "值値", "户戸", "吴呉", "仿倣", "帐账", "扎札", "熏薰", "棋碁", "炮砲", "炮礮"),
    *("侄姪", "粘黏", "暖煖", "碰踫", "并竝", "并幷", "翻繙", "淆殽", "踪踨", "憩憇", "匆怱", "剩賸", "略畧"),
    *("窗窻", "穗繐", "戚鏚", "酰醯", "吣唚", "愈瘉", "猿猨", "强彊", "裙帬", "麻蔴", "局跼", "仿髣", "佛髴"),
    # one for the other in either script's own words: 对象 对像, 路径 路逕, 小溪 小谿, 扇风 搧风, 狐狸 狐貍, 土坯 土坏
    *("象像", "径逕", "溪谿", "扇搧", "狸貍", "坏坯"),
    # 坐标 座標, 家具 傢俱, 呆着 待著, 荫蔽 廕庇: the phrases of the dictionaries that their characters' tables part
    *("坐座", "俱具", "呆待", "庇蔽"),
    *_SHAPES.split(),
    # radicals that text copied out of a PDF holds in place of the character; NFKC leaves these
    *(
        "⺠民",
        "⻄西",
        "⻅见",
        "⻋车",
        "⻓长",
        "⻔门",
        "⻚页",
        "⻛风",
        "⻜飞",
        "⻢马",
        "⻥鱼",
        "⻦鸟",
        "⻩黄",
        "⻰龙",
    ),
)


def build() -> str:
    """The text of extract/script/fold.tsv: one line a class, then the telling characters.

    A class folds to its first member. `hans` and `hant` list the characters only one script writes.
    """
    classes = sorted("".join(members) for members in _classes(_pairs()))
    lines = [f"version\t{VERSION}"]
    lines += [f"fold\t{members}" for members in classes]
    lines += [f"hans\t{''.join(sorted(_hans_only()))}", f"hant\t{''.join(sorted(_hant_only()))}"]
    return "\n".join(lines) + "\n"


def _pairs() -> Iterator[tuple[str, str]]:
    for table in _CHARACTER_TABLES:
        for character, candidates in _rows(table):
            for candidate in candidates:
                yield character, candidate
    for pair in _HAND_LIST:
        yield pair[0], pair[1]


def _rows(table: str) -> Iterator[tuple[str, list[str]]]:
    path = resources.files("opencc") / "dictionary" / table
    for line in path.read_text(encoding="utf-8").splitlines():
        character, candidates = line.split("\t")
        yield character, candidates.split(" ")


def _classes(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The connected components of the pairs, singles left out (union-find)."""
    parents: dict[str, str] = {}

    def root(character: str) -> str:
        while (parent := parents.setdefault(character, character)) != character:
            character = parent
        return character

    for first, second in pairs:
        low, high = sorted((root(first), root(second)))
        parents[high] = low
    members = defaultdict(list)
    for character in sorted(parents):
        members[root(character)].append(character)
    # a radical is a sign, and signs are dropped: a letter must stand for the class
    return [sorted(group, key=_sign_last) for group in members.values() if len(group) > 1]


def _sign_last(character: str) -> tuple[bool, str]:
    return not character.isalnum(), character


def _hans_only() -> set[str]:
    traditional = {character for character, _ in _rows("TSCharacters.txt")}
    traditional |= {candidate for _, candidates in _rows("STCharacters.txt") for candidate in candidates}
    return {character for character, _ in _rows("STCharacters.txt")} - traditional


def _hant_only() -> set[str]:
    simplified = {character for character, _ in _rows("STCharacters.txt")}
    simplified |= {candidate for _, candidates in _rows("TSCharacters.txt") for candidate in candidates}
    return {character for character, _ in _rows("TSCharacters.txt")} - simplified


if __name__ == "__main__":
    sys.stdout.write(build())
