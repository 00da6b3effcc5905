"""What can be known of a story of the fifth generator, from the edits that were done to each page.

The cost of an edit is that of the third generator's rule; a word changed again is no return to the first text, and a
site's own lines count little.
"""

from types import SimpleNamespace

from tests.quality.third import truth as third

FURNITURE = (
    "责编",
    "责任编辑",
    "（责编",
    "编辑：",
    "免责",
    "返回首页",
    "来源：",
    "原标题见",
    "点击上方",
    "……【全文】",
)
MARGIN = 0.8
"""Sources whose costs differ by less are as good."""
lost = third.lost


def cost(source, page):
    """The edits that lead from one page to another."""
    again = {(edit[1], edit[2]) for edit in page.ops - source.ops if edit[0] == "rep"}
    kept = {edit for edit in source.ops if edit[0] != "rep" or edit in page.ops or edit[1:3] not in again}
    found = third.cost(SimpleNamespace(ops=frozenset(kept)), page)
    if found >= third.INF:
        return found
    added = sum(map(_is_furniture, page.ops - source.ops))
    return found - 0.6 * sum(map(_is_furniture, source.ops - page.ops)) - 0.8 * added


def _is_furniture(edit):
    return edit[0] == "add" and (edit[1].startswith(FURNITURE) or edit[1].endswith("讯"))


def truth(pages):
    """Of each held page with a held parent: `dec`idable, `und`ecidable, or misleading (`off`, not counted)."""
    held = [page for page in pages if page.held]
    return {
        page.number: (_known(pages, held, page), page.parent) for page in held[1:] if pages[page.parent].held
    }


def _known(pages, held, page):
    source = pages[page.parent]
    costs = {
        other.number: cost(other, page)
        for other in held
        if other is not page and (other is source or other.number == 0 or third.before(other, page))
    }
    best = min(costs.values())
    ties = [number for number, found in costs.items() if found < best + MARGIN]
    is_alone = sum(other.name == source.name and other.held for other in pages) == 1
    if costs[source.number] >= best + MARGIN:
        return "off"
    if source.known and is_alone and page.source == source.name and (source.number or len(ties) == 1):
        return "dec"
    if page.source and page.credited not in (None, source.number) and page.credited in ties:
        return "off"
    if len(ties) > 1:
        return "und"
    turned = source.number and _is_before(source, page) is not True
    return "und" if turned and _is_turned(pages, source, page, costs[source.number]) else "dec"


def _is_turned(pages, source, page, given):
    first = pages[source.parent]
    while not first.held:
        first = pages[first.parent]
    return cost(first, page) + cost(page, source) < cost(first, source) + given + MARGIN


def _is_before(one, other):
    """Whether a page came first by its clock; None where the clocks cannot tell."""
    if one.shown_at is None or other.shown_at is None:
        return None
    if "day" in (one.precision, other.precision):
        days = (other.shown_at.date() - one.shown_at.date()).days
        return None if not days else days > 0
    return None if other.shown_at == one.shown_at else other.shown_at > one.shown_at
