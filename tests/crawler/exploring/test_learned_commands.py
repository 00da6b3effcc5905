"""What was learned, seen and kept by hand: scrapy sites --learned, --unregistered, scrapy newsite HOST."""

import json
import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.registry.book import SiteFiles
from crawler.sample import Network
from tests.crawler.conftest import SmallWeb

HOST = "www.baiqiao.example"
AT_ONCE = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "ZHUANZAI_MIN_FREE_BYTES": 0}


@pytest.fixture(scope="module")
def learned(run: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that explored one host."""
    folder = tmp_path_factory.mktemp("learned")
    with Network(today=date(2024, 12, 2), cities=True, log_bytes=False) as net:
        run("mirrors", f"site={HOST}", folder=folder, proxy=net.proxy_url, ZHUANZAI_EXPLORE_PAGES=60)
    return folder / "archive"


def test_learned_sites_are_listed(learned: Path, starter: Any) -> None:
    done = starter.start(["sites", "--learned", "--json", "-s", f"ARCHIVE_DIR={learned}"], {}).wait()

    assert [json.loads(line)["host"] for line in done.stdout.splitlines()] == [HOST]


def test_lists_that_were_looked_at_are_no_pages_that_failed(learned: Path, starter: Any) -> None:
    done = starter.start(["status", "-s", f"ARCHIVE_DIR={learned}"], {}).wait()

    assert "no alarms" in done.stdout
    assert "quarantine" not in done.stdout


def test_newsite_writes_what_was_learned_for_keeping(learned: Path, starter: Any, tmp_path: Path) -> None:
    own = tmp_path / "sites"
    own.mkdir()
    words = ["newsite", HOST, "--tests", str(tmp_path / "cases"), "-s", f"ARCHIVE_DIR={learned}"]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = starter.start([*words, "-s", f"ZHUANZAI_SITES_DIR={own}"], environment).wait()
    site = SiteFiles.load(own).sites[HOST]

    assert (done.returncode, done.stderr) == (0, "")
    assert site.learned is None
    assert site.is_article(f"http://{HOST}/show-11-77777-1.html")
    assert len(site.listings) == 3
    cases = sorted((tmp_path / "cases" / HOST).iterdir())
    assert len(cases) == 2
    assert tomllib.loads((cases[0] / "page.toml").read_text("utf-8"))["url"].startswith(
        f"http://{HOST}/show-"
    )
    assert "白桥网".encode() in (cases[0] / "page.html").read_bytes()


def test_newsite_looks_through_a_host_that_nobody_crawled(starter: Any, tmp_path: Path) -> None:
    own = tmp_path / "sites"
    own.mkdir()
    settings = {"ARCHIVE_DIR": tmp_path / "archive", "ZHUANZAI_SITES_DIR": own, **AT_ONCE}
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    with Network(today=date(2024, 12, 2), cities=True, log_bytes=False) as net:
        proxies = {"http_proxy": net.proxy_url, "https_proxy": net.proxy_url}
        done = starter.start(["newsite", HOST, *words], os.environ | proxies).wait()
    site = SiteFiles.load(own).sites[HOST]

    assert done.returncode == 0
    assert site.is_article(f"http://{HOST}/show-11-77777-1.html")
    assert sorted(path.name for path in (own / "tests" / HOST).iterdir()) == ["learned-1", "learned-2"]


def test_hosts_that_nobody_named_are_listed(learned: Path, starter: Any, tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes((learned / "archive.db").read_bytes())
    done = starter.start(["sites", "--unregistered", "--json", "-s", f"ARCHIVE_DIR={tmp_path}"], {}).wait()
    rows = [json.loads(line) for line in done.stdout.splitlines()]

    assert [(row["host"], row["articles"]) for row in rows] == [(HOST, "20")]


def test_hosts_that_a_source_links_to_are_listed(
    web: SmallWeb, run: Any, starter: Any, tmp_path: Path
) -> None:
    rows = "".join(
        f"<li><a href='/news/{n}5000.html'>第{n}条青河县新闻的标题</a> 2024-12-01</li>" for n in range(1, 5)
    )
    web.add("http://cites.example/", f"<html><body><a href='/about'>关于</a>{rows}</body></html>")
    for n in range(1, 5):
        web.add(
            f"http://cites.example/news/{n}5000.html",
            f"<html><title>第{n}条青河县新闻的标题</title><body><h1>第{n}条青河县新闻的标题</h1><div class='info'>2024-12-01 08:30"
            " 来源：<a href='http://www.chengnan-daily.example/x.html'>城南日报</a> <a href='http://10.0.0.7/'>城南日报</a></div><div id='zoom'><p>"
            + "青河县的桥修好了，附近的居民说出门方便了许多，过去要绕行二十分钟。" * 6
            + "</p></div></body></html>",
        )
    run("mirrors", "site=cites.example", folder=tmp_path, proxy=web.proxy, ZHUANZAI_EXPLORE_PAGES=20)
    words = ["sites", "--unregistered", "--json", "-s", f"ARCHIVE_DIR={tmp_path / 'archive'}"]
    told = [json.loads(line) for line in starter.start(words, {}).wait().stdout.splitlines()]

    assert {row["host"]: row["named"] for row in told} == {"www.chengnan-daily.example": "4"}


def test_unregistered_hosts_are_explored_by_name_of_none(run: Any, learned: Path, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "archive.db").write_bytes((learned / "archive.db").read_bytes())
    with Network(today=date(2024, 12, 2), cities=True, log_bytes=False) as net:
        run("mirrors", "site=unregistered", folder=tmp_path, proxy=net.proxy_url, ZHUANZAI_EXPLORE_PAGES=60)
        hosts = {entry.host for entry in net.log}

    assert hosts == {HOST}


def test_an_archive_without_unknown_hosts_says_so(run: Any, tmp_path: Path) -> None:
    outcome = run("mirrors", "site=unregistered", folder=tmp_path, ZHUANZAI_EXPLORE_PAGES=60)

    assert "the archive met no host without a file" in outcome.log
