"""What a person types to take files in, prove, rebuild and export; what is printed, and the exit codes."""

import json
import os
import shutil
import sqlite3
from pathlib import Path
from typing import NamedTuple

import pytest

from archive.run.folder import Archive
from archive.run.lock import writing
from crawler.registry.book import SiteFiles
from tests.archive.archives import crawl, exchange, own_warcs, page, response, rows
from tests.archive.foreign_files import wacz, warc
from tests.crawler.commands.typed import Run


class Room(NamedTuple):
    """What a disk says of its room."""

    total: int
    used: int
    free: int


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive of three articles."""
    crawl(
        tmp_path / "archive", *(exchange(f"http://a.example/{n}.html", response(page(n))) for n in (1, 2, 3))
    )
    return tmp_path / "archive"


def test_ingest_takes_files_in_and_counts(
    tmp_path: Path, scrapy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = warc(tmp_path / "one.warc.gz", {f"http://f.example/{n}.html": page(n) for n in (20, 21)})
    two = wacz(tmp_path / "two.wacz", warc(tmp_path / "two.warc.gz", {"http://f.example/22.html": page(22)}))

    monkeypatch.chdir(tmp_path)

    first = scrapy("ingest", "one.warc.gz", str(two), archive=tmp_path / "archive")
    second = scrapy("ingest", str(one), str(two), archive=tmp_path / "archive")

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("2 files: 3 captures, 3 new articles, 0 changed articles;")
    assert (second.returncode, second.stderr) == (0, "")
    assert second.stdout.startswith("2 files: 0 captures, 0 new articles")
    assert rows(tmp_path / "archive", "SELECT DISTINCT warc_file FROM captures ORDER BY 1") == [
        (str(one),),
        (str(two),),
    ]


def test_ingest_of_a_file_that_is_not_there_is_one_line_and_writes_nothing(
    tmp_path: Path, scrapy: Run
) -> None:
    one = warc(tmp_path / "one.warc.gz", {"http://f.example/20.html": page(20)})

    done = scrapy("ingest", str(one), str(tmp_path / "none.warc.gz"), archive=tmp_path / "archive")

    assert done.returncode == 2
    assert done.stderr == f"scrapy: {tmp_path}/none.warc.gz: no such file\n"
    assert not (tmp_path / "archive").exists()


def test_ingest_of_a_torn_file_warns_with_the_byte_and_answers_3(tmp_path: Path, scrapy: Run) -> None:
    file = warc(tmp_path / "one.warc.gz", {f"http://f.example/{n}.html": page(n) for n in (20, 21)})
    os.truncate(file, file.stat().st_size - 30)

    done = scrapy("ingest", str(file), archive=tmp_path / "archive")

    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert f"{file} at byte " in done.stderr
    assert "1 new articles" in done.stdout


def test_ingest_of_files_without_a_response_answers_3_with_a_line_each(tmp_path: Path, scrapy: Run) -> None:
    (tmp_path / "nothing.warc.gz").touch()
    files = [
        warc(tmp_path / "info.warc.gz", {}),
        tmp_path / "nothing.warc.gz",
        wacz(tmp_path / "none.wacz", warc(tmp_path / "i.warc.gz", {})),
        warc(tmp_path / "page.warc.gz", {"http://f.example/1.html": page(1)}),
    ]

    done = scrapy("ingest", *map(str, files), archive=tmp_path / "data")

    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        f"scrapy: ingest: {file}: no HTTP response in it" for file in files[:3]
    ]
    assert done.stdout.splitlines()[1] == "1 responses read = 1 captures"


def test_a_command_that_writes_waits_its_turn(folder: Path, tmp_path: Path, scrapy: Run) -> None:
    file = warc(tmp_path / "one.warc.gz", {"http://f.example/20.html": page(20)})

    with writing(folder):
        codes = [
            scrapy("ingest", str(file), archive=folder).returncode,
            scrapy("rebuild", archive=folder).returncode,
        ]

    assert codes == [75, 75]


def test_rebuild_counts_and_tells_what_reads_differently(folder: Path, tmp_path: Path, scrapy: Run) -> None:

    with sqlite3.connect(folder / "archive.db") as conn:
        conn.execute("UPDATE articles SET source = '旧报' WHERE id = 2")

    done = scrapy("rebuild", "--changes", str(tmp_path / "changes.jsonl"), archive=folder)

    assert done.returncode == 0, done.stderr
    assert "1 runs, 3 captures, 3 articles, 3 stories" in done.stdout
    assert "1 articles read differently (source 1), 0 new, 0 no longer read" in done.stdout
    (line,) = (tmp_path / "changes.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["fields"]["source"] == {"before": "旧报", "now": "长江路晚报"}


def test_rebuild_without_a_record_is_refused(tmp_path: Path, scrapy: Run) -> None:
    done = scrapy("rebuild", archive=tmp_path / "none")

    assert (done.returncode, done.stdout) == (2, "")
    assert "no record here to rebuild from" in done.stderr


def test_export_and_changes_refuse_a_site_that_the_archive_does_not_hold(folder: Path, scrapy: Run) -> None:
    for words in (("export", "--jsonl", "-"), ("changes",)):
        done = scrapy(*words, "--site", "a.exmaple", archive=folder)

        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            "scrapy: --site a.exmaple: no such site in the archive; did you mean a.example?\n"
        )


def test_status_counts_sites_that_never_gave_an_article_and_lists_them_when_asked(
    folder: Path, scrapy: Run
) -> None:
    with sqlite3.connect(folder / "archive.db") as conn:
        conn.execute(
            "INSERT INTO run_sites (run_id, site, first_at, last_at, captures, answered)"
            " SELECT id, 'mute.example', started_at, started_at, 1, 1 FROM runs"
        )

    short, long = (scrapy("status", *words, archive=folder).stdout for words in ((), ("--all",)))

    assert "mute.example" not in short
    assert "1 more sites gave no article yet: --all lists them" in short
    assert "mute.example" in long
    assert "more sites" not in long


def test_verify_answers_3_with_a_line_for_what_is_wrong(folder: Path, scrapy: Run) -> None:
    assert scrapy("verify", archive=folder).returncode == 0
    (file,) = own_warcs(folder)
    os.truncate(file, file.stat().st_size - 10)

    done = scrapy("verify", archive=folder)

    assert done.returncode == 3
    assert f"{file} at byte " in done.stdout
    assert " findings" in done.stdout.splitlines()[-1]


def test_verify_asks_nothing_of_the_record_that_only_site_files_say(folder: Path, scrapy: Run) -> None:
    with Archive(folder, SiteFiles.load()).writing() as store:
        assert store.conn.execute("SELECT count(*) FROM sites").fetchone()[0] > 50

    done = scrapy("verify", archive=folder)

    assert done.returncode == 0, done.stdout


def test_verify_of_an_article_prints_the_chain(folder: Path, scrapy: Run) -> None:
    by_number = scrapy("verify", "2", "--sentence", "更换水管25米", archive=folder)
    by_address = scrapy("verify", "http://a.example/2.html", "--sentence", "更换水管25米", archive=folder)

    assert by_number.returncode == 0, by_number.stderr
    assert by_number.stdout == by_address.stdout
    assert [line.split()[0] for line in by_number.stdout.splitlines()] == [
        "article", "address", "sentence", "read", "capture", "record", "file", "fetched", "connection", "block",
        "request", "payload", "body", "charset", "read",
    ]  # fmt: skip


def test_verify_of_what_is_neither_file_nor_article_is_refused(folder: Path, scrapy: Run) -> None:
    for word in ("99", "http://none.example/", "none.warc.gz"):
        assert scrapy("verify", word, archive=folder).returncode == 2


def test_export_writes_rows_to_standard_output_and_counts_beside_it(folder: Path, scrapy: Run) -> None:
    done = scrapy("export", "--jsonl", "-", "--words", "解放街", "--no-text", archive=folder)

    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["url"] for line in done.stdout.splitlines()] == ["http://a.example/1.html"]
    assert done.stderr == "-: 1 articles\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing to write; name a format"),
        (("articles.csv",), "name the format too, as in --csv articles.csv"),
        (("--wacz", "story.zip"), "the name of a WACZ ends in .wacz"),
        (("--csv", "a.csv", "--since", "10.2.2020"), "a day is written YYYY-MM-DD"),
    ],
)
def test_export_that_cannot_be_is_one_line(
    folder: Path, scrapy: Run, words: tuple[str, ...], said: str
) -> None:
    done = scrapy("export", *words, archive=folder)

    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_verify_of_an_archive_whose_database_is_gone_checks_the_files(folder: Path, scrapy: Run) -> None:
    (folder / "archive.db").unlink()

    done = scrapy("verify", archive=folder)

    assert done.returncode == 3
    assert done.stdout.startswith(
        "archive.db: gone; `scrapy rebuild` makes it again\n1 files, 11 records checked"
    )


def test_merge_makes_one_archive_of_two_and_says_what_it_holds(
    folder: Path, tmp_path: Path, scrapy: Run
) -> None:
    other = tmp_path / "other"
    crawl(other, exchange("http://b.example/9.html", response(page(9))), run_id="20200210T003953Z-0b0b0b0b")

    done = scrapy("merge", str(folder), str(other), "--to", str(tmp_path / "both"), archive=tmp_path / "none")
    again = scrapy(
        "merge", str(folder), str(other), "--to", str(tmp_path / "both"), archive=tmp_path / "none"
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 WARC files of 2 archives: 2 runs, 4 captures, 4 articles")
    assert len(own_warcs(tmp_path / "both")) == 2
    assert (again.returncode, again.stderr) == (
        2,
        f"scrapy: {tmp_path}/both: exists and is not empty; --to wants a folder that is not there yet\n",
    )
    assert scrapy("verify", archive=tmp_path / "both").returncode == 0


@pytest.mark.parametrize("words", [("rebuild",), ("verify",), ("status",), ("compact",), ("backup", "copy")])
def test_a_folder_where_the_database_belongs_is_one_clear_line(
    words: tuple[str, ...], folder: Path, tmp_path: Path, scrapy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (folder / "archive.db").unlink()
    (folder / "archive.db").mkdir()

    done = scrapy(*words, archive=folder)

    assert done.returncode == 2
    assert done.stderr == (
        f"scrapy: {folder}/archive.db: a folder stands where the database belongs; move it away\n"
    )


def test_an_empty_file_is_proved_in_one_line(folder: Path, tmp_path: Path, scrapy: Run) -> None:
    (tmp_path / "empty.warc.gz").touch()

    done = scrapy("verify", str(tmp_path / "empty.warc.gz"), archive=folder)

    assert done.returncode == 3
    assert done.stdout + done.stderr == f"{tmp_path}/empty.warc.gz: the file is empty, no record is in it\n"


def test_a_package_that_unpacks_to_more_than_is_free_is_refused(
    folder: Path, tmp_path: Path, scrapy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = warc(tmp_path / "one.warc.gz", {"http://f.example/20.html": page(20)})
    package = wacz(tmp_path / "a.wacz", one, deflating=True)
    before = sorted(path.name for path in (folder / "warc").iterdir() if "zhuanzai" not in path.name)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Room(1 << 40, 1 << 40, (64 << 20) + 100))

    done = scrapy("ingest", str(package), archive=folder)

    assert done.returncode == 3
    assert "bytes are free" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in (folder / "warc").iterdir() if "zhuanzai" not in path.name) == before
    assert rows(folder, "SELECT count(*) FROM captures") == [(3,)]
