"""Commands typed by tests, run in their own process."""

from pathlib import Path

import pytest
from scrapy.cmdline import execute

from tests.crawler.commands.typed import Done, Run


@pytest.fixture
def scrapy(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Scrapy's command line, in this process."""
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "crawler.settings")

    def run(*words: str, archive: Path) -> Done:
        settings = ["-s", f"ARCHIVE_DIR={archive}", "-s", "ZHUANZAI_MIN_FREE_BYTES=0"]
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            execute(["scrapy", *words, *settings])
        told = capsys.readouterr()
        return Done(int(end.value.code or 0), told.out, told.err)

    return run
