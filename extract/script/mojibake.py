"""Text that was decoded wrongly before it was published: UTF-8 read as Latin-1 or as GBK, 锟斤拷."""

import re
from collections.abc import Sequence

# UTF-8 read as Latin-1, and what is left of bytes that did not decode
_MOJIBAKE = re.compile("锟斤拷|烫烫烫|(?:ï¼|ã€|ä¸|å›|çš„){2,}|(?:[ÃÂâ][\x80-\xbf]){3,}")
_MOJIBAKE_STARTS = re.compile("[锟烫ïãäåçÃÂâ]")  # a set is looked for ten times as fast
# UTF-8 read as GBK: 鐨 is half of 的, 锛 of a comma
_HALVES = re.compile("[锛銆鐨勫浠鏄涓鏈鍦浜鍙鍚鍒鍏鍜鎴鎵鎬鏃鏁鐢绗鍥鍩涔鍔鎺琛]")


def found_in(lines: Sequence[str]) -> str | None:
    """A piece of the text that was decoded wrongly before it was published."""
    text = "\n".join(lines)
    if _MOJIBAKE_STARTS.search(text) and (found := _MOJIBAKE.search(text)):
        return found[0][:20]
    if not _HALVES.search(text):
        return None
    broken = (line for line in lines if len(line) > 5 and len(_HALVES.findall(line)) > 0.1 * len(line))
    return next((line[:20] for line in broken), None)
