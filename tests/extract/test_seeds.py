"""The two articles the project began with, put into the markup of the sites that carried them."""

from html import escape
from pathlib import Path

import pytest

from extract.article import Article, Hints
from extract.page.page import Page
from extract.read import read

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
BODY_FIRST = "  孝感—江蘇、黃岡—山東、隨州—河南"
NAV_END = "您現在的位置"


def jiaozuo_page(text: str) -> bytes:
    """The seed, a page copied as text, in the skeleton of reference/sites.md §3.3: print copy and all."""
    lines = text.split("\n")
    crumbs = next(n for n, line in enumerate(lines) if NAV_END in line)
    title = next(n for n, line in enumerate(lines) if line.startswith("16個省對口支援"))
    editor = next(n for n, line in enumerate(lines) if line.startswith("文章編輯"))
    copy = next(n for n, line in enumerate(lines) if n > editor and line == lines[title])
    copy_end = next(n for n, line in enumerate(lines) if n > copy and line.startswith("文章編輯"))
    nav = " ".join(f"<a href='#'>{escape(word)}</a>" for line in lines[:crumbs] for word in line.split())
    channel = "".join(f"<div>{escape(line)}</div>" for line in lines[crumbs + 1 : title] if line.strip())
    rights = "<br>".join(map(escape, lines[editor + 1 : copy]))
    foot = "<br>".join(map(escape, lines[copy_end + 1 :]))
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{lines[title]}_焦作網</title></head><body>
<div class="nav">{nav}</div>
<div class="weizhi">{escape(lines[crumbs])}</div>{channel}
<h1>{lines[title]}</h1>
<div>{lines[title + 1].replace("    ", "&nbsp;&nbsp;&nbsp; ")}</div>
<div class="pcbdmap">{paragraphs(lines[title + 2 : editor])}</div>
<div>{lines[editor]}</div>
<div>{rights}</div>
<div id="print-block">{lines[copy]}<br>{lines[copy + 1]}{paragraphs(lines[copy + 2 : copy_end])}
<div>{lines[editor]}</div></div>
<div class="footer">{foot}</div>
</body></html>""".encode()


def paragraphs(lines: list[str]) -> str:
    return "\n".join(f"<p>　　{escape(line.strip())}</p>" for line in lines if line.strip())


@pytest.fixture(scope="module")
def text() -> str:
    if not SEEDS.is_dir():
        pytest.skip(f"{SEEDS} is not here")
    return (SEEDS / "jiaozuo_mirror_2020.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["with families", "general rules"])
def jiaozuo(request: pytest.FixtureRequest, text: str) -> Article:
    page = Page("http://www.jzrb.com/news/tuijian/202002/436103.shtml", jiaozuo_page(text))
    return read(page, Hints(), with_families=request.param == "with families")


def test_jiaozuo_body_stands_once_without_chrome(jiaozuo: Article, text: str) -> None:
    lines = text.split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith(BODY_FIRST))
    end = next(n for n, line in enumerate(lines) if line.startswith("文章編輯"))

    assert jiaozuo.text.split("\n") == [line.strip() for line in lines[start:end] if line.strip()]


def test_jiaozuo_fields(jiaozuo: Article) -> None:
    assert jiaozuo.title == "16個省對口支援湖北:抗疫戰爭,就要全國一盤棋"
    assert jiaozuo.source == "人民日報"
    assert jiaozuo.published_at == "2020-02-10T08:39:53+08:00"
    assert jiaozuo.published_precision == "second"
    assert jiaozuo.editor == "劉佳"
    assert jiaozuo.script == "hant"
    assert jiaozuo.kind == "article"
    assert jiaozuo.byline is None


@pytest.fixture(scope="module")
def paper() -> Article:
    if not SEEDS.is_dir():
        pytest.skip(f"{SEEDS} is not here")
    text = (SEEDS / "people_daily_2020.txt").read_text(encoding="utf-8")
    page = f"""<html><head><title>无题</title></head><body><div class="article">
<h3></h3><h1>八方支援 共克时艰</h1><h2></h2><p class="sec">本报记者  林  远
<span class="date">《人民日报》（ 2020年01月26日   第 02 版）</span></p>
<div id="ozoom"><founder-content>{paragraphs(text.split(chr(10)))}</founder-content></div></div></body></html>"""
    return read(
        Page(
            "http://paper.people.com.cn/rmrb/html/2020-01/26/nw.D110000renmrb_20200126_1-02.htm",
            page.encode(),
        )
    )


def test_paper_body_is_every_paragraph_and_subheading(paper: Article) -> None:
    text = (SEEDS / "people_daily_2020.txt").read_text(encoding="utf-8")

    assert paper.text.split("\n") == [line.strip("\u3000 \r") for line in text.split("\n") if line.strip()]
    assert (paper.paper_date, paper.paper_page) == ("2020-01-26", 2)
    assert paper.byline == "本报记者 林远"
