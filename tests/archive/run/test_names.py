"""Files with names that lists, records and terminals do not hold: taken in, proved and read again like any other."""

import os
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.archive.archives import page
from tests.archive.foreign_files import warc
from tests.archive.odd_files import left

NAMES = {
    "two blanks": b"two  blanks",
    "ideographic space": "全角　空格".encode(),
    "no-break space": "nbsp\u00a0x".encode(),
    "blanks at the ends": b" a ",
    "escape": b"a\x1b[31mred",
    "line break": b"a\r\nfile: passwd",
    "line separator": "a\u2028b\x85c".encode(),
    "turned round": "a\u202etxt".encode(),
    "no UTF-8": "北京".encode("gb18030"),
    "percent": b"a%20b%0A",
    "long": ("长" * 80).encode(),
}


@pytest.mark.parametrize("copying", [False, True])
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_file_of_any_name(name: bytes, copying: bool, tmp_path: Path) -> None:
    plain = warc(tmp_path / "a.warc.gz", {"http://f.example/1.html": page(20)})
    odd = tmp_path / os.fsdecode(name + b".warc.gz")
    shutil.copy(plain, odd)
    found = left(tmp_path / "archive", odd, copying=copying)

    assert (found.articles, found.wrong, found.tally.damages) == (1, (), [])


@pytest.mark.parametrize("copying", [False, True])
def test_a_package_whose_members_have_any_name(copying: bool, tmp_path: Path) -> None:
    names = [name.decode("utf-8", "replace") for name in NAMES.values()] + ["x" * 400, "../../up", "a\\b"]
    with ZipFile(tmp_path / "a.wacz", "w") as package:
        for n, name in enumerate(names):
            one = warc(tmp_path / "one.warc.gz", {f"http://f.example/{n}.html": page(n)})
            package.write(one, f"archive/{name}.warc.gz", compress_type=8 * (n % 2))
    found = left(tmp_path / "archive", tmp_path / "a.wacz", copying=copying)

    assert (found.articles, found.wrong, found.tally.damages) == (len(names), (), [])
    assert not [path for path in tmp_path.iterdir() if path.name not in ("a.wacz", "one.warc.gz", "archive")]
