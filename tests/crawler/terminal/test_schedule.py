"""The crontab line, the systemd units and the metrics file, as cron, systemd and Prometheus read them."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from archive.errors import WrongUse
from archive.view.status import Alarm
from crawler.commands.round import summed_up
from crawler.commands.status import lines
from crawler.terminal.metrics import text, write
from crawler.terminal.round import Step, exit_code
from crawler.terminal.schedule import Installation, crontab, service, timer

PLACE = Installation(
    program=Path("/srv/zhuanzai/.venv/bin/scrapy"),
    folder=Path("/srv/zhuanzai"),
    archive=Path("/srv/news"),
    module="crawler.settings",
    user="archive",
    hour=4,
    minute=17,
)


def test_the_crontab_line() -> None:
    assert crontab(PLACE) == (
        "# crontab -e\n17 4 * * * cd /srv/zhuanzai && SCRAPY_SETTINGS_MODULE=crawler.settings"
        " /srv/zhuanzai/.venv/bin/scrapy round -s ARCHIVE_DIR=/srv/news\n"
    )


def test_blanks_and_percent_signs_in_a_path_survive_cron() -> None:
    assert crontab(replace(PLACE, archive=Path("/srv/my 100%"))).endswith(
        "round -s 'ARCHIVE_DIR=/srv/my 100\\%'\n"
    )


def test_the_service_may_write_the_archive_and_the_metrics_only() -> None:
    unit = service(replace(PLACE, metrics=Path("/var/lib/node_exporter/zhuanzai.prom")))

    assert "ProtectSystem=strict\n" in unit
    assert "ReadWritePaths=/srv/news /var/lib/node_exporter\n" in unit


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("folder", ["news", "my news $HOME 100%"])
def test_systemd_accepts_the_units(tmp_path: Path, folder: str) -> None:
    program = tmp_path / "scrapy"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    archive = tmp_path / folder
    archive.mkdir()
    place = replace(PLACE, program=program, folder=tmp_path, archive=archive, user="root")
    (tmp_path / "zhuanzai.service").write_text(service(place))
    (tmp_path / "zhuanzai.timer").write_text(timer(place))
    units = [str(tmp_path / "zhuanzai.service"), str(tmp_path / "zhuanzai.timer")]
    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=200, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_metrics_file_quotes_its_labels(tmp_path: Path) -> None:
    write(tmp_path / "z.prom", [("zhuanzai_alarm", {"site": 'a"b\\c', "kind": "few"}, 1)])

    assert (tmp_path / "z.prom").read_text() == (
        "# HELP zhuanzai_alarm 1 for every alarm raised.\n"
        "# TYPE zhuanzai_alarm gauge\n"
        'zhuanzai_alarm{site="a\\"b\\\\c",kind="few"} 1\n'
    )
    assert [path.name for path in tmp_path.iterdir()] == ["z.prom"]


def test_a_metrics_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"ZHUANZAI_METRICS_FILE=.*No such file or directory"):
        write(tmp_path / "none" / "z.prom", [])


def test_moments_in_metrics_keep_their_seconds() -> None:
    assert "zhuanzai_round_ended_timestamp_seconds 1795325542.25\n" in text(
        [("zhuanzai_round_ended_timestamp_seconds", {}, 1795325542.25)]
    )


@pytest.mark.parametrize(
    ("codes", "alarms", "wanted"),
    [
        ([0, 0, 0], False, 0),
        ([0, 0], True, 3),
        ([3, 0], False, 3),
        ([0, 75], False, 75),
        ([3, 75], False, 3),
        ([2, 3], True, 2),
        ([0, 1, 2], True, 1),
        ([-9, 0], False, 1),
        ([], False, 0),
    ],
)
def test_the_exit_code_of_a_round(codes: list[int], alarms: bool, wanted: int) -> None:
    assert exit_code(codes, alarms=alarms) == wanted


def test_many_alarms_of_one_kind_share_a_line() -> None:
    assert lines([Alarm(f"{name}.cn", "no-list", "mirrors") for name in "abcde"]) == [
        "alarm no-list of 5 sites: a.cn, b.cn, c.cn, d.cn, e.cn"
    ]
    assert lines([Alarm("a.cn", "few", "1 new"), Alarm("", "low-disk", "5 bytes")]) == [
        "alarm a.cn/few: 1 new",
        "alarm archive/low-disk: 5 bytes",
    ]


def test_the_summary_has_clear_lines_and_the_whole_of_a_bug() -> None:
    steps = [
        Step("people_daily", 0, "WARNING of no interest"),
        Step(
            "mirrors",
            3,
            "Traceback …\nscrapy: /srv/news: 5 bytes free\nscrapy: mirrors finished with alarms: a/b ×1",
        ),
        Step("recheck", 1, "Traceback …\nKeyError: 'x'"),
        Step("copies", 75, "Traceback …\nscrapy: no host answered at all"),
    ]

    assert summed_up(steps, [Alarm("a", "b", "once")]) == [
        "scrapy: /srv/news: 5 bytes free",
        "scrapy: crawl recheck ended with exit code 1",
        "  Traceback …",
        "  KeyError: 'x'",
        "scrapy: no host answered at all",
        "scrapy: alarm a/b: once",
    ]
