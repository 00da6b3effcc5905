"""The way in from Python, its document and its notebook."""

import inspect
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pytest

from archive import open as module
from archive.errors import Damaged, WrongUse
from archive.open import Archive, Rows
from archive.out.export import COLUMNS, Selection, rows, write_csv, write_parquet
from archive.search.articles import Filter
from archive.view.store import Store
from tests.archive.browse.invention import ORIGIN, Served, build, invented, page

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "python.md").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented archive, with a copy that was changed, under the name that the documents give it."""
    changed = page("社区里的十七天", ORIGIN[:4], "人民日报", "2020-02-10 08:39").encode("gb18030")
    served = [*invented(), Served("http://www.copy.example/a/2.html", changed, "text/html; charset=gb18030")]
    return build(tmp_path_factory.mktemp("python") / "demo", served).parent


@pytest.fixture
def news(folder: Path) -> Iterator[Archive]:
    with Archive(folder) as opened:
        yield opened


def test_articles_are_found_as_on_the_search_page(news: Archive) -> None:
    hant = news.articles("武汉", script="hant").first()

    assert hant is not None
    assert (hant.title, hant.site_name, hant.region, hant.relation) == (
        "社區裏的十七天",
        "香江报",
        "hongkong",
        "copy",
    )
    assert [article.id for article in news.articles(source="人民日報", since="2020-02-11")] == [3]
    assert list(news.articles("没有这样的词")) == []


def test_rows_can_be_read_again(news: Archive) -> None:
    found = news.articles()

    assert [article.id for article in found] == [article.id for article in found] == list(range(1, 7))


def test_a_story_its_copies_and_what_they_kept(news: Archive) -> None:
    story = news.stories().first()
    assert story is not None
    copies = {copy.article_id: copy for copy in news.copies(story.id)}

    assert (story.title, story.copies, story.origin_id) == ("社区里的十七天", 4, 1)
    assert copies[1].relation == "origin"
    assert copies[3].kept == 1.0
    assert copies[2].kept is not None
    assert copies[2].kept < 0.9


def test_a_change_has_both_texts(news: Archive) -> None:
    (change,) = news.changes()

    assert (change.article_id, change.n) == (2, 1)
    assert change.text_before.startswith(ORIGIN[0])
    assert ORIGIN[4] in change.text_before
    assert ORIGIN[4] not in change.text_after
    assert list(news.changes(1)) == []
    assert len(list(news.changes(site="www.copy.example"))) == 1


def test_a_snapshot_is_the_bytes_of_the_record(news: Archive) -> None:
    snapshot = news.snapshot(news.article("http://www.copy.example/a/2.html"))

    assert snapshot.body.decode("gb18030") == snapshot.text
    assert ORIGIN[1] in (snapshot.text or "")
    assert ("Content-Type", "text/html; charset=gb18030") in snapshot.headers
    assert [capture.status for capture in news.captures("http://www.copy.example/a/gone.html")] == [404]


def test_a_table_has_its_types_with_and_without_rows(news: Archive) -> None:
    full, empty = news.copies().to_arrow(), news.articles("没有这样的词").to_arrow()

    assert full.schema.field("kept").type == pyarrow.float64()
    assert full.num_rows == len(list(news.copies()))
    assert (empty.num_rows, empty.schema.field("paper_page").type) == (0, pyarrow.int64())
    assert pyarrow.table(news.stories()).column("copies").to_pylist()[0] == 4  # as other libraries take it


@pytest.mark.parametrize(
    "ask", [lambda news: news.article(99), lambda news: news.story(99), lambda news: news.snapshot(9999)]
)
def test_what_is_not_there_is_said(news: Archive, ask: Any) -> None:
    with pytest.raises(WrongUse, match="the archive has no such"):
        ask(news)


def test_a_region_that_is_none_is_refused_not_found_empty(news: Archive) -> None:
    with pytest.raises(WrongUse, match="region is 'hongkng', wanted one of mainland, hongkong"):
        news.articles(region="hongkng")


def test_no_archive_and_no_record_are_said(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="no archive here"):
        Archive(tmp_path)
    database = build(tmp_path / "data", invented()[:2])
    for path in (tmp_path / "data" / "warc").iterdir():
        path.unlink()
    with Archive(database.parent) as news, pytest.raises(Damaged):
        news.snapshot(1)


def test_nothing_can_be_written(news: Archive) -> None:
    with pytest.raises(Exception, match="readonly"):
        news.connection.execute("DELETE FROM articles")


def test_the_document_lists_every_call() -> None:
    calls = {name for name, _ in inspect.getmembers(Archive) if not name.startswith("_")}
    listed = dict(re.findall(r"^\| `news\.(\w+)(\([^`]*\))?` \|", TEXT, re.M))

    assert set(listed) == calls
    for name, given in listed.items():
        if given:
            wanted = list(inspect.signature(getattr(Archive, name)).parameters)[1:]
            assert re.findall(r"([a-z]\w*)(?==|[,)])", given) == wanted, name
    assert set(module.__all__) - {"Archive"} >= {"Article", "Copy", "Rows"}
    assert inspect.getdoc(Rows.first)


def test_the_documents_lines_run(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(folder.parent)
    space: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", TEXT, re.S):
        exec(compile(block, "python.md", "exec"), space)
    space["news"].close()
    assert sum(n for _, n, _ in space["late"]) == space["copies"].num_rows

    names = list(COLUMNS)
    with (
        Store(folder / "archive.db", read_only=True) as store,
        (tmp_path / "articles.parquet").open("wb") as file,
    ):
        write_parquet(rows(store, Selection(Filter()), names), names, file)
    monkeypatch.chdir(tmp_path)
    (question,) = re.findall(r"```sql\n(.*?)```", TEXT, re.S)
    assert {row[0] for row in duckdb.sql(question).fetchall()} == {"hongkong", "mainland", None}


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_the_documents_lines_of_r_run(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "demo").symlink_to(folder)
    names = list(COLUMNS)
    with (
        Store(folder / "archive.db", read_only=True) as store,
        (tmp_path / "articles.csv").open("wb") as file,
    ):
        write_csv(rows(store, Selection(Filter()), names), names, file)
    (block,) = re.findall(r"```r\n(.*?)```", TEXT, re.S)

    done = subprocess.run(["Rscript", "-e", block], cwd=tmp_path, capture_output=True, text=True, check=False)

    if "there is no package called" in done.stderr:
        pytest.skip(done.stderr.strip().splitlines()[0])
    assert done.returncode == 0, done.stderr
    assert re.search(r"^\d+ +copy +2$", done.stdout, re.M), done.stdout
    assert re.search(r'^\d+ "?press"? +1 +1 *$', done.stdout, re.M), done.stdout


def test_the_notebook_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder.parent)
    cells = json.loads((DOCS / "notebook.ipynb").read_text("utf-8"))["cells"]
    space: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            exec(compile("".join(cell["source"]), cell["id"], "exec"), space)

    assert "社區裏的十七天" in capsys.readouterr().out
