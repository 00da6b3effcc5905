"""Nothing that a page or a file name says moves a terminal."""

import io
import logging

from crawler.terminal.plain import OURS, PlainRecord, PlainStream, plain


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_what_is_not_seen_is_written_out() -> None:
    assert (
        plain("a\x1b[2Jb\u202ec\u2066d\x07e\rf\x9bg\tx\n")
        == "a\\x1b[2Jb\\u202ec\\u2066d\\x07e\\rf\\x9bg\tx\n"
    )


def test_a_terminal_is_given_colours_and_nothing_else() -> None:
    screen = Terminal()
    PlainStream(screen, OURS).write("\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J")

    assert screen.getvalue() == "\x1b[31mred\x1b[0m \\x1b]0;title\\x07 \\x1b[2J"


def test_a_file_is_given_no_colours() -> None:
    file = io.StringIO()
    PlainStream(file, OURS).write("\x1b[31mred\n")

    assert file.getvalue() == "\\x1b[31mred\n"


def test_a_value_in_the_log_stays_on_its_line() -> None:
    record = PlainRecord(
        "x", logging.INFO, "x.py", 1, "url=%s", ("http://a/\n2026 ERROR forged\u202e",), None
    )

    assert record.getMessage() == "url=http://a/\\n2026 ERROR forged\\u202e"
