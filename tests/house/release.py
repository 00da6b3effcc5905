"""A release: version and changelog set, then wheel, source archive and checksums in dist/.

python -m tests.house.release 0.2.0
"""

import hashlib
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from tests.house.faces import REPO

VERSION = re.compile(r'^__version__ = "([\d.]+)"$', re.M)
COMING = re.compile(r"^## (\S+) \(unreleased\)$", re.M)
DIST = REPO / "dist"


class NotReadyError(Exception):
    """What stands in the way of the release."""


def versioned(module: str, version: str) -> str:
    """The source of archive/__init__.py with the new version.

    Raises:
        NotReadyError: a version of another form, or one below the present.
    """
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise NotReadyError(f"{version!r}: wanted a version like 0.2.0")
    present = VERSION.search(module)
    if present is None:
        raise NotReadyError("archive/__init__.py names no version")
    if _ordered(version) < _ordered(present[1]):
        raise NotReadyError(f"{version} is below the present version {present[1]}")
    return VERSION.sub(f'__version__ = "{version}"', module)


def dated(changes: str, version: str, day: date) -> str:
    """The changelog with its unreleased part named and dated.

    Raises:
        NotReadyError: there is no unreleased part, or it says nothing.
    """
    heading = COMING.search(changes)
    if heading is None:
        raise NotReadyError('CHANGELOG.md has no heading "## … (unreleased)"')
    if not changes[heading.end() :].lstrip().startswith("- "):
        raise NotReadyError(f"CHANGELOG.md says nothing under {heading[0]!r}")
    return changes[: heading.start()] + f"## {version} ({day})" + changes[heading.end() :]


def committed() -> None:
    """Refuse a checkout with changes that are not committed."""
    changed = _git("status", "--porcelain")
    if changed:
        raise NotReadyError(f"changes that are not committed: {changed.splitlines()[0]} …")


def sums(folder: Path) -> str:
    """SHA-256 of each file in a folder, as sha256sum writes and checks them."""
    files = sorted(path for path in folder.iterdir() if path.suffix in (".whl", ".gz"))
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=REPO, check=True, capture_output=True, text=True
    ).stdout.strip()


def main() -> int:
    """Set, build, and say what a person does next; 2 where something stands in the way."""
    version = sys.argv[1] if len(sys.argv) > 1 else ""
    module, changes = REPO / "archive" / "__init__.py", REPO / "CHANGELOG.md"
    try:
        committed()
        new_module = versioned(module.read_text("utf-8"), version)
        new_changes = dated(changes.read_text("utf-8"), version, datetime.now(UTC).date())
    except NotReadyError as error:
        print(f"release: {error}", file=sys.stderr)
        return 2
    module.write_text(new_module, "utf-8")
    changes.write_text(new_changes, "utf-8")
    for old in DIST.glob("*"):
        old.unlink()
    uv = Path(sys.executable).with_name("uv")
    when = _git("log", "-1", "--format=%ct")  # the same files give the same bytes
    subprocess.run(
        [uv, "build", "-q", "-o", DIST], cwd=REPO, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": when}
    )
    (DIST / "SHA256SUMS").write_text(sums(DIST), "utf-8")
    print(sums(DIST), end="")
    print(f"Look at dist/, then: git commit -am 'Release {version}' && git tag -s v{version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
