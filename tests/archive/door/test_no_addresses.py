"""Addresses and Location lines that are none break nothing at the door, in verify, or in the reading room."""

from pathlib import Path

from tests.archive.odd_files import left
from tests.archive.raw_records import Raw, response

LOCATIONS = (
    "http://[",
    "http://[::1",
    "//[x]/",
    "http://a]b/",
    "\x01",
    "",
    "http://h.example:99999/",
    "javascript:1",
)
URLS = (
    "http://[::1/{}",
    "http://a]b/{}",
    "http://h.example:99999999/{}",
    "http:///{}",
    "https://\u2100.example/{}",
)


def test_redirects_and_pages_at_no_address(tmp_path: Path) -> None:
    found = []
    for n, location in enumerate(LOCATIONS):
        url = f"http://h.example/{n}.html"
        for day, to in ((10, location), (11, location), (12, url)):  # what was before is looked up
            block = response(b"", f"Location: {to}", "Set-Cookie: a=b", status="302 Found")
            found.append(Raw("response", url, block, f"urn:uuid:{n}-{day}", f"2020-02-{day}T00:00:00Z"))
    for n, url in enumerate(URLS):
        page = f"<title>武汉{n}</title><h1>武汉各地有序推进{n}</h1><p>{'这是一段正文，有逗号。' * 30}</p>".encode()
        found.append(Raw("response", url.format(n), response(page), f"urn:uuid:url-{n}"))
    (tmp_path / "a.warc.gz").write_bytes(b"".join(one.packed() for one in found))
    taken = left(tmp_path / "archive", tmp_path / "a.warc.gz")

    assert taken.captures == 3 * len(LOCATIONS) + len(URLS)
    assert taken.ask("SELECT url, detail FROM quarantine WHERE reason = 'error'") == []
    assert not taken.tally.damages
    assert taken.wrong == ()
