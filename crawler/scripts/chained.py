"""Lists whose every answer leads to the next: by a mark that it names, or by the numbers of its entries."""

import re
from collections.abc import Iterator

from crawler.scripts.keys import token_of, value_in

TOTAL = re.compile(r"(?i)<total_?records?>\s*+(\d{1,7})")
RANGE = re.compile(
    r"(?i)(?<=[?&])(start_?record|start_?row)=(\d{1,6})&(end_?record|end_?row)=(\d{1,6})(?=&|$)"
)
JPAGE = re.compile(r"\.jpage\(\{(.{1,2000})", re.DOTALL)
TOLD = re.compile(r"[\"']?(\w{1,40})[\"']?\s{0,4}:\s{0,4}[\"']?([\w./?=-]{1,200})")
SENT = re.compile(r"(?:ajaxParam|data|params?)[\"']?\s{0,4}:\s{0,4}\{([^{}]{1,800})\}")
GROUP = 3  # pages that jpage asks for at once, where a page does not say


def jpages(text: str) -> Iterator[tuple[str, str]]:
    """The lists that jpage draws: the address of the first group of pages, the parameters as the script names them."""
    for call in JPAGE.finditer(text):
        told, given = dict(TOLD.findall(call[1])), SENT.search(call[1])
        url, size = told.get("proxyUrl") or told.get("url"), told.get("perPage", "")
        if url and given and size.isdigit():
            many = told.get("groupSize", "")
            group = int(size) * (int(many) if many.isdigit() else GROUP)
            mark = "&" if "?" in url else "?"
            yield f"{url}{mark}startrecord=1&endrecord={group}&perpage={size}", given[1]


def following(url: str, text: str) -> str | None:
    """The address of the next page that an answer with a list as markup leads to; None if it leads to none."""
    if ranged := next_range(url, text):
        return ranged
    value = value_in(text)
    found = token_of(value, "", url) if isinstance(value, dict) else None
    if found is None:
        return None
    for key in found[0].split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return found[1].replace("{token}", str(value)) if value else None


def next_range(url: str, text: str) -> str | None:
    """The address of the entries behind those of an answer; None where the address names no range, or none is left."""
    ranged = RANGE.search(url)
    if ranged is None:
        return None
    start, end = int(ranged[2]), int(ranged[4])
    size, total = end - start + 1, TOTAL.search(text)
    if size < 1 or (total and int(total[1]) <= end):
        return None
    named = f"{ranged[1]}={start + size}&{ranged[3]}={end + size}"
    return f"{url[: ranged.start()]}{named}{url[ranged.end() :]}"
