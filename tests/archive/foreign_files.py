"""WARC files as other tools make them, by warcio."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

DATE = "2020-02-10T00:39:53Z"


def http(status: str = "200 OK", *headers: tuple[str, str]) -> StatusAndHeaders:
    """A response's head."""
    return StatusAndHeaders(
        status, list(headers) or [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
    )


def warc(path: Path, pages: Mapping[str, bytes], *, packed: bool = True, appending: bool = False) -> Path:
    """A file with one response a page, behind a warcinfo."""
    with path.open("ab" if appending else "wb") as file:
        writer = WARCWriter(file, gzip=packed)
        if not appending:
            writer.write_record(writer.create_warcinfo_record(path.name, {"software": "warcio"}))
        for url, body in pages.items():
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "response",
                    payload=BytesIO(body),
                    http_headers=http(),
                    warc_headers_dict={"WARC-Date": DATE},
                )
            )
    return path


def wacz(path: Path, *warcs: Path, deflating: bool = False) -> Path:
    """A WACZ that holds these WARCs."""
    with ZipFile(path, "w", ZIP_DEFLATED if deflating else ZIP_STORED) as archive:
        archive.writestr(
            "datapackage.json", '{"profile": "data-package", "wacz_version": "1.1.1", "resources": []}'
        )
        archive.writestr(
            "pages/pages.jsonl", '{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}\n'
        )
        for file in warcs:
            archive.write(file, f"archive/{file.name}")
    return path
