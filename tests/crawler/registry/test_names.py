"""Sites by the names people call them, in either script."""

import argparse
import re
from datetime import date
from pathlib import Path

import pytest
from scrapy.settings import Settings

from archive.errors import WrongUse
from archive.run.folder import Archive
from archive.search.names import sites
from crawler.commands.sites import Command
from crawler.registry.book import SiteFiles


@pytest.fixture(scope="module")
def book() -> SiteFiles:
    return SiteFiles.load()


@pytest.mark.parametrize(
    ("names", "hosts"),
    [
        ("焦作日报", ["epaper.jzrb.com"]),
        ("焦作网", ["www.jzrb.com"]),
        ("焦作網", ["www.jzrb.com"]),  # not the nine hosts that convert its pages and bear its name
        ("大公网", ["www.takungpao.com"]),
        ("大公網，央視網", ["www.takungpao.com", "cctv.com"]),
        ("央视网、youth.cn", ["cctv.com", "youth.cn"]),
        ("中新网", ["www.chinanews.com.cn"]),  # a further name of its file
        ("damianosjewelry.com", ["damianosjewelry.com"]),
    ],
)
def test_a_name_stands_for_its_site(book: SiteFiles, names: str, hosts: list[str]) -> None:
    assert [site.host for site in book.named(names)] == hosts


def test_an_unknown_name_brings_the_nearest(book: SiteFiles) -> None:
    with pytest.raises(WrongUse, match=r"site=焦作晚报: no such site file; did you mean .*焦作"):
        book.named("焦作晚报")
    with pytest.raises(WrongUse, match="no host name"):
        book.entered("不存在的报")
    assert book.entered("央視網").host == "cctv.com"


def test_a_name_that_several_sites_bear_asks_for_a_host(tmp_path: Path) -> None:
    for host in ("a.example", "b.example"):
        text = f'host = "{host}"\nname = "同名报"\nconfidence = "L"\nsource = "invented"\n'
        (tmp_path / f"{host}.toml").write_text(text, "utf-8")

    with pytest.raises(WrongUse, match=r"2 sites bear this name; name a host: a\.example, b\.example"):
        SiteFiles.load(tmp_path).named("同名报")


@pytest.mark.parametrize(
    ("words", "found", "not_found"),
    [
        (
            ["香港"],
            {"www.takungpao.com", "www.wenweipo.com", "www.tkww.hk"},
            {"www.macaodaily.com", "cctv.com"},
        ),
        (["澳門"], {"www.macaodaily.com"}, {"www.wenweipo.com"}),
        (["中央"], {"cctv.com", "www.news.cn"}, {"dahe.cn"}),
        (["大公網"], {"www.takungpao.com"}, {"cctv.com"}),
        (["taiwan", "聯合"], {"udn.com"}, {"www.chinatimes.com"}),
    ],
)
def test_words_find_sites_in_either_script(
    words: list[str], found: set[str], not_found: set[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = Command()
    command.settings = Settings({"ARCHIVE_DIR": str(tmp_path / "none")})
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    command.run(words, parser.parse_args([]))

    listed = set(re.findall(r"^(\S+\.\S+)", capsys.readouterr().out, re.M))
    assert found <= listed
    assert not listed & not_found


def test_the_archive_knows_what_its_sites_are(book: SiteFiles, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", book)
    with archive.writing() as store:
        known = sites(store.conn)
    with archive.writing() as store:  # a second time nothing changes
        again = sites(store.conn)

    assert known == again
    assert (known["cctv.com"].name, known["cctv.com"].name_hant) == ("央视网", "央視網")
    assert (known["www.takungpao.com"].name, known["www.takungpao.com"].own) == ("大公网", "大公網")
    assert (known["www.takungpao.com"].region, known["www.takungpao.com"].kind) == ("hongkong", "press")
    assert (known["cctv.com"].region, known["cctv.com"].kind) == ("mainland", "central")
    assert not known["damianosjewelry.com"].is_trusted
    assert book.place("https://news.cctv.com/2020/02/09/ARTI1.shtml", date(2020, 2, 9)).site in known


def test_a_site_file_that_changed_changes_the_table(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for name in ("旧报", "新报"):
        text = f'host = "a.example"\nname = "{name}"\nregion = "city"\nsource = "invented"\n'
        (own / "a.example.toml").write_text(text, "utf-8")
        with Archive(tmp_path / "archive", SiteFiles.load(own)).writing() as store:
            assert sites(store.conn)["a.example"].name == name
