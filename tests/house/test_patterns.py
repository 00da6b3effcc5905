"""No pattern costs more than its text is long: counted in steps, on the worst inputs that its own parts make."""

import pytest

from tests.house.pattern_steps import Machine, TooManySteps, baits
from tests.house.patterns import Used, of_floor, of_sites

pytestmark = pytest.mark.slow
LENGTH = 48
MOST = 2.5
"""How many times as many steps a text twice as long may cost."""
SHORT = {
    "extract/text/phrases.py:": "lines above 500 characters are none of these",
    "crawler/sites/": "an address has at most 2,000 characters",
    "crawler/exploring/words.toml": "an address",
    "crawler/exploring/addresses.py:": "an address",
    "crawler/registry/tracking.py:": "a part of an address",
    "archive/urlkey.py:": "an address",
}
"""What meets short texts only: there the steps may grow by squares, never faster."""
MOST_OF_SHORT = 4.6


def growth(used: Used) -> tuple[float, str]:
    """The worst growth of a pattern's steps when its text is doubled, and the text."""
    machine = Machine(used.source, used.flags)
    worst = (0.0, "")
    for head, piece in baits(used.source, used.flags):
        times = max(1, LENGTH // len(piece))
        short, long = (f"{head}{piece * count}\0" for count in (times, 2 * times))
        try:
            steps = machine.steps(short, search=used.is_sought, whole=used.is_whole, most=100_000)
            more = machine.steps(long, search=used.is_sought, whole=used.is_whole, most=9 * steps)
        except TooManySteps:
            return 9.0, long
        worst = max(worst, (more / steps if steps > 300 else 0.0, long))
    return worst


@pytest.mark.parametrize("floor", ["extract", "archive", "crawler", "sites"])
def test_no_pattern_grows_faster_than_its_text(floor: str) -> None:
    found = of_sites() if floor == "sites" else of_floor(floor)
    fast = {}
    for used in found:
        times, text = growth(used)
        if times > (MOST_OF_SHORT if used.where.startswith(tuple(SHORT)) else MOST):
            fast[f"{used.where} {used.source[:60]}"] = f"{times:.2f} times the steps on {text[:60]!r}"

    assert len(found) > 20
    assert fast == {}


@pytest.mark.parametrize(
    "source",
    [
        r"\s+$", r"(a+)+$", r"<[^>]*>", r"^\s*,?\s*x", r"(?:a|a)*b", r"(?=.*x)y|\w+:", r"(?<=a)a*b", r"a.*b.*c",
        r"(?P<q>['\"])[^x]*(?P=q)x", r"\w*page\w*\(", r"(?i)A+b", r"/list(?:[_-]?\w*)*\.\w+$",
    ],
)  # fmt: skip
def test_patterns_that_do_are_seen(source: str) -> None:
    assert growth(Used("here", source, 0, is_sought=True))[0] > MOST


@pytest.mark.parametrize(
    "source",
    [
        r"(?<!\s)\s++$",
        r"<[^<>]*>",
        r"^\s*+(?:,\s*+)?x",
        r"a{2,40}b",
        r"(?<!a)(?>a+)b|c",
        r"^(?:a|b)*$",
        r"x[^y]{0,9}y",
    ],
)
def test_patterns_that_do_not_are_let_pass(source: str) -> None:
    assert growth(Used("here", source, 0, is_sought=True))[0] <= MOST


@pytest.mark.parametrize(
    ("source", "text", "finds"),
    [
        (r"a*b", "aaab", True),
        (r"(a)(?!b)", "ab", False),
        (r"(?<=x)y", "xy", True),
        (r"(['\"])a\1", "'a\"", False),
    ],
)
def test_the_machine_finds_what_re_finds(source: str, text: str, finds: bool) -> None:
    assert Machine(source).finds(text) is finds
