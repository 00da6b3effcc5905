from extract.page.lines import Sheet
from extract.page.page import Page
from extract.text import body, candidates, cells, evidence, opinion
from extract.text.candidates import Clues

ONE = "3月12日清晨，放水员拧开三号闸门，渠水顺着新衬砌的水泥槽流进麦田，这条渠通水正好三年。"
TWO = "三年前，下游的八个村还靠天吃饭，一亩麦子收成好的年份也不过四百斤，村民叫它望天田。"


def sheet(markup: str) -> Sheet:
    tree = Page("http://a.example/", f"<html><body>{markup}</body></html>".encode()).tree
    assert tree is not None
    return Sheet(tree)


def text(markup: str) -> list[str]:
    page = sheet(markup)
    weights = candidates.weights_of(page, -1)
    proposed = candidates.proposed(page, Clues(), weights)
    places = evidence.ranked(page, Clues(), weights, proposed, body.NOTHING)
    found = opinion.agreed(page, places[0].body if places else body.NOTHING)
    return body.texts(page, found.kept)


def test_paragraphs_are_found_among_links() -> None:
    links = "".join(f"<li><a href='/{n}'>这里是第{n}条新闻的标题</a></li>" for n in range(30))

    assert text(f"<ul>{links}</ul><div><p>{ONE}</p><p>{TWO}</p></div><ul>{links}</ul>") == [ONE, TWO]


def test_lines_between_breaks_are_paragraphs() -> None:
    assert text(f"<div><font>{ONE}<br><br>{TWO}</font></div>") == [ONE, TWO]


def test_text_that_is_no_element_s_own_is_kept_in_order() -> None:
    assert text(f"<div>{ONE}<p>{TWO}</p>{ONE[:20]}。</div>") == [ONE, TWO, f"{ONE[:20]}。"]


def test_hidden_text_is_none_of_it() -> None:
    assert text(f"<div><p>{ONE}</p><p style='display:none'>{TWO}</p></div>") == [ONE]


def test_a_body_that_a_script_will_show_is_read() -> None:
    assert text(f"<div style='display:none'><p>{ONE}</p><p>{TWO}</p></div>") == []
    page = sheet(f"<div id='b' style='display:none'><p>{ONE}</p></div>")
    assert body.texts(page, body.trimmed(page, page.root.find(".//div[@id='b']")).kept) == [ONE]


def test_comments_do_not_count() -> None:
    comments = "".join(f"<div class='comment-item'><p>{TWO}</p><span>回复</span></div>" for _ in range(12))

    assert text(
        f"<div><div><p>{ONE}</p><p>{TWO[:30]}。</p></div><div id='comments'>{comments}</div></div>"
    ) == [ONE, f"{TWO[:30]}。"]


def test_prose_about_licences_and_codes_stays() -> None:
    prose = [
        "业主提供的一份举报信中提到，该项目精装修部分没有第三方造价清单备案，住建局要求开发商在三十天内补齐材料。",
        "市民扫描二维码后，可以看到每棵古树的名字、树龄和养护人的联系电话，这样的牌子全市共有一千二百块。",
        ONE,
    ]

    assert text("<div>" + "".join(f"<p>{line}</p>" for line in prose) + "</div>") == prose


def test_a_heading_of_related_links_goes_with_them() -> None:
    assert text(
        f"<div><p>{ONE}</p><p>相关新闻：</p><p><a href='/1'>两地签订十年用水协议书</a></p><p>{TWO}</p></div>"
    ) == [ONE, TWO]


def test_headings_and_lists_of_the_article_stay() -> None:
    markup = f"<div><p>{ONE}</p><h3>一、水从哪里来</h3><ul><li>上游水库</li><li>沿线泵站</li></ul><p>{TWO}</p></div>"

    assert text(markup) == [ONE, "一、水从哪里来", "上游水库", "沿线泵站", TWO]


def test_rows_of_a_table_are_lines_with_tabs() -> None:
    page = sheet(
        f"<p>{ONE}</p><table><tr><td>指标</td><td>增速</td></tr><tr><td>产值</td><td>6.2%</td></tr></table>"
    )

    assert cells.with_rows(page.lines) == [ONE, "指标\t增速", "产值\t6.2%"]


def test_cells_that_lay_out_the_page_are_no_rows() -> None:
    page = sheet(f"<table><tr><td>{ONE}<br>{TWO}</td><td>短</td></tr></table>")

    assert cells.with_rows(page.lines) == [ONE, TWO, "短"]


def test_teasers_of_other_articles_do_not_outweigh_a_short_text() -> None:
    teasers = "".join(
        f"<div><h3><a href='/{n}'>另一篇文章的标题{n}</a></h3><p>{TWO}</p></div>" for n in range(6)
    )

    assert text(
        f"<div>{teasers}</div><div class='x'><p>{ONE}</p><p>短讯的第二句话，也就到此为止了。</p></div>"
    ) == [
        ONE,
        "短讯的第二句话，也就到此为止了。",
    ]


def test_verses_without_stops_are_found_by_the_name_of_their_place() -> None:
    verses = ["三月的水从闸口出来", "带着山的脾气", "走到石湾就慢了"]

    assert text(f"<h1>青岚渠边</h1><div class='content'><p>{'<br>'.join(verses)}</p></div>") == verses


def test_trafilatura_reads_from_one_element_to_another() -> None:
    before, behind = f"<div><p>{TWO}</p></div>", f"<section><div><p>{TWO}</p></div></section>"
    page = sheet(f"<div id='b'>{before}<div><p>{TWO}</p><p>{ONE}</p><p>{TWO}</p></div>{behind}</div>")
    container = page.root[0][0]
    block = next(line.block for line in page.lines if line.text == ONE)

    assert opinion.lines(container, block, block) == [ONE]
    assert opinion.lines(container, page.root, page.root) == [
        TWO,
        TWO,
        ONE,
        TWO,
        TWO,
    ]  # ends that stand elsewhere
    assert [len(container), len(container[1])] == [3, 3]  # the page itself stays
