"""The stylesheets and pictures of the sample's articles, with the faults that such files have on the web."""

import re
import struct
import zlib
from functools import cache
from html import escape

from crawler.sample.answer import Answer, SampleRequest, missing, redirect
from crawler.sample.printing import Printing

CDN = "img.sample-cdn.cn"
"""A host with pictures only; it has no site file."""
FOLDER = "/look/"
PICTURED = frozenset(("roster", "masks-comment", "breakfast", "seeds", "cloud-class"))
"""The keys of stories with a picture."""
SWAPPED = "www.jzrb.com"
"""The host that shows another picture than the origin."""
DROPPED = "jmanli.cn"
HUGE_BYTES = 30 << 20
_PARAGRAPH = re.compile(r"<p[^>]*>\s*$")

_SHEETS = {
    "site.css": "@import url(base.css); body { font-family: sans-serif; color: #222; background: #fff url(paper.png) }"
    " h1 { font-size: 28px; color: #8a1f11 } .picture { margin: 12px 0; text-align: center }",
    # the two sheets import each other, and name an address that must not be requested
    "base.css": "@import url(site.css); @import 'base.css'; @font-face { font-family: sample; src: url(sample.woff2) }"
    " p { line-height: 1.8 } .none { background: url(http://127.0.0.1:9/private.png) }"
    " .inline { background: url(data:image/gif;base64,R0lGODlhAQABAAAAACw=) }",
}
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="alert(1)"><script>alert(2)</script></svg>'


def dressed(item: Printing, html: str) -> str:
    """An article's page with its stylesheet, and its story's picture in the middle of the text."""
    html = html.replace("</head>", f'<link rel="stylesheet" href="{FOLDER}site.css">\n</head>', 1)
    html = html.replace("</body>", f'<img src="{FOLDER}mark.svg" width="40" height="40" alt="">\n</body>', 1)
    if item.story not in PICTURED or item.host == DROPPED or len(item.paragraphs) < 2:
        return html
    at = html.find(escape(item.paragraphs[1][:12], quote=False))
    before = html[:at].rstrip("\u3000 \n")
    opened = _PARAGRAPH.search(before)
    if at < 0 or opened is None:
        return html
    return html[: opened.start()] + _figure(item) + html[opened.start() :]


def _figure(item: Printing) -> str:
    """A picture without a caption; a caption would be read as text, and the copies would not have it."""
    return f'<div class="picture">{_markup(item)}</div>\n'


def _markup(item: Printing) -> str:
    """The picture's HTML in the host's template: plain, lazily loaded, in two sizes, or beside broken pictures."""
    name = f"{item.story}{'-other' if item.host == SWAPPED else ''}.png"
    size = 'width="480" height="320"'
    if item.host == "news.youth.cn":
        return f'<img src="{FOLDER}blank.png" data-original="{FOLDER}{name}" {size} alt="">'
    if item.host == "www.chinanews.com.cn":
        small, large = f"http://{CDN}/s-{name} 480w", f"http://{CDN}/{name} 1280w"
        return f'<img srcset="{small}, {large}" src="http://{CDN}/s-{name}" {size} alt="">'
    if item.host == "news.dahe.cn":
        wrong = "".join(f'<img src="{url}" alt="">' for url in _WRONG)
        return f'<img src="{FOLDER}{name}" {size} alt="">{wrong}'
    return f'<img src="{FOLDER}{name}" {size} alt="">'


_WRONG = (
    f"{FOLDER}gone.png", f"{FOLDER}page.png", f"{FOLDER}huge.png", f"http://{CDN}/away.png",
    "/../../look/blank.png", "http://127.0.0.1:9/private.png", "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
)  # fmt: skip


def has(asked: SampleRequest) -> bool:
    """Whether the address is that of a stylesheet or a picture."""
    return asked.host == CDN or asked.path.startswith(FOLDER)


def answer(asked: SampleRequest) -> Answer:
    """The answer at the address of a stylesheet or a picture."""
    name = asked.path.removeprefix(FOLDER).removeprefix("/")
    if name in _SHEETS:
        return Answer(_SHEETS[name].encode(), content_type="text/css", validators=frozenset({"etag"}))
    if name == "mark.svg":
        return Answer(_SVG, content_type="image/svg+xml")
    if name == "page.png":
        return Answer(b"<html><body><h1>404</h1></body></html>", content_type="text/html")
    if name == "away.png":
        return redirect("http://127.0.0.1:9/private.png", 302)
    if name == "huge.png":
        return Answer(b"\x89PNG\r\n\x1a\n" + bytes(HUGE_BYTES), content_type="image/png")
    if name == "sample.woff2":
        return Answer(b"wOF2" + bytes(60), content_type="font/woff2")
    if name == "gone.png" or not name.endswith(".png"):
        return missing()
    small = name in ("blank.png", "paper.png")
    return Answer(picture(name, 2 if small else 480, 2 if small else 320), content_type="image/png")


@cache
def picture(name: str, width: int, height: int) -> bytes:
    """A PNG with bands of colours chosen by the name; a smaller size (`s-` before the name) has the same bands."""
    seed = zlib.crc32(name.removeprefix("s-").encode())
    rows = []
    for y in range(height):
        band = seed >> (8 * (y * 3 // height)) & 0xFF
        step = 1 + (seed >> (y * 5 // height) & 7)
        row = bytes((band + (x * step * 256 // width) * k) & 0xFF for x in range(width) for k in (1, 2, 3))
        rows.append(b"\0" + row)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
