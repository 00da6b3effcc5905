"""The query language: a reader's query parsed into terms for the index.

Words are joined by AND, unless OR is between them. NOT or a leading - excludes a word. Quotes make a phrase, brackets
make a group, and `title:` searches titles only. A Han word matches wherever its characters are side by side, in
either script. Other words match whole words, unless they end in *. No query is an error: a part without meaning (a
lone bracket, a NOT without a word) is dropped and reported.
"""

import re
from dataclasses import dataclass

from archive.search.folding import Run, fold, runs

MAX_TERMS = 200  # FTS5 refuses expressions nested deeper than 256
MAX_DEPTH = 8
FIELDS = {"title": "title", "标题": "title", "標題": "title", "text": "text", "正文": "text"}


@dataclass(frozen=True, slots=True)
class Term:
    """Runs that must be side by side, in `field` if it is given; with `prefix` the last word may be longer."""

    runs: tuple[Run, ...]
    field: str | None = None
    prefix: bool = False

    @property
    def character(self) -> str | None:
        """The character of a one-character Han word without a field; None for other terms."""
        first = self.runs[0]
        alone = len(self.runs) == 1 and first.han and len(first.text) == 1
        return first.text if alone and self.field is None else None


@dataclass(frozen=True, slots=True)
class All:
    """A node that needs every one of `wanted` (at least one) and none of `unwanted`."""

    wanted: tuple["Node", ...]
    unwanted: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """A node that needs at least one of `nodes`."""

    nodes: tuple["Node", ...]


Node = Term | All | Either


REASONS = {
    "no-bracket": "closes no bracket",
    "unclosed": "is never closed",
    "empty": "has nothing inside",
    "deep": f"nests deeper than {MAX_DEPTH}",
    "no-partner": "has no partner",
    "one-sided": "stands between two words",
    "takes-nothing": "takes away a word",
    "only-taken": "needs a word to take away from",
    "no-word": "takes a word or a phrase",
    "too-many": f"is more than {MAX_TERMS} words",
    "wordless": "holds no word",
}


@dataclass(frozen=True, slots=True)
class Dropped:
    """A part that was left out of a query; `why` is a key of REASONS."""

    text: str
    why: str

    def __str__(self) -> str:
        return f"{self.text} {REASONS[self.why]}"


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: `root` is None if no word is left; `dropped` are the parts that were left out."""

    root: Node | None
    dropped: tuple[Dropped, ...] = ()


def parse(query: str) -> Query:
    """The query as a tree; every text can be parsed."""
    reader = _Reader(_lexemes(query))
    found = [reader.either(0)]
    while reader.kind:  # either() reads to the end, or to a closing bracket without an opening one
        reader.leave_out(reader.advance(), "no-bracket")
        found.append(reader.either(0))
    root = _all([node for node in found if node], [])
    if root is None and query.strip() and not reader.dropped:
        reader.leave_out(query.strip()[:40], "wordless")
    return Query(root, tuple(reader.dropped))


def terms(node: Node | None) -> tuple[Term, ...]:
    """The terms that a match must or may contain, in the order of the query; unwanted terms are left out."""
    if node is None:
        return ()
    if isinstance(node, Term):
        return (node,)
    children = node.wanted if isinstance(node, All) else node.nodes
    return tuple(term for child in children for term in terms(child))


_LEXEME = re.compile(
    r"""(?P<phrase>["＂“”„‟][^"＂“”„‟]*["＂“”„‟]|「[^「」]*」|『[^『』]*』)
      | (?P<open>[(（]) | (?P<close>[)）])
      | (?P<minus>(?<![^\s(（])[-－]+(?=[^\s-]))
      | (?P<field>(?<![^\s(（\-－])(?:title|标题|標題|text|正文)[:：](?=\S))
      | (?P<word>[^\s"＂“”„‟「」『』()（）]+)
      | (?P<stray>\S)""",
    re.VERBOSE | re.IGNORECASE,
)
_OPERATORS = ("AND", "OR", "NOT")


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str  # phrase, open, close, field, word, stray, or an operator's own name; "" at the end
    text: str


def _lexemes(query: str) -> list[_Lexeme]:
    found = []
    for match in _LEXEME.finditer(query):
        kind = match.lastgroup or ""
        if kind == "minus":
            kind = "NOT"
        elif kind == "word" and match[0] in _OPERATORS:
            kind = match[0]
        found.append(_Lexeme(kind, match[0]))
    return [*found, _Lexeme("", "")]


class _Reader:
    """A recursive-descent parser of the lexemes; it notes and skips the parts without meaning."""

    def __init__(self, lexemes: list[_Lexeme]) -> None:
        self.lexemes = lexemes
        self.at = 0
        self.terms = 0
        self.dropped: list[Dropped] = []

    @property
    def kind(self) -> str:
        return self.lexemes[self.at].kind

    def advance(self) -> str:
        """Step over the present lexeme, and return its text."""
        self.at += 1
        return self.lexemes[self.at - 1].text

    def leave_out(self, text: str, why: str) -> None:
        self.dropped.append(Dropped(text, why))

    def either(self, depth: int) -> Node | None:
        nodes = [self.all(depth)]
        while self.kind == "OR":
            self.advance()
            nodes.append(self.all(depth))
            if not all(nodes[-2:]):
                self.leave_out("OR", "one-sided")
        kept = tuple(node for node in nodes if node)
        if len(kept) < 2:
            return kept[0] if kept else None
        return Either(kept)

    def all(self, depth: int) -> Node | None:
        wanted: list[Node] = []
        unwanted: list[Node] = []
        while self.kind not in ("OR", "close", ""):
            into, operators = wanted, []
            is_first = not (wanted or unwanted)
            while self.kind in ("AND", "NOT"):
                operators.append(self.advance())
                into = unwanted if operators[-1] != "AND" else into
            node = self.atom(depth)
            if node:
                into.append(node)
            if "AND" in operators and (is_first or not node):
                self.leave_out("AND", "one-sided")
            elif operators and not node:
                self.leave_out(operators[-1], "takes-nothing")
        if unwanted and not wanted:
            self.leave_out("NOT", "only-taken")
        return _all(wanted, unwanted)

    def atom(self, depth: int) -> Node | None:
        """The node of a word, a phrase or a bracket's content; None if there is none."""
        if self.kind == "word":
            return self.term(self.advance(), None)
        if self.kind == "phrase":
            return self.term(self.advance()[1:-1], None)
        if self.kind == "field":
            return self.fielded()
        if self.kind == "open" and depth < MAX_DEPTH:
            bracket = self.advance()
            inside = self.either(depth + 1)
            if self.kind == "close":
                self.advance()
            else:
                self.leave_out(bracket, "unclosed")
            if inside is None:
                self.leave_out(bracket, "empty")
            return inside
        if self.kind == "open":
            self.leave_out(self.advance(), "deep")
        elif self.kind == "stray":
            self.leave_out(self.advance(), "no-partner")
        return None

    def fielded(self) -> Node | None:
        name = self.advance()
        if self.kind not in ("word", "phrase"):
            self.leave_out(name, "no-word")
            return None
        text = self.advance()[1:-1] if self.kind == "phrase" else self.advance()
        return self.term(text, FIELDS[name[:-1].lower()])

    def term(self, text: str, field: str | None) -> Term | None:
        found = tuple(runs(fold(text)))
        if not found:
            return None
        if self.terms == MAX_TERMS:
            self.leave_out(text, "too-many")
            return None
        self.terms += 1
        return Term(found, field, prefix=text.endswith("*") and not found[-1].han)


def _all(wanted: list[Node], unwanted: list[Node]) -> Node | None:
    if not wanted:
        return None
    if len(wanted) == 1 and not unwanted:
        return wanted[0]
    return All(tuple(wanted), tuple(unwanted))
