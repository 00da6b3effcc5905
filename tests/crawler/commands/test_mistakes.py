"""What a newcomer mistypes is answered in one line that holds the cure, with the documented exit code."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.browse.invention import build, invented
from tests.starter import Starter

pytestmark = pytest.mark.slow
MISTAKES = [
    ("status --jsonn", "did you mean --json?"),
    ("status data", "ARCHIVE_DIR is a setting"),
    ("status --max-age 2weeks", "wanted a number with m, h or d: 26h"),
    ("status --coverage 2020-13", "--coverage 2020-13: no such day"),
    ("status --coverage last", "wanted YYYY-MM-DD"),
    ("status -s ARCHIVE_DIR=nosuch", "make one with `scrapy crawl`"),
    ("status -s ARCHIVE_DIR=empty", "make one with `scrapy crawl`"),
    ("status -s ARCHIVE_DIRR=data", "did you mean ARCHIVE_DIR"),
    ("status -s archive_dir=data", "did you mean ARCHIVE_DIR"),
    ("status -s ZHUANZAI_PAGE_SECOND=3", "did you mean ZHUANZAI_PAGE_SECONDS"),
    ("crawl", "`scrapy list` shows them"),
    ("crawl people_dayly", "did you mean people_daily?"),
    ("crawl people_daily --since 2024-12-01", "written -a since=2024-12-01"),
    ("crawl people_daily since=2024-12-01", "written -a since=2024-12-01"),
    ("crawl people_daily -a sinse=2024-12-01", "did you mean since="),
    ("crawl people_daily -a since", "-a NAME=VALUE"),
    ("crawl people_daily -a since=2024-11-31 -a until=2024-12-02", "no such day"),
    ("crawl people_daily -a since=2024-12-05 -a until=2024-12-02", "lies before since=2024-12-05"),
    ("crawl people_daily -a since=", "no date, wanted YYYY-MM-DD"),
    ("crawl people_daily -a since=２０２４－１１－３１", "no such day"),
    ("crawl people_daily -a since=yesterday", "wanted YYYY-MM-DD"),
    ("crawl people_daily -a until=2024-12-02", "since= is wanted too"),
    ("crawl people_daily -a paper=rmbr", "known are"),
    ("crawl mirrors -a site=", "`scrapy sites` lists them"),
    ("crawl mirrors -a site=http://www.jzrb.com/", "wanted something like www.example.cn"),
    ("crawl mirrors -a explore=maybe", "wanted yes, no or auto"),
    ("crawl mirrors -a sourceless=no", "without -a source="),
    ("crawl mirrors -s ZHUANZAI_SHARD=6/5", "from 1/5 to 5/5"),
    ("crawl mirrors -s ZHUANZAI_WARC_BYTES=many", "from 1000 to 1099511627776"),
    ("crawl web_archive", "-a url= or -a site="),
    ("crawl web_archive -a url=people.com.cn", "wanted http or https"),
    ("crawl copies -a story=99999", "no such story in data/archive.db"),
    ("crawl recheck -a now=maybe", "wanted yes or no"),
    (
        "crawl recheck -s ARCHIVE_DIR=/nosuch/deep/data",
        "the folder /nosuch/deep does not exist; make it first",
    ),
    ("crawl people_daily -s ARCHIVE_DIR=notes.txt", "ARCHIVE_DIR notes.txt: Not a directory"),
    ("export", "name a format, as in --csv articles.csv"),
    ("export articles.csv", "as in --csv articles.csv"),
    ("export --csv", "expected one argument; --help lists the options"),
    ("export --csv out.csv --site nosuch", "no such site in the archive"),
    ("export --csv out.csv --since 2024-13-01", "a day is written YYYY-MM-DD"),
    ("export --csv out.csv --since 2024-12-05 --until 2024-12-01", "lies before --since 2024-12-05"),
    ("export --csv out.csv --story x", "invalid int value: 'x'; --help lists the options"),
    ("export --csv out.csv --story 99999", "the archive has no such story"),
    ("export --csv out.csv --region hongkon", "hongkong"),
    ("export --csv empty", "is a folder; name a file in it"),
    ("export --csv /nosuch/out.csv", "No such file or directory"),
    ("export --wacz story.zip", "ends in .wacz"),
    ("export --parquet -", "wants a file"),
    ("ingest", "no file given"),
    ("ingest nosuch.warc.gz", "no such file"),
    ("ingest notes.txt", "neither a WARC nor a WACZ file"),
    ("ingest empty", "name the WARC or WACZ files in it"),
    ("ingest notes.txt --jobs two", "invalid int value: 'two'; --help lists the options"),
    ("verify nosuch", "no such file, no article number, no URL"),
    ("verify 99999", "no such article"),
    ("verify empty", "a folder; name the WARC files in it"),
    ("verify http://nowhere.example/x", "no article of this address"),
    ("verify --cluster nosuch", "tcp://HOST:PORT of a scheduler"),
    ("rebuild now", "ARCHIVE_DIR is a setting"),
    ("rebuild -s ARCHIVE_DIR=empty", "no record here to rebuild from"),
    ("compact 5", "ARCHIVE_DIR is a setting"),
    ("backup", "wanted one folder to copy to"),
    ("backup /nosuch/x", "the folder /nosuch does not exist; make it first"),
    ("backup notes.txt", "a file; name a folder to copy to"),
    ("backup data/copy", "a copy inside the archive itself is none"),
    ("merge data", "--to FOLDER"),
    ("merge data empty --to new", "empty: no archive here to merge"),
    ("merge data data --to new", "named twice"),
    ("changes", "one article (its number or address), or --site HOST"),
    ("changes 99999", "no article of this number"),
    ("changes --site nosuch", "no such site in the archive"),
    ("lineage", "--sites, or --change WORDS"),
    ("lineage x", "not a story's number"),
    ("lineage --change a", "at least two characters"),
    ("lineage 1 --form nosuch", "graphml"),
    ("lineage --change ''", "at least two characters"),
    ("lineage 99999 --change 饺子", "no story of this number"),
    ("sites --unregisterd", "scrapy: --unregisterd: no such option; did you mean --unregistered?"),
    ("merge a --too there", "scrapy: --too: no such option; did you mean --to?"),
    ("verify --qqq", "scrapy: --qqq: no such option; --help lists those of the command"),
    ("backup there -q", "scrapy: -q: no such option; "),
    ("status --coverges=2020", "scrapy: --coverges=2020: no such option; did you mean --coverage?"),
    ("read", "no file and no URL given"),
    ("read nosuch.html", "no such file"),
    ("read empty", "is a folder"),
    ("read http://127.0.0.1:9/x", "odd port 9"),
    ("read --url http://a.cn/ notes.txt notes.txt", "--url goes with exactly one file"),
    ("newsite", "wants a host"),
    ("newsite not_a_host", "wanted something like www.example.cn"),
    ("newsite www.jzrb.com", "has a site file already"),
    ("newsite 中国青年网", "has a site file already"),
    ("schedule cron", "wanted crontab, service, timer"),
    ("schedule --at 25:00", "as 04:15"),
    ("round people_dayly", "`scrapy list` shows them"),
    ("round people_daily since=2024", "-s NAME=VALUE"),
    ("round -a sit=x", "no argument of people_daily, mirrors, recheck"),
    ("lake", "`build WARC… --to PLACE`"),
    ("lake build", "--to is missing"),
    ("demo now", "takes no arguments"),
    ("demo -s ARCHIVE_DIR=notes.txt", "a file; name a folder"),
    ("sites 香巷", "did you mean 香港?"),
    ("sites -s ZHUANZAI_SITES_DIR=nosuch", "make it first"),
]
CHINESE = {
    "status --jsonn": "是不是 --json？",
    "crawl people_daily -a sinse=2024-12-01": "是不是 since=",
    "export --csv out.csv --story x": "'x' 不是整数；--help 列出各选项",
    "backup /nosuch/x": "请先建立",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive in `data`, an empty folder, and a file that is no WARC."""
    place = tmp_path_factory.mktemp("mistakes")
    build(place / "data", invented())
    (place / "empty").mkdir()
    (place / "notes.txt").write_text("hello")
    return place


@pytest.fixture(scope="module")
def elsewhere(folder: Path) -> Iterator[Starter]:
    """Starts commands in that folder."""
    with Starter(folder=folder) as ready:
        yield ready


def typed(elsewhere: Starter, line: str, language: str) -> tuple[int, list[str]]:
    """The exit code of a line and what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    environment |= {"LANG": language, "SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    done = elsewhere.start(shlex.split(line), environment).wait()
    return done.returncode, [*done.stdout.splitlines(), *done.stderr.splitlines()]


@pytest.mark.parametrize(("line", "cure"), MISTAKES, ids=[line for line, _ in MISTAKES])
def test_a_mistake_is_answered_in_one_line_with_its_cure(
    elsewhere: Starter, folder: Path, line: str, cure: str
) -> None:
    code, said = typed(elsewhere, line, "C.UTF-8")

    assert (code, len(said)) == (2, 1), said
    assert said[0].startswith("scrapy: ")
    assert cure in said[0]
    assert not (folder / "there").exists()


@pytest.mark.parametrize(("line", "cure"), CHINESE.items(), ids=CHINESE)
def test_a_mistake_is_answered_in_chinese_where_the_terminal_is(
    elsewhere: Starter, line: str, cure: str
) -> None:
    code, said = typed(elsewhere, line, "zh_CN.UTF-8")

    assert (code, len(said)) == (2, 1), said
    assert said[0].startswith("scrapy: 用法错误：")
    assert cure in said[0]


def test_words_that_a_search_does_not_understand_are_named(elsewhere: Starter, folder: Path) -> None:
    code, said = typed(elsewhere, 'export --csv out.csv --words "(武汉 OR"', "C.UTF-8")

    assert code == 0
    assert said[:-1] == [
        "scrapy: export: left out of the words: OR stands between two words",
        "scrapy: export: left out of the words: ( is never closed",
    ]
    assert (folder / "out.csv").exists()
