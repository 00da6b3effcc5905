"""Bodies without the coding they crossed the wire in, where that is sure; HttpCompressionMiddleware does others."""

from scrapy import Request
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

from archive.record.codings import MOST_MEMBERS, STEP
from archive.record.members import MAGIC, whole_member

_GZIP = ([b"gzip"], [b"x-gzip"])


def undone(request: Request, response: Response, most_bytes: int) -> Response:
    """The response without a gzip that is whole and of ordinary size; HttpCompressionMiddleware judges others."""
    codings = response.headers.getlist("Content-Encoding")
    if request.method == "HEAD" or [coding.strip().lower() for coding in codings] not in _GZIP:
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
    headers = response.headers.copy()
    del headers["Content-Encoding"]
    given = {name: getattr(response, name) for name in Response.attributes}
    kind = responsetypes.from_args(headers=headers, url=response.url, body=member[0])
    return kind(**given | {"headers": headers, "body": member[0]})


def undecoded(response: Response) -> Response:
    """A response whose body is still compressed as one without text.

    HttpCompressionMiddleware asks a TextResponse for its charset before it decompresses, and without a charset
    in Content-Type that is guessed from compressed bytes: a third of a bare crawl's CPU (Scrapy 2.19).
    """
    if isinstance(response, TextResponse) and response.body and b"Content-Encoding" in response.headers:
        # not replace(), which is what asks for the charset
        return Response(**{name: getattr(response, name) for name in Response.attributes})
    return response
