"""An exploration whose time is over: what it found is written down, and the next run looks again."""

import tomllib
from pathlib import Path
from typing import Any

from crawler.exploring import learned
from crawler.exploring.frontier import Purse
from crawler.registry.book import SiteFiles, unwritten
from crawler.registry.sitefile import CMS_FILE, read_site
from tests.crawler.conftest import SmallWeb
from tests.crawler.exploring.kinds import HOST, made
from tests.crawler.exploring.kinds_by_form import KINDS
from tests.crawler.exploring.test_kinds import Walk


def test_time_that_is_over_pays_for_nothing() -> None:
    assert Purse(60, proven=100).may_go_on()
    assert not Purse(60, proven=100, is_late=True).may_go_on()


def test_what_was_found_is_kept_and_looked_for_again(tmp_path: Path) -> None:
    assert "two_levels_of_channels" in KINDS
    walk = Walk(made("two_levels_of_channels")).to_its_end()
    walk.exploration.purse.is_late = True
    found = learned.written(walk.exploration, unwritten(HOST))
    assert found is not None
    (tmp_path / f"{HOST}.toml").write_text(found.text, encoding="utf-8")
    site = read_site(tmp_path / f"{HOST}.toml", tomllib.loads(CMS_FILE.read_text(encoding="utf-8")))

    assert site.unfinished
    assert len(site.listings) == 3
    assert not SiteFiles({}, learned={HOST: site}).was_explored(HOST)


def test_a_host_without_time_is_told(web: SmallWeb, run: Any, tmp_path: Path) -> None:
    rows = "".join(f"<li><a href='/c/{n}/'>第{n}频道</a></li>" for n in range(9))
    web.add("http://late.example/", f"<html><body>{rows}</body></html>")
    outcome = run(
        "mirrors",
        "site=late.example",
        folder=tmp_path,
        proxy=web.proxy,
        ZHUANZAI_EXPLORE_PAGES=60,
        ZHUANZAI_EXPLORE_MINUTES=0.000001,
    )

    assert not web.asked
    assert outcome.lines("site=late.example", "minutes of exploring are over")
    assert outcome.lines("kind=not-explored", "its time is over")
