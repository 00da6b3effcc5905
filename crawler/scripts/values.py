"""The values of a script's expressions, and what its operators make of them."""

Value = str | int | bool | list[str]


class Unclear(ValueError):  # noqa: N818 - the word for it: an expression that is unclear
    """An expression that names what only a browser knows."""


def worked_out(mark: str, left: Value, right: Value) -> Value:
    """What an operator makes of two values."""
    if mark == "+" and not (isinstance(left, int) and isinstance(right, int)):
        return text_of(left) + text_of(right)
    if mark == "||":
        return left or right
    if mark == "&&":
        return right if left else left
    if mark in ("==", "===", "!=", "!=="):
        return (text_of(left) == text_of(right)) is (mark[0] == "=")
    one, other = number_of(left), number_of(right)
    if mark in ("/", "%") and not other:
        raise Unclear(mark)
    return {
        "+": one + other, "-": one - other, "*": one * other, "/": one // (other or 1), "%": one % (other or 1),
        "<": one < other, ">": one > other, "<=": one <= other, ">=": one >= other,
    }[mark]  # fmt: skip


def text_of(value: Value) -> str:
    if isinstance(value, list):
        raise Unclear("a list")
    return str(value)


def number_of(value: Value) -> int:
    try:
        return int(text_of(value))
    except ValueError:
        raise Unclear(f"{value!r} is no number") from None
