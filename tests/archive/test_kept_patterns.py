"""Patterns that commands keep beside the modules: the same as compiled ones, and no harm where the file is none."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from archive import patterns
from archive.patterns import Patterns, read
from tests.archive.archives import page
from tests.archive.raw_records import Raw, response
from tests.starter import REPO

COMPILER: Any = import_module("re._compiler")
COUNTING = """
import atexit, os, re._parser
from pathlib import Path

made, parse = [0], re._parser.parse

def counted(*told):
    made[0] += 1
    return parse(*told)

re._parser.parse = counted
atexit.register(lambda: Path(os.environ["COUNTED"]).write_text(str(made[0])))
"""
"""A sitecustomize that counts the patterns which a process compiles."""
SCRAPYS_OWN = 300
"""Patterns that are compiled before the project's settings are loaded: 208 of Scrapy 2.19's and Python's."""


def run(folder: Path, *words: str) -> int:
    """`scrapy WORDS` with modules' files in `folder`/cached; the patterns that it compiled."""
    (folder / "sitecustomize.py").write_text(COUNTING, "utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {
        "PYTHONPATH": str(folder),
        "PYTHONPYCACHEPREFIX": str(folder / "cached"),
        "COUNTED": str(folder / "counted"),
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
    }
    scrapy = Path(sys.executable).with_name("scrapy")
    subprocess.run([scrapy, *words], cwd=REPO, env=environment, check=True, capture_output=True)
    return int((folder / "counted").read_text())


def file_of(folder: Path) -> Path:
    """The file that commands wrote there."""
    (found,) = (folder / "cached").rglob("*.patterns")
    return found


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A folder in which one command ran, and the patterns that it compiled."""
    folder = tmp_path_factory.mktemp("listed")
    return folder, run(folder, "list")


def test_a_second_command_compiles_none_of_ours(listed: tuple[Path, int]) -> None:
    folder, compiled = listed
    assert compiled > 2 * SCRAPYS_OWN
    assert run(folder, "list") < SCRAPYS_OWN


def test_kept_patterns_are_those_of_python(listed: tuple[Path, int]) -> None:
    path = file_of(listed[0])
    kept = Patterns(path)
    assert len(read(path)) > SCRAPYS_OWN
    for pattern, flags in read(path):
        fresh, held = COMPILER.compile(pattern, flags), kept.compile(pattern, flags)
        assert held == fresh  # Python compares the flags, the code and the pattern
        assert (held.groups, held.groupindex) == (fresh.groups, fresh.groupindex)


def test_reading_processes_keep_theirs(listed: tuple[Path, int], tmp_path: Path) -> None:
    # the process that reads pages is ended without Python's own end
    none = shutil.ignore_patterns("*.patterns")
    shutil.copytree(listed[0] / "cached", tmp_path / "cached", ignore=none)
    warc = tmp_path / "one.warc"
    warc.write_bytes(Raw("response", "http://a.example/1.html", response(page(1)), "urn:uuid:1").plain())
    run(tmp_path, "ingest", str(warc), "-s", f"ARCHIVE_DIR={tmp_path / 'archive'}")
    byline = import_module("extract.fields.byline")
    of_reading = {one.pattern for one in vars(byline).values() if isinstance(one, re.Pattern)}
    assert of_reading
    assert of_reading <= {pattern for pattern, _ in read(file_of(tmp_path))}


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other Python"])
def test_a_damaged_file_is_made_anew(
    listed: tuple[Path, int], tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = file_of(listed[0]).read_bytes()
    path = tmp_path / "some.patterns"
    if damage == "other Python":
        path.write_bytes(whole)
        monkeypatch.setattr(sys, "version", "3.99")
    else:
        middle = len(whole) // 2
        flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        path.write_bytes({"cut": whole[:-1], "flipped": flipped, "empty": b""}[damage])
    assert read(path) == {}


@pytest.fixture
def standing_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patterns]:
    """Patterns kept in a new file by this process, which is put back afterwards."""
    monkeypatch.setattr(COMPILER, "compile", COMPILER.compile)
    monkeypatch.setattr(COMPILER, "_sre", COMPILER._sre)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    kept = Patterns(tmp_path / "some.patterns")
    kept.stand_in()
    re.purge()  # of what other tests have compiled it would not be asked
    yield kept
    re.purge()


def loaded(folder: Path, name: str, source: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module of that source."""
    (folder / f"{name}.py").write_text(source, "utf-8")
    monkeypatch.syspath_prepend(folder)
    return import_module(name)


def test_only_modules_patterns_are_kept(
    standing_in: Patterns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "import re\nA = re.compile('甲(?P<n>一)', re.I)\nB = re.compile(b'a|b')\ndef later(): re.compile('later9')"
    loaded(tmp_path, "made_for_patterns", source, monkeypatch).later()
    standing_in.save()
    assert set(read(tmp_path / "some.patterns")) == {("甲(?P<n>一)", int(re.I)), (b"a|b", 0)}


def test_two_processes_add_to_one_file(
    standing_in: Patterns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "some.patterns"
    loaded(tmp_path, "first_of_patterns", "import re\nre.compile('first9')", monkeypatch)
    other = Patterns(path)
    standing_in.save()
    other.stand_in()
    loaded(tmp_path, "second_of_patterns", "import re\nre.compile('second9')", monkeypatch)
    other.save()
    assert set(read(path)) == {("first9", 0), ("second9", 0)}


def test_a_process_that_goes_on_lets_go_of_them(
    standing_in: Patterns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "some.patterns"
    loaded(tmp_path, "early_patterns", "import re\nre.compile('early9')", monkeypatch)
    standing_in.let_go()
    assert COMPILER.compile == standing_in._compile
    assert not standing_in._kept
    assert loaded(tmp_path, "late_patterns", "import re\nA = re.compile('late9')", monkeypatch).A.match(
        "late9"
    )
    standing_in.save()
    assert set(read(path)) == {("early9", 0)}


def test_patterns_of_another_form_are_not_kept(
    standing_in: Patterns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # CPython's development version gives the number of repeats, too
    made = standing_in._made
    monkeypatch.setattr(standing_in, "_made", lambda *told: made(*told[:6]))
    compiled = COMPILER._sre.compile
    monkeypatch.setattr(COMPILER._sre, "compile", lambda *told: compiled(*told, 0))
    later = loaded(tmp_path, "seven_patterns", "import re\nA = re.compile('seven9')", monkeypatch)
    standing_in.save()
    assert later.A.match("seven9")
    assert not (tmp_path / "some.patterns").exists()


def test_patterns_that_depend_on_the_place_are_not_kept(
    standing_in: Patterns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(tmp_path, "locale_patterns", "import re\nre.compile(rb'\\w9', re.LOCALE)", monkeypatch)
    standing_in.save()
    assert not (tmp_path / "some.patterns").exists()


def test_the_file_begins_anew_when_it_is_full(
    standing_in: Patterns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "some.patterns"
    loaded(tmp_path, "old_patterns", "import re\nre.compile('old9')", monkeypatch)
    standing_in.save()
    monkeypatch.setattr(patterns, "MOST", 1)
    new = Patterns(path)
    new.stand_in()
    loaded(tmp_path, "new_patterns", "import re\nre.compile('new9')", monkeypatch)
    new.save()
    assert set(read(path)) == {("new9", 0)}


def test_nothing_is_written_where_python_writes_nothing(
    standing_in: Patterns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(tmp_path, "unwritten_patterns", "import re\nre.compile('unwritten9')", monkeypatch)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    standing_in.save()
    assert not (tmp_path / "some.patterns").exists()


def test_nothing_is_said_where_nobody_can_write(
    standing_in: Patterns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "some.patterns").mkdir()
    loaded(tmp_path, "unwritable_patterns", "import re\nre.compile('unwritable9')", monkeypatch)
    standing_in.save()
    assert sorted(path.name for path in tmp_path.glob("some.*")) == ["some.patterns"]
