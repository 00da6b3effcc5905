"""Tags with thousands of attributes are cut; everything else stays byte for byte."""

import pytest

from extract.attributes import MOST, bearable
from extract.page.page import Page

PLAIN = " ".join(f"a{i}" for i in range(8_000))


@pytest.mark.parametrize(
    "attributes",
    [
        PLAIN,
        " ".join(f"a{i}=b" for i in range(8_000)),
        " ".join(f'a{i}="<>"' for i in range(8_000)),
        "/".join(f"a{i}='>'" for i in range(8_000)),
        "\n".join(f"a{i} = b" for i in range(8_000)),
        'x="<p ' + '">' + PLAIN,
    ],
)
def test_a_tag_keeps_five_hundred(attributes: str) -> None:
    markup = f"<html><body><p {attributes}>武汉</p><p id=z>后</p></body></html>".encode()
    tree = Page("http://a.example/", markup).tree

    assert tree is not None
    assert max(len(element.attrib) for element in tree.iter()) <= MOST
    assert [element.text for element in tree.iter("p")][-1] == "后"


@pytest.mark.parametrize(
    "inside",
    [
        f"<script>if (a<b {PLAIN}) x = '</p>';</script>",
        f"<script>if (a<b) {{ {'x=1;' * 8000} }}</script>",
        f"<!-- <p {PLAIN}> -->",
        f"<style>a<b {PLAIN}</style>",
        f"<p title='{PLAIN}'>x</p>",
        f"<p>{'a=b ' * 8000}</p>",
    ],
)
def test_scripts_comments_and_long_values_stay(inside: str) -> None:
    markup = f"<html><body>{inside}<p>后</p></body></html>".encode()

    assert bearable(markup) == markup
