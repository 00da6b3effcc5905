import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.settings import Settings

from archive.grouping.comparison import comparisons
from archive.grouping.stories import Stories
from archive.view.store import Store
from crawler.commands.changes import Command, shown

ORIGIN = (
    "清河大桥昨天正式通车。大桥全长两千一百米，双向六车道，建立了养护机制。\n"
    "市交通局负责人介绍，大桥采用双塔斜拉结构，主跨四百二十米。\n"
    "住在河东的王大爷说，等了大半辈子，终于不用再排队等渡船了。"
)
COPY = (
    "清河大橋昨天正式通車。大橋全長兩千一百米，雙向六車道，建立了養護機製。\n"
    "住在河東的王大爺說，等了大半輩子，終於不用再排隊等渡船了。本網將持續關注。"
)
CUT = "市交通局负责人介绍，大桥采用双塔斜拉结构，主跨四百二十米。"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with Store(tmp_path / "archive.db") as store, store.commit():
        for number, (site, title, text) in enumerate(
            [("a.example", "清河大桥通车", ORIGIN), ("b.example", "清河大橋通車了", COPY)], start=1
        ):
            url = f"http://{site}/{number}.html"
            store.conn.execute(
                "INSERT INTO captures (id, url, site, captured_at, via, original_url)"
                " VALUES (?, ?, ?, '2020-02-10T00:00:00Z', 'live', ?)",
                [number, url, site, url],
            )
            store.conn.execute(
                "INSERT INTO articles (id, capture_id, url, site, title, text, published_at, extractor, notes)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'test', '[]')",
                [number, number, url, site, title, text, f"2020-02-{number:02}"],
            )
            Stories(store.conn).place(number)
    yield tmp_path


def run(folder: Path, *args: str) -> int:
    command = Command()
    command.settings = Settings({"ARCHIVE_DIR": str(folder)})
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    options, words = parser.parse_known_args(args)
    command.run(words, options)
    return int(command.exitcode)


def test_json_holds_what_was_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "2", "--json") == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["story_id"], found["relation"], found["origin"]["article_id"]) == (1, "abridged", 1)
    assert [(span["kind"], span["was"], span["now"]) for span in found["spans"]] == [
        ("cut", CUT, ""),
        ("added", "", "本網將持續關注。"),
    ]
    assert found["damage"]["fingerprint"] == {"制→製": 1}


def test_an_address_names_an_article_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "http://b.example/2.html") == 0

    shown_text = capsys.readouterr().out
    assert "kept 6" in shown_text
    assert "conversion damage 1: 制→製 1" in shown_text
    assert CUT in shown_text


def test_of_an_origin_every_copy_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "1", "--json") == 0

    assert [json.loads(line)["copy"]["article_id"] for line in capsys.readouterr().out.splitlines()] == [2]


def test_any_two_articles_can_be_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "1", "--against", "2", "--json") == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["origin"]["article_id"], found["copy"]["article_id"], found["relation"]) == (2, 1, None)


def test_the_marks_of_a_sites_converter_are_summed_up(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--site", "b.example", "--json") == 0

    assert json.loads(capsys.readouterr().out) == {"site": "b.example", "conversion": {"制→製": 1}}


def test_a_number_may_be_typed_in_full_width_digits(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "２", "--against", "１") == 0
    typed = capsys.readouterr().out
    assert run(folder, "2", "--against", "1") == 0

    assert typed == capsys.readouterr().out != ""


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "give one article"),
        (["1", "2"], "give one article"),
        (["99"], "99: no article of this number in the archive"),
        (["９９"], "９９: no article of this number in the archive"),
        (["9" * 5000], ": no article of this number in the archive"),
        (["http://c.example/"], "http://c.example/: no article of this address in the archive"),
    ],
)
def test_wrong_use_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], args: list[str], message: str
) -> None:
    assert run(folder, *args) == 2

    assert message in capsys.readouterr().err


def test_no_archive_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "1") == 2

    assert "no archive here" in capsys.readouterr().err


def test_cut_words_are_struck_out_and_added_ones_green(folder: Path) -> None:
    with Store(folder / "archive.db") as store:
        text = shown(comparisons(store.conn, 2)[0])

    styled = {str(span.style): text.plain[span.start : span.end] for span in text.spans}
    assert styled["red strike"] == CUT
    assert styled["green"] == "本網將持續關注。"


def test_off_a_terminal_marks_are_written_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "2") == 0

    told = capsys.readouterr().out
    assert f"[-{CUT}-]" in told
    assert "終於不用再排隊等渡船了。{+本網將持續關注。+}" in told
    assert "title: [-清河大桥通车-]{+清河大橋通車了+}" in told
    assert "建立了養護機製。\n" in told  # the paragraph ends where it ended


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("b.exampel", "--site b.exampel: no such site in the archive; did you mean b.example?"),
        ("www.jzrb.com", "--site www.jzrb.com: registered, but the archive holds nothing of it"),
        ("nosuch", "--site nosuch: no such site in the archive"),
    ],
)
def test_a_site_that_is_not_held_is_no_clean_bill(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    assert run(folder, "--site", name) == 2

    out, err = capsys.readouterr()
    assert (out, err) == ("", f"scrapy: {said}\n")


@pytest.fixture
def pictured(folder: Path) -> Path:
    """The origin shows pictures a and b; the copy shows a with other words, and c in b's place."""
    needs = [
        (1, 1, "http://a.example/a.jpg", 1, "大桥全景。"),
        (1, 2, "http://a.example/b.jpg", 3, "渡口旧貌。"),
        (2, 1, "http://b.example/a.jpg", 1, "清河大橋。"),
        (2, 2, "http://b.example/c.jpg", 2, "渡口旧貌。"),
    ]
    with Store(folder / "archive.db") as store, store.commit():
        for article in (1, 2):
            store.conn.execute(
                "INSERT INTO sightings (article_id, capture_id, seen_at, state)"
                " VALUES (?, ?, '2020-02-10T00:00:00Z', 'new')",
                [article, article],
            )
        for number, (capture, n, url, position, caption) in enumerate(needs, start=10):
            sha256 = url[-5]  # a, b, c: the same bytes on both hosts
            store.conn.execute(
                "INSERT INTO needs VALUES (?, ?, ?, ?, 'picture', ?, ?, NULL)",
                [capture, n, url, url, position, caption],
            )
            store.conn.execute(
                "INSERT INTO captures (id, url, urlkey, site, captured_at, status, via, original_url, sha256)"
                " VALUES (?, ?, ?, 'a.example', '2020-02-10T00:00:01Z', 200, 'live', ?, ?)",
                [number, url, url, url, sha256],
            )
            store.conn.execute("INSERT OR IGNORE INTO images (sha256) VALUES (?)", [sha256])
    return folder


def test_what_became_of_the_pictures_is_told(pictured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(pictured, "2") == 0

    told = capsys.readouterr().out.splitlines()
    assert "caption of http://a.example/a.jpg: [-大桥全景。-]{+清河大橋。+}" in told
    assert (
        "picture swapped: [-http://a.example/b.jpg 渡口旧貌。-]{+http://b.example/c.jpg 渡口旧貌。+}" in told
    )


def test_json_holds_what_became_of_the_pictures(pictured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(pictured, "2", "--json") == 0

    found = json.loads(capsys.readouterr().out)["pictures"]
    assert [(one["change"], one["url"], one["other_url"]) for one in found] == [
        ("caption", "http://a.example/a.jpg", "http://b.example/a.jpg"),
        ("swapped", "http://a.example/b.jpg", "http://b.example/c.jpg"),
    ]
