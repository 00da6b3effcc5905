"""Each case has two pages of its kind that it was not mended by, in other markup; cases, siblings and pages of further
kinds read as typed."""

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from extract.page.page import Page
from extract.read import read

HERE = Path(__file__).parent
CASES = sorted(path.stem for path in (HERE / "cases").glob("*.json"))
SIBLINGS: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (HERE / "siblings.toml").read_text(encoding="utf-8")
)
KINDS: dict[str, list[dict[str, Any]]] = tomllib.loads((HERE / "kinds.toml").read_text(encoding="utf-8"))
TITLE, TITLE_IN_TRADITIONAL = "青岚市启动七条河道清淤工程", "青嵐市啟動七條河道清淤工程"
LINES = (
    "青岚市水务局近日启动河道清淤工程，计划用三个月时间清理城区七条主要河流，改善沿岸居民的生活环境。",
    "据项目负责人林大为介绍，工程总投资一亿二千万元，完工后可使行洪能力提高三成，汛期水位下降约四十厘米。",
    "附近的居民说，过去每到夏天河水发黑发臭，门窗都不敢打开，现在看到政府下决心治理，大家心里都很高兴。",
    "水务局表示，清淤之后还要落实河长责任，把排污口管住，沿岸将种植垂柳和水杉，修建十五公里健身步道。",
)
IN_TRADITIONAL = (
    "青嵐市水務局近日啟動河道清淤工程，計劃用三個月時間清理城區七條主要河流，改善沿岸居民的生活環境。",
    "據項目負責人林大為介紹，工程總投資一億二千萬元，完工後可使行洪能力提高三成，汛期水位下降約四十厘米。",
    "附近的居民說，過去每到夏天河水發黑發臭，門窗都不敢打開，現在看到政府下決心治理，大家心裡都很高興。",
)
TEASERS = "".join(
    f"<div><h4><a href='/{n}.html'>{title}</a></h4><span>青岚晚报 2012-01-{n:02}</span><p>{summary}...</p></div>"
    for n, (title, summary) in enumerate(
        [
            (
                "城南公园年底开放",
                "城南公园将在年底向市民开放，园内设有三处儿童乐园和一条两公里长的健身步道，停车场可容纳四百辆车",
            ),
            (
                "公交线路明起调整",
                "从明天起市区六条公交线路将作调整，涉及火车站、体育馆和医院等站点，请乘客留意站牌上的公告",
            ),
            (
                "图书馆延长开放时间",
                "市图书馆暑假期间每天延长开放两个小时，自习室增加座位三百个，读者凭身份证即可入馆阅读",
            ),
            (
                "菜价连续三周回落",
                "随着本地蔬菜大量上市，市区主要农贸市场的菜价已连续三周回落，青菜每斤比上月便宜了六毛",
            ),
        ],
        start=1,
    )
)
WORDS = {
    "{T}": TITLE,
    "{ZT}": TITLE_IN_TRADITIONAL,
    "{P}": "".join(f"<p>{line}</p>" for line in LINES[:3]),
    "{Z}": "".join(f"<p>{line}</p>" for line in IN_TRADITIONAL),
    "{TEASERS}": TEASERS,
    **{f"{{{n}}}": line for n, line in enumerate(LINES, start=1)},
    **{f"{{Z{n}}}": line for n, line in enumerate(IN_TRADITIONAL, start=1)},
}


def filled(text: str) -> str:
    for mark, words in WORDS.items():
        text = text.replace(mark, words)
    return text


def of_sibling(told: dict[str, Any]) -> Page:
    charset = told.get("charset", "utf-8")
    markup = f"<html><body>{filled(told['html'])}</body></html>"
    parts = [part.encode(charset) for part in markup.split("@@")]
    fetched = datetime.fromisoformat(told["fetched_at"]) if "fetched_at" in told else None
    body = bytes.fromhex(told.get("bytes", "")).join(parts)
    return Page("http://www.qinglan.example/a.html", body, fetched_at=fetched)


@pytest.mark.parametrize("case", CASES)
def test_the_text_of_a_case(case: str) -> None:
    want = json.loads((HERE / "cases" / f"{case}.json").read_text(encoding="utf-8"))
    body = (HERE / "cases" / f"{case}.html").read_bytes()

    found = read(Page(want.get("url") or "http://www.case.example/a.html", body)).text

    assert [line for line in found.split("\n") if line not in want.get("optional", ())] == want["text"]


def test_each_case_has_two_siblings() -> None:
    assert {case: len(SIBLINGS.get(case, ())) for case in CASES} == dict.fromkeys(CASES, 2)
    assert sorted(SIBLINGS) == CASES


@pytest.mark.parametrize(
    ("case", "number"), [(case, n) for case, own in SIBLINGS.items() for n in range(len(own))]
)
def test_a_sibling_of_a_case(case: str, number: int) -> None:
    _reads_as_typed(SIBLINGS[case][number])


@pytest.mark.parametrize(
    ("kind", "number"), [(kind, n) for kind, own in KINDS.items() for n in range(len(own))]
)
def test_a_page_of_a_further_kind(kind: str, number: int) -> None:
    _reads_as_typed(KINDS[kind][number])


def _reads_as_typed(told: dict[str, Any]) -> None:
    found = read(of_sibling(told))

    fields = ("title", "subtitle", "source", "byline", "editor", "published_at", "kind")
    wanted = {name: filled(told[name]) for name in fields if name in told}
    assert {name: getattr(found, name) or "" for name in wanted} == wanted
    if "day" in told:
        assert (found.published_at or "")[:10] == told["day"]
    if "moment" in told:
        assert datetime.fromisoformat(found.published_at or "") == datetime.fromisoformat(told["moment"])
    if "doubted" in told:
        assert (found.confidence < 0.5) is told["doubted"]
    lines = found.text.split("\n")
    assert lines == [filled(line) for line in told.get("text", ("{1}", "{2}", "{3}"))]
