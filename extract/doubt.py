"""The confidence in a reading: a number from the evidence for the chosen text, and a note for each doubt."""

import re
from collections.abc import Sequence

from extract import replies
from extract.article import Note
from extract.fields import published
from extract.scene import Scene
from extract.script.fold import fold
from extract.text import another, body, candidates, evidence, phrases
from extract.text.body import Body
from extract.text.evidence import Judged

DOUBTFUL = 0.5
"""Below this a reader should look at the page."""
MUCH_REMOVED = 0.5
"""Share of the prose in the text's place that was left out, from which that is told."""
ANNOUNCES = re.compile("^附.{0,20}$|(?:如下|见下表|見下表|下列|以下)[^。]{0,6}[:：]$")
"""A last line after which something must follow: 附：招生专业, 名单如下："""
BEGINNING = 300
"""Characters of a text in which half of a headline's characters are seldom found by chance: for 3 of 100 headlines."""
FEWEST_WORDS = 4
"""Pairs of characters of a headline below which it proves nothing: 图片报道, 社论."""
LAST_LINES = 3
"""Lines at a text's end in which the site's own words are looked for."""
SHORTEST_OF_SITE = 14
"""Characters of such a line."""
SITE_WORDS = 2
"""Words of sites in one line that the text before does not have, from which that is told."""
TEASERS = 0.5
"""Share of a block's paragraphs below linked titles, above which it is a list's, however long."""
STRANGE = 0.08
"""Share of the text in lines set apart that use none of its words, from which that is told."""
_HEADINGS = ("h1", "h2", "h3")
_LABEL = re.compile("^.{2,4}[:：](?=.{4})")  # 组图：
_HANZI = re.compile("[一-鿿]")
LONGEST_DATE = 60
"""Characters of a line below a headline with its date."""
CLOSE = 0.6
"""Difference of two places' scores below which the readers disagree."""


def of(seen: Scene, lines: Sequence[str]) -> tuple[float, list[Note]]:
    """The confidence, 0 to 1, that the text is the article's and whole, and a note of kind `doubt` for each reason
    to look at the page.

    Calibrated on held-back hosts: docs/decisions/text-evidence.md.
    """
    if not lines:
        return 0.0, []
    figure = evidence.confidence(seen.judged) if seen.judged else 0.8
    reasons = _of_text(seen, lines)
    if reasons:
        figure = min(figure, DOUBTFUL - 0.05 * len(reasons))
    elif figure < DOUBTFUL:
        reasons = ["the page's places differ little in what speaks for them"]
    return round(max(0.0, figure), 2), [Note("doubt", reason) for reason in reasons]


def _of_text(seen: Scene, lines: Sequence[str]) -> list[str]:
    """Reasons to doubt the text."""
    reasons = []
    if seen.second:
        reasons.append("found by trafilatura alone")
    best = seen.judged[0] if seen.judged else None
    if best is not None and evidence.is_unrelated(best) and not _is_related(seen, lines):
        reasons.append("the text uses none of the headline's words")
    if seen.from_script and not _is_related(seen, lines):
        reasons.append("the script's text uses none of the headline's words")
    if barred := next((n for n in _at_the_end(seen) if phrases.bars_readers(seen.sheet.lines[n].text)), None):
        reasons.append(f"the rest is for subscribers: {seen.sheet.lines[barred].text[:40]}")
    if ANNOUNCES.search(lines[-1]) and _goes_on_below(seen):
        reasons.append(f"what the last line announces is none of the text: {lines[-1][-30:]}")
    if own := _of_site(seen, lines):
        reasons.append(f"the last lines may be the site's own: {own[:40]}")
    if strange := _of_strangers(seen, lines):
        reasons.append(f"lines set apart use none of the text's words: {strange[:40]}")
    if (at := replies.begins(lines, seen.heading.text or "")) > 0:
        reasons.append(f"the last lines may be readers' replies: {lines[at][:40]}")
    if others := _further(seen):
        reasons.append(f"{len(others)} further dated headlines stand in the text: {others[0][:40]}")
    if best is not None and (rival := _rival(seen, best)):
        reasons.append(rival)
    if best is not None and (longer := _longer(seen, best)):
        reasons.append(longer)
    if _skipped(seen) > sum(map(len, lines)):
        reasons.append("more lines between headline and text were left out than the text has")
    if _above_headline(seen) > MUCH_REMOVED:
        reasons.append("most of the prose stands above the headline and was left out")
    if (removed := _removed(seen)) > MUCH_REMOVED:
        reasons.append(f"{removed:.0%} of the prose in the text's place was left out")
    return reasons


def _of_site(seen: Scene, lines: Sequence[str]) -> str:
    """The first of the last three lines that says two things and more that sites say of themselves or to their
    readers, and that neither the headline nor the text before say; empty if none does."""
    last = [(line, phrases.site_words(line)) for line in lines[-LAST_LINES:] if len(line) >= SHORTEST_OF_SITE]
    last = [(line, words) for line, words in last if len(words) >= SITE_WORDS]
    if not last or len(lines) <= LAST_LINES:
        return ""
    said = phrases.site_words("".join([seen.heading.text or "", *lines[:-LAST_LINES]]))
    return next((line for line, words in last if len(words - said) >= SITE_WORDS), "")


def _of_strangers(seen: Scene, lines: Sequence[str]) -> str:
    """The first of the lines set apart that use none of the text's words, if they are much of the text."""
    kept = set(lines)
    strange = [text for n in seen.strangers if (text := seen.sheet.lines[n].text) in kept]
    return strange[0] if sum(map(len, strange)) > STRANGE * sum(map(len, lines)) else ""


def _further(seen: Scene) -> list[str]:
    """The headlines below the first paragraph of the text that have a dateline of their own: other articles, or the
    entries of one."""
    lines = seen.sheet.lines
    above = next((n for n in seen.body.kept if body.weigh(lines[n]) >= body.PROSE), len(lines))
    # dates are short lines: few paragraphs stand above one
    over = [
        n for n in seen.body.kept if above < n < len(lines) - 1 and len(lines[n + 1].text) <= LONGEST_DATE
    ]
    return [lines[n].text for n in over if another.begins(lines, n)]


def _at_the_end(seen: Scene) -> list[int]:
    """The lines at the text's end and right below it that do not belong to the text."""
    if not seen.body.kept:
        return []
    end = seen.body.kept[-1]
    return [n for n in range(end + 1, min(end + 9, len(seen.sheet.lines))) if not seen.sheet.lines[n].unseen]


def _goes_on_below(seen: Scene) -> bool:
    """Whether a line that is no link and no notice follows the text, a number or another in a table between."""
    below = [seen.sheet.lines[n] for n in _at_the_end(seen)[:3]]
    over = next(
        (place for place, line in enumerate(below) if line.is_link or phrases.ends_article(line.text)), 3
    )
    return any(map(body.may_be_text, below[:over]))


def _is_related(seen: Scene, lines: Sequence[str]) -> bool:
    """Whether the text uses some words of the headline, or begins with half of its characters: it says the same in
    other words."""
    title = fold(_LABEL.sub("", seen.heading.text or ""))
    words = candidates.words(title)
    text = "".join(map(fold, lines))
    if len(words) < FEWEST_WORDS or sum(word in text for word in words) >= 0.15 * len(words):
        return True
    characters = set(_HANZI.findall(title))
    return 2 * sum(one in text[:BEGINNING] for one in characters) >= max(1, len(characters))


def _rival(seen: Scene, best: Judged) -> str:
    """The first words of another place that is as likely and has mostly other lines; empty if there is none."""
    for other in seen.judged[1:]:
        if best.score - other.score > CLOSE:
            break
        if _shared(seen, best.body, other.body) < 0.5 and not _says_the_same(seen, best.body, other.body):
            return f"another place is as likely: {seen.sheet.lines[other.body.kept[0]].text[:40]}"
    return ""


def _shared(seen: Scene, one: Body, other: Body) -> float:
    """The share of the lighter body's prose that the heavier has too."""
    both = set(one.kept) & set(other.kept)
    weight = sum(max(0.0, body.weigh(seen.sheet.lines[n])) for n in both)
    return weight / (max(one.weight, other.weight) or 1.0)


def _says_the_same(seen: Scene, one: Body, other: Body) -> bool:
    """Whether the other body is a second copy: most of its lines are said in the first."""
    said = "".join([seen.sheet.lines[n].folded for n in one.kept])
    lines = [seen.sheet.lines[n].folded for n in other.kept]
    return sum(len(line) for line in lines if line in said) >= 0.8 * sum(map(len, lines))


def _longer(seen: Scene, best: Judged) -> str:
    """The first words of another block of prose that is worth more than the text; empty if there is none."""
    kept = set(seen.body.kept)
    longest = max(
        (
            other
            for other in seen.judged
            if other.features["teasers"] <= TEASERS and kept.isdisjoint(other.body.kept)
        ),
        key=lambda other: other.features["share"],
        default=None,
    )
    if longest is None or longest.features["share"] <= best.features["share"]:
        return ""
    return f"another block is longer: {seen.sheet.lines[longest.body.kept[0]].text[:40]}"


def _skipped(seen: Scene) -> int:
    """The characters of the lines between headline and text that may be text, have no date and were left out."""
    is_told = bool(seen.judged and seen.judged[0].features["told"])
    if not seen.body.kept or seen.heading.line < 0 or is_told:
        return 0
    between = seen.sheet.lines[seen.heading.line + 1 : seen.body.kept[0]]
    return sum(len(line.text) for line in between if body.may_be_text(line) and not published.is_info(line))


def _above_headline(seen: Scene) -> float:
    """The share of the text's prose that stands above the headline: that is no text."""
    if not seen.body.kept or seen.heading.line <= seen.body.kept[0]:
        return 0.0
    if seen.sheet.lines[seen.heading.line].block.tag in _HEADINGS:
        return 0.0
    prose = {n: weight for n in seen.body.kept if (weight := body.weigh(seen.sheet.lines[n])) >= body.PROSE}
    above = sum(weight for n, weight in prose.items() if n < seen.heading.line)
    return above / sum(prose.values()) if above else 0.0


def _removed(seen: Scene) -> float:
    """The share of the prose in the text's container that was left out of the text and is not known to be readers', nor
    a notice below the text."""
    lines = seen.sheet.lines
    again = set(seen.body.kept)
    prose = {n: weight for n in seen.body.dropped if (weight := body.weigh(lines[n])) >= body.PROSE}
    if not prose:
        return 0.0
    kept = sum([max(0.0, body.weigh(lines[n])) for n in seen.body.kept])
    if sum(prose.values()) <= kept * MUCH_REMOVED / (1 - MUCH_REMOVED):
        return 0.0  # whatever of it is known, it is not much
    readers = body.written_by_readers(seen.sheet, range(seen.body.first, seen.body.last))
    left = (n for n in prose if n not in again and n not in readers)
    end = seen.body.kept[-1] if seen.body.kept else 0
    dropped = [n for n in left if not lines[n].unseen and (n < end or not phrases.is_notice(lines[n].text))]
    gone = sum(prose[n] for n in dropped)
    return gone / (kept + gone) if kept + gone else 0.0
