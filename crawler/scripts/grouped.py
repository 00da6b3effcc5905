"""Lists that a script writes as groups of texts: arr[0] = new Array('title', 'address', 'day')."""

import html
import re

FEWEST = 2  # groups that make a list
MOST_GROUPS = 2_000
_TEXT = r"(?:\"[^\"\n\\]{0,300}+\"|'[^'\n\\]{0,300}+'|-?\d{1,15}+|null|true|false)"
GROUP = re.compile(rf"[\[(]\s{{0,20}}+({_TEXT}(?:\s{{0,20}}+,\s{{0,20}}+{_TEXT}){{1,9}}+)\s{{0,20}}+[\])]")
PART = re.compile(_TEXT)
CHINESE = re.compile("[\u3400-\u9fff]")
ADDRESS = re.compile(
    r"(?:https?://|/(?!/)|\.{1,2}/)[\w./?&=%:;,~@+-]{1,300}|[\w-][\w./-]{0,200}\.(?:s?html?|aspx?|php|jsp)(?:\?[\w&=%.-]{0,200})?"
)
PICTURE = re.compile(r"(?i)\.(?:jpe?g|png|gif|webp|svg|css|js|mp4)(?:$|\?)")
DAY = re.compile(r"\D{0,3}(?:(?:19|20)\d\d\D{1,2})?\d{1,2}\D{1,2}\d{1,2}.{0,12}")


def rows_of_texts(text: str) -> str:
    """The rows of a list, as markup, that a script's groups of texts state; empty where they state none."""
    rows: dict[str, str] = {}
    for _, group in zip(range(MOST_GROUPS), GROUP.finditer(text), strict=False):
        parts = [part.strip("'\"") for part in PART.findall(group[1])]
        title = max(parts, key=lambda part: len(CHINESE.findall(part)))
        link = next((part for part in parts if ADDRESS.fullmatch(part) and not PICTURE.search(part)), None)
        if link is None or len(CHINESE.findall(title)) < 2 or title == link:
            continue
        day = next((part for part in parts if part not in (title, link) and DAY.fullmatch(part)), "")
        shown = (html.escape(one) for one in (link, title, day))
        rows.setdefault(link, '<li><a href="{}">{}</a><span>{}</span></li>'.format(*shown))
    return f"<ul>{''.join(rows.values())}</ul>" if len(rows) >= FEWEST else ""
