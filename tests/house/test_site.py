"""The documents as a site: links put right, a reference from the code, faults found."""

import json
import re
import shutil
from pathlib import Path

import pytest

from crawler.addon import DEFAULTS
from tests.archive.browse.chromium import CHROMIUM, browser
from tests.house.faces import REPO
from tests.house.site import FIND, contents, faults, find_index, lay_out, reference, relinked


def test_links_of_documents_lead_within_the_site() -> None:
    readme = relinked(REPO / "README.md")

    assert "](docs/" not in readme
    assert "[the tables](schema.md)" in readme
    assert "[decisions](decisions/index.md)" in readme
    assert "[contribute](contribute.md)" in readme
    assert "queries.toml" not in relinked(REPO / "docs" / "reading-room.md")  # a source file is no page


def test_the_reference_has_every_command_setting_and_call() -> None:
    pages = reference()
    shipped = {path.stem for path in (REPO / "crawler" / "commands").glob("*.py")} - {"__init__"}

    assert set(re.findall(r"^## (\w+)$", pages["commands"], re.M)) == shipped
    assert all(f"| `{name}` |" in pages["settings"] for name in DEFAULTS)
    assert "### snapshot" in pages["python"]
    assert "## articles" in pages["tables"]


def test_everything_under_docs_is_laid_out(tmp_path: Path) -> None:
    lay_out(tmp_path)
    laid = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    ours = {path.relative_to(REPO / "docs").as_posix() for path in (REPO / "docs").rglob("*.*")}

    assert {name.replace(".ipynb", ".md") for name in ours} <= laid
    assert "rooms.md" in contents(tmp_path / "decisions")


def test_a_link_to_nowhere_and_what_is_loaded_from_elsewhere_are_faults(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="b.html#there">1</a><a href="c.html">2</a><a href="b.html#gone">3</a>'
        '<a href="https://x.example/">4</a><script src="https://cdn.example/x.js"></script><img src="b.png">'
    )
    (tmp_path / "b.html").write_text('<h1 id="there">b</h1>')

    assert list(faults(tmp_path)) == [
        "a.html: loads https://cdn.example/x.js",
        "a.html: c.html leads nowhere",
        "a.html: b.html#gone names no place there",
    ]


def test_what_a_sheet_or_a_drawing_would_load_from_elsewhere_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<pre class="mermaid"></pre><video src="//films.example/a.mp4"></video>')
    (tmp_path / "a.css").write_text(
        '@import "https://fonts.example/a.css"; @font-face { src: url(//fonts.example/a.woff) }'
        " p { background: url('b.png') } i { background: url(data:image/png;base64,AA//) }"
    )

    assert list(faults(tmp_path)) == [
        "a.html: loads //films.example/a.mp4",
        "a.html: has a drawing whose script the theme loads from elsewhere",
        "a.css: loads https://fonts.example/a.css",
        "a.css: loads //fonts.example/a.woff",
    ]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")
def test_pages_opened_from_files_are_searched(tmp_path: Path) -> None:
    rows = [
        ("a/one.html#x", "First <b>hour</b>", "<p>抓取转载，<code>scrapy crawl</code></p>"),
        ("b.html", "Lake", "none"),
    ]
    items = [{"location": place, "title": title, "text": text} for place, title, text in rows]
    (tmp_path / "search.json").write_text(json.dumps({"items": items}))
    (tmp_path / "find-index.js").write_text(find_index(tmp_path / "search.json"))
    shutil.copy(REPO / "tests" / "house" / "find.js", tmp_path)
    script = '<script src="find.js"></script>'
    (tmp_path / "index.html").write_text(f'<div class="md-search"><button>Search</button></div>{script}')
    (tmp_path / "find.html").write_text(FIND.replace("# Search", '<meta charset="utf-8">') + script)
    with browser(tmp_path / "profile") as page:
        page.open((tmp_path / "index.html").as_uri())
        page.click(".md-search button")
        page.run("document.getElementById('find').value = '转载 HOUR'")
        page.run("document.getElementById('find').dispatchEvent(new Event('input'))")
        page.run("new Promise(done => { if (window.FIND) done(); else addEventListener('load', done) })")
        shown = page.run("[...document.querySelectorAll('#found li')].map(one => one.textContent)")
        link = page.run("document.querySelector('#found a').href")

    assert shown == ["First hour 抓取转载，scrapy crawl"]
    assert link == (tmp_path / "a" / "one.html").as_uri() + "#x"
