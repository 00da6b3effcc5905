"""From a request to a page: checks, connection, template, and an error page for a wrong request."""

import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from hashlib import sha256
from importlib import resources
from typing import Any, TypeVar
from urllib.parse import urlencode

from datasette import Response
from datasette.utils import sqlite_timelimit, tilde_decode

from archive.browse import charts
from archive.browse.archives import warc_folder
from archive.browse.entry import database_refusal, enter
from archive.browse.frame import table_href
from archive.browse.labels import LANGUAGES, Labels, language_of
from archive.browse.pages import (
    article,
    calendar,
    capture,
    compare,
    day,
    feed,
    home,
    lineage,
    search,
    site,
    stories,
    story,
)
from archive.browse.protocols.routes import PROTOCOLS
from archive.browse.visit import Elsewhere, File, Refusal, Visit
from archive.search import names

Found = TypeVar("Found")
Read = Callable[[sqlite3.Connection, Visit], Mapping[str, Any]]
View = Callable[[Any, Any], Awaitable[Response]]

SAFETY = {
    # Datasette's own pages carry small inline scripts; nothing may come from, or go to, another host
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Language, Cookie",
}
STYLE = resources.files("archive.browse").joinpath("style.css").read_text(encoding="utf-8")
STYLE_PATH = f"/-/zhuanzai/style-{sha256(STYLE.encode()).hexdigest()[:10]}.css"
STRICT = {
    # an archived page or a file: it may load nothing and run nothing
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none';"
        " frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LANGUAGE_COOKIE = "zhuanzai_language"


def page(template: str, read: Read) -> View:
    """A view that renders `template` with the values of `read`; the value `status` is the HTTP status, else 200."""

    def named(conn: sqlite3.Connection, visit: Visit) -> Mapping[str, Any]:
        return {"named": names.sites(conn), **read(conn, visit)}

    async def view(request: Any, datasette: Any) -> Response:
        found = await _found(request, datasette, named)
        if isinstance(found, Response):
            return found
        return await _rendered(datasette, request, template, found)

    return view


def file(read: Callable[[sqlite3.Connection, Visit], File]) -> View:
    """A view that responds with the file that `read` returns."""

    async def view(request: Any, datasette: Any) -> Response:
        found = await _found(request, datasette, read)
        if isinstance(found, Response):
            return found
        headers = {**STRICT, "Content-Disposition": f'{found.disposition}; filename="{found.name}"'}
        return Response(found.body, content_type=found.kind, headers=headers)

    return view


async def _found(
    request: Any, datasette: Any, read: Callable[[sqlite3.Connection, Visit], Found]
) -> Found | Response:
    """The values of `read`, which runs on Datasette's threads within its time limit; a Response in case of an error."""
    database = None
    try:
        database = await enter(datasette, request)
        visit = _visit(request, datasette, database)
        return await database.execute_fn(_limited(datasette, read, visit))
    except Elsewhere as elsewhere:
        return Response.redirect(elsewhere.address, status=301)
    except Refusal as refusal:
        return await refused(datasette, request, refusal, database)
    except sqlite3.DatabaseError as error:
        return await refused(datasette, request, database_refusal(error), database)


def _visit(request: Any, datasette: Any, database: Any) -> Visit:
    return Visit(
        path={
            # an archived address may hold what Datasette would decode
            name: value if name == "url" else tilde_decode(value)
            for name, value in request.url_vars.items()
            if value is not None
        },
        args={name: request.args[name] for name in request.args},
        lists={name: tuple(request.args.getlist(name)) for name in request.args},
        warc=warc_folder(datasette, database),
        room=_room(datasette, database.name),
        address=datasette.absolute_url(request, _room(datasette, database.name)),
        language=_labels(request).language,
        query=request.query_string,
    )


def _room(datasette: Any, database: str) -> str:
    return f"{datasette.urls.database(database)}/-"


def _labels(request: Any) -> Labels:
    accepted = request.headers.get("accept-language", "")
    return Labels(language_of(request.cookies.get(LANGUAGE_COOKIE), accepted))


def _limited(
    datasette: Any, read: Callable[[sqlite3.Connection, Visit], Found], visit: Visit
) -> Callable[[sqlite3.Connection], Found]:
    def within(conn: sqlite3.Connection) -> Found:
        with sqlite_timelimit(conn, datasette.setting("sql_time_limit_ms")):
            return read(conn, visit)

    return within


async def _rendered(datasette: Any, request: Any, template: str, values: Mapping[str, Any]) -> Response:
    database = tilde_decode(request.url_vars["database"])
    context = {
        **_frame(datasette, request),
        "database": database,
        "room": _room(datasette, database),
        "table_": partial(table_href, datasette, database),
        **values,
    }
    html = await datasette.render_template(template, context, request=request)
    return Response.html(_spoken(html, context["t"]), status=values.get("status", 200), headers=dict(SAFETY))


_OF_FRAME = (
    (">", "Menu", "</title>", "frame-menu"),
    ("", "Powered by", " <a", "frame-powered"),
    (">", "Jump to...", " <kbd", "frame-jump"),
    ('title="', "Keyboard shortcut: press / to open Jump to", '"', "frame-jump-key"),
)
"""The words of Datasette's own frame, between what stands before and after them; the last two are of 1.0."""


def _spoken(html: str, labels: Labels) -> str:
    """The page in its language: with a `lang` attribute, which Datasette's frame lacks, and the frame's words."""
    language = "zh-Hans" if labels.language == "zh" else "en"
    for before, english, after, label in _OF_FRAME:
        html = html.replace(before + english + after, before + labels(label) + after, 1)
    return re.sub(r"<html[^<>]*>", f'<html lang="{language}">', html, count=1)


async def refused(datasette: Any, request: Any, refusal: Refusal, database: Any) -> Response:
    """The error page of a refused request; `database` is the requested archive, or None."""
    context = {**_frame(datasette, request), "refusal": refusal, "room": None}
    if database is not None:
        context |= {"database": database.name, "room": _room(datasette, database.name)}
    html = await datasette.render_template("zhuanzai_refused.html", context, request=request)
    return Response.html(_spoken(html, context["t"]), status=refusal.status, headers=dict(SAFETY))


def _frame(datasette: Any, request: Any) -> dict[str, Any]:
    here = request.path + (f"?{request.query_string}" if request.query_string else "")
    return {
        "t": _labels(request),
        "charts": charts,
        "with_": partial(_changed, request),
        "with_many": partial(_changed_many, request),
        "languages": LANGUAGES,
        "here": here,
        "style_url": datasette.urls.path(STYLE_PATH),
        "language_url": datasette.urls.path("/-/zhuanzai/language"),
    }


def _changed(request: Any, **changes: object) -> str:
    """The query string of this page with changed arguments. None removes an argument; `page` is always removed."""
    kept = {name: request.args[name] for name in request.args if name != "page"} | changes
    return "?" + urlencode({name: str(value) for name, value in kept.items() if value not in (None, "")})


def _changed_many(request: Any, **changes: object) -> str:
    """The query string with changed arguments; the unchanged arguments keep all their values."""
    kept = [
        (name, value) for name in request.args if name not in changes for value in request.args.getlist(name)
    ]
    return "?" + urlencode(
        [*kept, *((name, str(value)) for name, value in changes.items() if value is not None)]
    )


async def style(request: Any) -> Response:
    """The reading room's stylesheet."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(STYLE, content_type="text/css; charset=utf-8", headers=headers)


async def language(request: Any, datasette: Any) -> Response:
    """Store the chosen language in a cookie, and redirect to the page `next` (of this server only)."""
    chosen = request.args.get("to", "")
    back = request.args.get("next", "")
    local = bool(re.fullmatch(r"/(?![/\\])[^\x00-\x20\x7f\\]*", back))
    response = Response.redirect(back if local else datasette.urls.instance())
    if chosen in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=365 * 24 * 3600, path=datasette.setting("base_url")
        )
    return response


_ROOM = r"/(?P<database>[^/]+)/-"
ROUTES: list[tuple[str, Any]] = [
    (r"/-/zhuanzai/style-[0-9a-f]+\.css$", style),
    (r"/-/zhuanzai/language$", language),
    (rf"{_ROOM}/home$", page("zhuanzai_home.html", home.read)),
    (rf"{_ROOM}/home\.atom$", file(feed.of_archive)),
    (rf"{_ROOM}/search\.atom$", file(feed.of_search)),
    (rf"{_ROOM}/story/(?P<id>[0-9]+)\.atom$", file(feed.of_story)),
    (rf"{_ROOM}/site/(?P<site>[^/]+)\.atom$", file(feed.of_site)),
    (rf"{_ROOM}/search\.csv$", file(search.csv_file)),
    (rf"{_ROOM}/search\.json$", file(search.json_file)),
    (rf"{_ROOM}/search\.jsonl$", file(search.json_lines_file)),
    (rf"{_ROOM}/story/(?P<id>[0-9]+)\.json$", file(story.json_file)),
    (rf"{_ROOM}/stories\.json$", file(stories.json_file)),
    (rf"{_ROOM}/sites\.json$", file(site.all_json_file)),
    (rf"{_ROOM}/site/(?P<site>[^/]+)\.json$", file(site.json_file)),
    (rf"{_ROOM}/days\.json$", file(day.all_json_file)),
    (rf"{_ROOM}/day/(?P<day>[^/]+)\.json$", file(day.json_file)),
    (rf"{_ROOM}/article/(?P<id>[0-9]+)\.json$", file(article.json_file)),
    (rf"{_ROOM}/article/(?P<id>[0-9]+)\.txt$", file(article.text_file)),
    (rf"{_ROOM}/article/(?P<id>[0-9]+)\.bib$", file(article.reference_file("bib"))),
    (rf"{_ROOM}/article/(?P<id>[0-9]+)\.ris$", file(article.reference_file("ris"))),
    (rf"{_ROOM}/article/(?P<id>[0-9]+)\.csl\.json$", file(article.reference_file("csl.json"))),
    (rf"{_ROOM}/capture/(?P<id>[0-9]+)\.json$", file(capture.json_file)),
    (rf"{_ROOM}/stories$", page("zhuanzai_stories.html", stories.read)),
    (rf"{_ROOM}/sites$", page("zhuanzai_sites.html", site.read_all)),
    (rf"{_ROOM}/site/(?P<site>[^/]+)$", page("zhuanzai_site.html", site.read)),
    (rf"{_ROOM}/network$", page("zhuanzai_network.html", lineage.read)),
    (rf"{_ROOM}/change/(?P<key>[0-9a-z-]+)$", page("zhuanzai_change.html", lineage.read_change)),
    (rf"{_ROOM}/days$", page("zhuanzai_days.html", day.read_all)),
    (rf"{_ROOM}/day/(?P<day>[^/]+)$", page("zhuanzai_day.html", day.read)),
    (rf"{_ROOM}/search$", page("zhuanzai_search.html", search.read)),
    (rf"{_ROOM}/story/(?P<id>[0-9]+)$", page("zhuanzai_story.html", story.read)),
    (rf"{_ROOM}/article/(?P<id>[0-9]+)$", page("zhuanzai_article.html", article.read)),
    (
        rf"{_ROOM}/article/(?P<id>[0-9]+)/versions/(?P<n>[0-9]+)$",
        page("zhuanzai_compare.html", compare.read_version),
    ),
    (rf"{_ROOM}/compare\.tei\.xml$", file(compare.tei_file)),
    (rf"{_ROOM}/compare\.collatex\.json$", file(compare.collatex_file)),
    (rf"{_ROOM}/compare$", page("zhuanzai_compare.html", compare.read)),
    (rf"{_ROOM}/capture/(?P<id>[0-9]+)$", page("zhuanzai_capture.html", capture.read)),
    (rf"{_ROOM}/capture/(?P<id>[0-9]+)/page$", file(capture.snapshot_page)),
    (rf"{_ROOM}/capture/(?P<id>[0-9]+)/record$", file(capture.record)),
    (rf"{_ROOM}/capture/(?P<id>[0-9]+)/headers$", file(capture.headers)),
    (rf"{_ROOM}/capture/(?P<id>[0-9]+)/body$", file(capture.body)),
    (rf"{_ROOM}/capture/(?P<id>[0-9]+)/picture$", file(capture.picture)),
    (
        rf"{_ROOM}/web/(?P<when>(?:[0-9]{{4}}(?:[0-9]{{2}}){{0,2}})?)\*/(?P<url>.+)$",
        page("zhuanzai_calendar.html", calendar.read),
    ),
    *((_ROOM + pattern, view) for pattern, view in PROTOCOLS),
]
