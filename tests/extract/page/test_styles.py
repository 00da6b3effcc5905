"""What the page's own style sheets hide."""

import pytest

from extract.page.lines import Sheet
from extract.page.page import Page
from extract.page.styles import hidden_names
from extract.read import read

PROSE = "3月12日清晨，放水员拧开三号闸门，渠水顺着新衬砌的水泥槽流进麦田，这条渠通水正好三年。"


def sheet(style: str, markup: str) -> Sheet:
    page = Page("http://a.example/", f"<html><head><style>{style}</style></head><body>{markup}".encode())
    assert page.tree is not None
    return Sheet(page.tree)


def shown(laid_out: Sheet) -> list[str]:
    return [line.text for line in laid_out.lines if not line.unseen]


@pytest.mark.parametrize(
    ("style", "names"),
    [
        (".Nys842 { display:none; }", {".Nys842"}),
        ("p.x, #y{color:red;DISPLAY : none}", {".x", "#y"}),
        (".w{font-size:0}", {".w"}),
        (".w{font-size:0.9em}", set()),
        ("@media print{.w{display:none}} .v{visibility:hidden}", {".v"}),
        ("@media screen and (max-width:600px){.w{display:none}}", set()),
        ("@media screen{.w{display:none}}", {".w"}),
        ("/* .w{display:none} */ .v{display:none", {".v"}),
        (".w{display:none} .w{display:block}", set()),
        (".menu:hover .w{display:none}", set()),
        (".a .w{display:none}", set()),
        ("@charset 'utf-8'; .w{display:none}", {".w"}),
    ],
)
def test_names_hidden_wherever_they_stand(style: str, names: set[str]) -> None:
    page = Page("http://a.example/", f"<html><style>{style}</style><body><p>{PROSE}".encode())
    assert page.tree is not None

    assert hidden_names(page.tree.iter("style")) == names


@pytest.mark.parametrize(
    ("styles", "names"),
    [
        ([".w{display:none}", ".w{display:block}"], set()),
        ([".w{display:block}", ".w{display:none}"], {".w"}),
        ([".w{display:block}", ".v{display:none}"], {".v"}),
        ([".w,.v{display:none}", ".v{display:block}", ".v{display:none} .w{visibility:visible}"], {".v"}),
    ],
)
def test_the_last_of_several_sheets_counts(styles: list[str], names: set[str]) -> None:
    sheets = "".join(f"<style>{style}</style>" for style in styles)
    page = Page("http://a.example/", f"<html>{sheets}<body><p>{PROSE}".encode())
    assert page.tree is not None

    assert [hidden_names(page.tree.iter("style")) for _ in range(2)] == [names, names]


def test_a_watermark_between_sentences_goes_and_the_line_goes_on() -> None:
    laid_out = sheet(".w{display:none}", f"<p>{PROSE[:20]}<span class='w'>松溪家园网</span>{PROSE[20:]}</p>")

    assert shown(laid_out) == [PROSE]


def test_a_hidden_text_is_shown_where_nothing_else_is_to_read() -> None:
    laid_out = sheet("#zoom{display:none}", f"<p>正在加载</p><div id='zoom'><p>{PROSE * 6}</p></div>")

    assert shown(laid_out) == ["正在加载", PROSE * 6]


def test_a_sheet_of_unclosed_rules_costs_no_more_than_its_length() -> None:
    assert shown(sheet(".w{" * 50_000 + "display:none", f"<p class='w'>{PROSE}</p>")) == [PROSE]


def test_a_known_family_s_page_hides_the_same() -> None:
    hidden = "".join(f"<p {one}>藏{PROSE}</p>" for one in ('class="a w"', 'id="v"', 'style="display:none"'))
    page = Page(
        "http://a.example/",
        f'<style>.w,#v{{display:none}}</style><body><div class="TRS_Editor"><p>{PROSE}</p>'
        f'<p class="ww">{PROSE[::-1]}</p>{hidden}<div class="w"><p>藏{PROSE}</p></div></div>'.encode(),
    )

    assert page.finder is not None and ".TRS_Editor" in page.marks
    assert read(page).text.split("\n") == [PROSE, PROSE[::-1]]
    assert len(page.hiding.marked or ()) == 4  # no other is asked for its attributes
