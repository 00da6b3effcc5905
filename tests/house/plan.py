"""The plan of the house, drawn from its imports: docs/images/rooms.svg and a page for each floor.

python -m tests.house.plan writes them anew; a test fails where they are not what the code says.
"""

import ast
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import grimp

from tests.house.faces import REPO, face, pairs

FLOORS = ("crawler", "archive", "extract")
BOX_W, BOX_H, GAP_X, GAP_Y, MARGIN, LABEL_W = 118, 30, 16, 26, 18, 92
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1b1b1b}.floor{fill:#f4f1ea;stroke:#b9b2a3}"
    ".room{fill:#fff;stroke:#555}.loose{fill:#fff;stroke:#777;stroke-dasharray:4 3}"
    ".name{font-weight:600;font-size:15px}path{fill:none;stroke:#8a5a2b;stroke-width:1.2}"
    "@media(prefers-color-scheme:dark){svg{background:#161616}text{fill:#eee}.floor{fill:#222;stroke:#555}"
    ".room,.loose{fill:#2d2d2d;stroke:#999}path{stroke:#d9a066}}"
)
WRITTEN = "<!-- Written by `make plan` from the imports and the docstrings: change those, not this. -->"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a room stands in the picture."""

    x: float
    y: float


@cache
def imports() -> dict[str, frozenset[str]]:
    """Every room, and every module outside a room, with those that it imports from."""
    graph = grimp.build_graph(*FLOORS, cache_dir=None)
    found: dict[str, set[str]] = defaultdict(set)
    for importer, imported in pairs(graph):
        one, other = _room(importer), _room(imported)
        if one != other and "." in one and "." in other:
            found[one].add(other)
            found[other] |= set()
    for module in graph.modules:
        if module.count(".") == 1:
            found[module] |= set()
    return {room: frozenset(used) for room, used in sorted(found.items())}


def _room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def reached(uses: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """What each room imports, by itself or through others."""
    known: dict[str, frozenset[str]] = {}

    def of(room: str) -> frozenset[str]:
        if room not in known:
            known[room] = uses[room].union(*(of(other) for other in uses[room]))
        return known[room]

    return {room: of(room) for room in uses}


def arrows(uses: dict[str, frozenset[str]]) -> list[tuple[str, str]]:
    """The imports that no longer way says already."""
    far = reached(uses)
    return [
        (one, other)
        for one in sorted(uses)
        for other in sorted(uses[one])
        if not any(other in far[third] for third in uses[one] - {other})
    ]


def rows(floor: str, uses: dict[str, frozenset[str]]) -> list[list[str]]:
    """The rooms of a floor in rows: each stands above all that it imports, as low as it can."""
    own = {room: uses[room] & own for own in [_of_floor(floor, uses)] for room in own}
    depth: dict[str, int] = {}

    def of(room: str) -> int:
        if room not in depth:
            depth[room] = 1 + max((of(other) for other in own[room]), default=-1)
        return depth[room]

    for room in own:
        of(room)
    return [
        sorted(room for room in own if depth[room] == level) for level in range(max(depth.values()), -1, -1)
    ]


def _of_floor(floor: str, uses: dict[str, frozenset[str]]) -> frozenset[str]:
    return frozenset(room for room in uses if room.startswith(f"{floor}."))


def picture() -> str:
    """The house as SVG: floors, rooms, and an arrow for each import that no longer way says already."""
    uses = imports()
    plan = {floor: _ordered(rows(floor, uses), uses) for floor in FLOORS}
    width = 2 * MARGIN + LABEL_W + max(len(row) for floor in plan.values() for row in floor) * (BOX_W + GAP_X)
    places: dict[str, Place] = {}
    parts: list[str] = []
    top = float(MARGIN)
    for floor in FLOORS:
        height = len(plan[floor]) * (BOX_H + GAP_Y) + GAP_Y
        parts += [
            f'<rect class="floor" x="{MARGIN}" y="{top:g}" width="{width - 2 * MARGIN}" height="{height}" rx="8"/>',
            f'<text class="name" x="{MARGIN + 14}" y="{top + 26:g}">{floor}</text>',
        ]
        for n, row in enumerate(plan[floor]):
            free = width - 2 * MARGIN - LABEL_W - len(row) * (BOX_W + GAP_X) + GAP_X
            for m, room in enumerate(row):
                x = MARGIN + LABEL_W + free / 2 + m * (BOX_W + GAP_X)
                places[room] = Place(x, top + GAP_Y + n * (BOX_H + GAP_Y))
        top += height + GAP_Y
    drawn = [_arrow(places[a], places[b]) for a, b in arrows(uses) if a.split(".")[0] == b.split(".")[0]]
    boxes = [part for room in sorted(places) for part in _box(room, places[room])]
    down = [_down(width, MARGIN, plan, n) for n in range(len(FLOORS) - 1)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top - GAP_Y + MARGIN:g}" role="img">',
            "<title>The floors and rooms of zhuanzai, and which imports which: arrows go down only</title>",
            f"<style>{STYLE}</style>",
            '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            '<path d="M0 0 8 4 0 8"/></marker></defs>',
            *parts,
            *drawn,
            *boxes,
            *down,
            "</svg>\n",
        ]
    )


def _ordered(levels: list[list[str]], uses: dict[str, frozenset[str]]) -> list[list[str]]:
    """The same rows, each sorted by the middle of what stands above it and imports it."""
    done: list[list[str]] = []
    for row in levels:
        at = {room: n / max(len(above), 1) for above in done for n, room in enumerate(above)}

        def middle(room: str, at: dict[str, float] = at) -> tuple[float, str]:
            users = [at[other] for other in at if room in uses[other]]
            return (sum(users) / len(users) if users else 0.5, room)

        done.append(sorted(row, key=middle))
    return done


def _box(room: str, place: Place) -> list[str]:
    is_room = _folder(room).is_dir()
    label = escape(room.partition(".")[2] + ("/" if is_room else ".py"))
    return [
        f'<rect class="{"room" if is_room else "loose"}" x="{place.x:g}" y="{place.y:g}" width="{BOX_W}"'
        f' height="{BOX_H}" rx="4"/>',
        f'<text x="{place.x + BOX_W / 2:g}" y="{place.y + 20:g}" text-anchor="middle">{label}</text>',
    ]


def _arrow(one: Place, other: Place) -> str:
    x1, y1, x2, y2 = one.x + BOX_W / 2, one.y + BOX_H, other.x + BOX_W / 2, other.y
    half = (y2 - y1) / 2
    return f'<path marker-end="url(#a)" d="M{x1:g} {y1:g}C{x1:g} {y1 + half:g} {x2:g} {y2 - half:g} {x2:g} {y2:g}"/>'


def _down(width: float, margin: float, plan: dict[str, list[list[str]]], upper: int) -> str:
    """The arrow from a floor to the one below."""
    y = margin + sum(len(plan[floor]) * (BOX_H + GAP_Y) + 2 * GAP_Y for floor in FLOORS[: upper + 1]) - GAP_Y
    return f'<path marker-end="url(#a)" stroke-width="3" d="M{margin + 40:g} {y:g}V{y + GAP_Y:g}"/>'


def page(floor: str) -> str:
    """A floor's page: its rooms from the top down, what each hands out and what it uses."""
    uses = imports()
    lines = [WRITTEN, "", f"# The floor `{floor}/`", "", docstring(REPO / floor / "__init__.py"), ""]
    lines += [
        "Rooms from the top down; a room imports only from rooms below it. In **bold**: what other rooms may use."
    ]
    for room in (room for row in rows(floor, uses) for room in row):
        name = room.replace(".", "/")
        if not _folder(room).is_dir():
            lines += ["", f"## `{name}.py`", "", docstring(REPO / f"{name}.py").splitlines()[0]]
            continue
        lines += ["", f"## `{name}/`", "", docstring(_folder(room) / "__init__.py"), ""]
        lines += [_module(path, face(room)) for path in _contents(_folder(room))]
        if uses[room]:
            lines += ["", "Uses " + ", ".join(f"`{other}`" for other in sorted(uses[room])) + "."]
    return "\n".join(lines) + "\n"


def _contents(folder: Path) -> list[Path]:
    """The modules of a room, and its packages by their own docstring."""
    inner = list(folder.glob("*/__init__.py"))
    return sorted([*inner, *(path for path in folder.glob("*.py") if path.name != "__init__.py")])


def _module(path: Path, handed_out: frozenset[str]) -> str:
    name = f"{path.parent.name}/" if path.name == "__init__.py" else path.name
    shown = f"**`{name}`**" if path.stem in handed_out else f"`{name}`"
    return f"- {shown}: {docstring(path).splitlines()[0]}"


def _folder(room: str) -> Path:
    return REPO / room.replace(".", "/")


def docstring(path: Path) -> str:
    """The docstring of a module, read without importing it, for Markdown: a <tag> in it is text and opens nothing."""
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").replace("<", "\\<")


def places() -> dict[Path, str]:
    """Where each floor's page belongs, and where the picture does (no floor's name)."""
    pages = {REPO / "docs" / "floors" / f"{floor}.md": floor for floor in FLOORS}
    return {REPO / "docs" / "images" / "rooms.svg": "", **pages}


@cache
def files() -> dict[Path, str]:
    """Everything that is drawn and written, by the place where it belongs."""
    return {path: page(floor) if floor else picture() for path, floor in places().items()}


def main() -> None:
    """Write every file."""
    for path, text in files().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
