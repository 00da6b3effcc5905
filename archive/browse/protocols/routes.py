"""The addresses of the protocols."""

from archive.browse.protocols import cdx, mementos, packages, replayed
from archive.browse.protocols.wire import View, answered

_URL = r"(?P<url>.+)$"
PROTOCOLS: tuple[tuple[str, View], ...] = (
    (r"/(?:web/)?cdx$", answered(cdx.read)),
    (rf"/web/timemap/(?P<form>link|json)/(?:(?P<begin>[0-9]{{14}})/)?{_URL}", answered(mementos.timemap)),
    (rf"/web/(?P<timestamp>[0-9]{{1,14}})(?P<modifier>[a-z]{{2}}_)?/{_URL}", answered(replayed.memento)),
    (rf"/web/{_URL}", answered(mementos.timegate)),
    (r"/story/(?P<id>[0-9]+)\.wacz$", answered(packages.story)),
)
"""The paths after `/<database>/-`. A client of pywb uses `/<database>/-/web` as the address of a collection."""
