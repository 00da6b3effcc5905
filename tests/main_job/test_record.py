"""The archive of the main job, proved: rebuilt from its record alone, verified, exported, replayed by other tools."""

import os
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader
from warcio.checker import Checker

from archive.capture import Ref
from archive.record.exchanges import http_block
from archive.record.http import parse, read_head, repeated
from archive.record.reader import Record, read, records
from tests.archive.archives import contents, own_warcs
from tests.main_job.conftest import Job

PYWB = os.environ.get("ZHUANZAI_TEST_PYWB")
WACZ = os.environ.get("ZHUANZAI_TEST_WACZ")


def test_the_view_rebuilt_from_the_record_is_the_crawled_one_row_for_row(job: Job, tmp_path: Path) -> None:
    shutil.copytree(job.folder / "warc", tmp_path / "warc")

    done = job.elsewhere(tmp_path, "rebuild", "--jobs", "2")

    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "archive.db") == contents(job.folder / "archive.db")


def test_verify_finds_nothing(job: Job) -> None:
    done = job.scrapy("verify")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip().endswith("all is as it should be")


def test_warcio_reads_the_same_records(job: Job) -> None:
    for path in own_warcs(job.folder):
        ours = [(item.kind, item.url) for item in records(path) if isinstance(item, Record)]
        with path.open("rb") as file:
            theirs = [(item.rec_type, item.rec_headers["WARC-Target-URI"]) for item in ArchiveIterator(file)]

        assert theirs == ours


class Brotli:
    """What warcio 1.8 wants of a decoder; it calls brotli 1.2 and newer by a name they do not have."""

    unused_data = b""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def decompress(self, piece: bytes) -> bytes:
        return bytes(self._stream.process(piece))


def test_warcio_check_passes_files_without_chunked_responses(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(BufferedReader.DECOMPRESSORS, "br", Brotli)
    for path in own_warcs(job.folder):
        plain = tmp_path / path.name
        with path.open("rb") as file, plain.open("wb") as out:
            for item in list(records(path)):
                assert isinstance(item, Record)
                head = item.block.read().partition(b"\r\n\r\n")[0].lower()
                if item.kind == "response" and b"transfer-encoding" in head:
                    continue  # warcio digests the chunks, the specification what they carry
                file.seek(item.ref.offset)
                out.write(file.read(item.ref.length))

        checker = Checker(SimpleNamespace(inputs=[str(plain)], verbose=False))
        checker.process_all()

        assert (checker.exit_value, capsys.readouterr().out) == (0, "")


@pytest.mark.skipif(WACZ is None, reason="ZHUANZAI_TEST_WACZ names no bin folder of an environment with wacz")
@pytest.mark.parametrize("asked", [(), ("--story", "1"), ("--site", "www.jzrb.com")])
def test_wacz_validates_what_is_exported(job: Job, tmp_path: Path, asked: tuple[str, ...]) -> None:
    out = tmp_path / "some.wacz"
    assert job.scrapy("export", "--wacz", str(out), *asked).returncode == 0

    done = subprocess.run(
        [Path(WACZ or "") / "wacz", "validate", "-f", out], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0,
        "Validation succeeded, the passed WACZ is valid",
    )


@pytest.fixture(scope="module")
def replayed(job: Job, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a pywb collection made of the exported WACZ."""
    folder = tmp_path_factory.mktemp("pywb")
    out = folder / "all.wacz"
    assert job.scrapy("export", "--wacz", str(out)).returncode == 0
    manager = Path(PYWB or "") / "wb-manager"
    subprocess.run([manager, "init", "all"], cwd=folder, check=True, capture_output=True)
    subprocess.run([manager, "add", "all", "--unpack-wacz", out], cwd=folder, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [Path(PYWB or "") / "wayback", "-p", str(port), "-b", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/all"
        server.terminate()


@pytest.mark.skipif(PYWB is None, reason="ZHUANZAI_TEST_PYWB names no bin folder of an environment with pywb")
def test_every_page_replays_in_pywb_with_the_body_it_had(job: Job, replayed: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with closing(sqlite3.connect(job.folder / "archive.db")) as conn:
        pages = conn.execute(
            "SELECT c.url, c.captured_at, o.warc_file, o.warc_offset, o.warc_length, o.record_id FROM captures c"
            " JOIN captures o ON o.id = coalesce(c.revisit_of, c.id) WHERE c.status = 200 AND c.truncated IS NULL"
        ).fetchall()
    differ = []
    for url, captured_at, *place in pages:
        wanted = parse(http_block(read(job.folder / "warc", Ref(*place))))
        moment = "".join(filter(str.isdigit, captured_at))[:14]
        with opener.open(f"{replayed}/{moment}id_/{url}", timeout=30) as answer:
            # pywb undoes gzip and br; zstd it hands on as it is
            label = wanted.header("content-encoding") or ""
            head = read_head(BytesIO(f"HTTP/1.1 200 OK\r\nContent-Encoding: {label}\r\n\r\n".encode()))
            got = repeated(head, answer.read()).body
        if got != wanted.body:
            differ.append(url)

    assert differ == []
    assert len(pages) > 150
