"""How many steps a backtracking matcher makes, counted: what no clock can say twice alike.

A pattern is compiled to the small machine that `re` is in essence (characters, forks with a preferred way,
look-arounds), and the machine counts each instruction that it carries out. `re` skips a constant share of them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MOST_COPIES = 8
"""A counted repeat is written out so often at most: how cost grows is the same, and soon seen."""
Test = Callable[[str], bool]


class TooManySteps(Exception):  # noqa: N818 - an outcome
    """The machine was told to make no more than so many."""


@dataclass
class Machine:
    """A compiled pattern."""

    source: str
    flags: int = 0
    program: list[tuple[Any, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tree = _parser.parse(self.source, self.flags)
        self.flags = self.tree.state.flags
        self._sequence(self.tree, self.flags)
        self.program.append(("match",))

    # -- compiling

    def _sequence(self, items: Any, flags: int) -> None:
        for op, value in items:
            self._one(op, value, flags)

    def _one(self, op: Any, value: Any, flags: int) -> None:
        add = self.program.append
        if op in (c.LITERAL, c.NOT_LITERAL, c.IN, c.ANY):
            add(("char", test_of(op, value, flags)))
        elif op is c.BRANCH:
            self._branch(value[1], flags)
        elif op is c.SUBPATTERN:
            group, on, off, inner = value
            if group is not None:
                add(("open", group))
            self._sequence(inner, (flags | on) & ~off)
            if group is not None:
                add(("shut", group))
        elif op in (c.MAX_REPEAT, c.MIN_REPEAT):
            self._repeat(value, flags, greedy=op is c.MAX_REPEAT)
        elif op is c.POSSESSIVE_REPEAT:
            self._atomic(lambda: self._repeat(value, flags, greedy=True))
        elif op is c.ATOMIC_GROUP:
            self._atomic(lambda: self._sequence(value, flags))
        elif op in (c.ASSERT, c.ASSERT_NOT):
            self._look(op, value, flags)
        elif op is c.AT:
            add(("at", value, bool(flags & re.MULTILINE)))
        elif op is c.GROUPREF:
            add(("same", value))
        else:
            raise NotImplementedError(f"{op} in {self.source!r}")

    def _branch(self, ways: list[Any], flags: int) -> None:
        ends = []
        for way in ways[:-1]:
            fork = self._hole()
            self._sequence(way, flags)
            ends.append(self._hole())
            self.program[fork] = ("fork", fork + 1, len(self.program))
        self._sequence(ways[-1], flags)
        for end in ends:
            self.program[end] = ("jump", len(self.program))

    def _repeat(self, value: Any, flags: int, *, greedy: bool) -> None:
        least, most, inner = value
        for _ in range(min(least, MOST_COPIES)):
            self._sequence(inner, flags)
        if most is c.MAXREPEAT:
            start = self._hole()
            mark = len(self.program)
            self.program.append(("mark", mark))
            self._sequence(inner, flags)
            self.program.append(("moved", mark))
            self.program.append(("jump", start))
            self.program[start] = self._fork(start + 1, len(self.program), greedy)
            return
        forks = []
        for _ in range(min(most - least, MOST_COPIES)):
            forks.append(self._hole())
            self._sequence(inner, flags)
        for fork in forks:
            self.program[fork] = self._fork(fork + 1, len(self.program), greedy)

    def _fork(self, way: int, out: int, greedy: bool) -> tuple[Any, ...]:
        return ("fork", way, out) if greedy else ("fork", out, way)

    def _atomic(self, inner: Callable[[], None]) -> None:
        at = self._hole()
        inner()
        self.program.append(("match",))
        self.program[at] = ("atomic", at + 1, len(self.program))

    def _look(self, op: Any, value: Any, flags: int) -> None:
        direction, inner = value
        at = self._hole()
        self._sequence(inner, flags)
        self.program.append(("match",))
        back = inner.getwidth()[0] if direction < 0 else 0
        self.program[at] = ("look", at + 1, len(self.program), op is c.ASSERT, back)

    def _hole(self) -> int:
        self.program.append(())
        return len(self.program) - 1

    # -- running

    def steps(self, text: str, *, search: bool = True, whole: bool = False, most: int = 10**9) -> int:
        """How many steps finding all matches takes; of one match at the start without `search`.

        Raises TooManySteps above `most`.
        """
        run = _Run(self.program, text, most)
        if not search:
            run.matched(0, 0, whole=whole)
            return run.steps
        at = 0
        while at <= len(text):
            run.steps += 1
            end = run.matched(0, at, whole=False)
            at = max(end, at + 1) if end is not None else at + 1
        return run.steps

    def finds(self, text: str) -> bool:
        """Whether the pattern is anywhere in a text."""
        run = _Run(self.program, text, 10**9)
        return any(run.matched(0, at, whole=False) is not None for at in range(len(text) + 1))


class _Run:
    def __init__(self, program: list[tuple[Any, ...]], text: str, most: int) -> None:
        self.program, self.text, self.most = program, text, most
        self.steps = 0

    def matched(
        self, begin: int, start: int, *, whole: bool, held: dict[Any, int] | None = None
    ) -> int | None:
        """Where the first match from an instruction and a place ends."""
        text, program = self.text, self.program
        stack: list[tuple[int, int, dict[Any, int]]] = [(begin, start, held or {})]
        while stack:
            pc, at, kept = stack.pop()
            while True:
                self.steps += 1
                if self.steps > self.most:
                    raise TooManySteps(str(self.steps))
                step = program[pc]
                name = step[0]
                if name == "char":
                    if at >= len(text) or not step[1](text[at]):
                        break
                    at += 1
                    pc += 1
                elif name == "fork":
                    stack.append((step[2], at, kept))
                    pc = step[1]
                elif name == "jump":
                    pc = step[1]
                elif name == "match":
                    if whole and at != len(text):
                        break
                    return at
                elif name in ("mark", "open", "shut"):
                    kept = {**kept, (name, step[1]): at}
                    pc += 1
                elif name == "moved":
                    if kept[("mark", step[1])] == at:
                        break  # an empty round of a repeat: `re` leaves it
                    pc += 1
                elif name == "at":
                    if not _is_at(step[1], text, at, step[2]):
                        break
                    pc += 1
                elif name == "atomic":
                    end = self.matched(step[1], at, whole=False, held=kept)
                    if end is None:
                        break
                    at, pc = end, step[2]
                elif name == "look":
                    begins = at - step[4]
                    seen = begins >= 0 and self.matched(step[1], begins, whole=False, held=kept) is not None
                    if seen is not step[3]:
                        break
                    pc = step[2]
                else:  # the same text as a group
                    a, b = kept.get(("open", step[1])), kept.get(("shut", step[1]))
                    if a is None or b is None or not text.startswith(text[a:b], at):
                        break
                    at += b - a
                    pc += 1
        return None


def test_of(op: Any, value: Any, flags: int) -> Test:
    """Whether a character fits a literal, a set or a dot."""
    if op is c.ANY:
        return (lambda char: True) if flags & re.DOTALL else (lambda char: char != "\n")
    if op is c.LITERAL:
        source = re.escape(chr(value))
    elif op is c.NOT_LITERAL:
        source = f"[^{re.escape(chr(value))}]"
    else:
        source = _set_source(value)
    fits = re.compile(source, flags & (re.IGNORECASE | re.ASCII) | re.DOTALL).match
    known: dict[str, bool] = {}

    def test(char: str) -> bool:
        if char not in known:
            known[char] = fits(char) is not None
        return known[char]

    return test


CATEGORIES = {
    c.CATEGORY_DIGIT: r"\d", c.CATEGORY_NOT_DIGIT: r"\D", c.CATEGORY_SPACE: r"\s", c.CATEGORY_NOT_SPACE: r"\S",
    c.CATEGORY_WORD: r"\w", c.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _set_source(items: Any) -> str:
    told = []
    for op, value in items:
        if op is c.NEGATE:
            told.append("^")
        elif op is c.LITERAL:
            told.append(re.escape(chr(value)))
        elif op is c.RANGE:
            told.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        else:
            told.append(CATEGORIES[value])
    return f"[{''.join(told)}]"


def _is_at(where: Any, text: str, at: int, by_line: bool) -> bool:
    if where in (c.AT_BEGINNING, c.AT_BEGINNING_STRING):
        return at == 0 or (by_line and where is c.AT_BEGINNING and text[at - 1] == "\n")
    if where is c.AT_END:
        return at == len(text) or text[at:] == "\n" or (by_line and text[at] == "\n")
    if where is c.AT_END_STRING:
        return at == len(text)
    before = at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_")
    behind = at < len(text) and (text[at].isalnum() or text[at] == "_")
    return (before != behind) is (where is c.AT_BOUNDARY)


# -- worst inputs


MOST_BAITS = 32


def baits(source: str, flags: int = 0) -> Iterator[tuple[str, str]]:
    """Pairs of a beginning and a piece that, said again and again, costs a pattern most."""
    tree = _parser.parse(source, flags)
    letters = _letters(tree)
    found: dict[tuple[str, str], None] = {("", _sample(tree, letters, 0)): None}
    for before, inner in _repeats(tree, letters, ""):
        for nth in range(2):
            body = _sample(inner, letters, nth)
            found |= dict.fromkeys([("", body), (before, body), ("", before + body)])
            found |= dict.fromkeys([("", before)])
    yield from [pair for pair in found if pair[1]][:MOST_BAITS]


def _inside(op: Any, value: Any) -> list[Any]:
    if op is c.BRANCH:
        return list(value[1])
    if op is c.SUBPATTERN:
        return [value[3]]
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        return [value[2]]
    if op in (c.ASSERT, c.ASSERT_NOT):
        return [value[1]]
    return [value] if op is c.ATOMIC_GROUP else []


def _letters(items: Any) -> list[str]:
    found: list[str] = []
    for op, value in items:
        if op is c.LITERAL:
            found.append(chr(value))
        elif op is c.IN:
            found += [chr(v if o is c.LITERAL else v[0]) for o, v in value if o in (c.LITERAL, c.RANGE)]
        for inner in _inside(op, value):
            found += _letters(inner)
    return list(dict.fromkeys(found))


def _repeats(items: Any, letters: list[str], before: str) -> Iterator[tuple[str, Any]]:
    for op, value in items:
        if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT) and value[1] > 1:
            yield before, value[2]
        if op not in (c.ASSERT, c.ASSERT_NOT):
            for inner in _inside(op, value):
                yield from _repeats(inner, letters, before)
        before += _sample([(op, value)], letters, 0)


def _sample(items: Any, letters: list[str], nth: int) -> str:
    """Text that fits, the `nth` of several."""
    told = ""
    for op, value in items:
        if op is c.LITERAL:
            told += chr(value)
        elif op in (c.IN, c.NOT_LITERAL, c.ANY):
            fits = test_of(op, value, 0)
            chosen = [char for char in [*letters, " ", "a", "1", "字", "，", "\x00"] if fits(char)]
            told += chosen[nth % len(chosen)] if chosen else ""
        elif op is c.BRANCH:
            told += _sample(value[1][nth % len(value[1])], letters, nth)
        elif op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            told += _sample(value[2], letters, nth) * min(max(value[0], 1), MOST_COPIES)
        elif op not in (c.ASSERT, c.ASSERT_NOT):
            for inner in _inside(op, value):
                told += _sample(inner, letters, nth)
    return told
