"""Small archives for tests: invented pages, runs that keep them, and all that a database holds, to be compared."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

from archive.capture import Exchange
from archive.door.workers import Readers
from archive.place import Place, SiteBook
from archive.record.foreign import parts
from archive.run.batches import Live, RunLimits
from archive.run.folder import Archive, RunInfo
from archive.run.imports import FileTally, Importer
from extract.page.address import parted

AT = datetime(2020, 2, 10, 0, 39, 53, 123456, tzinfo=UTC)
STREETS = [
    "长江路",
    "解放街",
    "民主巷",
    "和平里",
    "建设村",
    "团结桥",
    "光明胡同",
    "红旗渠",
    "青年湖",
    "友谊关",
]


class Book:
    """No site is registered: every page is judged by what it says."""

    def place(self, url: str, on: date) -> Place:
        return Place(parted(url).hostname or "", "unknown", url)


def page(number: int, *, said: str = "") -> bytes:
    """An invented article of its own for every number; `said` is one more sentence."""
    street, other = STREETS[number % 10], STREETS[number // 10 % 10]
    paragraphs = [
        f"本报讯 第{number}号志愿者小组昨天在{street}和{other}之间的{number + 3}个院落完成了冬季检修，"
        f"更换水管{number * 7 + 11}米，修好路灯{number * 3 + 5}盏，居民们把热茶送到工地上。",
        f"小组长周{number}介绍，{other}的老屋建于{1900 + number % 90}年，屋顶漏雨已有{number % 9 + 2}个冬天，"
        f"这次一共用去青瓦{number * 13 + 200}片，石灰{number * 2 + 40}袋，全部由{street}的商户凑钱买来。",
        f"下一步，小组准备在{street}开一间修理铺，每逢{number % 7 + 1}号开门，替邻居磨剪子、补锅、修收音机。{said}",
    ]
    body = "".join(f"<p>　　{paragraph}</p>" for paragraph in paragraphs)
    title = f"{street}第{number}组修好{number * 3 + 5}盏路灯"
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>'
        f'<div class="info">2020-02-{number % 28 + 1:02} 08:39 来源：{other}晚报</div>'
        f'<div class="content">{body}</div></body></html>'
    ).encode()


def response(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A raw response, its length stated."""
    lines = [
        f"HTTP/1.1 {status}",
        "Content-Type: text/html; charset=utf-8",
        *headers,
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def exchange(url: str, raw: bytes | None, *, minutes: int = 0, **more: object) -> Exchange:
    """A fetch of `url`, so many minutes after AT."""
    request = f"GET {parted(url).path or '/'} HTTP/1.1\r\nHost: {parted(url).hostname}\r\n\r\n".encode()
    file = None if raw is None else BytesIO(raw)
    made = Exchange(
        url, AT + timedelta(minutes=minutes), request, file, elapsed_ms=12, ip_address="192.0.2.7"
    )
    return replace(made, **more)


@contextmanager
def run(
    folder: Path, run_id: str = "20200210T003953Z-0a0a0a0a", book: SiteBook | None = None, **limits: int
) -> Iterator[Live]:
    """A run that fetches; finish() is the caller's."""
    info = RunInfo(run_id, "mirrors", AT, user_agent="zhuanzai/test", contact="desk@example.org")
    with Archive(folder, book or Book()).run(info, RunLimits(**({"batch": 3} | limits))) as live:
        yield live


def crawl(
    folder: Path, *exchanges: Exchange, run_id: str = "20200210T003953Z-0a0a0a0a", **limits: int
) -> None:
    """One whole run."""
    with run(folder, run_id, **limits) as live:
        for fetched in exchanges:
            live.take(fetched)
        live.finish(ending="finished", ended_at=AT + timedelta(hours=1))


def ingest(
    folder: Path,
    *files: Path,
    run_id: str = "20200211T000000Z-0b0b0b0b",
    copying: bool = False,
    book: SiteBook | None = None,
    readers: Readers | None = None,
    **more: bool,
) -> FileTally:
    """Take other tools' files in, as `scrapy ingest` does; `readers` read them, where not this process alone."""
    archive = Archive(folder, book or Book())
    info = RunInfo(run_id, "ingest", AT + timedelta(days=1))
    tally = FileTally()
    with archive.run(info) as live, readers or Readers(archive.sites) as reading:
        importer = Importer(live, reading, archive.warcs, lambda: AT + timedelta(days=1))
        for file in files:
            for part in parts(file, archive.warcs, copying=copying):
                importer.take_in(part, tally, **more)
        live.finish(ending="finished", ended_at=AT + timedelta(days=1, hours=1))
    return tally


def rows(folder: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """Rows of an archive's database."""
    with closing(sqlite3.connect(folder / "archive.db")) as conn:
        return conn.execute(sql, values).fetchall()


def contents(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table; of the search index every word with article, column and place."""
    with closing(sqlite3.connect(database)) as conn:
        names = [
            name
            for (name,) in conn.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        plain = [name for name in names if not name.startswith(("articles_fts", "articles_chars"))]
        found = {name: sorted(conn.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in plain}
        for table in ("articles_fts", "articles_chars"):
            conn.execute(f"CREATE VIRTUAL TABLE temp.v_{table} USING fts5vocab(main, {table}, 'instance')")
            found[table] = sorted(conn.execute(f"SELECT * FROM temp.v_{table}").fetchall(), key=repr)
    return found


def own_warcs(folder: Path) -> list[Path]:
    """The files under warc/, by name."""
    return sorted((folder / "warc").glob("zhuanzai-*"))
