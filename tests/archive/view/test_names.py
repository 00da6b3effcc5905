"""The media that source lines name."""

import pytest

from archive.view.names import media_in
from archive.view.store import Store


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("人民日报", ["人民日报"]),
        ("人民网－人民日报", ["人民网", "人民日报"]),
        ("人民網-人民日報", ["人民網", "人民日報"]),
        ("人民网 | 人民日报", ["人民网", "人民日报"]),
        ("光明网——《光明日报》", ["光明网", "光明日报"]),
        ("新华社、中新社", ["新华社", "中新社"]),
        ("科技日报/中国科技网", ["科技日报", "中国科技网"]),
        ("综合新华社，人民日报", ["新华社", "人民日报"]),
        ("人民日报·海外版", ["人民日报海外版"]),
        ("人民日报 客户端", ["人民日报客户端"]),
        ("《人民日报》（2020年02月09日 第01版）", ["人民日报"]),
        ("中国青年网综合", ["中国青年网"]),
        ("新华社 记者张三", ["新华社"]),
        ("CCTV-13", ["CCTV-13"]),
        ("China Daily", ["China Daily"]),
        ("人民日报 2020", ["人民日报"]),
        ("来源：人民日报", ["人民日报"]),
        ("人民日报、人民日報", ["人民日報"]),
        ("本站原创", []),
        ("网络", []),
        ("综合", []),
        ("－", []),
    ],
)
def test_a_line_names_its_media(line: str, names: list[str]) -> None:
    assert list(media_in(line)) == names


def test_a_medium_has_one_row_whatever_order_its_spellings_come_in(tmp_path: object) -> None:
    lines = ["人民網－人民日報", "《人民日报》", "人民日报", None, "人民日报"]
    tables = []
    for order in (lines, lines[::-1]):
        with Store(tmp_path / f"{len(tables)}.db") as store, store.commit():  # type: ignore[operator]
            for line in order:
                store.name_source(line)
            rows = store.conn.execute("SELECT * FROM sources ORDER BY name").fetchall()
            tables.append(rows)

    assert tables[0] == tables[1]
    assert [row[1:] for row in tables[0]] == [("人民日报", "人民日報"), ("人民网", "人民網")]
