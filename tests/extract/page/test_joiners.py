"""Characters of no width and soft hyphens join words."""

import pytest

from extract.page.lines import spaced, tidy


@pytest.mark.parametrize(
    "joiner", ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u202c"]
)
def test_what_has_no_width_parts_no_word(joiner: str) -> None:
    assert tidy(f"人民{joiner}日报") == "人民日报"
    assert spaced([f"来源：人民{joiner}{joiner}日报"]) == "来源：人民日报"


@pytest.mark.parametrize("blank", [" ", "\u3000", "\xa0", "\u2003", "\u2028", "\n", "\t"])
def test_what_has_width_parts_words(blank: str) -> None:
    assert tidy(f"人民{blank}日报") == "人民 日报"
