"""Bodies without the coding they crossed the wire in, where that is sure; HttpCompressionMiddleware does others."""

from scrapy import Request
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

from archive.record.codings import MOST_MEMBERS, STEP, begins_in, looks_like
from archive.record.members import MAGIC, whole_member

_GZIP = ([b"gzip"], [b"x-gzip"])
_CODINGS = {b"gzip": "gzip", b"x-gzip": "gzip", b"deflate": "deflate", b"br": "br", b"zstd": "zstd"}


def undone(request: Request, response: Response, most_bytes: int) -> Response:
    """The response without a gzip that is whole and of ordinary size, or a label that lies.

    HttpCompressionMiddleware judges others.
    """
    codings = [coding.strip().lower() for coding in response.headers.getlist("Content-Encoding")]
    if not codings and _is_unsaid(response):
        codings = [b"gzip"]
        response.headers["Content-Encoding"] = b"gzip"
    if request.method != "HEAD" and response.body and _is_mislabelled(codings, response.body):
        return _unlabelled(response, response.body)
    if request.method == "HEAD" or codings not in _GZIP:
        return undecoded(response)
    if response.body.count(MAGIC) > MOST_MEMBERS:
        # HttpCompressionMiddleware would take half a second for each megabyte of empty members
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        return Response(
            **{name: getattr(response, name) for name in Response.attributes} | {"headers": headers}
        )
    member = whole_member(response.body, min(most_bytes, request.meta.get("download_maxsize") or STEP))
    if member is None or member[1]:
        return undecoded(response)
    return _unlabelled(response, member[0])


def _is_unsaid(response: Response) -> bool:
    """Whether a page came as gzip without a label; a file called .gz is for whom wants it."""
    kind = (response.headers.get("Content-Type") or b"").lower()
    is_page = kind.startswith((b"text/html", b"application/xhtml")) and not response.url.endswith(".gz")
    return is_page and begins_in(response.body) == "gzip"


def _is_mislabelled(codings: list[bytes], body: bytes) -> bool:
    """Whether a body never was in the one coding it is said to be in: some servers compress and others undo it."""
    return len(codings) == 1 and codings[0] in _CODINGS and not looks_like(body, _CODINGS[codings[0]])


def _unlabelled(response: Response, body: bytes) -> Response:
    """The response with a plain body; the one given is used up: copies of its headers took half of the time."""
    headers = response.headers
    del headers["Content-Encoding"]
    given = {name: getattr(response, name) for name in Response.attributes}
    kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
    plain = kind(**given | {"headers": None, "body": body})
    plain.headers = headers
    return plain


def undecoded(response: Response) -> Response:
    """A response whose body is still compressed as one without text.

    HttpCompressionMiddleware asks a TextResponse for its charset before it decompresses, and without a charset
    in Content-Type that is guessed from compressed bytes: a third of a bare crawl's CPU (Scrapy 2.19).
    """
    if isinstance(response, TextResponse) and response.body and b"Content-Encoding" in response.headers:
        # not replace(), which is what asks for the charset
        return Response(**{name: getattr(response, name) for name in Response.attributes})
    return response
