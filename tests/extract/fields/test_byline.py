import pytest

from extract.fields import byline, editors, names, signature
from extract.page.line import Line
from extract.page.lines import Sheet
from extract.page.page import Page


def lines(markup: str) -> list[Line]:
    tree = Page("http://a.example/", f"<html><body>{markup}</body></html>".encode()).tree
    assert tree is not None
    return Sheet(tree).lines


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("本报记者  张  三", "本报记者 张三"),
        ("本报记者  耿  磊  何田田", "本报记者 耿磊 何田田"),
        ("本报评论员", "本报评论员"),
        ("张三、李四", "张三、李四"),
        ("佚名", None),
        ("", None),
    ],
)
def test_byline_is_kept_as_printed(printed: str, kept: str | None) -> None:
    assert names.printed(printed) == kept


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        ("<div>2019-09-26 12:11来源：证券时报网<span>作者：李在山</span></div>", "李在山"),
        ("<div>作者： 记者王敬照</div>", "记者王敬照"),
        ("<p>□本报记者　宋　禾</p>", "本报记者 宋禾"),
        ('<div><span class="author">春春</span></div>', "春春"),
        ("<div>作者：　责任编辑：肖春芳</div>", None),
        ("<p>记者：修一册书要多长时间？</p>", None),
        ("<div>2023-04-18 文/赵明远 图/王小明</div>", "赵明远"),
        ("<div>2023-08-03 聯合報 記者<a>陳怡君</a>／宜蘭即時報導</div>", "陳怡君"),
        ("<p>供稿：水利学院 撰稿：赵明远 审核：孙立</p>", "赵明远"),
        ("<p>作　者：赵明远</p>", "赵明远"),
        ('<div class="author"><a>范姜佳鈺</a> 2020年03月12日</div>', "范姜佳鈺"),
    ],
)
def test_author_beside_the_headline(markup: str, names: str | None) -> None:
    assert byline.shown(lines(markup)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (["新华社巴黎12月9日电（记者唐霁）法国9日再次爆发罢工。"], "唐霁"),
        (["本报北京1月24日电  （记者甲天、乙云）昨天的会议。"], "甲天、乙云"),
        (["（中央社記者溫貴香台北21日電）行政院副院長今天表示。"], "溫貴香"),
        (["〔記者巫其倫／台北報導〕財政部今天下午公佈。"], "巫其倫"),
        (["澎湃新闻记者 段彦超 廖艳", "7岁小花的事件，仍有疑问。"], "段彦超、廖艳"),
        (["正文的一段话，到此为止。", "（羅森）"], "羅森"),
        (["正文的一段话，到此为止。", "(作者：方敏北京大学经济学院教授)"], "方敏北京大学经济学院教授"),
        (["记者从市里了解到，今年的工程已经开工。"], None),
        (["本报讯（记者 赵明远 通讯员 王小明）昨天开工。"], "赵明远、王小明"),
        (["正文的一段话，到此为止。", "今年的工程已经开工。（记者 赵明远）"], "赵明远"),
        (["正文的一段话，到此为止。", "（青岚财经 张艳）"], "张艳"),
        (["新华社记者 鞠 鹏摄", "正文的一段话，到此为止。"], None),
        (["记者手记", "正文的一段话，到此为止。"], None),
    ],
)
def test_author_credited_in_the_text(text: list[str], names: str | None) -> None:
    assert signature.author_in_text(text) == names


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("(责编：汤诗瑶、丁涛)", "汤诗瑶、丁涛"),
        ("【编辑:陈海峰】", "陈海峰"),
        ("[责任编辑:肖春芳]", "肖春芳"),
        ("【纠错】 责任编辑： 尹世杰", "尹世杰"),
        ("责任编辑：杜硕_NB12556", "杜硕"),
        ("[责任编辑：韩小林 PN039]", "韩小林"),
        ("文章編輯:劉佳", "劉佳"),
        ("策划：杨顺霖  编辑：几乎不流浪", "几乎不流浪"),
        ("编辑：陈小平  责任编辑：刘小亮", "刘小亮"),
        ("（编辑：严玉洁 王辉）", "严玉洁、王辉"),
        ("责编：Demi Xia", "Demi Xia"),
        ("责任编辑：", None),
        ("责编｜钱小月 审核｜孙立", "钱小月"),
        ("撰稿/赵明远 编辑/钱小月 责编/孙立", "孙立"),
        ("(编辑 钱小月 实习生 吴畏)", "钱小月"),
        ("总编辑：王大为", None),
        ("编辑 锁定 讨论", None),
        ("编辑：您怎么看这条河的变化？", None),
        ("文章录入：admin　责任编辑：admin", None),
        ("他曾在报社做过编辑：那是二十年前的事了。", None),
    ],
)
def test_editors(printed: str, told: str | None) -> None:
    assert editors.named([printed.replace("　", "  ")]) == told


def test_duty_editor_wins_over_editor_on_another_line() -> None:
    assert editors.named(["（编辑：严玉洁 王辉）", "【责任编辑：严玉洁】"]) == "严玉洁"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (["谢春涛", "正文的一段话，到此为止。"], "谢春涛"),
        (["赵 明", "正文的一段话，到此为止。"], "赵明"),
        (["一条河的三年", "赵明远", "正文的一段话，到此为止。"], "赵明远"),
        (["青禾", "正文的一段话，到此为止。", "（作者系青岚学院教授）"], "青禾"),
        (["青禾", "正文的一段话，到此为止。"], None),
        (["高质量", "正文的一段话，到此为止。"], None),
        (["万里行", "正文的一段话，到此为止。"], None),
        (["正文的一段话，到此为止。", "赵明远"], None),
    ],
)
def test_a_name_alone_over_the_text(text: list[str], name: str | None) -> None:
    assert signature.standing_alone(text) == name


@pytest.mark.parametrize(
    ("line", "author", "source"),
    [
        ("（張文祿報導）", "張文祿", None),
        ("清河電視林小秋採訪報導。", "林小秋", "清河電視台"),
        ("本报记者 王小明 李梅 通讯员 陈东 报道", "王小明 李梅 陈东", None),
        ("【记者赵一鸣采访】", "赵一鸣", "青石晚报"),
    ],
)
def test_a_line_that_only_credits_is_known(line: str, author: str, source: str | None) -> None:
    assert byline.is_only_credit(line, author, source)


@pytest.mark.parametrize(
    ("line", "author", "source"),
    [
        ("張文祿報導的三家工廠今天停工。", "張文祿", None),
        ("记者从市水利局获悉，泵站明天开工。", "王小明", "市水利局"),
        ("王小明说，采访持续了两天。", "王小明", None),
        ("（張文祿報導）", None, None),
        ("林小秋在清河電視台採訪了居民。", "林小秋", "清河電視台"),
        ("", "王小明", None),  # a page without text
    ],
)
def test_a_sentence_that_names_a_reporter_stays(line: str, author: str | None, source: str | None) -> None:
    assert not byline.is_only_credit(line, author, source)
