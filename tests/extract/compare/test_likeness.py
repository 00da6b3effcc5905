import pytest

from extract.compare.fingerprint import sample, spacing
from extract.compare.likeness import Likeness, compare, imprint, is_passage, is_same, rarity

# Invented; long enough that a share says something.
BRIDGE = (
    "清河大桥昨天正式通车。这座跨越清河的大桥全长两千一百米，双向六车道，历时三年零四个月建成。\n"
    "市交通局负责人介绍，大桥采用双塔斜拉结构，主跨四百二十米，是全省同类桥梁中跨度最大的一座。\n"
    "通车以后，从老城区到新区的车程由四十分钟缩短到八分钟，沿线十二个村镇的居民出行更加方便。\n"
    "住在河东的王大爷清早就来到桥头，他说等了大半辈子，终于不用再排队等渡船了。"
)
BRIDGE_HANT = (
    "清河大橋昨天正式通車。這座跨越清河的大橋全長兩千一百米，雙向六車道，歷時三年零四個月建成。\n"
    "市交通局負責人介紹，大橋采用雙塔斜拉結構，主跨四百二十米，是全省同類橋梁中跨度最大的一座。\n"
    "通車以後，從老城區到新區的車程由四十分鍾縮短到八分鍾，沿線十二個村鎮的居民出行更加方便。\n"
    "住在河東的王大爺清早就來到橋頭，他說等了大半輩子，終於不用再排隊等渡船了。"
)
LIBRARY = (
    "县图书馆新馆下月起试开放。新馆藏书三十万册，设有儿童阅览室、古籍室和二十四小时自助书房。\n"
    "馆长说，试开放期间读者凭身份证即可入馆，借书免押金，周一闭馆整理。\n"
    "图书馆旁边的公园同时改造完工，新添了一条两公里的步道和三处亭子。"
)
DISCLAIMER = "特别声明：以上内容仅代表作者本人观点，不代表本网立场，如有版权问题请于三十日内与本网联系处理。"


def bulletin(day: int, new: int, total: int, cured: int, watched: int) -> str:
    return (
        f"{day}日零时至二十四时，全市新增确诊病例{new}例，累计确诊病例{total}例，累计治愈出院{cured}例。"
        f"现有密切接触者{watched}人正在接受医学观察，当日解除医学观察{watched - total}人，追踪到{watched + cured}人。"
    )


def likeness(one: str, other: str, printed_everywhere: str = "") -> Likeness:
    common = set(imprint(printed_everywhere).grams.hashes)
    prints = [imprint(one), imprint(other)]
    samples = [sample(p.grams, spacing(len(p.grams.hashes), 400)) for p in prints]
    return compare(*prints, *(rarity(p, s, common) for p, s in zip(prints, samples, strict=True)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BRIDGE, BRIDGE),
        (BRIDGE, BRIDGE_HANT),
        (BRIDGE, "\n".join(BRIDGE.split("\n")[:2])),
        (BRIDGE, "\n".join(reversed(BRIDGE.split("\n")))),
        (BRIDGE, BRIDGE + "\n" + BRIDGE),
        (BRIDGE, "责任编辑：刘佳\n" + BRIDGE.replace("大桥", "大乔").replace("负责", "副责")),
        (BRIDGE, BRIDGE + "\n" + LIBRARY.split("\n")[0]),
    ],
)
def test_one_story(one: str, other: str) -> None:
    assert is_same(likeness(one, other), same_headline=False)
    assert is_same(likeness(other, one), same_headline=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BRIDGE, LIBRARY),
        (BRIDGE, ""),
        ("", ""),
        (BRIDGE, LIBRARY + "\n" + BRIDGE.split("\n")[2]),
        (bulletin(8, 31, 746, 71, 5290), bulletin(9, 27, 804, 98, 4981)),
    ],
)
def test_two_stories(one: str, other: str) -> None:
    assert not is_same(likeness(one, other), same_headline=False)
    assert not is_same(likeness(other, one), same_headline=False)


def test_most_of_a_text_set_into_other_news_is_quoted() -> None:
    news = f"{BRIDGE}\n桥下的滨河公园也同时开放了。"
    quoted = "\n".join(news.split("\n")[:3])  # three quarters of it

    assert not is_same(likeness(news, f"{LIBRARY}\n{quoted}"), same_headline=False)
    assert is_same(likeness(news, f"{LIBRARY}\n{quoted}"), same_headline=True)
    assert is_same(likeness(news, quoted), same_headline=False)


def test_a_number_does_not_stand_in_a_longer_one() -> None:
    one, other = "机场取消航班三十班，延误航班5班", "机场取消航班三十班，延误航班50班"

    assert likeness(one, one).verbatim
    assert not likeness(one, other).verbatim


def test_the_ends_of_two_phrases_that_meet_are_as_common_as_they() -> None:
    phrases = (DISCLAIMER, LIBRARY.split("\n")[0])
    print_ = imprint("".join(phrases))
    common = {value for phrase in phrases for value in imprint(phrase).grams.hashes}

    sampled = {value: at for value, at in print_.grams.places.items() if at % 6 == 0}

    rare = rarity(print_, sampled, common).letters
    assert rare.count(1) <= 6  # what lies before the first and behind the last


def test_a_bulletin_is_its_own_copy() -> None:
    text = bulletin(8, 31, 746, 71, 5290)

    assert is_same(likeness(text, "转发：" + text), same_headline=False)


def test_what_everybody_prints_makes_no_story() -> None:
    one = "图书馆新馆下月起试开放，凭身份证即可入馆。\n" + 2 * DISCLAIMER
    other = "春耕开始了，农机站忙起来。\n" + 2 * DISCLAIMER

    assert is_same(likeness(one, other), same_headline=False)
    assert not is_same(likeness(one, other, 2 * DISCLAIMER), same_headline=False)


def test_what_everybody_prints_does_not_hide_a_copy() -> None:
    part = BRIDGE.split("\n")[0] + "\n" + DISCLAIMER + "\n" + DISCLAIMER[::-1]

    assert not is_same(likeness(BRIDGE, part), same_headline=False)
    assert is_same(likeness(BRIDGE, part, DISCLAIMER + DISCLAIMER[::-1]), same_headline=False)


def test_a_caption_is_judged_whole() -> None:
    one, other = (
        "图为清河大桥通车仪式现场，记者刘佳摄。",
        "图为清河大桥夜景，市民在桥头拍照留念，记者李明摄。",
    )

    assert not is_same(likeness(one, other), same_headline=False)
    assert is_same(likeness(one * 2, one * 2), same_headline=False)


def test_a_repeated_paragraph_is_a_passage() -> None:
    report = LIBRARY + "\n" + "\n".join(BRIDGE.split("\n")[1:3])

    assert is_passage(likeness(report, BRIDGE).one)
    assert not is_passage(likeness(LIBRARY, BRIDGE).one)


def test_the_share_is_of_the_part_wherever_it_came_first() -> None:
    part = "\n".join(BRIDGE.split("\n")[:2])

    found = likeness(BRIDGE, part)

    assert found.contained is found.other
    assert found.contained.letters == 1.0
    assert (found.contained.start, found.contained.end) == (0, found.contained.size)


@pytest.mark.slow
def test_a_million_letters_are_cut_short() -> None:
    assert len(imprint("啊" * 1_000_000).text) == 100_000
