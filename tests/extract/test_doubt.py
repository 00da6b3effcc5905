"""How sure a reading is, and what is said where it is not."""

from extract.article import Article
from extract.page.page import Page
from extract.read import read
from tests.quality import calibration
from tests.quality.training import NAMES, Choice

LINES = [
    "清河市水务局本周公布了新一轮管网改造计划，城北十二条老街将在雨季前换上新管。",
    "施工分三段进行，每段不超过二十天，沿街商户可以照常开门，只是早晚高峰要绕行。",
    "水务局工程科的高工程师说，旧管是三十年前铺下的，接口锈蚀，近两年报修次数翻了一番。",
]
RULES = [
    "请自觉遵守法律法规，不得发布侵犯他人权益的内容，违者将被删除帖子并取消发言资格。",
    "本论坛所有言论只代表发言者个人，与论坛立场无关，转贴他人作品请写明作者和出处。",
    "新手请先阅读帮助，再到报到区发帖，连续灌水的用户会被禁言三天，申诉请联系版主。",
]


def article(title: str, body: str) -> Article:
    markup = f"<html><head><title>{title}_清河网</title></head><body>{body}</body></html>"
    return read(Page("http://a.example/1.html", markup.encode()))


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def doubts(found: Article) -> list[str]:
    return [note.detail for note in found.notes if note.kind == "doubt"]


def test_a_plain_article_is_sure() -> None:
    title = "清河换新水管 十二条老街雨季前完工"
    found = article(
        title, f"<h1>{title}</h1><p>2023-04-18 09:26 来源：清河日报</p><div>{paragraphs(LINES)}</div>"
    )

    assert found.text.split("\n") == LINES
    assert found.confidence > 0.7
    assert doubts(found) == []


def test_rules_of_a_forum_in_the_place_of_the_text_are_doubted() -> None:
    title = "太行山上老兵回忆当年夜渡黄河"
    found = article(title, f"<h1>{title}</h1><div>{paragraphs(RULES)}</div>")

    assert found.confidence < 0.5
    assert doubts(found) == ["the text uses none of the headline's words"]


def test_last_lines_with_the_words_of_sites_are_doubted() -> None:
    title = "清河换新水管 十二条老街雨季前完工"
    own, told = (
        "农资团购正在进行，三袋起包邮，点击下方链接即可下单，先到先得。",
        "水务局提醒，有需要的居民可拨打热线预约。",
    )

    found, plain = (
        article(title, f"<h1>{title}</h1><p>2023-04-18 09:26</p><div>{paragraphs([*LINES, last])}</div>")
        for last in (own, told)
    )

    assert doubts(found) == [f"the last lines may be the site's own: {own[:40]}"]
    assert plain.text.endswith(told)
    assert doubts(plain) == []


def test_no_text_is_no_confidence() -> None:
    assert article("清河换新水管", "<h1>清河换新水管</h1>").confidence == 0.0


def test_a_host_is_judged_by_a_fit_that_never_saw_it() -> None:
    # on nine hosts the first place is right, on the tenth the second: a fit that saw it would doubt the first more
    seen = (tuple(float(name == NAMES[0]) for name in NAMES), tuple(0.0 for _ in NAMES))
    pages = [
        Choice(f"h{n}.example", seen, (1.0, 0.0) if n < 9 else (0.0, 1.0), has_gold=True) for n in range(10)
    ]

    found = calibration.held_back(pages, 10)

    right, wrong = found[:18:2], found[1:18:2]
    assert all(told > 0.5 and is_right for told, is_right in right)
    assert all(told < 0.5 and not is_right for told, is_right in wrong)
    (first, first_right), (second, second_right) = found[18:]
    assert (first > 0.9, first_right) == (True, False)
    assert (second < 0.1, second_right) == (True, True)
