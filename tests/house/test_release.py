"""A release sets version and changelog, and refuses where they are not ready."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

import archive
from tests.house.release import NotReadyError, dated, sums, versioned

MODULE = '"""Keeps."""\n\n__version__ = "0.9.1"\n'
CHANGES = "# Changes\n\n## 0.9.2 (unreleased)\n\n- News.\n\n## 0.9.1 (2026-01-02)\n\n- Old.\n"


def test_version_and_heading_are_set() -> None:
    assert versioned(MODULE, "0.10.0") == '"""Keeps."""\n\n__version__ = "0.10.0"\n'
    assert dated(CHANGES, "0.10.0", date(2026, 11, 29)) == (
        "# Changes\n\n## 0.10.0 (2026-11-29)\n\n- News.\n\n## 0.9.1 (2026-01-02)\n\n- Old.\n"
    )


@pytest.mark.parametrize("version", ["", "1.0", "v1.0.0", "0.9.0", "0.8.99"])
def test_a_version_that_is_none_or_goes_back_is_refused(version: str) -> None:
    with pytest.raises(NotReadyError):
        versioned(MODULE, version)


@pytest.mark.parametrize(
    "changes",
    [
        "# Changes\n\n## 0.9.1 (2026-01-02)\n\n- Old.\n",
        "# Changes\n\n## 0.9.2 (unreleased)\n\n## 0.9.1 (x)\n\n- Old.\n",
    ],
)
def test_a_changelog_without_news_is_refused(changes: str) -> None:
    with pytest.raises(NotReadyError):
        dated(changes, "1.0.0", date(2026, 11, 29))


def test_checksums_are_those_of_sha256sum(tmp_path: Path) -> None:
    (tmp_path / "b-1.tar.gz").write_bytes(b"")
    (tmp_path / "a-1.whl").write_bytes(b"abc")
    (tmp_path / "SHA256SUMS").write_bytes(b"old")

    assert sums(tmp_path) == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a-1.whl\n"
        f"{hashlib.sha256(b'').hexdigest()}  b-1.tar.gz\n"
    )


def test_the_version_stands_in_one_place() -> None:
    repo = Path(archive.__file__).parents[1]
    places = [
        path.relative_to(repo).as_posix()
        for floor in ("archive", "crawler", "extract")
        for path in (repo / floor).rglob("*.py")
        if f'"{archive.__version__}"' in path.read_text("utf-8")
    ]

    assert places == ["archive/__init__.py"]
    assert f'version = "{archive.__version__}"' not in (repo / "pyproject.toml").read_text("utf-8")
