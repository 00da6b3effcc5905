"""`scrapy read`: JSON Lines on stdout, one clear line and exit code 2 for what is no file."""

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.sample import Network
from tests.starter import REPO, Starter

PAGES = REPO / "tests" / "sites"
CONTRACT = {
    "title", "kicker", "subtitle", "text", "published_at", "published_precision", "source", "byline", "editor",
    "paper_date", "paper_page", "original_title", "script", "charset", "notes",
}  # fmt: skip


Read = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def scrapy_read(starter: Starter) -> Read:
    """`scrapy read WORDS`, its ending and what it wrote; `proxy` is the way to the web."""

    def call(*words: str, proxy: str | None = None) -> "subprocess.CompletedProcess[str]":
        env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        if proxy:
            env |= {"http_proxy": proxy, "https_proxy": proxy}
        return starter.start(["read", *words], env).wait()

    return call


@pytest.fixture(scope="module")
def net() -> Iterator[Network]:
    with Network() as running:
        yield running


def test_files_give_a_line_each_in_order_with_every_field(scrapy_read: Read) -> None:
    files = [str(PAGES / case / "page.html") for case in ("www.jzrb.com/print-copy", "www.gov.cn/news")]
    done = scrapy_read(*files)
    lines = [json.loads(line) for line in done.stdout.splitlines()]

    assert (done.returncode, done.stderr) == (0, "")
    assert [line["path"] for line in lines] == files
    assert all(set(line) >= CONTRACT for line in lines)
    assert [line["source"] for line in lines] == ["沧源日报", "农业农村部网站"]


def test_url_names_the_site_a_file_is_read_as(scrapy_read: Read) -> None:
    file = str(PAGES / "jmanli.cn" / "converted" / "page.html")
    told = scrapy_read("--url", "http://jmanli.cn/jzwkjz/news/202303/836933.html", file)
    general = scrapy_read("--no-sites", file)

    assert json.loads(told.stdout)["low_trust"].startswith("machine-converted copy of www.jzrb.com")
    assert json.loads(general.stdout)["low_trust"].startswith("machine-converted: ")


def test_a_missing_file_is_one_line_and_exit_code_2(scrapy_read: Read, tmp_path: Path) -> None:
    done = scrapy_read(str(tmp_path / "none.html"))

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"scrapy: read: {tmp_path / 'none.html'}: no such file\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no file and no URL given"),
        ((str(REPO),), "is a folder"),
        (("--url", "http://a.example/"), "no file"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(scrapy_read: Read, words: tuple[str, ...], said: str) -> None:
    done = scrapy_read(*words)

    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_address_is_fetched_and_read_and_nothing_is_stored(scrapy_read: Read, net: Network) -> None:
    address = "http://www.jzrb.com/news/tuijian/202002/436103.shtml"
    before = sorted(REPO.glob("data/*"))
    done = scrapy_read(address, proxy=net.proxy_url)
    line = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    assert (line["url"], line["source"], line["editor"]) == (address, "人民日报", "秦小满")
    assert line["published_at"] == "2020-02-10T08:39:53+08:00"
    assert sorted(REPO.glob("data/*")) == before


def test_an_address_that_answers_404_is_one_line_and_exit_code_3(scrapy_read: Read, net: Network) -> None:
    done = scrapy_read("http://www.jzrb.com/news/tuijian/202002/1.shtml", proxy=net.proxy_url)

    assert done.returncode == 3
    assert done.stdout == ""
    assert "http://www.jzrb.com/news/tuijian/202002/1.shtml: answered 404" in done.stderr


def test_a_host_that_cannot_be_reached_is_one_line_and_exit_code_75(scrapy_read: Read) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and never listens: whoever connects is refused
        done = scrapy_read("http://a.example/1.html", proxy=f"http://127.0.0.1:{nobody.getsockname()[1]}")

    assert done.returncode == 75
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("scrapy: read: http://a.example/1.html: ")


def test_an_address_that_is_never_asked_is_one_line(scrapy_read: Read) -> None:
    done = scrapy_read("http://192.0.2.1:9/1.html")

    assert done.returncode != 0
    assert (
        done.stderr
        == "scrapy: read: http://192.0.2.1:9/1.html: refused: 'http://192.0.2.1:9/1.html': odd port 9\n"
    )
