"""What parsing must not lose."""

import pytest

from extract.page.page import Page


def test_text_behind_an_early_end_of_the_page_is_read() -> None:
    text = "".join(
        f"<p>第{n}段写着许多内容，站点的模板在正文之前就写了页面的结束标记。</p>" for n in range(6)
    )
    page = Page(
        "http://a.example/1.html", f"<html><body><h1>标题</h1></body></html><div>{text}</div>".encode()
    )

    assert page.tree is not None
    assert len(page.tree.findall(".//p")) == 6


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32", "gb18030"])
@pytest.mark.parametrize("end", ["</html>", "</HTML>", "</HT\x01ML>"])
def test_an_early_end_in_capitals_is_known_in_any_encoding(end: str, encoding: str) -> None:
    markup = f"<html><head><meta charset={encoding}></head><body><p>武汉。{end}<p>后来的一段。</body>"
    tree = Page("http://a.example/", markup.encode(encoding)).tree

    assert tree is not None
    assert [element.text for element in tree.iter("p")] == ["武汉。", "后来的一段。"]


@pytest.mark.parametrize("tag", ["amp-img", "AMP-IMG", "amp-anim"])
@pytest.mark.parametrize("depth", [1, 3_000])
def test_a_picture_of_amp_is_a_picture(tag: str, depth: int) -> None:
    markup = f"<html><body><p>武汉<{tag} src=/p.png></{tag}>长江</p>{'<div>' * depth}江滩"
    page = Page("http://a.example/", markup.encode())

    assert page.tree is not None
    assert [element.get("src") for element in page.tree.iter("img")] == ["/p.png"] * (depth == 1)
    assert "".join(page.tree.itertext()).split() == ["武汉长江江滩"]
