"""The document type that a snapshot keeps: without it, browsers lay old pages out otherwise."""

import pytest

from extract.page.harmless import doctype, harmless
from extract.page.page import Page
from extract.page.stand_ins import Surroundings

XHTML = '"-//W3C//DTD XHTML 1.0 Transitional//EN"'
OLD = '"-//W3C//DTD HTML 4.01 Transitional//EN"'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<!DOCTYPE html><html>", "<!DOCTYPE html>"),
        ("\ufeff\n<!doctype HTML >\n", "<!DOCTYPE html>"),
        ('<?xml version="1.0" encoding="gb2312"?>\n<!DOCTYPE html>', "<!DOCTYPE html>"),
        ("<!-- a > b --> <!-- b --><!DOCTYPE html>", "<!DOCTYPE html>"),
        ('<!DOCTYPE html SYSTEM "about:legacy-compat">', '<!DOCTYPE html SYSTEM "about:legacy-compat">'),
        (
            f'<!DOCTYPE html PUBLIC {XHTML}\n "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">',
            f'<!DOCTYPE html PUBLIC {XHTML} "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">',
        ),
        (
            f"<!DOCTYPE HTML PUBLIC {OLD}>",
            f"<!DOCTYPE html PUBLIC {OLD}>",
        ),  # without its address: an old page
        ("<!DOCTYPE html PUBLIC '-//IETF//DTD HTML//EN'>", "<!DOCTYPE html PUBLIC '-//IETF//DTD HTML//EN'>"),
        ("<html><head>", ""),
        ("正文<!DOCTYPE html>", ""),
        ("<!DOCTYPE>", ""),
        ("<!DOCTYPE note>", ""),
        ('<!DOCTYPE html lang="zh">', ""),  # browsers take it for an old page
        ("<!DOCTYPE html PUBLIC>", ""),
        (f"<!DOCTYPE html PUBLIC {OLD[:-1]}>", ""),
        ('<!DOCTYPE html PUBLIC "<script>">', ""),
        ("", ""),
    ],
)
def test_a_page_keeps_the_document_type_that_a_browser_sees(text: str, wanted: str) -> None:
    assert doctype(text) == wanted


def test_a_snapshot_begins_with_it() -> None:
    nothing = Surroundings(lambda url: None, lambda url: None, lambda url: None)
    old = Page("http://a.example/", b"<html><body><p>a</p></body></html>")
    new = Page("http://a.example/", b"<!DOCTYPE html><html><body><p>a</p></body></html>")

    assert (harmless(old, nothing) or "").startswith("<meta charset")
    assert (harmless(new, nothing) or "").startswith("<!DOCTYPE html>")
