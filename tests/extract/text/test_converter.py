from extract.text import converter


def test_pinyin_in_brackets_is_counted_and_removed() -> None:
    text = "網(wǎng)站報(bào)道建(jiàn)層(céng)"

    assert converter.readings(text) == 4
    assert converter.without_readings(text) == "網站報道建層"


def test_english_and_names_in_brackets_are_no_readings() -> None:
    text = "奥尔德林(Buzz Aldrin)和纽约州立大学（State University）（SUNY）的联盟(NBA)"

    assert converter.readings(text) == 0
    assert converter.without_readings(text) == text


def test_doubled_marks_and_emoji_go() -> None:
    clean = converter.cleaned("流進麥田,。這條渠，,通水三年，，靠天吃飯。  👍村民們")

    assert clean.text == "流進麥田。這條渠，通水三年，靠天吃飯。村民們"
    assert (clean.doubled, clean.emoji) == (3, 1)
