"""Several crawlers share the sites: each has its own, together they have all, wherever and whenever one asks."""

import pytest

from archive.errors import WrongUse
from crawler.registry.book import SiteFiles
from crawler.registry.shard import Shard
from crawler.spiders.copies import Copies
from crawler.spiders.mirrors import Mirrors
from crawler.spiders.web_archive import WebArchive


def test_a_domain_is_the_same_crawlers_for_ever() -> None:
    # echo -n DOMAIN | sha256sum: the first 16 digits modulo 5, and modulo 2
    owners = {"people.com.cn": ("5/5", "2/2"), "youth.cn": ("3/5", "1/2"), "jzrb.com": ("1/5", "1/2")}

    for domain, shards in owners.items():
        for told in shards:
            number, of = map(int, told.split("/"))
            for host in (domain, f"www.{domain}", f"PAPER.{domain}."):
                assert [n for n in range(1, of + 1) if Shard.parsed(f"{n}/{of}").owns(host)] == [number]


def test_a_host_is_one_crawlers_however_it_is_written() -> None:
    # the owners by sha256sum as above, of xn--xkrr14bows.cn and xn--mnchen-3ya.de modulo 7
    written = {
        2: ("xn--xkrr14bows.cn", "新华网.cn", "www.新华网.cn", "WWW.新华网。cn.", "XN--XKRR14BOWS.CN"),
        3: ("xn--mnchen-3ya.de", "münchen.de", "WWW.MÜNCHEN.DE"),
    }
    for number, forms in written.items():
        for host in forms:
            assert [n for n in range(1, 8) if Shard(n, 7).owns(host)] == [number], host
    assert sum(Shard(n, 7).owns("no..host") for n in range(1, 8)) == 1


def test_all_is_ones_own_where_nobody_else_is() -> None:
    assert Shard.parsed("") == Shard.parsed(None) == Shard.parsed("1/1") == Shard()
    assert Shard().owns("any.example")


@pytest.mark.parametrize("told", ["0/5", "6/5", "2", "2/0", "a/b", "2/5/7", "-1/5", "1.5/5", "2\\5"])
def test_what_is_no_shard_is_one_clear_line(told: str) -> None:
    with pytest.raises(WrongUse, match=r"ZHUANZAI_SHARD=.*wanted a number of how many, 2/5"):
        Shard.parsed(told)


@pytest.mark.parametrize(("spider", "given"), [(Mirrors, {}), (Copies, {"url": "http://a.example/1"})])
def test_spiders_of_all_shards_together_choose_every_site_once(spider: type, given: dict[str, str]) -> None:
    found = []
    for number in range(1, 4):
        one = spider(**given)
        one.shard = Shard(number, 3)
        one.read_sites(None)
        assert one.chosen
        found += [site.host for site in one.chosen]

    assert sorted(found) == sorted(site.host for site in SiteFiles.for_run(None, None))


def test_web_archives_are_asked_for_a_page_by_the_crawler_whose_site_it_is() -> None:
    asked = []
    for number in range(1, 6):
        spider = WebArchive(url="http://paper.people.com.cn/rmrb/html/2020-02/10/nw.D110000renmrb_1.htm")
        spider.shard = Shard(number, 5)
        spider.read_sites(None)
        asked.append(len([*spider.ask_archives(tuple(spider.targets()))]))

    assert asked == [0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    "url",
    [
        "http://politics.people.com.cn/n1/2020/0210/c1.html",
        "people.com.cn/",
        "http://web.archive.org/web/20200210000000id_/http://politics.people.com.cn/n1/2020/0210/c1.html",
    ],
)
def test_a_page_is_its_sites_wherever_it_is_kept(url: str) -> None:
    spider = Mirrors()
    spider.shard = Shard(5, 5)
    spider.read_sites(None)

    assert spider.owns(url)
    spider.shard = Shard(1, 5)
    assert not spider.owns(url)
