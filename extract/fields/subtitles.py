"""The second line of a headline 副题."""

import re

from extract.fields.titles import Heading, holds_more
from extract.page.lines import Sheet
from extract.script.fold import fold

_SUBTITLE_NAME = re.compile(r"sub-?tit|subhead|fubiaoti|fu-?title|ftitle|second-?title|title2|deck\b", re.I)


def subtitle(sheet: Sheet, heading: Heading) -> str | None:
    """The second line of a headline, in an element named for it or behind a dash: ——热烈祝贺市政协会议开幕."""
    if heading.line < 0:
        return None
    for line in sheet.lines[heading.line + 1 : heading.line + 3]:
        names = f"{line.block.get('class') or ''} {line.block.get('id') or ''}"
        is_named = _SUBTITLE_NAME.search(names) is not None
        is_below = line.text.startswith(("——", "—", "--")) and len(fold(line.text)) >= 4
        if line.unseen or line.is_link or holds_more(line.spaced) or len(line.text) > 60:
            continue
        if (is_named or is_below) and fold(line.text) not in fold(heading.text or ""):
            return line.text
    return None
