"""Every line that a command prints to a person is there in Chinese: collected from the code, and seen in processes."""

import re
from pathlib import Path

import pytest

from archive.chinese import NUMBERED, of_archive
from crawler.terminal.messages import phrases, translated
from crawler.terminal.words import localised
from tests.crawler.terminal.spoken import noted, spoken
from tests.starter import REPO

CHINESE = re.compile("[\u4e00-\u9fff]")
SENTENCE = re.compile(r"(?<!`)\b[a-z]{2,} [a-z]{2,} [a-z]{2,}")
"""English that is more than a name to type, as `lake cut`."""


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")


def english_left(text: str) -> bool:
    """Whether a message has words of English, or is not in Chinese at all."""
    return bool(SENTENCE.search(text)) or not CHINESE.search(text)


def test_no_message_of_the_code_is_left_in_english(chinese: None) -> None:
    left = {
        text: module
        for text, module in spoken().items()
        if all(
            english_left(localised(form)) for form in (text, text.replace("scrapy: ", "").replace("{}", "X7"))
        )
    }

    assert left == {}


def test_the_collection_sees_errors_lines_findings_and_alarms() -> None:
    found = spoken()

    assert found["{}: no archive here to copy"] == "archive/care/backup.py"
    assert found["{} files, {} records checked"] == "crawler/commands/verify.py"
    assert found["gone, and {} captures with it"] == "archive/care/verify.py"
    assert found["robots.txt keeps us out since {}"] == "archive/view/status.py"
    assert found["the chunk at byte {} lacks {} bytes"] == "archive/record/http.py"
    assert found["story={}: no such story in {}"] == "crawler/spiders/copies.py"
    assert len(found) > 450


def test_no_note_that_the_reading_room_shows_is_left_in_english() -> None:
    left = {
        text: module
        for text, module in noted().items()
        if english_left(of_archive().said(text.replace("{}", "X7")))
    }

    assert left == {}


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("date: from the address only; stub: 您访问的页面不存在", "日期：仅据网址；空页：您访问的页面不存在"),
        ("the response broke off (time) after 41 bytes", "回答在 41 字节之后中断（时间到）"),
        ("another place is as likely: 新华社北京电 记者", "另有一处同样可能：新华社北京电 记者"),
        ("3 links among 9 summaries", "9 条摘要中有 3 个链接"),
        ("run_bytes", "达到字节上限"),
        ("closespider_errorcount", "closespider_errorcount"),
        ("武汉: a, b; c", "武汉: a, b; c"),
    ],
)
def test_a_note_is_said_with_its_values(english: str, chinese: str) -> None:
    assert of_archive().said(english) == chinese


def test_every_row_takes_the_values_that_its_english_has() -> None:
    wrong = {}
    for english, chinese in (phrases().rows | of_archive().rows).items():
        holes, numbers = english.count("{}"), NUMBERED.findall(chinese)
        in_order = all(not number for number in numbers) and len(numbers) == holes
        by_number = all(number and int(number) < holes for number in numbers)
        if not (in_order or by_number):
            wrong[english] = chinese

    assert wrong == {}


def test_no_row_is_for_a_message_that_nobody_says() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for room in ("archive", "crawler", "extract")
        for path in (*(REPO / room).rglob("*.py"), *(REPO / room).glob("sites/*.toml"))
    )
    code = (
        re.sub(r'"\s*\n\s*f?"', "", code).replace("{{", "{").replace("}}", "}")
    )  # a text over several lines
    ours = (
        (REPO / "crawler/terminal/messages.toml").read_text("utf-8").partition("# -- what the system says")[0]
    ) + (REPO / "archive/chinese.toml").read_text("utf-8")
    dead = [
        pattern.pieces
        for pattern in (*phrases().patterns, *of_archive().patterns)
        if f'"{"{}".join(pattern.pieces)}"' in ours
        and not all(max(piece.strip().split("`"), key=len) in code for piece in pattern.pieces)
    ]

    assert dead == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("/srv/news/archive.db: no archive here to copy", "/srv/news/archive.db：这里没有可以复制的档案"),
        ("--site nosuch: no such site in the archive; did you mean nosuch.cn?",
         "--site nosuch：档案里没有这个站点；是不是 nosuch.cn？"),
        ("3 of 8 pages could not be read in 20241210-1, before 0%", "20241210-1 中 8 个页面有 3 个不能读，以前为 0%"),
        ("12 responses read = 9 captures + 3 held already", "读到 12 个回答 = 9 次抓取 + 3 次已有"),
        ("13 runs, 695 captures, 2 versions, 55 stories, 234 sightings, 4 quarantine",
         "13 次任务，695 次抓取，2 个旧版本，55 组报道，234 次查看，4 个隔离页面"),
        ("-a sinse=: unknown argument, known are since, until; did you mean since=",
         "-a sinse=：没有这个参数，可用的有 since, until；是不是 since="),
        ("x.warc.gz: No such file or directory", "x.warc.gz：没有这个文件或文件夹"),
        ("rebuild: a.warc.gz at byte 7: br stream is broken", "rebuild: a.warc.gz，第 7 字节：br 流损坏"),
        ("argument --story: invalid int value: 'x'", "选项 --story：'x' 不是整数"),
        ("https://a.cn/x: y", "https://a.cn/x: y"),
        ("武汉: 封城 at last", "武汉: 封城 at last"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_message_is_said_with_its_values(english: str, chinese: str) -> None:
    assert translated(english) == chinese


def test_a_message_without_end_is_said_at_once() -> None:
    assert translated("a: b; c, d + " * 200_000) == "a: b; c, d + " * 200_000
    assert translated("a: b; c, d + " * 100) == "a: b; c, d + " * 100


def test_the_longer_pattern_is_asked_first(tmp_path: Path) -> None:
    text = f"{tmp_path}: another run (backup 7) is writing to this archive; try again later"

    assert translated(text) == f"{tmp_path}：另一个任务（backup 7）正在写入这个档案；请稍后再试"
