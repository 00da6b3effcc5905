import argparse
import tomllib
from pathlib import Path

import pytest
from scrapy.settings import Settings

from archive.errors import WrongUse
from crawler.commands import newsite
from crawler.commands.newsite import places
from crawler.registry.book import SiteFiles
from crawler.registry.scaffold import case_files, check_host, pattern_of, site_text, write
from extract.page.page import Page

URL = "http://news.qinglan.example/gn/202002/t20200210_12345.htm"
HTML = "<html><head><title>春耕在望_青岚网</title></head><body><div class='TRS_Editor'><p>春耕。</p></div>"
PAGE = Page(URL, HTML.encode(), "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        ("http://a.example/news/2020/0210/123456789.shtml", r"/news/\d{4}/\d{4}/\d+\.shtml$"),
        (
            "http://a.example/a/202002/10/AP5e3f2b02e4b0a1b2c3d4e502.html",
            r"/a/\d{6}/\d{2}/AP[0-9a-f]{24}\.html$",
        ),
        ("http://a.example/show.asp?id=77", r"/show\.asp\?id=\d{2}$"),
    ],
)
def test_a_pattern_generalises_numbers(url: str, pattern: str) -> None:
    assert pattern_of(url) == pattern


def test_a_scaffolded_file_is_a_site_file(tmp_path: Path) -> None:
    write(tmp_path, {"qinglan.example.toml": site_text("qinglan.example", URL, PAGE).encode()})

    site = SiteFiles.load(tmp_path).sites["qinglan.example"]

    assert (site.name, site.family, site.confidence) == ("青岚网", "trs", "L")
    assert site.is_article(URL)
    assert site.covers("news.qinglan.example")


def test_a_case_keeps_the_bytes_and_expects_nothing_yet() -> None:
    files = case_files(URL, PAGE)

    assert files["page.html"] == HTML.encode()
    assert tomllib.loads(files["page.toml"].decode()) == {
        "url": URL, "content_type": "text/html; charset=utf-8", "shows": "",
    }  # fmt: skip
    assert tomllib.loads(files["expected.toml"].decode())["title"] == ""


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    write(tmp_path, {"a.toml": b"mine"})

    with pytest.raises(WrongUse, match=r"a\.toml exists already"):
        write(tmp_path, {"a.toml": b"theirs"})
    assert (tmp_path / "a.toml").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("host", "url", "message"),
    [
        ("www.jzrb.com", "http://www.jzrb.com/news/202002/1.shtml", "has a site file already"),
        ("a.example", "http://b.example/1.html", "is on b.example, not on a.example"),
        ("../etc", "http://b.example/1.html", "is no host name"),
    ],
)
def test_a_host_that_cannot_be_added(host: str, url: str, message: str) -> None:
    with pytest.raises(WrongUse, match=message):
        check_host(host, url, SiteFiles.load())


def test_an_installed_package_is_not_written_to(tmp_path: Path) -> None:
    shipped = tmp_path / "site-packages" / "crawler" / "sites"

    with pytest.raises(WrongUse, match="-s ZHUANZAI_SITES_DIR=FOLDER"):
        places("", shipped)
    assert places("mine", shipped) == (Path("mine"), Path("mine/tests"))


def test_a_checkout_gets_the_site_and_its_test(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    shipped = tmp_path / "crawler" / "sites"

    assert places("", shipped) == (shipped, tmp_path / "tests" / "sites")


def test_nothing_is_fetched_where_nothing_could_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From an installed package."""
    monkeypatch.setattr(newsite, "SHIPPED", tmp_path / "site-packages" / "crawler" / "sites")
    command = newsite.Command()
    command.settings = Settings({"ARCHIVE_DIR": str(tmp_path), "ZHUANZAI_SITES_DIR": ""})
    monkeypatch.setattr(command, "_fetched", lambda url: pytest.fail(f"{url} was asked for"))
    parser = argparse.ArgumentParser()
    command.add_options(parser)

    with pytest.raises(WrongUse, match="name a folder of your own: -s ZHUANZAI_SITES_DIR=FOLDER"):
        command.main(["www.river.example", "http://www.river.example/a/1.html"], parser.parse_args([]))
