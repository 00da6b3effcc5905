"""Log lines as JSON, one object a line, for programs that read logs."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

FORMAT = "%(as_json)s"


def record(*args: Any, **given: Any) -> logging.LogRecord:
    """A log record that carries itself as JSON: at, level, logger, text, and error for a traceback."""
    made = logging.LogRecord(*args, **given)
    entry = {
        "at": datetime.fromtimestamp(made.created, UTC).isoformat(timespec="milliseconds"),
        "level": made.levelname.lower(),
        "logger": made.name,
        "text": made.getMessage(),
    }
    if made.exc_info:
        entry["error"] = logging.Formatter().formatException(made.exc_info)
        made.exc_info = None  # else the formatter puts the traceback behind the line
    made.as_json = json.dumps(entry, ensure_ascii=False)
    return made


def use() -> None:
    """Make every log record from now on one that the format can print."""
    logging.setLogRecordFactory(record)
