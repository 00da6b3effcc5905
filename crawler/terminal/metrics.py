"""The metrics file of an archive for Prometheus' node exporter; it is replaced as a whole."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from archive.errors import WrongUse
from archive.view.status import Alarm, Status

HELP = {
    "zhuanzai_run_started_timestamp_seconds": "When the latest run of a command started.",
    "zhuanzai_run_captures": "Captures of the latest run of a command.",
    "zhuanzai_run_articles_new": "New articles of the latest run of a command.",
    "zhuanzai_run_articles_changed": "Changed articles of the latest run of a command.",
    "zhuanzai_run_failures": "Fetches without an answer in the latest run of a command.",
    "zhuanzai_site_answered_timestamp_seconds": "When the latest run started that a site answered in.",
    "zhuanzai_site_articles": "Articles held of a site.",
    "zhuanzai_site_vanished": "Articles held of a site that are gone from their address.",
    "zhuanzai_alarm": "1 for every alarm raised.",
    "zhuanzai_round_ended_timestamp_seconds": "When the latest round ended.",
    "zhuanzai_round_seconds": "How long the latest round took.",
    "zhuanzai_round_exit_code": "Exit code of the latest round.",
}
Sample = tuple[str, dict[str, str], float]


def samples(seen: Status, alarms: list[Alarm]) -> Iterator[Sample]:
    """The figures of `scrapy status` as samples: name, labels and value."""
    for run in seen.runs:
        labels = {"command": run.command}
        yield "zhuanzai_run_started_timestamp_seconds", labels, _seconds(run.started_at)
        yield "zhuanzai_run_captures", labels, run.captures
        yield "zhuanzai_run_articles_new", labels, run.articles_new
        yield "zhuanzai_run_articles_changed", labels, run.articles_changed
        yield "zhuanzai_run_failures", labels, run.failures
    for site in seen.sites:
        labels = {"site": site.site}
        if site.last_answered:
            yield "zhuanzai_site_answered_timestamp_seconds", labels, _seconds(site.last_answered)
        yield "zhuanzai_site_articles", labels, site.articles
        yield "zhuanzai_site_vanished", labels, site.vanished
    for site_name, kind in sorted({(alarm.site, alarm.kind) for alarm in alarms}):
        yield "zhuanzai_alarm", {"site": site_name, "kind": kind}, 1


def text(given: list[Sample]) -> str:
    """The samples in the text exposition format 0.0.4, grouped by name.

    Source: https://prometheus.io/docs/instrumenting/exposition_formats/
    """
    lines = []
    for name, about in HELP.items():
        own = [(labels, value) for found, labels, value in given if found == name]
        if own:
            lines += [f"# HELP {name} {about}", f"# TYPE {name} gauge"]
            lines += [f"{name}{_labels(labels)} {value:.15g}" for labels, value in own]
    return "\n".join(lines) + "\n"


def write(path: Path, given: list[Sample]) -> None:
    """Write the file. Readers see the old file or the new one, complete. Raises WrongUse if it cannot be written."""
    path = path.resolve()  # a symbolic link stays a link
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text(given), encoding="utf-8")
        draft.chmod(0o644)  # the exporter runs as another user
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise WrongUse(f"ZHUANZAI_METRICS_FILE={path}: {error.strerror}") from error


def _labels(labels: dict[str, str]) -> str:
    quoted = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{quoted}}}" if quoted else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
