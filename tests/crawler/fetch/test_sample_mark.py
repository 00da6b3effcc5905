"""A demo's archive: only its own proxy leads into it, and a demo deletes nothing but a demo's."""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from archive.errors import Busy, WrongUse
from archive.run.lock import writing
from crawler.fetch.sample_mark import FILE, admit, clear, write
from crawler.sample import PROOF, Network
from tests.watching import after_look, text_of

WARCINFO = "WARC/1.1\r\nWARC-Type: warcinfo\r\n\r\nsoftware: x\r\nrun: {run}\r\ncommand: mirrors\r\n\r\n\r\n"


@pytest.fixture(scope="module")
def networks() -> Iterator[tuple[Network, Network]]:
    with Network() as one, Network() as other:
        yield one, other


@pytest.fixture
def demo(tmp_path: Path, networks: tuple[Network, Network]) -> Path:
    """A demo's folder that holds the run r1."""
    write(tmp_path, PROOF, networks[0].secret)
    with (tmp_path / FILE).open("a") as mark:
        mark.write("r1\n")
    view(tmp_path, "r1")
    record(tmp_path, "r1")
    (tmp_path / "lock").write_text("pid 1")
    return tmp_path


def view(folder: Path, *runs: str) -> None:
    conn = sqlite3.connect(folder / "archive.db")
    conn.execute("CREATE TABLE IF NOT EXISTS runs (id TEXT)")
    conn.executemany("INSERT INTO runs VALUES (?)", [(run,) for run in runs])
    conn.commit()
    conn.close()


def record(folder: Path, run: str, name: str = "a.warc.gz") -> None:
    (folder / "warc").mkdir(exist_ok=True)
    (folder / "warc" / name).write_bytes(gzip.compress(WARCINFO.format(run=run).encode()))


def through(monkeypatch: pytest.MonkeyPatch, http: str | None, https: str | None) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (("http_proxy", http), ("https_proxy", https)):
        if value:
            monkeypatch.setenv(name, value)


def test_its_own_proxy_leads_in_and_the_run_is_noted(
    demo: Path, networks: tuple[Network, Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    through(monkeypatch, networks[0].proxy_url, networks[0].proxy_url)

    admit(demo, "r2")

    assert (demo / FILE).read_text().splitlines()[1:] == ["r1", "r2"]


@pytest.mark.parametrize(
    "ways",
    [
        "none",
        "another sample network",
        "only one scheme",
        "another machine",
        "a closed port",
        "a name like it",
    ],
)
def test_no_other_way_leads_in(
    demo: Path, networks: tuple[Network, Network], monkeypatch: pytest.MonkeyPatch, ways: str
) -> None:
    own, other = (network.proxy_url for network in networks)
    proxies = {
        "none": (None, None),
        "another sample network": (other, other),
        "only one scheme": (own, other),
        "another machine": ("http://proxy.example:1", "http://proxy.example:1"),
        "a closed port": ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        "a name like it": (own.replace("127.0.0.1", "127.0.0.1.example.com"), own),
    }
    through(monkeypatch, *proxies[ways])

    with pytest.raises(WrongUse, match="demo's archive of invented pages"):
        admit(demo, "r2")
    assert (demo / FILE).read_text().splitlines()[1:] == ["r1"]


def test_any_way_leads_into_an_archive_that_is_no_demos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    through(monkeypatch, None, None)

    admit(tmp_path, "r1")

    assert list(tmp_path.iterdir()) == []


def left(folder: Path) -> list[str]:
    """What clear() leaves: the mark, for the next demo to replace, and the lock that it held."""
    return sorted(path.name for path in folder.iterdir())


def test_a_demos_archive_is_deleted_whole(demo: Path) -> None:
    clear(demo)

    assert left(demo) == ["DEMO", "lock"]


def test_a_crawl_of_the_demo_before_does_not_get_in_while_its_folder_is_made_anew(
    demo: Path, networks: tuple[Network, Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    through(monkeypatch, "http://127.0.0.1:1", "http://127.0.0.1:1")  # its network went with it
    with writing(demo), pytest.raises(Busy):
        clear(demo)
    assert left(demo) == ["DEMO", "archive.db", "lock", "warc"]
    clear(demo)
    with pytest.raises(WrongUse):
        admit(demo, "r2")
    write(demo, PROOF, networks[1].secret)
    with pytest.raises(WrongUse):
        admit(demo, "r2")

    assert (demo / FILE).read_text().splitlines()[1:] == []


@pytest.mark.parametrize("looks", range(1, 6))
def test_a_mark_that_vanishes_lets_nobody_in_and_is_not_made_again(
    demo: Path, networks: tuple[Network, Network], monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    through(monkeypatch, networks[0].proxy_url, networks[0].proxy_url)
    before = text_of(demo / FILE)
    with after_look(looks, demo, (demo / FILE).unlink), suppress(WrongUse):
        admit(demo, "r2")

    mark = text_of(demo / FILE)
    assert not mark or mark.startswith(before)


@pytest.mark.parametrize("gone", ["archive.db", "warc/a.warc.gz", "lock"])
def test_a_demo_broken_off_is_deleted_too(demo: Path, gone: str) -> None:
    (demo / gone).unlink()

    clear(demo)

    assert left(demo) == ["DEMO", "lock"]


def test_files_broken_off_while_they_were_written_are_the_demos(demo: Path) -> None:
    whole = (demo / "warc" / "a.warc.gz").read_bytes()
    (demo / "warc" / "b.warc.gz").write_bytes(b"")
    (demo / "warc" / "c.warc.gz").write_bytes(whole[:20])
    (demo / "archive.db").write_bytes(b"")
    for draft in ("lists.tmp", "pauses.tmp"):
        (demo / draft).write_text("{")

    clear(demo)

    assert left(demo) == ["DEMO", "lock"]


@pytest.mark.parametrize(
    "what", ["a run in the view", "a record", "a foreign record", "a plain record", "a file", "no mark"]
)
def test_what_is_not_the_demos_is_never_deleted(demo: Path, what: str) -> None:
    if what == "a run in the view":
        view(demo, "r9")
    elif what == "a record":
        record(demo, "r9", "b.warc.gz")
    elif what == "a foreign record":
        (demo / "warc" / "b.warc.gz").write_bytes(gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\n\r\n"))
    elif what == "a plain record":
        (demo / "warc" / "b.warc").write_bytes(WARCINFO.format(run="r9").encode())
    elif what == "a file":
        (demo / "notes.txt").write_text("mine")
    else:
        (demo / FILE).unlink()
    before = sorted(path for path in demo.rglob("*"))

    with pytest.raises(WrongUse, match="nothing was touched"):
        clear(demo)
    assert sorted(path for path in demo.rglob("*")) == before


def test_a_folder_that_is_not_there_or_empty_is_free(tmp_path: Path) -> None:
    clear(tmp_path / "none")
    clear(tmp_path)


def test_a_calm_network_has_no_page_in_trouble() -> None:
    troubled = "http://news.dahe.cn/2020/02-12/598110.html"

    assert troubled in Network().addresses
    assert troubled not in Network(calm=True).addresses
