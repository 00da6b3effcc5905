"""The address that a function of a page's scripts goes to, given the arguments of the call."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from crawler.scripts.values import Unclear, Value, number_of, text_of, worked_out

TOKEN = re.compile(
    r"\s*+(?:(?P<string>\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+')|`(?P<template>[^`\\]{0,400})`"
    r"|(?P<number>\d++)|(?P<name>[A-Za-z_$][\w$]*+)|(?P<regex>/(?:[^/\\\n\s]|\\.)++/[gim]{0,3})(?=\s*,)"
    r"|(?P<mark>===|!==|==|!=|>=|<=|&&|\|\||[-+*/%<>?:()\[\].,!]))"
)
GOES = re.compile(
    r"(?:window\.open|(?<![\w$])location\.(?:assign|replace))\s{0,9}\(|(?<![\w$])location(?:\.href)?\s{0,9}=(?!=)"
)
WHOLE_CALLS = (
    "parseInt",
    "Number",
    "String",
    "encodeURI",
    "encodeURIComponent",
    "escape",
    "decodeURIComponent",
)
"""Functions that give back what they are called with."""
LONGEST_BODY = 2_000
CALLED_WITH = "_zhuanzai_chosen"
"""The name under which an attribute's script knows what was chosen."""
CALL_WITH = re.compile(
    rf"(?<![\w$.])(?:window\.)?([\w$]{{1,60}})\(([^()]{{0,100}}{CALLED_WITH}[^()]{{0,100}})\)"
)
MOST_STEPS = 600
DEEPEST = 12
ESCAPED = re.compile(r"\\(.)")
ORDER = (("||",), ("&&",), ("===", "!==", "==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))
"""Operators, those that bind least first."""


@dataclass
class Functions:
    """The functions of a page's scripts. `field_value` gives the value of the form field that has an id."""

    script: str
    page: str = ""
    field_value: Callable[[str], str | None] = lambda name: None
    _values: dict[str, "Value | None"] = field(default_factory=dict)
    """Of names outside functions, worked out once: a page may hold thousands of calls. None for one that is unclear."""
    _bodies: dict[str, tuple[list[str], str] | None] = field(default_factory=dict)

    def address(self, name: str, given: list[Value]) -> str | None:
        """The address that a function goes to with these arguments; None if it cannot be worked out."""
        if name not in self._bodies:
            self._bodies[name] = self._found(name)
        if (found := self._bodies[name]) is None:
            return None
        names, body = found
        scope = _Scope(self, body, dict(zip(names, given, strict=False)))
        for match in GOES.finditer(body):
            try:
                went = scope.runs(match.start()) and scope.value(match.end())
            except (Unclear, RecursionError):
                continue
            if isinstance(went, str) and re.search(r"[/.?]", went):
                return went
        return None

    def went(self, body: str, value: str) -> str | None:
        """The address that an attribute's script goes to, itself or by a function, where `value` was chosen."""
        scope = _Scope(self, body, {CALLED_WITH: value})
        for match in GOES.finditer(body):
            with suppress(Unclear, RecursionError):
                went = scope.value(match.end())
                if isinstance(went, str) and re.search(r"[/.?]", went):
                    return went
        for call in CALL_WITH.finditer(body):
            with suppress(Unclear, RecursionError):
                given = _Reading(scope, f"{call[2]})", 0)._given()
                if (address := self.address(call[1], given)) is not None:
                    return address
        return None

    def _found(self, name: str) -> tuple[list[str], str] | None:
        called = re.escape(name.rpartition(".")[2])
        head = re.search(
            rf"(?:function\s{{1,9}}{called}\s{{0,9}}|(?<![\w$]){called}\s{{0,9}}[=:]\s{{0,9}}(?:async\s{{1,9}})?(?:function\s{{0,9}})?)"
            rf"\(([\w$,\s]{{0,200}})\)\s{{0,9}}(?:=>\s{{0,9}})?",
            self.script,
        )
        if head is None:
            return None
        names = [one.strip() for one in head[1].split(",") if one.strip()]
        return names, _block(self.script[head.end() : head.end() + LONGEST_BODY])


@dataclass
class _Scope:
    """A call under way: the function's body, and the values of its arguments."""

    functions: Functions
    body: str
    names: dict[str, Value]
    depth: int = 0
    steps: int = 0

    def value(self, start: int, text: str | None = None) -> Value:
        """The value of the expression at a place. Raises Unclear."""
        return _Reading(self, self.body if text is None else text, start).choice()

    def runs(self, start: int) -> bool:
        """Whether the statement at a place is reached: not where an `if` before it says no. Raises Unclear."""
        before = self.body[max(0, start - 300) : start].rstrip().removesuffix("window.").rstrip()
        before = re.sub(r"(?:return|var|let|const)$", "", before).rstrip().removesuffix("{").rstrip()
        if before.endswith("else"):
            conditions = list(re.finditer(r"\bif\s{0,9}\(", before))
            return not conditions or not self._holds(before, conditions[-1].end())
        if before.endswith(")"):
            conditions = list(re.finditer(r"\bif\s{0,9}\(", before))
            if conditions and ";" not in before[conditions[-1].end() :]:
                return self._holds(before, conditions[-1].end())
        return True

    def _holds(self, text: str, start: int) -> bool:
        return bool(self.value(start, text))

    def named(self, name: str) -> Value:
        """The value of a name: an argument, else a variable in the body, else one in the page's scripts."""
        if name in ("true", "false"):
            return name == "true"
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unclear(name)
        try:
            found = self._assigned(name)
            if found is None and name in self.names:
                return self.names[name]
            return self._outside(name) if found is None else found
        finally:
            self.depth -= 1

    def _assigned(self, name: str) -> Value | None:
        found: Value | None = None
        for match in re.finditer(rf"(?<![\w$.]){re.escape(name)}\s{{0,9}}(\+?)=(?![=>])", self.body):
            if self.body[match.end() :].lstrip().startswith(name) and name in self.names:
                continue  # n = n || 1
            if self.runs(match.start()):
                value = self.value(match.end())
                found = f"{found}{value}" if match[1] and found is not None else value
        return found

    def _outside(self, name: str) -> Value:
        known = self.functions._values
        if name not in known:
            script = self.functions.script
            match = re.search(rf"(?<![\w$.]){re.escape(name)}[\"']?\s{{0,9}}[=:](?![=>])", script)
            known[name] = None  # until it is known: a name that leads back to itself
            if match is not None:
                outer = _Scope(self.functions, "", {}, self.depth, self.steps)
                with suppress(Unclear):
                    known[name] = outer.value(0, script[match.end() : match.end() + 500])
        found = known[name]
        if found is None:
            raise Unclear(name)
        return found


class _Reading:
    """An expression read from a place on."""

    def __init__(self, scope: _Scope, text: str, at: int) -> None:
        self.scope, self.text, self.at = scope, text, at

    def choice(self) -> Value:
        """An expression with its choices: a ? b : c."""
        condition = self.sum(0)
        if not self.takes("?"):
            return condition
        start = self.at
        held: Value | None = None
        try:
            held = self.choice()
        except Unclear:
            if condition:
                raise
            self.at = start
            self._skip_to(":")
        if not self.takes(":"):
            raise Unclear("?")
        if condition and held is not None:
            self._leave()
            return held
        return self.choice()

    def _leave(self) -> None:
        """Pass over the branch not taken."""
        with suppress(Unclear):
            self.choice()

    def _skip_to(self, mark: str) -> None:
        while (token := self.peek()) is not None and token[0].strip() != mark:
            self.at = token.end()

    def sum(self, level: int) -> Value:
        """Operators of one level and those that bind more."""
        if level == len(ORDER):
            return self.part()
        left = self.sum(level + 1)
        while (mark := self.takes(*ORDER[level])) is not None:
            if mark == "+" and self.text[self.at : self.at + 1] == "+":
                raise Unclear("++")
            left = worked_out(mark, left, self.sum(level + 1))
        return left

    def part(self) -> Value:
        """A value with what hangs on it: 'a'.replace('b', c), location.href.split('?')[0]."""
        value = self._first()
        while True:
            if self.takes("."):
                value = self._method(value)
            elif self.takes("["):
                at = self.choice()
                self.wants("]")
                if not isinstance(value, list) or not isinstance(at, int) or at >= len(value):
                    raise Unclear("[]")
                value = value[at]
            else:
                return value

    def _first(self) -> Value:
        token = self.next()
        match token.lastgroup:
            case "string":
                return ESCAPED.sub(r"\1", token["string"][1:-1])
            case "number":
                return int(token["number"])
            case "template":
                return self._filled(token["template"])
            case "name":
                return self._name(token["name"])
        match token["mark"]:
            case "(":
                inner = self.choice()
                self.wants(")")
                return inner
            case "!":
                return not self.part()
            case "-":
                return -number_of(self.part())
        raise Unclear(token[0])

    def _filled(self, template: str) -> str:
        parts = re.split(r"\$\{([^{}]{1,200})\}", template)
        return "".join(
            part if n % 2 == 0 else text_of(self.scope.value(0, part)) for n, part in enumerate(parts)
        )

    def _name(self, name: str) -> Value:
        words = [name]
        while found := re.compile(r"\s{0,9}\.\s{0,9}(href|pathname|location|document|URL|value)\b").match(
            self.text, self.at
        ):
            words.append(found[1])
            self.at = found.end()
        if words[-1] in ("href", "URL") and {"location", "document"} & set(words):
            return self.scope.functions.page
        if words[-1] == "pathname":
            return "/" + self.scope.functions.page.partition("//")[2].partition("/")[2].partition("?")[0]
        if name in WHOLE_CALLS and self.takes("("):
            given = self._given()
            return (
                int(text_of(given[0]))
                if name in ("parseInt", "Number") and text_of(given[0]).isdigit()
                else given[0]
            )
        if name in ("$", "jQuery") and self.takes("("):
            return self._field()
        if len(words) > 1:
            raise Unclear(".".join(words))
        return self.scope.named(name)

    def _field(self) -> Value:
        """$("#cid").val(): the value of a form field."""
        given = self._given()
        found = re.compile(r"\s{0,9}\.\s{0,9}val\(\s{0,9}\)").match(self.text, self.at)
        value = self.scope.functions.field_value(text_of(given[0]).lstrip("#")) if found else None
        if found is None or value is None:
            raise Unclear("$")
        self.at = found.end()
        return value

    def _method(self, value: Value) -> Value:
        name = self.next()["name"]
        if name == "length" and isinstance(value, (str, list)):
            return len(value)
        if not self.takes("("):
            raise Unclear(str(name))
        regex = TOKEN.match(self.text, self.at)
        pattern = None
        if name == "replace" and regex is not None and regex.lastgroup == "regex":
            pattern, self.at = regex["regex"], regex.end()
            self.wants(",")
        given = self._given()
        text = text_of(value)
        match name, given:
            case "replace", [new] if pattern is not None:
                plain = re.sub(r"\\(.)", r"\1", pattern.rpartition("/")[0][1:])
                return text.replace(plain, text_of(new))
            case "replace", [old, new]:
                return text.replace(text_of(old), text_of(new), 1)
            case "split", [mark]:
                return text.split(text_of(mark)) if mark else list(text)
            case (("toString" | "trim" | "valueOf"), []):
                return text.strip()
            case "concat", [*more]:
                return text + "".join(map(text_of, more))
            case (("substring" | "slice"), [int(start)]):
                return text[start:]
            case (("substring" | "slice"), [int(start), int(end)]):
                return text[start:end]
            case "lastIndexOf", [mark]:
                return text.rfind(text_of(mark))
            case "indexOf", [mark]:
                return text.find(text_of(mark))
        raise Unclear(str(name))

    def _given(self) -> list[Value]:
        given: list[Value] = []
        while not self.takes(")"):
            given.append(self.choice())
            if not self.takes(","):
                self.wants(")")
                break
        return given

    # -- tokens

    def peek(self) -> re.Match[str] | None:
        """The next token; None at the end."""
        self.scope.steps += 1
        if self.scope.steps > MOST_STEPS:
            raise Unclear("too long")
        return TOKEN.match(self.text, self.at)

    def next(self) -> re.Match[str]:
        """The next token, taken."""
        token = self.peek()
        if token is None:
            raise Unclear("end")
        self.at = token.end()
        return token

    def takes(self, *marks: str) -> str | None:
        """Read one of some marks; None if something else follows."""
        token = self.peek()
        if token is None or token["mark"] not in marks:
            return None
        self.at = token.end()
        return token["mark"]

    def wants(self, mark: str) -> None:
        """Read a mark. Raises Unclear if something else follows."""
        if self.takes(mark) is None:
            raise Unclear(mark)


def _block(text: str) -> str:
    """The body of a function from its brace to the one that closes it; of an arrow without braces its expression."""
    if not text.startswith("{"):
        return text.partition(";")[0]
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if not depth:
            return text[1:at]
    return text[1:]


def given_in(text: str) -> list[Value]:
    """The arguments in a call as a link writes it: 2, 'yw', 30. Empty where one of them is no plain value."""
    try:
        return _Reading(_Scope(Functions(""), "", {}), f"{text})", 0)._given()
    except Unclear:
        return []
