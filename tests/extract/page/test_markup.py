"""What parsing must not lose."""

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
