"""The documents as a site: laid out, with a reference written from the code, built and checked.

`python -m tests.house.site [FOLDER]`; without it build/docs.

Exit code 1 where a link leads nowhere, or a page would load something from elsewhere.
"""

import argparse
import importlib
import inspect
import json
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html
from scrapy.utils.project import get_project_settings

import crawler.commands
from archive import open as way_in
from archive import values
from archive.browse import conventions
from crawler.addon import DEFAULTS

REPO = Path(__file__).parents[2]
TOP = {
    "README.md": "index.md",
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contribute.md",
    "SECURITY.md": "security.md",
}
"""Documents beside docs/, and their names in the site."""
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
CONFIGURATION = """
[project]
site_name = "zhuanzai 转载"
site_description = "An archive of syndicated Chinese news"
use_directory_urls = false
extra_javascript = ["find.js"]

[project.theme]
font = false
language = "en"
"""
"""Without `offline`, the plugin that lets pages opened from files be searched: it loads a script from elsewhere.

find.js searches instead, on the page FIND.
"""
FIND = """\
# Search

<input id="find" type="search" aria-label="Words to look for" autofocus> <span id="count" role="status"></span>

<ul id="found"></ul>
"""
LOADING = (
    ("script", "src"), ("img", "src"), ("iframe", "src"), ("link", "href"), ("source", "src"), ("video", "src"),
    ("audio", "src"), ("embed", "src"), ("object", "data"),
)  # fmt: skip
SHEET_LOADS = re.compile(r"""(?:@import\s|url\()\s?["']?((?:https?:)?//[^"')\s]+)""")


def main(arguments: list[str]) -> int:
    """Lay out, build, check."""
    parser = argparse.ArgumentParser(prog="python -m tests.house.site")
    parser.add_argument("folder", nargs="?", type=Path, default=REPO / "build" / "docs")
    folder = parser.parse_args(arguments).folder
    shutil.rmtree(folder, ignore_errors=True)
    lay_out(folder / "docs")
    (folder / "zensical.toml").write_text(CONFIGURATION, "utf-8")
    program = Path(sys.executable).with_name("zensical")
    done = subprocess.run([program, "build"], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr[-4000:] or done.stdout[-4000:])
        return 1
    (folder / "site" / "find-index.js").write_text(find_index(folder / "site" / "search.json"), "utf-8")
    found = list(faults(folder / "site"))
    for line in found:
        print(line)
    pages = len(list((folder / "site").rglob("*.html")))
    print(f"{folder / 'site'}: {pages} pages, {len(found)} faults")
    return 1 if found else 0


def lay_out(docs: Path) -> None:
    """Write the sources of the site: the documents with their links put right, and the reference."""
    for source in (*sorted((REPO / "docs").rglob("*")), *(REPO / name for name in TOP)):
        target = docs / place(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".md":
            target.write_text(relinked(source), "utf-8")
        elif source.suffix == ".ipynb":
            target.write_text(notebook(source), "utf-8")
        elif source.is_file():
            shutil.copy(source, target)
    for folder in ("decisions", "floors"):
        (docs / folder / "index.md").write_text(contents(docs / folder), "utf-8")
    shutil.copy(Path(__file__).with_name("find.js"), docs)
    (docs / "find.md").write_text(FIND, "utf-8")
    (docs / "reference").mkdir()
    for name, text in reference().items():
        (docs / "reference" / f"{name}.md").write_text(text, "utf-8")


def find_index(search: Path) -> str:
    """The theme's index of all headings as the script that find.js loads: address, title and text of each."""
    items = json.loads(search.read_text("utf-8"))["items"]
    rows = [[one["location"], plain(one["title"]), plain(one["text"])] for one in items]
    return f"window.FIND = {json.dumps(rows, ensure_ascii=False)};\n"


def plain(markup: str) -> str:
    """The text of a piece of HTML, with single spaces."""
    return " ".join(html.fromstring(f"<div>{markup}</div>").text_content().split())


def place(source: Path) -> Path:
    """Where a document stands in the site."""
    if source.name in TOP and source.parent == REPO:
        return Path(TOP[source.name])
    inside = source.relative_to(REPO / "docs")
    return inside.with_suffix(".md") if source.suffix == ".ipynb" else inside


def relinked(source: Path) -> str:
    """A document whose links lead within the site; what is no document keeps its name only."""

    def put_right(match: re.Match[str]) -> str:
        mark, text, target = match.groups()
        if urlsplit(target).scheme or target.startswith("#"):
            return match[0]
        path, _, anchor = target.partition("#")
        found = (source.parent / path).resolve()
        is_ours = found.is_relative_to(REPO / "docs") or (found.parent == REPO and found.name in TOP)
        if not is_ours:
            return text
        inside = place(found) if found.is_file() else found.relative_to(REPO / "docs") / "index.md"
        up = "../" * len(place(source).parent.parts)
        return f"{mark}[{text}]({up}{inside.as_posix()}{f'#{anchor}' if anchor else ''})"

    text = LINK.sub(put_right, source.read_text("utf-8"))
    if source == REPO / "README.md":
        text += "\nReference: " + " · ".join(f"[{name}](reference/{name}.md)" for name in reference())
        text += " · [search](find.md)\n"
    return text


def notebook(source: Path) -> str:
    """A notebook as a document."""
    cells = json.loads(source.read_text("utf-8"))["cells"]
    parts = [
        "".join(cell["source"])
        if cell["cell_type"] == "markdown"
        else f"```python\n{''.join(cell['source'])}\n```"
        for cell in cells
    ]
    return "\n\n".join(parts) + "\n"


def contents(folder: Path) -> str:
    """A page that lists the others of its folder by their titles."""
    pages = sorted(path for path in folder.glob("*.md") if path.name != "index.md")
    lines = [f"- [{path.read_text('utf-8').splitlines()[0].lstrip('# ')}]({path.name})" for path in pages]
    return f"# {folder.name.title()}\n\n" + "\n".join(lines) + "\n"


def reference() -> dict[str, str]:
    """Pages written from the code: commands, settings, tables and queries, the way in from Python."""
    return {"commands": commands(), "settings": settings(), "tables": tables(), "python": python()}


def commands() -> str:
    """Every command of ours with its options, as --help prints them."""
    parts = ["# Commands\n"]
    for found in pkgutil.iter_modules(crawler.commands.__path__):
        command = importlib.import_module(f"crawler.commands.{found.name}").Command()
        parser = argparse.ArgumentParser(
            prog=f"scrapy {found.name}",
            usage=f"scrapy {found.name} {command.syntax()}",
            description=command.long_desc(),
            conflict_handler="resolve",
        )
        command.settings = get_project_settings()
        command.add_options(parser)
        parts.append(
            f"## {found.name}\n\n{command.short_desc()}\n\n```text\n{parser.format_help().rstrip()}\n```\n"
        )
    return "\n".join(parts)


def settings() -> str:
    """Every setting of ours with its default; docs/settings.md says why."""
    rows = [f"| `{name}` | `{value!r}` |" for name, value in DEFAULTS.items()]
    return (
        "# Settings\n\n[Units and reasons](../settings.md)\n\n| setting | default |\n|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


def tables() -> str:
    """Every table with its columns, and the researcher's queries, as Datasette tells them."""
    parts = ["# Tables and queries\n\n[What each column holds](../schema.md)\n"]
    for name, table in conventions.tables().items():
        rows = [f"| `{column}` | {said} |" for column, said in table.get("columns", {}).items()]
        parts.append(
            f"## {name}\n\n{table['description']}\n\n| column | |\n|---|---|\n" + "\n".join(rows) + "\n"
        )
    for name, query in conventions.queries().items():
        parts.append(
            f"## {query['title']}\n\n`{name}`: {query['description']}\n\n```sql\n{query['sql']}\n```\n"
        )
    return "\n".join(parts)


def python() -> str:
    """archive.open, class by class."""
    parts = [f"# archive.open\n\n```text\n{inspect.getdoc(way_in)}\n```\n"]
    for kind in (way_in.Archive, way_in.Rows):
        parts.append(f"## {kind.__name__}\n\n{inspect.getdoc(kind)}\n")
        for name, member in inspect.getmembers(kind):
            if name.startswith("_"):
                continue
            called = "" if isinstance(member, property) else str(inspect.signature(member))
            parts.append(f"### {name}\n\n```python\n{name}{called}\n```\n\n{inspect.getdoc(member)}\n")
    for name in ("Article", "Story", "Copy", "Change", "Capture", "Snapshot"):
        kind = getattr(values, name)
        rows = [f"| `{field}` | `{said}` |" for field, said in inspect.get_annotations(kind).items()]
        parts.append(
            f"## {name}\n\n{inspect.getdoc(kind)}\n\n| field | type |\n|---|---|\n" + "\n".join(rows) + "\n"
        )
    return "\n".join(parts)


def faults(site: Path) -> Iterator[str]:
    """Links within the site that lead nowhere, and what pages would load from elsewhere."""
    pages = {path: html.parse(path).getroot() for path in site.rglob("*.html")}
    names = {path: set(page.xpath("//@id | //a/@name")) for path, page in pages.items()}
    for path, page in pages.items():
        for tag, attribute in LOADING:
            for value in page.xpath(f"//{tag}/@{attribute}"):
                if urlsplit(value).netloc and not page.xpath(f"//link[@rel='canonical' and @href='{value}']"):
                    yield f"{path.relative_to(site)}: loads {value}"
        if page.xpath("//*[contains(concat(' ', @class, ' '), ' mermaid ')]"):
            yield f"{path.relative_to(site)}: has a drawing whose script the theme loads from elsewhere"
        for href in page.xpath("//a/@href"):
            yield from _nowhere(site, path, href, names)
    for sheet in sorted(site.rglob("*.css")):
        for value in SHEET_LOADS.findall(sheet.read_text("utf-8")):
            yield f"{sheet.relative_to(site)}: loads {value}"


def _nowhere(site: Path, path: Path, href: str, names: dict[Path, set[str]]) -> Iterator[str]:
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or path.name == "404.html":
        return
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    target = target / "index.html" if target.is_dir() else target
    if not target.is_file():
        yield f"{path.relative_to(site)}: {href} leads nowhere"
    elif parts.fragment and target in names and unquote(parts.fragment) not in names[target]:
        yield f"{path.relative_to(site)}: {href} names no place there"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
