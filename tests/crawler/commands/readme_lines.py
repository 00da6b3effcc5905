"""What is typed for each line of the README's table; the web is the sample network.

The folder has a demo, page.html, old-crawl.warc.gz and the folder `own`. Copies are looked for in an archive
beside, and on a thirtieth of the sites: most are not in the sample, and that is an alarm.
"""

import re
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).parents[3] / "README.md"
ARTICLE = "http://www.jzrb.com/news/tuijian/202412/501205.shtml"
BESIDE = "-s ARCHIVE_DIR=beside -s ZHUANZAI_SHARD=1/30 -s ZHUANZAI_SITES_DIR=own"
AT_ONCE = {
    "web.archive.org.toml": 'host = "web.archive.org"\nname = "A"\nhosts = []\n',
    "commoncrawl.org.toml": 'host = "commoncrawl.org"\nname = "A"\nhosts = ["*.commoncrawl.org"]\n',
}
"""Web archives' site files without the pauses that the real ones need, for the folder `own`."""
PAGE = (
    '<html><head><meta charset="utf-8"><title>桥通了</title></head><body><h1>桥通了</h1>'
    "<p>2024年12月05日 来源：人民日报</p>"
    "<div><p>清晨六点，渡口的老船工把缆绳系好，第一次从桥上走到了对岸。</p>"
    "<p>桥长三百二十米，两个村子的人等了它十一年，今天起不再等船。</p></div></body></html>"
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as typed, its exit code, and a part of what it says on stdout or stderr."""

    line: str
    code: int = 0
    said: str = ""


LINES: dict[str, tuple[Typed, ...]] = {
    "scrapy crawl people_daily": (Typed("crawl people_daily"),),
    "scrapy crawl people_daily -a since=2024-11-29 -a until=2024-12-02": (
        Typed("crawl people_daily -a since=2024-11-29 -a until=2024-12-02"),
    ),
    "scrapy crawl mirrors [-a site=www.jzrb.com,youth.cn] [-a since=… -a until=…] [-a source=人民日报,人民网]": (
        Typed("crawl mirrors -a site=www.jzrb.com,youth.cn"),
        Typed(
            "crawl mirrors -a site=www.jzrb.com -a since=2024-12-01 -a until=2024-12-05 -a source=人民日报,人民网"
        ),
    ),
    "scrapy crawl web_archive -a url=…": (
        Typed(
            "crawl web_archive -a url=http://paper.people.com.cn/rmrb/html/2020-02/11/nbs.D110000renmrb_01.htm"
        ),
    ),
    "scrapy crawl copies -a url=…": (Typed(f"crawl copies -a url={ARTICLE} {BESIDE}"),),
    "-a story=17": (Typed(f"crawl copies -a story=1 {BESIDE}"),),
    "scrapy crawl recheck [-a now=yes]": (
        Typed("crawl recheck"),
        Typed("crawl recheck -a now=yes"),
    ),
    "scrapy status [--coverage 2020-02]": (
        Typed("status", 0, "no alarms"),
        Typed("status --coverage 2024-12-09", 0, "2024-12-09"),
    ),
    "scrapy round": (),
    "scrapy schedule": (Typed("schedule", 0, "round -s ARCHIVE_DIR="),),
    "scrapy sites [香港]": (Typed("sites", 0, "www.jzrb.com"), Typed("sites 香港", 0, "www.wenweipo.com")),
    "scrapy crawl mirrors -a site=HOST": (Typed("crawl mirrors -a site=www.baiqiao.example"),),
    "scrapy newsite HOST": (
        Typed("newsite www.baiqiao.example", 2, "ZHUANZAI_SITES_DIR"),
        Typed("newsite www.baiqiao.example -s ZHUANZAI_SITES_DIR=own", 0, "own/www.baiqiao.example.toml"),
    ),
    "scrapy read page.html https://…": (Typed(f"read page.html {ARTICLE}", 0, "桥通了"),),
    "scrapy ingest old-crawl.warc.gz": (Typed("ingest old-crawl.warc.gz", 0, "articles"),),
    "scrapy lake build s3://…/*.warc.gz --to PLACE": (Typed("lake build old-crawl.warc.gz --to lake"),),
    "scrapy lake cut PLACE --where … --to ARCHIVE": (
        Typed("lake cut lake --where \"site = 'www.jzrb.com'\" --to cut"),
    ),
    "pip install 'zhuanzai[cluster]'": (),  # tests/crawler/commands/installed.py installs
    "scrapy rebuild": (Typed("rebuild"),),
    "scrapy verify": (Typed("verify", 0, "all is as it should be"),),
    "scrapy export --help": (
        Typed("export --help", 0, "--wacz"),
        Typed("export --csv articles.csv"),
        Typed("export --wacz archive.wacz"),
    ),
    "scrapy changes ARTICLE": (Typed("changes 1", 0, "origin 1"),),
    "scrapy lineage STORY": (Typed("lineage 1", 0, "paper.people.com.cn"),),
    "--sites": (Typed("lineage --sites"),),
    '--change "…"': (Typed("lineage --change 人民日报"),),
    "scrapy compact": (Typed("compact"),),
    "scrapy backup FOLDER": (Typed("backup copy"),),
    "-s ZHUANZAI_SHARD=2/5": (
        Typed("crawl mirrors -a site=www.jzrb.com,youth.cn -s ZHUANZAI_SHARD=1/2 -s ARCHIVE_DIR=A"),
    ),
    "scrapy merge A B … --to C": (Typed("merge A data --to C"),),
    "datasette data/archive.db": (),
    "from archive.open import Archive": (),
}
"""By the README's words. What has no line here is run by a test of its own: the round, Datasette, Python; and pip."""


def promised() -> list[str]:
    """The lines of the README's table."""
    table = README.read_text("utf-8").partition("| to do this | type |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| [^|`]+ \| (.+) \|$", table, re.M)
    return [words for row in rows for words in re.findall(r"`([^`]+)`", row)]
