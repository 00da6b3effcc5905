"""What commands say to a person, collected from the code: the literal texts of errors, lines, findings and alarms."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from tests.starter import REPO

ROOMS = ("archive", "crawler", "extract")
TOLD = (
    "archive/care", "archive/cluster", "archive/record", "archive/run", "archive/view/status.py",
    "archive/view/doubts.py", "archive/out/wacz.py", "archive/lake/readings.py", "archive/remote",
    "archive/lake/storage.py",
    "crawler/commands", "crawler/terminal", "crawler/registry", "crawler/finding/arguments.py",
    "crawler/fetch/sample_mark.py",
)  # fmt: skip
"""Where every phrase is one that a command prints, unless it stands in NOT_TOLD."""
NOT_TOLD = (
    "archive/care/tables.py", "archive/record/replay.py", "crawler/registry/scaffold.py",
    "crawler/terminal/metrics.py", "crawler/terminal/schedule.py", "crawler/terminal/words.py",
)  # fmt: skip
"""Modules whose phrases stand in files or pages: of these, errors alone are printed."""
PHRASE = re.compile(r"[a-z]{2,}[ ,:;'’]+[a-z`-]{2,}|(?:^|[ (])[a-z]{3,}(?:$|[ ,:;)])")
CODE = re.compile(
    r"^coalesce|^\[options\]|^build \["
    r"|\b(?:SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|CREATE|AND|PRAGMA)\b|\w = |\\[wWd]|<\w+"
    r"|^(?:urn|file|http|https|application|text|data):"
)
NOT_SAID = frozenset({
    "WARC version", " like {}", "fetched {}", "zhuanzai {}", "application/http; msgtype=request",
    "application/http; msgtype=response",
    "red strike",
    "cmdline makes the process before a command runs", "settings are set before a command runs",
    "ZHUANZAI_CONTACT=the built-in sample network", "{}{} verify -s ARCHIVE_DIR={}", "scrapy crawl", "lake cut",
    "  http://127.0.0.1:8001/archive/-/{}  {}", "Captures of an archive of syndicated news: {}", "all of it",
    "published since", "published until", "zhuanzai 转载", "names it", "other page is", "other pages are",
    "{}.toml\n{}/page.html, page.toml, expected.toml", "{}/page.html, page.toml, expected.toml",
    "made by `scrapy demo`, which deletes this folder and makes it anew", "text/plain; charset=utf-8",
    "zhuanzai {}, Scrapy {}, Python {}",
})  # fmt: skip
"""Phrases for a file, a protocol, a WACZ's description, or an error of ours that no person can make."""
HELP = (
    "write {} to this file",
    "write the CDXJ index; without OUT warc/{}",
    "Runs the spiders named ({} by default)",
)
"""Help with a value in it: tests/crawler/terminal/test_words.py holds help to the table, as it is printed."""
SEARCHED = re.compile("(?:mainland|hong kong|macao|copy)$")
"""Words of `scrapy sites` that a person types."""
FRAME = re.compile(r"[a-z]+: (?:\{\}(?:: )?)+|\{\}, \{\}, fold .*")
"""A command's name before messages that stand elsewhere; the versions of a worker."""
UNREAD = ("execute", "executemany", "executescript", "setting", "compile", "getLogger", "set")
"""Calls whose texts are no words for a person."""


def template(node: ast.AST) -> str | None:
    """The text of a literal, with {} for what is put in; None for other nodes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def literals(tree: ast.AST, left_out: set[int]) -> Iterator[str]:
    """The literal texts below a node, from its start to its end."""
    for node in ast.walk(tree):
        if id(node) not in left_out and (found := template(node)):
            yield re.sub(r"\{:[^}]*\}", "{}", found)


def unspoken(tree: ast.Module) -> set[int]:
    """The nodes that nobody is told: docstrings, pieces of texts, what is logged or asked of a database."""
    out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            out.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            out |= {id(part) for part in node.values}
            specs = [part.format_spec for part in node.values if isinstance(part, ast.FormattedValue)]
            out |= {id(one) for spec in specs if spec for one in ast.walk(spec)}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            is_log = isinstance(owner, ast.Name) and owner.id in ("log", "logger")
            if is_log or node.func.attr in UNREAD:
                out |= {id(one) for one in ast.walk(node)}
            elif node.func.attr == "add_argument":
                out |= {id(one) for arg in node.args for one in ast.walk(arg)}
    return out


def is_phrase(text: str) -> bool:
    """Whether a text has words of English, and is no code."""
    return (" " in text.strip() or "{}" in text) and bool(PHRASE.search(text)) and not CODE.search(text)


def errors(module: str) -> set[str]:
    """The names by which a module knows errors that stop a command."""
    known = vars(importlib.import_module(module))
    return {
        name
        for name, value in known.items()
        if isinstance(value, type) and issubclass(value, (ArchiveError, UsageError))
    }


@cache
def spoken() -> dict[str, str]:
    """Every text that a command may print, with the module that has it."""
    found: dict[str, str] = {}
    for path in sorted(path for room in ROOMS for path in (REPO / room).rglob("*.py")):
        name = path.relative_to(REPO).as_posix()
        tree = ast.parse(path.read_text("utf-8"))
        out = unspoken(tree)
        nodes: list[ast.AST] = []
        if name.startswith(TOLD) and name not in NOT_TOLD:
            nodes = [tree]
        elif not name.startswith("archive/browse"):
            raised = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc]
            if raised:
                own = errors(".".join(Path(name).with_suffix("").parts))
                nodes = [one for one in raised if isinstance(one, ast.Call) and _name(one.func) in own]
        for node in nodes:
            found |= {text: name for text in literals(node, out) if is_phrase(text)}
    return {text: name for text, name in found.items() if is_said(text)}


NOTED = (
    "extract/doubt.py", "extract/read.py", "extract/kind.py", "extract/scene.py", "extract/fields/published.py",
    "archive/door/reading.py", "archive/door/pages.py", "archive/door/continuation.py", "archive/door/capture_rows.py",
    "archive/record/http.py", "archive/record/codings.py", "archive/record/faults.py",
    "archive/record/parsing/lengths.py", "archive/record/parsing/walk.py",
)  # fmt: skip
"""Where every phrase is a note, a doubt, a reason or a fault, which the reading room shows."""
NOT_NOTED = frozenset({"zhuanzai 3", "descendant::text()[not(parent::script or parent::style)]"})


def noted() -> dict[str, str]:
    """Every note that the reading room may show, with the module that has it."""
    found: dict[str, str] = {}
    for name in NOTED:
        tree = ast.parse((REPO / name).read_text("utf-8"))
        found |= {text: name for text in literals(tree, unspoken(tree)) if is_phrase(text)}
    return {text: name for text, name in found.items() if text not in NOT_NOTED}


def is_said(text: str) -> bool:
    """Whether a phrase is printed as a message: no help, and nothing for a file or a protocol."""
    is_help = text.startswith(HELP) or " (default: " in text
    is_searched = bool(SEARCHED.search(text)) and not text.isascii()
    return not (text in NOT_SAID or is_help or is_searched or FRAME.fullmatch(text))


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""
