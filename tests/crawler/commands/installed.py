"""zhuanzai installed from its wheel, in an environment of its own outside the checkout."""

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

REPO = Path(__file__).parents[3]
SOURCES = ("archive", "crawler", "extract", "pyproject.toml", "README.md", "LICENSE")


def install(folder: Path) -> Path:
    """The Python of a new environment with the wheel in it; the libraries are those of the checkout's environment.

    The build has a copy of the sources alone: what the wheel lacks is found nowhere else.
    """
    sources = folder / "sources"
    sources.mkdir(parents=True)
    for name in SOURCES:
        if (REPO / name).is_dir():
            shutil.copytree(REPO / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(REPO / name, sources)
    venv.create(folder / "env")
    python = folder / "env" / "bin" / "python"
    _pip("wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), str(sources))
    (wheel,) = folder.glob("*.whl")
    _pip("--python", str(python), "install", "-q", "--no-deps", "--no-index", str(wheel))
    shutil.rmtree(sources)
    (packages,) = (folder / "env" / "lib").glob("*/site-packages")
    (packages / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    return python


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
